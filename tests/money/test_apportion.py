"""The largest remainder method: sums, nearness, ties and order of rows."""

from fractions import Fraction
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueline.money.apportion import apportion, apportion_groups

WEIGHTS = st.lists(st.one_of(st.integers(0, 5), st.integers(0, 2**63 - 1)), min_size=1, max_size=12).filter(any)
AMOUNT = st.one_of(st.integers(-20, 20), st.integers(-(2**62), 2**62))


def by_definition(amount: int, weights: list[int], keys: list[int]) -> list[int]:
    exact = [Fraction(abs(amount) * weight, sum(weights)) for weight in weights]
    shares = [share.numerator // share.denominator for share in exact]
    rows = sorted(range(len(weights)), key=lambda row: (shares[row] - exact[row], keys[row]))
    for row in rows[: abs(amount) - sum(shares)]:
        shares[row] += 1
    return [-share for share in shares] if amount < 0 else shares


@given(AMOUNT, WEIGHTS, st.randoms(use_true_random=False))
def test_shares_follow_the_definition_in_any_order_of_rows(amount: int, weights: list[int], random: Random) -> None:
    keys = list(range(len(weights)))
    random.shuffle(keys)
    expected = by_definition(amount, weights, keys)
    assert sum(expected) == amount
    assert apportion(amount, weights, np.array(keys)).tolist() == expected
    order = sorted(range(len(weights)), key=keys.__getitem__)
    shuffled = apportion(amount, np.array(weights)[order], np.array(keys)[order])
    assert shuffled.tolist() == [expected[row] for row in order]


@given(AMOUNT, WEIGHTS)
def test_shares_without_keys_and_with_huge_weights(amount: int, weights: list[int]) -> None:
    expected = by_definition(amount, weights, list(range(len(weights))))
    assert apportion(amount, weights).tolist() == expected
    assert apportion(amount, [weight * 3**60 for weight in weights]).tolist() == expected
    assert apportion(-amount, weights).tolist() == [-share for share in expected]


def test_by_hand() -> None:
    assert apportion(100, [1, 1, 1]).tolist() == [34, 33, 33]
    assert apportion(100, [1, 1, 1], np.array([2, 1, 0])).tolist() == [33, 33, 34]
    assert apportion(10, [0, 3, 3, 0]).tolist() == [0, 5, 5, 0]
    assert apportion(5, [1, 0, 2**70]).tolist() == [0, 0, 5]
    assert apportion(0, []).tolist() == []


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match="no weight"):
        apportion(5, [0, 0])
    with pytest.raises(ValueError, match="no weight"):
        apportion(5, [])
    with pytest.raises(ValueError, match="negative: -1"):
        apportion(5, [3, -1])
    with pytest.raises(ValueError, match="2 weights and 1 keys"):
        apportion(5, [1, 2], np.array([0]))
    with pytest.raises(OverflowError, match="too large"):
        apportion(2**64, [1])
    with pytest.raises(TypeError):
        apportion(5, [1.5])  # type: ignore[list-item]  # what must be refused
    with pytest.raises(TypeError, match="float64"):
        apportion(5, np.array([1.5]))


@given(
    st.lists(
        st.tuples(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=6)), max_size=6
    )
)
def test_groups_are_split_as_each_would_be_alone(groups: list[tuple[int, list[int]]]) -> None:
    groups = [(amount if any(weights) else 0, weights) for amount, weights in groups]
    amounts = np.array([amount for amount, _ in groups], dtype=np.int64)
    weights = np.array([weight for _, own in groups for weight in own], dtype=np.int64)
    group = np.repeat(np.arange(len(groups)), [len(own) for _, own in groups]).astype(np.int64)
    alone = [apportion(amount, own).tolist() if any(own) else [0] * len(own) for amount, own in groups]

    assert apportion_groups(amounts, weights, group).tolist() == [share for shares in alone for share in shares]


def test_groups_without_weight_or_beyond_int64_are_refused() -> None:
    one, zero = np.array([1], dtype=np.int64), np.array([0], dtype=np.int64)
    with pytest.raises(ValueError, match="no weight"):
        apportion_groups(one, zero, zero)
    with pytest.raises(ValueError, match="negative"):
        apportion_groups(one, -one, zero)
    with pytest.raises(OverflowError, match="coarser unit"):
        apportion_groups(one, np.array([2**62, 2**62], dtype=np.int64), np.array([0, 0], dtype=np.int64))

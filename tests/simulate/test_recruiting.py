"""The kernels of recruiting against the same choice made slowly, one newcomer after the other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueline.simulate.recruiting import NO_QUOTA, chosen, place_below


def slowly(
    base: list[int], count: list[int], there: int, draws: list[int], start: int, slope: int, most: int
) -> list[int]:
    """Weights added up anew for each newcomer; the draw falls on one of them."""
    found = []
    for k, draw in enumerate(draws):
        weights = [base[i] * (start + slope * count[i]) if count[i] < most else 0 for i in range(there + k)]
        if sum(weights) == 0:
            found.append(-1)
            continue
        left, who = draw % sum(weights), 0
        while left >= weights[who]:
            left, who = left - weights[who], who + 1
        found.append(who)
        count[who] += 1
    return found


@given(
    base=st.lists(st.integers(0, 5), min_size=1, max_size=25),
    there=st.integers(0, 10),
    seed=st.integers(0, 1000),
    law=st.sampled_from([(1, 0, NO_QUOTA), (1, 1, NO_QUOTA), (1, 0, 2), (3, -1, 3)]),
)
def test_the_tree_of_sums_chooses_as_plain_sums_do(
    base: list[int], there: int, seed: int, law: tuple[int, int, int]
) -> None:
    there = min(there, len(base))
    random = np.random.default_rng(seed)
    start, slope, most = law
    draws = random.integers(0, 2**62, len(base) - there)
    count = np.append(random.integers(0, 2, there), np.zeros(len(base) - there, dtype=np.int64))
    expected_count = count.tolist()
    expected = slowly(base, expected_count, there, draws.tolist(), start, slope, most)

    found = chosen(np.array(base, dtype=np.int64), count, there, draws, start=start, slope=slope, most=most)

    assert found.tolist() == expected
    assert count.tolist() == expected_count


def test_weights_that_leave_int64_are_refused() -> None:
    with pytest.raises(OverflowError, match="use smaller whole numbers"):
        chosen(np.full(4, 2**60), np.zeros(4, dtype=np.int64), 4, np.zeros(0, dtype=np.int64))


def test_newcomers_fill_the_sponsor_first_and_then_the_smaller_leg() -> None:
    # Slots of two below 0. Everybody is sponsored by 0: 1 and 2 stand below it, 3 in the smaller leg (1, by slot),
    # 4 in leg 2, 5 below 1, 6 below 2; 7 is sponsored by 3 and stands there; 8 goes below leg 2, below 4.
    sponsor = np.array([-1, 0, 0, 0, 0, 0, 0, 3, 0], dtype=np.int64)
    parent, filled, size = (np.zeros(9, dtype=np.int64) for _ in range(3))
    place_below(sponsor, 0, parent, np.zeros((9, 2), dtype=np.int64), filled, size)

    assert parent.tolist() == [-1, 0, 0, 1, 2, 1, 2, 3, 4]
    assert size.tolist() == [9, 4, 4, 2, 2, 1, 1, 1, 1]

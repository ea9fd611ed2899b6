"""Pointers up the tree against their definitions."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.network.forests import VALUE, Forest, column, flags, forests_with, pointers

from trueline.network import ABSENT, ROOT, build
from trueline.network.pointers import (
    ancestor_pointer,
    at_parent,
    generation_count,
    nearest_reaching,
    next_allowed,
    next_higher,
)

SMALL = st.integers(0, 4)
CHAIN = Forest(build("chain", pointers([-1, 0, 1])), [-1, 0, 1])


@given(forests_with(st.booleans()))
def test_flagged_members_above(given_: tuple[Forest, list[list[int]]]) -> None:
    forest, (flag,) = given_
    nearest = forest.each(lambda i: forest.nearest(i, lambda u: bool(flag[u])), absent=ABSENT)
    assert ancestor_pointer(forest.tree, flags(flag)).tolist() == nearest
    counts = forest.each(lambda i: sum(flag[u] for u in forest.upline(i)))
    assert generation_count(forest.tree, flags(flag)).tolist() == counts


@given(forests_with(st.one_of(SMALL, VALUE)))
@example((CHAIN, [[2**63 - 1, 2**63 - 1, -(2**63)]]))
def test_the_next_higher_member(given_: tuple[Forest, list[list[int]]]) -> None:
    forest, (value,) = given_
    higher = forest.each(lambda i: forest.nearest(i, lambda u: value[u] > value[i]), absent=ABSENT)
    assert next_higher(forest.tree, column(value)).tolist() == higher


@given(forests_with(SMALL, st.integers(-1, 5), st.integers(0, 4).map(lambda drawn: drawn == 0)))
def test_the_nearest_member_reaching_a_need(given_: tuple[Forest, list[list[int]]]) -> None:
    forest, (value, need, always) = given_

    def reaching(i: int) -> int:
        return forest.nearest(i, lambda u: value[u] >= need[i] or bool(always[u]))

    result = nearest_reaching(forest.tree, column(value), column(need), flags(always))
    assert result.tolist() == forest.each(reaching, absent=ABSENT)


@given(forests_with(st.sampled_from([0, 1, 2, 3, 2**63, 2**64 - 1])), st.sampled_from([0, 1, 2, 63]))
def test_the_next_allowed_member(given_: tuple[Forest, list[list[int]]], bit: int) -> None:
    forest, (mask,) = given_

    def allowed(i: int) -> int:
        return next((u for u in (i, *forest.upline(i)) if mask[u] >> bit & 1), ROOT)

    result = next_allowed(forest.tree, np.array(mask, dtype=np.uint64), bit)
    assert result.tolist() == forest.each(allowed, absent=ABSENT)


@given(forests_with(VALUE))
def test_a_value_at_the_parent(given_: tuple[Forest, list[list[int]]]) -> None:
    forest, (x,) = given_
    expected = [x[above] if above >= 0 else -7 for above in forest.parent]
    assert at_parent(forest.tree, column(x), -7).tolist() == expected


def test_a_mask_has_64_bits() -> None:
    with pytest.raises(ValueError, match="not 64"):
        next_allowed(build("t", pointers([ROOT])), np.array([1], dtype=np.uint64), 64)

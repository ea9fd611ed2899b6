"""Counts and statistics of legs against their definitions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.network.forests import VALUE, Forest, column, flags, forests_with, pointers

from trueline.network import ROOT, build
from trueline.network.legs import leg_nth, legs_capped, legs_rest, legs_with, legs_with_enrolled


@given(forests_with(st.booleans()))
def test_legs_that_hold_a_flagged_member(given_: tuple[Forest, list[list[int]]]) -> None:
    forest, (flag,) = given_
    expected = forest.each(lambda i: sum(any(flag[s] for s in forest.subtree(c)) for c in forest.children(i)))
    assert legs_with(forest.tree, flags(flag)).tolist() == expected


@given(forests_with(st.booleans(), st.integers(-2, 13)))
def test_legs_that_hold_a_flagged_member_whom_i_sponsored(given_: tuple[Forest, list[list[int]]]) -> None:
    forest, (flag, sponsor) = given_
    sponsor = [min(s, forest.n - 1) for s in sponsor]

    def legs(i: int) -> int:
        return sum(any(flag[s] and sponsor[s] == i for s in forest.subtree(c)) for c in forest.children(i))

    assert legs_with_enrolled(forest.tree, flags(flag), pointers(sponsor)).tolist() == forest.each(legs)


@given(forests_with(VALUE), st.integers(1, 16))
def test_the_largest_legs_and_the_rest(given_: tuple[Forest, list[list[int]]], k: int) -> None:
    forest, (x,) = given_
    falling = [sorted((x[c] for c in forest.children(i)), reverse=True) for i in range(forest.n)]
    assert leg_nth(forest.tree, column(x), k).tolist() == [legs[k - 1] if len(legs) >= k else 0 for legs in falling]
    assert legs_rest(forest.tree, column(x), k).tolist() == [sum(legs[k:]) for legs in falling]
    assert legs_rest(forest.tree, column(x), 0).tolist() == [sum(legs) for legs in falling]


@given(forests_with(VALUE, VALUE), VALUE)
def test_legs_with_a_cap(given_: tuple[Forest, list[list[int]]], one: int) -> None:
    forest, (x, cap) = given_
    each = forest.each(lambda i: sum(min(x[c], cap[i]) for c in forest.children(i)))
    assert legs_capped(forest.tree, column(x), column(cap)).tolist() == each
    same = forest.each(lambda i: sum(min(x[c], one) for c in forest.children(i)))
    assert legs_capped(forest.tree, column(x), one).tolist() == same


def test_what_is_refused() -> None:
    tree = build("t", pointers([ROOT]))
    with pytest.raises(ValueError, match="counted from 1"):
        leg_nth(tree, column([1]), 0)
    with pytest.raises(ValueError, match="0 or more"):
        legs_rest(tree, column([1]), -1)
    with pytest.raises(TypeError, match="float"):
        legs_capped(tree, column([1]), 0.5)  # type: ignore[arg-type]  # what must be refused
    with pytest.raises(ValueError, match="sponsor 1 is no member"):
        legs_with_enrolled(tree, flags([True]), pointers([1]))

"""Sums up the tree against their definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.network.forests import VALUE, Forest, column, flags, forests_with, pointers

from trueline.network import ROOT, build
from trueline.network.sums import company_sum, downline_sum, frontline_sum, group_sum, group_sum_cut, levels_sum

WITH_VALUES = forests_with(VALUE)


@given(WITH_VALUES)
def test_groups_downlines_frontlines_and_the_company(given_: tuple[Forest, list[list[int]]]) -> None:
    forest, (x,) = given_
    group = forest.each(lambda i: sum(x[s] for s in forest.subtree(i)))
    assert group_sum(forest.tree, column(x)).tolist() == group
    assert downline_sum(forest.tree, column(x)).tolist() == forest.each(lambda i: group[i] - x[i])
    frontline = forest.each(lambda i: sum(x[c] for c in forest.children(i)))
    assert frontline_sum(forest.tree, column(x)).tolist() == frontline
    assert company_sum(forest.tree, column(x)) == sum(x[i] for i in forest.present)


@given(forests_with(VALUE, st.booleans()))
def test_a_group_ends_at_its_boundary(given_: tuple[Forest, list[list[int]]]) -> None:
    forest, (x, cut) = given_

    def personal(i: int) -> int:
        return x[i] + sum(personal(c) for c in forest.children(i) if not cut[c])

    assert group_sum_cut(forest.tree, column(x), flags(cut)).tolist() == forest.each(personal)


@given(WITH_VALUES, st.integers(0, 6), st.integers(0, 16))
def test_levels_are_distances(given_: tuple[Forest, list[list[int]]], first: int, more: int) -> None:
    forest, (x,) = given_
    last = first + more

    def within(i: int) -> int:
        line = {s: [s, *forest.upline(s)] for s in forest.subtree(i)}
        return sum(x[s] for s in line if first <= line[s].index(i) <= last)

    assert levels_sum(forest.tree, column(x), first, last).tolist() == forest.each(within)


def test_levels_are_exact_where_whole_groups_are_too_large() -> None:
    """A chain whose total leaves int64: three levels of it do not, and only more is refused."""
    chain = build("chain", pointers(range(-1, 9)))
    x = column([2**61] * 10)
    assert levels_sum(chain, x, 1, 3).tolist() == [3 * 2**61] * 7 + [2 * 2**61, 2**61, 0]
    assert levels_sum(chain, -x, 0, 3)[0] == -(2**63)
    for too_large in (lambda: group_sum(chain, x), lambda: downline_sum(chain, x), lambda: levels_sum(chain, x, 1, 4)):
        with pytest.raises(OverflowError, match="too large for its unit"):
            too_large()
    assert company_sum(chain, x) == 10 * 2**61
    star = build("star", pointers([ROOT] + [0] * 9))
    with pytest.raises(OverflowError, match="too large for its unit"):
        frontline_sum(star, x)


def test_what_is_refused() -> None:
    tree = build("t", pointers([ROOT]))
    with pytest.raises(ValueError, match="Levels run"):
        levels_sum(tree, column([1]), 2, 1)
    with pytest.raises(ValueError, match="one entry for each of 1 members"):
        group_sum(tree, column([1, 2]))
    with pytest.raises(TypeError, match="float64"):
        group_sum(tree, np.array([1.0]))

"""Derived trees and moved volume against their definitions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.network.forests import VALUE, Forest, column, flags, forests_with, pointers

from trueline.network import ABSENT, ROOT, LoopError, build
from trueline.network.compression import move, reattach, remove, remove_to, takers


@given(forests_with(st.booleans()))
def test_removing_and_reattaching(given_: tuple[Forest, list[list[int]]]) -> None:
    forest, (flag,) = given_
    above = forest.each(lambda i: forest.nearest(i, lambda u: bool(flag[u])), absent=ABSENT)
    removed = remove(forest.tree, flags(flag))
    kept = [above[i] if flag[i] else ABSENT for i in range(forest.n)]
    assert removed.parent.tolist() == kept
    assert removed.order.tolist() == build("same", pointers(kept)).order.tolist()
    assert reattach(forest.tree, flags(flag)).parent.tolist() == above


def taker(keep: list[int], target: list[int], onward: bool, i: int) -> int:
    """Who ends up with what i has."""
    if keep[i]:
        return i
    i = target[i]
    while i >= 0 and not keep[i]:
        i = target[i] if onward else ROOT
    return max(i, ROOT)


@given(forests_with(st.booleans(), VALUE, st.integers(-1, 13)), st.booleans())
def test_removing_to_a_chosen_upline_and_moving_volume(given_: tuple[Forest, list[list[int]]], onward: bool) -> None:
    forest, (keep, x, choice) = given_
    keep = [flag and forest.parent[i] != ABSENT for i, flag in enumerate(keep)]
    line = [forest.upline(i) for i in range(forest.n)]
    target = [line[i][choice[i] % len(line[i])] if line[i] and choice[i] >= 0 else ROOT for i in range(forest.n)]
    expected = [
        ABSENT if not keep[i] else taker(keep, target, onward, above) if above >= 0 else ROOT
        for i, above in enumerate(forest.parent)
    ]
    assert remove_to(forest.tree, flags(keep), pointers(target), onward=onward).parent.tolist() == expected
    moved, lost = move(column(x), flags(keep), pointers(target), onward=onward)
    ends = [taker(keep, target, onward, i) for i in range(forest.n)]
    assert takers(flags(keep), pointers(target), onward=onward).tolist() == ends
    assert moved.tolist() == [sum(x[s] for s in range(forest.n) if ends[s] == i) for i in range(forest.n)]
    assert lost == sum(x) - sum(moved.tolist())


@given(forests_with(st.booleans()))
def test_removing_to_the_parent_and_onward_is_removing(given_: tuple[Forest, list[list[int]]]) -> None:
    forest, (keep,) = given_
    towards = remove_to(forest.tree, flags(keep), forest.tree.parent, onward=True)
    assert towards.parent.tolist() == remove(forest.tree, flags(keep)).parent.tolist()


def test_what_is_refused() -> None:
    tree = build("t", pointers([ROOT, 0, 0]))
    keep = flags([True, False, True])
    with pytest.raises(ValueError, match="Member 2 does not stand above 1 in 't'"):
        remove_to(tree, keep, pointers([ROOT, 2, ROOT]), onward=False)
    with pytest.raises(ValueError, match="Member 1 does not stand above 1"):
        remove_to(tree, keep, pointers([ROOT, 1, ROOT]), onward=False)
    with pytest.raises(ValueError, match="target of member 1 is 3, which is no member"):
        remove_to(tree, keep, pointers([ROOT, 3, ROOT]), onward=False)
    with pytest.raises(LoopError) as caught:
        move(column([1, 2, 3]), flags([False, False, True]), pointers([1, 0, ROOT]), onward=True)
    assert caught.value.members == (0, 1)
    with pytest.raises(OverflowError, match="too large"):
        move(column([2**62, 2**62, 0]), keep, pointers([ROOT, 0, ROOT]), onward=False)

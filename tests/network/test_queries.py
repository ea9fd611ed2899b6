"""Questions about single members against their definitions."""

import pytest
from hypothesis import given
from tests.network.forests import Forest, forests, pointers

from trueline.network import ABSENT, ROOT, build
from trueline.network.queries import downline, frontline, is_ancestor, leg_of, upline


@given(forests())
def test_every_question_about_every_member(forest: Forest) -> None:
    tree = forest.tree
    for i in range(forest.n):
        for s in range(forest.n):
            above = i in forest.upline(s)
            assert is_ancestor(tree, i, s) == above
            if above:
                (head,) = (c for c in forest.children(i) if s in forest.subtree(c))
                assert leg_of(tree, i, s) == head
            elif forest.parent[i] != ABSENT:
                with pytest.raises(ValueError, match="does not stand below"):
                    leg_of(tree, i, s)
    for i in forest.present:
        assert upline(tree, i) == forest.upline(i)
        assert sorted(downline(tree, i).tolist()) == [s for s in forest.subtree(i) if s != i]
        assert frontline(tree, i).tolist() == forest.children(i)


def test_nobody_is_asked_who_is_not_there() -> None:
    tree = build("sponsors", pointers([ROOT, ABSENT]))
    for question in (upline, downline, frontline):
        with pytest.raises(ValueError, match="Member 1 is not in 'sponsors'"):
            question(tree, 1)
        with pytest.raises(ValueError, match="2 is no member"):
            question(tree, 2)
    with pytest.raises(ValueError, match="-1 is no member"):
        is_ancestor(tree, ROOT, 0)

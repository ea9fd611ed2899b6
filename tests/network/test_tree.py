"""Building a tree: order, sizes, depths, what is refused."""

from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.network.forests import Forest, column, forests, pointers

from trueline.network import ABSENT, ROOT, AbsentParentError, LoopError, build
from trueline.network.dated import preorder_index


def preorder(forest: Forest, key: list[int]) -> list[int]:
    def below(i: int) -> list[int]:
        return [i] + [s for c in sorted(forest.children(i), key=key.__getitem__) for s in below(c)]

    roots = [i for i in range(forest.n) if forest.parent[i] == ROOT]
    return [s for root in sorted(roots, key=key.__getitem__) for s in below(root)]


@given(forests())
def test_a_tree_follows_its_definition(forest: Forest) -> None:
    tree = forest.tree
    assert tree.parent.tolist() == forest.parent
    order = preorder(forest, list(range(forest.n)))
    assert tree.order.tolist() == order
    assert tree.rank_of.tolist() == forest.each(order.index, absent=-1)
    assert tree.size.tolist() == forest.each(lambda i: len(forest.subtree(i)))
    assert tree.depth.tolist() == forest.each(lambda i: len(forest.upline(i)), absent=-1)
    start, children = tree.frontline
    assert [children[start[i] : start[i + 1]].tolist() for i in range(forest.n)] == [
        forest.children(i) for i in range(forest.n)
    ]


@given(forests(), st.randoms(use_true_random=False))
def test_canonical_numbers_are_a_preorder_by_tie_rank_in_any_order_of_rows(forest: Forest, random: Random) -> None:
    ties = list(range(0, 10 * forest.n, 10))
    random.shuffle(ties)
    expected = preorder(forest, ties)
    expected += sorted((i for i in range(forest.n) if i not in expected), key=ties.__getitem__)
    index = preorder_index(pointers(forest.parent), column(ties))
    assert np.argsort(index).tolist() == expected
    parent = [forest.parent[row] for row in expected]
    renumbered = build("canonical", pointers(int(index[above]) if above >= 0 else above for above in parent))
    assert renumbered.order.tolist() == list(range(len(forest.present)))


def test_a_tree_keeps_its_own_columns() -> None:
    parent = pointers([ROOT, 0])
    tree = build("t", parent)
    parent[1] = ROOT
    assert tree.parent.tolist() == [ROOT, 0]
    with pytest.raises(ValueError, match="read-only"):
        tree.order[0] = 1


def test_every_loop_is_named() -> None:
    with pytest.raises(LoopError, match=r"1 -> 2 -> 3 -> 1 \(2 such loops\)") as caught:
        build("t", pointers([ROOT, 2, 3, 1, 1, 5, 4]))
    assert caught.value.loops == ((1, 2, 3), (5,))
    assert caught.value.members == (1, 2, 3, 5)


@given(forests(), st.data())
def test_any_loop_is_found(forest: Forest, data: st.DataObject) -> None:
    if not forest.present:
        return
    top = data.draw(st.sampled_from(forest.present))
    bottom = data.draw(st.sampled_from(forest.subtree(top)))
    parent = list(forest.parent)
    parent[top] = bottom
    with pytest.raises(LoopError) as caught:
        build("t", pointers(parent))
    line = [bottom, *forest.upline(bottom)]
    assert caught.value.members == tuple(sorted(line[: line.index(top) + 1]))


def test_a_parent_is_present_and_a_member() -> None:
    with pytest.raises(AbsentParentError, match="2 members") as caught:
        build("t", pointers([1, ABSENT, ROOT, 1]))
    assert caught.value.members == (0, 3)
    with pytest.raises(ValueError, match="parent of member 1 is 2, which is no member"):
        build("t", pointers([ROOT, 2]))
    with pytest.raises(ValueError, match="is -3"):
        build("t", pointers([-3]))
    with pytest.raises(TypeError, match="int64"):
        build("t", np.array([-1]))


def test_tie_ranks_are_distinct() -> None:
    with pytest.raises(ValueError, match="same tie rank"):
        preorder_index(pointers([ROOT, ROOT]), column([4, 4]))
    with pytest.raises(LoopError):
        preorder_index(pointers([1, 0]), column([1, 2]))


@pytest.mark.parametrize("towards", ["down", "up"])
def test_a_long_chain_needs_no_recursion(towards: str) -> None:
    n = 200_000
    parent = np.arange(-1, n - 1) if towards == "down" else np.append(np.arange(1, n), ROOT)
    tree = build("chain", parent.astype(np.int32))
    assert sorted((tree.order[0], tree.order[-1])) == [0, n - 1]
    assert tree.depth.max() == n - 1

"""Questions about single members, for screens and explanations rather than for whole runs.

Members are indices. A member who is out of range or absent is a ``ValueError``, except where said otherwise.
"""

from __future__ import annotations

import numpy as np

from trueline.network.columns import Pointers
from trueline.network.tree import ABSENT, Tree


def is_ancestor(tree: Tree, above: int, below: int) -> bool:
    """Whether ``above`` stands strictly above ``below``; False when either is absent. O(1)."""
    first = tree.rank_of[_index(tree, above)]
    asked = tree.rank_of[_index(tree, below)]
    return bool(0 <= first < asked < first + tree.size[above])


def upline(tree: Tree, member: int) -> list[int]:
    """Everyone above ``member``, nearest first. O(depth)."""
    line: list[int] = []
    above = int(tree.parent[_present(tree, member)])
    while above >= 0:
        line.append(above)
        above = int(tree.parent[above])
    return line


def downline(tree: Tree, member: int) -> Pointers:
    """Everyone below ``member`` in preorder: a read-only slice of ``tree.order``. O(1)."""
    first = int(tree.rank_of[_present(tree, member)])
    return tree.order[first + 1 : first + int(tree.size[member])]


def frontline(tree: Tree, member: int) -> Pointers:
    """The children of ``member`` by index, read-only. O(1) after the first question."""
    start, children = tree.frontline
    return children[start[_present(tree, member)] : start[member + 1]]


def leg_of(tree: Tree, top: int, below: int) -> int:
    """The child of ``top`` whose leg holds ``below`` (perhaps itself).

    ``ValueError`` when ``below`` does not stand below ``top``. O(log legs): the children's subtrees are adjacent
    intervals of the preorder.
    """
    if not is_ancestor(tree, top, below):
        raise ValueError(f"Member {below} does not stand below member {top} in '{tree.name}'.")
    heads = frontline(tree, top)
    low, high = 0, heads.size
    asked = tree.rank_of[below]
    while high - low > 1:
        middle = (low + high) // 2
        if tree.rank_of[heads[middle]] <= asked:
            low = middle
        else:
            high = middle
    return int(heads[low])


def _index(tree: Tree, member: int) -> int | np.integer:
    if not 0 <= member < tree.count:
        raise ValueError(f"{member} is no member: there are {tree.count}.")
    return member


def _present(tree: Tree, member: int) -> int | np.integer:
    if tree.parent[_index(tree, member)] == ABSENT:
        raise ValueError(f"Member {member} is not in '{tree.name}'.")
    return member

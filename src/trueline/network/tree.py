"""A tree (more exactly a forest) of positions as arrays, and how it is built from a column of parents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from trueline.kernel import kernel
from trueline.network.columns import Pointers, pointers, sealed

ROOT = -1
"""The parent of a member at the top of a tree."""

ABSENT = -2
"""The parent of a member who is not in this tree."""


class LoopError(ValueError):
    """Members who stand above themselves. ``loops`` lists each loop from its smallest member upwards."""

    def __init__(self, loops: Sequence[Sequence[int]]) -> None:
        self.loops: tuple[tuple[int, ...], ...] = tuple(tuple(loop) for loop in loops)
        shown = " -> ".join(str(member) for member in (*self.loops[0][:8], self.loops[0][0]))
        super().__init__(f"Members stand above themselves: {shown} ({len(self.loops)} such loops).")

    @property
    def members(self) -> tuple[int, ...]:
        """Everyone on a loop, by index."""
        return tuple(sorted(member for loop in self.loops for member in loop))


class AbsentParentError(ValueError):
    """Members whose parent is not in the tree; ``members`` lists them by index."""

    def __init__(self, members: Sequence[int]) -> None:
        self.members: tuple[int, ...] = tuple(members)
        super().__init__(f"{len(self.members)} members have a parent who is not in the tree; first: {self.members[0]}.")


@dataclass(frozen=True, eq=False)
class Tree:
    """A forest of members; made by :func:`build`, never changed.

    ``parent`` [n] is the index of the parent, ``ROOT`` or ``ABSENT``. ``order`` [m] lists the members in
    preorder: parents before children, siblings and roots by index; a subtree is a contiguous interval of it.
    """

    name: str
    parent: Pointers
    order: Pointers

    def __post_init__(self) -> None:
        object.__setattr__(self, "parent", pointers(self.parent, self.parent.size))
        object.__setattr__(self, "order", pointers(self.order, self.order.size))

    @property
    def count(self) -> int:
        """n: how many members the columns have, present or not."""
        return self.parent.size

    @cached_property
    def rank_of(self) -> Pointers:
        """[n] the position in ``order``; -1 when absent."""
        ranks = np.full(self.count, -1, dtype=np.int32)
        ranks[self.order] = np.arange(self.order.size, dtype=np.int32)
        return sealed(ranks)

    @cached_property
    def size(self) -> Pointers:
        """[n] how many members the subtree has, including its top; 0 when absent."""
        sizes = np.empty(self.count, dtype=np.int32)
        subtree_sizes(self.order, self.parent, sizes)
        return sealed(sizes)

    @cached_property
    def depth(self) -> Pointers:
        """[n] how many members stand above; 0 for a root, -1 when absent."""
        depths = np.empty(self.count, dtype=np.int32)
        count_above(self.order, self.parent, depths)
        return sealed(depths)

    @cached_property
    def frontline(self) -> tuple[NDArray[np.int64], Pointers]:
        """(start [n + 1], children [m - roots]): children[start[i]:start[i + 1]] are i's, by index."""
        below = np.flatnonzero(self.parent >= 0).astype(np.int32)
        start = np.zeros(self.count + 1, dtype=np.int64)
        np.cumsum(np.bincount(self.parent[below], minlength=self.count), out=start[1:])
        return sealed(start), sealed(below[np.argsort(self.parent[below], kind="stable")])


def build(name: str, parent: Pointers) -> Tree:
    """The tree with these parents (int32 [n]: an index, ``ROOT`` or ``ABSENT``). O(n), no recursion.

    ``LoopError`` and ``AbsentParentError`` name every member concerned; ``ValueError`` when a parent is no index.
    """
    above = pointers(parent, parent.size)
    if ascending_is_preorder(above, np.empty(above.size, dtype=np.int32)):
        return Tree(name, above.copy(), np.flatnonzero(above != ABSENT).astype(np.int32))
    sequence = np.flatnonzero(above != ABSENT).astype(np.int32)
    position = preorder_positions(above, sequence)
    order = np.empty(sequence.size, dtype=np.int32)
    order[position[sequence]] = sequence
    return Tree(name, above.copy(), order)


def preorder_positions(parent: Pointers, sequence: Pointers) -> Pointers:
    """[n] positions in preorder, with siblings and roots in the order of ``sequence`` (everyone present, once).

    Entries of absent members are undefined. O(n); errors as in :func:`build`.
    """
    _check_parents(parent)
    n = parent.size
    pending, size, queue, position = (np.empty(n, dtype=np.int32) for _ in range(4))
    if arrange(parent, sealed(sequence), pending, size, queue, position) < sequence.size:
        raise LoopError(_loops(parent, np.flatnonzero((pending > 0) & (parent != ABSENT))))
    return position


def _check_parents(parent: Pointers) -> None:
    strange = np.flatnonzero((parent < ABSENT) | (parent >= parent.size))
    if strange.size:
        raise ValueError(f"The parent of member {strange[0]} is {parent[strange[0]]}, which is no member.")
    below = np.flatnonzero(parent >= 0)
    orphans = below[parent[parent[below]] == ABSENT]
    if orphans.size:
        raise AbsentParentError(orphans.tolist())


def _loops(parent: Pointers, members: NDArray[np.int64]) -> list[list[int]]:
    """The loops on which ``members`` (everyone who is on one) stand."""
    left = dict.fromkeys(members.tolist())
    loops: list[list[int]] = []
    while left:
        member = next(iter(left))
        loop: list[int] = []
        while member in left:
            del left[member]
            loop.append(member)
            member = int(parent[member])
        loops.append(loop)
    return loops


@kernel
def ascending_is_preorder(parent: Pointers, path: Pointers) -> bool:
    """Whether the members in the order of their indices are already a valid preorder. O(n); ``path`` is scratch."""
    top = -1
    for i in range(parent.size):
        above = parent[i]
        if above == ABSENT:
            continue
        if above == ROOT:
            top = -1
        else:
            while top >= 0 and path[top] != above:
                top -= 1
            if top < 0:
                return False
        top += 1
        path[top] = i
    return True


@kernel
def arrange(
    parent: Pointers, sequence: Pointers, pending: Pointers, size: Pointers, queue: Pointers, position: Pointers
) -> int:
    """Preorder positions, siblings in the order of ``sequence``; returns how many members are on no loop.

    Leaves are taken off first, then whoever has no children left, and so on: that gives subtree sizes, hence
    every member's place behind its older siblings, hence positions from the top down. O(n).
    When members are left over, ``pending`` > 0 marks them and ``position`` is not filled.
    """
    pending[:] = 0
    for i in sequence:
        size[i] = 1
        if parent[i] >= 0:
            pending[parent[i]] += 1
    tail = 0
    for i in sequence:
        if pending[i] == 0:
            queue[tail] = i
            tail += 1
    head = 0
    while head < tail:
        i = queue[head]
        head += 1
        above = parent[i]
        if above >= 0:
            size[above] += size[i]
            pending[above] -= 1
            if pending[above] == 0:
                queue[tail] = above
                tail += 1
    if tail < sequence.size:
        return tail
    taken = pending  # all zero by now: how much of a member's interval its children have taken
    of_roots = 0
    for i in sequence:
        above = parent[i]
        if above >= 0:
            position[i] = 1 + taken[above]
            taken[above] += size[i]
        else:
            position[i] = of_roots
            of_roots += size[i]
    for at in range(tail - 1, -1, -1):
        i = queue[at]
        if parent[i] >= 0:
            position[i] += position[parent[i]]
    return tail


@kernel
def subtree_sizes(order: Pointers, parent: Pointers, out: Pointers) -> None:
    """size(i) = 1 + Σ size(c) over i's children. O(n)."""
    out[:] = 0
    for at in range(order.size - 1, -1, -1):
        i = order[at]
        out[i] += 1
        if parent[i] >= 0:
            out[parent[i]] += out[i]


@kernel
def count_above(order: Pointers, parent: Pointers, out: Pointers) -> None:
    """depth(i) = depth(parent) + 1, from 0 at the roots. O(n)."""
    out[:] = -1
    for i in order:
        out[i] = out[parent[i]] + 1 if parent[i] >= 0 else 0

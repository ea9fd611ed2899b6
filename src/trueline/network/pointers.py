"""Pointers up the tree: the nearest upline that is flagged, higher, sufficient or allowed; values read from above.

Pointers are int32 [n]: the index of a member, ``ROOT`` when there is none, ``ABSENT`` for absent members.
"""

from __future__ import annotations

from operator import index

import numpy as np
from numpy.typing import NDArray

from trueline.kernel import kernel
from trueline.network.columns import Flags, Pointers, Values, flags, masks, values
from trueline.network.tree import ABSENT, ROOT, Tree


def ancestor_pointer(tree: Tree, flag: Flags) -> Pointers:
    """The nearest member strictly above who is flagged. O(n)."""
    out = np.empty(tree.count, dtype=np.int32)
    point_to_flagged(tree.order, tree.parent, flags(flag, tree.count), out)
    return out


def next_allowed(tree: Tree, mask: NDArray[np.uint64], bit: int) -> Pointers:
    """The member itself or else the nearest one above whose ``mask`` has ``bit`` (0..63) set. O(n).

    With one bit per level, a walk that skips whoever may not be paid for a level jumps along these pointers.
    """
    if not 0 <= bit <= 63:
        raise ValueError(f"A mask has the bits 0 to 63, not {bit}.")
    out = np.empty(tree.count, dtype=np.int32)
    point_to_allowed(tree.order, tree.parent, masks(mask, tree.count), np.uint64(1 << bit), out)
    return out


def next_higher(tree: Tree, value: Values) -> Pointers:
    """The nearest member strictly above whose ``value`` is strictly greater than mine.

    O(n log d) at worst, d the depth; cheap when few distinct values stand above one another.
    """
    return _nearest(tree, value, value, np.zeros(tree.count, dtype=np.bool_), strict=True)


def nearest_reaching(tree: Tree, value: Values, need: Values, always: Flags) -> Pointers:
    """For each member s the nearest u strictly above with value(u) >= need(s) or always(u).

    ``need`` may take any number of distinct values. O(n log d) at worst, d the depth.
    """
    return _nearest(tree, value, need, always, strict=False)


def generation_count(tree: Tree, flag: Flags) -> Values:
    """How many flagged members stand strictly above: C(i) = C(parent) + [flag(parent)], 0 at a root. O(n).

    For u above s, C(s) - C(u) counts the flagged members from u (included) down to s (not included).
    """
    out = np.empty(tree.count, dtype=np.int64)
    count_flagged(tree.order, tree.parent, flags(flag, tree.count), out)
    return out


def at_parent(tree: Tree, x: Values, default: int) -> Values:
    """x(parent); ``default`` for roots and absent members. O(n)."""
    column = values(x, tree.count)
    out = np.full(tree.count, index(default), dtype=np.int64)
    below = tree.parent >= 0
    out[below] = column[tree.parent[below]]
    return out


def _nearest(tree: Tree, value: Values, need: Values, always: Flags, *, strict: bool) -> Pointers:
    n, m = tree.count, tree.order.size
    out = np.empty(n, dtype=np.int32)
    ladder, tops, entries = (np.empty(m, dtype=np.int32) for _ in range(3))
    point_to_sufficient(
        tree.order,
        tree.depth,
        values(value, n),
        values(need, n),
        flags(always, n),
        strict,
        ladder,
        tops,
        entries,
        out,
    )
    return out


@kernel
def point_to_flagged(order: Pointers, parent: Pointers, flag: Flags, out: Pointers) -> None:
    """One pass from the top down; see :func:`ancestor_pointer`."""
    out[:] = ABSENT
    for i in order:
        above = parent[i]
        if above < 0:
            out[i] = ROOT
        elif flag[above]:
            out[i] = above
        else:
            out[i] = out[above]


@kernel
def point_to_allowed(
    order: Pointers, parent: Pointers, mask: NDArray[np.uint64], bit: np.uint64, out: Pointers
) -> None:
    """One pass from the top down; see :func:`next_allowed`."""
    out[:] = ABSENT
    for i in order:
        if (mask[i] & bit) == bit:
            out[i] = i
        elif parent[i] >= 0:
            out[i] = out[parent[i]]
        else:
            out[i] = ROOT


@kernel
def count_flagged(order: Pointers, parent: Pointers, flag: Flags, out: Values) -> None:
    """One pass from the top down; see :func:`generation_count`."""
    out[:] = 0
    for i in order:
        above = parent[i]
        if above >= 0:
            out[i] = out[above] + (1 if flag[above] else 0)


@kernel
def outranking(ladder: Pointers, top: int, value: Values, always: Flags, need: np.int64, strict: bool) -> int:  # noqa: FBT001
    """How many rungs, from the far end, reach ``need``: they come first, because values fall along the ladder."""
    low, high = 0, top
    while low < high:
        middle = (low + high) // 2
        u = ladder[middle]
        if always[u] or value[u] > need or (value[u] == need and not strict):
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def point_to_sufficient(
    order: Pointers,
    depth: Pointers,
    value: Values,
    need: Values,
    always: Flags,
    strict: bool,  # noqa: FBT001
    ladder: Pointers,
    tops: Pointers,
    entries: Pointers,
    out: Pointers,
) -> None:
    """See :func:`nearest_reaching` (``strict``: value(u) > need(s), see :func:`next_higher`).

    ``ladder`` holds, from the far end to the near one, the members above who are outranked by nobody nearer:
    values fall along it, so that one binary search answers. Adding a member overwrites one rung and shortens
    the ladder; ``tops`` and ``entries`` [depth] remember both, and leaving the member's subtree puts them back.
    """
    out[:] = ABSENT
    top = 0
    deepest = -1
    for i in order:
        level = depth[i]
        while deepest >= level:
            ladder[top - 1] = entries[deepest]
            top = tops[deepest]
            deepest -= 1
        found = outranking(ladder, top, value, always, need[i], strict)
        out[i] = ladder[found - 1] if found > 0 else ROOT
        rung = 0 if always[i] else outranking(ladder, top, value, always, value[i], True)
        tops[level] = top
        entries[level] = ladder[rung]
        ladder[rung] = i
        top = rung + 1
        deepest = level

"""Sums up the tree: a group, a downline, a group cut at boundaries, the frontline, levels, the company.

``x`` is int64 [n] in any unit; results are int64 [n] in the same unit, 0 for absent members. Every addition is
checked: ``OverflowError`` rather than a wrong figure. All are O(n), whatever the depth.
"""

from __future__ import annotations

import numpy as np

from trueline.kernel import kernel
from trueline.money.columns import total
from trueline.money.exact import add
from trueline.network.columns import Flags, Pointers, Values, flags, values
from trueline.network.tree import Tree


def group_sum(tree: Tree, x: Values) -> Values:
    """Own and everyone below: G(i) = x(i) + Σ G(c) over i's children. O(n)."""
    return group_sum_cut(tree, x, np.zeros(tree.count, dtype=np.bool_))


def group_sum_cut(tree: Tree, x: Values, cut: Flags) -> Values:
    """The group without the groups of boundary members: P(i) = x(i) + Σ P(c) over children c not ``cut``. O(n).

    A cut member still has a sum of its own; only its upline does not see it.
    """
    out = np.empty(tree.count, dtype=np.int64)
    sum_groups(tree.order, tree.parent, values(x, tree.count), flags(cut, tree.count), out)
    return out


def downline_sum(tree: Tree, x: Values) -> Values:
    """Everyone below, without own: D(i) = Σ x(c) + D(c) over i's children. O(n)."""
    out = np.empty(tree.count, dtype=np.int64)
    sum_downlines(tree.order, tree.parent, values(x, tree.count), out)
    return out


def frontline_sum(tree: Tree, x: Values) -> Values:
    """Σ x(c) over i's children. O(n)."""
    out = np.empty(tree.count, dtype=np.int64)
    sum_frontlines(tree.order, tree.parent, values(x, tree.count), out)
    return out


def levels_sum(tree: Tree, x: Values, first: int, last: int) -> Values:
    """Σ x(s) over s below i at a distance of ``first`` to ``last`` (0 is i itself, 1 the frontline).

    O(n) however many levels: with G the group sum it is Σ G(s) at distance ``first`` minus Σ G(s) at distance
    ``last + 1``. G is held in two halves, so that only a result beyond int64 is an ``OverflowError``.
    """
    if not 0 <= first <= last:
        raise ValueError(f"Levels run from 0 or more upwards, not from {first} to {last}.")
    n = tree.count
    out, high, low = (np.empty(n, dtype=np.int64) for _ in range(3))
    path = np.empty(tree.order.size, dtype=np.int32)
    beyond = min(last + 1, n + 1)
    sum_levels(tree.order, tree.parent, tree.depth, values(x, n), min(first, n + 1), beyond, path, high, low, out)
    return out


def company_sum(tree: Tree, x: Values) -> int:
    """Σ x over everyone in the tree, as a Python integer of any size. O(n)."""
    return total(values(x, tree.count)[tree.order])


@kernel
def sum_groups(order: Pointers, parent: Pointers, x: Values, cut: Flags, out: Values) -> None:
    """One pass from the leaves up; see :func:`group_sum_cut`."""
    out[:] = 0
    for at in range(order.size - 1, -1, -1):
        i = order[at]
        out[i] = add(out[i], x[i])
        above = parent[i]
        if above >= 0 and not cut[i]:
            out[above] = add(out[above], out[i])


@kernel
def sum_downlines(order: Pointers, parent: Pointers, x: Values, out: Values) -> None:
    """One pass from the leaves up; see :func:`downline_sum`."""
    out[:] = 0
    for at in range(order.size - 1, -1, -1):
        i = order[at]
        above = parent[i]
        if above >= 0:
            out[above] = add(out[above], add(out[i], x[i]))


@kernel
def sum_frontlines(order: Pointers, parent: Pointers, x: Values, out: Values) -> None:
    """One pass; see :func:`frontline_sum`."""
    out[:] = 0
    for i in order:
        above = parent[i]
        if above >= 0:
            out[above] = add(out[above], x[i])


@kernel
def sum_levels(
    order: Pointers,
    parent: Pointers,
    depth: Pointers,
    x: Values,
    first: int,
    beyond: int,
    path: Pointers,
    high: Values,
    low: Values,
    out: Values,
) -> None:
    """See :func:`levels_sum`; ``path`` [depth] holds the line from the root to the member being visited.

    Halves: a value is high * 2**32 + low. ``high`` and ``low`` first hold group sums. In preorder a member's
    own group sum is no longer needed once the member was visited, so its place then collects its result.
    """
    high[:] = 0
    low[:] = 0
    out[:] = 0
    for at in range(order.size - 1, -1, -1):
        i = order[at]
        high[i] += x[i] >> 32
        low[i] += x[i] & 0xFFFFFFFF
        above = parent[i]
        if above >= 0:
            high[above] += high[i]
            low[above] += low[i]
    for i in order:
        level = depth[i]
        path[level] = i
        group_high, group_low = high[i], low[i]
        high[i] = 0
        low[i] = 0
        if level >= first:
            above = path[level - first]
            high[above] += group_high
            low[above] += group_low
        if level >= beyond:
            above = path[level - beyond]
            high[above] -= group_high
            low[above] -= group_low
    for i in order:
        upper = high[i] + (low[i] >> 32)
        if not -(2**31) <= upper < 2**31:
            raise OverflowError("A sum over levels is too large for its unit; declare a coarser unit.")
        out[i] = (upper << 32) | (low[i] & 0xFFFFFFFF)

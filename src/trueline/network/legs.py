"""Legs: each child heads one leg of a member, and the leg is the child's whole subtree.

``legs_with`` and ``legs_with_enrolled`` count legs; the other functions are statistics of a value x taken at the
heads of the legs (for leg volumes pass ``group_sum``). Results are int64 [n], 0 for absent members.
"""

from __future__ import annotations

from operator import index

import numpy as np

from trueline.kernel import kernel
from trueline.money.exact import add
from trueline.network.columns import Flags, Pointers, Values, flags, pointers, values
from trueline.network.tree import Tree


def legs_with(tree: Tree, flag: Flags) -> Values:
    """How many legs of i hold at least one flagged member (its head included). O(n)."""
    out = np.empty(tree.count, dtype=np.int64)
    count_legs(tree.order, tree.parent, flags(flag, tree.count), np.empty(tree.count, dtype=np.bool_), out)
    return out


def legs_with_enrolled(tree: Tree, flag: Flags, sponsor: Pointers) -> Values:
    """How many distinct legs of i hold a flagged member whom i personally sponsored, at any distance. O(n).

    ``sponsor`` int32 [n] is the index of each member's sponsor, negative for none. A member whose sponsor does
    not stand above in this tree counts for nobody.
    """
    n = tree.count
    out = np.empty(n, dtype=np.int64)
    seen, path = np.empty(n, dtype=np.bool_), np.empty(tree.order.size, dtype=np.int32)
    above = pointers(sponsor, n)
    if above.size and int(above.max()) >= n:
        raise ValueError(f"The sponsor {above.max()} is no member.")
    count_enrolled_legs(tree.order, tree.depth, flags(flag, n), above, seen, path, out)
    return out


def leg_nth(tree: Tree, x: Values, k: int) -> Values:
    """The k-th largest x among the heads of i's legs (k = 1 is the largest); 0 when there are fewer than k legs.

    Values may be negative, and a negative k-th value is returned as it is: 0 then does not mean the smallest.
    O(n * min(k, legs)) at worst, close to O(n) in practice.
    """
    if k < 1:
        raise ValueError(f"Legs are counted from 1, not {k}.")
    nth, _ = _ranked(tree, x, k)
    return nth


def legs_rest(tree: Tree, x: Values, k: int) -> Values:
    """Σ x over the heads of i's legs except the k largest (k = 0: all of them). Cost as :func:`leg_nth`."""
    if k < 0:
        raise ValueError(f"The number of legs left out is 0 or more, not {k}.")
    _, rest = _ranked(tree, x, k)
    return rest


def legs_capped(tree: Tree, x: Values, cap: int | Values) -> Values:
    """Σ min(x(c), cap(i)) over the heads c of i's legs; ``cap`` is one number or int64 [n]. O(n)."""
    n = tree.count
    limit = values(cap, n) if isinstance(cap, np.ndarray) else np.full(n, index(cap), dtype=np.int64)
    out = np.empty(n, dtype=np.int64)
    sum_capped(tree.order, tree.parent, values(x, n), values(limit, n), out)
    return out


def _ranked(tree: Tree, x: Values, k: int) -> tuple[Values, Values]:
    nth, rest = np.empty(tree.count, dtype=np.int64), np.empty(tree.count, dtype=np.int64)
    best = np.empty(min(k, tree.order.size), dtype=np.int64)
    rank_legs(tree.order, tree.size, values(x, tree.count), k, best, nth, rest)
    return nth, rest


@kernel
def count_legs(order: Pointers, parent: Pointers, flag: Flags, holds: Flags, out: Values) -> None:
    """One pass from the leaves up; ``holds`` becomes: this subtree has a flagged member."""
    out[:] = 0
    holds[:] = False
    for at in range(order.size - 1, -1, -1):
        i = order[at]
        holds[i] = holds[i] or flag[i]
        above = parent[i]
        if above >= 0 and holds[i]:
            holds[above] = True
            out[above] += 1


@kernel
def count_enrolled_legs(
    order: Pointers, depth: Pointers, flag: Flags, sponsor: Pointers, seen: Flags, path: Pointers, out: Values
) -> None:
    """One pass in preorder; ``path`` [depth] is the line down to the member visited, ``seen`` marks counted legs."""
    out[:] = 0
    seen[:] = False
    for i in order:
        path[depth[i]] = i
        above = sponsor[i]
        if not flag[i] or above < 0:
            continue
        level = depth[above]
        if 0 <= level < depth[i] and path[level] == above:
            head = path[level + 1]
            if not seen[head]:
                seen[head] = True
                out[above] += 1


@kernel
def rank_legs(order: Pointers, size: Pointers, x: Values, k: int, best: Values, nth: Values, rest: Values) -> None:
    """Per member: ``best`` holds the k largest so far in falling order; whatever drops out joins the rest.

    In preorder the first child follows its parent and each next one follows the previous child's subtree.
    """
    nth[:] = 0
    rest[:] = 0
    for at in range(order.size):
        i = order[at]
        end = at + size[i]
        held = 0
        head = at + 1
        while head < end:
            c = order[head]
            head += size[c]
            value = x[c]
            if held == k:
                if k == 0 or value <= best[k - 1]:
                    rest[i] = add(rest[i], value)
                    continue
                rest[i] = add(rest[i], best[k - 1])
                held -= 1
            place = held
            while place > 0 and best[place - 1] < value:
                best[place] = best[place - 1]
                place -= 1
            best[place] = value
            held += 1
        if k > 0 and held == k:
            nth[i] = best[k - 1]


@kernel
def sum_capped(order: Pointers, parent: Pointers, x: Values, cap: Values, out: Values) -> None:
    """One pass; see :func:`legs_capped`."""
    out[:] = 0
    for i in order:
        above = parent[i]
        if above >= 0:
            out[above] = add(out[above], min(x[i], cap[above]))

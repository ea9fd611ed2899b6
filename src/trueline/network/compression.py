"""Derived trees: who is removed, to whom the others are attached, and where volume goes.

Vendors use one word, compression, for different things; here each has its own name. All are O(n) and leave the
given tree as it was; in the new tree the order is a preorder again, siblings by index.
"""

from __future__ import annotations

import numpy as np

from trueline.kernel import kernel
from trueline.money.columns import total
from trueline.money.exact import add
from trueline.network.columns import Flags, Pointers, Values, flags, pointers, values
from trueline.network.pointers import ancestor_pointer
from trueline.network.tree import ABSENT, ROOT, LoopError, Tree, build


def remove(tree: Tree, keep: Flags) -> Tree:
    """Standard compression: whoever is not kept disappears (``ABSENT``).

    The frontline of the removed is attached to the nearest kept member above, or becomes roots where there is none.
    """
    kept = flags(keep, tree.count)
    parent = ancestor_pointer(tree, kept)
    parent[~kept] = ABSENT
    return build(tree.name, parent)


def reattach(tree: Tree, leader: Flags) -> Tree:
    """Everyone stays and is attached to the nearest leader strictly above, or becomes a root where there is none.

    This is the second phase of a two-phase compression: levels of the new tree are generations of leaders.
    """
    return build(tree.name, ancestor_pointer(tree, leader))


def remove_to(tree: Tree, keep: Flags, target: Pointers, *, onward: bool) -> Tree:
    """Whoever is not kept disappears, and the frontline of a removed i is attached to ``target[i]``.

    ``target`` int32 [n] is read for removed members only: a member strictly above i, or negative for nobody
    (the frontline becomes roots). Where that member is removed too, ``onward`` follows to its own target and so
    on, and otherwise the frontline becomes roots. ``ValueError`` when a target does not stand above.
    """
    kept, towards = flags(keep, tree.count), pointers(target, tree.count)
    removed = np.flatnonzero(~kept & (tree.parent != ABSENT) & (towards >= 0))
    taker = takers(kept, towards, onward=onward)
    first = tree.rank_of[towards[removed]]
    own = tree.rank_of[removed]
    wrong = removed[(first < 0) | (own <= first) | (own >= first + tree.size[towards[removed]])]
    if wrong.size:
        raise ValueError(f"Member {towards[wrong[0]]} does not stand above {wrong[0]} in '{tree.name}'.")
    below = tree.parent >= 0
    parent = tree.parent.copy()
    parent[below] = taker[tree.parent[below]]
    parent[~kept] = ABSENT
    return build(tree.name, parent)


def move(x: Values, keep: Flags, target: Pointers, *, onward: bool) -> tuple[Values, int]:
    """Volume compression: (x with the values of everyone not kept moved to their targets, the total lost).

    A removed i has 0 afterwards; x(i) is added to ``target[i]``. Where that member is removed too, ``onward``
    moves it on to that member's own target and so on, and otherwise it is lost, as it is when the target is
    negative. Σ before = Σ after + lost. ``LoopError`` when targets lead in a circle, ``OverflowError`` when a
    sum leaves int64.
    """
    column, kept = values(x, x.size), flags(keep, x.size)
    taker = takers(kept, pointers(target, x.size), onward=onward)
    out = np.empty_like(column)
    hand_over(column, taker, out)
    return out, total(column[taker < 0])


def takers(keep: Flags, target: Pointers, *, onward: bool) -> Pointers:
    """[n] who ends up with what a member has: a kept member itself, else its kept target, else ``ROOT``.

    The rule of :func:`remove_to` and :func:`move`. O(n). ``ValueError`` when a target is no member, ``LoopError``
    when ``onward`` leads in a circle.
    """
    n = keep.size
    kept, towards = flags(keep, n), pointers(target, n)
    strange = np.flatnonzero(~kept & (towards >= n))
    if strange.size:
        raise ValueError(f"The target of member {strange[0]} is {towards[strange[0]]}, which is no member.")
    out = np.empty(n, dtype=np.int32)
    circle = settle_takers(kept, towards, onward, np.empty(n, dtype=np.int32), out)
    if circle >= 0:
        loop = [circle]
        while int(towards[loop[-1]]) != circle:
            loop.append(int(towards[loop[-1]]))
        raise LoopError([loop])
    return out


@kernel
def settle_takers(keep: Flags, target: Pointers, onward: bool, trail: Pointers, out: Pointers) -> int:  # noqa: FBT001
    """Fill ``out`` as :func:`takers` says; returns -1, or a member from whom targets lead back to itself.

    Each member is walked over once: the end of a trail is written to everyone on it.
    """
    unknown, walking = -3, -4
    for i in range(keep.size):
        if keep[i]:
            out[i] = i
        elif target[i] < 0:
            out[i] = ROOT
        elif onward:
            out[i] = unknown
        else:
            out[i] = target[i] if keep[target[i]] else ROOT
    for i in range(keep.size):
        length = 0
        at = np.int32(i)
        while out[at] == unknown:
            out[at] = walking
            trail[length] = at
            length += 1
            at = target[at]
        if out[at] == walking:
            return int(at)
        for step in range(length):
            out[trail[step]] = out[at]
    return -1


@kernel
def hand_over(x: Values, taker: Pointers, out: Values) -> None:
    """out(i) = Σ x over everyone whose taker is i. O(n)."""
    out[:] = 0
    for i in range(x.size):
        if taker[i] >= 0:
            out[taker[i]] = add(out[taker[i]], x[i])

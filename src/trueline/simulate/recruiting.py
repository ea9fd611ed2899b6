"""Who recruits a newcomer, and where the newcomer is placed: one newcomer after the other, exactly.

Both walk a tree of partial sums (Fenwick 1994) over whole-number weights, so that a newcomer costs O(log n).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trueline.kernel import kernel

Int64s = NDArray[np.int64]
Int32s = NDArray[np.int32]

NO_QUOTA = 2**40
"""More recruits than anybody has."""


def chosen(
    base: Int64s, count: Int64s, there: int, draws: Int64s, *, start: int = 1, slope: int = 0, most: int = NO_QUOTA
) -> Int64s:
    """int64 (k): whom each of k newcomers in turn comes to; −1 when nobody can be chosen.

    ``base`` and ``count`` (there + k) are of those who are ``there``, then of the newcomers; a chosen i weighs
    base(i) × (start + slope × count(i)), nothing once count(i) has reached ``most``. ``count`` grows as people are
    chosen, and a newcomer can be chosen by the next one. Errors: ``OverflowError`` when the weights leave int64.
    """
    people = len(base)
    if int(base.max(initial=0)) * (start + abs(slope) * (people + int(count.max(initial=0)))) >= 2**62 // max(
        people, 1
    ):
        raise OverflowError("The weights of recruiters are too large; use smaller whole numbers.")
    sums, found = np.zeros(people + 1, dtype=np.int64), np.empty(len(draws), dtype=np.int64)
    choose(base, count, there, draws, start, slope, most, sums, found)
    return found


@kernel
def choose(
    base: Int64s, count: Int64s, there: int, draws: Int64s, start: int, slope: int, most: int, sums: Int64s, out: Int64s
) -> None:
    """See :func:`chosen`; ``sums`` (n + 1) is the tree of partial sums, zeros at first. O((n + k) log n)."""
    people = base.size
    top = 1
    while top * 2 <= people:
        top *= 2
    total = 0
    for who in range(there):
        if count[who] < most:
            weight = base[who] * (start + slope * count[who])
            total += weight
            at = who + 1
            while at <= people:
                sums[at] += weight
                at += at & -at
    for k in range(draws.size):
        if total <= 0:
            out[k] = -1
        else:
            left, who, step = draws[k] % total, 0, top
            while step > 0:  # the largest who whose partial sum is at most ``left``
                if who + step <= people and sums[who + step] <= left:
                    who += step
                    left -= sums[who]
                step //= 2
            out[k] = who
            change = -base[who] * (start + slope * count[who])
            count[who] += 1
            if count[who] < most:
                change += base[who] * (start + slope * count[who])
            total += change
            at = who + 1
            while at <= people:
                sums[at] += change
                at += at & -at
        new = there + k
        if count[new] < most:
            weight = base[new] * (start + slope * count[new])
            total += weight
            at = new + 1
            while at <= people:
                sums[at] += weight
                at += at & -at


@kernel
def place_below(sponsor: Int64s, first: int, parent: Int64s, children: Int64s, filled: Int64s, size: Int64s) -> None:
    """Newcomers first, first + 1, … go below their sponsor: into its own open slot, else into its smallest leg.

    ``children`` [n, width] holds who stands in each slot, ``filled`` how many slots are taken, ``size`` everybody in
    the subtree; ``parent`` −1 is a root. Ties go to the lower slot. O(depth) for each newcomer.
    """
    width = children.shape[1]
    for k in range(sponsor.size):
        new, at = first + k, sponsor[k]
        size[new] = 1
        parent[new] = -1
        if at < 0:
            continue
        while filled[at] == width:
            best = children[at, 0]
            for slot in range(1, width):
                if size[children[at, slot]] < size[best]:
                    best = children[at, slot]
            at = best
        parent[new] = at
        children[at, filled[at]] = new
        filled[at] += 1
        while at >= 0:
            size[at] += 1
            at = parent[at]

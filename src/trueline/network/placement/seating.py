"""Newcomers take seats below their uplines, one after the other (docs/semantics.md, section 6.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from trueline.kernel import kernel
from trueline.network.columns import Flags, Pointers, Values, flags, pointers, values
from trueline.network.tree import ABSENT, ROOT, Tree, build

Fill = Literal["breadth", "depth", "slot", "alternate", "weaker", "smallest"]

_BREADTH, _DEPTH, _SLOT, _ALTERNATE, _WEAKER, _SMALLEST = range(6)
_CODES: dict[Fill, int] = {
    "breadth": _BREADTH,
    "depth": _DEPTH,
    "slot": _SLOT,
    "alternate": _ALTERNATE,
    "weaker": _WEAKER,
    "smallest": _SMALLEST,
}
_NOBODY = -1


@dataclass
class Seats:
    """Who sits where, changed in place: ``parent`` int32 [n] (``ABSENT``: no seat), ``slot`` int32 [n] from 1 (0 for
    roots and nobody), ``position`` int64 [n]: the number in the order of placement (0: none), ``begun`` int64 [n]:
    how many newcomers began at the member, ``given``: the highest position ever given.
    """

    parent: Pointers
    slot: Pointers
    position: Values
    begun: Values
    given: int = 0

    @classmethod
    def empty(cls, n: int) -> Seats:
        return cls(
            np.full(n, ABSENT, dtype=np.int32),
            np.zeros(n, dtype=np.int32),
            np.zeros(n, dtype=np.int64),
            np.zeros(n, dtype=np.int64),
        )

    def children(self, width: int) -> Pointers:
        """int32 [n × width]: the member in each slot, ``-1`` for an empty one; slot k of i at i × width + k − 1."""
        table = np.full(self.parent.size * width, _NOBODY, dtype=np.int32)
        below = np.flatnonzero(self.slot > 0)
        table[self.parent[below].astype(np.int64) * width + self.slot[below] - 1] = below
        return table


def seat(
    seats: Seats,
    newcomers: Pointers,
    under: Pointers,
    width: int,
    fill: Fill,
    *,
    slot: int = 1,
    weight: Values | None = None,
) -> None:
    """Give every newcomer a seat, in the order given; ``seats`` is changed.

    ``under`` int32 [n] holds the parents in the tree in which a newcomer's nearest seated upline is looked for.
    ``slot`` belongs to ``fill="slot"``; ``weight`` int64 [n] weighs legs for "weaker" and "smallest" in place of
    people. Cost per newcomer: the way up to a seated upline; for "breadth" and "smallest" the way down to the seat; for
    "weaker" and "smallest" by people also the way from the seat up to the root. The others keep pointers and take
    next to none.
    """
    n = seats.parent.size
    child = seats.children(width)
    size = np.ones(n, dtype=np.int64) if weight is None else values(weight, n).copy()
    near = np.zeros(n, dtype=np.int32)
    if newcomers.size and (fill == "breadth" or (weight is None and fill in ("weaker", "smallest"))):
        sum_up(build("", seats.parent).order, seats.parent, child, width, size, near)
    seats.given = take_seats(
        pointers(newcomers, newcomers.size),
        pointers(under, n),
        width,
        _CODES[fill],
        slot,
        weight is None and fill in ("weaker", "smallest"),
        seats.parent,
        seats.slot,
        seats.position,
        seats.begun,
        seats.given,
        child,
        child.copy(),
        size,
        near,
    )


def latest_above(under: Tree, times: Values, wanted: Flags) -> Values:
    """int64 [n]: the latest time of the wanted among each member and everybody above it; meaningless for others.

    Whoever is seated in this order, ties by depth, comes after every wanted member above. O(n).
    """
    out = values(times, under.count).copy()
    hand_down(under.order, under.parent, flags(wanted, under.count), out)
    return out


@kernel
def hand_down(order: Pointers, parent: Pointers, wanted: Flags, out: Values) -> None:
    """One pass from the top; see :func:`latest_above`. Who is not wanted hands on what comes from above."""
    for i in order:
        above = parent[i]
        if above >= 0:
            out[i] = max(out[i], out[above]) if wanted[i] else out[above]
        elif not wanted[i]:
            out[i] = np.iinfo(np.int64).min


@kernel
def sum_up(order: Pointers, parent: Pointers, child: Pointers, width: int, size: Values, near: Pointers) -> None:
    """size(i) += Σ size of the children; near(i) = levels down to the nearest free member. O(n × width)."""
    for at in range(order.size - 1, -1, -1):
        i = order[at]
        near[i] = nearest_of(child, width, i, near)
        if parent[i] >= 0:
            size[parent[i]] += size[i]


@kernel
def nearest_of(child: Pointers, width: int, i: int, near: Pointers) -> int:
    """Levels from i down to the nearest free member: 0 when i has an empty slot."""
    best = -1
    for k in range(i * width, (i + 1) * width):
        if child[k] < 0:
            return 0
        levels = near[child[k]] + 1
        if best < 0 or levels < best:
            best = levels
    return best


@kernel
def first_empty(child: Pointers, width: int, i: int) -> int:
    """The leftmost empty slot of i, from 0; ``width`` when all are taken."""
    for k in range(width):
        if child[i * width + k] < 0:
            return k
    return width


@kernel
def end_of(child: Pointers, far: Pointers, width: int, start: int, k: int) -> int:
    """The end of the way down slot k (from 0) from ``start``; ``far`` remembers it for everyone on the way."""
    at = start
    while child[at * width + k] >= 0:
        at = far[at * width + k]
    while start != at:
        following = far[start * width + k]
        far[start * width + k] = at
        start = following
    return at


@kernel
def first_free(child: Pointers, far: Pointers, width: int, start: int) -> int:
    """The first member with an empty slot down slot 1 from ``start``, which is the first in preorder."""
    at = start
    while first_empty(child, width, at) == width:
        at = far[at * width]
    while start != at:
        following = far[start * width]
        far[start * width] = at
        start = following
    return at


@kernel
def lightest(child: Pointers, width: int, i: int, size: Values) -> int:
    """The slot of i (from 0) with the smallest weight; an empty one weighs 0, of several the first."""
    best = 0
    least = np.int64(0)
    for k in range(width):
        below = child[i * width + k]
        weight = size[below] if below >= 0 else np.int64(0)
        if k == 0 or weight < least:
            best = k
            least = weight
    return best


@kernel
def take_seats(
    newcomers: Pointers,
    under: Pointers,
    width: int,
    fill: int,
    slot: int,
    counting: bool,  # noqa: FBT001
    parent: Pointers,
    place: Pointers,
    position: Values,
    begun: Values,
    given: int,
    child: Pointers,
    far: Pointers,
    size: Values,
    near: Pointers,
) -> int:
    """Seat the newcomers; returns the highest position given. See :func:`seat`."""
    for new in newcomers:
        given += 1
        position[new] = given
        at = under[new]
        while at >= 0 and parent[at] == ABSENT:
            at = under[at]
        if at < 0:
            parent[new] = ROOT
            place[new] = 0
            continue
        begun[at] += 1
        k = slot - 1
        if fill in (_BREADTH, _SMALLEST):
            k = first_empty(child, width, at)
            while k == width:
                if fill == _SMALLEST:
                    at = child[at * width + lightest(child, width, at, size)]
                else:
                    step = 0
                    while near[child[at * width + step]] + 1 != near[at]:
                        step += 1
                    at = child[at * width + step]
                k = first_empty(child, width, at)
        elif fill == _DEPTH:
            at = first_free(child, far, width, at)
            k = first_empty(child, width, at)
        else:
            if fill == _ALTERNATE:
                k = (begun[at] - 1) % width
            elif fill == _WEAKER:
                k = lightest(child, width, at, size)
            at = end_of(child, far, width, at, k)
        parent[new] = at
        place[new] = k + 1
        child[at * width + k] = new
        far[at * width + k] = new
        settle_above(new, parent, child, width, fill == _BREADTH, counting, size, near)
    return given


@kernel
def settle_above(
    new: int,
    parent: Pointers,
    child: Pointers,
    width: int,
    nearest: bool,  # noqa: FBT001
    counting: bool,  # noqa: FBT001
    size: Values,
    near: Pointers,
) -> None:
    """Bring sizes and nearest free members above a newcomer up to date."""
    at = parent[new]
    if counting:
        while at >= 0:
            size[at] += 1
            at = parent[at]
    elif nearest:
        while at >= 0:
            levels = nearest_of(child, width, at, near)
            if levels == near[at]:
                break
            near[at] = levels
            at = parent[at]

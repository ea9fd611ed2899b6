"""The earliest child takes the seat of whoever leaves, and so on down."""

from __future__ import annotations

import numpy as np

from trueline.kernel import kernel
from trueline.network.columns import Pointers, Values, pointers
from trueline.network.placement.seating import Seats
from trueline.network.tree import ABSENT


def promote(seats: Seats, leaving: Pointers, width: int) -> None:
    """Let everyone in ``leaving`` (int32, in this order) give up the seat; ``seats`` is changed.

    The child with the lowest position takes the seat, that child's own seat goes to its child with the lowest
    position, and so on; the last seat is empty. Cost: the seats that change hands, times the width.
    """
    rows = np.empty((2, width), dtype=np.int32)
    move_up(
        pointers(leaving, leaving.size),
        width,
        seats.parent,
        seats.slot,
        seats.position,
        seats.children(width),
        rows[0],
        rows[1],
    )


@kernel
def move_up(
    leaving: Pointers,
    width: int,
    parent: Pointers,
    slot: Pointers,
    position: Values,
    child: Pointers,
    row: Pointers,
    following: Pointers,
) -> None:
    """See :func:`promote`. ``row`` holds those below the empty seat; whoever takes the seat takes them over."""
    for who in leaving:
        above, place = parent[who], slot[who]
        row[:] = child[who * width : (who + 1) * width]
        parent[who] = ABSENT
        slot[who] = 0
        position[who] = 0
        while True:
            heir = np.int32(-1)
            for below in row:
                if below >= 0 and (heir < 0 or position[below] < position[heir]):
                    heir = below
            if above >= 0:
                child[above * width + place - 1] = heir
            if heir < 0:
                break
            own = slot[heir]
            following[:] = child[heir * width : (heir + 1) * width]
            row[own - 1] = -1
            for k in range(width):
                child[heir * width + k] = row[k]
                if row[k] >= 0:
                    parent[row[k]] = heir
            parent[heir] = above
            slot[heir] = place
            above, place = heir, own
            row[:] = following

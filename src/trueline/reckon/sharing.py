"""Who loses what where a limit holds over several bonuses or members (docs/semantics.md, section 10, steps 3 and 4).

``positive`` is what may be cut, int64 [bonuses, n] or a list for one member; cuts have its shape and sum to ``excess``,
which is no more than is there.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from trueline.money.apportion import apportion
from trueline.money.columns import total
from trueline.reckon.world import Int64s, World


def in_proportion(positive: list[int], excess: int) -> Int64s:
    """Cuts that leave the rest in proportion: what stays is apportioned, so that ties fall as for payments."""
    left = apportion(sum(positive) - excess, positive) if sum(positive) else np.zeros(len(positive), dtype=np.int64)
    return np.array(positive, dtype=np.int64) - left


def pro_rata(world: World, positive: NDArray[np.int64], excess: int) -> NDArray[np.int64]:
    """Every (member, bonus) in proportion; ties by member id, then plan order."""
    count = positive.shape[0]
    keys = (world.id_rank[None, :] * count + np.arange(count)[:, None]).reshape(-1)
    flat = positive.reshape(-1)
    rows = np.flatnonzero(flat)
    left = apportion(total(flat) - excess, flat[rows], np.ascontiguousarray(keys[rows]))
    cuts = np.zeros_like(flat)
    cuts[rows] = flat[rows] - left
    return cuts.reshape(positive.shape)


def _lower_ranks(world: World, positive: NDArray[np.int64], excess: int) -> NDArray[np.int64]:
    """Members of the lowest paid-as rank lose everything first; the rank cut in part is cut in proportion."""
    cuts = np.zeros_like(positive)
    ranks = world.numbers("rank")
    for code in range(-1, len(world.plan.ranks)):
        here = np.where(ranks == code, positive, 0)
        lost = min(total(here.reshape(-1)), excess)
        if lost:
            cuts += pro_rata(world, here, lost)
            excess -= lost
    return cuts


def _plan_order(world: World, positive: NDArray[np.int64], excess: int) -> NDArray[np.int64]:
    """Later bonuses lose first; the one that does not fit is cut in proportion."""
    cuts = np.zeros_like(positive)
    for row in range(positive.shape[0] - 1, -1, -1):
        lost = min(total(positive[row]), excess)
        if lost:
            cuts[row : row + 1] = pro_rata(world, positive[row : row + 1], lost)
            excess -= lost
    return cuts


MAKERS: dict[str, Callable[[World, NDArray[np.int64], int], NDArray[np.int64]]] = {
    "pro rata": pro_rata,
    "lower ranks first": _lower_ranks,
    "plan order": _plan_order,
}
"""Ways to cut what everybody gets, as a plan names them."""

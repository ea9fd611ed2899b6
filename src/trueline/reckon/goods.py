"""Credit in kind: what members may still take in goods (docs/semantics.md, section 7.12)."""

from __future__ import annotations

import numpy as np

from trueline.money import format_number
from trueline.reckon.evaluate import plus, whole_column
from trueline.reckon.orders import credit_used
from trueline.reckon.state import Held, opening
from trueline.reckon.volumes import gathered
from trueline.reckon.world import Int64s, World


def goods(world: World, earned: list[Int64s], state: dict[str, Held]) -> Int64s:
    """int64 [n]: credit from before, and what is earned, less what orders of the period used. Adds it to ``state``.

    ``earned`` are the amounts of each bonus that pays in goods; without any, what stands is used all the same.
    Raises :class:`Refused` for a member who used more than there was.
    """
    minor = world.plan.money_unit
    left = opening(world, "goods", minor)
    used = credit_used(world)
    for amounts in earned:  # what further positions come to is their owner's
        left = plus(left, gathered(world.size, world.owner, amounts) if world.further.size else amounts)
    left = whole_column(plus(left, -used), world.size, "Credit in kind")
    short = np.flatnonzero((left < 0) & (used > 0))
    if short.size:
        who, lacking = world.ids[int(short[0])], format_number(-int(left[short[0]]) * minor, minor)
        message = f"Member {who} used {lacking} more of credit in kind than there was."
        raise world.refuse(message, "Correct the column 'credit' of order_lines.")
    state["goods"] = Held(left, minor)
    return left

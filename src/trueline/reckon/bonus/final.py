"""Lines and results of bonuses whose amounts are final: they are neither rounded again nor marked."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from trueline.plan.bonuses import Terms
from trueline.reckon.lines import Lines
from trueline.reckon.results import BonusResult
from trueline.reckon.volumes import add_to
from trueline.reckon.world import Int32s, Int64s, World


def final_lines(member: Int32s, level: Int64s, amount: Int64s, source: Int32s | None = None) -> Lines:
    """Lines whose base is the amount itself, at 100 %; without ``source`` from each receiver to itself."""
    nothing = np.full(len(member), -1, dtype=np.int64)
    return Lines(
        member if source is None else source,
        nothing,
        nothing,
        member,
        np.zeros(len(member), dtype=np.int8),
        level,
        np.ones(len(member), dtype=np.int64),
        amount,
        amount.copy(),
        np.zeros(len(member), dtype=np.bool_),
    )


def final_result(
    world: World,
    terms: Terms,
    lines: Lines,
    rate_scale: Fraction,
    base_scale: Fraction,
    promised: Fraction,
    breakage: dict[str, Fraction],
    *,
    keep: bool,
) -> BonusResult:
    """What the lines come to, before the cap per member."""
    earned = np.zeros(world.size, dtype=np.int64)
    add_to(earned, lines.receiver, lines.amount)
    nothing = np.zeros(world.size, dtype=np.int64)
    return BonusResult(
        terms.name, terms.kind, rate_scale, base_scale, earned, nothing, promised, breakage, lines if keep else None
    )

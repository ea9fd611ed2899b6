"""Columns taken over from another run of the same plan and period, so that only sums of volume are computed anew."""

from __future__ import annotations

import numpy as np

from trueline.facts.columns import places_in
from trueline.plan.steps import BonusStep, KeptStep, RankStep, Step, TableStep, TitleStep, TreeStep
from trueline.plan.typed import ConditionType
from trueline.reckon.evaluate import Values
from trueline.reckon.world import World

EARNED = "rank.earned"
"""The column of ranks before overrides and grace, which stands beside ``rank``."""


def held_columns(world: World, other: World) -> dict[str, Values]:
    """The qualifications of ``other`` for the members of ``world``: ranks, titles, every condition, every table but
    amounts by slices. Numbers are left to be computed.

    ``ValueError`` when the plans or periods differ, or ``other`` lacks a member of ``world``.
    """
    if (world.plan.hash, world.period) != (other.plan.hash, other.period):
        raise ValueError("Qualifications are held from a run of the same plan and period.")
    place = places_in(world.ids.array, other.ids.array)
    if np.any(place < 0):
        raise ValueError(f"Member {world.ids[int(np.argmax(place < 0))]} is not in the run to hold from.")
    keys = [key for key, step in world.plan.steps.items() if _is_qualification(step)]
    return {key: other.column(key)[place] for key in (*keys, EARNED) if key in other.columns}


def _is_qualification(step: Step) -> bool:
    if isinstance(step, (BonusStep, TreeStep)):
        return False
    if isinstance(step, TableStep):
        return step.form != "marginal"
    return isinstance(step, (RankStep, TitleStep, KeptStep)) or isinstance(step.type, ConditionType)

"""One file per kind of bonus; ``BONUSES`` is the table of kinds."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Protocol

from trueline.plan.bonuses import (
    Bonus,
    DifferenceBonus,
    GenerationBonus,
    GivenBonus,
    GroupBonus,
    InfinityBonus,
    LevelBonus,
    MilestoneBonus,
    OwnBonus,
    PoolBonus,
)
from trueline.reckon.bonus.amounts import given, milestone, pool
from trueline.reckon.bonus.difference import Difference
from trueline.reckon.bonus.generation import Generation
from trueline.reckon.bonus.group import Group
from trueline.reckon.bonus.infinity import Infinity
from trueline.reckon.bonus.level import Level
from trueline.reckon.bonus.own import Own
from trueline.reckon.lines import BLOCK, Batch, BonusResult, Settler, SourceList, source_list
from trueline.reckon.world import World


class Walker(Protocol):
    """Gives the rates on a block of sources.

    ``scale`` is the unit of its rates.
    """

    scale: Fraction

    def walk(self, sources: SourceList) -> Batch: ...


WALKS: dict[type, Callable[..., Walker]] = {
    OwnBonus: Own,
    LevelBonus: Level,
    DifferenceBonus: Difference,
    GroupBonus: Group,
    GenerationBonus: Generation,
    InfinityBonus: Infinity,
}
"""Kinds that pay a rate on a source."""

AMOUNTS: dict[type, Callable[..., BonusResult]] = {PoolBonus: pool, MilestoneBonus: milestone, GivenBonus: given}
"""Kinds that pay amounts."""


def compute(world: World, bonus: Bonus, *, keep: bool) -> BonusResult:
    """A bonus before its cap per member; ``keep`` says whether its lines are wanted."""
    if isinstance(bonus, (PoolBonus, MilestoneBonus, GivenBonus)):
        return AMOUNTS[type(bonus)](world, bonus, keep=keep)
    walker = WALKS[type(bonus)](world, bonus)
    base = bonus.sources.base
    settler = Settler(world, bonus.terms, walker.scale, base.scale, bonus.sources.caps, keep=keep)
    sources = source_list(world, bonus.sources)
    start = 0
    while start < len(sources):
        stop = _end_of_block(sources, start)
        block = sources.slice(start, stop)
        settler.take(block, walker.walk(block))
        start = stop
    return settler.result()


def _end_of_block(sources: SourceList, start: int) -> int:
    """A block ends where a member's sources end, so that what is rounded per source stays together."""
    stop = min(start + BLOCK, len(sources))
    while stop < len(sources) and sources.member[stop] == sources.member[stop - 1]:
        stop += 1
    return stop

"""One file per kind of bonus; ``BONUSES`` is the table of kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from itertools import pairwise
from typing import Protocol

import numpy as np

from trueline.plan.bonuses import (
    AmountBonus,
    BinaryBonus,
    BoardBonus,
    Bonus,
    DifferenceBonus,
    GenerationBonus,
    GivenBonus,
    GroupBonus,
    InfinityBonus,
    LevelBonus,
    MilestoneBonus,
    OwnBonus,
    PartyHostBonus,
    PassUpBonus,
    PoolBonus,
    TakenBonus,
    WalkBonus,
)
from trueline.reckon.bonus.amounts import given, milestone
from trueline.reckon.bonus.binary import binary
from trueline.reckon.bonus.board import board
from trueline.reckon.bonus.difference import Difference
from trueline.reckon.bonus.entitled import Course, EntitledDifference, EntitledOwn
from trueline.reckon.bonus.generation import Generation
from trueline.reckon.bonus.group import Group
from trueline.reckon.bonus.infinity import Infinity
from trueline.reckon.bonus.level import Level
from trueline.reckon.bonus.own import Own
from trueline.reckon.bonus.party_host import party_host
from trueline.reckon.bonus.pass_up import pass_up
from trueline.reckon.bonus.pool import pool
from trueline.reckon.bonus.taken import taken
from trueline.reckon.lines import PARTS, Batch, Lines
from trueline.reckon.results import BonusResult
from trueline.reckon.settler import Settler
from trueline.reckon.sources import BLOCK, SourceList, source_list
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

AMOUNTS: dict[type, Callable[..., BonusResult]] = {
    PassUpBonus: pass_up,
    BoardBonus: board,
    PartyHostBonus: party_host,
    BinaryBonus: binary,
    PoolBonus: pool,
    MilestoneBonus: milestone,
    GivenBonus: given,
    TakenBonus: taken,
}
"""Kinds that pay amounts, not rates on sources one by one."""


def compute(world: World, bonus: Bonus, *, keep: bool) -> BonusResult:
    """A bonus before its cap per member; ``keep`` says whether its lines are wanted.

    Each thread settles a stretch of the sources, and stretches are put together in their order: sums are exact, so the
    number of threads changes nothing.
    """
    if isinstance(bonus, AmountBonus):
        return AMOUNTS[type(bonus)](world, bonus, keep=keep)
    walker = walker_of(world, bonus)
    base = bonus.sources.base
    sources = sources_of(world, bonus, walker)

    def settled(stretch: list[SourceList]) -> Settler:
        settler = Settler(world, bonus.terms, walker.scale, base.scale, bonus.sources.caps, keep=keep)
        for block in stretch:
            settler.take(block, walker.walk(block))
        return settler

    blocks = list(_blocks(sources))
    threads = max(1, min(world.threads, len(blocks)))
    ends = [len(blocks) * part // threads for part in range(threads + 1)]
    first, *others = _in_threads(settled, [blocks[start:stop] for start, stop in pairwise(ends)])
    for other in others:
        first.absorb(other)
    result = first.result()
    result.parts = part_names(walker)
    return result


def walker_of(world: World, bonus: WalkBonus, course: Course | None = None) -> Walker:
    """What gives the rates of a bonus; one that follows the orders of the period has a walker of its own, which goes
    through them unless their ``course`` is known.
    """
    if isinstance(bonus, OwnBonus) and bonus.entitled is not None:
        return EntitledOwn(world, bonus, bonus.entitled, course)
    if isinstance(bonus, DifferenceBonus) and bonus.entitled is not None:
        return EntitledDifference(world, bonus, bonus.entitled, course)
    return WALKS[type(bonus)](world, bonus)


def sources_of(world: World, bonus: WalkBonus, walker: Walker) -> SourceList:
    """Where the lines of a bonus start: its sources, or the pieces into which its walker cuts them."""
    course = course_of(walker)
    return source_list(world, bonus.sources) if course is None else course.sources


def course_of(walker: Walker) -> Course | None:
    """The orders of the period that a walker follows; None for rates that hold all along."""
    return walker.course if isinstance(walker, EntitledOwn | EntitledDifference) else None


def part_names(walker: Walker) -> tuple[str, ...]:
    """The names behind the parts of a walker's lines."""
    course = course_of(walker)
    return PARTS if course is None else course.names


def resting(world: World, bonus: Bonus, *, keep: bool) -> BonusResult:
    """A bonus in a period in which it is not paid: nothing, and nothing promised."""
    nothing = np.zeros(world.size, dtype=np.int64)
    none = np.zeros(0, dtype=np.int64)
    nobody, part = none.astype(np.int32), none.astype(np.int8)
    lines = Lines(nobody, none, none, nobody, part, none, none, none, none, none > 0)
    terms, minor = bonus.terms, world.plan.money_unit
    zero = Fraction(0)
    return BonusResult(terms.name, terms.kind, Fraction(1), minor, nothing, nothing, zero, {}, lines if keep else None)


def _in_threads(work: Callable[[list[SourceList]], Settler], parts: list[list[SourceList]]) -> list[Settler]:
    """The work on each part, in their order; the first part that fails raises."""
    if len(parts) == 1:
        return [work(parts[0])]
    with ThreadPoolExecutor(len(parts)) as pool:
        return list(pool.map(work, parts))


def _blocks(sources: SourceList) -> Iterator[SourceList]:
    start = 0
    while start < len(sources):
        stop = _end_of_block(sources, start)
        yield sources.slice(start, stop)
        start = stop


def _end_of_block(sources: SourceList, start: int) -> int:
    """A block ends where a member's sources end, so that what is rounded per source stays together."""
    stop = min(start + BLOCK, len(sources))
    while stop < len(sources) and sources.member[stop] == sources.member[stop - 1]:
        stop += 1
    return stop

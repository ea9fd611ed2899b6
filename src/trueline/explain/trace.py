"""A bonus once more for one receiver: the same walker, on the sources below this member only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from trueline.explain.records import Records
from trueline.network import Tree
from trueline.plan.bonuses import (
    DifferenceBonus,
    GenerationBonus,
    GroupBonus,
    InfinityBonus,
    LevelBonus,
    OwnBonus,
)
from trueline.reckon.bonus import Walker, part_names, sources_of, walker_of
from trueline.reckon.bonus.entitled import EntitledDifference, EntitledOwn
from trueline.reckon.lines import REASONS, Batch, SourceList
from trueline.reckon.world import World

Walked = OwnBonus | LevelBonus | DifferenceBonus | GroupBonus | GenerationBonus | InfinityBonus
"""Bonuses that pay a rate on a source."""


@dataclass(frozen=True)
class Holder:
    """Who holds a level of a source: paid ``rate``, and ``lost`` of what was promised there for a ``reason``."""

    member: int
    level: int
    rate: Fraction
    lost: Fraction
    reason: str
    part: str


@dataclass(frozen=True)
class Trace:
    """What a walker gives on the sources below a member, himself included."""

    records: Records
    bonus: Walked
    member: int
    sources: SourceList
    batch: Batch
    walker: Walker

    @cached_property
    def unit(self) -> Fraction:
        """Money per unit of base × rate."""
        return self.walker.scale * self.bonus.sources.base.scale

    @cached_property
    def tree(self) -> Tree | None:
        return bonus_tree(self.records, self.bonus)

    @cached_property
    def _rows(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        order = np.argsort(self.batch.source, kind="stable")
        return order, self.batch.source[order]

    def rows(self, place: int) -> list[int]:
        """Rows of the batch that belong to the source at a place of ``sources``."""
        order, source = self._rows
        first, last = np.searchsorted(source, [place, place + 1])
        found: list[int] = order[first:last].tolist()
        return found

    def holders(self, place: int) -> list[Holder]:
        """The holders of a source's levels, nearest first."""
        batch, scale = self.batch, self.walker.scale
        return [
            Holder(
                int(batch.receiver[row]),
                int(batch.level[row]),
                int(batch.rate[row]) * scale,
                int(batch.lost[row]) * scale,
                REASONS[int(batch.reason[row])],
                self.parts[int(batch.part[row])],
            )
            for row in self.rows(place)
        ]

    def _is_piece(self, place: int, part: str) -> bool:
        if not isinstance(self.walker, EntitledOwn | EntitledDifference):
            return True
        assert self.sources.piece is not None
        return self.walker.course.part(int(self.sources.piece[place])) == part.removeprefix("minimum").strip()

    def rest(self, place: int) -> dict[str, Fraction]:
        """What nobody holds of a source's promise, by reason."""
        found: dict[str, Fraction] = {}
        for code, rates in self.batch.rest:
            rate = int(rates[place]) * self.walker.scale
            if rate:
                found[REASONS[code]] = found.get(REASONS[code], Fraction(0)) + rate
        return found

    def base(self, place: int) -> Fraction:
        return int(self.sources.base[place]) * self.bonus.sources.base.scale

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The names of line parts."""
        return part_names(self.walker)

    def place_of(self, source: int, order: int, line: int, part: str = "") -> int:
        """Where a source, or the piece of it that a line's part names, stands in ``sources``."""
        listed = self.sources
        first, last = np.searchsorted(listed.member, [source, source + 1])
        for place in range(int(first), int(last)):
            if listed.order[place] == order and listed.line[place] == line and self._is_piece(place, part):
                return place
        raise KeyError((source, order, line))


def trace(records: Records, bonus: Walked, member: int, *, assuming: Mapping[str, bool] | None = None) -> Trace:
    """Walk the sources below a member.

    ``assuming`` gives conditions another value for this member only: what would have been paid had they held.
    """
    world = records.world if not assuming else _assumed(records.world, member, assuming)
    walker = walker_of(world, bonus)
    everything = sources_of(records.world, bonus, walker)
    tree = bonus_tree(records, bonus)
    if tree is None:
        rows = np.flatnonzero(everything.member == member)
    elif isinstance(bonus, GroupBonus):
        rows = np.flatnonzero((everything.member == member) | (tree.parent[everything.member] == member))
    else:
        beneath = records.inside(tree, everything.member, member)
        if isinstance(bonus, OwnBonus):  # a seller outside of a compressed tree earns on what he sold himself
            beneath |= everything.member == member
        rows = np.flatnonzero(beneath)
    below = everything.pick(rows)
    return Trace(records, bonus, member, below, walker.walk(below), walker)


def bonus_tree(records: Records, bonus: Walked) -> Tree | None:
    """The tree that a bonus walks; None for one that pays the source itself."""
    return records.tree(bonus.tree) if bonus.tree is not None else None


def _assumed(world: World, member: int, values: Mapping[str, bool]) -> World:
    columns = dict(world.columns)
    for key, value in values.items():
        changed = world.flags(key).copy()
        changed[member] = value
        columns[key] = changed
    return replace(world, columns=columns, cache=dict(world.cache))  # what is kept there hangs on facts alone

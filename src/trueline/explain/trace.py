"""A bonus once more for one receiver: the same walker, on the sources below this member only."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from trueline.explain.records import Records
from trueline.network import Tree
from trueline.plan.bonuses import DifferenceBonus, GroupBonus, OwnBonus, WalkBonus
from trueline.plan.typed import NumberType
from trueline.reckon.bonus import Walker, course_of, part_names, sources_of, walker_of
from trueline.reckon.bonus.entitled import Course, piece_of
from trueline.reckon.lines import REASONS, Batch
from trueline.reckon.sources import SourceList
from trueline.reckon.world import World


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
class Moment:
    """What somebody had before a piece of an order: the key of the rate's table, the ``row`` of the table on which it
    falls (−1: below the first), the rate there, and when that was, in words.
    """

    row: int
    key: Fraction
    rate: Fraction
    when: str


@dataclass(frozen=True)
class Trace:
    """What a walker gives on the sources below a member, himself included."""

    records: Records
    bonus: WalkBonus
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

    @cached_property
    def course(self) -> Course | None:
        """The orders that the rates follow; None for rates that hold all along."""
        return course_of(self.walker)

    def piece(self, place: int) -> str:
        """The name of the piece of an order that stands at a place of ``sources``; empty for what is whole."""
        if self.course is None or self.sources.piece is None:
            return ""
        return self.course.part(int(self.sources.piece[place]))

    def moment(self, place: int, member: int) -> Moment | None:
        """What the source of a piece, or somebody above it, had before it; None for rates that hold all along."""
        bonus, course = self.bonus, self.course
        if course is None or self.sources.piece is None or not isinstance(bonus, OwnBonus | DifferenceBonus):
            return None
        piece, rule = int(self.sources.piece[place]), bonus.entitled
        assert rule is not None
        type_ = self.records.plan.steps[rule.key].type
        assert isinstance(type_, NumberType)
        key = course.key_of(member, piece)
        row = bisect_right(rule.marks, key)
        times = bonus.rate_times if isinstance(bonus, DifferenceBonus) else 1
        rate = int(course.values[row]) * times * self.walker.scale
        if course.is_early(piece):
            when = "before all orders of the period"
        else:
            when = "before this part of the order" if course.number[piece] else "before this order"
        return Moment(row - 1, key * type_.scale / rule.key_times, rate, when)

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
        listed, piece = self.sources, piece_of(part)
        first, last = np.searchsorted(listed.member, [source, source + 1])
        for place in range(int(first), int(last)):
            if listed.order[place] == order and listed.line[place] == line and self.piece(place) == piece:
                return place
        raise KeyError((source, order, line))


def trace(records: Records, bonus: WalkBonus, member: int, *, assuming: Mapping[str, bool] | None = None) -> Trace:
    """Walk the sources below a member.

    ``assuming`` gives conditions another value for this member only: what would have been paid had they held.
    """
    world = records.world if not assuming else _assumed(records.world, member, assuming)
    courses = world.cache.setdefault("courses", {})
    walker = walker_of(world, bonus, courses.get(bonus.terms.name))
    courses[bonus.terms.name] = course_of(walker)
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


def bonus_tree(records: Records, bonus: WalkBonus) -> Tree | None:
    """The tree that a bonus walks; None for one that pays the source itself."""
    return records.tree(bonus.tree) if bonus.tree is not None else None


def _assumed(world: World, member: int, values: Mapping[str, bool]) -> World:
    columns = dict(world.columns)
    for key, value in values.items():
        changed = world.flags(key).copy()
        changed[member] = value
        columns[key] = changed
    return replace(world, columns=columns, cache=dict(world.cache))  # which does not hang on who may receive

"""The payment lines of one bonus and one receiver, grouped by level, each with its calculation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from trueline.explain.between import Passage
from trueline.explain.model import Level, Payment
from trueline.explain.origins import Origin, Origins
from trueline.explain.rates import RateSources
from trueline.explain.records import Records
from trueline.explain.trace import Trace, trace
from trueline.explain.words import spell_step
from trueline.plan.bonuses import DifferenceBonus, WalkBonus
from trueline.reckon.lines import Lines, line_order
from trueline.reckon.results import BonusResult


@dataclass(frozen=True)
class _Row:
    """A line as the result holds it, with its exact amount."""

    source: int
    order: int
    line: int
    part: str
    level: int
    rate: Fraction
    base: Fraction
    exact: Fraction
    cut: Fraction
    amount: Fraction
    apportioned: bool


class Payments:
    """Lines of a bonus that pays a rate on a source, for one receiver."""

    def __init__(self, records: Records, origins: Origins, bonus: WalkBonus, member: int) -> None:
        self.records = records
        self.origins = origins
        self.bonus = bonus
        self.member = member
        self.found: BonusResult = records.result.bonuses[bonus.terms.name]
        self.traced: Trace = trace(records, bonus, member)
        self.passage = Passage(self.traced)
        self.rates = RateSources(records, bonus)

    def levels(self, most: int | None) -> tuple[Level, ...]:
        """Lines by level; of each level the ``most`` largest in full (None: all)."""
        groups: dict[int, list[_Row]] = {}
        for row in self._rows():
            groups.setdefault(row.level, []).append(row)
        return tuple(self._level(level, groups[level], most) for level in sorted(groups))

    def _level(self, level: int, rows: list[_Row], most: int | None) -> Level:
        rows = sorted(rows, key=lambda row: -abs(row.amount)) if most is not None and len(rows) > most else rows
        shown, others = (rows, []) if most is None else (rows[:most], rows[most:])
        return Level(
            level,
            sum((row.amount for row in rows), Fraction(0)),
            sum((row.base for row in rows), Fraction(0)),
            len(rows),
            len({row.source for row in rows}),
            tuple(self._payment(row) for row in shown),
            len(others),
            sum((row.amount for row in others), Fraction(0)),
        )

    def _payment(self, row: _Row) -> Payment:
        place = self.traced.place_of(row.source, row.order, row.line, row.part)
        return Payment(
            self.records.id(row.source),
            self.records.order(row.order),
            self.records.order_line(row.line),
            row.part,
            row.level,
            self.passage.distance(row.source, self.member),
            self.passage.between(place, self.member, row.level),
            self.rates.of(
                self.member,
                row.source,
                row.order,
                row.level,
                row.rate,
                self._below(place, row),
                self.traced.moment(place, self.member),
            ),
            row.base,
            row.exact,
            row.cut,
            row.amount,
            row.apportioned,
            self._origin(row),
        )

    def _below(self, place: int, row: _Row) -> Fraction:
        """What a source started with and what holders below the receiver were given of it."""
        bonus = self.bonus
        if not isinstance(bonus, DifferenceBonus) or row.part.startswith("minimum"):
            return Fraction(0)
        start = self.records.number(bonus.start, row.source) if bonus.start else Fraction(0)
        given = Fraction(0)
        for holder in self.traced.holders(place):
            if holder.member == self.member:
                break
            given += holder.rate + holder.lost if not holder.part.startswith("minimum") else Fraction(0)
        return start + given

    def _origin(self, row: _Row) -> Origin | None:
        """What the base consists of: the order lines of the source, or what its measure is made of."""
        base = self.bonus.sources.base
        if base.volume is not None and base.grain != "member":
            order = row.order if row.order >= 0 else -1
            line = row.line if base.grain == "order line" and row.line >= 0 else None
            lines = self.origins.order_lines(base.volume, row.source, order, line)
            return Origin(spell_step(self.records.plan, base.step), row.base, "orders", orders=lines)
        return self.origins.of(base.step, row.source)

    # the lines --------------------------------------------------------------------------------------------------

    def _rows(self) -> Iterator[_Row]:
        """The receiver's lines in canonical order."""
        lines = self.found.lines
        if lines is None:
            return
        picked = np.flatnonzero(lines.receiver == self.member)
        order = line_order(self.records.world, lines, rows=picked)
        cuts = self._cuts(lines, order)
        for row in order.tolist():
            rate, base = int(lines.rate[row]) * self.found.rate_scale, int(lines.base[row]) * self.found.base_scale
            yield _Row(
                int(lines.source[row]),
                int(lines.order[row]),
                int(lines.line[row]),
                self.found.parts[int(lines.part[row])],
                int(lines.level[row]),
                rate,
                base,
                base * rate,
                cuts.get(row, Fraction(0)),
                self.records.money(lines.amount[row]),
                bool(lines.apportioned[row]),
            )

    def _cuts(self, lines: Lines, rows: NDArray[np.int64]) -> dict[int, Fraction]:
        """What ``cap per source`` takes from each line: lines of one source and level share it in the order of ids."""
        caps, minor = self.bonus.sources.caps, self.records.plan.money_unit
        if caps is None:
            return {}
        unit = self.found.rate_scale * self.found.base_scale
        room: dict[tuple[int, int], Fraction] = {}
        found: dict[int, Fraction] = {}
        keys = (lines.line[rows], lines.order[rows], lines.level[rows], lines.source[rows])
        for row in rows[np.lexsort(keys)].tolist():
            key = (int(lines.source[row]), int(lines.level[row]))
            most = caps.at(key[1])
            exact = int(lines.base[row]) * int(lines.rate[row]) * unit
            if most is not None:
                left = room.get(key, most * minor)
                given = min(exact, left)
                room[key] = left - given
                found[row] = exact - given
        return found

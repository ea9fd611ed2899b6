"""From rates on sources to exact, rounded, capped amounts and named breakage."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

import numpy as np
from numpy.typing import NDArray

from trueline.money import Rounding
from trueline.money.columns import divide, split, total
from trueline.money.rounding import round_ratio
from trueline.plan.bonuses import Caps, Terms
from trueline.reckon.evaluate import fit, times, whole_column
from trueline.reckon.lines import REASONS, Batch, Lines, joined, line_order
from trueline.reckon.results import BonusResult
from trueline.reckon.sources import SourceList
from trueline.reckon.volumes import add_columns, add_to
from trueline.reckon.wide import exact_dot
from trueline.reckon.world import Int64s, World


class Settler:
    """Takes the batches of one bonus and makes its result: exact amounts, caps per source, rounding, breakage."""

    def __init__(
        self,
        world: World,
        terms: Terms,
        rate_scale: Fraction,
        base_scale: Fraction,
        caps: Caps | None,
        *,
        keep: bool,
    ) -> None:
        self.world = world
        self.terms = terms
        self.rounding: Rounding = terms.rounding.rounding
        self.unit = rate_scale * base_scale
        self.rate_scale, self.base_scale = rate_scale, base_scale
        factor = self.unit / self.rounding.unit
        self.times, self.den = factor.numerator, factor.denominator
        self.minor = int(self.rounding.unit / world.plan.money_unit)
        self.caps = caps
        if caps is not None:  # a cap may cut to any minor unit
            self.den = lcm(self.den, self.minor)
        self.keep = keep
        self.named = keep or caps is not None or terms.rounding.per != "line"
        self.whole = terms.rounding.per in ("bonus", "member")
        self.totals = np.zeros(world.size, dtype=np.int64)
        self.promised = 0
        self.lost: dict[int, int] = {}
        self.cut = Fraction(0)
        self.rounded = Fraction(0)
        self.kept: list[Lines] = []
        self.exact: list[tuple[Int64s, Int64s]] = []

    def absorb(self, later: Settler) -> None:
        """Add what a settler made of the sources that follow."""
        self.promised += later.promised
        for reason, lost in later.lost.items():
            self.lost[reason] = self.lost.get(reason, 0) + lost
        self.cut += later.cut
        self.rounded += later.rounded
        self.kept += later.kept
        self.exact += later.exact
        add_columns(self.totals, later.totals)

    def take(self, sources: SourceList, batch: Batch) -> None:
        """Settle one block."""
        self.promised += exact_dot(sources.base, batch.promised)
        for reason, rates in batch.rest:
            self._lose(reason, sources.base, rates)
        base = sources.base[batch.source]
        losing = np.flatnonzero(batch.lost)
        if losing.size:
            for reason in np.unique(batch.reason[losing]):
                rows = losing[batch.reason[losing] == reason]
                self._lose(int(reason), base[rows], batch.lost[rows])
        rows = np.flatnonzero(batch.rate)
        if rows.size:
            self._pay(_lines(sources, batch, rows, base[rows]) if self.named else _sums(batch, rows, base[rows]))

    def _lose(self, reason: int, base: Int64s, rates: Int64s) -> None:
        self.lost[reason] = self.lost.get(reason, 0) + exact_dot(base, rates)

    def _pay(self, lines: Lines) -> None:
        if self.caps is not None:
            self._pay_capped(lines, self.caps)
            return
        factor = times(lines.rate, self.times)
        if object in (lines.base.dtype, factor.dtype) or self.den >= 2**63:  # as exact, only slower
            amounts = zip(lines.base.tolist(), lines.rate.tolist(), strict=True)
            self._book_fractions(lines, [base * rate * self.unit for base, rate in amounts])
            return
        exact = exact_dot(lines.base, lines.rate)
        if self.terms.rounding.per == "line":
            divide(lines.base, factor, self.den, self.rounding.mode, lines.amount)
            self._booked(lines, exact)
            return
        quotient, remainder = np.empty_like(lines.base), np.empty_like(lines.base)
        split(lines.base, factor, self.den, quotient, remainder)
        self._booked_later(lines, quotient, remainder, exact)

    def _booked(self, lines: Lines, exact: int | Fraction) -> None:
        """Add rounded lines (amounts in rounding units) to the totals; ``exact`` is Σ base × rate."""
        lines.amount[:] = whole_column(times(lines.amount, self.minor), len(lines), "An amount")
        paid = total(lines.amount) * self.world.plan.money_unit
        self.rounded += exact * self.unit - paid
        add_to(self.totals, lines.receiver, lines.amount)
        if self.keep:
            self.kept.append(lines)

    def _pay_capped(self, lines: Lines, caps: Caps) -> None:
        """Lines of one receiver, source and level share the cap; exact in Python integers."""
        room: dict[tuple[int, int, int], Fraction] = {}
        order = np.lexsort((lines.line, lines.order, lines.level, lines.source, lines.receiver))
        minor = self.world.plan.money_unit
        exact: list[Fraction] = [Fraction(0)] * len(lines)
        for row in order.tolist():
            key = (int(lines.receiver[row]), int(lines.source[row]), int(lines.level[row]))
            most = caps.at(key[2])
            amount = int(lines.base[row]) * int(lines.rate[row]) * self.unit
            if most is not None:
                left = room.get(key, most * minor)
                given = min(amount, left)
                room[key] = left - given
                self.cut += amount - given
                amount = given
            exact[row] = amount
        self._book_fractions(lines, exact)

    def _book_fractions(self, lines: Lines, exact: list[Fraction]) -> None:
        per, unit = self.terms.rounding.per, self.rounding.unit
        booked = sum(exact, Fraction(0)) / self.unit
        if per == "line":
            lines.amount[:] = [self.rounding.count(amount) for amount in exact]
            self._booked(lines, booked)
            return
        halves = [divmod(int(amount / unit * self.den), self.den) for amount in exact]
        quotient = np.array([whole for whole, _ in halves], dtype=np.int64)
        remainder = fit(np.array([rest for _, rest in halves], dtype=object))
        self._booked_later(lines, quotient, remainder, booked)

    def _booked_later(self, lines: Lines, quotient: Int64s, remainder: Int64s, exact: int | Fraction) -> None:
        """Lines that are rounded in groups: per source now, per bonus or member when all are there."""
        if self.whole:
            self.kept.append(lines)
            self.exact.append((quotient, remainder))
            self.rounded += exact * self.unit
            return
        groups = np.stack([lines.receiver.astype(np.int64), lines.source.astype(np.int64)])
        lines.amount[:] = apportioned(self.world, lines, groups, quotient, remainder, self.den, self.rounding)
        lines.apportioned[:] = True
        self._booked(lines, exact)

    def result(self) -> BonusResult:
        """The bonus, complete; bonuses rounded per member keep their exact parts for later."""
        lines = joined(self.kept) if self.kept else None
        if self.whole and lines is not None:
            quotient = np.concatenate([part[0] for part in self.exact])
            remainder = np.concatenate([part[1] for part in self.exact])
            if self.terms.rounding.per == "bonus":
                groups = lines.receiver.astype(np.int64)[None, :]
                lines.amount[:] = apportioned(self.world, lines, groups, quotient, remainder, self.den, self.rounding)
                lines.apportioned[:] = True
                lines.amount[:] = whole_column(times(lines.amount, self.minor), len(lines), "An amount")
                add_to(self.totals, lines.receiver, lines.amount)
                self.rounded -= total(lines.amount) * self.world.plan.money_unit
            else:
                self.world.cache.setdefault("per member", []).append(self)
        breakage = {REASONS[code]: amount * self.unit for code, amount in sorted(self.lost.items()) if amount}
        if self.cut:
            breakage["capped"] = breakage.get("capped", Fraction(0)) + self.cut
        if self.rounded and not (self.whole and self.terms.rounding.per == "member"):
            breakage["rounded"] = self.rounded
        nothing = np.zeros(self.world.size, dtype=np.int64)
        return BonusResult(
            self.terms.name,
            self.terms.kind,
            self.rate_scale,
            self.base_scale,
            self.totals,
            nothing,
            self.promised * self.unit,
            breakage,
            lines if self.keep or self.whole else None,
        )


def _lines(sources: SourceList, batch: Batch, rows: Int64s, base: Int64s) -> Lines:
    source = batch.source[rows]
    count = len(rows)
    return Lines(
        sources.member[source],
        sources.order[source],
        sources.line[source],
        batch.receiver[rows],
        batch.part[rows],
        batch.level[rows],
        batch.rate[rows],
        base,
        np.empty(count, dtype=np.int64),
        np.zeros(count, dtype=np.bool_),
    )


def _sums(batch: Batch, rows: Int64s, base: Int64s) -> Lines:
    """As :func:`_lines` where only totals are wanted: what names a line stays empty."""
    empty, rate = base[:0], batch.rate[rows]
    nobody, part, apart = batch.receiver[:0], batch.part[:0], np.zeros(0, dtype=np.bool_)
    return Lines(nobody, empty, empty, batch.receiver[rows], part, empty, rate, base, np.empty_like(base), apart)


def apportioned(
    world: World,
    lines: Lines,
    groups: NDArray[np.int64],
    quotient: Int64s,
    remainder: NDArray[np.int64] | NDArray[np.object_],
    den: int,
    rounding: Rounding,
) -> Int64s:
    """Amounts of lines whose groups' exact sums are rounded once: floors, and a unit more for the largest remainders.

    ``groups`` [keys, lines]: lines with equal columns belong together. Exact amount = quotient + remainder / den.
    """
    if len(lines) == 0:
        return quotient
    _, group = np.unique(groups, axis=1, return_inverse=True)
    group = group.reshape(-1)
    count = int(group.max()) + 1
    wholes, rests = np.zeros(count, dtype=object), np.zeros(count, dtype=object)
    np.add.at(wholes, group, quotient.astype(object))
    np.add.at(rests, group, remainder.astype(object))
    more = np.array(
        [round_ratio(w * den + r, den, rounding.mode) - w for w, r in zip(wholes, rests, strict=True)], dtype=np.int64
    )
    falling = -remainder
    if falling.dtype == object:
        _, place = np.unique(falling, return_inverse=True)
        falling = place.reshape(-1)
    order = line_order(world, lines, group, falling)
    sorted_group = group[order]
    first = np.append(True, sorted_group[1:] != sorted_group[:-1])
    place = np.arange(len(order))
    place -= np.maximum.accumulate(np.where(first, place, 0))
    out = quotient.copy()
    out[order] += place < more[sorted_group]
    return out

"""From who gets which rate on which source to exact, rounded, capped amounts and named breakage."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trueline.money import Rounding
from trueline.money.columns import divide, split, total
from trueline.money.rounding import round_ratio
from trueline.plan.bonuses import Caps, Sources, Terms
from trueline.plan.document import Path
from trueline.reckon.bank import Bank
from trueline.reckon.entries import given, take
from trueline.reckon.evaluate import fit, largest, times, whole_column
from trueline.reckon.selection import select
from trueline.reckon.volumes import add_columns, add_to, gathered, parts
from trueline.reckon.world import Int32s, Int64s, World

REASONS = (
    "paid",
    "no upline",
    "unqualified",
    "blocked",
    "depth",
    "rank",
    "reserved",
    "capped",
    "unclaimed",
    "carried",
    "rounded",
    "flushed",
)
"""Names of breakage; the place of each is its code in a batch (docs/semantics.md, section 7)."""
PAID, NO_UPLINE, UNQUALIFIED, BLOCKED, DEPTH, RANK, RESERVED, CAPPED, UNCLAIMED, CARRIED, ROUNDED, FLUSHED = range(
    len(REASONS)
)

PARTS = ("", "gross", "less", "minimum")
Codes = NDArray[np.int8] | NDArray[np.int32]
"""Parts of lines: places in the parts of their bonus."""
BLOCK = 1 << 16
"""Sources computed at a time, so that intermediate columns stay in the processor's cache."""


@dataclass(frozen=True)
class SourceList:
    """Where lines start, arrays of one length. ``order`` and ``line`` are places in the order of ids, −1 for none.

    ``piece`` numbers the pieces of orders that thresholds cut (``bonus/entitled.py``).
    """

    member: Int32s
    base: Int64s
    order: Int64s
    line: Int64s
    piece: Int64s | None = None

    def __len__(self) -> int:
        return len(self.member)

    def slice(self, start: int, stop: int) -> SourceList:
        piece = None if self.piece is None else self.piece[start:stop]
        return SourceList(
            self.member[start:stop], self.base[start:stop], self.order[start:stop], self.line[start:stop], piece
        )

    def pick(self, rows: Int64s) -> SourceList:
        """Some of the sources."""
        piece = None if self.piece is None else self.piece[rows]
        return SourceList(self.member[rows], self.base[rows], self.order[rows], self.line[rows], piece)


@dataclass
class Batch:
    """What one block of sources gives: a row per holder of a level.

    ``source`` indexes the block's sources; ``rate`` is paid to ``receiver`` and ``lost`` goes to breakage ``reason`` on
    the same row, both in units of the bonus's rate scale. ``rest`` are losses of a source that nobody holds;
    ``promised`` is the rate promised per source.
    """

    source: Int64s
    receiver: Int32s
    level: Int64s
    rate: Int64s
    part: Codes
    lost: Int64s
    reason: NDArray[np.int8]
    promised: Int64s
    rest: list[tuple[int, Int64s]] = field(default_factory=list)


@dataclass
class Lines:
    """Payment lines of one bonus, columns of one length; amounts in minor units."""

    source: Int32s
    order: Int64s
    line: Int64s
    receiver: Int32s
    part: Codes
    level: Int64s
    rate: Int64s
    base: Int64s
    amount: Int64s
    apportioned: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.receiver)


@dataclass(frozen=True)
class LimitCut:
    """What one cap or limit took of a bonus: ``amount`` in minor units, per ``member`` who lost something.

    ``path`` is where the plan says so.
    """

    path: Path
    member: Int64s
    amount: Int64s


@dataclass
class BonusResult:
    """What a bonus came to. ``earned`` int64 [n] are minor units after its own caps (``capped`` is what they took).

    ``rate_scale`` and ``base_scale`` give the lines' units; ``promised`` and ``breakage`` are exact money. ``parts``
    are the names behind the codes of the lines' parts; ``bank`` is that of a binary bonus; ``cuts`` make up ``capped``.
    """

    name: str
    kind: str
    rate_scale: Fraction
    base_scale: Fraction
    earned: Int64s
    capped: Int64s
    promised: Fraction
    breakage: dict[str, Fraction]
    lines: Lines | None
    parts: tuple[str, ...] = PARTS
    bank: Bank | None = None
    cuts: list[LimitCut] = field(default_factory=list)


def bonus_results(world: World) -> dict[str, BonusResult]:
    """What the bonuses computed so far came to; after a run all, in the order of the plan."""
    found: dict[str, BonusResult] = world.results["bonuses"]
    return found


def source_list(world: World, sources: Sources) -> SourceList:
    """Sources with a base, ordered by member; one per member, order or order line."""
    allowed = world.flags(sources.condition) if sources.condition else None
    base = sources.base
    if base.grain == "member" or base.volume is None:
        values = world.column(base.step)
        keep = values != 0 if allowed is None else (values != 0) & allowed
        member = np.flatnonzero(keep).astype(np.int32)
        nobody = np.full(len(member), -1, dtype=np.int64)
        return SourceList(member, values[member], nobody, nobody)
    found = _by_order(world, sources)
    keep = (found.base != 0) if allowed is None else (found.base != 0) & allowed[found.member]
    rows = np.flatnonzero(keep)
    return SourceList(found.member[rows], found.base[rows], found.order[rows], found.line[rows])


def _by_order(world: World, sources: Sources) -> SourceList:
    base, volume = sources.base, sources.base.volume
    assert volume is not None
    member, order, line, values = [], [], [], []
    for entries in parts(world, volume):
        chosen = take(entries, select(world, volume, entries))
        member.append(chosen.member)
        order.append(chosen.order)
        line.append(chosen.line if base.grain == "order line" else np.full(len(chosen), -1, dtype=np.int64))
        values.append(given(world, chosen, volume.volume))
    keys = np.stack([np.concatenate(member).astype(np.int64), np.concatenate(order), np.concatenate(line)])
    if keys.shape[1] == 0:
        nothing = np.zeros(0, dtype=np.int64)
        return SourceList(nothing.astype(np.int32), nothing, nothing, nothing)
    groups, inverse = np.unique(keys, axis=1, return_inverse=True)
    sums = gathered(groups.shape[1], inverse.reshape(-1).astype(np.int32), np.concatenate(values))
    return SourceList(groups[0].astype(np.int32), sums * base.sign, groups[1], groups[2])


def exact_dot(left: Int64s, right: Int64s) -> int:
    """Σ left × right as a Python integer, whatever its size."""
    if left.size == 0:
        return 0
    if largest(left) * largest(right) * left.size < 2**63:
        return int(np.dot(left, right))
    return int((left.astype(object) * right.astype(object)).sum())


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


def joined(batches: list[Lines]) -> Lines:
    """Several blocks as one."""
    if len(batches) == 1:
        return batches[0]
    names = Lines.__dataclass_fields__
    return Lines(*(np.concatenate([getattr(batch, name) for batch in batches]) for name in names))


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


def line_order(world: World, lines: Lines, *first: NDArray[Any], rows: Int64s | None = None) -> Int64s:
    """Lines, or some ``rows`` of them, in their one order: by the keys ``first`` (the most important one first), then
    source id, order, order line, level, part.
    """
    rank = np.append(world.id_rank, -1)
    keys = (lines.part, lines.level, lines.line, lines.order, rank[lines.source], *reversed(first))
    if rows is None:
        return np.lexsort(keys)
    return rows[np.lexsort(tuple(key[rows] for key in keys))]

"""Goods that came back: what each order line has left, and what came back later than it was sold.

docs/semantics.md, sections 5 and 10.1.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from trueline.errors import Finding, Refused
from trueline.period import SECONDS_PER_DAY, Period
from trueline.reckon.evaluate import Values, fit
from trueline.reckon.units import sale_unit, to_unit
from trueline.reckon.world import Bools, Int64s, World


@dataclass(frozen=True)
class Back:
    """What came back of each of n order lines: quantity, quantity with a refund, refunds in :func:`sale_unit`."""

    quantity: Int64s
    refunded: Int64s
    refunds: Values


@dataclass(frozen=True)
class ReturnRows:
    """Returns known in a run, arrays of one length. ``line`` is the row of the order line, ``own`` says that the goods
    leave the period in which they were sold: they came back in it, or later and are netted (``World.netted``).
    """

    row: Int64s
    line: Int64s
    seconds: Int64s
    quantity: Int64s
    refund: Int64s
    given: Bools
    own: Bools

    def take(self, rows: Int64s | Bools) -> ReturnRows:
        return ReturnRows(*(getattr(self, name)[rows] for name in ReturnRows.__dataclass_fields__))


def period_numbers(seconds: Int64s, kind: str) -> Int64s:
    """Numbers that are equal for moments of one period and grow with time: int64 [n]."""
    days = seconds // SECONDS_PER_DAY
    if kind == "day":
        return days
    if kind == "week":
        return (days + 3) // 7  # 1970-01-01 was a Thursday
    months = seconds.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    return np.asarray(months // {"month": 1, "quarter": 3, "year": 12}[kind])


def known_returns(world: World) -> ReturnRows:
    """The returns that a run knows: up to the end of its period, and those that are netted as it is computed again."""
    if "returns" not in world.cache:
        world.cache["returns"] = _read(world)
    found: ReturnRows = world.cache["returns"]
    return found


def _read(world: World) -> ReturnRows:
    nothing = np.zeros(0, dtype=np.int64)
    if not world.facts.has("returns") or not world.facts.has("order_lines"):
        return ReturnRows(nothing, nothing, nothing, nothing, nothing, nothing > 0, nothing > 0)
    table, kind = world.facts["returns"], world.period.kind
    later = table["time"].seconds >= world.period.end_seconds
    netted = later & _inside(table["time"].seconds, world.netted or ())
    rows = np.flatnonzero(~later | netted)
    line, seconds = world.facts.sold.line_of_return[rows], table["time"].seconds[rows]
    sold = world.facts.effective("order_lines")[line]
    refund, given = np.zeros(len(rows), dtype=np.int64), np.zeros(len(rows), dtype=np.bool_)
    if "refund" in table:
        given = ~table["refund"].blank[rows]
        refund = np.where(given, to_unit(world, table["refund"], sale_unit(world), "refund")[rows], 0)
    own = netted[rows] | (period_numbers(seconds, kind) == period_numbers(sold, kind))
    return ReturnRows(rows, line, seconds, table["quantity"].numbers[rows], refund, given, own)


def _inside(seconds: Int64s, spans: tuple[tuple[int, int], ...]) -> Bools:
    """Which moments lie in one of the spans."""
    found = np.zeros(len(seconds), dtype=np.bool_)
    for start, end in spans:
        found |= (start <= seconds) & (seconds < end)
    return found


def netted(world: World, lines: int) -> Back:
    """What leaves each order line in the period in which it was sold. Late returns without a policy are refused."""
    found, rule = known_returns(world), world.plan.returns
    if rule is None and world.netted is None:
        _refuse(world, found.take(~found.own))
    if rule is not None and rule.later != "recompute":
        found = found.take(found.own)
    return _summed(found, lines)


def _summed(found: ReturnRows, lines: int) -> Back:
    quantity, refunded = np.zeros(lines, dtype=np.int64), np.zeros(lines, dtype=np.int64)
    refunds = np.zeros(lines, dtype=object)
    np.add.at(quantity, found.line, found.quantity)
    np.add.at(refunded, found.line, np.where(found.given, found.quantity, 0))
    np.add.at(refunds, found.line, found.refund)
    return Back(quantity, refunded, fit(refunds))


@dataclass(frozen=True)
class LateReturns:
    """Late returns, one row per order line and moment. ``before`` and ``after`` hold what of the line had come back by
    then in all, its own period included.
    """

    line: Int64s
    seconds: Int64s
    before: Back
    after: Back


def late_returns(world: World) -> LateReturns:
    """Goods that came back in a later period, those of one line in the order of time. Cost O(r log r)."""
    found = known_returns(world)
    lines = world.facts["order_lines"].rows if world.facts.has("order_lines") else 0
    own, late = _summed(found.take(found.own), lines), found.take(~found.own)
    order = np.lexsort((late.seconds, late.line))
    late = late.take(order)
    first_of_line = np.append(True, late.line[1:] != late.line[:-1])[: len(order)]
    last = np.append((late.line[1:] != late.line[:-1]) | (late.seconds[1:] != late.seconds[:-1]), True)[: len(order)]
    sums = [
        _running(values, first_of_line) + np.asarray(start)[late.line]
        for values, start in (
            (late.quantity, own.quantity),
            (np.where(late.given, late.quantity, 0), own.refunded),
            (late.refund, own.refunds),
        )
    ]
    rows = np.flatnonzero(last)
    after = [part[rows] for part in sums]
    line = late.line[rows]
    fresh = np.append(True, line[1:] != line[:-1])[: len(rows)]
    starts = (own.quantity, own.refunded, own.refunds)
    before = [
        np.where(fresh, np.asarray(start)[line], np.roll(part, 1)) for start, part in zip(starts, after, strict=True)
    ]
    return LateReturns(line, late.seconds[rows], Back(*before), Back(*after))


def _running(values: Int64s, first: Bools) -> Int64s:
    """Sums of the values of each line so far; ``first`` marks where a line begins."""
    total = np.cumsum(values)
    starts = np.flatnonzero(first)
    before = np.repeat(np.append(0, total)[starts], np.diff(np.append(starts, len(values))))
    return np.asarray(total - before)


def _refuse(world: World, late: ReturnRows) -> None:
    if len(late.row) == 0:
        return
    table, lines = world.facts["returns"], world.facts["order_lines"]
    first = int(np.argmin(late.row))
    row, line = int(late.row[first]), int(late.line[first])
    day = dt.date(1970, 1, 1) + dt.timedelta(seconds=int(table["time"].seconds[row]))
    returned = Period.containing(day, world.period.kind).label
    rest = len(late.row) - 1
    also = f", and {rest} more row{'s' * (rest > 1)} of returns likewise" if rest else ""
    message = f"Order {lines['order'].text(line)} came back in {returned}, after the period it was paid for{also}."
    remedy = "Say in the plan what is taken back, such as 'returns: {later: same amounts}'."
    raise Refused([Finding(*table.place(row, "time"), message, remedy)])

"""The company's sales, line by line: who paid, when, how much after refunds, and what caused the sale."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from trueline.analyse.amounts import amounts, converted, in_unit
from trueline.analyse.causes import causes_of_lines
from trueline.facts import Facts
from trueline.facts.columns import Bools, Column, Int32s, Int64s
from trueline.facts.currencies import minor_unit
from trueline.money.rounding import Mode, round_ratio
from trueline.period import Period


@dataclass(frozen=True)
class Sales:
    """One entry per order line of a span, by time of the order. Money is in the company's minor unit.

    ``rows`` are rows of ``order_lines``; ``payer`` indexes ``facts.members`` (payer, else buyer, else credited; −1);
    ``paid`` is the price before refunds, ``refunded`` what was paid back until the end of the span; ``quantity`` and
    ``back`` are units bought and returned. ``unknown`` marks lines without a price; ``lacking`` says what they lack.
    """

    rows: Int64s
    payer: Int32s
    seconds: Int64s
    cause: NDArray[np.int8]
    paid: Int64s
    refunded: Int64s
    quantity: Int64s
    back: Int64s
    unknown: Bools
    lacking: tuple[str, ...]

    @classmethod
    def of(cls, facts: Facts, first: Period, last: Period) -> Sales:
        """The sales from ``first`` to ``last``, both included."""
        for name in ("orders", "order_lines"):
            if not facts.has(name):
                return _nothing(name)
        orders, lines = facts["orders"], facts["order_lines"]
        of_line = facts.sold.order_of_line
        seconds = orders["time"].seconds[of_line]
        currency = orders["currency"].take(of_line) if "currency" in orders else None
        price = amounts(facts, lines, "price", seconds, last.kind, currency)
        quantity, back = facts.sold.pieces, facts.sold.came_back(last.end_seconds)
        refunded = np.zeros(lines.rows, dtype=np.int64)
        if facts.has("returns") and "price" in lines:
            left, unit = _left(facts, last, currency)
            kept, _ = converted(facts, lines, "price", left, unit, currency, seconds, last.kind)
            refunded = np.where(price.unknown, 0, price.cents - kept)
        rows = np.flatnonzero((seconds >= first.start_seconds) & (seconds < last.end_seconds))
        return cls(
            rows,
            facts.first_named("orders", "payer", "buyer", "credited")[of_line][rows],
            seconds[rows],
            causes_of_lines(facts, last)[rows],
            price.cents[rows],
            refunded[rows],
            quantity[rows],
            back[rows],
            price.unknown[rows],
            price.lacking if price.unknown[rows].any() else (),
        )


def _nothing(lacking: str) -> Sales:
    none = np.zeros(0, dtype=np.int64)
    empty = np.zeros(0, dtype=np.bool_)
    return Sales(none, none.astype(np.int32), none, none.astype(np.int8), none, none, none, none, empty, (lacking,))


def _left(facts: Facts, last: Period, currency: Column | None) -> tuple[Int64s, Fraction]:
    """int64 (order lines): prices less what was paid back until the end of the span, in the currency of the order, and
    their unit.

    A refund counts as given; without one the price falls in proportion, half up (docs/semantics.md, section 5).
    """
    table, price, line = facts["returns"], facts["order_lines"]["price"], facts.sold.line_of_return
    home = facts.company.currency_unit
    unit = min(home, *(one.unit for one in (price, table.columns.get("refund")) if one is not None))
    found = in_unit(price.numbers, price.unit, unit).copy()
    rows = np.flatnonzero((table["time"].seconds < last.end_seconds) & (line >= 0))
    apart, refunds = np.zeros(len(found), dtype=np.int64), np.zeros(len(found), dtype=np.int64)
    blank = table["refund"].blank if "refund" in table else np.ones(table.rows, dtype=np.bool_)
    given, unsaid = rows[~blank[rows]], rows[blank[rows]]
    if given.size:
        np.add.at(refunds, line[given], in_unit(table["refund"].numbers, table["refund"].unit, unit)[given])
    np.add.at(apart, line[unsaid], table["quantity"].numbers[unsaid])
    pieces = facts.sold.pieces
    for row in np.flatnonzero(apart).tolist():  # few lines come back without a refund
        code = -1 if currency is None else int(currency.codes[row])
        minor = home if currency is None or code < 0 else min(home, minor_unit(currency.values[code]))
        step, left = int(minor / unit), int(pieces[row] - apart[row])
        found[row] = step * round_ratio(int(found[row]) * left, int(pieces[row]) * step, Mode.HALF_UP)
    return found - refunds, unit

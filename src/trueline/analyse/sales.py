"""The company's sales, line by line: who paid, when, how much after refunds, and what caused the sale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trueline.analyse.amounts import amounts
from trueline.analyse.causes import causes_of_lines
from trueline.facts import Facts
from trueline.facts.columns import Bools, Column, Int32s, Int64s
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
        price = amounts(facts, lines, "price", seconds, currency)
        quantity, back = facts.sold.pieces, facts.sold.came_back(last.end_seconds)
        refunded = _refunded(facts, last, price.cents, currency)
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


def _refunded(facts: Facts, last: Period, price: Int64s, currency: Column | None) -> Int64s:
    """int64 (order lines): money paid back until the end of the span.

    A refund counts as given; without one the price falls in proportion, half up (docs/semantics.md, section 5).
    """
    refunded, apart = np.zeros(len(price), dtype=np.int64), np.zeros(len(price), dtype=np.int64)
    if not facts.has("returns"):
        return refunded
    table, line = facts["returns"], facts.sold.line_of_return
    rows = np.flatnonzero((table["time"].seconds < last.end_seconds) & (line >= 0))
    at, units = line[rows], table["quantity"].numbers[rows]
    if "refund" in table:
        paid_in = currency.take(np.maximum(line, 0)) if currency is not None else None
        given = amounts(facts, table, "refund", table["time"].seconds, paid_in)
        known = ~given.unknown[rows]
        np.add.at(refunded, at[known], given.cents[rows][known])
        at, units = at[~known], units[~known]
    np.add.at(apart, at, units)
    quantity = facts.sold.pieces
    for row in np.flatnonzero(apart).tolist():  # few lines come back without a refund
        left = int(quantity[row] - apart[row])
        refunded[row] += price[row] - round_ratio(int(price[row]) * left, int(quantity[row]), Mode.HALF_UP)
    return refunded

"""The company's sales, line by line: who paid, when, how much after refunds, and what caused the sale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from trueline.analyse.amounts import amounts
from trueline.analyse.causes import causes_of_lines, order_rows
from trueline.facts import Facts
from trueline.facts.checks.keys import lines_of_returns
from trueline.facts.columns import Bools, Column, Int32s, Int64s
from trueline.money.columns import divide
from trueline.money.rounding import Mode
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
        of_line = order_rows(facts)
        seconds = orders["time"].seconds[of_line]
        currency = orders["currency"].take(of_line) if "currency" in orders else None
        price = amounts(facts, lines, "price", seconds, currency)
        quantity = np.ones(lines.rows, dtype=np.int64)
        if "quantity" in lines:
            quantity = np.where(lines["quantity"].blank, 1, lines["quantity"].numbers)
        back, refunded = _returned(facts, last, price.cents, quantity, currency)
        rows = np.flatnonzero((seconds >= first.start_seconds) & (seconds < last.end_seconds))
        return cls(
            rows,
            _payers(facts)[of_line][rows],
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


def _payers(facts: Facts) -> Int32s:
    """int32 (orders): who paid; the buyer, else the credited member, where it is not said."""
    orders = facts["orders"]
    found = np.full(orders.rows, -1, dtype=np.int32)
    for name in ("credited", "buyer", "payer"):
        if name in orders:
            found = np.where(orders[name].blank, found, facts.index_of("orders", name)).astype(np.int32)
    return found


def _returned(
    facts: Facts, last: Period, price: Int64s, quantity: Int64s, currency: Column | None
) -> tuple[Int64s, Int64s]:
    """Per order line: units returned and money paid back until the end of the span.

    A refund counts as given; without one the price falls in proportion, half up (docs/semantics.md, section 5).
    """
    back, refunded, apart = (np.zeros(len(price), dtype=np.int64) for _ in range(3))
    if not facts.has("returns"):
        return back, refunded
    table, line = facts["returns"], lines_of_returns(facts)
    rows = np.flatnonzero((table["time"].seconds < last.end_seconds) & (line >= 0))
    at, units = line[rows], table["quantity"].numbers[rows]
    np.add.at(back, at, units)
    if "refund" in table:
        paid_in = currency.take(np.maximum(line, 0)) if currency is not None else None
        given = amounts(facts, table, "refund", table["time"].seconds, paid_in)
        known = ~given.unknown[rows]
        np.add.at(refunded, at[known], given.cents[rows][known])
        rows, at, units = rows[~known], at[~known], units[~known]
    np.add.at(apart, at, units)
    some = np.flatnonzero(apart)
    for row in some.tolist():  # few lines come back without a refund
        one = np.array([price[row]], dtype=np.int64)
        left = divide(one, int(quantity[row] - apart[row]), int(quantity[row]), Mode.HALF_UP, np.empty_like(one))
        refunded[row] += price[row] - left[0]
    return back, refunded

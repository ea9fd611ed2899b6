"""Amounts of other currencies, converted at one fixed factor for each currency and period (docs/semantics.md, 5)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from trueline.facts import Facts
from trueline.money.columns import divide
from trueline.money.rounding import Mode
from trueline.period import Period
from trueline.reckon.returns import period_numbers
from trueline.reckon.world import Bools, Int64s

OWN, UNKNOWN = -1, -2
"""In place of a factor: the amount is of the plan's currency; there is no rate for it at that time."""


@dataclass(frozen=True)
class Factors:
    """Which of ``factors`` converts each of n amounts; OWN or UNKNOWN where none does."""

    index: Int64s
    factors: tuple[Fraction, ...]

    @property
    def unknown(self) -> Bools:
        return np.asarray(self.index == UNKNOWN)

    def converted(self, amounts: Int64s, rows: Int64s, parts: int) -> Int64s:
        """Amounts of some rows, ``parts`` of which are one minor unit of the plan, in its minor units, half up.

        Those of the plan's own currency are whole minor units. ``OverflowError`` beyond int64.
        """
        index = self.index[rows]
        out = amounts if parts == 1 else amounts // parts
        if np.all(index < 0):
            return out
        out = out.copy()
        for number, factor in enumerate(self.factors):
            here = np.flatnonzero(index == number)
            if here.size:
                part, exact = np.ascontiguousarray(amounts[here], dtype=np.int64), factor / parts
                out[here] = divide(part, exact.numerator, exact.denominator, Mode.HALF_UP, np.empty_like(part))
        return out


def factors_of(facts: Facts, currency: str, kind: str, column: Any, codes: Int64s, seconds: Int64s) -> Factors:
    """The factors of n amounts: ``codes`` of their currency in ``column`` (−1: the plan's), at the first instant of the
    period of ``kind`` in which ``seconds`` lie. Cost O(n log n) where there are other currencies at all.
    """
    index = np.full(len(codes), OWN, dtype=np.int64)
    if column is None:
        return Factors(index, ())
    foreign = [place for place, value in enumerate(column.values) if value != currency]
    rows = np.flatnonzero(np.isin(codes, foreign))
    if rows.size == 0:
        return Factors(index, ())
    found: list[Fraction] = []
    numbers = period_numbers(seconds[rows], kind)
    pairs, first, inverse = np.unique(
        np.stack([codes[rows].astype(np.int64), numbers]), axis=1, return_index=True, return_inverse=True
    )
    place = np.empty(pairs.shape[1], dtype=np.int64)
    for pair in range(pairs.shape[1]):
        start = Period.start_at(int(seconds[rows[first[pair]]]), kind)
        factor = rate_at(facts, column.values[int(pairs[0, pair])], start)
        place[pair] = UNKNOWN if factor is None else len(found)
        if factor is not None:
            found.append(factor)
    index[rows] = place[inverse.reshape(-1)]
    return Factors(index, tuple(found))


def rate_at(facts: Facts, currency: str, seconds: int) -> Fraction | None:
    """What one unit of a currency is worth at a moment: the latest rate that begins then or before."""
    if not facts.has("rates_fx"):
        return None
    table = facts["rates_fx"]
    rows = [
        row
        for row in range(table.rows)
        if table["currency"].text(row) == currency and int(table["from"].seconds[row]) <= seconds
    ]
    if not rows:
        return None
    latest = max(rows, key=lambda row: int(table["from"].seconds[row]))
    return int(table["rate"].numbers[latest]) * table["rate"].unit

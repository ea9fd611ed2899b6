"""Amounts of facts in the company's currency: each by the rate in force at its time."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from trueline.analyse.books import Int64s
from trueline.facts import ALWAYS, Column, Facts
from trueline.money.columns import divide
from trueline.money.rounding import Mode


def company_money(facts: Facts, amounts: Column, currency: Column | None, seconds: Int64s) -> Int64s:
    """int64 (n): amounts in minor units of the company's currency, 0 where they are blank.

    ``currency`` is the currency of each (blank, or no column: the company's) and ``seconds`` its time. A foreign amount
    is multiplied by the latest rate whose time has come, by the first one before that, and rounded half up; the checks
    of facts make sure that there is a rate.
    """
    worth = amounts.unit / facts.company.currency_unit
    found = _times(amounts.numbers, worth)
    for code, name in enumerate(currency.values if currency is not None else []):
        assert currency is not None
        rows = np.flatnonzero(currency.codes == code)
        if name != facts.company.currency and rows.size:
            for since, until, rate in _rates(facts, name):
                chosen = rows[(seconds[rows] >= since) & (seconds[rows] < until)]
                found[chosen] = _times(amounts.numbers[chosen], worth * rate)
    return found


def _rates(facts: Facts, currency: str) -> Iterator[tuple[int, int, Fraction]]:
    """From, until (exclusive) and rate of a currency; the first rate holds before its time as well."""
    table = facts["rates_fx"]
    rows = np.flatnonzero(table["currency"].codes == table["currency"].values.index(currency))
    rows = rows[np.argsort(table["from"].seconds[rows], kind="stable")]
    bounds = [ALWAYS, *table["from"].seconds[rows][1:].tolist(), np.iinfo(np.int64).max]
    for row, since, until in zip(rows.tolist(), bounds, bounds[1:], strict=False):
        yield since, until, int(table["rate"].numbers[row]) * table["rate"].unit


def _times(numbers: Int64s, factor: Fraction) -> Int64s:
    if factor.denominator == 1:
        return numbers * factor.numerator
    return divide(numbers, factor.numerator, factor.denominator, Mode.HALF_UP, np.empty_like(numbers))

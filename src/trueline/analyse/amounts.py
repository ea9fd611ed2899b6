"""Money of the facts in one currency: the company's, at the rate of the day, by whole minor units."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from trueline.analyse.books import MOST
from trueline.errors import Finding, Refused
from trueline.facts import Facts
from trueline.facts.columns import Bools, Column, Int64s, Table
from trueline.money.columns import divide, total
from trueline.money.rounding import Mode


@dataclass(frozen=True)
class Amounts:
    """A column of money: ``cents`` int64 (n) in the company's minor unit, 0 where ``unknown`` (n).

    ``lacking`` names what would make the unknown ones known: a column, or ``rates_fx``.
    """

    cents: Int64s
    unknown: Bools
    lacking: tuple[str, ...] = ()


def amounts(facts: Facts, table: Table, column: str, seconds: Int64s, currency: Column | None = None) -> Amounts:
    """The amounts of a column of ``table``, converted where ``currency`` (default: the table's own) is a foreign one.

    ``seconds`` (n) is when each counts: the latest rate from then or before is used, rounded half up
    per row, as in a run. Errors: ``Refused`` when all amounts together leave the range of exact sums.
    """
    try:
        found = _amounts(facts, table, column, seconds, currency)
        if total(np.abs(found.cents)) <= MOST:
            return found
    except OverflowError:
        pass
    message = f"The amounts of '{column}' together leave the range of exact sums."
    raise Refused([Finding(table.file, 0, 0, message, "Look for amounts or exchange rates that are too large.")])


def _amounts(facts: Facts, table: Table, column: str, seconds: Int64s, currency: Column | None) -> Amounts:
    if column not in table:
        nothing = np.zeros(table.rows, dtype=np.int64)
        return Amounts(nothing, np.ones(table.rows, dtype=np.bool_), (f"{table.name}.{column}",))
    money = table[column]
    home = facts.company.currency
    ratio = money.unit / facts.company.currency_unit
    values = np.ascontiguousarray(money.numbers)
    cents = divide(values, ratio.numerator, ratio.denominator, Mode.HALF_UP, np.empty_like(values))
    unknown = money.blank.copy()
    lacking = [f"{table.name}.{column}"] if unknown.any() else []
    paid_in = currency if currency is not None else table.columns.get("currency")
    if paid_in is not None:
        words = np.array([word != home for word in paid_in.values] + [False])
        rows = np.flatnonzero(words[paid_in.codes] & ~unknown)
        for code in np.unique(paid_in.codes[rows]).tolist():
            of_code = rows[paid_in.codes[rows] == code]
            rate, step, known = _rates(facts, paid_in.values[code], seconds[of_code])
            unit, part = ratio * step, np.ascontiguousarray(values[of_code])
            if int(rate.max(initial=0)) * unit.numerator >= 2**63:
                raise OverflowError("an exchange rate is too large")
            factor = np.ascontiguousarray(rate * unit.numerator)
            cents[of_code] = divide(part, factor, unit.denominator, Mode.HALF_UP, np.empty_like(part))
            unknown[of_code[~known]] = True
            if not known.all():
                lacking.append("rates_fx")
    cents[unknown] = 0
    return Amounts(cents, unknown, tuple(dict.fromkeys(lacking)))


def _rates(facts: Facts, currency: str, seconds: Int64s) -> tuple[Int64s, Fraction, Bools]:
    """Rates in force at each moment as integers (n) of a unit, and where there is one."""
    nothing = np.zeros(len(seconds), dtype=np.int64)
    if not facts.has("rates_fx") or currency not in facts["rates_fx"]["currency"].values:
        return nothing, Fraction(1), np.zeros(len(seconds), dtype=np.bool_)
    table = facts["rates_fx"]
    rows = np.flatnonzero(table["currency"].codes == table["currency"].values.index(currency))
    rows = rows[np.argsort(table["from"].seconds[rows], kind="stable")]
    place = np.searchsorted(table["from"].seconds[rows], seconds, side="right") - 1
    numbers = np.append(table["rate"].numbers[rows], 0)
    return np.ascontiguousarray(numbers[place]), table["rate"].unit, place >= 0

"""Money of the facts in one currency: the company's, at the rate of the period, by whole minor units."""

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
from trueline.reckon.currencies import factors_of


@dataclass(frozen=True)
class Amounts:
    """A column of money: ``cents`` int64 (n) in the company's minor unit, 0 where ``unknown`` (n).

    ``lacking`` names what would make the unknown ones known: a column, or ``rates_fx``.
    """

    cents: Int64s
    unknown: Bools
    lacking: tuple[str, ...] = ()


def amounts(
    facts: Facts, table: Table, column: str, seconds: Int64s, kind: str, currency: Column | None = None
) -> Amounts:
    """The amounts of a column of ``table``, converted where ``currency`` (default: the table's own) is a foreign one.

    ``seconds`` (n) is when each counts. As in a run there is one factor for each currency and period of ``kind``, the
    rate in force at its first instant, and each amount is rounded half up. Errors: ``Refused`` when all amounts
    together leave the range of exact sums.
    """
    if column not in table:
        nothing = np.zeros(table.rows, dtype=np.int64)
        return Amounts(nothing, np.ones(table.rows, dtype=np.bool_), (f"{table.name}.{column}",))
    money = table[column]
    paid_in = currency if currency is not None else table.columns.get("currency")
    cents, foreign = converted(facts, table, column, money.numbers, money.unit, paid_in, seconds, kind)
    unknown = money.blank | foreign
    lacking = [f"{table.name}.{column}"] if money.blank.any() else []
    if (foreign & ~money.blank).any():
        lacking.append("rates_fx")
    return Amounts(np.where(unknown, 0, cents), unknown, tuple(lacking))


def converted(
    facts: Facts,
    table: Table,
    column: str,
    values: Int64s,
    unit: Fraction,
    currency: Column | None,
    seconds: Int64s,
    kind: str,
) -> tuple[Int64s, Bools]:
    """``values`` (n) in ``unit`` of their ``currency`` as whole minor units of the company's, and where there is no
    rate for them. ``table`` and ``column`` say what they are when they leave the range of exact sums, which is refused.
    """
    home = facts.company.currency_unit
    fine = min(unit, home)
    codes = np.full(len(values), -1, dtype=np.int64) if currency is None else currency.codes.astype(np.int64)
    factors = factors_of(facts, facts.company.currency, kind, currency, codes, seconds)
    try:
        exact = in_unit(values, unit, fine)
        cents = factors.converted(exact, np.arange(len(values)), int(home / fine))
        if total(np.abs(cents)) <= MOST:
            return cents, factors.unknown
    except OverflowError:
        pass
    message = f"The amounts of '{column}' together leave the range of exact sums."
    raise Refused([Finding(table.file, 0, 0, message, "Look for amounts or exchange rates that are too large.")])


def in_unit(values: Int64s, unit: Fraction, fine: Fraction) -> Int64s:
    """Values (n) in a unit that is not coarser than theirs. ``OverflowError`` beyond int64."""
    kept = np.ascontiguousarray(values, dtype=np.int64)
    return kept if unit == fine else divide(kept, int(unit / fine), 1, Mode.HALF_UP, np.empty_like(kept))

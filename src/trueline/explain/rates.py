"""From which row or table of the plan a rate comes."""

from __future__ import annotations

from fractions import Fraction

from trueline.explain.model import RateSource
from trueline.explain.records import Records
from trueline.explain.trace import Moment
from trueline.explain.words import place, spell_step, written
from trueline.money import format_number
from trueline.plan.bonuses import (
    DifferenceBonus,
    Entitled,
    GenerationBonus,
    GroupBonus,
    LevelBonus,
    OwnBonus,
    Rates,
    WalkBonus,
)
from trueline.plan.steps import TableStep
from trueline.plan.typed import Ref, TextType, Typed
from trueline.reckon.rates import RateRows
from trueline.reckon.world import PairLookup


class RateSources:
    """Answers for the lines of one bonus."""

    def __init__(self, records: Records, bonus: WalkBonus) -> None:
        self.records = records
        self.bonus = bonus
        self.name = bonus.terms.name
        rates = bonus.rates if isinstance(bonus, (LevelBonus, GenerationBonus)) else None
        self.rows = None if rates is None else RateRows(records.world, rates, self.name)

    def of(
        self,
        receiver: int,
        source: int,
        order: int,
        level: int,
        rate: Fraction,
        below: Fraction,
        moment: Moment | None = None,
    ) -> RateSource:
        """The origin of a line's rate; ``below`` is what those between were paid or the source started with, and
        ``moment`` what the receiver had before this part of the order.
        """
        bonus = self.bonus
        if moment is not None and isinstance(bonus, OwnBonus | DifferenceBonus) and bonus.entitled is not None:
            found = moment_words(self.records, bonus.entitled, moment)
            if isinstance(bonus, DifferenceBonus):
                found += _left(moment.rate, rate, below)
            return RateSource(rate, found, self._place(bonus.entitled.table))
        if self.rows is not None:
            return self._row(self.rows, self.records.pair(receiver, source, level, order), level, rate)
        if isinstance(bonus, (LevelBonus, OwnBonus)) and bonus.rate is not None:
            where = place(self.records.plan, "bonuses", self.name, "rate")
            words = written(self.records.plan, "bonuses", self.name, "rate") or ""
            return RateSource(rate, self._expression(bonus.rate, receiver, source, words), where)
        if isinstance(bonus, (LevelBonus, GenerationBonus, OwnBonus)):
            raise TypeError(bonus)
        whose = receiver
        if isinstance(bonus, GroupBonus) and level:  # `less` takes the lower of both rates
            whose = min(source, receiver, key=lambda one: self.records.number(bonus.rate, one))
        found = step_words(self.records, bonus.rate, whose)
        if isinstance(bonus, DifferenceBonus):
            found += _left(self.records.number(bonus.rate, receiver), rate, below)
        return RateSource(rate, found, self._place(bonus.rate))

    def _expression(self, node: Typed, receiver: int, source: int, words: str) -> str:
        if isinstance(node, Ref) and isinstance(self.records.plan.steps[node.step], TableStep):
            return step_words(self.records, node.step, source if node.source else receiver)
        return words

    def _place(self, key: str) -> str:
        plan = self.records.plan
        return place(plan, "tables", key) if key in plan.tables else place(plan, "bonuses", self.name, "rate")

    def _row(self, rows: RateRows, pair: PairLookup, level: int, rate: Fraction) -> RateSource:
        row = int(rows.of_pairs(pair)[0])
        keys = row_keys(self.records, self.name, rows.rates)
        column = level - self.first
        counted = f"level {level}" if isinstance(self.bonus, LevelBonus) else f"generation {level}"
        where = ("bonuses", self.name, "rates")
        if rows.rates.on is None:
            return RateSource(rate, counted, place(self.records.plan, *where, column))
        if row >= len(keys):
            return RateSource(rate, f"no row of rates, {counted}", place(self.records.plan, *where))
        key = keys[row] if rows.rates.form == "exact" else f"from {keys[row]}"
        return RateSource(rate, f"{key}, {counted}", place(self.records.plan, *where, keys[row], column))

    @property
    def first(self) -> int:
        bonus = self.bonus
        if isinstance(bonus, GenerationBonus):
            return bonus.first
        return 0 if isinstance(bonus, LevelBonus) and bonus.from_self else 1


def _left(own: Fraction, rate: Fraction, below: Fraction) -> str:
    """What of the receiver's own rate was left to it."""
    found = f", less {percent(below)} already given below" if below else ""
    return found + (f", up to {percent(rate)} that was left" if own - below > rate > 0 else "")


def row_keys(records: Records, bonus: str, rates: Rates) -> list[str]:
    """The keys of a bonus's rows of rates as the plan file writes them."""
    if rates.on is None:
        return []
    raw = records.plan.raw()["bonuses"][bonus]["rates"]
    return list(raw)


def step_words(records: Records, key: str, member: int) -> str:
    """Where a number step has its value for a member: ``rate_of_rank: Leader, 12%``."""
    step = records.plan.steps[key]
    if isinstance(step, TableStep):
        return f"{spell_step(records.plan, key)}: {table_row(records, key, step, member)}"
    return spell_step(records.plan, key)


def moment_words(records: Records, rule: Entitled, moment: Moment) -> str:
    """Where a rate that follows the orders comes from: ``from 25, 8% (two_months 25 before this order)``."""
    step = records.plan.steps[rule.table]
    assert isinstance(step, TableStep)
    shown = f"{spell_step(records.plan, rule.key)} {format_number(moment.key, group=True)} {moment.when}"
    row = moment.row if moment.row >= 0 else None
    return f"{spell_step(records.plan, rule.table)}: {_row_words(records, rule.table, row, moment.rate, [shown])}"


def table_row(records: Records, name: str, step: TableStep, member: int) -> str:
    """The row of a table that a member's key falls on, in words."""
    shown = [key_words(records, key, member) for key in step.keys]
    if step.form == "marginal":
        return f"{shown[0]} in slices"
    return _row_words(records, name, _row_of(records, step, member), records.number(name, member), shown)


def _row_words(records: Records, name: str, row: int | None, rate: Fraction, shown: list[str]) -> str:
    step, value = records.plan.steps[name], percent(rate)
    assert isinstance(step, TableStep)
    if row is None:
        otherwise = "otherwise" if step.form == "values" or step.has_otherwise else "below the first row"
        return f"{otherwise}, {value} ({_joined(shown)})"
    raw = records.plan.raw()["tables"][name][step.form]
    if step.form == "values":
        return f"{list(raw)[row]}, {value}"
    marks = list(raw)[row] if step.form == "cliff" else " and ".join(raw[row]["at"])
    return f"from {marks}, {value} ({_joined(shown)})"


def _joined(words: list[str]) -> str:
    return ", ".join(words)


def key_words(records: Records, key: str, member: int) -> str:
    """A table's key with the member's value: ``own_points 80``."""
    value = records.step_value(key, member)
    shown = format_number(value, group=True) if isinstance(value, Fraction) else str(value)
    return f"{spell_step(records.plan, key)} {shown}"


def _row_of(records: Records, step: TableStep, member: int) -> int | None:
    keys = [records.world.column(key)[member] for key in step.keys]
    values = [int(key) * many for key, many in zip(keys, step.key_times, strict=True)]
    if step.form == "values":
        return _exact_row(records, step, values[0])
    found = None
    for place_, row in enumerate(step.rows):
        if all(value >= int(mark) for value, mark in zip(values, row.at, strict=True)):
            found = place_
    return found


def _exact_row(records: Records, step: TableStep, value: int) -> int | None:
    if isinstance(records.plan.steps[step.keys[0]].type, TextType):
        words = records.world.words.get(step.keys[0], [])
        word = words[value] if 0 <= value < len(words) else None
        return next((place_ for place_, row in enumerate(step.rows) if row.at[0] == word), None)
    return next((place_ for place_, row in enumerate(step.rows) if row.at[0] == value), None)


def percent(rate: Fraction) -> str:
    """A rate as a percentage, exact: ``2.5%``, ``2/37%``."""
    return f"{format_number(rate * 100)}%"

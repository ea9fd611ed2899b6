"""Expected values against a result: exact, to the unit written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from trueline.case.expecting import NO_PARENT, REMOVED, TOTAL
from trueline.case.model import Expectation, WantedLine, WantedPayers
from trueline.case.reader import Place
from trueline.money import format_number, parse_number, parse_percent

Value = Fraction | int | bool | str | None
"""What a result holds: a number, a yes or no, a text, a rank; None stands for no rank and no parent."""


class PaymentLine(Protocol):
    """What a page reads of a payment line."""

    @property
    def bonus(self) -> str: ...
    @property
    def receiver(self) -> str: ...
    @property
    def source(self) -> str | None: ...
    @property
    def part(self) -> str | None: ...
    @property
    def level(self) -> int | None: ...
    @property
    def rate(self) -> Fraction: ...
    @property
    def amount(self) -> Fraction: ...


class Outcome(Protocol):
    """What a page reads of a result; :mod:`trueline.run` gives it, and so may any other engine."""

    @property
    def breakage(self) -> Mapping[str, Mapping[str, Fraction]]: ...
    def amount(self, member: str, bonus: str) -> Fraction: ...
    def total(self, bonus: str) -> Fraction: ...
    def carried(self, member: str) -> Fraction: ...

    def forgiven(self, member: str) -> Fraction: ...
    def goods(self, member: str) -> Fraction: ...

    def expired(self, member: str, bonus: str) -> Fraction: ...

    def deduction(self, member: str, name: str) -> Fraction: ...
    def paid_in(self, member: str, currency: str) -> Fraction: ...
    def held(self, member: str, bonus: str) -> Fraction: ...
    def bank(self, member: str, bonus: str, side: str) -> Fraction: ...
    def rank(self, member: str) -> str | None: ...
    def title(self, member: str) -> str | None: ...
    def measure(self, member: str, name: str) -> Value: ...
    def parent(self, tree: str, member: str) -> str | None: ...
    def in_tree(self, tree: str, member: str) -> bool: ...
    def lines(self, bonus: str | None = None, receiver: str | None = None) -> Iterable[PaymentLine]: ...


@dataclass(frozen=True)
class Difference:
    """One expected value that the result does not have: ``what`` it is of, and where the page expects it."""

    place: Place
    what: str
    expected: str
    got: str

    def __str__(self) -> str:
        file, line, column = self.place
        return f"{file}:{line}:{column}: {self.what}: expected {self.expected}, got {self.got}"


def differences(
    expect: Sequence[Expectation], result: Outcome, members: Sequence[str], bonuses: Sequence[str]
) -> list[Difference]:
    """Every expectation that the result does not meet, in the order of the page."""
    comparison = _Comparison(result, members, bonuses)
    return [found for wanted in expect if (found := comparison.difference(wanted))]


class _Comparison:
    def __init__(self, result: Outcome, members: Sequence[str], bonuses: Sequence[str]) -> None:
        self.result = result
        self.members = members
        self.bonuses = bonuses
        self.values: Mapping[str, Callable[..., Value]] = {
            "amounts": self.amount,
            "levels": self.level,
            "ranks": result.rank,
            "titles": result.title,
            "measures": result.measure,
            "parents": self.parent,
            "totals": self.total,
            "breakage": lambda bonus, name: result.breakage.get(bonus, {}).get(name, Fraction(0)),
            "carried": result.carried,
            "forgiven": result.forgiven,
            "goods": result.goods,
            "held": result.held,
            "expired": result.expired,
            "deductions": result.deduction,
            "paid out": result.paid_in,
            "bank": lambda bonus, member, side: result.bank(member, bonus, side),
        }

    def difference(self, wanted: Expectation) -> Difference | None:
        if isinstance(wanted, WantedLine):
            return self.line(wanted)
        if isinstance(wanted, WantedPayers):
            return self.payers(wanted)
        got = self.values[wanted.section](*wanted.keys)
        if agrees(wanted.value, got):
            return None
        return Difference(
            wanted.place, " ".join((wanted.section, *wanted.keys)), wanted.value, shown(got, wanted.value)
        )

    def amount(self, member: str, bonus: str) -> Fraction:
        if bonus == TOTAL:
            return sum((self.result.amount(member, one) for one in self.bonuses), Fraction(0))
        return self.result.amount(member, bonus)

    def total(self, bonus: str) -> Fraction:
        if bonus == TOTAL:
            return sum((self.result.total(one) for one in self.bonuses), Fraction(0))
        return self.result.total(bonus)

    def level(self, member: str, bonus: str, level: str) -> Fraction:
        lines = self.result.lines(bonus=bonus, receiver=member)
        return sum((line.amount for line in lines if agrees(level, line.level)), Fraction(0))

    def parent(self, tree: str, member: str) -> str:
        if not self.result.in_tree(tree, member):
            return REMOVED
        return self.result.parent(tree, member) or NO_PARENT

    def payers(self, wanted: WantedPayers) -> Difference | None:
        paid = [member for member in self.members if self.result.amount(member, wanted.bonus) != 0]
        if frozenset(paid) == wanted.members:
            return None
        expected = ", ".join(member for member in self.members if member in wanted.members)
        return Difference(wanted.place, f"payers {wanted.bonus}", expected or "nobody", ", ".join(paid) or "nobody")

    def line(self, wanted: WantedLine) -> Difference | None:
        """None when exactly one line agrees; with ``amount`` 0, when no line that pays something agrees."""
        keys = dict(wanted.keys)
        absent = agrees(keys.get("amount", ""), Fraction(0))
        if absent:
            del keys["amount"]
        candidates = list(self.result.lines(bonus=keys.get("bonus"), receiver=keys.get("receiver")))
        found = [line for line in candidates if all(agrees(text, getattr(line, key)) for key, text in keys.items())]
        if absent:
            found = [line for line in found if line.amount != 0]
        if len(found) == (0 if absent else 1):
            return None
        what = ", ".join(f"{key} {text}" for key, text in keys.items() if key != "amount")
        expected = "none" if absent else f"one of {keys['amount']}" if "amount" in keys else "one"
        near = (
            found or [line for line in candidates if agrees(keys.get("source", NO_PARENT), line.source)] or candidates
        )
        return Difference(wanted.place, f"line {what}", expected, "; ".join(_described(near)) or "none")


def agrees(written: str, got: Value) -> bool:
    """Whether a value of a result is the one written: numbers exactly, ``yes`` and ``no``, ``none`` for nothing."""
    if isinstance(got, bool):
        return written == ("yes" if got else "no")
    if got is None or isinstance(got, str):
        return written == (got or "none")
    try:
        return (parse_percent(written) if written.endswith("%") else parse_number(written)) == got
    except ValueError:
        return False


def shown(got: Value, like: str = "") -> str:
    """A value as a page would write it; as a percentage where ``like`` is one."""
    if isinstance(got, bool):
        return "yes" if got else "no"
    if got is None or isinstance(got, str):
        return got or "none"
    return f"{format_number(Fraction(got) * 100)}%" if like.endswith("%") else format_number(got, group=True)


def _described(lines: Sequence[PaymentLine], most: int = 4) -> Iterator[str]:
    for line in lines[:most]:
        part = f" {line.part}" if line.part else ""
        source = f" from {line.source}" if line.source else ""
        level = f" on level {line.level}" if line.level is not None else ""
        yield f"{shown(line.amount)}{part} at {shown(line.rate, '%')}{source}{level}"
    if len(lines) > most:
        yield f"and {len(lines) - most} more"

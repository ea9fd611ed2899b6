"""Rates must be written as percentages, also in the tables and measures that a rate names; money must not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from trueline.money import format_number
from trueline.plan.document import Path
from trueline.plan.expression import ExpressionError, parse_expression
from trueline.plan.nodes import Argument, Binary, Call, Minus, Node, Number, Word
from trueline.plan.scope import Scope
from trueline.plan.values import UNKNOWN, as_percentage, refuse_share


def check_percent(scope: Scope, path: Path, node: Node, bonus: str) -> bool:
    """Whether every constant that may be the rate is a percentage or 0; a finding for each that is not."""
    return _Check(scope, bonus).expression(path, node)


def check_money(scope: Scope, path: Path, node: Node, context: str) -> bool:
    """Whether no constant that may be the amount is a percentage; a finding for each that is: of what, nobody said."""
    shares = [part for part in _results(node) if isinstance(part, Number) and part.percent]
    own = f"orders({next(iter(scope.volumes), 'price')})"
    for part in shares:
        of = f"company({own})" if context == "company" else own
        refuse_share(scope, path, f"{format_number(part.value * 100)}%", of, part.column)
    return not shares


class _Check:
    def __init__(self, scope: Scope, bonus: str) -> None:
        self.scope = scope
        self.bonus = bonus
        self.seen: set[str] = set()

    def expression(self, path: Path, node: Node) -> bool:
        good = True
        for part in _results(node):
            if isinstance(part, Number) and not part.percent and part.value != 0:
                self._find(path, format_number(part.value), part.column)
                good = False
            elif isinstance(part, Word) and not part.quoted and part.text not in self.seen:
                self.seen.add(part.text)
                good = self._named(part.text) and good
        return good

    def _named(self, name: str) -> bool:
        path = self.scope.declared.get(name, ())
        if path[:1] == ("measures",):
            try:
                return self.expression(path, parse_expression(self.scope.document.data["measures"][name]))
            except ExpressionError:
                return True  # its own finding stands
        return self._table(path) if path[:1] == ("tables",) else True

    def _table(self, path: Path) -> bool:
        good = True
        table = self.scope.document.data["tables"][path[1]]
        if table.get("marginal"):
            message = f"A 'marginal' table is an amount of its key, and bonus '{self.bonus}' reads it as a rate."
            remedy = (
                "Write 'cliff' for the rate that is reached, or make the table the 'base' of a bonus with 'rate: 100%'."
            )
            self.scope.find((*path, "marginal"), message, remedy, key=True)
            return False
        for at, text in _values(table):
            if isinstance(text, str) and "%" not in text and text.strip() not in ("0", UNKNOWN):
                self._find((*path, *at), text, 1)
                good = False
        return good

    def _find(self, path: Path, text: str, column: int) -> None:
        here = path[:2] == ("bonuses", self.bonus)
        read = "" if here else f", and bonus '{self.bonus}' reads it as a rate"
        message = f"'{text}' is no percentage{read}."
        self.scope.find(path, message, as_percentage(text), column=column)


def _results(node: Node) -> Iterator[Node]:
    """The parts of an expression that may be its value: not conditions, not factors."""
    waiting: list[Any] = [node]
    first = {"if": 1, "highest": 1, "min": 0, "max": 0}
    while waiting:
        part = waiting.pop()
        if isinstance(part, Call) and part.function in first:
            results = part.arguments[first[part.function] :]
            waiting.extend(one.value for one in results if isinstance(one, Argument) and one.value is not None)
        elif isinstance(part, Binary) and part.operator in "+-":
            waiting.extend((part.left, part.right))
        elif isinstance(part, Minus):
            waiting.append(part.part)
        else:
            yield part


def _values(table: dict[str, Any]) -> Iterator[tuple[Path, Any]]:
    """The values of a table with their paths inside it; an amount by slices is no rate."""
    for form in ("values", "cliff"):
        for key, value in (table.get(form) or {}).items():
            yield (form, key), value
    for index, row in enumerate(table.get("joint") or []):
        yield ("joint", index, "is"), row.get("is")
    if table.get("otherwise") is not None and not table.get("marginal"):
        yield ("otherwise",), table["otherwise"]

"""The grammar of measures and conditions as a tree of small nodes; no name is looked up here.

Columns count from 1 inside the text of the expression.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput, UnexpectedToken

from trueline.money import parse_number, parse_percent


@dataclass(frozen=True)
class Number:
    """A constant; ``percent`` says that it was written with a percent sign."""

    value: Fraction
    percent: bool
    column: int


@dataclass(frozen=True)
class Word:
    """A bare or quoted word: a name, or a constant beside a rank or text."""

    text: str
    quoted: bool
    column: int


@dataclass(frozen=True)
class SourceName:
    """``source.NAME`` in a rule about a pair."""

    text: str
    column: int


@dataclass(frozen=True)
class Binary:
    """``+ - * /`` of two numbers."""

    operator: str
    left: Node
    right: Node
    column: int


@dataclass(frozen=True)
class Comparison:
    """``>= > <= < = !=`` of two values."""

    operator: str
    left: Node
    right: Node
    column: int


@dataclass(frozen=True)
class Logic:
    """``and`` or ``or`` of two or more conditions."""

    operator: str
    parts: tuple[Node, ...]
    column: int


@dataclass(frozen=True)
class Not:
    """Negation of a condition."""

    part: Node
    column: int


@dataclass(frozen=True)
class Minus:
    """The negative of a number."""

    part: Node
    column: int


@dataclass(frozen=True)
class Window:
    """``form`` is period, previous period, lifetime, last periods, first days, first months; ``count`` its n."""

    form: str
    count: int
    column: int


@dataclass(frozen=True)
class Span:
    """``a to b`` levels."""

    first: int
    last: int
    column: int


@dataclass(frozen=True)
class Argument:
    """One argument of a call: an expression with its modifiers ``where``, ``cut at`` and ``in``."""

    value: Node | None
    where: Node | None
    cut: Node | None
    tree: Word | None
    column: int


@dataclass(frozen=True)
class Call:
    """``function(argument, …)``."""

    function: str
    arguments: tuple[Argument | Window | Span, ...]
    column: int


Node = Number | Word | SourceName | Binary | Comparison | Logic | Not | Minus | Call | Window | Span


class ExpressionError(Exception):
    """The text is not an expression; ``column`` counts from 1."""

    def __init__(self, message: str, column: int, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.column = column
        self.remedy = remedy


def _column(meta: Any) -> int:
    return 1 if getattr(meta, "empty", True) else int(meta.column)


@v_args(meta=True)
class _Build(Transformer[Token, Node]):
    def number(self, meta: Any, items: list[Token]) -> Node:
        return Number(parse_number(str(items[0])), False, _column(meta))

    def percent(self, meta: Any, items: list[Token]) -> Node:
        return Number(parse_percent(str(items[0])), True, _column(meta))

    def quoted(self, meta: Any, items: list[Token]) -> Node:
        return Word(str(items[0])[1:-1], True, _column(meta))

    def word(self, meta: Any, items: list[Token]) -> Node:
        return Word(str(items[0]), False, _column(meta))

    def source(self, meta: Any, items: list[Token]) -> Node:
        return SourceName(str(items[0]), _column(meta))

    def minus(self, meta: Any, items: list[Any]) -> Node:
        return Minus(items[0], _column(meta))

    def negate(self, meta: Any, items: list[Any]) -> Node:
        return Not(items[0], _column(meta))

    def any_of(self, meta: Any, items: list[Any]) -> Node:
        return items[0] if len(items) == 1 else Logic("or", tuple(items), _column(meta))

    def all_of(self, meta: Any, items: list[Any]) -> Node:
        return items[0] if len(items) == 1 else Logic("and", tuple(items), _column(meta))

    def compare(self, meta: Any, items: list[Any]) -> Node:
        return items[0] if len(items) == 1 else Comparison(str(items[1]), items[0], items[2], _column(meta))

    def sum(self, meta: Any, items: list[Any]) -> Node:
        return _fold(items, _column(meta))

    product = sum

    def this_period(self, meta: Any, items: list[Any]) -> Node:
        return Window("period", 0, _column(meta))

    def previous_period(self, meta: Any, items: list[Any]) -> Node:
        return Window("previous period", 0, _column(meta))

    def whole_life(self, meta: Any, items: list[Any]) -> Node:
        return Window("lifetime", 0, _column(meta))

    def last_periods(self, meta: Any, items: list[Token]) -> Node:
        return Window("last periods", _whole(items[0]), _column(meta))

    def first_days(self, meta: Any, items: list[Token]) -> Node:
        return Window("first days", _whole(items[0]), _column(meta))

    def first_months(self, meta: Any, items: list[Token]) -> Node:
        return Window("first months", _whole(items[0]), _column(meta))

    def span(self, meta: Any, items: list[Token]) -> Node:
        return Span(_whole(items[0]), _whole(items[1]), _column(meta))

    def where(self, meta: Any, items: list[Any]) -> Any:
        return ("where", items[0])

    def cut(self, meta: Any, items: list[Any]) -> Any:
        return ("cut", items[0])

    def inside(self, meta: Any, items: list[Any]) -> Any:
        return ("tree", Word(str(items[0]), False, int(items[0].column or 1)))

    def value(self, meta: Any, items: list[Any]) -> Any:
        found: dict[str, Any] = {}
        value = None
        for item in items:
            if isinstance(item, tuple):
                found[item[0]] = item[1]
            elif item is not None:
                value = item
        return Argument(value, found.get("where"), found.get("cut"), found.get("tree"), _column(meta))

    def argument(self, meta: Any, items: list[Any]) -> Any:
        return items[0]

    def arguments(self, meta: Any, items: list[Any]) -> Any:
        return tuple(items)

    def function(self, meta: Any, items: list[Token]) -> str:
        return str(items[0])

    def call(self, meta: Any, items: list[Any]) -> Node:
        arguments = items[1] if len(items) > 1 and items[1] is not None else ()
        if arguments and _is_empty(arguments[0]) and len(arguments) == 1:
            arguments = ()
        return Call(items[0], arguments, _column(meta))


def _is_empty(argument: Any) -> bool:
    return isinstance(argument, Argument) and argument == Argument(None, None, None, None, argument.column)


def _fold(items: list[Any], column: int) -> Node:
    result = items[0]
    for operator, right in zip(items[1::2], items[2::2], strict=True):
        result = Binary(str(operator), result, right, column)
    return result  # type: ignore[no-any-return]  # lark hands over untyped lists


def _whole(token: Token) -> int:
    number = parse_number(str(token))
    if number.denominator != 1:
        raise ExpressionError(f"'{token}' must be a whole number here.", int(token.column or 1))
    return int(number)


@cache
def _parser() -> Lark:
    grammar = files("trueline.plan").joinpath("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", propagate_positions=True, maybe_placeholders=True)


MAX_LENGTH = 4000
"""Longest expression accepted, in characters: a rule that a person can read aloud is far shorter."""


@cache
def parse_expression(text: str) -> Node:
    """The tree of an expression; raises :class:`ExpressionError` with the column of the first mistake."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError("The expression is too long.", 1, "Name its parts as measures and conditions.")
    if not text.strip():
        raise ExpressionError("The expression is empty.", 1, "Write a measure or a condition.")
    try:
        return _Build().transform(_parser().parse(text))
    except UnexpectedEOF:
        raise ExpressionError("The expression ends too early.", len(text), "Complete it.") from None
    except UnexpectedCharacters as error:
        raise ExpressionError(
            f"'{text[error.pos_in_stream or 0]}' cannot stand here.", int(error.column), "See the grammar in the reference."
        ) from None
    except UnexpectedToken as error:
        if error.token.type == "$END":
            raise ExpressionError("The expression ends too early.", len(text), "Complete it.") from None
        raise ExpressionError(
            f"'{error.token}' cannot stand here.", int(error.column or 1), _after(text, error)
        ) from None
    except UnexpectedInput as error:  # pragma: no cover - lark's remaining cases
        raise ExpressionError("This is not an expression.", int(error.column or 1)) from None
    except RecursionError:
        raise ExpressionError("The expression nests too deeply.", 1, "Name its parts as measures.") from None
    except Exception as error:
        cause = getattr(error, "orig_exc", error)
        if isinstance(cause, ExpressionError):
            raise cause from None
        if isinstance(cause, (ValueError, RecursionError)):
            raise ExpressionError(str(cause) or "The expression nests too deeply.", 1) from None
        raise


def _after(text: str, error: UnexpectedToken) -> str:
    words = {"COMPARE", "ADD", "MULTIPLY"}
    if error.token.type in {"NAME", "QUOTED"} and words & set(error.accepts or error.expected):
        return "Put a comparison, an operator, 'and' or 'or' before it; quote names that hold blanks."
    return "Check brackets, commas and the words around it."

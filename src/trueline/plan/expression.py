"""Reading measures and conditions by their grammar into a tree of nodes.

Columns count from 1 inside the text of the expression.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, cast

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedToken, VisitError

from trueline.money import parse_number, parse_percent
from trueline.plan.nodes import (
    Argument,
    Binary,
    Call,
    Comparison,
    Logic,
    Minus,
    Node,
    Not,
    Number,
    SourceName,
    Span,
    Window,
    Word,
    inner_nodes,
)


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
        return Number(_exact(items[0], parse_number), False, _column(meta))

    def percent(self, meta: Any, items: list[Token]) -> Node:
        return Number(_exact(items[0], parse_percent), True, _column(meta))

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

    def addition(self, meta: Any, items: list[Any]) -> Node:
        return _fold(items, _column(meta))

    multiplication = addition

    def this_period(self, meta: Any, _items: list[Any]) -> Node:
        return Window("period", 0, _column(meta))

    def previous_period(self, meta: Any, _items: list[Any]) -> Node:
        return Window("previous period", 0, _column(meta))

    def whole_life(self, meta: Any, _items: list[Any]) -> Node:
        return Window("lifetime", 0, _column(meta))

    def last_periods(self, meta: Any, items: list[Token]) -> Node:
        return Window("last periods", _whole(items[1]), _column(meta))

    def first_days(self, meta: Any, items: list[Token]) -> Node:
        return Window("first days", _whole(items[1]), _column(meta))

    def first_months(self, meta: Any, items: list[Token]) -> Node:
        return Window("first months", _whole(items[1]), _column(meta))

    def span(self, meta: Any, items: list[Token]) -> Node:
        return Span(_whole(items[0]), _whole(items[1]), _column(meta))

    def where(self, _meta: Any, items: list[Any]) -> Any:
        return ("where", items[0])

    def cut(self, _meta: Any, items: list[Any]) -> Any:
        return ("cut", items[0])

    def inside(self, _meta: Any, items: list[Any]) -> Any:
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

    def argument(self, _meta: Any, items: list[Any]) -> Any:
        return items[0]

    def arguments(self, _meta: Any, items: list[Any]) -> Any:
        return tuple(items)

    def call(self, meta: Any, items: list[Any]) -> Node:
        arguments = items[1] if len(items) > 1 and items[1] is not None else ()
        if arguments and _is_empty(arguments[0]) and len(arguments) == 1:
            arguments = ()
        return Call(str(items[0]), arguments, _column(meta))


def _is_empty(argument: Any) -> bool:
    return isinstance(argument, Argument) and argument == Argument(None, None, None, None, argument.column)


def _fold(items: list[Any], column: int) -> Node:
    result: Node = items[0]
    for operator, right in zip(items[1::2], items[2::2], strict=True):
        result = Binary(str(operator), result, right, column)
    return result


def _exact(token: Token, read: Callable[[str], Fraction]) -> Fraction:
    if str(token)[:1] == "0" and str(token)[1:2].isdigit():
        raise ExpressionError(f"'{token}' begins with a zero.", int(token.column or 1), _INSTEAD[","])
    try:
        return read(str(token))
    except ValueError as error:
        raise ExpressionError(str(error), int(token.column or 1)) from None


def _whole(token: Token) -> int:
    number = _exact(token, parse_number)
    if number.denominator != 1 or number > LONGEST_WINDOW:
        message = f"'{token}' must be a whole number up to {LONGEST_WINDOW} here."
        raise ExpressionError(message, int(token.column or 1), "Such as: last 3 periods, 1 to 5.")
    return int(number)


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", propagate_positions=True, maybe_placeholders=True)


MAX_LENGTH = 4000
"""Longest expression accepted, in characters: a rule that a person can read aloud is far shorter."""

MAX_DEPTH = 60
"""Deepest nesting of an expression, the terms of a sum counted one inside the other."""

LONGEST_WINDOW = 100_000
"""Most days, months, periods or levels that an expression may name."""


@cache
def parse_expression(text: str) -> Node:
    """The tree of an expression; raises :class:`ExpressionError` with the column of the first mistake."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError("The expression is too long.", 1, "Name its parts as measures and conditions.")
    if not text.strip():
        raise ExpressionError("The expression is empty.", 1, "Write a measure or a condition.")
    try:
        node = _Build().transform(_parser().parse(text))
    except UnexpectedCharacters as error:
        at = cast("int", error.pos_in_stream)  # lark declares the class's default only
        raise ExpressionError(f"'{text[at]}' cannot stand here.", at + 1, _instead(text, at)) from None
    except UnexpectedToken as error:
        if error.token.type == "$END":
            remedy = "Close the bracket." if text.count("(") > text.count(")") else "Complete it."
            raise ExpressionError("The expression ends too early.", len(text), remedy) from None
        raise ExpressionError(
            f"'{error.token}' cannot stand here.", (error.token.start_pos or 0) + 1, _after(text, error)
        ) from None
    except RecursionError:
        raise ExpressionError(*_TOO_DEEP) from None
    except VisitError as error:
        if isinstance(error.orig_exc, ExpressionError):
            raise error.orig_exc from None
        raise
    if _depth(node) > MAX_DEPTH:
        raise ExpressionError(*_TOO_DEEP)
    return node


_TOO_DEEP = ("The expression nests too deeply.", 1, "Name its parts as measures and conditions.")


def _depth(node: Node) -> int:
    """How deep a tree of nodes goes."""
    deepest, waiting = 0, [(node, 1)]
    while waiting:
        part, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting.extend((inner, depth + 1) for inner in inner_nodes(part))
    return deepest


_INSTEAD = {
    "&": "Write 'and'.",
    "|": "Write 'or'.",
    "!": "Write 'not', or '!=' for unequal.",
    "'": 'Use double quotes: "Senior Manager".',
    "\u2018": 'Use double quotes: "Senior Manager".',
    "\u201c": 'Use straight double quotes: "Senior Manager".',
    "^": "There are no powers; multiply.",
    "×": "Write '*'.",
    "−": "Write '-'.",
    "≥": "Write '>='.",
    "≤": "Write '<='.",
    "≠": "Write '!='.",
    "$": "Write the number only; it is in the plan's currency.",
    "€": "Write the number only; it is in the plan's currency.",
    "%": "A percentage is written without a blank inside the number, such as 5% or 2.5%.",
    ",": "Thousands are grouped by blanks (10 000), decimals begin with a point (0.5).",
    '"': "Close the quotes.",
    "_": "Names begin with a letter; thousands are grouped by blanks (10 000).",
}


def _instead(text: str, at: int) -> str:
    return _INSTEAD.get(text[at], "Names, numbers, brackets and + - * / >= > <= < = != are all there is.")


def _after(text: str, error: UnexpectedToken) -> str:
    """What to do about a token that cannot stand where it stands."""
    token, at = error.token, error.token.start_pos or 0
    word = str(token)
    if word.lower() in ("and", "or", "not") and word != word.lower():
        return f"Write '{word.lower()}' in small letters."
    if token.type == "COMPARE" and text[at - 1 : at] in ("=", "<", ">", "!"):
        return "Comparisons are >= > <= < = and !=."
    if token.type == "COMPARE":
        return "Join two comparisons with 'and'."
    if token.type == "NUMBER" and text[:at].rstrip()[-1:].isdigit():
        return "Blanks stand only between complete groups of three digits, such as 10 000."
    if word == "," and text[at - 1 : at].isdigit() and text[at + 1 : at + 2].isdigit():
        return _INSTEAD[","]
    if text[at - 1 : at].isdigit() and token.type == "NAME":
        return "Numbers are digits with a point and blanks between groups of three: 10 000, 0.5."
    if word == "of" and text[:at].rstrip().endswith("%"):
        return "Multiply by what it is a share of, such as 2% * company(orders(cv))."
    if token.type == "NAME" and re.search(r"\w $", text[:at]):
        before = re.split(r"[^\w]", text[: at - 1])[-1]
        if before.isdigit():
            return "Numbers have no unit; money is in the plan's currency. Put an operator between, or remove the word."
        return (
            f"Names hold no blanks: write {before}_{word} if that is the name, quote the name of a rank "
            f"(\"{before} {word}\"), or put a comparison, an operator, 'and' or 'or' between them."
        )
    if {"COMPARE", "ADD", "MULTIPLY"} & set(error.accepts or error.expected) and token.type in {"NAME", "QUOTED"}:
        return "Put a comparison, an operator, 'and' or 'or' before it; quote names that hold blanks."
    return "Check brackets, commas and the words around it."

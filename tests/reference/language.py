"""Expressions (semantics, section 3): text to a small tree, by recursive descent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any


@dataclass(frozen=True)
class Number:
    """A constant, percentages already divided by 100."""

    value: Fraction


@dataclass(frozen=True)
class Text:
    """A quoted word."""

    value: str


@dataclass(frozen=True)
class Name:
    """A bare word: a declared or built-in name, a column, or a constant beside a rank or text."""

    value: str


@dataclass(frozen=True)
class Source:
    """`source.NAME` in a pair."""

    value: str


@dataclass(frozen=True)
class Unary:
    """`-x` or `not x`."""

    op: str
    inner: Any


@dataclass(frozen=True)
class Binary:
    """`+ - * /`, `and`, `or`, and the comparisons."""

    op: str
    left: Any
    right: Any


@dataclass(frozen=True)
class Window:
    """`period`, `previous period`, `last n periods`, `lifetime`, `first n days`, `first n months`."""

    kind: str = "period"
    count: int = 0


@dataclass(frozen=True)
class Rows:
    """`orders`, `largest_order` and `order_count`."""

    function: str
    volume: str
    where: Any
    window: Window


@dataclass(frozen=True)
class Call:
    """Any other function; `tree` is None for the main tree, `cut` belongs to `group`."""

    function: str
    arguments: tuple[Any, ...]
    tree: str | None = None
    cut: Any = None


COMPARISONS = ("<=", ">=", "!=", "=", "<", ">")
ROW_FUNCTIONS = ("orders", "largest_order", "order_count")
TREE_FUNCTIONS = {
    "frontline": 1,
    "downline": 1,
    "group": 1,
    "customers": 1,
    "legs": 1,
    "enrolled_legs": 1,
    "parent": 1,
    "leg": 2,
    "rest": 2,
    "capped": 2,
    "slot": 2,
}
PLAIN_FUNCTIONS = (
    "company",
    "owner",
    "previous",
    "lifetime",
    "streak",
    "last",
    "min",
    "max",
    "highest",
    "if",
    "whole",
    "ratio",
)
PIECES = re.compile(
    r"""\s*(?:
    (?P<percent_fraction>\d+/\d+%)
  | (?P<number>(?:\d{1,3}(?:[ ]\d{3})+(?!\d)|\d+)(?:\.\d+)?%?)
  | (?P<word>[^\W\d]\w*)
  | "(?P<quoted>[^"]*)"
  | '(?P<single>[^']*)'
  | (?P<sign><=|>=|!=|[-+*/()=<>,.])
    )""",
    re.VERBOSE,
)


def number_of(text: str) -> Fraction:
    """The exact value of `20 000`, `0.28`, `2/37`, `2.5%` or `2/37%`."""
    plain = text.strip().replace(" ", "")
    scale = Fraction(1)
    if plain.endswith("%"):
        plain, scale = plain[:-1], Fraction(1, 100)
    return Fraction(plain) * scale


def pieces_of(text: str) -> list[tuple[str, str]]:
    """Tokens as (kind, text)."""
    found: list[tuple[str, str]] = []
    at, text = 0, text.rstrip()
    while at < len(text):
        match = PIECES.match(text, at)
        if match is None:
            raise ValueError(f"cannot read {text!r} at column {at + 1}")
        kind = str(match.lastgroup)
        found.append(({"percent_fraction": "number", "single": "quoted"}.get(kind, kind), match.group(kind)))
        at = match.end()
    return [*found, ("end", "")]


class Reader:
    """One pass over the tokens; one method per binding strength, weakest first."""

    def __init__(self, text: str) -> None:
        self.text, self.pieces, self.at = text, pieces_of(text), 0

    def peek(self, value: str) -> bool:
        kind, text = self.pieces[self.at]
        return kind in ("word", "sign") and text == value

    def take(self, value: str) -> bool:
        if self.peek(value):
            self.at += 1
            return True
        return False

    def need(self, value: str) -> None:
        if not self.take(value):
            raise ValueError(f"expected {value!r} in {self.text!r}, found {self.pieces[self.at][1]!r}")

    def next(self, *kinds: str) -> str:
        kind, text = self.pieces[self.at]
        if kind not in kinds:
            raise ValueError(f"expected {kinds} in {self.text!r}, found {text!r}")
        self.at += 1
        return text

    def whole(self) -> int:
        return int(number_of(self.next("number")))

    def everything(self) -> Any:
        tree = self.either()
        self.next("end")
        return tree

    def either(self) -> Any:
        left = self.both()
        while self.take("or"):
            left = Binary("or", left, self.both())
        return left

    def both(self) -> Any:
        left = self.negation()
        while self.take("and"):
            left = Binary("and", left, self.negation())
        return left

    def negation(self) -> Any:
        return Unary("not", self.negation()) if self.take("not") else self.comparison()

    def comparison(self) -> Any:
        left = self.sum()
        for op in COMPARISONS:
            if self.take(op):
                return Binary(op, left, self.sum())
        return left

    def sum(self) -> Any:
        left = self.product()
        while True:
            if self.take("+"):
                left = Binary("+", left, self.product())
            elif self.take("-"):
                left = Binary("-", left, self.product())
            else:
                return left

    def product(self) -> Any:
        left = self.signed()
        while True:
            if self.take("*"):
                left = Binary("*", left, self.signed())
            elif self.take("/"):
                left = Binary("/", left, self.signed())
            else:
                return left

    def signed(self) -> Any:
        return Unary("-", self.signed()) if self.take("-") else self.atom()

    def atom(self) -> Any:
        kind, text = self.pieces[self.at]
        if kind == "number":
            self.at += 1
            return Number(number_of(text))
        if kind == "quoted":
            self.at += 1
            return Text(text)
        if self.take("("):
            inner = self.either()
            self.need(")")
            return inner
        word = self.next("word")
        if word == "source" and self.take("."):
            return Source(self.next("word"))
        return self.call(word) if self.take("(") else Name(word)

    def call(self, word: str) -> Any:
        if word in ROW_FUNCTIONS:
            return self.rows(word)
        if word in TREE_FUNCTIONS:
            return self.over_tree(word)
        if word == "levels":
            low = self.whole()
            self.need("to")
            high = self.whole()
            self.need(",")
            return self.finish(word, [low, high, self.either()])
        if word in ("depth", "kept", "position"):
            tree = None if self.peek(")") else self.next("word")
            self.need(")")
            return Call(word, (), tree)
        if word in ("earned", "override", "order"):
            name = self.next("quoted", "word")
            self.need(")")
            return Call(word, (name,))
        if word not in PLAIN_FUNCTIONS:
            raise ValueError(f"no function {word!r} in {self.text!r}")
        arguments = [self.either()]
        while self.take(","):
            arguments.append(self.either())
        self.need(")")
        return Call(word, tuple(arguments))

    def over_tree(self, word: str) -> Call:
        arguments = [self.either()]
        for _ in range(TREE_FUNCTIONS[word] - 1):
            self.need(",")
            arguments.append(self.either())
        cut = None
        if word == "group" and self.take("cut"):
            self.need("at")
            cut = self.either()
        return self.finish(word, arguments, cut)

    def finish(self, word: str, arguments: list[Any], cut: Any = None) -> Call:
        tree = self.next("word") if self.take("in") else None
        self.need(")")
        return Call(word, tuple(arguments), tree, cut)

    def rows(self, word: str) -> Rows:
        volume = "" if word == "order_count" else self.next("word")
        where = self.either() if self.take("where") else None
        window = Window()
        if (word == "order_count" and where is None and not self.peek(")")) or self.take(","):
            window = self.window()
        self.need(")")
        return Rows(word, volume, where, window)

    def window(self) -> Window:
        word = self.next("word")
        if word in ("period", "lifetime"):
            return Window(word)
        if word == "previous":
            self.need("period")
            return Window("previous")
        count = self.whole()
        unit = self.next("word")
        if (word, unit) not in (("last", "periods"), ("first", "days"), ("first", "months")):
            raise ValueError(f"no window {word} {count} {unit}")
        return Window("last" if word == "last" else unit, count)


def read(text: str) -> Any:
    """The tree of one expression."""
    return Reader(text).everything()


def inside(tree: Any) -> list[Any]:
    """The expressions directly inside an expression."""
    if isinstance(tree, Unary):
        return [tree.inner]
    if isinstance(tree, Binary):
        return [tree.left, tree.right]
    if isinstance(tree, Rows):
        return [] if tree.where is None else [tree.where]
    if isinstance(tree, Call):
        return [one for one in (*tree.arguments, tree.cut) if one is not None and not isinstance(one, (int, str))]
    return []

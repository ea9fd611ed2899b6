"""What an expression is made of once it is read: small nodes; no name is looked up here.

Columns count from 1 inside the text of the expression.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


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


def inner_nodes(node: Node) -> tuple[Node, ...]:
    """The direct parts of a node, the parts of a call's arguments among them."""
    if isinstance(node, Binary | Comparison):
        return (node.left, node.right)
    if isinstance(node, Logic):
        return node.parts
    if isinstance(node, Not | Minus):
        return (node.part,)
    if not isinstance(node, Call):
        return ()
    arguments = [argument for argument in node.arguments if isinstance(argument, Argument)]
    return tuple(part for one in arguments for part in (one.value, one.where, one.cut) if part is not None)

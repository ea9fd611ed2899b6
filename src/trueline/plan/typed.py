"""Expressions after every name was looked up: types, exact scales, references to steps.

A number is ``integer × scale`` with the scale fixed here, so that evaluation is plain integer arithmetic. Where two
sides meet, each carries the whole multiplier that brings it to the common scale.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd


@dataclass(frozen=True)
class NumberType:
    """An exact number: stored integer × ``scale``."""

    scale: Fraction

    def __str__(self) -> str:
        return "number"


@dataclass(frozen=True)
class ConditionType:
    """True or false."""

    def __str__(self) -> str:
        return "condition"


@dataclass(frozen=True)
class RankType:
    """A rank code: -1 for none, then 0 for the lowest rank."""

    def __str__(self) -> str:
        return "rank"


@dataclass(frozen=True)
class TextType:
    """Text; ``domain`` lists the legal values when they are known."""

    what: str
    domain: tuple[str, ...] | None = None

    def __str__(self) -> str:
        return "text"


Type = NumberType | ConditionType | RankType | TextType
CONDITION = ConditionType()
RANK = RankType()
COUNT = NumberType(Fraction(1))


def common_scale(*scales: Fraction) -> Fraction:
    """Largest scale of which all given ones are whole multiples."""
    numerator, denominator = 0, 1
    for scale in scales:
        numerator, denominator = (
            gcd(numerator * scale.denominator, scale.numerator * denominator),
            denominator * scale.denominator,
        )
    return Fraction(numerator, denominator)


def whole_multiplier(scale: Fraction, common: Fraction) -> int:
    """How many units of ``common`` one unit of ``scale`` is; exact by construction of ``common``."""
    ratio = scale / common
    if ratio.denominator != 1:
        raise ValueError(f"{common} does not divide {scale}")
    return ratio.numerator


@dataclass(frozen=True)
class Const:
    """A constant; ``percent`` says for readers that it was written with a percent sign."""

    value: int
    type: NumberType
    percent: bool = field(default=False, compare=False)


@dataclass(frozen=True)
class RankConst:
    code: int
    type: RankType = RANK


@dataclass(frozen=True)
class Ref:
    """The value of a step for the member, the receiver, or (``source``) the source of a pair."""

    step: str
    source: bool
    type: Type


@dataclass(frozen=True)
class LevelRef:
    """The level or generation of the pair."""

    type: NumberType = COUNT


@dataclass(frozen=True)
class OrderSum:
    """A volume of the order that a line stands for, over all lines of that order; 0 without an order."""

    volume: str
    type: NumberType


@dataclass(frozen=True)
class Cell:
    """A column of an order line."""

    column: str
    type: Type


@dataclass(frozen=True)
class TextIs:
    """Whether a text is the given word (``negated``: is not)."""

    part: Typed
    word: str
    negated: bool
    type: ConditionType = CONDITION


@dataclass(frozen=True)
class TextSame:
    """Whether two texts of one domain are equal."""

    left: Typed
    right: Typed
    negated: bool
    type: ConditionType = CONDITION


@dataclass(frozen=True)
class Add:
    """left × left_times + right × right_times."""

    left: Typed
    right: Typed
    left_times: int
    right_times: int
    type: NumberType


@dataclass(frozen=True)
class Multiply:
    left: Typed
    right: Typed
    type: NumberType


@dataclass(frozen=True)
class Highest:
    """The k-th largest (``k`` from 1) of the parts, each × its multiplier; ``k`` = number of parts is the smallest."""

    k: int
    parts: tuple[Typed, ...]
    times: tuple[int, ...]
    type: NumberType


@dataclass(frozen=True)
class Choice:
    """``then`` where the condition holds, else ``other``; for numbers each × its multiplier."""

    condition: Typed
    then: Typed
    other: Typed
    then_times: int
    other_times: int
    type: Type


@dataclass(frozen=True)
class Ratio:
    """⌊left × left_times / (right × right_times)⌋ in units of ``type.scale``; 0 where right is 0."""

    left: Typed
    right: Typed
    left_times: int
    right_times: int
    type: NumberType


@dataclass(frozen=True)
class Whole:
    """⌊part / units⌋ where ``units`` of the part's integer make 1 (times/units for coarser scales)."""

    part: Typed
    times: int
    units: int
    type: NumberType = COUNT


@dataclass(frozen=True)
class Compare:
    operator: str
    left: Typed
    right: Typed
    left_times: int
    right_times: int
    type: ConditionType = CONDITION


@dataclass(frozen=True)
class Both:
    """``and`` or ``or`` over parts."""

    operator: str
    parts: tuple[Typed, ...]
    type: ConditionType = CONDITION


@dataclass(frozen=True)
class Negate:
    part: Typed
    type: ConditionType = CONDITION


Typed = (
    Const
    | RankConst
    | Ref
    | LevelRef
    | OrderSum
    | Cell
    | TextIs
    | TextSame
    | Add
    | Multiply
    | Highest
    | Choice
    | Ratio
    | Whole
    | Compare
    | Both
    | Negate
)


def parts_of(node: Typed) -> tuple[Typed, ...]:
    """The direct parts of a node, left to right."""
    if isinstance(node, (TextIs, Whole, Negate)):
        return (node.part,)
    if isinstance(node, (TextSame, Add, Multiply, Ratio, Compare)):
        return (node.left, node.right)
    if isinstance(node, (Highest, Both)):
        return node.parts
    if isinstance(node, Choice):
        return (node.condition, node.then, node.other)
    return ()


def references(node: Typed) -> list[Ref]:
    """Every reference to a step inside an expression."""
    found: list[Ref] = []
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Ref):
            found.append(part)
        waiting.extend(parts_of(part))
    return found

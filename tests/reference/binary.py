"""`binary` (semantics, section 7): sides of a tree with slots, matched, paid and banked."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from tests.reference.language import number_of
from tests.reference.lines import Kind, Outcome, Piece
from tests.reference.tables import written

NOTHING = Fraction(0)


@dataclass
class Bank:
    """What one member has on each side, as (first day of the period it came in, volume), and the cycles paid so far."""

    sides: list[list[tuple[date, Fraction]]]
    cycles: int = 0

    def volume(self, side: int) -> Fraction:
        return sum((amount for _, amount in self.sides[side]), NOTHING)


@dataclass
class BankRow:
    """One side in one period; opening + new = taken + flushed + expired + closing."""

    opening: Fraction = NOTHING
    new: Fraction = NOTHING
    taken: Fraction = NOTHING
    flushed: dict[str, Fraction] = field(default_factory=dict)
    expired: Fraction = NOTHING
    closing: Fraction = NOTHING


@dataclass
class Matched:
    """What two or more sides give: volume of one side, what each side loses, cycles, money of a schedule."""

    volume: Fraction = NOTHING
    taken: list[Fraction] = field(default_factory=list)
    cycles: int = 0
    money: Fraction = NOTHING

"""`rates` of a level or generation bonus: one row for everybody, or one per value of `rates on`."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.reference.language import number_of
from tests.reference.lines import Kind, Piece
from tests.reference.tables import written


class Rates:
    """The rows of a bonus; places are counted from 1."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        rates: Any = kind.bonus["rates"]
        self.rows: dict[str, list[str]] = rates if isinstance(rates, dict) else {"": rates}
        self.keyed = isinstance(rates, dict)
        self.depth = max((len(row) for row in self.rows.values()), default=0)

    def row(self, receiver: str, piece: Piece, level: int) -> list[str]:
        """The row that the receiver has."""
        if not self.keyed:
            return self.rows[""]
        values = self.kind.values
        key = values.of(self.kind.bonus.get("rates on", "rank"), receiver, piece.pair(level))
        if isinstance(key, str) or hasattr(key, "name"):
            return self.rows.get(key if isinstance(key, str) else key.name, [])
        reached = [text for text in self.rows if number_of(text) <= key]
        return self.rows[max(reached, key=number_of)] if reached else []

    def rate(self, receiver: str, piece: Piece, level: int, place: int) -> Fraction:
        row = self.row(receiver, piece, level)
        return written(row[place - 1]) if place <= len(row) else Fraction(0)

    def ended(self, receiver: str, piece: Piece, level: int, place: int) -> bool:
        """Whether the receiver's row is 0 from the place on."""
        return all(text != "unknown" and number_of(text) == 0 for text in self.row(receiver, piece, level)[place - 1 :])

    def best(self, place: int) -> Fraction:
        """The highest known rate of any row at the place."""
        rates = [row[place - 1] for row in self.rows.values() if place <= len(row)]
        return max((number_of(text) for text in rates if text != "unknown"), default=Fraction(0))

    def unpaid(self, place: int) -> bool:
        """Whether every row is 0 at the place."""
        rates = [row[place - 1] for row in self.rows.values() if place <= len(row)]
        return all(text != "unknown" and number_of(text) == 0 for text in rates)

"""Payment lines, and what every bonus kind shares (semantics, section 7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests.reference.facts_of import column, counts
from tests.reference.seats import Boards
from tests.reference.side import Side
from tests.reference.values import Pair, Values

Bonus = dict[str, Any]
NOTHING = Fraction(0)
RECEIVERS = "participant and status != terminated and status != suspended"


def place_of(part: str) -> tuple[int, str]:
    """A line of an order that nothing cuts by the name of its part; then pieces in their order, each before its minimum."""
    piece = part.removeprefix("minimum ")
    if piece == "before" or piece.startswith("after"):
        number = 0 if piece == "before" else int(piece.removeprefix("after") or 1)
        return number, part.removesuffix(piece)
    return -1, part


@dataclass
class Paid:
    """A payment line; `exact` is its amount before caps and rounding."""

    bonus: str
    receiver: str
    source: str | None
    order: str | None
    order_line: str | None
    part: str
    level: int
    rate: Fraction
    base: Fraction
    exact: Fraction
    amount: Fraction = NOTHING
    apportioned: bool = False


@dataclass
class Outcome:
    """What one bonus pays: lines, the promise, and by name what is not paid of it."""

    lines: list[Paid] = field(default_factory=list)
    promised: Fraction = NOTHING
    breakage: dict[str, Fraction] = field(default_factory=dict)
    exactly: bool = False  # amounts are final: the pool's own split
    banks: dict[str, list[Side]] = field(default_factory=dict)
    first_cycles: set[str] = field(default_factory=set)
    boards: Boards | None = None
    fed: list[str] = field(default_factory=list)
    in_goods: bool = False
    steps: list[tuple[str, str]] = field(default_factory=list)
    parts_left: dict[tuple[str, str], int] = field(default_factory=dict)

    def lost(self, name: str, amount: Fraction) -> None:
        """Note what is not paid."""
        if amount:
            self.breakage[name] = self.breakage.get(name, NOTHING) + amount


@dataclass(frozen=True)
class Piece:
    """One thing that is paid on: a member's base, or one order or order line of it."""

    source: str
    order: str | None
    order_line: str | None
    base: Fraction

    def pair(self, level: int) -> Pair:
        """What an expression of the pair can ask about it."""
        return Pair(self.source, level, self.order)


class Kind:
    """A bonus under way: its keys and its outcome."""

    def __init__(self, values: Values, name: str, bonus: Bonus) -> None:
        self.values, self.name, self.bonus = values, name, bonus
        self.forest = values.forest(bonus.get("tree"))
        self.outcome = Outcome()

    def who(self, member: str) -> bool:
        """Whether the member may be paid at all, and by this bonus."""
        receivers = self.values.book.plan.get("receivers", RECEIVERS)
        return self.values.holds(receivers, member) and (
            "who" not in self.bonus or self.values.holds(self.bonus["who"], member)
        )

    def allowed(self, receiver: str, piece: Piece, level: int) -> bool:
        return "if" not in self.bonus or self.values.holds(self.bonus["if"], receiver, piece.pair(level))

    def pieces(self, base: str | None = None) -> Iterator[Piece]:
        """All sources with their bases, in the order of member, order and order line; bases of 0 are left out."""
        text = base or self.bonus["base"]
        for source in self.values.world.members:
            if "sources" in self.bonus and not self.values.holds(self.bonus["sources"], source):
                continue
            for piece in self.split(source, text):
                if piece.base:
                    yield piece

    def split(self, source: str, text: str) -> list[Piece]:
        how = self.bonus.get("lines", "member")
        tree = self.values.book.read(text)
        if how == "member":
            return [Piece(source, None, None, self.sold(text, source))]
        factor, rows = self.values.book.sales(tree)
        sums: dict[tuple[str | None, str | None], Fraction] = {}
        for line in self.values.world.lines[source]:
            if not line.returned and counts(self.values, rows, line):
                key = (line.order, line.line if how == "order line" else None)
                sums[key] = sums.get(key, NOTHING) + factor * column(line, rows.volume)
        return [Piece(source, order, line, amount) for (order, line), amount in sums.items()]

    def sold(self, text: str, source: str) -> Fraction:
        """A base of a member; one that can be traced to orders does not see what came back later."""
        tree = self.values.book.read(text)
        found = self.values.number(tree, source)
        back = [line for line in self.values.world.lines[source] if line.returned]
        if back and self.values.book.traced(tree):
            factor, rows = self.values.book.sales(tree)
            found -= factor * sum(
                (line.values[rows.volume] for line in back if counts(self.values, rows, line)), NOTHING
            )
        return found

    def pay(self, receiver: str, piece: Piece, level: int, rate: Fraction, part: str = "") -> None:
        """A line, unless its rate is 0."""
        if rate:
            exact = rate * piece.base
            line = Paid(
                self.name, receiver, piece.source, piece.order, piece.order_line, part, level, rate, piece.base, exact
            )
            self.outcome.lines.append(line)

"""`level` and `match` (semantics, sections 7.2 and 7.6)."""

from __future__ import annotations

from fractions import Fraction

from tests.reference.lines import Kind, Outcome, Piece
from tests.reference.rates import Rates


class Level:
    """The walk of a level bonus, with rows of rates or with a rate of the pair."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.rates = Rates(kind) if "rates" in kind.bonus else None
        self.depth = self.rates.depth if self.rates else int(kind.bonus["depth"])
        self.first = 0 if kind.bonus.get("from", "upline") == "self" else 1
        self.compression = kind.bonus.get("compression", "none")

    def rate(self, u: str, piece: Piece, level: int) -> Fraction:
        if self.rates:
            return self.rates.rate(u, piece, level, self.place(level))
        return self.kind.values.number(self.kind.values.book.read(self.kind.bonus["rate"]), u, piece.pair(level))

    def place(self, level: int) -> int:
        """Where the level stands in a row of rates, from 1."""
        return level - self.first + 1

    def counts(self, u: str) -> bool:
        return "counts" not in self.kind.bonus or self.kind.values.holds(self.kind.bonus["counts"], u)

    def payable(self, u: str, piece: Piece, level: int) -> bool:
        return self.kind.who(u) and self.rate(u, piece, level) > 0

    def holders(self, piece: Piece) -> list[str | None]:
        """Who holds level 1, 2, …; None where nobody does."""
        source = piece.source
        uplines = self.kind.forest.uplines(source)
        if self.first == 0 and source in self.kind.forest.parent:
            uplines = [source, *uplines]
        if self.compression != "none":
            uplines = [u for u in uplines if self.counts(u)]
        if self.compression == "dynamic":
            return self.dynamic(piece, uplines)
        found: list[str | None] = []
        for level in range(self.first, self.first + self.depth):
            place = self.place(level)
            holder = uplines[place - 1] if place <= len(uplines) else None
            if self.compression == "roll up" and holder is not None:
                holder = next((u for u in uplines[place - 1 :] if self.payable(u, piece, level)), holder)
            found.append(holder)
        return found

    def dynamic(self, piece: Piece, uplines: list[str]) -> list[str | None]:
        found: list[str | None] = []
        at = 0
        for level in range(self.first, self.first + self.depth):
            unpaid = self.rates is not None and self.rates.unpaid(self.place(level))
            while at < len(uplines) and not (
                self.kind.who(uplines[at]) if unpaid else self.payable(uplines[at], piece, level)
            ):
                at += 1
            found.append(uplines[at] if at < len(uplines) else None)
            at += 1
        return found

    def settle(self, piece: Piece, level: int, holder: str | None) -> None:
        """One level of one source: the promise, and the line or the reason why not."""
        outcome, place = self.kind.outcome, self.place(level)
        if self.rates:
            promise = self.rates.best(place) * piece.base
        else:
            promise = Fraction(0) if holder is None else self.rate(holder, piece, level) * piece.base
        outcome.promised += promise
        if holder is None:
            outcome.lost("no upline", promise)
        elif not self.kind.who(holder):
            outcome.lost("unqualified", promise)
        elif not self.kind.allowed(holder, piece, level):
            outcome.lost("blocked", promise)
        elif self.rates and self.rates.ended(holder, piece, level, place):
            outcome.lost("depth", promise)
        else:
            rate = self.rate(holder, piece, level)
            outcome.lost("rank", promise - rate * piece.base)
            self.kind.pay(holder, piece, level, rate)


def level(kind: Kind) -> Outcome:
    """Every source pays its uplines by level."""
    walk = Level(kind)
    for piece in earnings(kind) if kind.bonus["kind"] == "match" else list(kind.pieces()):
        for number, holder in enumerate(walk.holders(piece), start=walk.first):
            walk.settle(piece, number, holder)
    return kind.outcome


def earnings(kind: Kind) -> list[Piece]:
    """What the sources earned from the matched bonuses."""
    found = []
    for source in kind.values.world.members:
        if "sources" in kind.bonus and not kind.values.holds(kind.bonus["sources"], source):
            continue
        base = sum((kind.values.earned(name, source) for name in kind.bonus["of"]), Fraction(0))
        if base:
            found.append(Piece(source, None, None, base))
    return found

"""`generation` (semantics, section 7.4)."""

from __future__ import annotations

from fractions import Fraction

from tests.reference.lines import Kind, Outcome, Piece
from tests.reference.rates import Rates


class Generations:
    """Who is a leader, and which generation a source is for whom."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.rates = Rates(kind)
        self.first = int(kind.bonus.get("first", "1"))
        self.groups: dict[str, Fraction] = {}
        self.own = kind.bonus.get("leader volume", "own generation") == "own generation"

    def leads(self, member: str) -> bool:
        """A leader, and not one that is left out because its group is empty."""
        values, bonus = self.kind.values, self.kind.bonus
        if not values.holds(bonus["boundary"], member):
            return False
        if bonus.get("empty", "counted") == "counted":
            return True
        return bool(self.group(member))

    def group(self, member: str) -> Fraction:
        """What the bonus sees of the base of a member and of everybody below, down to the next who meet the boundary."""
        kind, bonus = self.kind, self.kind.bonus
        if member not in self.groups:
            below = [c for c in kind.forest.below[member] if not kind.values.holds(bonus["boundary"], c)]
            self.groups[member] = kind.sold(bonus["base"], member) + sum(map(self.group, below))
        return self.groups[member]

    def path(self, source: str) -> list[str]:
        """The receivers to look at: the source itself where generation 0 is paid, then its uplines."""
        itself = [source] if self.first == 0 and self.own and source in self.kind.forest.parent else []
        return itself + self.kind.forest.uplines(source)

    def settle(self, piece: Piece, generation: int, u: str) -> None:
        """One receiver of one generation: the line or the reason why not (the promise is made by the caller)."""
        outcome, place = self.kind.outcome, generation - self.first + 1
        promise = self.rates.best(place) * piece.base
        if not self.kind.who(u):
            outcome.lost("unqualified", promise)
        elif not self.kind.allowed(u, piece, generation):
            outcome.lost("blocked", promise)
        elif self.rates.ended(u, piece, generation, place):
            outcome.lost("depth", promise)
        else:
            rate = self.rates.rate(u, piece, generation, place)
            outcome.lost("rank", promise - rate * piece.base)
            self.kind.pay(u, piece, generation, rate)

    def by_boundary(self, piece: Piece) -> None:
        """One leader at most holds each generation."""
        outcome, source = self.kind.outcome, piece.source
        holders: dict[int, str] = {}
        passed = 1 if self.own and source in self.kind.forest.parent and self.leads(source) else 0
        for u in self.path(source):
            if not self.leads(u):
                continue
            if u == source:
                holders[0] = u
            else:
                holders[passed] = u
                passed += 1
        for generation in range(self.first, self.first + self.rates.depth):
            promise = self.rates.best(generation - self.first + 1) * piece.base
            outcome.promised += promise
            if generation in holders:
                self.settle(piece, generation, holders[generation])
            else:
                outcome.lost("no upline", promise)

    def by_rank(self, piece: Piece) -> None:
        """Everybody above may receive; leaders for a receiver are those of its rank or higher."""
        source, values = piece.source, self.kind.values
        between: list[str] = [source] if self.own else []
        for u in self.path(source):
            below = [] if u == source else between
            generation = sum(1 for one in below if values.name("rank", one) >= values.name("rank", u))
            if self.first <= generation < self.first + self.rates.depth:
                self.kind.outcome.promised += self.rates.best(generation - self.first + 1) * piece.base
                self.settle(piece, generation, u)
            if u != source:
                between.append(u)


def generation(kind: Kind) -> Outcome:
    """Every source pays its leaders by generation."""
    walk = Generations(kind)
    for piece in kind.pieces():
        if kind.bonus["boundary"] == "same rank":
            walk.by_rank(piece)
        else:
            walk.by_boundary(piece)
    return kind.outcome

"""`entitled: before each order` (semantics, section 7.13): orders in the order of time, cut at thresholds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tests.reference.facts_of import amount, column, counts
from tests.reference.language import Binary, Call, Name, Rows, number_of
from tests.reference.lines import Kind, Piece
from tests.reference.orders import in_order
from tests.reference.tables import rates_written, written


@dataclass(frozen=True)
class Order:
    """One order (line) that the key counts: whose, when, and its volume."""

    member: str
    order: str
    line: str | None
    when: tuple[Any, ...]
    volume: Fraction


@dataclass(frozen=True)
class Part:
    """A piece of a source, its name, and the rate of everybody at or above the source."""

    piece: Piece
    name: str
    rates: dict[str, Fraction]


class Course:
    """The orders of a period in the order of time, as the key of the rate's table sees them."""

    def __init__(self, kind: Kind, rate: str) -> None:
        self.kind, self.values = kind, kind.values
        tree = self.values.book.read(rate)
        while isinstance(tree, Name) and tree.value not in self.values.book.tables:
            tree = self.values.book.measures[tree.value]
        self.table = self.values.book.tables[tree.value]
        self.key = self.values.book.read(self.table["on"])
        found = self.counted(self.key)
        assert found is not None
        self.over = found if isinstance(found, Call) else None
        self.rows: Rows = self.named(found.arguments[0]) if isinstance(found, Call) else found
        self.by_line = kind.bonus["lines"] == "order line"
        self.orders = sorted(self.all_orders(), key=lambda one: one.when)
        self.top = max(rates_written(self.table), default=Fraction(0))

    def named(self, tree: Any) -> Any:
        while isinstance(tree, Name) and tree.value in self.values.book.measures:
            tree = self.values.book.measures[tree.value]
        return tree

    def counted(self, tree: Any) -> Any:
        """X: the orders(…) or group(…) inside of the key that is not of earlier periods."""
        tree = self.named(tree)
        if isinstance(tree, Binary):
            return self.counted(tree.left) or self.counted(tree.right)
        if isinstance(tree, Call) and tree.function in ("last", "lifetime"):
            return self.counted(tree.arguments[-1])
        is_group = isinstance(tree, Call) and tree.function == "group"
        return tree if is_group or (isinstance(tree, Rows) and tree.window.kind == "period") else None

    def all_orders(self) -> Iterator[Order]:
        sums: dict[tuple[str, str, str | None], tuple[tuple[Any, ...], Fraction]] = {}
        for member in self.values.world.members:
            for line in self.values.world.lines[member]:
                if line.order is None or line.returned or not counts(self.values, self.rows, line):
                    continue
                key = (member, line.order, line.line if self.by_line else None)
                when = (line.moment, in_order(line.order), in_order(line.line) if self.by_line else 0)
                sums[key] = (when, sums.get(key, (when, Fraction(0)))[1] + column(line, self.rows.volume))
        for (member, order, line_id), (when, volume) in sums.items():
            yield Order(member, order, line_id, when, volume)

    def reaches(self, member: str) -> list[str]:
        """Whose key an order of the member adds to."""
        if self.over is None:
            return [member]
        forest, found = self.values.forest(self.over.tree), []
        if member not in forest.parent:
            return []
        for u in [member, *forest.uplines(member)]:
            found.append(u)
            if self.over.cut is not None and self.values.value(self.over.cut, u):
                break
        return found

    def key_before(self, u: str, first: int | None) -> Fraction:
        """The key of u before the order at a place in time; None: before everything of the period."""
        later = self.orders if first is None else self.orders[first:]
        left = sum((one.volume for one in later if u in self.reaches(one.member)), Fraction(0))
        if first is None:
            for member in self.values.world.members:
                if u in self.reaches(member):
                    for line in self.values.world.lines[member]:
                        if line.order is None and counts(self.values, self.rows, line):
                            left += amount(line, self.rows.volume)
        return self.values.number(self.key, u) - left

    def rate_at(self, key: Fraction) -> Fraction:
        reached = [rate for at, rate in self.table["cliff"].items() if number_of(at) <= key]
        return written(reached[-1] if reached else self.table.get("otherwise", "0"))

    def parts(self, piece: Piece, people: list[str]) -> list[Part]:
        """The pieces of a source, first to last."""
        place = None
        for number, one in enumerate(self.orders):
            if (one.member, one.order, one.line) == (piece.source, piece.order, piece.order_line) and one.volume:
                place = number
        before = {u: self.key_before(u, place) for u in people}
        if place is None or self.orders[place].volume < 0:
            return [Part(piece, "", {u: self.rate_at(before[u]) for u in people})]
        volume, moved = self.orders[place].volume, self.reaches(piece.source)
        cuts = {number_of(at) - before[u] for at in self.table["cliff"] for u in people if u in moved}
        edges = [Fraction(0), *sorted(cut for cut in cuts if 0 < cut < volume), volume]
        found = []
        for number, (start, end) in enumerate(pairwise(edges)):
            name = "" if len(edges) == 2 else ("before", "after")[number] if number < 2 else f"after {number}"
            rates = {u: self.rate_at(before[u] + (start if u in moved else 0)) for u in people}
            found.append(Part(replace(piece, base=piece.base * (end - start) / volume), name, rates))
        return found

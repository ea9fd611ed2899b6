"""The orders of a company as measures of people read them: who bought when, whose sale it was, how much was kept."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from trueline.analyse.amounts import Amounts, amounts
from trueline.analyse.books import Int64s
from trueline.analyse.people import People
from trueline.facts import Facts
from trueline.money.rounding import Mode, round_ratio
from trueline.reckon.world import Bools, Int32s

NEEDS = ("orders", "order_lines", "orders.buyer")
"""What orders need to be known at all."""


@dataclass(frozen=True)
class Orders:
    """Columns over the rows of ``order_lines`` (n) or of ``orders`` (k), see each."""

    people: People

    @property
    def facts(self) -> Facts:
        return self.people.facts

    @property
    def order(self) -> Int64s:
        """int64 (n): row of the order of each line."""
        return self.facts.sold.order_of_line

    @cached_property
    def buyer(self) -> Int32s:
        """int32 (k): who bought; −1 for a buyer outside of the network."""
        return self.facts.index_of("orders", "buyer")

    @cached_property
    def credited(self) -> Int32s:
        """int32 (k): whose sale it is: the credited member, else the buyer; −1 for nobody."""
        if "credited" not in self.facts["orders"]:
            return self.buyer
        credited = self.facts.index_of("orders", "credited")
        return np.where(credited >= 0, credited, self.buyer)

    @property
    def seconds(self) -> Int64s:
        """int64 (k): when it was ordered."""
        return self.facts["orders"]["time"].seconds

    @cached_property
    def known(self) -> Bools:
        """Boolean (k): before the end of the span."""
        return np.asarray(self.seconds < self.people.end)

    @cached_property
    def by_participant(self) -> Bools:
        """Boolean (k): bought by somebody who was a participant at the time."""
        return self.people.when(self.buyer, self.seconds)

    @cached_property
    def seller(self) -> Int32s:
        """int32 (k): the buyer who was a participant; for others the nearest participant above at the time.

        A buyer outside of the network is the credited member's.
        """
        found = np.where(self.by_participant, self.buyer, self.credited).astype(np.int32)
        rows = np.flatnonzero(self.known & (self.buyer >= 0) & ~self.by_participant)
        found[rows] = self.people.above(self.buyer[rows], self.seconds[rows])
        return found

    @cached_property
    def prices(self) -> Amounts:
        """Prices paid per line (n) in the company's currency, before refunds."""
        orders, lines = self.facts["orders"], self.facts["order_lines"]
        currency = orders["currency"].take(self.order) if "currency" in orders else None
        return amounts(self.facts, lines, "price", self.seconds[self.order], self.people.last.kind, currency)

    @property
    def quantity(self) -> Int64s:
        """int64 (n): how many pieces; 1 where it is not given."""
        return self.facts.sold.pieces

    @cached_property
    def returned(self) -> Int64s:
        """int64 (n): how many pieces came back before the end of the span."""
        return self.facts.sold.came_back(self.people.end)

    def volume(self, name: str) -> Int64s:
        """int64 (n): a volume in the facts' unit less the share of the pieces that came back, half up."""
        column = self.facts["order_lines"][f"volume.{name}"]
        found = column.numbers.copy()
        for row in np.flatnonzero(self.returned).tolist():
            sold, back = int(self.quantity[row]), int(self.returned[row])
            found[row] = round_ratio(int(found[row]) * (sold - back), sold, Mode.HALF_UP)
        return found

    def of_orders(self, of_lines: Int64s) -> Int64s:
        """int64 (k): the sum of a column of lines per order."""
        found = np.zeros(self.facts["orders"].rows, dtype=np.int64)
        np.add.at(found, self.order, of_lines)
        return found

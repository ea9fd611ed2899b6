"""The sales of a company as measures read them: who bought when, for how much, less what came back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from trueline.analyse.books import Int64s
from trueline.analyse.exchange import company_money
from trueline.analyse.people import People
from trueline.facts import Facts
from trueline.facts.checks.keys import lines_of_returns
from trueline.facts.columns import translated
from trueline.money.rounding import Mode, round_ratio
from trueline.reckon.world import Bools, Int32s

NEEDS = ("orders", "order_lines", "orders.buyer")
"""What sales need to be known at all."""


@dataclass(frozen=True)
class Sales:
    """Columns over the rows of ``order_lines`` (n) or of ``orders`` (k), see each."""

    people: People

    @property
    def facts(self) -> Facts:
        return self.people.facts

    @cached_property
    def order(self) -> Int64s:
        """int64 (n): row of the order of each line."""
        ids = self.facts["orders"]["order"]
        row = np.full(len(ids.dictionary) + 1, -1, dtype=np.int64)
        row[ids.codes] = np.arange(self.facts["orders"].rows)
        found: Int64s = row[translated(self.facts["order_lines"]["order"], ids.dictionary)]
        return found

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
    def prices(self) -> Int64s:
        """int64 (n): prices paid in minor units of the company's currency, before refunds."""
        orders, lines = self.facts["orders"], self.facts["order_lines"]
        currency = orders["currency"].take(self.order) if "currency" in orders else None
        return company_money(self.facts, lines["price"], currency, self.seconds[self.order])

    @cached_property
    def quantity(self) -> Int64s:
        """int64 (n): how many pieces; 1 where it is not given."""
        lines = self.facts["order_lines"]
        if "quantity" not in lines:
            return np.ones(lines.rows, dtype=np.int64)
        return np.where(lines["quantity"].blank, 1, lines["quantity"].numbers)

    @cached_property
    def returned(self) -> Int64s:
        """int64 (n): how many pieces came back before the end of the span."""
        found = np.zeros(self.facts["order_lines"].rows, dtype=np.int64)
        if self.facts.has("returns"):
            table = self.facts["returns"]
            rows = np.flatnonzero((table["time"].seconds < self.people.end) & (lines_of_returns(self.facts) >= 0))
            np.add.at(found, lines_of_returns(self.facts)[rows], table["quantity"].numbers[rows])
        return found

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

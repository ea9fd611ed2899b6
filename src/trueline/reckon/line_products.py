"""The product of each order line: its prices, its tags, and whether it counts in volumes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import numpy as np

from trueline.facts import ALWAYS
from trueline.facts.columns import translated
from trueline.reckon.currencies import Factors, factors_of
from trueline.reckon.units import to_unit
from trueline.reckon.world import Bools, Int64s, World


class LineProducts:
    """Products by order line; without the table of products, or the lines' SKUs, nothing is ``known``."""

    def __init__(self, world: World, order_row: Int64s) -> None:
        self.world = world
        self.facts = world.facts
        self.lines, self.orders = world.facts["order_lines"], world.facts["orders"]
        self.order_row = order_row
        self.known = self.facts.has("products") and "sku" in self.lines

    def prices(self, name: str) -> Int64s | None:
        """Each line's ``member_price`` or ``retail_price``, in minor units of its currency, 0 without a product."""
        if not self.known or name not in self.facts["products"]:
            return None
        column = self.facts["products"][name]
        found: Int64s = np.append(to_unit(self.world, column, self.world.plan.money_unit, name), 0)[self.rows]
        return found

    def blank(self, name: str) -> Bools | None:
        """Which lines have no such price."""
        if not self.known or name not in self.facts["products"]:
            return None
        found: Bools = np.append(self.facts["products"][name].blank, True)[self.rows]
        return found

    @cached_property
    def factors(self) -> Factors:
        """What converts the prices of the lines' products into the plan's currency."""
        plan, table = self.world.plan, self.facts["products"]
        column = table.columns.get("currency")
        codes = self.rows if column is None else np.append(column.codes, -1)[self.rows]
        return factors_of(self.facts, plan.currency, self.world.period.kind, column, codes, self._seconds)

    @cached_property
    def idle(self) -> Bools:
        """Boolean [lines]: the product does not count in volumes."""
        idle = np.zeros(self.lines.rows, dtype=np.bool_)
        if self.known and "commissionable" in self.facts["products"]:
            column = self.facts["products"]["commissionable"]
            no = ~column.flags & ~column.blank
            if no.any():
                idle = np.append(no, False)[self.rows]
        return idle

    def tagged(self, word: str) -> Bools:
        """Boolean [lines]: the product's classes name the word; refused where the company keeps no classes."""
        if not self.facts.has("products") or "classes" not in self.facts["products"]:
            raise self.world.refuse("The facts have no class tags of products, which the plan reads.", "Add 'classes'.")
        table = self.facts["products"]
        has = np.array([word in text.split() for text in _texts(table["classes"])] + [False])
        return np.asarray(has[self.rows])

    @cached_property
    def rows(self) -> Int64s:
        """Row of the product of each line: of its SKU, the latest row in force on the order's day; −1 without one."""
        table = self.facts["products"]
        sku = translated(self.lines["sku"], table["sku"].dictionary)
        since = table["from"].seconds_or(ALWAYS) if "from" in table else np.full(table.rows, ALWAYS)
        until = (
            table["to"].seconds_or(np.iinfo(np.int64).max)
            if "to" in table
            else np.full(table.rows, np.iinfo(np.int64).max)
        )
        market = self._market_mismatch(table)
        found = np.full(self.lines.rows, -1, dtype=np.int64)
        for row in np.argsort(since, kind="stable"):
            fits = (sku == table["sku"].codes[row]) & (since[row] <= self._seconds) & (self._seconds < until[row])
            found[fits & ~market(int(row))] = row
        return found

    @cached_property
    def _seconds(self) -> Int64s:
        found: Int64s = self.orders["time"].seconds[self.order_row]
        return found

    def _market_mismatch(self, table: Any) -> Callable[[int], Bools]:
        members = self.facts["members"]
        if "market" not in table or "market" not in members or "buyer" not in self.orders:
            return lambda row: np.zeros(self.lines.rows, dtype=np.bool_)
        row_of = np.full(len(self.facts.members) + 1, -1, dtype=np.int64)
        row_of[self.facts.index_of("members", "member")] = np.arange(members.rows)
        buyer = self.facts.index_of("orders", "buyer")
        texts = [*members["market"].values, ""]
        code = np.append(members["market"].codes, -1)[row_of[buyer]][self.order_row]

        def mismatch(row: int) -> Bools:
            wanted = table["market"].text(row)
            if not wanted:
                return np.zeros(self.lines.rows, dtype=np.bool_)
            return np.asarray(code != (texts.index(wanted) if wanted in texts else -2))

        return mismatch


def _texts(column: Any) -> list[str]:
    values = [*column.values, ""]
    return [values[code] for code in column.codes.tolist()]

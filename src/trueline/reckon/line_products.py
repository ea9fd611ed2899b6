"""The product of each order line: its prices, its tags, and whether it counts in volumes."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from trueline.errors import Finding, Refused
from trueline.facts import ALWAYS, NEVER, Table
from trueline.facts.columns import translated
from trueline.reckon.currencies import Factors, factors_of
from trueline.reckon.units import sale_unit, to_unit
from trueline.reckon.world import Bools, Int32s, Int64s, World


class LineProducts:
    """Products by order line; without the table of products, or the lines' SKUs, nothing is ``known``."""

    def __init__(self, world: World, order_row: Int64s) -> None:
        self.world = world
        self.facts = world.facts
        self.lines, self.orders = world.facts["order_lines"], world.facts["orders"]
        self.order_row = order_row
        self.known = self.facts.has("products") and "sku" in self.lines

    def prices(self, name: str) -> Int64s | None:
        """Each line's ``member_price`` or ``retail_price``, in :func:`sale_unit`, 0 without a product."""
        if not self.known or name not in self.facts["products"]:
            return None
        column = self.facts["products"][name]
        found: Int64s = np.append(to_unit(self.world, column, sale_unit(self.world), name), 0)[self.rows]
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
        """Row of the product of each line (docs/semantics.md, section 5); −1 without one.

        Of the rows of its SKU in force on the order's day: one for the market before one for all, then the latest.
        Each row of products looks at the lines of its SKU: cost O(lines × rows of one SKU), and sorting them once.
        """
        table = self.facts["products"]
        if "sku" not in self.lines:
            message = "The facts do not say which product an order line is of, which the plan reads."
            raise self.world.refuse(message, "Add the column 'sku' to order_lines.")
        sku = translated(self.lines["sku"], table["sku"].dictionary)
        since = table["from"].seconds_or(ALWAYS) if "from" in table else np.full(table.rows, ALWAYS)
        until = table["to"].seconds_or(NEVER) if "to" in table else np.full(table.rows, NEVER)
        holds_in = table["market"].codes if "market" in table else np.full(table.rows, -1, dtype=np.int32)
        market = self._markets(table) if "market" in table else None
        found = np.full(self.lines.rows, -1, dtype=np.int64)
        by_sku = np.argsort(sku, kind="stable")
        first, last = (np.searchsorted(sku[by_sku], table["sku"].codes, side) for side in ("left", "right"))
        for row in np.lexsort((since, holds_in >= 0)).tolist():
            lines = by_sku[first[row] : last[row]]
            fits = (since[row] <= self._seconds[lines]) & (self._seconds[lines] < until[row])
            if holds_in[row] >= 0 and market is not None:
                fits &= market[lines] == holds_in[row]
            elif holds_in[row] >= 0:
                self._refuse_several_markets(table, found[lines[fits]], row)
            found[lines[fits]] = row
        return found

    @cached_property
    def _seconds(self) -> Int64s:
        found: Int64s = self.orders["time"].seconds[self.order_row]
        return found

    def _markets(self, table: Table) -> Int32s | None:
        """int32 [lines]: the market of each buyer (of who is credited where none is given) as a code of the products'
        markets, −1 for none of them; None where members have no markets.
        """
        members = self.facts["members"]
        if "market" not in members:
            return None
        code = np.full(len(self.facts.members) + 1, -1, dtype=np.int32)
        code[self.facts.index_of("members", "member")] = translated(members["market"], table["market"].dictionary)
        code[-1] = -1
        who = np.full(self.orders.rows, -1, dtype=np.int32)
        for name in ("credited", "buyer"):
            if name in self.orders:
                who = np.where(self.orders[name].blank, who, self.facts.index_of("orders", name))
        found: Int32s = code[who[self.order_row]]
        return found

    def _refuse_several_markets(self, table: Table, others: Int64s, row: int) -> None:
        """Refuse a row for one market where another market's holds too, and nobody's market is known."""
        mine, known = table["market"].text(row), {table["market"].text(other) for other in set(others.tolist()) - {-1}}
        if known - {"", mine}:
            sku, market = table["sku"].text(row), min(known - {"", mine})
            message = f"Product '{sku}' has rows for the markets '{market}' and '{mine}', and members have no market."
            raise Refused([Finding(*table.place(row, "market"), message, "Add the column 'market' to members.")])


def _texts(column: Any) -> list[str]:
    values = [*column.values, ""]
    return [values[code] for code in column.codes.tolist()]

"""Reads the order lines of the facts as entries: who they count for, and what is left of them after returns."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from trueline.facts.currencies import minor_unit
from trueline.money.rounding import Mode, round_ratio
from trueline.reckon.currencies import Factors, factors_of
from trueline.reckon.entries import FOREIGN, NOT_GIVEN, Entries, Lacking
from trueline.reckon.evaluate import multiply, plus, times
from trueline.reckon.line_products import LineProducts
from trueline.reckon.returns import Back, late_returns, netted
from trueline.reckon.units import sale_unit, to_unit
from trueline.reckon.world import Bools, Int32s, Int64s, World


class LineReader:
    """Order lines of one world; refused where the facts have none."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.facts = world.facts
        for name in ("orders", "order_lines"):
            if not self.facts.has(name):
                raise world.refuse(f"The facts have no table '{name}', which the plan reads.", "Add the table.")
        self.lines = self.facts["order_lines"]
        self.orders = self.facts["orders"]
        self.unit = sale_unit(world)
        self.parts = int(world.plan.money_unit / self.unit)

    @property
    def order_row(self) -> Int64s:
        """Row of the order of each line."""
        return self.facts.sold.order_of_line

    def entries(self) -> Entries:
        """Lines of members present, effective before the end of the period."""
        seconds = self.orders["time"].seconds[self.order_row]
        rows = np.flatnonzero((self._line_members >= 0) & (seconds < self.world.period.end_seconds))
        back = netted(self.world, self.lines.rows)
        return self._entries(rows, seconds[rows], self._amounts(np.arange(self.lines.rows), back))

    def late(self, sold: Entries) -> Entries:
        """Of the lines ``sold``, what came back later, at the time of the return: see ``Entries.apart``."""
        late = late_returns(self.world)
        there = self._line_members[late.line] >= 0
        before, after = self._amounts(late.line, late.before), self._amounts(late.line, late.after)
        place = np.full(self.lines.rows, -1, dtype=np.int64)
        place[sold.rows] = np.arange(len(sold))
        rows = np.flatnonzero(there)
        columns = {name: values[place[late.line[rows]]] for name, values in sold.columns.items()}
        found = self._entries(late.line[rows], late.seconds[rows], columns, whole=False)
        apart = {name: plus(after[name], -before[name])[rows] for name in after}
        return replace(found, apart=apart)

    @cached_property
    def _line_members(self) -> Int32s:
        return self.members[self.order_row]

    def _entries(self, rows: Int64s, seconds: Int64s, amounts: dict[str, Int64s], *, whole: bool = True) -> Entries:
        """Entries of some lines; ``whole`` says that the amounts are of all lines."""
        of_order, member = self.order_row[rows], self._line_members[rows]
        columns = {name: values[rows] for name, values in amounts.items()} if whole else amounts
        lacking = {name: why[rows] for name, why in self.lacking.items()}
        codes: dict[str, Int32s] = {}
        words: dict[str, list[str]] = {}
        for name in ("kind", "region"):
            if name in self.orders:
                codes[name] = self.orders[name].codes[of_order]
                words[name] = self.orders[name].values
        if "sku" in self.lines:
            codes["sku"], words["sku"] = self.lines["sku"].codes[rows], self.lines["sku"].values
        return Entries(
            np.ascontiguousarray(member, dtype=np.int32),
            lambda: (self.orders["order"].id_places[of_order], self.lines["line"].id_places[rows]),
            seconds,
            columns,
            lacking,
            codes,
            words,
            rows,
            lambda word: self._products.tagged(word)[rows],
        )

    @cached_property
    def members(self) -> Int32s:
        """Canonical member per order: see :func:`credited_members`."""
        return credited_members(self.world)

    def _amounts(self, rows: Int64s, back: Back) -> dict[str, Int64s]:
        """Volumes, price, quantity, retail and margin of some lines, less what came ``back`` of each."""
        lines, plan = self.lines, self.world.plan
        quantity = lines["quantity"].numbers[rows] if "quantity" in lines else np.ones(len(rows), dtype=np.int64)
        left, ones = quantity - back.quantity, np.ones(len(rows), dtype=np.int64)
        found: dict[str, Int64s] = {"quantity": left}
        for volume, unit in plan.volumes.items():
            name = f"volume.{volume}"
            if name in lines:
                found[volume] = _netted(to_unit(self.world, lines[name], unit, volume)[rows], quantity, left, ones)
                found[volume][self._products.idle[rows]] = 0
        found["credit"] = self.credit(rows)
        if "price" in lines:
            price, step = to_unit(self.world, lines["price"], self.unit, "price")[rows], self._steps[rows]
            paid = plus(_netted(price, quantity, left + back.refunded, step), -back.refunds)
            found["price"] = self._order_factors.converted(paid, rows, self.parts)
            products = self._products
            member, retail = products.prices("member_price"), products.prices("retail_price")
            if member is not None:
                cost = products.factors.converted(multiply(left, member[rows]), rows, self.parts)
                found["margin"] = plus(found["price"], times(cost, -1))
            if retail is not None:
                found["retail"] = products.factors.converted(multiply(left, retail[rows]), rows, self.parts)
        return found

    def credit(self, rows: Int64s) -> Int64s:
        """What was paid with credit in kind, of some lines; 0 where the facts have no such column."""
        if "credit" not in self.lines:
            return np.zeros(len(rows), dtype=np.int64)
        credit = to_unit(self.world, self.lines["credit"], self.unit, "credit")[rows]
        return self._order_factors.converted(credit, rows, self.parts)

    @cached_property
    def _steps(self) -> Int64s:
        """int64 [lines]: to what each price is rounded when a part of it comes back, in ``unit``: the plan's minor
        unit, or that of the order's currency where it is finer.
        """
        steps = np.full(self.lines.rows, self.parts, dtype=np.int64)
        if self.parts > 1 and "currency" in self.orders:
            column, minor = self.orders["currency"], self.world.plan.money_unit
            finest = [int(min(minor_unit(one), minor) / self.unit) for one in column.values]
            steps = np.array([*finest, self.parts], dtype=np.int64)[column.codes[self.order_row]]
        return steps

    @cached_property
    def _order_factors(self) -> Factors:
        """What converts the prices of lines into the plan's currency."""
        plan, seconds = self.world.plan, self.orders["time"].seconds[self.order_row]
        column = self.orders.columns.get("currency")
        codes: Any = self.order_row if column is None else column.codes[self.order_row]
        return factors_of(self.facts, plan.currency, self.world.period.kind, column, codes, seconds)

    @cached_property
    def _products(self) -> LineProducts:
        return LineProducts(self.world, self.order_row)

    @cached_property
    def lacking(self) -> dict[str, Lacking]:
        """Per column, why a line lacks it: its own cell, its product's price, or the currency of either."""
        nothing = np.zeros(self.lines.rows, dtype=np.bool_)
        blank = {name.removeprefix("volume."): column.blank for name, column in self.lines.columns.items()}
        found = {name: blank[name].astype(np.int8) for name in ("quantity", *self.world.plan.volumes) if name in blank}
        foreign = self._order_factors.unknown
        quantity, price = blank.get("quantity", nothing), blank.get("price", nothing)
        found["price"] = _why(price, foreign)
        if "credit" in self.lines:
            found["credit"] = _why(nothing, foreign & (self.lines["credit"].numbers != 0))
        if self._products.known:
            abroad = self._products.factors.unknown
            for name, needed, other in (("member", price | quantity, foreign | abroad), ("retail", quantity, abroad)):
                of_line = self._products.blank(f"{name}_price")
                if of_line is not None:
                    found["margin" if name == "member" else "retail"] = _why(needed | of_line, other)
        return found


def line_reader(world: World) -> LineReader:
    """The one reader of a run."""
    if "line reader" not in world.cache:
        world.cache["line reader"] = LineReader(world)
    reader: LineReader = world.cache["line reader"]
    return reader


def credited_members(world: World) -> Int32s:
    """int32 [orders]: the member for whom each order counts: credited, else buyer; −1 when neither is there."""
    facts, orders = world.facts, world.facts["orders"]
    found = np.full(orders.rows, -1, dtype=np.int32)
    for name in ("buyer", "credited"):
        if name in orders:
            index = facts.index_of("orders", name)
            there = np.append(world.index, -1)[index]
            found = np.where(orders[name].blank, found, there).astype(np.int32)
    return found


def _why(blank: Bools, foreign: Bools) -> Lacking:
    return np.where(blank, NOT_GIVEN, np.where(foreign, FOREIGN, 0)).astype(np.int8)


def _netted(values: Int64s, quantity: Int64s, left: Int64s, step: Int64s) -> Int64s:
    """Values × left / quantity, half up to a multiple of the step, only where something came back."""
    found = values.copy()
    for row in np.flatnonzero(left != quantity):
        whole = int(step[row])
        found[row] = whole * round_ratio(int(values[row]) * int(left[row]), int(quantity[row]) * whole, Mode.HALF_UP)
    return found

"""Order lines beside what they belong to: their orders, and the returns of their goods."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from trueline.facts.columns import Int64s, Table, translated


class Sold:
    """Joins of the tables of sales; each is made when it is first asked for. Cost O(n), of returns O(n log n)."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = tables

    def order_rows(self, table: Table) -> Int64s:
        """int64 (n): the row of the order that each row of a table names; -1 where it names none that is there."""
        orders = self._tables["orders"]["order"]
        by_code = np.full(len(orders.dictionary) + 1, -1, dtype=np.int64)
        by_code[orders.codes] = np.arange(len(orders.codes))
        by_code[-1] = -1
        found: Int64s = by_code[translated(table["order"], orders.dictionary)]
        return found

    @cached_property
    def order_of_line(self) -> Int64s:
        """int64 (order lines): the row of each line's order; -1 where it is not there."""
        return self.order_rows(self._tables["order_lines"])

    @cached_property
    def line_of_return(self) -> Int64s:
        """int64 (returns): the row of the order line that each return names; -1 where there is none."""
        returns, lines = self._tables["returns"], self._tables["order_lines"]
        if not lines.rows:
            return np.full(returns.rows, -1, dtype=np.int64)
        width = len(lines["line"].dictionary) + 1
        keys = lines["order"].codes.astype(np.int64) * width + lines["line"].codes
        order = np.argsort(keys, kind="stable")
        order_codes = translated(returns["order"], lines["order"].dictionary).astype(np.int64)
        line_codes = translated(returns["line"], lines["line"].dictionary)
        wanted = order_codes * width + line_codes
        place = np.minimum(np.searchsorted(keys[order], wanted), lines.rows - 1)
        rows = order[place]
        return np.where((keys[rows] == wanted) & (order_codes >= 0) & (line_codes >= 0), rows, -1)

    @cached_property
    def pieces(self) -> Int64s:
        """int64 (order lines): how many pieces of the product; 1 where it is not said."""
        lines = self._tables["order_lines"]
        if "quantity" not in lines:
            return np.ones(lines.rows, dtype=np.int64)
        return np.where(lines["quantity"].blank, 1, lines["quantity"].numbers)

    def came_back(self, before: int | None = None) -> Int64s:
        """int64 (order lines): pieces that came back, or did before a moment (seconds of wall time)."""
        found = np.zeros(self._tables["order_lines"].rows, dtype=np.int64)
        returns = self._tables.get("returns")
        if returns is not None:
            line = self.line_of_return
            rows = np.flatnonzero(line >= 0)
            if before is not None:
                rows = rows[returns["time"].seconds[rows] < before]
            np.add.at(found, line[rows], returns["quantity"].numbers[rows])
        return found

    def left_over(self) -> Int64s:
        """int64 (order lines): pieces that have not come back yet."""
        return self.pieces - self.came_back()

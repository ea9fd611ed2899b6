"""The tables of one company side by side: its members and positions in one order, and when rows count."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from trueline.errors import nearest
from trueline.facts.catalog import TABLES
from trueline.facts.columns import ALWAYS, Column, Int32s, Int64s, Table, id_order, translated
from trueline.facts.company import Company
from trueline.facts.sold import Sold


class Shelf:
    """Typed tables by name, in the order of the catalogue."""

    def __init__(self, company: Company, tables: Mapping[str, Table]) -> None:
        self.company = company
        self.tables = {name: tables[name] for name in TABLES if name in tables}

    def has(self, table: str) -> bool:
        """Whether the table was given. Errors: ``KeyError`` when there is no such table of facts at all."""
        if table not in TABLES:
            raise KeyError(f"'{table}' is not a table of facts. {nearest(table, list(TABLES))}")
        return table in self.tables

    def __getitem__(self, table: str) -> Table:
        if not self.has(table):
            raise KeyError(f"The facts have no table '{table}'.")
        return self.tables[table]

    @cached_property
    def member_ids(self) -> Any:
        """All member ids as an Arrow array of strings (m) in the one order of ids."""
        return self._ids("members", "member")

    @cached_property
    def position_ids(self) -> Any:
        """All position ids as an Arrow array of strings (p) in the order of ids; the members without such a table."""
        return self._ids("positions", "position") if self.has("positions") else self.member_ids

    @cached_property
    def members(self) -> list[str]:
        """All member ids (m), sorted: ids of digits only by number, then the others by code point."""
        ids: list[str] = self.member_ids.to_pylist()
        return ids

    @cached_property
    def positions(self) -> list[str]:
        """All position ids (p), sorted like the members; the members themselves without a positions table."""
        ids: list[str] = self.position_ids.to_pylist()
        return ids

    @cached_property
    def owners(self) -> Int32s:
        """int32 (p): index into ``members`` of the owner of each position."""
        if not self.has("positions"):
            return np.arange(len(self.members), dtype=np.int32)
        table = self["positions"]
        owners = np.full(len(self.positions), -1, dtype=np.int32)
        owners[translated(table["position"], self.position_ids)] = translated(table["owner"], self.member_ids)
        return owners

    def index_of(self, table: str, column: str) -> Int32s:
        """int32 (n): index into ``members`` (or ``positions``, for a column of positions) per row; -1 where blank.

        Errors: ``TypeError`` when the column refers to neither.
        """
        if (table, column) not in self._indices:
            self._indices[table, column] = self._index_of(table, column)
        return self._indices[table, column]

    def first_named(self, table: str, *columns: str) -> Int32s:
        """int32 (n): index into ``members`` by the first of these columns that is given in each row; -1 for none."""
        found = np.full(self[table].rows, -1, dtype=np.int32)
        for name in reversed(columns):
            if name in self[table]:
                found = np.where(self[table][name].blank, found, self.index_of(table, name)).astype(np.int32)
        return found

    @cached_property
    def sold(self) -> Sold:
        """Order lines beside their orders and returns."""
        return Sold(self.tables)

    @cached_property
    def _indices(self) -> dict[tuple[str, str], Int32s]:
        return {}

    def _index_of(self, table: str, column: str) -> Int32s:
        target = self[table].spec.column(column)
        refers_to = target.refers_to if target else ""
        if (table, column) in {("members", "member"), ("positions", "position")}:
            refers_to = table
        ids = {"members": "member_ids", "positions": "position_ids"}.get(refers_to)
        if ids is None:
            raise TypeError(f"Column '{column}' of '{table}' does not refer to members or positions.")
        return translated(self[table][column], getattr(self, ids))

    def effective(self, table: str) -> Int64s:
        """int64 (n): when each row counts, in seconds of wall time; ``ALWAYS`` for what is not dated.

        Order lines without a time of their own count when their order does.
        """
        if table == "order_lines" and self.has("orders"):
            otherwise = self._of_orders(self.effective("orders"))
        else:
            otherwise = np.full(self[table].rows, ALWAYS, dtype=np.int64)
        return self._dated(table, self[table].spec.time, otherwise)

    def booked(self, table: str) -> Int64s:
        """int64 (n): when the company knew each row, in seconds of wall time; as effective where it is not said."""
        if table == "order_lines" and self.has("orders"):
            return self._dated(table, "booked", self._of_orders(self.booked("orders")))
        return self._dated(table, "booked", self.effective(table))

    def _dated(self, name: str, column: str, otherwise: Int64s) -> Int64s:
        table = self[name]
        return np.where(table[column].blank, otherwise, table[column].seconds) if column in table else otherwise

    def _of_orders(self, times: Int64s) -> Int64s:
        """A time per order -> the time of the order of each order line; ``ALWAYS`` where the order is not there."""
        return np.append(times, ALWAYS)[self.sold.order_of_line]

    def _ids(self, table: str, column: str) -> Any:
        if not self.has(table) or column not in self[table]:
            return pa.array([], pa.string())
        ids: Column = self[table][column]
        used = np.unique(ids.codes[ids.codes >= 0])
        texts = ids.dictionary.take(pa.array(used))
        return texts.take(pa.array(id_order(texts)))

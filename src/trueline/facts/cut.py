"""Tables without some of their rows: one that was not known, or is left out, takes along what belongs to it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from trueline.facts.checks.keys import has_columns
from trueline.facts.columns import Bools, Column, Table, translated
from trueline.facts.shelf import Shelf
from trueline.facts.sold import Sold


def known_rows(shelf: Shelf, seconds: int) -> dict[str, Table]:
    """The tables with only the rows booked before ``seconds`` (wall time) whose owners were booked before it too."""
    return _rows(shelf, lambda name: shelf.booked(name) < seconds)


def rows_without_members(shelf: Shelf, gone: Bools) -> dict[str, Table]:
    """The tables without some members (Boolean [members]), whatever belongs to them, and what they bought or sold."""

    def kept(name: str) -> Bools:
        rows = np.ones(shelf[name].rows, dtype=np.bool_)
        for column in {"members": ("member",), "orders": ("buyer", "credited")}.get(name, ()):
            if column in shelf[name]:
                rows &= ~np.append(gone, False)[shelf.index_of(name, column)]
        return rows

    return _rows(shelf, kept)


def rows_without_lines(shelf: Shelf, gone: Bools) -> dict[str, Table]:
    """The tables without some order lines (Boolean [order lines]) and their returns; the orders stay."""
    return _rows(shelf, lambda name: ~gone if name == "order_lines" else np.ones(shelf[name].rows, dtype=np.bool_))


def _rows(shelf: Shelf, wanted: Callable[[str], Bools]) -> dict[str, Table]:
    """The rows of each table that are wanted and whose owners are.

    An owner is what a row must name: its member, position or order. An upline is no owner: when it goes, the edge
    stays, and its position is a root.
    """
    kept: dict[str, Table] = {}
    for name, table in shelf.tables.items():  # the catalogue lists members, positions and orders before what names them
        known = wanted(name)
        for column in _owners(table):
            known = known & _there(column, table, kept)
        kept[name] = table.take(np.flatnonzero(known))
    if has_columns(shelf, {"returns": ("order", "line"), "order_lines": ("order", "line")}):
        of_lines = Sold(kept).line_of_return
        kept["returns"] = kept["returns"].take(np.flatnonzero(of_lines >= 0))
    return kept


def _owners(table: Table) -> list[str]:
    """The columns of a table that name what each row belongs to."""
    targets = ("members", "positions", "orders")
    return [spec.name for spec in table.spec.columns if spec.refers_to in targets and spec.required and not spec.blank]


def _there(name: str, table: Table, kept: dict[str, Table]) -> Bools:
    """Boolean (n): what the column names is among the rows kept."""
    spec = table.spec.column(name)
    home = "" if spec is None else spec.refers_to
    if home == "positions" and home not in kept:
        home = "members"
    ids = _ids(kept[home]) if name in table and home in kept else None
    if ids is None:
        return np.ones(table.rows, dtype=np.bool_)
    present = np.zeros(len(ids.dictionary) + 1, dtype=np.bool_)
    present[ids.codes] = True
    present[-1] = False
    found: Bools = present[translated(table[name], ids.dictionary)]
    return found


def _ids(table: Table) -> Column | None:
    (key,) = table.spec.key
    return table.columns.get(key)

"""Rows are told apart by their key, and what they refer to is there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from trueline.errors import Findings, nearest
from trueline.facts.columns import Int64s, Table, moment, translated
from trueline.facts.parse import Bools, quoted
from trueline.facts.shelf import Shelf
from trueline.facts.spec import CODED, ColumnSpec

_FEW = 200


def check_keys(shelf: Shelf, findings: Findings) -> None:
    """Two rows with the same key are a finding at the later one."""
    for table in shelf.tables.values():
        names = [name for name in table.spec.key if name in table]
        required = all(column.name in table for column in table.spec.columns if column.required)
        if not names or not required or table.rows < 2:
            continue
        keys = [_comparable(table, name) for name in names]
        order = np.lexsort((np.arange(table.rows), *reversed(keys)))
        same = np.ones(table.rows - 1, dtype=np.bool_)
        for key in keys:
            same &= key[order[1:]] == key[order[:-1]]
        first = 0
        for place in np.flatnonzero(same):
            if place == 0 or not same[place - 1]:
                first = int(order[place])
            row = int(order[place + 1])
            if all(table[name].blank[row] for name in names if name == table.spec.key[0]):
                continue
            shown = ", ".join(f"{name} {_shown(table, name, row)}" for name in names)
            message = f"This row repeats line {table.line(first)}: {shown}."
            findings.add(*table.place(row, names[0]), message, f"In {table.name} these together must differ; keep one.")


def check_references(shelf: Shelf, findings: Findings) -> None:
    """An id that refers to another table must be there; products only where there is a products table."""
    for table in shelf.tables.values():
        for name, column in table.columns.items():
            spec = table.spec.column(name)
            target = _target(shelf, spec) if spec and spec.refers_to and not table.derived else None
            if spec is None or target is None:
                continue
            texts, home = target
            unknown = (column.codes >= 0) & (translated(column, texts) < 0)
            for row in np.flatnonzero(unknown):
                text = column.text(int(row))
                message = f"{name} {quoted(text)} is not in {home}."
                findings.add(*table.place(int(row), name), message, _remedy(text, texts, home))
    _check_orders(shelf, findings)
    _check_lines(shelf, findings)


def has_columns(shelf: Shelf, wanted: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether these tables are there with these columns."""
    return all(shelf.has(table) and all(name in shelf[table] for name in names) for table, names in wanted.items())


def _check_orders(shelf: Shelf, findings: Findings) -> None:
    """Who bought a line, and when, only its order says."""
    if shelf.has("order_lines") and shelf["order_lines"].rows and not shelf.has("orders"):
        message = "These lines belong to orders, and there is no table orders."
        findings.add(shelf["order_lines"].file, 0, 0, message, "Add orders, which says who bought each and when.")


def _check_lines(shelf: Shelf, findings: Findings) -> None:
    """A return names a line that its order has."""
    if not has_columns(shelf, {"returns": ("order", "line"), "order_lines": ("order", "line")}):
        return
    returns, lines = shelf["returns"], shelf["order_lines"]
    orders = (shelf["orders"] if has_columns(shelf, {"orders": ("order",)}) else lines)["order"]
    known = translated(returns["order"], orders.dictionary) >= 0  # an order that is nowhere has its own finding
    for row in np.flatnonzero(known & ~returns["line"].blank & (shelf.sold.line_of_return < 0)):
        order, line = returns["order"].text(int(row)), returns["line"].text(int(row))
        message = f"Order {quoted(order)} has no line {quoted(line)}."
        findings.add(*returns.place(int(row), "line"), message, "Name a line of the order as order_lines has it.")


def _remedy(text: str, known: Any, home: str) -> str:
    """What to do about an unknown id; the nearest known one is looked for among few only."""
    guess = nearest(text, known.to_pylist()) if len(known) <= _FEW else ""
    if home == "positions":
        return f"{home} has to list every position; leave the table out when each member has just one."
    return guess if guess.startswith("Did") else f"Add it to {home} or correct it."


def _target(shelf: Shelf, spec: ColumnSpec) -> tuple[Any, str] | None:
    """The ids that a column may hold (Arrow strings) and where they are kept; None when that is not checked here."""
    if spec.refers_to == "positions" and shelf.has("positions"):
        return (shelf.position_ids, "positions") if "position" in shelf["positions"] else None
    if spec.refers_to in {"members", "positions"}:
        return (shelf.member_ids, "members") if "member" in shelf["members"] else None
    if spec.refers_to == "orders":
        return (shelf["orders"]["order"].dictionary, "orders") if has_columns(shelf, {"orders": ("order",)}) else None
    if spec.refers_to == "products":
        return (shelf["products"]["sku"].dictionary, "products") if has_columns(shelf, {"products": ("sku",)}) else None
    if spec.refers_to == "the volumes of company.yaml":
        return pa.array(list(shelf.company.volumes), pa.string()), spec.refers_to
    return None


def _comparable(table: Table, name: str) -> Int64s | Bools:
    column = table[name]
    return column.data.astype(np.int64) - (column.blank if column.missing is not None else 0)


def _shown(table: Table, name: str, row: int) -> str:
    column = table[name]
    if column.blank[row]:
        return "blank"
    if column.kind in CODED:
        return quoted(column.text(row))
    return moment(int(column.seconds[row]))

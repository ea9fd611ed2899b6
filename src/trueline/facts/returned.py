"""Facts with one more return, as if it had been booked."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from trueline.errors import Finding, Refused, nearest
from trueline.facts.catalog import TABLES
from trueline.facts.columns import Column, Table
from trueline.facts.facts import Facts
from trueline.facts.spec import CODED


def lines_of(facts: Facts, order: str, line: str | None = None) -> list[int]:
    """Rows of the lines of an order that are left to come back, or of one of them.

    Errors: ``Refused`` for an order or line that is not there.
    """
    if not facts.has("orders") or not facts.has("order_lines"):
        raise _refused("The facts have no orders.", "Name another folder.")
    table = facts["order_lines"]
    if order not in facts["orders"]["order"].values:
        raise _refused(f"There is no order '{order}'.", nearest(order, facts["orders"]["order"].values[:10_000]))
    rows = [row for row in range(table.rows) if table["order"].text(row) == order]
    if line is not None:
        names = [table["line"].text(row) for row in rows]
        if line not in names:
            raise _refused(f"Order '{order}' has no line '{line}'.", f"Its lines: {', '.join(names) or 'none'}.")
        return [rows[names.index(line)]]
    left = facts.sold.left_over()
    return [row for row in rows if left[row] > 0]


def with_returns(facts: Facts, quantities: dict[int, int], seconds: int) -> Facts:
    """The facts with a return of some order lines (row -> quantity) at a moment (wall time).

    Errors: ``Refused`` when more comes back than is left.
    """
    lines, left = facts["order_lines"], facts.sold.left_over()
    for row, quantity in quantities.items():
        if quantity > left[row]:
            name = f"line {lines['line'].text(row)} of order {lines['order'].text(row)}"
            raise _refused(f"Only {int(left[row])} of {name} can still come back, not {quantity}.", "Name fewer.")
    table = facts["returns"] if facts.has("returns") else _empty()
    rows = list(quantities)
    texts = {"order": [lines["order"].text(row) for row in rows], "line": [lines["line"].text(row) for row in rows]}
    numbers = {"quantity": list(quantities.values()), "time": [seconds] * len(rows)}
    columns = {
        name: _with_texts(column, texts[name]) if name in texts else _with_numbers(column, numbers.get(name), len(rows))
        for name, column in table.columns.items()
    }
    count = table.rows + len(rows)
    known = Table(table.spec, table.file, count, columns, lambda: np.zeros(count, dtype=np.int64))
    return Facts(facts.company, {**facts.tables, "returns": known}, facts.sources)


def _empty() -> Table:
    spec = TABLES["returns"]
    nothing = np.zeros(0, dtype=np.int64)
    columns = {}
    for name in ("order", "line", "quantity", "time"):
        column = spec.column(name)
        assert column is not None  # the specification is ours
        coded = column.kind in CODED
        data = nothing.astype(np.int32) if coded else nothing
        columns[name] = Column(name, column.kind, 0, data, None, pa.array([], pa.string()) if coded else None)
    return Table(spec, "returns", 0, columns, lambda: nothing)


def _with_texts(column: Column, texts: list[str]) -> Column:
    """A coded column with these cells after its own."""
    names = [*column.values, *dict.fromkeys(text for text in texts if text not in column.values)]
    codes = np.array([names.index(text) for text in texts], dtype=np.int32)
    data = np.concatenate([column.codes, codes])
    return Column(column.name, column.kind, column.number, data, None, pa.array(names, pa.string()))


def _with_numbers(column: Column, numbers: list[int] | None, count: int) -> Column:
    """Any column with these cells after its own, blank ones where there are none."""
    blank = numbers is None
    if column.kind in CODED:
        data = np.concatenate([column.codes, np.full(count, -1, dtype=np.int32)])
        return Column(column.name, column.kind, column.number, data, None, column.dictionary)
    more = np.zeros(count, dtype=column.data.dtype) if numbers is None else np.array(numbers, dtype=column.data.dtype)
    missing = np.concatenate([column.blank, np.full(count, blank)])
    return Column(
        column.name,
        column.kind,
        column.number,
        np.concatenate([column.data, more]),
        missing if missing.any() else None,
        column.dictionary,
        column.scale,
    )


def _refused(message: str, remedy: str) -> Refused:
    return Refused([Finding("return", 0, 0, message, remedy)])

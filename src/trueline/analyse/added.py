"""Facts with one more sale: what the engine is given when it is asked what a sale would bring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
import pyarrow as pa

from trueline.facts import Column, Facts, Table
from trueline.facts.columns import translated
from trueline.facts.spec import CODED, Kind

_ID = "one more sale"


@dataclass(frozen=True)
class OneMore:
    """The facts of a company with one more order line, of ``amounts`` by name of volume.

    The buyer is a customer outside of the network and the sale is credited to the member who is named; without a column
    of credited members the member is the buyer. The line has a price of ``price`` and nothing else but its volumes.
    """

    facts: Facts
    orders: Table
    lines: Table
    seller: str

    @classmethod
    def of(cls, facts: Facts, seconds: int, amounts: Mapping[str, Fraction], price: Fraction) -> OneMore:
        """A sale at a moment of wall time. Errors: ``ValueError`` when an amount is finer than the unit in which the
        facts keep it.
        """
        seller = "credited" if "credited" in facts["orders"] else "buyer"
        name, taken = _ID, set(facts["orders"]["order"].values)
        while name in taken:
            name += "'"
        order: dict[str, object] = {"order": name, "time": seconds, "kind": "customer"}
        line: dict[str, object] = {"order": name, "line": "1", "quantity": 1, "price": price}
        for column in facts["order_lines"].columns:
            if column.startswith("volume."):
                line[column] = amounts.get(column.removeprefix("volume."), Fraction(0))
        orders = _with_row(facts["orders"], order)
        columns = dict(orders.columns)
        codes = translated(columns[seller], facts.member_ids)
        columns[seller] = replace(columns[seller], data=codes, dictionary=facts.member_ids)
        return cls(facts, replace(orders, columns=columns), _with_row(facts["order_lines"], line), seller)

    def by(self, member: int) -> Facts:
        """The facts in which ``member`` (an index into ``facts.members``) has made the sale."""
        column = self.orders[self.seller]
        codes = column.codes.copy()
        codes[-1] = member
        columns = {**self.orders.columns, self.seller: replace(column, data=codes)}
        orders = replace(self.orders, columns=columns)
        return Facts(self.facts.company, {**self.facts.tables, "orders": orders, "order_lines": self.lines})


def _with_row(table: Table, row: Mapping[str, object]) -> Table:
    """The table with one more row; columns that ``row`` does not name are blank there."""
    columns = {name: _longer(column, row.get(name)) for name, column in table.columns.items()}
    return Table(table.spec, table.file, table.rows + 1, columns, lambda: np.append(table.all_lines, 0), table.derived)


def _longer(column: Column, value: object) -> Column:
    blank, dictionary = value is None, column.dictionary
    code: int | bool
    if column.kind in CODED:
        code = -1
        if not blank:
            if value not in column.values:
                dictionary = pa.concat_arrays([dictionary, pa.array([str(value)], dictionary.type)])
            code = dictionary.to_pylist().index(value)
    elif column.kind is Kind.FLAG:
        code = False
    elif blank or column.kind is Kind.TIME:
        code = 0 if blank else int(str(value))
    else:
        count = Fraction(str(value)) / column.unit
        if count.denominator != 1:
            raise ValueError(f"{value} is finer than the unit {column.unit} of '{column.name}'.")
        code = int(count)
    missing = column.missing
    if missing is not None or (blank and column.kind not in CODED):
        missing = np.append(column.blank, blank)
    data = np.append(column.data, np.array([code], dtype=column.data.dtype))
    return replace(column, data=data, missing=missing, dictionary=dictionary)

"""Typed tables as Arrow tables, for data frames, Parquet and SQL engines."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from trueline.facts.columns import Column, Table
from trueline.facts.spec import CODED, Kind
from trueline.facts.units import digits_of
from trueline.money.decimals import decimal_column


def arrow_table(table: Table) -> Any:
    """A ``pyarrow.Table`` of n rows: dictionary-encoded strings, decimals of the unit's digits, times without a zone
    (wall time, in seconds), booleans; nulls where cells are blank.
    """
    return pa.table({name: arrow_column(column) for name, column in table.columns.items()})


def arrow_column(column: Column) -> Any:
    """One column as an Arrow array of n values."""
    if column.kind in CODED:
        codes = pa.array(column.codes, mask=column.blank)
        return pa.DictionaryArray.from_arrays(codes, column.dictionary)
    if column.kind is Kind.FLAG:
        return pa.array(column.flags, mask=column.missing)
    if column.kind is Kind.TIME:
        return pa.array(column.seconds.astype("datetime64[s]"), mask=column.missing)
    digits = digits_of(column.unit)
    if digits == 0:
        return pa.array(column.numbers, mask=column.missing)
    return decimal_column(column.numbers, digits, column.missing)

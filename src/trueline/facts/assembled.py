"""Tables assembled from arrays by a program that made them itself, without a way through text.

Nothing is checked here: who makes facts so writes them to a folder in a test and reads them back.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from trueline.facts.catalog import TABLES
from trueline.facts.columns import NEVER, Column, Int32s, Int64s, Table
from trueline.facts.company import Company
from trueline.facts.spec import BY_VOLUME, CODED, NUMERIC, ColumnSpec, Kind
from trueline.facts.units import unit_from_text


class Coded(NamedTuple):
    """Texts of n cells: ``codes`` into ``dictionary`` (Arrow strings), −1 where blank."""

    codes: Int32s
    dictionary: Any


def assembled(company: Company, name: str, columns: Mapping[str, Any]) -> Table:
    """The table ``name`` with n rows; its columns by header.

    An id or text is a :class:`Coded`; a choice int (n), its place among the values allowed, or one word for all rows;
    a number int64 (n), a count of its unit; a time int64 (n), seconds of wall time, blank where ``NEVER``; yes or no
    boolean (n). Errors: ``KeyError`` for a column that the table does not have.
    """
    spec = TABLES[name]
    rows = max((len(_data(value)) for value in columns.values() if not isinstance(value, str)), default=0)
    found: dict[str, Column] = {}
    for number, (header, value) in enumerate(columns.items(), 1):
        declared = spec.column(header)
        if declared is None:
            raise KeyError(f"'{header}' is not a column of {name}.")
        found[header] = _column(company, declared, header, number, value, rows)
    return Table(spec, f"{name}.csv", rows, found, lambda: np.arange(rows, dtype=np.int64) + 2)


def _data(value: Any) -> Any:
    return value.codes if isinstance(value, Coded) else value


def _column(company: Company, spec: ColumnSpec, header: str, number: int, value: Any, rows: int) -> Column:
    if spec.kind in CODED:
        if isinstance(value, Coded):
            return Column(header, spec.kind, number, value.codes.astype(np.int32, copy=False), None, value.dictionary)
        if spec.kind is Kind.CHOICE:
            codes = np.full(rows, spec.allowed.index(value)) if isinstance(value, str) else value
            return Column(header, spec.kind, number, codes.astype(np.int32), None, pa.array(spec.allowed))
        return Column(header, spec.kind, number, np.zeros(rows, dtype=np.int32), None, pa.array([value]))
    if spec.kind is Kind.TIME:
        seconds: Int64s = value
        blank = seconds == NEVER
        return Column(header, spec.kind, number, np.where(blank, 0, seconds), blank if blank.any() else None)
    if spec.kind in NUMERIC:
        return Column(
            header, spec.kind, number, value.astype(np.int64, copy=False), None, None, _unit(company, spec, header)
        )
    return Column(header, spec.kind, number, np.asarray(value, dtype=np.bool_))


def _unit(company: Company, spec: ColumnSpec, header: str) -> Fraction:
    if spec.kind is Kind.MONEY:
        return company.currency_unit
    if spec.unit == BY_VOLUME:
        return company.volumes[header.removeprefix(spec.name[:-1])]
    return unit_from_text(spec.unit)

"""Tables as they were read from a file or handed over: named columns of cells, and the line of each row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from trueline.facts.catalog import TABLES
from trueline.facts.columns import Int64s


@dataclass(frozen=True)
class RawColumn:
    """A header, its place in the file counted from 1, and its n cells (an Arrow array or chunked array)."""

    header: str
    number: int
    cells: Any


@dataclass(frozen=True)
class RawTable:
    """A table before its cells are understood. ``lines`` gives the line of each row (int64, n) when asked."""

    name: str
    file: str
    rows: int
    columns: tuple[RawColumn, ...]
    lines: Callable[[], Int64s]


def from_rows(name: str, file: str, rows: Sequence[Mapping[str, str | None]]) -> RawTable:
    """Rows of texts; a column that a row does not name is blank there. Rows count from line 2, as under a header.

    No rows at all mean that there are none of the kind, so the table then has all its columns, empty.
    """
    named = dict.fromkeys(header for row in rows for header in row)
    headers = list(named) if rows else TABLES[name].plain_headers
    columns = tuple(
        RawColumn(header, number, pa.array([row.get(header) for row in rows], pa.string()))
        for number, header in enumerate(headers, 1)
    )
    return RawTable(name, file, len(rows), columns, lambda: np.arange(len(rows), dtype=np.int64) + 2)


def from_arrow(name: str, file: str, table: Any) -> RawTable:
    """A ``pyarrow.Table``; rows count from 1, as Arrow and Parquet have no header line."""
    columns = tuple(
        RawColumn(header, number, table.column(number - 1)) for number, header in enumerate(table.column_names, 1)
    )
    rows: int = table.num_rows
    return RawTable(name, file, rows, columns, lambda: np.arange(rows, dtype=np.int64) + 1)

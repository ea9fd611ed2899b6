"""Typed columns and tables: what facts are once they have been read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from trueline.errors import nearest
from trueline.facts.spec import CODED, NUMERIC, Kind, TableSpec

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

ALWAYS: int = int(np.iinfo(np.int64).min)
"""The time of what has always been: a blank ``from``, an undated row."""
NEVER: int = int(np.iinfo(np.int64).max)
"""The time of what does not end: a blank ``to``."""


@dataclass(frozen=True, eq=False)
class Column:
    """One column of a table with n rows.

    ``number`` is its place in the file, counted from 1 (0: not in a file). What can be read depends on ``kind``:
    ``codes`` and ``values`` for id, text, choice and currency; ``numbers`` and ``unit`` for whole numbers, exact
    numbers and money; ``seconds`` for times; ``flags`` for yes or no. Asking for another of these is a ``TypeError``.
    """

    name: str
    kind: Kind
    number: int
    data: Int32s | Int64s | Bools
    missing: Bools | None = None
    dictionary: Any = None
    scale: Fraction | None = None

    @property
    def codes(self) -> Int32s:
        """int32 (n): index into ``values``; -1 where the cell is blank."""
        codes: Int32s = self._data(CODED, "codes")
        return codes

    @cached_property
    def values(self) -> list[str]:
        """The distinct texts; for a choice all that are allowed, in the order of its declaration."""
        self._data(CODED, "values")
        texts: list[str] = self.dictionary.to_pylist()
        return texts

    @property
    def numbers(self) -> Int64s:
        """int64 (n): how many of ``unit``; 0 where the cell is blank, see ``missing``."""
        numbers: Int64s = self._data(NUMERIC, "numbers")
        return numbers

    @property
    def unit(self) -> Fraction:
        """What one of ``numbers`` is worth: 1/100 for dollars kept in cents."""
        self._data(NUMERIC, "unit")
        return self.scale if self.scale is not None else Fraction(1)

    @property
    def seconds(self) -> Int64s:
        """int64 (n): seconds of local wall time since 1970-01-01; 0 where the cell is blank, see ``missing``."""
        seconds: Int64s = self._data({Kind.TIME}, "seconds")
        return seconds

    @property
    def flags(self) -> Bools:
        """Boolean (n): yes or no; False where the cell is blank, see ``missing``."""
        flags: Bools = self._data({Kind.FLAG}, "flags")
        return flags

    @property
    def blank(self) -> Bools:
        """Boolean (n): where the cell is blank; also for columns without ``missing``."""
        if self.kind in CODED:
            return np.asarray(self.data < 0)
        return self.missing if self.missing is not None else np.zeros(len(self.data), dtype=np.bool_)

    def seconds_or(self, default: int) -> Int64s:
        """``seconds`` with ``default`` in place of blanks: ``ALWAYS`` for a start, ``NEVER`` for an end."""
        return np.where(self.missing, default, self.seconds) if self.missing is not None else self.seconds

    def text(self, row: int) -> str:
        """The text of a coded cell; "" where it is blank."""
        code = int(self.codes[row])
        return str(self.dictionary[code].as_py()) if code >= 0 else ""

    @cached_property
    def _by_id(self) -> Int64s:
        """int64 [dictionary]: the codes in the order of ids."""
        return id_order(self.dictionary)

    @property
    def id_places(self) -> Int64s:
        """int64 (n): the place of each cell's text in the order of ids; no cell may be blank."""
        place = np.empty(len(self._by_id), dtype=np.int64)
        place[self._by_id] = np.arange(len(self._by_id))
        found: Int64s = place[self.codes]
        return found

    def texts_at(self, places: Int64s) -> Any:
        """Strings (n) of Arrow: the texts at some places in the order of ids; null for −1."""
        if not np.any(places >= 0):
            return pa.nulls(len(places), pa.string())
        codes = pa.array(self._by_id[np.maximum(places, 0)], mask=places < 0)
        return self.dictionary.take(codes).cast(pa.string())

    def places_of(self, texts: Sequence[str]) -> Int64s:
        """int64 (n): the places of some texts in the order of ids; −1 where the column does not have one."""
        return places_in(pa.array(texts, pa.string()), self.dictionary.take(pa.array(self._by_id)))

    def take(self, rows: Int64s | Bools) -> Column:
        """The same column with only these rows."""
        missing = self.missing[rows] if self.missing is not None else None
        return Column(self.name, self.kind, self.number, self.data[rows], missing, self.dictionary, self.scale)

    def _data(self, kinds: frozenset[Kind] | set[Kind], what: str) -> Any:
        if self.kind not in kinds:
            raise TypeError(f"Column '{self.name}' is of kind {self.kind.value} and has no {what}.")
        return self.data


@dataclass(frozen=True, eq=False)
class Table:
    """One table of n rows in the order of its file.

    ``table["price"]`` is a :class:`Column`; an absent one is a ``KeyError`` that names the nearest. ``derived``: the
    rows were taken from another table (edges from a ``sponsor`` column), so they are not counted twice in a hash.
    """

    spec: TableSpec
    file: str
    rows: int
    columns: Mapping[str, Column]
    lines: Callable[[], Int64s] = field(repr=False)
    derived: bool = False

    @property
    def name(self) -> str:
        """The name of the table."""
        return self.spec.name

    def __contains__(self, column: str) -> bool:
        return column in self.columns

    def __getitem__(self, column: str) -> Column:
        if column not in self.columns:
            raise KeyError(f"{self.file} has no column '{column}'. {nearest(column, list(self.columns))}")
        return self.columns[column]

    def text(self, row: int, column: str) -> str:
        """The text of a coded cell; "" where it is blank, or the table has no such column."""
        return self.columns[column].text(row) if column in self.columns else ""

    @cached_property
    def all_lines(self) -> Int64s:
        """int64 (n): the line of each row in its file; the header is line 1. Parquet has no header: rows from 1."""
        return self.lines()

    def line(self, row: int) -> int:
        """The line of one row."""
        return int(self.all_lines[row])

    def place(self, row: int, column: str) -> tuple[str, int, int]:
        """File, line and column number of a cell, as a finding wants them."""
        return self.file, self.line(row), self.columns[column].number

    def take(self, rows: Int64s) -> Table:
        """The same table with only these rows, each still knowing its line."""
        columns = {name: column.take(rows) for name, column in self.columns.items()}
        return Table(self.spec, self.file, len(rows), columns, lambda: self.all_lines[rows], self.derived)


def places_in(texts: Any, among: Any) -> Int64s:
    """int64 (n): the place of each string of an Arrow array in another; -1 where that does not hold it."""
    return np.asarray(pc.fill_null(pc.index_in(texts, among), -1)).astype(np.int64)


def translated(column: Column, dictionary: Any) -> Int32s:
    """The codes of ``column`` (n) as indices into another ``dictionary``; -1 where that does not hold the text."""
    if column.dictionary.equals(dictionary):
        return column.codes
    if len(column.dictionary) == 0:
        return np.full(len(column.codes), -1, dtype=np.int32)
    places = pc.fill_null(pc.index_in(column.dictionary, dictionary), -1)
    recode = np.append(np.array(places, dtype=np.int32), np.int32(-1))
    return recode[column.codes]


def moment(seconds: int) -> str:
    """Wall time as text: the date alone at midnight."""
    text = str(np.datetime64(seconds, "s"))
    return text.removesuffix("T00:00:00")


def id_order(texts: Any) -> Int64s:
    """The order of ids: all-digit ids by number first, then the others by code point. Strings (n) -> int64 (n).

    Ids of equal number ("7", "07") are ordered by their text.
    """
    if len(texts) == 0:
        return np.zeros(0, dtype=np.int64)
    digits = pc.match_substring_regex(texts, "^[0-9]+$")
    number = pc.if_else(digits, pc.ascii_ltrim(texts, "0"), "")
    keys = pa.table({"other": pc.invert(digits), "length": pc.binary_length(number), "number": number, "text": texts})
    order = pc.sort_indices(keys, sort_keys=[(name, "ascending") for name in keys.column_names])
    return np.asarray(order.to_numpy(zero_copy_only=False)).astype(np.int64)

"""The hash of facts: over canonical columns, so that file format, order of rows and order of columns do not matter."""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from trueline.facts.columns import Column, Int64s, Table
from trueline.facts.company import Company
from trueline.facts.spec import CODED, NUMERIC
from trueline.facts.units import unit_text


def company_digest(company: Company) -> bytes:
    """SHA-256 (32 bytes) of what a company fixes."""
    hasher = hashlib.sha256()
    _add(hasher, company.name, company.timezone, company.currency)
    for name, unit in sorted(company.volumes.items()):
        _add(hasher, "volume", name, unit_text(unit))
    for name, values in sorted(company.attributes.items()):
        _add(hasher, "attribute", name, *sorted(values))
    return hasher.digest()


def table_digest(table: Table) -> bytes:
    """SHA-256 (32 bytes) of the columns of a table, by name, with rows in the order of their key."""
    hasher = hashlib.sha256()
    _add(hasher, table.name, str(table.rows))
    comparable = {name: _comparable(table[name]) for name in sorted(table.columns)}
    order = _row_order(table, comparable)
    for name, (numbers, texts) in comparable.items():
        column = table[name]
        _add(hasher, name, column.kind.value, unit_text(column.unit) if column.kind in NUMERIC else "")
        if texts is not None:
            _add_many(hasher, texts)
        hasher.update(np.ascontiguousarray(numbers[order].astype("<i8")).tobytes())
        hasher.update(np.packbits(column.blank[order]).tobytes())
    return hasher.digest()


def _row_order(table: Table, comparable: dict[str, tuple[Int64s, Any]]) -> Int64s:
    """Rows sorted by the key of the table, or by all columns where it has none; equal rows are interchangeable."""
    names = [name for name in table.spec.key if name in comparable] or list(comparable)
    keys: list[npt.NDArray[np.generic]] = []
    for name in names:
        keys.append(comparable[name][0])
        if table[name].missing is not None:
            keys.append(table[name].blank)
    return np.lexsort(keys[::-1]) if keys else np.arange(table.rows)


def _comparable(column: Column) -> tuple[Int64s, Any]:
    """int64 (n) that orders the cells, and for coded columns the distinct texts in use, by code point."""
    if column.kind not in CODED:
        return column.data.astype(np.int64), None
    used = np.unique(column.codes[column.codes >= 0])
    texts = column.dictionary.take(pa.array(used))
    order = np.asarray(pc.sort_indices(texts)).astype(np.int64)
    rank = np.full(len(column.dictionary) + 1, -1, dtype=np.int64)
    rank[used[order]] = np.arange(len(used))
    return rank[column.codes], texts.take(pa.array(order))


def _add(hasher: Any, *texts: str) -> None:
    """Texts with their count and lengths, so that no two lists of texts give the same bytes."""
    encoded = [text.encode("utf-8") for text in texts]
    hasher.update(np.array([len(encoded), *(len(text) for text in encoded)], dtype="<i8").tobytes())
    hasher.update(b"".join(encoded))


def _add_many(hasher: Any, texts: Any) -> None:
    """As ``_add``, for an Arrow array of strings that is not a slice."""
    lengths = np.asarray(pc.binary_length(texts)).astype("<i8")
    hasher.update(np.array([len(texts)], dtype="<i8").tobytes() + lengths.tobytes())
    data = texts.buffers()[2]
    if data is not None:
        hasher.update(memoryview(data)[: int(lengths.sum())])

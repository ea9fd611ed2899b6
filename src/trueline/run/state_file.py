"""State as a Parquet file: one row per member, one int64 column per entry, units in the schema's metadata."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict

from trueline.errors import Finding, Refused
from trueline.files import regular
from trueline.period import Period
from trueline.reckon.evaluate import Values, fit
from trueline.reckon.ids import MemberIds
from trueline.reckon.state import Boards, Entry, Held, State, is_ranked

_KEY = b"trueline state"


def write_state(path: Path, state: State) -> None:
    """Write a state; members in the order of their ids, columns by name."""
    rows = state.ids.sorted_rows()
    columns = {"member": state.ids.array.take(pa.array(rows))}
    for name in sorted(state.columns):
        columns[name] = _stored(state.columns[name].values[rows])
    about = {
        "period": state.period,
        "ranks": list(state.ranks),
        "units": {name: str(state.columns[name].unit) for name in sorted(state.columns)},
        "company": dict(sorted(state.company.items())),
        "boards": {
            name: {"open": held.open, "queue": [entry._asdict() for entry in held.queue]}
            for name, held in sorted(state.boards.items())
        },
        **({"cadences": dict(sorted(state.cadences.items()))} if state.cadences else {}),
    }
    table = pa.table(columns).replace_schema_metadata({_KEY: json.dumps(about, ensure_ascii=False).encode()})
    pq.write_table(table, path, compression="zstd")


def _stored(values: Values) -> pa.Array:
    """Counts as int64, or as text where one of them needs more."""
    if values.dtype == object:
        return pa.array([str(value) for value in values], pa.string())
    return pa.array(values, pa.int64())


def _counted(column: pa.ChunkedArray) -> Values:
    if column.null_count:
        raise ValueError("a count is missing")
    if pa.types.is_string(column.type):
        return fit(np.array([int(text) for text in column.to_pylist()], dtype=object))
    if not pa.types.is_int64(column.type):
        raise ValueError(f"counts are {column.type}")
    return np.asarray(column.combine_chunks()).astype(np.int64)


def _ids(column: pa.ChunkedArray) -> MemberIds:
    if not pa.types.is_string(column.type) or column.null_count or len(pc.unique(column)) != len(column):
        raise ValueError("members are texts, each once")
    return MemberIds(column)


class _Entry(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    member: str
    way: Literal["sponsor", "oldest"]


class _Boards(BaseModel):
    """The boards of one bonus, as :class:`Boards`."""

    model_config = ConfigDict(strict=True, extra="forbid")

    open: list[list[str]]
    queue: list[_Entry]


class _About(BaseModel):
    """What the metadata of the file say."""

    model_config = ConfigDict(strict=True, extra="forbid")

    period: str
    ranks: list[str]
    units: dict[str, str]
    company: dict[str, int]
    boards: dict[str, _Boards] = {}
    cadences: dict[str, str] = {}


def _state(table: pa.Table) -> State:
    """Errors: ``ValueError``, ``KeyError`` and ``ZeroDivisionError`` when the table does not hold a state."""
    about = _About.model_validate(json.loads((table.schema.metadata or {})[_KEY]))
    Period.parse(about.period)
    for kind, label in about.cadences.items():
        if Period.parse(label).kind != kind:
            raise ValueError("a cadence has periods of its own kind")
    columns = {name: Held(_counted(table.column(name)), Fraction(unit)) for name, unit in about.units.items()}
    for name, held in columns.items():
        if held.unit <= 0:
            raise ValueError("a unit is above 0")
        codes = held.values
        if is_ranked(name) and len(codes) and not -1 <= codes.min() <= codes.max() < len(about.ranks):
            raise ValueError("a rank is not on the ladder")
    ids, ranks = _ids(table.column("member")), tuple(about.ranks)
    return State(about.period, ids, ranks, columns, about.company, _boards(about), about.cadences)


def _boards(about: _About) -> dict[str, Boards]:
    return {
        name: Boards(tuple(map(tuple, held.open)), tuple(Entry(one.member, one.way) for one in held.queue))
        for name, held in about.boards.items()
    }


def read_state(path: Path) -> State:
    """Read a state back; raises :class:`Refused` when the file is no state."""
    try:
        return _state(pq.ParquetFile(pa.BufferReader(regular(path).read_bytes())).read())
    except (OSError, KeyError, ValueError, ZeroDivisionError, RecursionError, pa.ArrowException):
        raise Refused(
            [Finding(str(path), 0, 0, "This is no stored state.", "Name a run that 'trueline run' wrote.")]
        ) from None

"""State as a Parquet file: one row per member, one int64 column per entry, units in the schema's metadata."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from trueline.errors import Finding, Refused
from trueline.reckon.evaluate import Values, fit
from trueline.reckon.ids import MemberIds
from trueline.reckon.state import Held, State

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
    }
    table = pa.table(columns).replace_schema_metadata({_KEY: json.dumps(about, ensure_ascii=False).encode()})
    pq.write_table(table, path, compression="zstd")


def _stored(values: Values) -> pa.Array:
    """Counts as int64, or as text where one of them needs more."""
    if values.dtype == object:
        return pa.array([str(value) for value in values], pa.string())
    return pa.array(values, pa.int64())


def _counted(column: pa.ChunkedArray) -> Values:
    if pa.types.is_string(column.type):
        return fit(np.array([int(text) for text in column.to_pylist()], dtype=object))
    return np.asarray(column.combine_chunks()).astype(np.int64)


def read_state(path: Path) -> State:
    """Read a state back; raises :class:`Refused` when the file is no state."""
    try:
        table = pq.read_table(path)
        about = json.loads((table.schema.metadata or {})[_KEY])
        columns = {name: Held(_counted(table.column(name)), Fraction(unit)) for name, unit in about["units"].items()}
        return State(
            about["period"], MemberIds(table.column("member")), tuple(about["ranks"]), columns, about["company"]
        )
    except (OSError, KeyError, ValueError, pa.ArrowException):
        raise Refused(
            [Finding(str(path), 0, 0, "This is no stored state.", "Name a run that 'trueline run' wrote.")]
        ) from None

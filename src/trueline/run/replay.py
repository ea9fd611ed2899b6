"""Computing a stored run again and naming what differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from trueline.run.store import StoredRun


@dataclass(frozen=True)
class Replay:
    """What a replay found: ``different`` names tables (or ``state``) whose hashes differ, ``rows`` the first rows."""

    different: tuple[str, ...]
    rows: tuple[str, ...] = field(default=())

    @property
    def same(self) -> bool:
        return not self.different


def replay(stored: StoredRun) -> Replay:
    """Run again from the sealed inputs and compare hashes and stored tables."""
    result = stored.result()
    promised = stored.manifest["hashes"]
    different = [name for name, digest in result.hashes.items() if promised.get(name) != digest]
    rows: list[str] = []
    for name in result.tables:
        kept, now = stored.table(name), result.table(name)
        if not kept.equals(now):
            if name not in different:
                different.append(name)
            rows.extend(_first_rows(name, kept, now))
    if "state" not in different and stored.state().hash != result.state.hash:
        different.append("state")
        rows.append("state: the stored state is not the one that the run handed on")
    return Replay(tuple(sorted(different)), tuple(rows[:20]))


def _first_rows(name: str, kept: pa.Table, now: pa.Table) -> list[str]:
    """The first differing rows of a table, stored and computed now."""
    if kept.schema.names != now.schema.names:
        return [f"{name}: columns {kept.schema.names} were stored, now {now.schema.names}"]
    kinds = zip(kept.schema, now.schema, strict=True)
    if typed := [(old, new) for old, new in kinds if old.type != new.type]:
        return [f"{name}: column {old.name} was stored as {old.type}, now it is {new.type}" for old, new in typed]
    found = []
    for row, (before, after) in enumerate(zip(_rows(kept), _rows(now), strict=False), 1):
        if before != after:
            changed = {key: (before[key], after[key]) for key in before if before[key] != after[key]}
            shown = ", ".join(f"{key} was {old}, now {new}" for key, (old, new) in changed.items())
            found.append(f"{name} row {row}: {shown}")
        if len(found) == 5:
            break
    if kept.num_rows != now.num_rows:
        found.append(f"{name}: {kept.num_rows} rows were stored, now {now.num_rows}")
    return found


def _rows(table: pa.Table) -> Iterator[dict[str, Any]]:
    """The rows of a table, some thousand at a time: the first that differ may be all that is wanted of millions."""
    for batch in table.to_batches(max_chunksize=8192):
        yield from batch.to_pylist()

"""Members with several positions in one tree: each further position becomes a node beside the members."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from trueline.errors import Finding, Refused
from trueline.facts.columns import Column, Int32s, Int64s, Table, translated
from trueline.facts.shelf import Shelf
from trueline.facts.spec import Kind

_SHARED = ("members", "roles", "status", "overrides")
"""Tables that hold for a member and all its positions; orders, volumes and balances are the member's alone."""


def further_positions(shelf: Shelf) -> Int32s:
    """int32 (k), ascending: the positions that are nodes of their own (docs/semantics.md, section 5.1).

    An owner has several where two of its positions ever have edges in one tree. The first, which is the member itself,
    bears the member's id, or else the lowest id.
    """
    if not (shelf.has("positions") and shelf.has("edges")):
        return np.zeros(0, dtype=np.int32)
    edges, owners = shelf["edges"], shelf.owners
    position = shelf.index_of("edges", "position").astype(np.int64)
    rows = np.stack([owners[position].astype(np.int64), edges["tree"].codes.astype(np.int64), position])
    pairs = np.unique(rows, axis=1)
    twice = (pairs[0, 1:] == pairs[0, :-1]) & (pairs[1, 1:] == pairs[1, :-1])
    several = np.zeros(len(shelf.members), dtype=np.bool_)
    several[pairs[0, 1:][twice]] = True
    mine = np.flatnonzero(several[owners])
    if mine.size == 0:
        return mine.astype(np.int32)
    same = translated(_column("position", shelf.position_ids), shelf.member_ids) == owners
    order = mine[np.lexsort((mine, ~same[mine], owners[mine]))]
    first = np.append(True, owners[order][1:] != owners[order][:-1])
    return np.sort(order[~first]).astype(np.int32)


def with_nodes(shelf: Shelf, further: Int32s) -> Mapping[str, Table]:
    """The tables with a member for each further position, who has the owner's rows of what holds for both.

    Errors: ``Refused`` when such a position has the id of a member.
    """
    ids = shelf.position_ids.take(pa.array(further))
    clash = np.flatnonzero(translated(_column("position", ids), shelf.member_ids) >= 0)
    if clash.size:
        name, table = ids[int(clash[0])].as_py(), shelf["positions"]
        row = int(np.flatnonzero(shelf.index_of("positions", "position") == further[clash[0]])[0])
        message = f"Position '{name}' has the id of a member who does not own it."
        raise Refused([Finding(*table.place(row, "position"), message, "Give the position another id.")])
    tables = dict(shelf.tables)
    for name in _SHARED:
        if name in tables:
            tables[name] = _shared(shelf, name, further, ids)
    tables["positions"] = _owned(shelf, further, ids)
    return tables


def _shared(shelf: Shelf, name: str, further: Int32s, ids: pa.Array) -> Table:
    """A table with the owner's rows once more for each further position."""
    table, owner = shelf[name], shelf.owners[further]
    of_member = shelf.index_of(name, "member")
    order = np.argsort(of_member, kind="stable")
    low = np.searchsorted(of_member[order], owner, "left")
    high = np.searchsorted(of_member[order], owner, "right")
    node = np.repeat(np.arange(further.size), high - low)
    rows = np.concatenate([order[a:b] for a, b in zip(low, high, strict=True)]) if further.size else order[:0]
    twice = table.take(np.concatenate([np.arange(table.rows), rows]).astype(np.int64))
    return _with_ids(twice, "member", table.rows, ids, node)


def _owned(shelf: Shelf, further: Int32s, ids: pa.Array) -> Table:
    """The positions, the further ones owned by themselves."""
    table = shelf["positions"]
    row_of = np.empty(len(shelf.position_ids), dtype=np.int64)
    row_of[shelf.index_of("positions", "position")] = np.arange(table.rows)
    own = row_of[further]
    others = np.setdiff1d(np.arange(table.rows), own)
    return _with_ids(table.take(np.concatenate([others, own])), "owner", others.size, ids, np.arange(further.size))


def _with_ids(table: Table, column: str, start: int, ids: pa.Array, node: Int64s) -> Table:
    """The table, in which ``column`` names ``ids[node]`` from row ``start`` on."""
    old = table[column]
    texts = old.dictionary.cast(pa.string())
    codes = old.codes.copy()
    codes[start:] = len(texts) + node
    dictionary = pa.concat_arrays([texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts, ids])
    new = Column(old.name, old.kind, old.number, codes.astype(np.int32), old.missing, dictionary, old.scale)
    columns = {**table.columns, column: new}
    return Table(table.spec, table.file, table.rows, columns, lambda: table.all_lines, table.derived)


def _column(name: str, ids: pa.Array) -> Column:
    return Column(name, Kind.ID, 0, np.arange(len(ids), dtype=np.int32), None, ids)

"""Who is what at a moment: rows in force, roles and status of members, slots of edges."""

from __future__ import annotations

import numpy as np

from trueline.facts.columns import ALWAYS, NEVER, Bools, Int64s, Table
from trueline.facts.shelf import Shelf

STATUSES = ("active", "suspended", "terminated", "hold")
"""Every status; of several in force the last of these counts."""

_NAMED_SLOTS = {"left": 1, "right": 2}
_LAST_SLOT = 1_000_000
"""No parent has more places; a larger number is a slip of the pen."""


def in_force(table: Table, moment: int) -> Bools:
    """Boolean (n): which rows hold at a moment (seconds of wall time): from ≤ moment < to, open where blank."""
    rows = np.ones(table.rows, dtype=np.bool_)
    if "from" in table:
        rows &= table["from"].seconds_or(ALWAYS) <= moment
    if "to" in table:
        rows &= table["to"].seconds_or(NEVER) > moment
    return rows


def has_role(shelf: Shelf, role: str, moment: int) -> Bools:
    """Boolean (m): whether each member has a role; whoever has no row at all is a participant."""
    count = len(shelf.member_ids)
    if not shelf.has("roles"):
        return np.full(count, role == "participant", dtype=np.bool_)
    table, member = shelf["roles"], shelf.index_of("roles", "member")
    found, with_row = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
    with_row[member] = True
    found[member[in_force(table, moment) & (table["role"].codes == table["role"].values.index(role))]] = True
    return np.asarray(found | ~with_row) if role == "participant" else found


def status_of(shelf: Shelf, moment: int) -> Int64s:
    """int64 (m): the status of each member as a place in ``STATUSES``."""
    out = np.zeros(len(shelf.member_ids), dtype=np.int64)
    if shelf.has("status"):
        table, member = shelf["status"], shelf.index_of("status", "member")
        for row in np.flatnonzero(in_force(table, moment)):
            text = table.text(int(row), "status")
            if text:
                out[member[row]] = max(int(out[member[row]]), STATUSES.index(text))
    return out


def slot_number(text: str) -> int:
    """The slot that a text names, from 1; 0 for none, −1 for what is no slot."""
    word = text.strip()
    if word in _NAMED_SLOTS:
        return _NAMED_SLOTS[word]
    if not word:
        return 0
    whole = word.isascii() and word.isdigit()
    return int(word) if whole and 1 <= int(word) <= _LAST_SLOT else -1

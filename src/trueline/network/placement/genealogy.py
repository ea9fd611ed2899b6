"""A tree of the facts as it stands on one day: who has a seat, who waits for one, whose upline is gone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trueline.errors import Finding, Refused
from trueline.facts import ALWAYS, NEVER, Facts
from trueline.facts.standing import STATUSES, has_role, in_force, slot_number, status_of
from trueline.network.columns import Flags, Pointers, Values
from trueline.network.dated import parents_at
from trueline.network.tree import ABSENT, ROOT

_DAY = 86_400


@dataclass(frozen=True)
class Genealogy:
    """Columns by position, in the order of ids (n). ``day`` is its first second, wall time.

    ``parent`` (``ABSENT``: no edge that day), ``slot`` (0: none is named), ``edge``: row of the edge in force, −1
    without one; ``since``: when the first edge began; ``later``: an edge begins after that day; ``upline``: the parent
    in the tree under which newcomers are placed; ``joined``: of the owner; ``there``: joined by the end of the day, or
    at a time not said; ``gone``: the owner is terminated that day; ``may``: the owner is a participant that day and has
    no position in the tree, and this is the first one.
    """

    facts: Facts
    tree: str
    day: int
    parent: Pointers
    slot: Pointers
    edge: Values
    since: Values
    later: Flags
    upline: Pointers
    joined: Values
    there: Flags
    gone: Flags
    may: Flags

    @property
    def ids(self) -> list[str]:
        return self.facts.positions

    @property
    def moment(self) -> int:
        """The last second of the day: what holds then holds that day."""
        return self.day + _DAY - 1


def genealogy(facts: Facts, tree: str, under: str, day: int) -> Genealogy:
    """The tree as it stands on the day that begins at ``day``. A tree without edges is empty.

    Errors: ``Refused`` when ``under`` has no edges, a slot is no slot, or two positions share one.
    """
    n, moment, owners = len(facts.positions), day + _DAY - 1, facts.owners
    if under != tree and not _rows(facts, under).any():
        names = ", ".join(facts["edges"]["tree"].values) if facts.has("edges") else "none"
        message = f"The facts have no tree '{under}', under whose uplines newcomers are placed."
        raise Refused([Finding("--under", 0, 0, message, f"Trees there: {names}.")])
    members = facts["members"]
    joined = np.full(len(facts.members), ALWAYS, dtype=np.int64)
    if "joined" in members:
        joined[facts.index_of("members", "member")] = members["joined"].seconds_or(ALWAYS)
    parent, edge = _standing(facts, tree, moment)
    upline, _ = _standing(facts, under, moment)
    slot = _slots(facts, tree, parent, edge)
    since, later = _begins(facts, tree, n, moment)
    return Genealogy(
        facts,
        tree,
        day,
        parent,
        slot,
        edge,
        since,
        later,
        np.where(upline == ABSENT, ROOT, upline).astype(np.int32),
        joined[owners],
        joined[owners] <= moment,
        (status_of(facts, moment) == STATUSES.index("terminated"))[owners],
        has_role(facts, "participant", moment)[owners] & _first_of_owner(facts, (parent != ABSENT) | later),
    )


def _rows(facts: Facts, tree: str) -> Flags:
    if not facts.has("edges"):
        return np.zeros(0, dtype=np.bool_)
    edges = facts["edges"]
    names = edges["tree"].values
    return np.asarray(edges["tree"].codes == (names.index(tree) if tree in names else -2))


def _standing(facts: Facts, tree: str, moment: int) -> tuple[Pointers, Values]:
    """Parents, and the row of the edge in force of each position (−1 without one)."""
    n = len(facts.positions)
    edge = np.full(n, -1, dtype=np.int64)
    rows = np.flatnonzero(_rows(facts, tree))
    if rows.size == 0:
        return np.full(n, ABSENT, dtype=np.int32), edge
    rows = rows[in_force(facts["edges"], moment)[rows]]
    position, above = (facts.index_of("edges", name)[rows].astype(np.int32) for name in ("position", "parent"))
    edge[position] = rows
    open_ = np.zeros(rows.size, dtype=np.int64)
    parent = parents_at(n, position, np.where(above >= 0, above, ROOT).astype(np.int32), open_, open_ + 1, 0)
    heads = parent[parent >= 0]
    parent[heads[parent[heads] == ABSENT]] = ROOT  # whoever stands above somebody without an edge of its own
    return parent, edge


def _slots(facts: Facts, tree: str, parent: Pointers, edge: Values) -> Pointers:
    out = np.zeros(parent.size, dtype=np.int32)
    below = np.flatnonzero(parent >= 0)
    if below.size == 0 or "slot" not in facts["edges"]:
        return out
    edges = facts["edges"]
    taken: dict[tuple[int, int], int] = {}
    for i in below.tolist():
        row = int(edge[i])
        out[i] = slot_number(edges["slot"].text(row))
        if out[i] < 0:
            message = f"'{edges['slot'].text(row)}' is no slot."
            remedy = "Write a whole number from 1, 'left' (1) or 'right' (2)."
            raise Refused([Finding(*edges.place(row, "slot"), message, remedy)])
        other = taken.setdefault((int(parent[i]), int(out[i])), i)
        if out[i] and other != i:
            names = (facts.positions[other], facts.positions[i], facts.positions[int(parent[i])])
            message = f"{names[0]} and {names[1]} stand in slot {out[i]} of {names[2]} in tree '{tree}'."
            raise Refused([Finding(*edges.place(row, "slot"), message, "End one of the edges, or change its slot.")])
    return out


def _begins(facts: Facts, tree: str, n: int, moment: int) -> tuple[Values, Flags]:
    """When the first edge of each position began, and whether one begins after the moment."""
    since, later = np.full(n, NEVER, dtype=np.int64), np.zeros(n, dtype=np.bool_)
    rows = np.flatnonzero(_rows(facts, tree))
    if rows.size:
        edges = facts["edges"]
        position = facts.index_of("edges", "position")[rows]
        start = edges["from"].seconds_or(ALWAYS)[rows] if "from" in edges else np.full(rows.size, ALWAYS)
        np.minimum.at(since, position, start)
        later[position[start > moment]] = True
    return since, later


def _first_of_owner(facts: Facts, taken: Flags) -> Flags:
    """Boolean (n): of an owner without a position among the ``taken``, the one with its id, else with the lowest."""
    n, owners = len(facts.positions), facts.owners
    own_name = np.array([facts.members[owner] == name for name, owner in zip(facts.positions, owners, strict=True)])
    order = np.lexsort((np.arange(n), ~own_name, owners)) if n else np.zeros(0, dtype=np.int64)
    first = np.zeros(n, dtype=np.bool_)
    first[order[np.append(True, owners[order][1:] != owners[order][:-1])[:n]]] = True
    having = np.zeros(len(facts.members), dtype=np.bool_)
    having[owners[taken]] = True
    return np.asarray(first & ~having[owners])

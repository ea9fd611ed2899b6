"""Trees stay trees at every moment: one parent at a time, and no loop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trueline.errors import Findings
from trueline.facts.checks.keys import has_columns
from trueline.facts.checks.loops import loops
from trueline.facts.columns import ALWAYS, NEVER, Bools, Int64s, Table, moment, translated
from trueline.facts.shelf import Shelf


@dataclass(frozen=True)
class Links:
    """The edges of all trees that have a position, as columns of equal length.

    ``rows``: row in the edges table. ``node`` and ``parent``: number of the position within its tree (parent -1 for a
    root). ``start`` and ``end``: from when to when, exclusive, in seconds of wall time.
    """

    rows: Int64s
    node: Int64s
    parent: Int64s
    start: Int64s
    end: Int64s


def check_trees(shelf: Shelf, findings: Findings) -> None:
    """Overlapping parents and loops are findings."""
    if not has_columns(shelf, {"edges": ("tree", "position", "parent")}):
        return
    edges = shelf["edges"]
    links = _links(shelf, edges)
    _check_one_parent(edges, links, findings)
    found = loops(links.node, links.parent, links.start, links.end)
    for loop in found:
        closing = max(loop, key=lambda link: (link.start, link.edge))
        first = loop.index(closing)
        names = [edges["position"].text(int(links.rows[link.edge])) for link in loop[first:] + loop[:first]]
        row = int(links.rows[closing.edge])
        path = " under ".join(f"'{name}'" for name in [*names, names[0]])
        since = f" from {moment(closing.start)}" if closing.start != ALWAYS else ""
        tree = edges["tree"].text(row)
        column = "sponsor" if edges.derived else "parent"
        file, line, number = edges.place(row, "parent")
        message = f"A loop in tree '{tree}'{since}: {path}."
        findings.add(file, line, number, message, f"Correct the {column} of one of them, or the dates.")


def _links(shelf: Shelf, edges: Table) -> Links:
    positions = len(shelf.position_ids)
    own = translated(edges["position"], shelf.position_ids).astype(np.int64)
    above = translated(edges["parent"], shelf.position_ids).astype(np.int64)
    rows = np.flatnonzero((own >= 0) & ~edges["tree"].blank)
    first = edges["tree"].codes[rows].astype(np.int64) * positions
    start = edges["from"].seconds_or(ALWAYS) if "from" in edges else np.full(edges.rows, ALWAYS, dtype=np.int64)
    end = edges["to"].seconds_or(NEVER) if "to" in edges else np.full(edges.rows, NEVER, dtype=np.int64)
    parent = np.where(above[rows] >= 0, first + above[rows], -1)
    return Links(rows, first + own[rows], parent, start[rows], end[rows])


def _check_one_parent(edges: Table, links: Links, findings: Findings) -> None:
    """A position has at most one edge in a tree at a time."""
    if len(links.rows) < 2:
        return
    order = np.lexsort((links.rows, links.start, links.node))
    node, start, end = links.node[order], links.start[order], links.end[order]
    # The latest end so far within the same position: ends are replaced by their rank, and ranks grow with the position.
    rank = np.unique(end, return_inverse=True)[1].astype(np.int64)
    new: Bools = np.append(True, node[1:] != node[:-1])
    group = np.cumsum(new)
    latest = np.maximum.accumulate(rank + group * (int(rank.max()) + 1))
    keeper = np.maximum.accumulate(np.where(latest == rank + group * (int(rank.max()) + 1), np.arange(len(order)), 0))
    before = keeper[:-1]
    overlap = ~new[1:] & (start[1:] < end[before])
    for place in np.flatnonzero(overlap):
        row, other = int(links.rows[order[place + 1]]), int(links.rows[order[before[place]]])
        position, tree = edges["position"].text(row), edges["tree"].text(row)
        message = f"'{position}' already has a place in tree '{tree}' at that time, by line {edges.line(other)}."
        findings.add(*edges.place(row, "position"), message, "End one edge (column 'to') before the other starts.")

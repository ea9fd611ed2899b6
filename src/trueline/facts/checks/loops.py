"""Loops in dated trees, found where edges hold at the same time.

First every position that cannot be on a loop at any time is peeled off: one that has nobody below it, or nobody above
it, over all dates. That leaves nothing in most companies, and costs time linear in the number of edges. Among what
remains, each edge is followed upwards at the moment at which it starts, because a loop comes into being when the last
of its edges starts. Cost: the peeled remainder times its depth, at worst.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import groupby
from typing import NamedTuple

import numpy as np

from trueline.facts.columns import Int64s


class Link(NamedTuple):
    """An edge that may be on a loop: from when to when (exclusive), its number, the node and its parent."""

    start: int
    end: int
    edge: int
    node: int
    parent: int


def loops(node: Int64s, parent: Int64s, start: Int64s, end: Int64s) -> list[list[Link]]:
    """Every loop among n dated edges, once, as its links from the bottom up.

    ``node`` and ``parent`` (n) number the nodes of all trees apart; parent -1 is a root. Intervals are half open.
    """
    edges = np.flatnonzero((parent >= 0) & (end > start))
    for _ in range(2):
        edges = edges[_peeled(node[edges], parent[edges])]
        edges = edges[_peeled(parent[edges], node[edges])]
    links = sorted(
        Link(int(start[edge]), int(end[edge]), int(edge), int(node[edge]), int(parent[edge])) for edge in edges
    )
    above: dict[int, list[Link]] = {}
    for link in links:
        above.setdefault(link.node, []).append(link)
    found: dict[tuple[int, ...], list[Link]] = {}
    below: dict[int, int] = {}
    for moment, starting in groupby(links, key=lambda link: link.start):
        together = list(starting)
        for link in together:
            below[link.parent] = max(below.get(link.parent, link.end), link.end)
        # A node under which nothing hangs at this moment cannot close a loop.
        for loop in _closed([link for link in together if below.get(link.node, moment) > moment], above, moment):
            found.setdefault(tuple(sorted(link.edge for link in loop)), loop)
    return list(found.values())


def _peeled(node: Int64s, parent: Int64s) -> Int64s:
    """The edges (places) left after nodes that are nobody's parent have been taken away, again and again."""
    if not len(node):
        return np.zeros(0, dtype=np.int64)
    nodes, numbers = np.unique(np.concatenate([node, parent]), return_inverse=True)
    lower, upper = numbers[: len(node)], numbers[len(node) :]
    by_node = np.argsort(lower, kind="stable")
    first = np.searchsorted(lower[by_node], np.arange(len(nodes) + 1)).tolist()
    parents: list[int] = upper[by_node].tolist()
    children: list[int] = np.bincount(upper, minlength=len(nodes)).tolist()
    bare = [number for number, count in enumerate(children) if count == 0]
    gone = bytearray(len(nodes))
    while bare:
        number = bare.pop()
        gone[number] = 1
        for place in range(first[number], first[number + 1]):
            above = parents[place]
            children[above] -= 1
            if not children[above]:
                bare.append(above)
    return np.flatnonzero(np.frombuffer(gone, dtype=np.uint8)[lower] == 0)


def _closed(starting: list[Link], above: dict[int, list[Link]], moment: int) -> list[list[Link]]:
    """The loops through edges that start at ``moment``, as they stand then."""
    seen: set[int] = set()
    found = []
    for link in starting:
        path: list[Link] = []
        place: dict[int, int] = {}
        current: Link | None = link
        while current is not None and current.node not in seen:
            seen.add(current.node)
            place[current.node] = len(path)
            path.append(current)
            current = _valid(above.get(current.parent, []), moment)
        if current is not None and current.node in place:
            found.append(path[place[current.node] :])
    return found


def _valid(links: list[Link], moment: int) -> Link | None:
    """The edge that holds at ``moment`` among those of one node, sorted by start."""
    place = bisect_right(links, moment, key=lambda link: link.start)
    return next((link for link in reversed(links[:place]) if link.end > moment), None)

"""Loops and second parents, against a plain search day by day."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from trueline.facts.checks.loops import loops

DAYS = 6


class Edge(NamedTuple):
    node: int
    parent: int
    start: int
    end: int


@st.composite
def dated_edges(draw: st.DrawFn) -> list[Edge]:
    """Edges of up to six nodes over a few days, at most one parent per node at a time."""
    edges = []
    for node in range(draw(st.integers(1, 6))):
        cuts = sorted(draw(st.sets(st.integers(0, DAYS), max_size=4)))
        for start, end in pairwise(cuts):
            parent = draw(st.integers(-1, 5))
            edges.append(Edge(node, parent, start, end))
    return edges


def loops_day_by_day(edges: list[Edge]) -> set[tuple[int, ...]]:
    """Every loop as the sorted numbers of its edges."""
    found = set()
    for day in range(DAYS):
        current = {edge.node: number for number, edge in enumerate(edges) if edge.start <= day < edge.end}
        for first in current:
            path: list[int] = []
            node = first
            while node in current and current[node] not in path:
                path.append(current[node])
                node = edges[current[node]].parent
            if node == first and path:
                found.add(tuple(sorted(path)))
    return found


@settings(max_examples=300, deadline=None)
@given(edges=dated_edges())
def test_every_loop_at_any_time_is_found_once(edges: list[Edge]) -> None:
    columns = [np.array(column, dtype=np.int64) for column in zip(*edges, strict=True)] or [np.zeros(0, np.int64)] * 4
    found = loops(*columns)

    keys = [tuple(sorted(link.edge for link in loop)) for loop in found]
    assert len(keys) == len(set(keys))
    assert set(keys) == loops_day_by_day(edges)
    for loop in found:
        assert [link.parent for link in loop] == [link.node for link in loop[1:] + loop[:1]]


def test_a_deep_line_and_a_wide_tree_take_linear_time() -> None:
    count = 200_000
    always, never = np.zeros(count, dtype=np.int64), np.full(count, 10, dtype=np.int64)
    node = np.arange(count, dtype=np.int64)
    deep = node - 1
    wide = np.where(node > 0, 0, -1)
    closed = deep.copy()
    closed[0] = count - 1

    assert loops(node, deep, always, never) == []
    assert loops(node, wide, always, never) == []
    assert [len(loop) for loop in loops(node, closed, always, never)] == [count]


def test_a_line_turned_upside_down_is_no_loop() -> None:
    count = 20_000
    node = np.arange(count, dtype=np.int64)
    both = np.concatenate([node, node])
    parent = np.concatenate([node - 1, np.append(node[1:], -1)])
    start = np.repeat([0, 5], count).astype(np.int64)

    assert loops(both, parent, start, start + 5) == []

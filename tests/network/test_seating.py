"""Seats of newcomers, departures and passing up against their definitions, one member at a time."""

from __future__ import annotations

from typing import get_args

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from tests.network.forests import Forest, flags, forests, forests_with, pointers

from trueline.network import ABSENT, ROOT, build
from trueline.network.passing import pass_up
from trueline.network.placement.departures import promote
from trueline.network.placement.seating import Fill, Seats, latest_above, seat

FILLS = get_args(Fill)


class Plain:
    """Seats as a dictionary; newcomers go where section 6.2 of the semantics sends them."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.at: dict[tuple[int, int], int] = {}
        self.seat: dict[int, tuple[int, int]] = {}
        self.begun: dict[int, int] = {}
        self.position: dict[int, int] = {}

    def below(self, u: int) -> list[tuple[int, int]]:
        """The children of u as (slot, member)."""
        return [(k, self.at[u, k]) for k in range(1, self.width + 1) if (u, k) in self.at]

    def empty(self, u: int) -> list[int]:
        return [k for k in range(1, self.width + 1) if (u, k) not in self.at]

    def people(self, u: int) -> int:
        return 1 + sum(self.people(c) for _, c in self.below(u))

    def breadth(self, p: int) -> int:
        level = [p]
        while True:
            for u in level:
                if self.empty(u):
                    return u
            level = [c for u in level for _, c in self.below(u)]

    def depth(self, p: int) -> int | None:
        if self.empty(p):
            return p
        found = (self.depth(c) for _, c in self.below(p))
        return next((u for u in found if u is not None), None)

    def newcomer(self, n: int, p: int | None, fill: str, slot: int, weight: list[int] | None) -> None:
        self.position[n] = max(self.position.values(), default=0) + 1
        if p is None:
            self.seat[n] = (ROOT, 0)
            return
        before, self.begun[p] = self.begun.get(p, 0), self.begun.get(p, 0) + 1

        def weigh(c: int | None) -> int:
            return 0 if c is None else self.people(c) if weight is None else weight[c]

        u, k = p, 0
        if fill == "breadth":
            u = self.breadth(p)
        elif fill == "depth":
            u = self.depth(p) or 0
        elif fill == "smallest":
            while not self.empty(u):
                u = min(self.below(u), key=lambda one: (weigh(one[1]), one[0]))[1]
        else:
            k = slot
            if fill == "alternate":
                k = 1 + before % self.width
            elif fill == "weaker":
                k = min(range(1, self.width + 1), key=lambda j: (weigh(self.at.get((p, j))), j))
            while (u, k) in self.at:
                u = self.at[u, k]
        k = k or self.empty(u)[0]
        self.seat[n], self.at[u, k] = (u, k), n

    def after(self, leaving: list[int]) -> dict[int, tuple[int, int]]:
        """Who sits where once these have left: seats are ways from a root's seat, people move between them."""
        where = {m: self.way(m) for m in self.seat}
        for m in leaving:
            seat = where.pop(m)
            while True:
                heirs = [c for c in where if where[c][:-1] == seat]
                if not heirs:
                    break
                heir = min(heirs, key=lambda c: self.position[c])
                where[heir], seat = seat, where[heir]
        holder = {seat: m for m, seat in where.items()}
        return {m: (holder[way[:-1]], way[-1]) if len(way) > 1 else (ROOT, 0) for m, way in where.items()}

    def way(self, m: int) -> tuple[int, ...]:
        above, slot = self.seat[m]
        return (*self.way(above), slot) if above >= 0 else (m,)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Forest, list[list[int]], int, int]:
    """A tree of uplines, newcomers in batches in any order, a width and a slot."""
    forest = draw(forests(24))
    order = draw(st.permutations(range(forest.n)))
    cut = draw(st.integers(0, forest.n))
    width = draw(st.integers(1, 4))
    return forest, [list(order[:cut]), list(order[cut:])], width, draw(st.integers(1, width))


def upline_of(plain: Plain, forest: Forest, n: int) -> int | None:
    return next((u for u in forest.upline(n) if u in plain.seat), None)


@given(worlds(), st.sampled_from(FILLS), st.one_of(st.none(), st.lists(st.integers(-9, 9), min_size=24, max_size=24)))
def test_every_newcomer_gets_the_seat_of_the_definition(
    given_: tuple[Forest, list[list[int]], int, int], fill: Fill, weight: list[int] | None
) -> None:
    forest, batches, width, slot = given_
    seats, plain = Seats.empty(forest.n), Plain(width)
    weights = None if weight is None else np.array(weight[: forest.n], dtype=np.int64)
    for batch in batches:
        seat(seats, pointers(batch), forest.tree.parent, width, fill, slot=slot, weight=weights)
        for n in batch:
            plain.newcomer(n, upline_of(plain, forest, n), fill, slot, weight)
    expected = [plain.seat.get(i, (ABSENT, 0)) for i in range(forest.n)]
    assert list(zip(seats.parent.tolist(), seats.slot.tolist(), strict=True)) == expected
    assert seats.begun.tolist() == [plain.begun.get(i, 0) for i in range(forest.n)]
    assert seats.position.tolist() == [plain.position.get(i, 0) for i in range(forest.n)]


@given(worlds(), st.data())
def test_the_earliest_child_moves_up(given_: tuple[Forest, list[list[int]], int, int], data: st.DataObject) -> None:
    forest, batches, width, _ = given_
    seats, plain = Seats.empty(forest.n), Plain(width)
    everybody = batches[0] + batches[1]
    seat(seats, pointers(everybody), forest.tree.parent, width, "breadth")
    for n in everybody:
        plain.newcomer(n, upline_of(plain, forest, n), "breadth", 1, None)
    leaving = data.draw(st.lists(st.sampled_from(everybody), unique=True)) if everybody else []
    promote(seats, pointers(leaving), width)
    after = plain.after(leaving)
    expected = [after.get(i, (ABSENT, 0)) for i in range(forest.n)]
    assert list(zip(seats.parent.tolist(), seats.slot.tolist(), strict=True)) == expected
    assert build("still a tree", seats.parent).order.size == forest.n - len(leaving)


@given(forests_with(st.booleans(), st.booleans(), st.booleans()))
def test_passing_up(given_: tuple[Forest, list[list[int]]]) -> None:
    forest, (passes, taking, known) = given_
    known = [flag and forest.parent[i] != ABSENT for i, flag in enumerate(known)]
    kept = [forest.upline(i)[-1] if forest.parent[i] >= 0 else forest.parent[i] for i in range(forest.n)]

    def belongs(m: int) -> int:
        above = forest.parent[m]
        if known[m]:
            return kept[m]
        if above < 0:
            return above
        r = belongs(above) if passes[m] and forest.parent[above] >= 0 else above
        return next((u for u in [r, *forest.upline(r)] if taking[u]), ROOT) if r >= 0 else ROOT

    found = pass_up(forest.tree, flags(passes), flags(taking), flags(known), pointers(kept))
    assert found.tolist() == [belongs(m) for m in range(forest.n)]


@given(forests_with(st.integers(-3, 3), st.booleans()))
def test_nobody_is_seated_before_a_newcomer_above(given_: tuple[Forest, list[list[int]]]) -> None:
    forest, (times, wanted) = given_
    found = latest_above(forest.tree, np.array(times, dtype=np.int64), flags(wanted))
    for i in forest.present:
        if wanted[i]:
            assert found[i] == max(times[u] for u in [i, *forest.upline(i)] if u == i or wanted[u])


def test_a_long_line_and_a_wide_star_are_seated_at_once() -> None:
    n = 200_000
    line, star = np.arange(-1, n - 1, dtype=np.int32), np.zeros(n, dtype=np.int32)
    star[0] = ROOT
    everybody = np.arange(n, dtype=np.int32)
    for fill in ("breadth", "depth", "slot", "alternate"):
        for under in (line, star):
            seats = Seats.empty(n)
            seat(seats, everybody, under, 2, fill)
            assert int(np.count_nonzero(seats.parent == ROOT)) == 1
            assert build(fill, seats.parent).order.size == n

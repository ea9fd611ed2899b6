"""Who the people behind the measures are: since when they may earn, under whom they joined, how far down they stand."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from trueline.analyse.books import Books, Int64s
from trueline.analyse.owners import people_tree
from trueline.facts import ALWAYS, NEVER, Facts
from trueline.network import ROOT, Tree
from trueline.network.pointers import ancestor_pointer
from trueline.period import Period
from trueline.reckon.joining import month_number
from trueline.reckon.world import Bools, Int32s

DAY = 86_400


@dataclass(frozen=True)
class People:
    """The members of a company over a span of periods, by index into ``facts.members``. Times are seconds of wall time.

    ``start`` and ``end`` are the span, the end exclusive. ``joined`` is ALWAYS and ``left`` NEVER where not given.
    ``spells`` are the times as a participant: a row (member, from, to) per role in force, cut to the time between
    joining and leaving; whoever has no row of roles is a participant throughout, as for the engine.
    """

    facts: Facts
    last: Period
    start: int
    end: int
    joined: Int64s
    left: Int64s
    spells: tuple[Int32s, Int64s, Int64s]

    @classmethod
    def of(cls, facts: Facts, first: Period, last: Period) -> People:
        """The people of the facts from ``first`` to ``last``, both included."""
        joined, left = _membership(facts)
        spells = _spells(facts, joined, left)
        return cls(facts, last, first.start_seconds, last.end_seconds, joined, left, spells)

    @classmethod
    def of_books(cls, books: Books) -> People:
        """The people of the periods of the books."""
        return cls.of(books.facts, books.periods[0], books.periods[-1])

    @property
    def size(self) -> int:
        return len(self.joined)

    @cached_property
    def began(self) -> Int64s:
        """int64 [n]: when each first was a participant; NEVER for those who never were."""
        found = np.full(self.size, NEVER, dtype=np.int64)
        np.minimum.at(found, self.spells[0], self.spells[1])
        return found

    @cached_property
    def ended(self) -> Int64s:
        """int64 [n]: when each last ceased to be one; NEVER for whoever still is, ALWAYS for whoever never was."""
        found = np.full(self.size, ALWAYS, dtype=np.int64)
        np.maximum.at(found, self.spells[0], self.spells[2])
        return found

    def between(self, start: int, end: int) -> Bools:
        """Boolean [n]: a participant at any time from ``start`` to before ``end``."""
        member, since, until = self.spells
        found = np.zeros(self.size, dtype=np.bool_)
        found[member[(since < end) & (until > start)]] = True
        return found

    def when(self, member: Int32s, seconds: Int64s) -> Bools:
        """Boolean (k): whether each of ``member`` (k; −1 for nobody) was a participant at its time."""
        who, since, until = self.spells
        order = np.argsort(who, kind="stable")
        first = np.searchsorted(who[order], np.arange(self.size + 1))
        held = np.append(np.diff(first), 0)
        start = np.append(first[:-1], 0)
        found = np.zeros(len(member), dtype=np.bool_)
        for turn in range(int(held.max(initial=0))):  # a member has a handful of roles, a company any number of members
            rows = np.flatnonzero(held[member] > turn)
            spell = order[start[member[rows]] + turn]
            found[rows] |= (since[spell] <= seconds[rows]) & (seconds[rows] < until[spell])
        return found

    def above(self, member: Int32s, seconds: Int64s) -> Int32s:
        """int32 (k): the nearest participant above each of ``member`` (k) in the sponsor tree of the time (k).

        Trees and roles are those of the calendar month; negative for nobody.
        """
        found = np.full(len(member), ROOT, dtype=np.int32)
        month = seconds.astype("datetime64[s]").astype("datetime64[M]")
        for label in np.unique(month):
            rows = np.flatnonzero(month == label)
            period = Period.parse(str(label))
            there = self.between(period.start_seconds, period.end_seconds)
            found[rows] = ancestor_pointer(self.tree_at("sponsor", period), there)[member[rows]]
        return found

    @cached_property
    def everyone(self) -> Bools:
        """Boolean [n]: a participant at any time of the span."""
        return self.between(self.start, self.end)

    @cached_property
    def ever(self) -> Bools:
        """Boolean [n]: a participant at any time up to the end of the span."""
        return np.asarray(self.began < self.end)

    @cached_property
    def tree(self) -> Tree:
        """The sponsor tree at the end of the span."""
        return self.tree_at("sponsor", self.last)

    def tree_at(self, name: str, period: Period) -> Tree:
        """A tree at the end of a period, over the facts' order of members; who came later is not in it."""
        there = self.joined < period.end_seconds
        return people_tree(self.facts, name, period, there)

    @cached_property
    def sponsor(self) -> Int32s:
        """int32 [n]: the sponsor at the end of the span; negative for nobody."""
        return np.asarray(self.tree.parent)

    @cached_property
    def holder(self) -> Int32s:
        """int32 [n]: the nearest one above in the sponsor tree who ever was a participant; negative for nobody."""
        return ancestor_pointer(self.tree, self.ever)

    @cached_property
    def recruiter(self) -> Int32s:
        """int32 [n]: the sponsor when each first was a participant, else the first one known; negative for nobody.

        Whoever takes over the people of a sponsor who left has not recruited them.
        """
        found = np.full(self.size, ROOT, dtype=np.int32)
        if not self.facts.has("edges") or "sponsor" not in self.facts["edges"]["tree"].values:
            return found
        edges, owners = self.facts["edges"], self.facts.owners
        position, parent = self.facts.index_of("edges", "position"), self.facts.index_of("edges", "parent")
        above = np.where(parent >= 0, owners[np.maximum(parent, 0)], ROOT)
        member = owners[position]
        since = edges["from"].seconds_or(ALWAYS) if "from" in edges else np.full(edges.rows, ALWAYS, dtype=np.int64)
        rows = np.flatnonzero((edges["tree"].codes == edges["tree"].values.index("sponsor")) & (above != member))
        rows = rows[np.lexsort((since[rows], member[rows]))]
        first = rows[np.append(True, member[rows][1:] != member[rows][:-1])[: len(rows)]]
        found[member[first]] = above[first]
        then = rows[since[rows] <= self.began[member[rows]]]
        found[member[then]] = above[then]  # in the order of time, so that the last one before the beginning stays
        return found

    @cached_property
    def recruits(self) -> Int64s:
        """int64 [n]: how many who were participants up to the end of the span each has recruited."""
        recruited = self.ever & (self.recruiter >= 0)
        return np.bincount(self.recruiter[recruited], minlength=self.size).astype(np.int64)

    @cached_property
    def cohort(self) -> Int64s:
        """int64 [n]: the month in which each first was a participant, from January 1970; −1 where it is not known."""
        known = (self.began != NEVER) & (self.began != ALWAYS)
        return np.where(known, month_number(np.where(known, self.began, 0)), -1)


def _membership(facts: Facts) -> tuple[Int64s, Int64s]:
    members, row_of = facts["members"], facts.index_of("members", "member")
    joined = np.full(len(facts.members), ALWAYS, dtype=np.int64)
    left = np.full(len(facts.members), NEVER, dtype=np.int64)
    if "joined" in members:
        joined[row_of] = members["joined"].seconds_or(ALWAYS)
    if "left" in members:
        left[row_of] = members["left"].seconds_or(NEVER)
    return joined, left


def _spells(facts: Facts, joined: Int64s, left: Int64s) -> tuple[Int32s, Int64s, Int64s]:
    unsaid = np.ones(len(joined), dtype=np.bool_)
    member, since, until = [np.zeros(0, np.int32)], [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    if facts.has("roles"):
        table, who = facts["roles"], facts.index_of("roles", "member")
        unsaid[who] = False
        rows = np.flatnonzero(table["role"].codes == table["role"].values.index("participant"))
        nothing = np.zeros(table.rows, dtype=np.int64)
        member.append(who[rows])
        since.append((table["from"].seconds_or(ALWAYS) if "from" in table else nothing + ALWAYS)[rows])
        until.append((table["to"].seconds_or(NEVER) if "to" in table else nothing + NEVER)[rows])
    rest = np.flatnonzero(unsaid).astype(np.int32)
    who = np.concatenate([*member, rest])
    begin = np.maximum(np.concatenate([*since, np.full(len(rest), ALWAYS)]), joined[who])
    end = np.minimum(np.concatenate([*until, np.full(len(rest), NEVER)]), left[who])
    lasting = begin < end
    return who[lasting], begin[lasting], end[lasting]

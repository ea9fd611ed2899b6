"""Had it been otherwise: the same plan over the same history without some of its sales or people.

Mechanical, not behavioural: nobody buys, sells or recruits otherwise because of it. Each is computed twice, by the
engine: with qualifications *held* as they were (ranks, titles, conditions, tables; only volume is missing), and with
qualifications *recomputed* on what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from trueline.analyse.books import Books, Cause
from trueline.analyse.causes import causes_of_lines
from trueline.analyse.figure import Figure
from trueline.analyse.owners import member_rows
from trueline.analyse.people import People
from trueline.analyse.sources import INSIDE
from trueline.errors import Refused
from trueline.facts import Facts
from trueline.facts.columns import Bools
from trueline.network.pointers import ancestor_pointer
from trueline.period import Period
from trueline.reckon.state import State
from trueline.run import Result, run
from trueline.run.past import Kept, Past, PastRun

HELD, RECOMPUTED = "held", "recomputed"


@dataclass(frozen=True)
class Otherwise:
    """One history that was not: ``facts`` without what is left out, in force from ``since`` (a period) on.

    ``counted`` (Boolean [members of the original facts]) are those whose rewards are compared. ``by`` groups the
    figures of ``measure`` further. Part runs of shorter cadences are in force as the period is to which they belong.
    """

    measure: str
    facts: Facts
    since: Period
    counted: Bools
    by: tuple[tuple[str, str], ...] = ()


def without_joining_packs(facts: Facts, first: Period, last: Period) -> Otherwise:
    """Joining packs and kits bring no volume; their orders stay."""
    return _without(facts, "without_joining_packs", (Cause.JOINING,), first, last)


def without_participant_orders(facts: Facts, first: Period, last: Period) -> Otherwise:
    """What participants buy (own use, autoship, for resale, not said) brings no volume; packs and fees do."""
    return _without(facts, "without_participant_orders", INSIDE, first, last)


def if_recruiting_had_stopped(facts: Facts, since: Period, last: Period) -> Otherwise:
    """Nobody became a participant in ``since`` or later: they, and all who came below them, were never there."""
    people = People.of(facts, since, last)
    late = (people.began >= since.start_seconds) & (people.began < people.end)
    gone = late | (ancestor_pointer(people.tree, late) >= 0)
    by = (("from", since.label),)
    return Otherwise("if_recruiting_had_stopped", facts.without_members(gone), since, ~gone, by)


def usual(books: Books) -> list[Otherwise]:
    """The three of them; recruiting stops in the middle of the periods."""
    facts, first, last = books.facts, books.periods[0], books.periods[-1]
    found = [if_recruiting_had_stopped(facts, books.periods[len(books.periods) // 2], last)]
    if facts.has("orders") and facts.has("order_lines"):
        packs, own = without_joining_packs(facts, first, last), without_participant_orders(facts, first, last)
        found = [packs, own, *found]
    return found


def counterfactuals(
    books: Books, others: Sequence[Otherwise], *, progress: Callable[[int, int], None] | None = None
) -> list[Figure]:
    """Rewards as they would have been, of what they were, per history; for everybody with qualifications held, and by
    ``qualifications`` held and recomputed. Each history costs two runs per run. ``progress`` is told how many
    runs are done, and of how many. A history that the plan refuses is unknown. ``ValueError`` for books that no chain
    of runs made.
    """
    if books.course is None:
        raise ValueError("These books do not know the plans that made them.")
    opening, past = books.course.opening, books.course.past
    known = Kept(before=past)
    tracks = [_Track(books.facts, other, how, past) for other in others for how in (HELD, RECOMPUTED)]
    for done, (period, plan) in enumerate(books.course.runs):
        if progress:
            progress(done, len(books.course.runs))
        was = run(plan, books.facts, opening, period, lines=False, past=known)
        known.add(PastRun(plan, books.facts, opening, period))
        for track in tracks:
            track.follow(was, opening)
        opening = was.state
    return [figure for track in tracks for figure in track.figures()]


@dataclass(frozen=True)
class _Rewritten:
    """Earlier runs as the other history has them: it was never otherwise, so nothing of it comes late."""

    past: Past
    facts: Facts

    def run_of(self, period: Period) -> PastRun | None:
        one = self.past.run_of(period)
        return None if one is None else PastRun(one.plan, self.facts, one.state, one.period)


class _Track:
    """One history under one treatment of qualifications, computed beside the original."""

    def __init__(self, facts: Facts, other: Otherwise, how: str, past: Past | None) -> None:
        self.original_facts = facts
        self.other = other
        self.how = how
        self.state: State | None = None
        self.parted = False
        self.known = Kept(before=past and _Rewritten(past, other.facts))
        self.refused = ""
        self.original = 0
        self.otherwise = 0
        self.unit = Fraction(0)

    def follow(self, was: Result, opening: State | None) -> None:
        """One run; ``opening`` is the original's state before it, which holds until the histories part."""
        other, period = self.other, was.world.period
        if not self.parted:
            self.state = opening
            self.parted = period.ends_in(other.since.kind) >= other.since
        self.known.add(PastRun(was.plan, other.facts, self.state, period))
        if not self.parted or self.refused:
            return
        held = was if self.how == HELD else None
        try:
            found = run(was.plan, other.facts, self.state, period, lines=False, held=held, past=self.known)
        except Refused as refused:  # the facts are good; this history of them is none that the plan can go on with
            self.refused = refused.findings[0].message
            return
        self.state = found.state
        self.original += _rewards(was, other.counted[member_rows(was.world, self.original_facts)])
        self.otherwise += _rewards(found)

    def figures(self) -> Iterator[Figure]:
        """One figure by ``qualifications``, and once more for everybody where they are held."""
        other = self.other
        by = (*other.by, ("qualifications", self.how))
        for groups in (by, ()) if self.how == HELD else (by,):
            if self.refused:
                yield Figure(other.measure, None, groups, why=f"the plan cannot be run so: {self.refused}")
            elif self.original <= 0:
                yield Figure(other.measure, None, groups, why="there are no rewards to compare with")
            else:
                yield Figure(other.measure, Fraction(self.otherwise, self.original), groups, self.original)


def _rewards(result: Result, counted: Bools | None = None) -> int:
    """Σ of what all bonuses come to, for everybody or Boolean [n] ``counted``; minor units."""
    rows = slice(None) if counted is None else np.flatnonzero(counted)
    return sum(int(bonus.earned[rows].sum()) for bonus in result.bonuses.values())


def _without(facts: Facts, measure: str, causes: tuple[int, ...], first: Period, last: Period) -> Otherwise:
    gone = np.isin(causes_of_lines(facts, last), causes)
    return Otherwise(measure, facts.without_lines(gone), first, np.ones(len(facts.members), dtype=np.bool_))

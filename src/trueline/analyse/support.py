"""Help: how long people wait for it, whether it lasts, and whether a sponsor is there for newcomers."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from trueline.analyse.books import Books, Int64s
from trueline.analyse.figure import Figure
from trueline.analyse.lacking import lacking, unknown
from trueline.analyse.people import DAY, People
from trueline.facts import ALWAYS
from trueline.reckon.world import Bools

HOUR = 3600
SOLVED = 72
"""Hours within which a ticket is to be solved."""
SOON = 7
"""Days within which a sponsor is to be in contact."""
SMALLEST = 5
"""Joiners that a leg must have for its share to be compared."""
LEGS = 4
"""Legs without which there are no quartiles: of three, they would be the highest and the lowest."""
TICKETS = ("support_first_answer", "support_solved", "support_reopened")


def support(books: Books) -> list[Figure]:
    """Figures of the tickets opened in the span, and of sponsors' contacts with those who joined in it."""
    people = People.of_books(books)
    return [*_tickets(people), *_contacts(people)]


def _tickets(people: People) -> Iterator[Figure]:
    missing = lacking(people.facts, "tickets")
    if missing:
        yield from unknown(TICKETS, missing)
        return
    table = people.facts["tickets"]
    opened = table["opened"].seconds
    rows = np.flatnonzero((opened >= people.start) & (opened < people.end))
    yield _first_answer(people, rows)
    if "solved" not in table:
        yield from unknown(TICKETS[1:], ("tickets.solved",))
        return
    solved = ~table["solved"].blank[rows]
    quick = solved & (table["solved"].seconds[rows] - opened[rows] <= SOLVED * HOUR)
    due = quick | (opened[rows] <= people.end - SOLVED * HOUR)  # the others may still be solved in time
    yield _share("support_solved", quick, due, "no ticket was opened long enough before the end")
    if "reopened" not in table:
        yield Figure("support_reopened", None, missing=("tickets.reopened",))
        return
    yield _share("support_reopened", ~table["reopened"].blank[rows], solved, "no ticket was solved")


def _first_answer(people: People, rows: Int64s) -> Figure:
    """The median wait; a ticket without an answer waits longest, so half must be answered for it to be known."""
    name, table = "support_first_answer", people.facts["tickets"]
    if "answered" not in table:
        return Figure(name, None, missing=("tickets.answered",))
    if not rows.size:
        return Figure(name, None, count=0, why="no ticket was opened")
    answered = ~table["answered"].blank[rows]
    waits = np.sort((table["answered"].seconds - table["opened"].seconds)[rows][answered])
    middle = (len(rows) - 1) // 2
    if middle >= len(waits):
        return Figure(name, None, count=len(rows), why="most tickets were never answered")
    return Figure(name, Fraction(int(waits[middle]), HOUR), count=len(rows))


def _contacts(people: People) -> Iterator[Figure]:
    missing = lacking(people.facts, "contacts")
    if missing:
        yield from unknown(("sponsor_contact", "sponsor_contact_spread"), missing)
        return
    joined = (people.began >= people.start) & (people.began <= people.end - SOON * DAY) & (people.began > ALWAYS)
    joined &= people.recruiter >= 0
    met = np.zeros(people.size, dtype=np.bool_)
    who, by = people.facts.index_of("contacts", "member"), people.facts.index_of("contacts", "by")
    wait = people.facts["contacts"]["time"].seconds - np.where(joined, people.began, 0)[who]
    met[who[(by == people.recruiter[who]) & (wait >= 0) & (wait <= SOON * DAY)]] = True
    yield _share("sponsor_contact", met, joined, "nobody who has a sponsor joined")
    yield _spread(people, met, joined)


def _spread(people: People, met: Bools, joined: Bools) -> Figure:
    """Upper less lower quartile, by nearest rank, of the shares of the first-level legs with enough joiners."""
    leg = first_legs(people)
    shares = []
    for head in np.unique(leg[joined & (leg >= 0)]).tolist():
        members = joined & (leg == head)
        if members.sum() >= SMALLEST:
            shares.append(Fraction(int((members & met).sum()), int(members.sum())))
    if len(shares) < LEGS:
        why = f"fewer than {LEGS} first-level legs have {SMALLEST} joiners or more"
        return Figure("sponsor_contact_spread", None, count=len(shares), why=why)
    shares.sort()
    upper, lower = (shares[-(-len(shares) * quarter // 4) - 1] for quarter in (3, 1))
    return Figure("sponsor_contact_spread", 100 * (upper - lower), count=len(shares))


def first_legs(people: People) -> Int64s:
    """int64 [n]: whom of the members directly below a root each stands under, or is; −1 for roots and others."""
    tree = people.tree
    found = np.where(tree.depth == 1, np.arange(people.size), -1)
    for depth in range(2, int(tree.depth.max(initial=0)) + 1):
        rows = np.flatnonzero(tree.depth == depth)
        found[rows] = found[tree.parent[rows]]
    return found


def _share(name: str, some: Bools, of: Bools, why: str) -> Figure:
    n = int(of.sum())
    return Figure(name, Fraction(int((some & of).sum()), n) if n else None, count=n, why="" if n else why)

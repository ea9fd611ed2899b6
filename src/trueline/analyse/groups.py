"""The groups by which measures are shown: month of joining, tenure, depth, rank and calendar year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from trueline.analyse.books import Books, Int64s
from trueline.analyse.people import People
from trueline.facts import ALWAYS, NEVER
from trueline.reckon.joining import month_number
from trueline.reckon.world import Bools

TENURES = (
    (0, "under 6 months"),
    (6, "6 to 11 months"),
    (12, "12 to 23 months"),
    (24, "24 to 35 months"),
    (36, "36 months or more"),
)
"""Least whole months as a participant -> the name of the band."""
DEEPEST = 10
"""Depths from this one on are shown together."""


@dataclass(frozen=True)
class Group:
    """Some of the members: ``by`` as a figure has it, ``members`` a Boolean per member."""

    by: tuple[tuple[str, str], ...]
    members: Bools


def groups(books: Books, people: People) -> Iterator[Group]:
    """Every member of the population once per way of grouping, empty groups left out.

    ``cohort`` is the month in which somebody first was a participant; ``tenure`` the calendar months from there to the
    end of the span or of being a participant; ``depth`` how many people stand above in the sponsor tree at the end of
    the span; ``rank`` the highest rank paid in the span.
    """
    yield from cohorts(people)
    yield from _banded("tenure", _tenure(people), TENURES)
    depths = ((depth, str(depth) if depth < DEEPEST else f"{depth} or more") for depth in range(DEEPEST + 1))
    yield from _banded("depth", people.tree.depth.astype(np.int64), tuple(depths))
    yield from ranks(books)


def cohorts(people: People) -> Iterator[Group]:
    for month in np.unique(people.cohort[people.cohort >= 0]).tolist():
        label = str(np.datetime64(month, "M"))
        yield Group((("cohort", label),), people.cohort == month)


def ranks(books: Books) -> Iterator[Group]:
    """By the highest rank that a member was paid as, lowest rank first."""
    best = books.ranks.max(axis=0) if len(books.periods) else books.ranks
    for code, name in enumerate(["no rank", *books.rank_names], start=-1):
        members = best == code if code >= 0 else best < 0
        if members.any():
            yield Group((("rank", name),), np.asarray(members))


def _tenure(people: People) -> Int64s:
    """Whole calendar months as a participant, first beginning to last end; −1 where it is not known."""
    known = (people.began != NEVER) & (people.began != ALWAYS) & (people.began < people.end)
    until = np.minimum(people.ended, people.end - 1)
    months = month_number(np.where(known, until, 0)) - month_number(np.where(known, people.began, 0))
    return np.where(known, months, -1)


def _banded(name: str, values: Int64s, bands: tuple[tuple[int, str], ...]) -> Iterator[Group]:
    edges = [*(least for least, _ in bands), np.iinfo(np.int64).max]
    for (least, label), beyond in zip(bands, edges[1:], strict=True):
        members = (values >= least) & (values < beyond)
        if members.any():
            yield Group(((name, label),), members)

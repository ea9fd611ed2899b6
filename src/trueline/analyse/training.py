"""Training: who completes it, and whether those who do stay longer than those who do not. A comparison, no cause.

Whoever leaves early cannot finish a course, so the trained would seem to stay longer even if training did nothing. Two
comparisons without that error: from a landmark, day 30, among those still there; and by days, each day counted for
trained or untrained as the person was on that day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import exp, log, sqrt

import numpy as np

from trueline.analyse.books import Books, Int64s
from trueline.analyse.figure import Figure, rounded
from trueline.analyse.lacking import lacking, unknown
from trueline.analyse.orders import NEEDS, Orders
from trueline.analyse.people import DAY, People
from trueline.analyse.sample import NORMAL_95
from trueline.analyse.survival import YEAR, Stays, greenwood, participants_stays, survival
from trueline.facts import ALWAYS, NEVER
from trueline.reckon.world import Bools

LANDMARK = 30
"""The day at which people are parted into those who have completed the training and those who have not."""
FEWEST = 5
"""With fewer people in a group no comparison is shown."""
GROUPS = ("completed", "not completed")
EFFECTS = ("training_effect_survival", "training_survival", "training_exit_ratio", "training_effect_first_sale")


def training(books: Books) -> list[Figure]:
    """Completion of the required modules, survival of both groups, difference with interval, ratio of exit rates."""
    missing = lacking(books.facts, "training", "training.required", "training.completed")
    if missing:
        return unknown(("training_completion", *EFFECTS), missing)
    people = People.of_books(books)
    done = completed(people)
    figures = [_completion(people, done)]
    missing = lacking(books.facts, *NEEDS)
    if missing:
        return [*figures, *unknown(EFFECTS, missing)]
    orders = Orders(people)
    stays = participants_stays(books, people, orders)
    figures += _landmark(stays, people, done)
    figures.append(_exit_ratio(stays, people, done))
    figures.append(_first_sale(stays, people, done))
    return figures


def completed(people: People) -> Int64s:
    """int64 [n]: when each had completed every module required of them; NEVER if not; ALWAYS if none was required."""
    table, who = people.facts["training"], people.facts.index_of("training", "member")
    rows = np.flatnonzero(table["required"].flags & ~table["required"].blank)
    found = np.full(people.size, ALWAYS, dtype=np.int64)
    np.maximum.at(found, who[rows], table["completed"].seconds_or(NEVER)[rows])
    return found


def _completion(people: People, done: Int64s) -> Figure:
    """Of those who joined in the span at least 30 days before its end and had something to complete."""
    joined = (people.began >= people.start) & (people.began <= people.end - LANDMARK * DAY) & (done > ALWAYS)
    n = int(joined.sum())
    if not n:
        return Figure("training_completion", None, count=0, why="no training was required of anybody who joined")
    by_then = joined & (done <= np.where(joined, people.began, 0) + LANDMARK * DAY)
    return Figure("training_completion", Fraction(int(by_then.sum()), n), count=n)


@dataclass(frozen=True)
class _Part:
    """Those of one group at the landmark, with days counted from it."""

    days: Int64s
    gone: Bools


def _landmark(stays: Stays, people: People, done: Int64s) -> Iterator[Figure]:
    began = people.began[stays.member]
    there = (stays.days >= LANDMARK) & (done[stays.member] > ALWAYS)
    trained = done[stays.member] <= began + LANDMARK * DAY
    parts = [_Part(stays.days[rows] - LANDMARK, stays.gone[rows]) for rows in (there & trained, there & ~trained)]
    yield from _compared("training_survival", "training_effect_survival", parts)


def _compared(each: str, difference: str, parts: list[_Part], *, reached: bool = False) -> Iterator[Figure]:
    """Survival of both groups from the landmark to a year, and their difference in points with a 95 % interval.

    With ``reached`` it is what had happened to each (1 − survival) instead.
    """
    at, values = YEAR - LANDMARK, []
    for name, part in zip(GROUPS, parts, strict=True):
        value = survival(part.days, part.gone, at) if len(part.days) >= FEWEST else None
        why = "" if value is not None else f"fewer than {FEWEST} people, or none followed for a year"
        values.append(None if value is None else 1 - value if reached else value)
        if each:
            yield Figure(each, values[-1], (("group", name),), len(part.days), why=why)
    people = sum(len(part.days) for part in parts)
    if values[0] is None or values[1] is None:
        yield Figure(difference, None, count=people, why=f"a group has fewer than {FEWEST} people, or none for a year")
        return
    found = 100 * (values[0] - values[1])
    margin = 100 * NORMAL_95 * sqrt(sum(greenwood(part.days, part.gone, at) ** 2 for part in parts))
    interval = rounded(found - Fraction(margin)), rounded(found + Fraction(margin))
    yield Figure(difference, rounded(found), count=people, interval=interval)


def _exit_ratio(stays: Stays, people: People, done: Int64s) -> Figure:
    """Exits per day while trained over exits per day while not, in bands of 30 days of tenure (Mantel and Haenszel).

    Completion counts from the day on which it happened: the time before it belongs to the untrained.
    """
    name = "training_exit_ratio"
    chosen = done[stays.member] > ALWAYS
    days, gone = stays.days[chosen], stays.gone[chosen]
    finished = done[stays.member[chosen]] - people.began[stays.member[chosen]]
    from_day = np.where(done[stays.member[chosen]] < NEVER, np.maximum(finished // DAY, 0), NEVER)
    above = below = Fraction(0)
    spread = 0.0
    for start in range(0, int(days.max(initial=-1)) + 1, LANDMARK):
        until = np.clip(days + 1, start, start + LANDMARK)
        spent, trained = until - start, until - np.clip(from_day, start, until)
        out = gone & (days >= start) & (days < start + LANDMARK)
        exits, exits_trained = int(out.sum()), int((out & (days >= from_day)).sum())
        time, time_trained = int(spent.sum()), int(trained.sum())
        if time:
            above += Fraction(exits_trained * (time - time_trained), time)
            below += Fraction((exits - exits_trained) * time_trained, time)
            spread += exits * time_trained * (time - time_trained) / time**2
    if not above or not below:
        return Figure(name, None, count=int(chosen.sum()), why="nobody went while trained, or nobody while untrained")
    ratio, error = above / below, sqrt(spread / float(above * below))
    bounds = (log(ratio) - NORMAL_95 * error, log(ratio) + NORMAL_95 * error)
    return Figure(
        name, rounded(ratio), count=int(chosen.sum()), interval=(rounded(exp(bounds[0])), rounded(exp(bounds[1])))
    )


def _first_sale(stays: Stays, people: People, done: Int64s) -> Figure:
    """Share with a first receipt within a year, both groups from the landmark, those who had one before left out."""
    name = "training_effect_first_sale"
    missing = lacking(people.facts, "receipts")
    if missing:
        return Figure(name, None, missing=missing)
    first = np.full(people.size, NEVER, dtype=np.int64)
    np.minimum.at(first, people.facts.index_of("receipts", "seller"), people.facts["receipts"]["time"].seconds)
    if not (first < people.end).any():
        return Figure(name, None, why="nobody has a receipt")
    began = people.began[stays.member]
    sold = np.where(first[stays.member] < NEVER, (first[stays.member] - began) // DAY, NEVER)
    there = (stays.days >= LANDMARK) & (sold >= LANDMARK) & (done[stays.member] > ALWAYS)
    trained = done[stays.member] <= began + LANDMARK * DAY
    days, happened = np.minimum(stays.days, sold), sold <= stays.days
    parts = [_Part(days[rows] - LANDMARK, happened[rows]) for rows in (there & trained, there & ~trained)]
    return next(figure for figure in _compared("", name, parts, reached=True))

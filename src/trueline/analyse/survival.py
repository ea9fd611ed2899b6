"""How long people stay: exact Kaplan-Meier survival of participants and customers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

import numpy as np

from trueline.analyse.books import Books, Int64s
from trueline.analyse.figure import Figure
from trueline.analyse.lacking import lacking
from trueline.analyse.orders import NEEDS, Orders
from trueline.analyse.people import DAY, People
from trueline.facts import ALWAYS, NEVER
from trueline.reckon.world import Bools

SILENCE = 183
"""Days without order and reward after which somebody counts as gone since the last one."""
YEAR = 365
SHOWN = ((3, 91), (6, 183), (12, YEAR), (24, 2 * YEAR), (36, 3 * YEAR))
"""Months -> days at which survival is shown."""


@dataclass(frozen=True)
class Stays:
    """How long each of some people was seen, int64 (n) in whole days, and whether they went then, Boolean (n).

    ``member`` int64 (n) says who. Nobody is followed into the last 183 days of the facts: who is silent there may
    come back. Those who began in these days are not among them.
    """

    member: Int64s
    days: Int64s
    gone: Bools


def participants_stays(books: Books, people: People, orders: Orders) -> Stays:
    """Participants from the day on which they began. Going is leaving, or the last order or reward before a silence."""
    member, seconds = [orders.buyer, orders.credited], [orders.seconds, orders.seconds]
    for row, period in enumerate(books.periods):
        paid = np.flatnonzero(books.rewards[row] > 0).astype(np.int32)
        member.append(paid)
        seconds.append(np.full(len(paid), period.end_seconds - 1, dtype=np.int64))
    known = (people.began > ALWAYS) & (people.began < NEVER)
    return stays(
        people, np.where(known, people.began, NEVER), people.ended, np.concatenate(member), np.concatenate(seconds)
    )


def customers_stays(people: People, orders: Orders) -> Stays:
    """Customers from their first order as one who may not earn. Going is the last such order before a silence."""
    bought = np.flatnonzero(orders.known & (orders.buyer >= 0) & ~orders.by_participant)
    began = np.full(people.size, NEVER, dtype=np.int64)
    np.minimum.at(began, orders.buyer[bought], orders.seconds[bought])
    turned = np.where(people.began > began, people.began, NEVER)  # who comes to earn is no customer from then on
    ended = np.minimum(people.left, turned)
    return stays(people, began, ended, orders.buyer[bought], orders.seconds[bought])


def stays(people: People, began: Int64s, ended: Int64s, member: Iterable[int], seconds: Int64s) -> Stays:
    """Stays of everybody with ``began`` (int64 [n], NEVER for nobody) before the last half year.

    ``ended`` int64 [n]: when they left. ``member`` and ``seconds`` (k): signs of life in any order.
    """
    until = people.end - SILENCE * DAY
    who = np.asarray(member, dtype=np.int64)
    keep = (who >= 0) & (seconds < people.end)
    keep &= (seconds >= began[who]) & (seconds <= ended[who])
    started = np.flatnonzero(began < until)
    signs = np.concatenate([who[keep], started])
    times = np.concatenate([seconds[keep], began[started]])
    order = np.lexsort((times, signs))
    signs, times = signs[order], times[order]
    last = np.append(signs[1:] != signs[:-1], True) if signs.size else np.zeros(0, dtype=np.bool_)
    following = np.where(last, np.minimum(people.end, ended[signs]), np.append(times[1:], 0))
    silent = following - times > SILENCE * DAY
    went = ended.copy()
    np.minimum.at(went, signs[silent], times[silent])
    gone = went[started] < until
    days = (np.where(gone, went[started], until) - began[started]) // DAY
    return Stays(started, days, gone)


def survival(days: Int64s, gone: Bools, at: int) -> Fraction | None:
    """Kaplan-Meier: Π (1 − d_t / n_t) over the days t < ``at``; None when nobody was followed so long."""
    found = Fraction(1)
    for _, left, at_risk in _steps(days, gone, at):
        found *= Fraction(at_risk - left, at_risk)
    return found if (days >= at).any() or (len(days) and gone.all()) else None


def greenwood(days: Int64s, gone: Bools, at: int) -> float:
    """Standard error of the survival at ``at`` by Greenwood's formula."""
    found = survival(days, gone, at)
    if not found:
        return 0.0
    return float(found) * sqrt(sum(left / (n * (n - left)) for _, left, n in _steps(days, gone, at)))


def median(days: Int64s, gone: Bools) -> int | None:
    """The first day by the end of which at least half have gone; None when the survival does not fall so far."""
    found = Fraction(1)
    for day, left, at_risk in _steps(days, gone, NEVER):
        found *= Fraction(at_risk - left, at_risk)
        if 2 * found <= 1:
            return day
    return None


def _steps(days: Int64s, gone: Bools, at: int) -> Iterator[tuple[int, int, int]]:
    """Each day before ``at`` on which somebody went: the day, how many went, how many were at risk."""
    rising = np.sort(days)
    for day, left in zip(*(found.tolist() for found in np.unique(days[gone], return_counts=True)), strict=True):
        if day < at:
            yield day, left, len(days) - int(np.searchsorted(rising, day))


def staying(books: Books) -> list[Figure]:
    """Survival of participants and customers, attrition within a year, median tenure."""
    missing = lacking(books.facts, *NEEDS)
    if missing:
        names = (
            "attrition_12",
            "survival_participants",
            "tenure_participants",
            "survival_customers",
            "tenure_customers",
        )
        return [Figure(name, None, missing=missing) for name in names]
    people = People.of_books(books)
    orders = Orders(people)
    figures: list[Figure] = []
    for kind, found in (
        ("participants", participants_stays(books, people, orders)),
        ("customers", customers_stays(people, orders)),
    ):
        figures += _figures(kind, found)
    return figures


def _figures(kind: str, found: Stays) -> Iterator[Figure]:
    n = len(found.days)
    if kind == "participants":
        stayed = survival(found.days, found.gone, YEAR) if n else None
        yield _figure("attrition_12", None if stayed is None else 1 - stayed, n)
    for months, days in SHOWN:
        value = survival(found.days, found.gone, days) if n else None
        yield _figure(f"survival_{kind}", value, n, (("months", str(months)),))
    middle = median(found.days, found.gone)
    if middle is None:
        why = "less than half have gone in the time observed" if n else _NOBODY
        yield Figure(f"tenure_{kind}", None, count=n, why=why)
    else:
        yield Figure(f"tenure_{kind}", Fraction(middle * 12, YEAR), count=n)


_NOBODY = "nobody began early enough to be followed: the last half year cannot be judged yet"


def _figure(name: str, value: Fraction | None, n: int, by: tuple[tuple[str, str], ...] = ()) -> Figure:
    why = "" if value is not None else ("nobody was followed so long" if n else _NOBODY)
    return Figure(name, value, by, n, why=why)

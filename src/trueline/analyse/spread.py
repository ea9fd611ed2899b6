"""Who gets it: how rewards are spread over everybody who was there, overall and by group."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from trueline.analyse.books import Books, Int64s
from trueline.analyse.figure import Figure
from trueline.analyse.groups import groups
from trueline.analyse.people import People
from trueline.money.columns import total
from trueline.reckon.wide import exact_dot

PERCENTILES = (10, 25, 50, 75, 90, 99)
By = tuple[tuple[str, str], ...]


def spread(books: Books) -> list[Figure]:
    """Spread of rewards over the whole span, by calendar year, and by cohort, tenure, depth and rank.

    The population is everyone who was a participant at any time of the span (of the year), and whoever got a reward.
    """
    people = People.of_books(books)
    rewards = books.rewards.sum(axis=0)
    there = books.participants | (rewards != 0)
    figures = list(spread_of(rewards[there], books.unit))
    for year, rows in _years(books).items():
        of_year = books.rewards[rows].sum(axis=0)
        start, end = books.periods[rows[0]].start_seconds, books.periods[rows[-1]].end_seconds
        figures += spread_of(of_year[people.between(start, end) | (of_year != 0)], books.unit, (("year", year),))
    for group in groups(books, people):
        members = there & group.members
        if members.any():
            figures += spread_of(rewards[members], books.unit, group.by)
    return figures


def spread_of(rewards: Int64s, unit: Fraction, by: By = ()) -> Iterator[Figure]:
    """Figures of rewards (int64 [n], in ``unit``), everybody of the population once, zeros included."""
    n = len(rewards)
    if n == 0:
        for name in ("paid_share", "reward_mean", "top_1_share", "top_10_share", "top_1_of_paid_share", "gini"):
            yield Figure(name, None, by, 0, why="nobody was there")
        return
    rising = np.sort(rewards)
    whole, paid = total(rising), rising[rising > 0]
    yield Figure("paid_share", Fraction(len(paid), n), by, n)
    yield Figure("reward_mean", Fraction(whole, n) * unit, by, n)
    for p in PERCENTILES:
        yield Figure("reward_percentile", percentile(rising, p) * unit, (*by, ("percentile", str(p))), n)
    why = ""
    if whole == 0:
        why = "there are no rewards"
    elif rising[0] < 0:
        why = "some rewards are negative, and shares of a sum of both signs mean nothing"
    if why:
        for name in ("top_1_share", "top_10_share", "top_1_of_paid_share", "gini"):
            yield Figure(name, None, by, n, why=why)
        return
    yield Figure("top_1_share", top_share(rising, 1), by, n)
    yield Figure("top_10_share", top_share(rising, 10), by, n)
    yield Figure("top_1_of_paid_share", top_share(paid, 1), by, len(paid))
    yield Figure("gini", gini(rising), by, n)


def percentile(rising: Int64s, p: int) -> int:
    """Nearest rank: the smallest value that at least ``p`` per cent of all do not exceed. ``rising`` is sorted."""
    return int(rising[-(-len(rising) * p // 100) - 1])


def top_share(rising: Int64s, per_cent: int) -> Fraction:
    """What the best-paid ``per_cent`` (their number rounded up) have of all. ``rising`` is sorted, its sum above 0."""
    heads = -(-len(rising) * per_cent // 100)
    return Fraction(total(rising[len(rising) - heads :]), total(rising))


def gini(rising: Int64s) -> Fraction:
    """Σ (2i − n − 1) x_i / (n Σ x), i from 1 in rising order: 0 if all have the same, 1 − 1/n if one has it all."""
    n = len(rising)
    return Fraction(exact_dot(2 * np.arange(1, n + 1) - n - 1, rising), n * total(rising))


def _years(books: Books) -> dict[str, list[int]]:
    """Calendar year -> its periods; a period belongs to the year in which it begins."""
    found: dict[str, list[int]] = {}
    for row, period in enumerate(books.periods):
        found.setdefault(str(period.start.year), []).append(row)
    return found

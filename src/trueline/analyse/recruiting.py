"""Recruiting: who brought others in, what is left for those who did not, and what counting alone allows."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from trueline.analyse.books import Books, Int64s
from trueline.analyse.figure import Figure
from trueline.analyse.groups import ranks
from trueline.analyse.people import People
from trueline.money.columns import total
from trueline.reckon.world import Bools

MOST_SHOWN = 5
"""From this number of recruits on, people are counted together."""
GOALS = (2, 3, 5, 10)
"""How many recruits a plan may ask for: with at most 1/k of all able to meet it (V11)."""


def recruiting(books: Books) -> list[Figure]:
    """Recruits of everyone who ever was a participant, rewards with and without recruits, own customers by rank."""
    people = People.of_books(books)
    figures = list(recruits_of(people.recruits[people.ever]))
    figures += _rewards(books, people)
    figures += customers_by_rank(books, people)
    return figures


def recruits_of(recruits: Int64s) -> Iterator[Figure]:
    """Figures of the number of recruits of everybody (int64 [n])."""
    n = len(recruits)
    if n == 0:
        for name in ("recruits_per_participant", "recruit_nobody_share"):
            yield Figure(name, None, count=0, why="nobody was there")
        return
    yield Figure("recruits_per_participant", Fraction(total(recruits), n), count=n)
    yield Figure("recruit_nobody_share", Fraction(int((recruits == 0).sum()), n), count=n)
    for k in range(MOST_SHOWN + 1):
        members = recruits >= k if k == MOST_SHOWN else recruits == k
        label = f"{k} or more" if k == MOST_SHOWN else str(k)
        yield Figure("recruits_share", Fraction(int(members.sum()), n), (("recruits", label),), n)
    for k in GOALS:
        by = (("goal", str(k)),)
        yield Figure("recruit_goal_share", Fraction(int((recruits >= k).sum()), n), by, n)
        yield Figure("recruit_goal_bound", Fraction(total(recruits), n * k), by, n)


def _rewards(books: Books, people: People) -> Iterator[Figure]:
    """What those got who sponsored nobody, against those who sponsored somebody, per month of being there."""
    rewards, months = books.rewards.sum(axis=0), _periods_there(books, people)
    alone, others = books.participants & (people.recruits == 0), books.participants & (people.recruits > 0)
    by_count = int(alone.sum())
    name = "reward_of_non_recruiters"
    if by_count:
        yield Figure(name, Fraction(total(rewards[alone]), by_count) * books.unit, count=by_count)
    else:
        yield Figure(name, None, count=0, why="everybody recruited somebody")
    low, high = _mean(rewards, months, alone), _mean(rewards, months, others)
    name = "reward_of_non_recruiters_ratio"
    if low is None or not high:
        why = "nobody recruited nobody" if low is None else "nobody who recruited got a reward"
        yield Figure(name, None, count=by_count, why=why)
    elif low < 0 or high < 0:
        why = "the mean is below 0, and a ratio to it says nothing"
        yield Figure(name, None, count=by_count, why=why)
    else:
        yield Figure(name, low / high, count=by_count)


def _periods_there(books: Books, people: People) -> Int64s:
    """int64 [n]: in how many periods each was a participant at any time."""
    found = np.zeros(people.size, dtype=np.int64)
    for period in books.periods:
        found += people.between(period.start_seconds, period.end_seconds)
    return found


def _mean(rewards: Int64s, months: Int64s, members: Bools) -> Fraction | None:
    spent = int(months[members].sum())
    return Fraction(total(rewards[members]), spent) if spent else None


def customers_by_rank(books: Books, people: People) -> Iterator[Figure]:
    """Mean and least number of own customers by the highest rank paid in the span; participants of the span."""
    if not people.facts.has("orders") or "buyer" not in people.facts["orders"]:
        missing = ("orders.buyer",) if people.facts.has("orders") else ("orders",)
        yield Figure("personal_customers", None, missing=missing)
        yield Figure("personal_customers_least", None, missing=missing)
        return
    customers = own_customers(people)
    for group in ranks(books):
        members = books.participants & group.members
        n = int(members.sum())
        if n:
            yield Figure("personal_customers", Fraction(total(customers[members]), n), group.by, n)
            yield Figure("personal_customers_least", Fraction(int(customers[members].min())), group.by, n)


def own_customers(people: People) -> Int64s:
    """int64 [n]: how many members who bought and never were participants have each as the nearest participant above."""
    orders = people.facts["orders"]
    bought = people.facts.index_of("orders", "buyer")[orders["time"].seconds < people.end]
    buyers = np.zeros(people.size, dtype=np.bool_)
    buyers[bought[bought >= 0]] = True
    holder = people.holder[buyers & ~people.ever]
    return np.bincount(holder[holder >= 0], minlength=people.size).astype(np.int64)

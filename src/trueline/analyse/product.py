"""Product focus: customers per participant, whether customers buy again and come back, revenue from newcomers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from trueline.analyse.books import Books, Int64s
from trueline.analyse.figure import Figure
from trueline.analyse.lacking import lacking, unknown
from trueline.analyse.orders import NEEDS, Orders
from trueline.analyse.people import DAY, People
from trueline.analyse.sales import Sales
from trueline.facts import ALWAYS, NEVER
from trueline.money.columns import total
from trueline.reckon.joining import month_number
from trueline.reckon.world import Bools, Int32s

WINDOW = 90
"""Days within which a second order counts as buying again; 180 and 365 are shown beside it."""
RECENT = 3
"""Calendar months whose customers and participants are compared."""
FOLLOWED = 12
"""Months for which a cohort of customers is followed."""
MEASURES = ("customers_per_participant", "repeat_purchase", "customer_retention_3", "revenue_new_share")


def product(books: Books) -> list[Figure]:
    """Figures of customers; a customer is a buyer who was no participant at the time of the order."""
    missing = lacking(books.facts, *NEEDS)
    if missing:
        return unknown(MEASURES, missing)
    people = People.of_books(books)
    orders = Orders(people)
    bought = _of_customers(orders)
    return [
        _per_participant(books, people, orders),
        *_repeat(people, bought),
        *_retention(people, bought),
        *_newcomers(books, people),
    ]


@dataclass(frozen=True)
class Bought:
    """Orders of customers up to the end of the span: who (int32 (k)), when, and when each member's first was [n]."""

    who: Int32s
    seconds: Int64s
    first: Int64s


def _of_customers(orders: Orders) -> Bought:
    rows = np.flatnonzero(orders.known & (orders.buyer >= 0) & ~orders.by_participant)
    first = np.full(orders.people.size, NEVER, dtype=np.int64)
    np.minimum.at(first, orders.buyer[rows], orders.seconds[rows])
    return Bought(orders.buyer[rows], orders.seconds[rows], first)


def _per_participant(books: Books, people: People, orders: Orders) -> Figure:
    """Buyers of the last three months who were no participants, over participants who ordered or were paid in them."""
    end = month_number(np.array([people.end - 1]))[0] + 1
    since = int(np.datetime64(int(end) - RECENT, "M").astype("datetime64[s]").astype(np.int64))
    recent = orders.known & (orders.seconds >= since) & (orders.buyer >= 0)
    customers = len(np.unique(orders.buyer[recent & ~orders.by_participant]))
    active = np.zeros(people.size, dtype=np.bool_)
    active[orders.buyer[recent & orders.by_participant]] = True
    for row, period in enumerate(books.periods):
        if period.start_seconds >= since:
            active |= books.rewards[row] > 0
    n = int(active.sum())
    if not n:
        return Figure("customers_per_participant", None, count=0, why="no participant ordered or was paid")
    return Figure("customers_per_participant", Fraction(customers, n), count=n)


def _repeat(people: People, bought: Bought) -> Iterator[Figure]:
    for days in (WINDOW, 180, 365):
        by = () if days == WINDOW else (("days", str(days)),)
        asked = bought.first <= people.end - days * DAY
        later = bought.seconds - bought.first[bought.who]
        again = np.zeros(people.size, dtype=np.bool_)
        again[bought.who[(later > 0) & (later <= days * DAY)]] = True
        n = int(asked.sum())
        if n:
            yield Figure("repeat_purchase", Fraction(int((asked & again).sum()), n), by, n)
        else:
            yield Figure("repeat_purchase", None, by, 0, why=f"no customer's first order lies {days} days back")


def _retention(people: People, bought: Bought) -> Iterator[Figure]:
    """Of customers by month of the first order, who ordered in the k-th month after it; all cohorts, then each."""
    there = bought.first < NEVER
    cohort = np.where(there, month_number(np.where(there, bought.first, 0)), -1)
    after = month_number(bought.seconds) - cohort[bought.who]
    last = int(month_number(np.array([people.end]))[0]) - 1  # the last calendar month that is whole in the span
    for k in range(1, FOLLOWED + 1):
        came = np.zeros(people.size, dtype=np.bool_)
        came[bought.who[after == k]] = True
        whole = there & (cohort + k <= last)
        if k == 3:
            yield _share("customer_retention_3", came, whole, (), "no cohort is three months old")
        yield _share("customer_retention", came, whole, (("month", str(k)),), f"no cohort is {k} months old")
        for month in np.unique(cohort[whole]).tolist():
            by = (("cohort", str(np.datetime64(month, "M"))), ("month", str(k)))
            yield _share("customer_retention", came, whole & (cohort == month), by, "")


def _share(name: str, some: Bools, of: Bools, by: tuple[tuple[str, str], ...], why: str) -> Figure:
    n = int(of.sum())
    return Figure(name, Fraction(int((some & of).sum()), n) if n else None, by, n, why="" if n else why)


def _newcomers(books: Books, people: People) -> Iterator[Figure]:
    """Revenue from buyers in the calendar month in which they joined: all, customers, participants."""
    name = "revenue_new_share"
    missing = lacking(books.facts, "members.joined", "order_lines.price")
    if missing:
        yield Figure(name, None, missing=missing)
        return
    sales = Sales.of(books.facts, books.periods[0], books.periods[-1])
    if sales.unknown.any():
        yield Figure(name, None, missing=sales.lacking)
        return
    paid, known = sales.paid - sales.refunded, sales.payer >= 0
    joined = people.joined[np.maximum(sales.payer, 0)]
    month = np.where(joined > ALWAYS, month_number(np.where(joined > ALWAYS, joined, 0)), -1)
    new = known & (month == month_number(sales.seconds))
    earning = people.when(sales.payer, sales.seconds)
    for by, rows in ((), known), ((("buyer", "customers"),), known & ~earning), ((("buyer", "participants"),), earning):
        whole = total(paid[rows])
        share = Fraction(total(paid[rows & new]), whole) if whole else None
        yield Figure(name, share, by, int(rows.sum()), why="" if whole else "there is no such revenue")

"""Community: who takes part, and what participants pay for events, tools and training."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from trueline.analyse.amounts import amounts
from trueline.analyse.books import Books
from trueline.analyse.figure import Figure
from trueline.analyse.lacking import lacking
from trueline.analyse.orders import NEEDS, Orders
from trueline.analyse.people import People
from trueline.analyse.sales import Sales
from trueline.money.columns import total

LEARNING = ("tools", "training", "events")
"""Kinds of expenses that are paid for learning and selling aids."""


def community(books: Books) -> list[Figure]:
    """Activity of participants in meetings and posts, and the share of their spending that goes to events and tools."""
    people = People.of_books(books)
    return [_activity(books, people), *_paid_training(books, people)]


def _activity(books: Books, people: People) -> Figure:
    """Mean over periods of: active participants with a post or meeting, of participants who ordered or were paid."""
    name, missing = "community_activity", lacking(books.facts, "posts", *NEEDS)
    if missing:
        return Figure(name, None, missing=missing)
    orders, when = Orders(people), books.facts["posts"]["time"].seconds
    who = books.facts.index_of("posts", "member")
    shares = []
    for row, period in enumerate(books.periods):
        start, end = period.start_seconds, period.end_seconds
        active = books.rewards[row] > 0
        active[orders.buyer[orders.by_participant & (orders.seconds >= start) & (orders.seconds < end)]] = True
        seen = np.zeros(people.size, dtype=np.bool_)
        seen[who[(when >= start) & (when < end)]] = True
        if active.any():
            shares.append(Fraction(int((active & seen).sum()), int(active.sum())))
    if not shares:
        return Figure(name, None, count=0, why="no participant was active in any period")
    return Figure(name, sum(shares, Fraction(0)) / len(shares), count=len(shares))


def _paid_training(books: Books, people: People) -> Iterator[Figure]:
    name, missing = "paid_training_share", lacking(books.facts, "expenses", *NEEDS, "order_lines.price")
    if missing:
        yield Figure(name, None, missing=missing)
        return
    table, when = books.facts["expenses"], books.facts["expenses"]["time"].seconds
    spent = amounts(books.facts, table, "amount", when, books.kind)
    sales = Sales.of(books.facts, books.periods[0], books.periods[-1])
    if spent.unknown.any() or sales.unknown.any():
        yield Figure(name, None, missing=(*spent.lacking, *sales.lacking))
        return
    within = (when >= people.start) & (when < people.end)
    learning = np.isin(table["kind"].codes, [table["kind"].values.index(kind) for kind in LEARNING]) & within
    bought = total((sales.paid - sales.refunded)[people.when(sales.payer, sales.seconds)])
    whole = total(spent.cents[within]) + bought
    if not whole:
        yield Figure(name, None, count=0, why="participants spent nothing")
        return
    yield Figure(name, Fraction(total(spent.cents[learning]), whole), count=int(within.sum()))

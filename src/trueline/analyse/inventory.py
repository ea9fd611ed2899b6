"""Inventory loading: much bought at once, stock that nobody has sold, and whether leavers can give it back."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from trueline.analyse.books import Books, Int64s
from trueline.analyse.figure import Figure
from trueline.analyse.lacking import lacking, unknown
from trueline.analyse.orders import NEEDS, Orders
from trueline.analyse.people import DAY, People
from trueline.facts import ALWAYS, NEVER
from trueline.reckon.joining import month_number
from trueline.reckon.world import Bools

FIRST, WHOLE = 30, 365
"""Days of the first orders, and of those that they are compared with."""
HEAVY = Fraction(60, 100)
"""More than this share in the first days makes a front-loader."""
BUYBACK = ("buyback_asked_share", "buyback_refused_share", "buyback_days")


def inventory(books: Books) -> list[Figure]:
    """Front-loading, stock cover and the use of the buy-back."""
    people = People.of_books(books)
    return [_front_loading(books, people), *_stock(books, people)]


def _front_loading(books: Books, people: People) -> Figure:
    name, missing = "front_loading", lacking(books.facts, *NEEDS, "order_lines.price")
    if missing:
        return Figure(name, None, missing=missing)
    orders = Orders(people)
    if orders.prices.unknown.any():
        return Figure(name, None, missing=orders.prices.lacking)
    long = (people.began > ALWAYS) & (people.began <= people.end - WHOLE * DAY)
    long &= people.ended >= np.where(long, people.began, 0) + WHOLE * DAY
    spent = orders.of_orders(orders.prices.cents)
    rows = np.flatnonzero(orders.known & (orders.buyer >= 0) & orders.by_participant)
    who, days = orders.buyer[rows], (orders.seconds[rows] - people.began[orders.buyer[rows]]) // DAY
    first, year = np.zeros(people.size, dtype=np.int64), np.zeros(people.size, dtype=np.int64)
    np.add.at(first, who[days < FIRST], spent[rows][days < FIRST])
    np.add.at(year, who[days < WHOLE], spent[rows][days < WHOLE])
    asked = long & (year > 0)
    heavy = asked & (first * HEAVY.denominator > year * HEAVY.numerator)
    n = int(asked.sum())
    if not n:
        return Figure(name, None, count=0, why="no participant with an order was there for twelve months")
    return Figure(name, Fraction(int(heavy.sum()), n), count=n)


def _stock(books: Books, people: People) -> Iterator[Figure]:
    names = ("stock_cover", *BUYBACK)
    missing = lacking(books.facts, *NEEDS, "orders.kind", "receipts")
    if missing:
        yield from unknown(names[:1], missing)
        yield from unknown(BUYBACK, (*missing, *lacking(books.facts, "buyback_requests")))
        return
    orders, sold = Orders(people), receipted(people)
    kept = stocked(orders) - sold
    months = month_number(np.minimum(people.ended, people.end - 1)) - month_number(_began(people)) + 1
    cover = sorted(
        Fraction(int(kept[i]) * int(months[i]), int(sold[i])) for i in np.flatnonzero(people.ever & (sold > 0))
    )
    if cover:
        yield Figure("stock_cover", cover[(len(cover) - 1) // 2], count=len(cover))
    else:
        yield Figure("stock_cover", None, count=0, why="no participant has a receipt")
    yield from _buyback(books, people, kept > 0)


def receipted(people: People) -> Int64s:
    """int64 [n]: pieces that each sold by receipt up to the end of the span; 1 where a receipt gives no quantity."""
    table = people.facts["receipts"]
    rows = table["time"].seconds < people.end
    pieces = np.ones(table.rows, dtype=np.int64)
    if "quantity" in table:
        pieces = np.where(table["quantity"].blank, 1, table["quantity"].numbers)
    found = np.zeros(people.size, dtype=np.int64)
    np.add.at(found, people.facts.index_of("receipts", "seller")[rows], pieces[rows])
    return found


def stocked(orders: Orders) -> Int64s:
    """int64 [n]: pieces that each bought for resale and did not return, up to the end of the span."""
    kind = orders.facts["orders"]["kind"]
    resale = kind.codes == kind.values.index("for resale")
    rows = (resale & orders.known & (orders.buyer >= 0))[orders.order]
    found = np.zeros(orders.people.size, dtype=np.int64)
    np.add.at(found, orders.buyer[orders.order[rows]], (orders.quantity - orders.returned)[rows])
    return found


def _buyback(books: Books, people: People, stock: Bools) -> Iterator[Figure]:
    """How many leavers of the span with stock asked for their money, how many were refused, how long it took."""
    if not books.facts.has("buyback_requests"):
        yield from unknown(BUYBACK, ("buyback_requests",))
        return
    table, who = books.facts["buyback_requests"], books.facts.index_of("buyback_requests", "member")
    asked_at = table["asked"].seconds
    within = (asked_at >= people.start) & (asked_at < people.end)
    asked = np.zeros(people.size, dtype=np.bool_)
    asked[who[within]] = True
    leavers = stock & (people.ended >= people.start) & (people.ended < people.end)
    n = int(leavers.sum())
    why = "" if n else "nobody left with stock that is known"
    yield Figure(BUYBACK[0], Fraction(int((asked & leavers).sum()), n) if n else None, count=n, why=why)
    decided = within & ~table["decided"].blank if "decided" in table else np.zeros(table.rows, dtype=np.bool_)
    n = int(decided.sum())
    if not n:
        for name in BUYBACK[1:]:
            yield Figure(name, None, count=0, why="no request was decided")
        return
    if "outcome" in table:
        refused = table["outcome"].codes == table["outcome"].values.index("refused")
        yield Figure(BUYBACK[1], Fraction(int((refused & decided).sum()), n), count=n)
    else:
        yield Figure(BUYBACK[1], None, missing=("buyback_requests.outcome",))
    days = np.sort((table["decided"].seconds - asked_at)[decided])
    yield Figure(BUYBACK[2], Fraction(int(days[(n - 1) // 2]), DAY), count=n)


def _began(people: People) -> Int64s:
    return np.where((people.began > ALWAYS) & (people.began < NEVER), people.began, people.start)

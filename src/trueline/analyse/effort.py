"""How much of a result goes with one's position and how much with one's own effort. Descriptive, never causal."""

from __future__ import annotations

import numpy as np

from trueline.analyse.books import Books, Int64s
from trueline.analyse.figure import Figure, rounded
from trueline.analyse.lacking import lacking, unknown
from trueline.analyse.orders import NEEDS, Orders
from trueline.analyse.paying import paying_prices, paying_volumes
from trueline.analyse.people import People
from trueline.analyse.regression import Moments, explained, ranked
from trueline.network import ABSENT, ROOT, build
from trueline.network.pointers import ancestor_pointer
from trueline.network.sums import levels_sum
from trueline.network.tree import Tree
from trueline.period import Period
from trueline.plan import Plan

LEVELS = 6
"""Sales are told apart for the levels 1 to this one below; what lies deeper is one more column."""
_ALL = 1 << 20
"""More levels than any tree has."""
MEASURES = ("explained_by_position", "explained_by_effort", "explained_together", "effort_less_position")


def effort(books: Books, plan: Plan) -> list[Figure]:
    """R² on ranks of position, of effort and of both, the split of the joint R², and the R² of rewards on sales."""
    missing = lacking(books.facts, *NEEDS)
    if missing:
        return unknown([*MEASURES, "explained_by_own_and_team_sales"], missing)
    people = People.of_books(books)
    orders = Orders(people)
    figures = _position_and_effort(books, people, orders)
    figures.append(_sales_explain(books, plan, orders))
    return figures


def _position_and_effort(books: Books, people: People, orders: Orders) -> list[Figure]:
    there = np.flatnonzero(books.participants)
    result = ranked(books.rewards.sum(axis=0)[there])
    position = [ranked(column[there]) for column in position_columns(people)]
    own = [ranked(column[there]) for column in effort_columns(books, orders)]
    alone, by_effort, both = (explained(result, columns) for columns in (position, own, [*position, *own]))
    if alone is None or by_effort is None or both is None:
        return [Figure(name, None, count=len(there), why="everybody got the same") for name in MEASURES]
    half_position, half_effort = (both + alone - by_effort) / 2, (both + by_effort - alone) / 2
    return [
        Figure("explained_by_position", rounded(alone), count=len(there)),
        Figure("explained_by_effort", rounded(by_effort), count=len(there)),
        Figure("explained_together", rounded(both), count=len(there)),
        Figure("explained_split", rounded(half_position), (("part", "position"),), len(there)),
        Figure("explained_split", rounded(half_effort), (("part", "effort"),), len(there)),
        Figure("effort_less_position", 100 * (rounded(by_effort) - rounded(alone)), count=len(there)),
    ]


def position_columns(people: People) -> list[Int64s]:
    """Month of joining, depth in the sponsor tree, and the sponsor's team without the member and the member's own.

    int64 [n] each. Nothing in them is of the member's own doing.
    """
    team = levels_sum(people.tree, people.ever.astype(np.int64), 0, _ALL)
    above = people.sponsor
    sponsors = np.where(above >= 0, team[np.maximum(above, 0)] - people.ever[np.maximum(above, 0)] - team, 0)
    return [people.cohort, people.tree.depth.astype(np.int64), sponsors]


def effort_columns(books: Books, orders: Orders) -> list[Int64s]:
    """Sales to own customers (prices paid), participants sponsored, periods with an own or a customer's order.

    int64 [n] each, over the periods of the books.
    """
    people = orders.people
    outside = orders.known & ~orders.by_participant & (orders.seconds >= people.start)
    seller = orders.seller
    sold, active = np.zeros(people.size, dtype=np.int64), np.zeros(people.size, dtype=np.int64)
    paid = orders.of_orders(_money(orders))
    rows = outside & (seller >= 0)
    np.add.at(sold, seller[rows], paid[rows])
    for period in books.periods:
        within = (orders.seconds >= period.start_seconds) & (orders.seconds < period.end_seconds) & (seller >= 0)
        active[np.unique(seller[within])] += 1
    return [sold, people.recruits, active]


def _money(orders: Orders) -> Int64s:
    """Prices paid per line; pieces where a line has no price."""
    return orders.quantity if orders.prices.unknown.any() else orders.prices.cents


def _sales_explain(books: Books, plan: Plan, orders: Orders) -> Figure:
    """R² of rewards on own sales and those of the levels below in the plan's tree, a row per participant and period."""
    name = "explained_by_own_and_team_sales"
    volumes, prices = paying_volumes(plan), paying_prices(plan)
    missing = lacking(books.facts, *(f"order_lines.volume.{volume}" for volume in volumes))
    if prices and not volumes and orders.prices.unknown.any():
        missing = orders.prices.lacking
    if missing or not (volumes or prices):
        return Figure(name, None, missing=missing, why="" if missing else "the plan pays on no sale")
    nothing = np.zeros(books.facts["order_lines"].rows, dtype=np.int64)
    worth = sum((orders.volume(volume) for volume in volumes), nothing) if volumes else orders.prices.cents
    by_order = orders.of_orders(worth)
    moments = Moments(LEVELS + 3)
    for row, period in enumerate(books.periods):
        whole = orders.people.tree_at(plan.main_tree, period)
        tree = participants_tree(orders.people, whole, period)
        own = _own_sales(orders, whole, tree, by_order, period)
        there = np.flatnonzero(tree.parent != ABSENT)
        levels = [own, *(levels_sum(tree, own, level, level) for level in range(1, LEVELS + 1))]
        levels.append(levels_sum(tree, own, LEVELS + 1, _ALL))
        moments.add([books.rewards[row][there], *(column[there] for column in levels)])
    found = moments.explained()
    if found is None:
        return Figure(name, None, count=moments.rows, why="everybody got the same in every period")
    return Figure(name, rounded(found), count=moments.rows)


def participants_tree(people: People, tree: Tree, period: Period) -> Tree:
    """The participants of a period only, each under the nearest one above in ``tree``."""
    there = people.between(period.start_seconds, period.end_seconds) & (tree.parent != ABSENT)
    nearest = ancestor_pointer(tree, there)
    return build(tree.name, np.where(there, np.maximum(nearest, ROOT), ABSENT).astype(np.int32))


def _own_sales(orders: Orders, tree: Tree, participants: Tree, by_order: Int64s, period: Period) -> Int64s:
    """int64 [n]: sales of the period credited to each participant and to the customers nearest below."""
    within = (orders.seconds >= period.start_seconds) & (orders.seconds < period.end_seconds) & (orders.credited >= 0)
    there = participants.parent != ABSENT
    seller = orders.credited[within]
    seller = np.where(there[seller], seller, ancestor_pointer(tree, there)[seller])
    found = np.zeros(orders.people.size, dtype=np.int64)
    np.add.at(found, seller[seller >= 0], by_order[within][seller >= 0])
    return found

"""Where the rewards come from, and where the revenue comes from."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from trueline.analyse.amounts import amounts
from trueline.analyse.books import Books, Cause, Int64s, Nearness
from trueline.analyse.figure import Figure
from trueline.analyse.sales import Sales
from trueline.facts.columns import Bools

By = tuple[tuple[str, str], ...]

NEAR = {
    "rewards_of_own_sales_share": (Nearness.OWN,),
    "rewards_of_sponsored_share": (Nearness.SPONSORED,),
    "rewards_of_line_share": (Nearness.LINE,),
    "rewards_of_placed_share": (Nearness.PLACED,),
    "rewards_of_nobody_share": (Nearness.NOBODY,),
    "rewards_from_others_sales_share": (Nearness.SPONSORED, Nearness.LINE, Nearness.PLACED),
}
"""Measure -> whose sales it counts."""
OUTSIDE = (Cause.CUSTOMER,)
INSIDE = (Cause.OWN_USE, Cause.AUTOSHIP, Cause.RESALE, Cause.UNKNOWN)
RECRUITING = (Cause.JOINING, Cause.FEE)
"""R_x and R_i of the core formula; what is in neither is R_f."""
CAUSED = {
    "rewards_from_customers_share": OUTSIDE,
    "rewards_from_participants_share": INSIDE,
    "rewards_from_recruiting_share": RECRUITING,
}
REVENUE = {
    "revenue_from_customers_share": OUTSIDE,
    "revenue_own_use_share": (Cause.OWN_USE,),
    "revenue_joining_share": RECRUITING,
    "revenue_autoship_share": (Cause.AUTOSHIP,),
    "revenue_resale_share": (Cause.RESALE,),
    "revenue_unknown_share": (Cause.UNKNOWN,),
}
"""Measure -> the causes that it counts. Every piece of revenue is in exactly one of them."""


def reward_sources(books: Books) -> list[Figure]:
    """Rewards by cause and nearness: together, by bonus and by period; then every cell of cause × nearness × distance
    that is not 0. With the payout ratio.
    """
    figures = list(_rewards_of(books, books.cube.sum(axis=(0, 1)), ()))
    figures.append(_payout_ratio(books))
    for column, bonus in enumerate(books.bonuses):
        figures += _rewards_of(books, books.cube[:, column].sum(axis=0), (("bonus", bonus),))
    for row, period in enumerate(books.periods):
        figures += _rewards_of(books, books.cube[row].sum(axis=0), (("period", period.label),))
    return [*figures, *_cells(books)]


def revenue_sources(books: Books) -> list[Figure]:
    """Revenue by buyer and kind of order: together and by period of the order."""
    sales = Sales.of(books.facts, books.periods[0], books.periods[-1])
    figures = list(_revenue_of(books, sales, np.ones(len(sales.rows), dtype=np.bool_), ()))
    for period in books.periods:
        inside = (sales.seconds >= period.start_seconds) & (sales.seconds < period.end_seconds)
        figures += _revenue_of(books, sales, inside, (("period", period.label),))
    return figures


def _rewards_of(books: Books, cube: Int64s, by: By) -> Iterator[Figure]:
    """Figures of one cube of cents (causes, nearness, distances)."""
    by_cause, by_near = cube.sum(axis=(1, 2)), cube.sum(axis=(0, 2))
    whole = int(by_cause.sum())
    outside, inside = _sum(by_cause, OUTSIDE), _sum(by_cause, INSIDE)
    yield Figure("rewards", whole * books.unit, by)
    shares = {name: _sum(by_near, kinds) for name, kinds in NEAR.items()}
    shares |= {name: _sum(by_cause, kinds) for name, kinds in CAUSED.items()}
    shares |= {"recruit_share_alpha_0": whole - outside, "recruit_share_alpha_1": whole - outside - inside}
    for name, part in shares.items():
        yield _share(name, part, whole, by, "there are no rewards")
    if inside <= 0:
        yield Figure("alpha_break_even", None, by, whole, why="no reward is on a participant's own order")
    else:
        yield Figure("alpha_break_even", (Fraction(whole, 2) - outside) / inside, by, whole)


def _cells(books: Books) -> Iterator[Figure]:
    """Rewards by cause, nearness and distance, where there are any."""
    cube = books.cube.sum(axis=(0, 1))
    for cause, near, distance in zip(*(axis.tolist() for axis in np.nonzero(cube)), strict=True):
        names = (("cause", words(Cause(cause))), ("nearness", words(Nearness(near))), ("distance", str(distance)))
        yield Figure("rewards", int(cube[cause, near, distance]) * books.unit, names)


def words(kind: Cause | Nearness) -> str:
    """A cause or a nearness as people read it."""
    return kind.name.lower().replace("_", " ")


def _payout_ratio(books: Books) -> Figure:
    facts = books.facts
    if not facts.has("rewards_other"):
        return Figure("payout_ratio", None, missing=("rewards_other",))
    table = facts["rewards_other"]
    seconds = table["time"].seconds
    rows = (seconds >= books.periods[0].start_seconds) & (seconds < books.periods[-1].end_seconds)
    other = amounts(facts, table, "value", seconds, books.kind)
    sales = Sales.of(facts, books.periods[0], books.periods[-1])
    lacking = (other.lacking if other.unknown[rows].any() else ()) + sales.lacking
    if lacking:
        return Figure("payout_ratio", None, missing=lacking)
    unit = facts.company.currency_unit
    paid = int(books.by_bonus.sum()) * books.unit + int(other.cents[rows].sum()) * unit
    revenue = int((sales.paid - sales.refunded).sum())
    if revenue <= 0:
        return Figure("payout_ratio", None, why="there is no revenue")
    return Figure("payout_ratio", paid / (revenue * unit), count=revenue)


def _revenue_of(books: Books, sales: Sales, rows: Bools, by: By) -> Iterator[Figure]:
    if sales.lacking:
        yield Figure("revenue", None, by, missing=sales.lacking)
        for name in REVENUE:
            yield Figure(name, None, by, missing=sales.lacking)
        return
    by_cause = np.zeros(len(Cause), dtype=np.int64)
    np.add.at(by_cause, sales.cause[rows], (sales.paid - sales.refunded)[rows])
    whole = int(by_cause.sum())
    yield Figure("revenue", whole * books.facts.company.currency_unit, by, int(rows.sum()))
    for name, kinds in REVENUE.items():
        yield _share(name, _sum(by_cause, kinds), whole, by, "there is no revenue")


def _sum(values: Int64s, kinds: tuple[int, ...]) -> int:
    return sum(int(values[kind]) for kind in kinds)


def _share(name: str, part: int, whole: int, by: By, nothing: str) -> Figure:
    return Figure(name, Fraction(part, whole), by, whole) if whole > 0 else Figure(name, None, by, whole, why=nothing)

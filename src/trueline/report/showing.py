"""From the sides of a comparison to the numbers that the pictures draw."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from trueline.analyse.books import Cause
from trueline.analyse.definitions import DEFINITIONS
from trueline.analyse.figure import Figure
from trueline.analyse.people import People
from trueline.analyse.sales import Sales
from trueline.compare.comparison import Comparison, Side
from trueline.report.pictures.cross import Crossed
from trueline.report.pictures.distance import Distances
from trueline.report.pictures.earners import Earners
from trueline.report.pictures.joining import Joined
from trueline.report.pictures.money import Bar
from trueline.report.pictures.network import EVEN, LOSS, PROFIT, Network

BRACKETS = 4
"""Brackets of rewards above nothing, each ten times as wide as the one before."""
CROSSED = (
    "net_loss_share",
    "rewards_from_customers_share",
    "reward_of_non_recruiters_ratio",
    "gini",
    "one_more_sale_rank_spread",
    "customers_per_participant",
)
"""What the picture of plan against way shows, where it was measured."""


def earners(comparison: Comparison) -> list[Earners]:
    """Shares of everybody by bracket; the brackets are powers of ten that fit the largest reward of any plan."""
    totals = [
        side.books.rewards.sum(axis=0)[side.books.participants] * float(side.books.unit) for side in comparison.sides
    ]
    most = max((float(total.max(initial=0)) for total in totals), default=0.0)
    top = math.floor(math.log10(most)) if most >= 1 else 0
    edges = [10.0 ** (top - step) for step in range(BRACKETS - 2, -1, -1)]
    words = ["nothing", f"under {edges[0]:,.0f}"]
    words += [f"{low:,.0f} to {high:,.0f}" for low, high in pairwise(edges)]
    words += [f"{edges[-1]:,.0f} and more"]
    found = []
    for side, total in zip(comparison.sides, totals, strict=True):
        counts = [int((total <= 0).sum()), *np.histogram(total[total > 0], [0, *edges, math.inf])[0].tolist()]
        shares = tuple(count / max(len(total), 1) for count in counts)
        found.append(Earners(side.name, tuple(word.replace(",", "\u202f") for word in words), shares))
    return found


def bars(comparison: Comparison) -> list[Bar]:
    books = comparison.sides[0].books
    sales = Sales.of(books.facts, books.periods[0], books.periods[-1])
    found = []
    if not sales.lacking:
        by_cause = np.zeros(len(Cause), dtype=np.int64)
        np.add.at(by_cause, sales.cause, sales.paid - sales.refunded)
        found.append(Bar("revenue", _parts(by_cause)))
    rewards = [(side.name, side.books.cube.sum(axis=(0, 1, 3, 4))) for side in comparison.sides]
    return found + [Bar(f"rewards,\n{name}", _parts(by_cause)) for name, by_cause in rewards]


def _parts(by_cause: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> tuple[float, ...]:
    positive = np.maximum(by_cause, 0)
    whole = int(positive.sum())
    return tuple(float(value) / whole if whole else 0.0 for value in positive)


def joined(side: Side) -> Joined | None:
    """Quartiles of the net result by quarter of joining; None where it is not known."""
    if side.net is None or side.net.lacking:
        return None
    people = People.of_books(side.books)
    net = side.net.net.astype(np.float64) * float(side.books.facts.company.currency_unit)
    month = people.cohort
    there = side.net.population & (month >= 0)
    quarter = month // 3
    groups, rows = [], []
    for number in np.unique(quarter[there]).tolist():
        values = np.sort(net[there & (quarter == number)])
        low, middle, high = (values[max(0, math.ceil(part * len(values)) - 1)] for part in (0.25, 0.5, 0.75))
        groups.append(f"{1970 + number // 4}Q{number % 4 + 1}")
        rows.append((float(low), float(middle), float(high)))
    return Joined(side.name, tuple(groups), tuple(rows)) if groups else None


def distances(side: Side) -> Distances | None:
    """Mean pay for one more sale by rank and distance; None where it was not measured."""
    cells: dict[tuple[str, int], float] = {}
    for figure in side.figures.by("one_more_sale_pay"):
        by = dict(figure.by)
        if figure.value is not None and set(by) == {"rank", "distance"}:
            cells[by["rank"], int(by["distance"])] = float(figure.value)
    if not cells:
        return None
    ranks = [rank for rank in ["no rank", *side.books.rank_names] if any(row == rank for row, _ in cells)]
    farthest = max(distance for _, distance in cells)
    pay = tuple(tuple(cells.get((rank, distance)) for distance in range(farthest + 1)) for rank in ranks)
    return Distances(side.name, tuple(ranks), pay)


def network(side: Side) -> Network | None:
    """Everybody by sponsor with how they end; None where net results are not known."""
    if side.net is None or side.net.lacking:
        return None
    people = People.of_books(side.books)
    tree = people.tree
    chosen = side.net.population & (people.cohort >= 0)
    order = [int(index) for index in tree.order if chosen[index]]
    place = {index: row for row, index in enumerate(order)}
    unit = side.books.facts.company.currency_unit
    band = round(1 / unit)
    parent, result = [], []
    for index in order:
        above = int(people.sponsor[index])
        parent.append(place.get(above, -1))
        net = int(side.net.net[index])
        result.append(PROFIT if net >= band else LOSS if net <= -band else EVEN)
    return Network(side.name, parent, result) if order else None


def crossed(comparison: Comparison) -> list[Crossed]:
    found = []
    for effect in comparison.effects:
        if effect.measure in CROSSED and all(figure.value is not None for figure in effect.cells.values()):
            scale = 100 if DEFINITIONS[effect.measure].unit == "share" else 1
            figures = list(effect.cells.values())
            unit = "per cent" if scale == 100 else DEFINITIONS[effect.measure].unit
            name = DEFINITIONS[effect.measure].name
            middle, low, high = (_square(figures, scale, end) for end in (None, 0, 1))
            found.append(Crossed(name, unit, middle, low, high))
    return sorted(found, key=lambda crossed: [DEFINITIONS[key].name for key in CROSSED].index(crossed.measure))


def _square(figures: list[Figure], scale: int, end: int | None) -> tuple[tuple[float, float], tuple[float, float]]:
    """The four cells as (plan, way), or one end of their intervals."""
    found = []
    for figure in figures:
        value = figure.value if end is None or figure.interval is None else figure.interval[end]
        assert value is not None
        found.append(float(value * scale))
    return (found[0], found[1]), (found[2], found[3])

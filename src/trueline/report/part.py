"""One history of the report: its comparison with sentences and pictures."""

from __future__ import annotations

from collections.abc import Iterator

from trueline.compare.comparison import Comparison
from trueline.compare.history import CAUSE_WORDS
from trueline.report.cards import cards_of
from trueline.report.drawing import Picture
from trueline.report.page import Part
from trueline.report.pictures.cross import cross_picture
from trueline.report.pictures.distance import distance_picture
from trueline.report.pictures.earners import earners_picture
from trueline.report.pictures.joining import joining_picture
from trueline.report.pictures.money import money_picture
from trueline.report.pictures.network import network_picture
from trueline.report.showing import bars, crossed, distances, earners, joined, network


def part_of(comparison: Comparison, key: str) -> Part:
    """One history of the report. ``key`` is its anchor on the page."""
    books = comparison.sides[0].books
    currency = books.facts.company.currency
    return Part(
        key, comparison, _about(comparison), currency, cards_of(comparison, currency), tuple(_pictures(comparison, key))
    )


def _about(comparison: Comparison) -> str:
    books = comparison.sides[0].books
    people = int(books.participants.sum())
    span = f"{books.periods[0].label} to {books.periods[-1].label}"
    if comparison.simulated:
        first = f"{people} participants at any time in the first company under {comparison.sides[0].name}"
        return f"{span}, {first}. Simulated: people behave as the scenario assumes."
    return f"{span}, {people} participants at any time in it. Facts as the company gave them."


def _pictures(comparison: Comparison, key: str) -> Iterator[Picture]:
    yield earners_picture(earners(comparison), f"{key}-earners")
    parts = bars(comparison)
    if any(any(bar.shares) for bar in parts):
        yield money_picture(parts, list(CAUSE_WORDS.values()), f"{key}-money")
    by_joining = [found for side in comparison.sides if (found := joined(side)) is not None]
    if by_joining:
        yield joining_picture(by_joining, comparison.sides[0].books.facts.company.currency, f"{key}-joining")
    by_distance = [shown for side in comparison.sides if (shown := distances(side)) is not None]
    if by_distance:
        yield distance_picture(by_distance, f"{key}-distance")
    for place, side in enumerate(comparison.sides):
        drawn = network(side)
        if drawn is not None:
            yield network_picture(drawn, f"{key}-network-{place}")
    measures = crossed(comparison)
    if measures:
        cells = list(comparison.effects[0].cells)
        plans, ways = list(dict.fromkeys(p for p, _ in cells)), list(dict.fromkeys(w for _, w in cells))
        yield cross_picture(measures, plans, ways, f"{key}-cross")

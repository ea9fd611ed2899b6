"""Everything that is measured of one plan over one history, as one list of figures."""

from __future__ import annotations

from collections.abc import Callable

from trueline.analyse.books import Books
from trueline.analyse.figure import Figure, Figures
from trueline.analyse.recruiting import recruiting
from trueline.analyse.sources import revenue_sources, reward_sources
from trueline.analyse.spread import spread

MEASURES: dict[str, Callable[[Books], list[Figure]]] = {
    "rewards": reward_sources,
    "revenue": revenue_sources,
    "spread": spread,
    "recruiting": recruiting,
}
"""Topic -> its figures from the books alone, in the order in which they are shown."""


def measure(books: Books) -> Figures:
    """The figures of every topic. Errors: ``ValueError`` when two topics give the same figure."""
    return Figures.of(figure for topic in MEASURES.values() for figure in topic(books))

"""Everything that is measured of one plan over one history, as one list of figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trueline.analyse.books import Books
from trueline.analyse.bunching import bunching
from trueline.analyse.community import community
from trueline.analyse.counterfactual import counterfactuals, usual
from trueline.analyse.effort import effort
from trueline.analyse.figure import Figure, Figures
from trueline.analyse.inventory import inventory
from trueline.analyse.net import NetResults, net_figures, net_results
from trueline.analyse.onemore import one_more_sale_in
from trueline.analyse.product import product
from trueline.analyse.recruiting import recruiting
from trueline.analyse.sources import revenue_sources, reward_sources
from trueline.analyse.spread import spread
from trueline.analyse.support import support
from trueline.analyse.survival import staying
from trueline.analyse.training import training
from trueline.reckon.steps import Progress

SELLERS = 250
"""How many participants make one more sale; of more a sample by rank and depth does."""

TOPICS = (recruiting, product, inventory, staying, training, support, community)
"""What needs nothing but the books."""


@dataclass(frozen=True)
class Measured:
    """All figures, and the net result of everybody that some of them rest on."""

    figures: Figures
    net: NetResults


def measure(
    books: Books, *, sellers: int = SELLERS, otherwise: bool = True, progress: Progress | None = None
) -> Measured:
    """The figures of every topic, one after the other; each goes through the engine where it has to.

    ``otherwise=False`` leaves out what would have been paid without packs, own orders or recruits, which runs the
    chain seven times. Errors: ``ValueError`` when two topics give the same figure.
    """
    net = net_results(books)
    return Measured(Figures.of(_all(books, net, sellers, progress, otherwise=otherwise)), net)


def _all(
    books: Books, net: NetResults, sellers: int, progress: Progress | None, *, otherwise: bool
) -> Iterator[Figure]:
    def told(done: int, of: int, what: str = "one more sale") -> None:
        if progress:
            progress(f"{what}, {books.plan}", done, of)

    yield from reward_sources(books)
    yield from revenue_sources(books)
    yield from spread(books)
    yield from net_figures(books, net)
    for topic in TOPICS:
        yield from topic(books)
    if books.ending is not None:
        plan = books.ending.plan
        yield from effort(books, plan)
        yield from bunching(books, plan)
        yield from one_more_sale_in(books.ending, books.facts, most=sellers, told=told)
    if otherwise and books.course is not None:
        yield from counterfactuals(
            books, usual(books), progress=lambda done, of: told(done, of, "had it been otherwise")
        )

"""Amounts beyond int64 are refused where they are measured, and none is ever wrapped."""

from __future__ import annotations

from typing import Any

import pytest
from tests.analyse.test_books import COMPANY, books_of, line, order, products

from trueline.analyse.figure import Figures
from trueline.analyse.sources import revenue_sources
from trueline.errors import Refused

OWN = {"bonuses": {"own": {"kind": "rebate", "base": "orders(cv)", "rate": "100%"}}}
LARGE = "900000000000000"
"""9 · 10^14, or 9 · 10^16 cents: fifty-one of them are below 2^62 cents, fifty-two are not."""


def rows(count: int, volume: str = LARGE, price: str = "1") -> dict[str, Any]:
    names = [f"m{number}" for number in range(count)]
    return {
        "company": COMPANY,
        "members": [{"member": name, "joined": "2024-01-01"} for name in names],
        "products": products(tea="product"),
        "orders": [order(name, name, "own use") for name in names],
        "order_lines": [line(name, "1", "tea", volume, price) for name in names],
    }


def test_rewards_are_exact_up_to_the_edge_and_refused_beyond() -> None:
    books = books_of(OWN, rows(51))
    assert int(books.by_bonus.sum()) == 51 * 9 * 10**16

    with pytest.raises(Refused, match="The rewards of all periods together leave the range of exact sums"):
        books_of(OWN, rows(52))


def test_revenue_is_exact_up_to_the_edge_and_refused_beyond() -> None:
    books = books_of(OWN, rows(51, "1", LARGE))
    assert Figures.of(revenue_sources(books))["revenue"].value == 51 * 9 * 10**14

    with pytest.raises(Refused, match="The amounts of 'price' together leave the range of exact sums"):
        revenue_sources(books_of(OWN, rows(52, "1", LARGE)))


def test_an_exchange_rate_beyond_all_measure_is_refused() -> None:
    foreign = rows(1, "1", "10")
    foreign["orders"][0]["currency"] = "EUR"
    foreign["rates_fx"] = [{"currency": "EUR", "rate": "9000000", "from": "2024-01-01"}]
    books = books_of({"bonuses": {}}, foreign)
    assert Figures.of(revenue_sources(books))["revenue"].value == 90_000_000

    foreign["order_lines"][0]["price"] = LARGE
    with pytest.raises(Refused, match="Look for amounts or exchange rates that are too large"):
        revenue_sources(books_of({"bonuses": {}}, foreign))

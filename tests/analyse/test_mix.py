"""Whose sales a base is made of, by its expression: causes of one rebate, worked by hand."""

from __future__ import annotations

from typing import Any

import pytest
from tests.analyse.test_books import COMPANY, books_of, by_cause, line, member, order, products

from trueline.analyse.books import Cause

OWN, AUTO, OTHER = Cause.OWN_USE, Cause.AUTOSHIP, Cause.OTHER
ROWS: dict[str, Any] = {
    "company": COMPANY,
    "members": [member("ann")],
    "products": products(tea="product"),
    # own use: 10 of value for 50; autoship: 30 of value for 50
    "orders": [order("1", "ann", "own use"), order("2", "ann", "autoship")],
    "order_lines": [line("1", "1", "tea", "10", "50"), line("2", "1", "tea", "30", "50")],
}


@pytest.mark.parametrize(
    ("base", "causes"),
    [
        ("orders(cv)", {OWN: 100, AUTO: 300}),
        ("orders(price)", {OWN: 500, AUTO: 500}),
        ("2 * orders(cv)", {OWN: 200, AUTO: 600}),
        ("orders(cv) * 2", {OWN: 200, AUTO: 600}),
        ("orders(cv) + 20", {OWN: 150, AUTO: 450}),  # 6.00 in the proportion of the sales
        ("20 + orders(cv)", {OWN: 150, AUTO: 450}),
        ("orders(price) + (8 - orders(cv))", {OWN: 453, AUTO: 227}),  # 6.80 as 50 - 10 to 50 - 30
        ("100 - orders(cv)", {OTHER: 600}),  # a sale lessens it
        ("40", {OTHER: 400}),
        ("20 + 20", {OTHER: 400}),
        ("max(orders(cv), orders(price))", {OWN: 500, AUTO: 500}),
        ("min(orders(cv), orders(price))", {OWN: 100, AUTO: 300}),
        ("highest(2, orders(cv), orders(price), 1)", {OWN: 100, AUTO: 300}),
        ("if(orders(cv) >= 40, orders(price), orders(cv))", {OWN: 500, AUTO: 500}),
        ("if(orders(cv) > 40, orders(price), orders(cv))", {OWN: 100, AUTO: 300}),
        ("whole(orders(cv) / 7) * 4", {OWN: 50, AUTO: 150}),  # 5 × 4
        ("ratio(orders(cv), 2, 1)", {OWN: 50, AUTO: 150}),
        ("order_count() * 10", {OWN: 100, AUTO: 100}),
        ("last(2, orders(cv))", {OWN: 100, AUTO: 300}),
        ("group(orders(cv))", {OWN: 100, AUTO: 300}),
        ("company(orders(cv))", {OWN: 100, AUTO: 300}),
        ("table", {OWN: 125, AUTO: 375}),
        ("moved", {OWN: 100, AUTO: 300}),
        ("depth(sponsor) + 40", {OTHER: 400}),
    ],
)
def test_a_base_has_the_causes_of_the_sales_that_it_is_made_of(base: str, causes: dict[Cause, int]) -> None:
    plan = {
        "measures": {"value": "orders(cv)"},
        "tables": {"table": {"on": "value", "cliff": {"0": "20", "40": "50"}}},
        "trees": {"slim": {"from": "sponsor", "keep": "value > 0", "moves": {"moved": "value"}}},
        "bonuses": {"own": {"kind": "rebate", "base": base, "rate": "10%"}},
    }

    assert by_cause(books_of(plan, ROWS), "own") == causes

"""Whose sales a base is made of, by its expression: causes of one rebate, worked by hand."""

from __future__ import annotations

from typing import Any

import pytest
from tests.analyse.test_books import COMPANY, MARCH, balanced, books_of, by_cause, line, member, order, products
from tests.properties.test_invariants import world_of
from tests.properties.two_engines import fast

from trueline.analyse.books import Cause
from trueline.analyse.causes import causes_of_lines
from trueline.analyse.mix import Mixes
from trueline.period import Period
from trueline.plan.steps import ExprStep, FoldStep, HistoryStep, TableStep, VolumeStep
from trueline.plan.typed import NumberType, Ratio, Whole

OWN, AUTO, RESALE, OTHER = Cause.OWN_USE, Cause.AUTOSHIP, Cause.RESALE, Cause.OTHER
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


@pytest.mark.parametrize(
    ("base", "causes"),
    [
        # 20 of 40 as 10 to 30: 5 and 15, beside 50 and 50
        ("whole(orders(cv) / 7) * 4 + orders(price)", {OWN: 550, AUTO: 650}),
        ("orders(price) + whole(orders(cv) / 2)", {OWN: 550, AUTO: 650}),
        ("ratio(orders(cv), 2, 1) + orders(price)", {OWN: 550, AUTO: 650}),
        ("min(orders(cv), 20) + orders(price)", {OWN: 550, AUTO: 650}),
        ("max(orders(cv) / 4, 20) + orders(price)", {OWN: 550, AUTO: 650}),
        ("whole(min(orders(cv), 20.5)) + orders(price)", {OWN: 550, AUTO: 650}),  # one inside the other
        ("max(orders(cv), 60)", {OWN: 150, AUTO: 450}),
        ("table + orders(price)", {OWN: 625, AUTO: 875}),  # 50 of the table: 12.50 and 37.50
        ("order_count() * 10 + orders(cv)", {OWN: 200, AUTO: 400}),  # 2 orders, one of each
        ("largest_order(price) + orders(cv)", {OWN: 350, AUTO: 550}),  # 50, as the orders that it is the largest of
        ("rate * orders(price)", {OWN: 250, AUTO: 250}),  # 50 % found by cv, of the price
        ("orders(price) * rate", {OWN: 250, AUTO: 250}),
        ("rate * 40", {OWN: 50, AUTO: 150}),  # no sale but those that the rate was found by
        ("whole(100 - orders(cv)) + orders(price)", {OWN: 800, AUTO: 800}),  # 60, which a sale lessens, and 100
        ("whole(-orders(cv) / 7) + orders(price)", {OWN: 485, AUTO: 455}),  # -6: 50 - 1.50 and 50 - 4.50
        ("if(orders(cv) > 1, 2 * orders(cv), 0) + orders(price)", {OWN: 700, AUTO: 1100}),  # 20 and 60
    ],
)
def test_a_term_weighs_its_value_in_the_sum(base: str, causes: dict[Cause, int]) -> None:
    plan = {
        "measures": {"value": "orders(cv)"},
        "tables": {
            "table": {"on": "value", "cliff": {"0": "20", "40": "50"}},
            "rate": {"on": "value", "cliff": {"0": "20%", "40": "50%"}},
        },
        "bonuses": {"own": {"kind": "rebate", "base": base, "rate": "10%"}},
    }

    assert by_cause(books_of(plan, ROWS), "own") == causes


def test_a_leg_weighs_its_value_as_the_legs_that_it_is_one_of() -> None:
    # ann 60 for resale; her legs 40 own use and 20 autoship. The larger one, 40, as 40 to 20: 26.67 and 13.33.
    rows: dict[str, Any] = {
        "company": COMPANY,
        "members": [member("ann"), member("bob", "ann"), member("cy", "ann")],
        "products": products(tea="product"),
        "orders": [order("1", "ann", "for resale"), order("2", "bob", "own use"), order("3", "cy", "autoship")],
        "order_lines": [line("1", "1", "tea", "60"), line("2", "1", "tea", "40"), line("3", "1", "tea", "20")],
    }
    base = "leg(1, orders(cv)) + orders(cv)"
    bonus = {"kind": "rebate", "base": base, "rate": "10%", "who": "ordinal = 0"}
    books = books_of({"bonuses": {"own": bonus}}, rows)

    assert by_cause(books, "own") == {OWN: 267, AUTO: 133, RESALE: 600}


def test_what_people_reached_each_is_split_person_by_person() -> None:
    # ann 10 own use: whole(10 / 7) = 1; bob 30 autoship: 4. A fund of 10 % of 5 is as 1 to 4 and not as 10 to 30.
    rows: dict[str, Any] = {
        **ROWS,
        "members": [member("ann"), member("bob", "ann")],
        "orders": [order("1", "ann", "own use"), order("2", "bob", "autoship")],
    }
    pool = {"kind": "pool", "fund": "10% * company(whole(orders(cv) / 7))", "shares": "1"}

    assert by_cause(books_of({"bonuses": {"pool": pool}}, rows), "pool") == {OWN: 10, AUTO: 40}


def test_what_is_remembered_is_split_as_the_sales_of_now() -> None:
    # February: 100 + 100 own use, 20.00. March: 140 of two months as 10 to 30 are 35 and 105, beside 50 and 50: 24.00.
    rows: dict[str, Any] = {
        **ROWS,
        "orders": [order("0", "ann", "own use", "2024-02-10"), *ROWS["orders"]],
        "order_lines": [line("0", "1", "tea", "100"), *ROWS["order_lines"]],
    }
    plan = {"bonuses": {"own": {"kind": "rebate", "base": "last(2, orders(cv)) + orders(price)", "rate": "10%"}}}
    books = books_of(plan, rows, Period.parse("2024-02"), MARCH)

    balanced(books)
    assert by_cause(books, "own") == {OWN: 2000 + 850, AUTO: 1550}


def test_what_came_back_late_is_taken_from_its_own_cause() -> None:
    # 40 of February's autoship came back in March, where 50 own use and 90 autoship were sold: 50 and 50.
    rows: dict[str, Any] = {
        **ROWS,
        "orders": [order("0", "ann", "autoship", "2024-02-10"), *ROWS["orders"]],
        "order_lines": [
            line("0", "1", "tea", "40"), line("1", "1", "tea", "50"), line("2", "1", "tea", "90")
        ],
        "returns": [{"order": "0", "line": "1", "quantity": "1", "time": "2024-03-05"}],
    }  # fmt: skip
    bonus = {"kind": "rebate", "base": "whole(orders(cv))", "rate": "10%"}
    plan = {"returns": {"later": "none"}, "bonuses": {"own": bonus}}

    assert by_cause(books_of(plan, rows), "own") == {OWN: 500, AUTO: 500}


def test_the_example_of_the_page_of_measures() -> None:
    # docs/concepts/what-the-measures-mean.md, What caused a reward: 20 of customers and 60 of autoship, at 10 %.
    rows: dict[str, Any] = {
        **ROWS,
        "members": [member("ann"), member("cy", "ann")],
        "roles": [{"member": "cy", "role": "customer", "from": "2024-01-01"}],
        "orders": [order("1", "cy", "customer"), order("2", "ann", "autoship")],
        "order_lines": [line("1", "1", "tea", "250"), line("2", "1", "tea", "60")],
    }
    base = "whole(downline(orders(cv)) / 100) * 10 + orders(cv)"
    bonus = {"kind": "rebate", "base": base, "rate": "10%", "who": "participant"}

    assert by_cause(books_of({"bonuses": {"own": bonus}}, rows), "own") == {Cause.CUSTOMER: 200, AUTO: 600}


def test_a_number_too_large_for_millionths_keeps_its_causes() -> None:
    # 4 × 10**16 of volume in cents, a quarter of it own use; the whole number and the sales are split alike.
    rows: dict[str, Any] = {
        **ROWS,
        "order_lines": [line("1", "1", "tea", "1" + "0" * 16), line("2", "1", "tea", "3" + "0" * 16)],
    }
    base = "whole(orders(cv)) + orders(cv)"
    bonus = {"kind": "rebate", "base": base, "rate": "0.000000000001%"}  # 800.00 of 8 × 10**16
    assert by_cause(books_of({"bonuses": {"own": bonus}}, rows), "own") == {OWN: 20000, AUTO: 60000}


@pytest.mark.parametrize("first", range(20_000, 20_040, 10))
def test_a_mix_is_worth_its_number_on_random_worlds(first: int) -> None:
    """Sums of sales and everything that rounds, looks up or remembers: the causes of a member's number sum to it."""
    compared = 0
    for seed in range(first, first + 10):
        plan, rows, periods = world_of(seed)
        for result in fast(plan, rows, periods):
            world = result.world
            causes = causes_of_lines(world.facts, world.period) if world.facts.has("order_lines") else None
            if causes is None:
                continue
            mixes = Mixes(world, causes, {})
            for key, step in world.plan.steps.items():
                valued = isinstance(step, VolumeStep | TableStep | HistoryStep) or (
                    isinstance(step, ExprStep) and isinstance(step.expression, Whole | Ratio)
                )
                valued |= isinstance(step, FoldStep) and step.function in ("leg", "rest", "capped")
                mix = mixes._of(key) if valued else None
                if mix is None or not isinstance(step.type, NumberType):
                    continue
                for value, parts in zip(world.column(key).tolist(), mix.parts.tolist(), strict=True):
                    if any(parts):
                        assert sum(parts) * mix.scale == value * step.type.scale, (seed, key)
                        compared += 1
    assert compared > 100

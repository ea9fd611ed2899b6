"""Whatever cannot be measured says why: each table with less in it than its measure needs, by name and in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from tests.analyse.test_books import MARCH, PLAN, WORLD, books_of, order
from tests.properties.two_engines import facts_of

from trueline.analyse.books import Course
from trueline.analyse.figure import Figure, Figures
from trueline.analyse.measure import measure
from trueline.analyse.onemore import MEASURES, one_more_sale_in
from trueline.analyse.survival import greenwood
from trueline.plan import load_plan

UP: dict[str, Any] = {"bonuses": {"up": {"kind": "level", "base": "orders(cv)", "rates": ["10%", "5%"]}}}
ON_PRICE: dict[str, Any] = {"bonuses": {"up": {"kind": "level", "base": "orders(price)", "rates": ["10%"]}}}
ON_NOTHING: dict[str, Any] = {"bonuses": {}}
DAY = "2024-03-15"
TICKET = {"ticket": "1", "member": "ann", "topic": "return", "opened": DAY}
ASKED = {"request": "1", "member": "dan", "asked": DAY, "stock": "10", "refunded": "9", "decided": "2024-03-18"}

SOLD = {"receipt": "1", "seller": "dan", "sku": "tea", "quantity": "1", "price": "12", "time": DAY}


def without_prices() -> list[dict[str, Any]]:
    first, *others = WORLD["order_lines"]
    return [{**first, "price": ""}, *others]


@pytest.mark.parametrize(
    ("changed", "name", "missing", "why"),
    [
        ({"tickets": [TICKET]}, "support_first_answer", ("tickets.answered",), ""),
        ({"tickets": [TICKET]}, "support_solved", ("tickets.solved",), ""),
        (
            {"tickets": [{**TICKET, "opened": "2023-01-01", "answered": "2023-01-02"}]},
            "support_first_answer", (), "no ticket was opened",
        ),
        (
            {"tickets": [{**TICKET, "answered": ""}, {**TICKET, "ticket": "2", "answered": ""}]},
            "support_first_answer", (), "most tickets were never answered",
        ),
        ({"receipts": [SOLD], "buyback_requests": [{**ASKED, "decided": ""}]}, "buyback_refused_share", (), "no request was decided"),
        ({"receipts": [SOLD], "buyback_requests": [ASKED]}, "buyback_refused_share", ("buyback_requests.outcome",), ""),
        (
            {"training": [{"member": "ann", "module": "m", "required": "no", "offered": DAY, "completed": ""}]},
            "training_completion", (), "no training was required of anybody who joined",
        ),
        ({"order_lines": without_prices()}, "revenue_new_share", ("order_lines.price",), ""),
        ({"order_lines": without_prices()}, "front_loading", ("order_lines.price",), ""),
        (
            {"expenses": [{"member": "ann", "kind": "tools", "amount": "5", "time": DAY}], "order_lines": without_prices()},
            "paid_training_share", ("order_lines.price",), "",
        ),
        (
            {"posts": [{"member": "ann", "kind": "post", "time": DAY}], "orders": [order("1", "cy", "customer")],
             "order_lines": [{**WORLD["order_lines"][0], "volume.cv": "0"}]},
            "community_activity", (), "no participant was active in any period",
        ),
        (
            {"rewards_other": [{"member": "ann", "kind": "prize", "value": "5", "time": DAY}],
             "order_lines": [{**line, "price": "0"} for line in WORLD["order_lines"]]},
            "payout_ratio", (), "there is no revenue",
        ),
        (
            {"posts": [{"member": "ann", "kind": "post", "time": DAY}],
             "expenses": [{"member": "ann", "kind": "tools", "amount": "5", "time": "2023-01-01"}],
             "order_lines": [{**line, "price": "0"} for line in WORLD["order_lines"]]},
            "paid_training_share", (), "participants spent nothing",
        ),
    ],
)  # fmt: skip
def test_what_a_table_lacks_is_said(
    changed: Mapping[str, Sequence[Any]], name: str, missing: tuple[str, ...], why: str
) -> None:
    rows = {key: table for key, table in {**WORLD, **changed}.items() if table}
    figure = measure(books_of(UP, rows), sellers=2, otherwise=False).figures[name]

    assert (figure.value, figure.missing, figure.why) == (None, missing, why)


@pytest.mark.parametrize(
    ("plan", "missing", "why"),
    [(ON_PRICE, ("order_lines.price",), ""), (ON_NOTHING, (), "the plan pays on no sale")],
)
def test_rewards_are_explained_by_sales_that_the_plan_pays_on(
    plan: dict[str, Any], missing: tuple[str, ...], why: str
) -> None:
    """The price of an order in January, which March does not pay on, is not given."""
    before, line = order("7", "eve", "own use", "2024-01-10"), {**WORLD["order_lines"][-1], "order": "7", "price": ""}
    lines = [*WORLD["order_lines"], line]
    books = books_of(plan, {**WORLD, "orders": [*WORLD["orders"], before], "order_lines": lines})
    figure = measure(books, sellers=2, otherwise=False).figures["explained_by_own_and_team_sales"]

    assert (figure.value, figure.missing, figure.why) == (None, missing, why)


def test_where_every_sale_lifts_somebody_pay_for_one_more_is_unknown() -> None:
    """Nobody has 100 of their own, and one more sale of 100 makes each a Star."""
    plan = load_plan({**PLAN, **UP, "ranks": {"Star": "orders(cv) >= 100"}}, "plan").at(MARCH)
    rows = {**WORLD, "orders": [order("6", "eve", "own use")], "order_lines": [WORLD["order_lines"][-1]]}
    found = Figures.of(one_more_sale_in(Course(((MARCH, plan),), None), facts_of(rows)))

    assert found["one_more_sale_lifts"].value == 1
    assert {found[name].why for name in MEASURES[:-1]} == {"every such sale changes somebody's rank or activity"}


def test_no_number_without_a_definition_and_no_gap_without_a_reason() -> None:
    with pytest.raises(KeyError, match="No number without a definition: 'beauty'"):
        Figure("beauty", None, why="nobody can tell")
    with pytest.raises(ValueError, match="'gini' is unknown and does not say why"):
        Figure("gini", None)
    with pytest.raises(ValueError, match="'gini' is given twice"):
        Figures.of([Figure("gini", None, why="nobody was paid")] * 2)


def test_where_nobody_is_left_there_is_no_spread() -> None:
    """Both leave on the first day: 0 survive, without an error to either side."""
    assert greenwood(np.array([1, 1]), np.array([True, True]), 30) == 0

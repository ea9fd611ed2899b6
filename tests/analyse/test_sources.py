"""Where rewards and revenue come from: worked by hand, and adding up."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from tests.analyse.test_books import WORLD, books_of, line, order

from trueline.analyse.figure import Figure, Figures
from trueline.analyse.sources import CAUSED, NEAR, REVENUE, revenue_sources, reward_sources

UP = {"bonuses": {"up": {"kind": "level", "base": "orders(cv)", "rates": ["10%", "5%"]}}}
# Rewards of WORLD under UP, in cents (see test_books): customer 1500, own use 1200, autoship 450, for resale 2000,
# joining 750, event 900, not said 300: 7100 together.


def figures(plan: dict[str, Any] = UP, rows: dict[str, Any] = WORLD) -> Figures:
    books = books_of(plan, rows)
    return Figures.of([*reward_sources(books), *revenue_sources(books)])


def test_rewards_by_cause() -> None:
    found = figures()

    assert found["rewards"].value == 71
    assert found["rewards_from_customers_share"].value == Fraction(1500, 7100)
    assert found["rewards_from_participants_share"].value == Fraction(1200 + 450 + 2000 + 300, 7100)
    assert found["rewards_from_recruiting_share"].value == Fraction(750 + 900, 7100)


def test_the_core_formula_and_where_it_turns() -> None:
    found = figures()
    outside, inside, whole = 1500, 3950, 7100

    assert found["recruit_share_alpha_0"].value == 1 - Fraction(outside, whole)
    assert found["recruit_share_alpha_1"].value == 1 - Fraction(outside + inside, whole)
    alpha = found["alpha_break_even"].value
    assert alpha == (Fraction(whole, 2) - outside) / inside
    assert 1 - (outside + alpha * inside) / whole == Fraction(1, 2)


def test_whose_sales() -> None:
    found = figures()

    assert found["rewards_of_own_sales_share"].value == Fraction(1000, 7100)
    assert found["rewards_of_sponsored_share"].value == Fraction(2000 + 800 + 1600 + 500, 7100)
    assert found["rewards_of_line_share"].value == Fraction(400 + 800, 7100)
    assert found["rewards_of_placed_share"].value == 0
    assert found["rewards_from_others_sales_share"].value == Fraction(6100, 7100)


def test_every_cell_once() -> None:
    found = figures()
    cells = [one for one in found.by("rewards") if one.by[0][0] == "cause"]

    assert sum(one.value or 0 for one in cells) == 71
    own = [one for one in cells if dict(one.by) == {"cause": "customer", "nearness": "own", "distance": "1"}]
    assert [one.value for one in own] == [10]


def test_revenue_by_cause() -> None:
    found = figures()  # 100 customer, 50 joining, 30 autoship, 20 not said, 60 event, 200 for resale, 80 own use: 540

    assert found["revenue"].value == 540
    assert {name: found[name].value for name in REVENUE} == {
        "revenue_from_customers_share": Fraction(100, 540),
        "revenue_own_use_share": Fraction(80, 540),
        "revenue_joining_share": Fraction(50 + 60, 540),
        "revenue_autoship_share": Fraction(30, 540),
        "revenue_resale_share": Fraction(200, 540),
        "revenue_unknown_share": Fraction(20, 540),
    }


def test_refunds_lower_revenue_as_given_or_in_proportion() -> None:
    # Three for 10.00: one back without a refund leaves 6.67 (half up); of the other order 4.00 of 30.00 are paid back.
    rows = {
        **WORLD,
        "orders": [order("1", "cy", "customer"), order("2", "dan", "autoship")],
        "order_lines": [{**line("1", "1", "tea", "9", "10"), "quantity": "3"}, line("2", "1", "tea", "30")],
        "returns": [
            {"order": "1", "line": "1", "quantity": "1", "time": "2024-03-20", "refund": None},
            {"order": "2", "line": "1", "quantity": "1", "time": "2024-03-20", "refund": "4"},
        ],
    }
    found = figures(UP, rows)

    assert found["revenue"].value == Fraction("6.67") + 26
    assert found["revenue_from_customers_share"].value == Fraction(667, 3267)


def test_the_payout_ratio_counts_trips_in_another_currency() -> None:
    # 71.00 of rewards, a prize of 9.00 and a trip of 40.00 CAD at 0.70, the rate with which March begins: 108.00 of
    # 540.00. Where the first rate begins later, the trip has none.
    other = [
        {"member": "ann", "kind": "prize", "value": "9", "time": "2024-03-04"},
        {"member": "bob", "kind": "trip", "value": "40", "currency": "CAD", "time": "2024-03-31T12:00:00"},
        {"member": "bob", "kind": "trip", "value": "500", "time": "2024-04-01"},
    ]
    rates = [
        {"currency": "CAD", "rate": "0.70", "from": "2023-01-01"},
        {"currency": "CAD", "rate": "0.75", "from": "2024-03-31"},
    ]

    assert figures(UP, {**WORLD, "rewards_other": other, "rates_fx": rates})["payout_ratio"].value == Fraction(108, 540)
    late = rates[1:]
    assert figures(UP, {**WORLD, "rewards_other": other, "rates_fx": late})["payout_ratio"].missing == ("rates_fx",)


def test_what_is_not_there_is_unknown_and_named() -> None:
    no_prices = [{name: text for name, text in row.items() if name != "price"} for row in WORLD["order_lines"]]
    found = figures(UP, {**WORLD, "order_lines": no_prices})

    assert (found["payout_ratio"].value, found["payout_ratio"].missing) == (None, ("rewards_other",))
    assert (found["revenue"].value, found["revenue"].missing) == (None, ("order_lines.price",))
    assert found["rewards"].value == 71
    nobody = figures({"bonuses": {"up": {"kind": "rebate", "base": "orders(cv)", "rate": "0"}}})
    assert (nobody["alpha_break_even"].value, nobody["rewards_from_customers_share"].why) == (
        None,
        "there are no rewards",
    )


@pytest.mark.parametrize("name", ["company", "company-minimal"])
@pytest.mark.parametrize("plan", ["mlm", "nm"])
def test_shares_add_up_on_the_bundled_companies(name: str, plan: str, bundled: Any) -> None:
    books = bundled(name, plan)
    found = Figures.of([*reward_sources(books), *revenue_sources(books)])

    def together(names: Any, by: tuple[tuple[str, str], ...] = ()) -> Fraction:
        values: list[Figure] = [found.items[name, by] for name in names]
        return sum((one.value or Fraction(0) for one in values), Fraction(0))

    assert together(REVENUE) == 1
    assert together([name for name in NEAR if name != "rewards_from_others_sales_share"]) == 1
    assert together(CAUSED) + Fraction(int(books.cube.sum(axis=(0, 1, 3, 4))[7]), int(books.by_bonus.sum())) == 1
    for measure in ("rewards", "revenue"):
        periods = [one.value or 0 for one in found.by(measure) if one.by[0][0] == "period"]
        assert sum(periods) == found[measure].value
    if plan == "mlm":  # a tree of sponsors pays nobody for people outside the own line
        assert found["rewards_of_placed_share"].value == 0
    assert (found["payout_ratio"].value is None) == (name == "company-minimal")

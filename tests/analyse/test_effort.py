"""Regression in fractions against numpy, and position and effort on a company worked by hand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.analyse.by_hand import Rows, books_of, facts_of

from trueline.analyse.effort import effort, effort_columns, position_columns
from trueline.analyse.figure import Figures
from trueline.analyse.orders import Orders
from trueline.analyse.paying import paying_volumes
from trueline.analyse.people import People
from trueline.analyse.regression import Moments, explained, ranked
from trueline.period import Period
from trueline.plan import load_plan

HOME = Path(__file__).resolve().parents[2]
PLAN = load_plan(
    "plan: Levels\ncurrency: USD\nperiod: month\nvolumes: {cv: 0.01}\n"
    "rounding: {to: 0.01, mode: half up, per: line}\n"
    "bonuses: {network: {kind: level, base: orders(cv), from: self, rates: [10%, 5%, 1%]}}\n",
    "plan.yaml",
).at(Period.parse("2025-01"))

MEMBERS: Rows = [
    {"member": "ada", "joined": "2024-11-03"},
    {"member": "ben", "joined": "2024-12-10", "sponsor": "ada"},
    {"member": "cleo", "joined": "2024-12-15", "sponsor": "ada"},
    {"member": "dora", "joined": "2025-01-02", "sponsor": "ben"},
    {"member": "kim", "joined": "2025-01-03", "sponsor": "dora"},
    {"member": "lea", "joined": "2025-01-04", "sponsor": "kim"},
]
ROLES: Rows = [{"member": name, "role": "customer"} for name in ("kim", "lea")]


def sale(order: str, buyer: str, day: str, price: str) -> tuple[dict[str, str], dict[str, str]]:
    line = {"order": order, "line": "1", "quantity": "2", "price": price, "volume.cv": price}
    return {"order": order, "buyer": buyer, "time": day}, line


BOUGHT = [
    sale("1", "ada", "2024-12-11", "10"),
    sale("2", "kim", "2025-01-12", "40"),
    sale("3", "lea", "2025-01-13", "30"),
    sale("4", "ben", "2025-01-14", "20"),
]
ORDERS, LINES = [order for order, _ in BOUGHT], [line for _, line in BOUGHT]


def test_a_regression_by_hand() -> None:
    """X 1 2 3 5, y 1 2 3 4: means 11/4 and 5/2; Sxy = 13/2, Sxx = 35/4, Syy = 5; R² = (169/4)/(175/4) = 169/175."""
    assert explained(np.array([1, 2, 3, 4]), [np.array([1, 2, 3, 5])]) == Fraction(169, 175)


def test_equal_values_share_the_mean_of_their_ranks() -> None:
    """10 20 20 90 have the ranks 1, 2.5, 2.5, 4."""
    assert ranked(np.array([20, 10, 90, 20])).tolist() == [5, 2, 8, 5]


@given(st.integers(0, 2**32 - 1), st.integers(2, 40), st.integers(1, 4))
def test_fractions_agree_with_least_squares(seed: int, rows: int, width: int) -> None:
    luck = np.random.default_rng(seed)
    result, columns = luck.integers(-9, 9, rows), [luck.integers(-9, 9, rows) for _ in range(width)]
    found = explained(result, columns)
    if np.ptp(result) == 0:
        assert found is None
        return
    matrix = np.column_stack([np.ones(rows), *columns])
    fitted = matrix @ np.linalg.lstsq(matrix, result, rcond=None)[0]
    theirs = 1 - ((result - fitted) ** 2).sum() / ((result - result.mean()) ** 2).sum()
    assert found is not None
    assert float(found) == pytest.approx(theirs, abs=1e-9)
    halves = Moments(width + 1)
    for part in (slice(0, rows // 2), slice(rows // 2, None)):
        halves.add([column[part] for column in (result, *columns)])
    assert halves.explained() == found
    assert explained(result, [*columns, columns[0] * 3 - 7]) == found  # what adds nothing changes nothing


def test_position_and_effort_of_a_small_line() -> None:
    """Participants: ada above ben and cleo, dora below ben; kim is dora's customer and lea, below kim, dora's too.

    Team of ada: 4 participants. Sponsor's team without one's own: ben 4 − 1 − (ben, dora) 2 = 1; cleo 4 − 1 − 1 = 2;
    dora: ben's 2 − 1 − 1 = 0. Sold to own customers in January: dora 40 + 30. Orders by period: ada none in January.
    """
    facts = facts_of(MEMBERS, roles=ROLES, orders=ORDERS, order_lines=LINES)
    books = books_of(facts, "2025-01", "2025-01", {"dora": [700], "ben": [200]})
    people = People.of_books(books)

    cohort, depth, team = position_columns(people)
    sold, recruits, active = effort_columns(books, Orders(people))

    assert [str(np.datetime64(int(month), "M")) for month in cohort[:4]] == ["2024-11", "2024-12", "2024-12", "2025-01"]
    assert depth[:4].tolist() == [0, 1, 1, 2]
    assert team[:4].tolist() == [0, 1, 2, 0]
    assert sold[:4].tolist() == [0, 0, 0, 7000]
    assert recruits[:4].tolist() == [2, 1, 0, 0]
    assert active[:4].tolist() == [0, 1, 0, 1]


def test_pay_that_is_linear_in_sales_is_explained_whole() -> None:
    """10 % of one's own and one's customers' sales, 5 % of the next participant's: dora 7, ben 2 + 3.50, ada 1."""
    facts = facts_of(MEMBERS, roles=ROLES, orders=ORDERS, order_lines=LINES)
    rewards = {"ada": [100, 100], "ben": [0, 550], "dora": [0, 700]}
    books = books_of(facts, "2024-12", "2025-01", rewards)

    figures = Figures.of(effort(books, PLAN))

    assert figures["explained_by_own_and_team_sales"].value == 1
    assert figures["explained_by_own_and_team_sales"].count == 7  # three in December, four in January


def test_the_split_sums_to_the_whole_and_the_difference_is_in_points() -> None:
    facts = facts_of(MEMBERS, roles=ROLES, orders=ORDERS, order_lines=LINES)
    figures = Figures.of(effort(books_of(facts, "2025-01", "2025-01", {"dora": [7], "ben": [2], "ada": [3]}), PLAN))

    split = [figure.value for figure in figures.by("explained_split")]
    assert None not in split
    whole, effort_, position = (figures[f"explained_{name}"].value for name in ("together", "by_effort", "by_position"))
    assert whole is not None
    assert effort_ is not None
    assert position is not None
    assert abs(sum(value or 0 for value in split) - whole) <= Fraction(1, 10**4)
    assert figures["effort_less_position"].value == 100 * (effort_ - position)
    assert max(effort_, position) <= whole


def test_equal_results_have_nothing_to_explain_and_no_orders_leave_it_unknown() -> None:
    facts = facts_of(MEMBERS, roles=ROLES, orders=ORDERS, order_lines=LINES)
    equal = Figures.of(effort(books_of(facts, "2025-01", "2025-01", {}), PLAN))
    without = Figures.of(effort(books_of(facts_of(MEMBERS), "2025-01", "2025-01", {"ada": [1]}), PLAN))

    assert equal["explained_by_effort"].why == "everybody got the same"
    assert without["explained_by_effort"].missing == ("orders", "order_lines", "orders.buyer")


@pytest.mark.parametrize("name", ["mlm", "nm"])
def test_the_reference_plans_pay_on_commissionable_volume_only(name: str) -> None:
    plan = load_plan(HOME / "plans" / f"reference-{name}.yaml").at(Period.parse("2025-01"))

    assert paying_volumes(plan) == ("cv",)

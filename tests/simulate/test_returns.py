"""Orders that come back, and stock that leavers give back, in a simulated company."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.simulate.companies import small

from trueline.analyse.inventory import inventory
from trueline.analyse.keeping import keep_books
from trueline.analyse.sources import revenue_sources
from trueline.cli.main import main
from trueline.facts import Facts
from trueline.facts.write import write_facts
from trueline.plan import load_plan
from trueline.run import chain
from trueline.simulate import simulate
from trueline.simulate.simulation import Life, lived

PLAN = Path(__file__).parents[2] / "plans" / "reference-mlm.yaml"
BACK = {"share": "1/5", "within": 10}
GIVEN_BACK = {"asks": 1, "share": "90%", "within": 20}


def rows_of(facts: Facts, table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = facts.arrow(table).to_pylist()
    return found


@pytest.mark.parametrize("section", ["returns", "buy_back"])
def test_a_company_without_them_is_as_it_was(section: str) -> None:
    """What comes back is drawn apart: with a share of 0 every other table is the same, and the table is empty."""
    zero = {"returns": {"returns": {"share": 0}}, "buy_back": {"buy back": {"asks": 0}}}[section]
    plain, with_none = simulate(small(), load_plan(PLAN)).facts, simulate(small(**zero), load_plan(PLAN)).facts
    table = {"returns": "returns", "buy_back": "buyback_requests"}[section]

    assert not plain.has(table)
    assert with_none[table].rows == 0
    for name in plain.tables:
        assert plain.arrow(name).equals(with_none.arrow(name)), name


def test_which_orders_come_back_when_and_for_how_much() -> None:
    facts = simulate(small(returns=BACK), load_plan(PLAN)).facts
    orders = {row["order"]: row for row in rows_of(facts, "orders")}
    lines = {row["order"]: row for row in rows_of(facts, "order_lines")}
    back = rows_of(facts, "returns")

    for row in back:
        sold = orders[row["order"]]["time"]
        assert orders[row["order"]]["kind"] in ("customer", "own use")
        assert 0 <= (row["time"].date() - sold.date()).days <= 10
        assert row["time"].month == sold.month
        assert (row["quantity"], row["refund"]) == (lines[row["order"]]["quantity"], lines[row["order"]]["price"])
    could = sum(row["kind"] in ("customer", "own use") for row in orders.values())
    # binomial with mean n / 5 and a deviation of sqrt(n × 4 / 25); four deviations on either side
    assert abs(len(back) - could / 5) <= 4 * (could * 4 / 25) ** 0.5


def test_what_came_back_is_no_revenue_and_no_volume() -> None:
    facts = simulate(small(returns=BACK), load_plan(PLAN)).facts
    gone = {row["order"] for row in rows_of(facts, "returns")}
    buyer = {row["order"]: row["buyer"] for row in rows_of(facts, "orders")}
    customers = {row["member"] for row in rows_of(facts, "roles") if row["role"] == "customer"}
    lines = [row for row in rows_of(facts, "order_lines") if row["order"] not in gone]
    plan = load_plan(
        {
            "plan": "Sum",
            "currency": "USD",
            "period": "month",
            "volumes": {"cv": "0.01"},
            "rounding": {"to": "0.01", "mode": "half up", "per": "line"},
            "bonuses": {"all": {"kind": "rebate", "base": "orders(cv)", "rate": "100%"}},
        }
    )
    books = keep_books(plan, facts, small().first, small().first.back(-7))

    revenue = next(figure for figure in revenue_sources(books) if figure.measure == "revenue" and not figure.by)
    assert gone
    assert revenue.value == sum(Fraction(row["price"]) for row in lines)
    own = sum(Fraction(row["volume.cv"]) for row in lines if buyer[row["order"]] not in customers)
    assert int(books.rewards.sum()) * books.unit == own


def test_the_history_read_back_gives_the_same_runs(tmp_path: Path) -> None:
    plan_file = load_plan(PLAN)
    life = Life(small(returns=BACK, **{"buy back": GIVEN_BACK}))
    by_month = [result.hashes for result in lived(life, plan_file, 8)]
    write_facts(life.facts(), tmp_path / "company")

    assert main(["facts", "check", str(tmp_path / "company")]) == 0
    read = Facts.read(tmp_path / "company")
    again = [result.hashes for result in chain(plan_file, read, None, life.scenario.first, life.period)]

    assert read.hash == life.facts().hash
    assert again == by_month


def test_what_was_unknown_of_the_buy_back_is_known() -> None:
    """Whoever left with goods asks when everybody does: the measure finds the stock by orders and receipts alone."""
    plain = {figure.measure: figure for figure in inventory(simulate(small(), load_plan(PLAN)).books)}
    known = simulate(small(**{"buy back": GIVEN_BACK}), load_plan(PLAN))
    found = {figure.measure: figure for figure in inventory(known.books)}
    asked = rows_of(known.facts, "buyback_requests")

    for measure in ("buyback_asked_share", "buyback_refused_share", "buyback_days"):
        assert plain[measure].missing == ("buyback_requests",)
    assert found["buyback_asked_share"].value == 1
    assert found["buyback_asked_share"].count == len(asked) > 0
    assert found["buyback_refused_share"].value == 0
    assert found["buyback_days"].value is not None
    assert 0 <= found["buyback_days"].value <= 20
    for row in asked:
        assert row["stock"] % 40 == 0  # whole units at their price
        if row["outcome"] == "refunded":
            assert row["refunded"] * 10 == row["stock"] * 9
            assert 0 <= (row["decided"] - row["asked"]).days <= 20
        else:
            assert (row["outcome"], row["decided"]) == ("open", None)


def test_whoever_is_refused_gets_nothing() -> None:
    found = simulate(small(**{"buy back": {**GIVEN_BACK, "refused": 1}}), load_plan(PLAN))
    figures = {figure.measure: figure.value for figure in inventory(found.books)}

    assert figures["buyback_refused_share"] == 1
    assert not np.any(found.facts["buyback_requests"]["refunded"].numbers)

"""Statements and why-nots of ranked pools, pass-up bonuses and instalments, on companies made by hand."""

from __future__ import annotations

from fractions import Fraction

from tests.explain.made import result_of

from trueline.explain import statement, why_not
from trueline.explain.text import as_text, statement_text

LINE = {"top": None, "mid": "top", "low": "mid"}


def test_a_place_without_shares_says_what_the_last_place_has() -> None:
    plan = "bonuses: {best: {kind: pool, fund: 100, places: {by: orders(pv), shares: [3, 1]}}}"
    result = result_of(plan, LINE, {"top": 50, "mid": 80, "low": 20})

    pool = statement(result, "mid").bonuses[0].pool
    (missed,) = why_not(result, "low", "best").missed

    assert pool is not None
    assert (pool.shares, pool.total_shares, pool.people, pool.fund) == (3, 4, 2, 100)
    assert missed.what == "places"
    assert missed.check is not None
    assert (missed.check.have, missed.check.need) == (20, 50)


def test_what_was_handed_on_adds_up() -> None:
    plan = "bonuses: {up: {kind: pass up, base: orders(pv), rate: 10%, floor: 8}}"
    result = result_of(plan, LINE, {"top": 10, "mid": 50, "low": 200})

    found = statement(result, "mid")
    flow = found.bonuses[0].handed_on

    assert flow is not None  # own 5, 20 from low: 3 make the 8 whole, 17 stay
    assert (flow.own, flow.came, flow.floor, flow.kept, flow.passed) == (5, 20, 8, 17, 8)
    assert flow.below == (("low", Fraction(20)),)
    assert "3.00 USD of it go on to your upline, whose floor is 8.00 USD." in as_text(statement_text(found))


def test_a_part_of_an_amount_is_called_so() -> None:
    plan = "bonuses: {car: {kind: milestone, steps: [{when: orders(pv) >= 10, amount: 300}], instalments: 3}}"
    result = result_of(plan, LINE, {"top": 10})

    (step,) = statement(result, "top").bonuses[0].reached

    assert (step.name, step.amount) == ("step 1, a part of 300.00", 100)

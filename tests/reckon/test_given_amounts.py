"""Amounts of a process outside the plan are facts, and each is paid once: worked by hand, by both engines."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from tests.properties.two_engines import compare, facts_of, slow

from trueline.facts import Facts
from trueline.period import Period
from trueline.plan import load_plan
from trueline.run import Result, chain, run
from trueline.run.past import Kept, PastRun

Rows = dict[str, Any]
MONTHS = ["2024-01", "2024-02", "2024-03"]
PLAN: Rows = {
    "plan": "Cars",
    "currency": "USD",
    "period": "month",
    "volumes": {"pv": "0.01"},
    "rounding": {"to": "0.01", "mode": "half up"},
    "bonuses": {"car": {"kind": "given"}},
}


def rows_of(given: list[tuple[str, str]]) -> Rows:
    """What ann is given: (amount, as of)."""
    about = {"member": "ann", "what": "earned", "name": "car"}
    return {
        "company": {"currency": "USD", "volumes": {"pv": "0.01"}},
        "members": [{"member": "ann", "joined": "2023-01-01"}],
        "balances": [{**about, "value": value, "as_of": as_of} for value, as_of in given],
    }


@pytest.mark.parametrize(
    ("given", "paid"),
    [
        ([("150", "2024-01-01")], [150, 0, 0]),
        ([("150", "")], [150, 0, 0]),  # without a moment it is of the time before the first period
        ([("150", "2023-12-31")], [150, 0, 0]),
        ([("150", "2024-01-31"), ("160", "2024-02-01"), ("170", "2024-03-31T23:59:59")], [150, 160, 170]),
        ([("150", "2024-02-10"), ("-40", "2024-02-20"), ("7", "2024-04-01")], [0, 110, 0]),
        ([("90", ""), ("80", "2023-12-31"), ("70", "2023-11-30")], [80, 0, 0]),  # the latest, as of every balance
        ([("90", ""), ("80", "2024-01-31")], [80, 0, 0]),
        ([("90", ""), ("80", "2024-02-01")], [90, 80, 0]),
    ],
)
def test_a_given_amount_is_paid_in_one_period(given: list[tuple[str, str]], paid: list[int]) -> None:
    rows = rows_of(given)
    results = list(
        chain(load_plan(PLAN, "cars"), facts_of(rows), None, Period.parse(MONTHS[0]), Period.parse(MONTHS[-1]))
    )

    assert [result.amount("ann", "car") for result in results] == [Fraction(amount) for amount in paid]
    for fast, reference in zip(results, slow(PLAN, rows, MONTHS), strict=True):
        assert list(compare(fast, reference)) == []


def test_a_chain_that_begins_later_pays_no_earlier_month() -> None:
    """January and February were paid by another system; the facts still hold what it gave."""
    march = Period.parse("2024-03")
    facts = facts_of(rows_of([("150", "2024-01-31"), ("160", "2024-02-29"), ("170", "2024-03-31")]))

    assert run(load_plan(PLAN, "cars").at(march), facts, None, march).amount("ann", "car") == 170


def test_an_amount_given_for_a_closed_month_is_told() -> None:
    """In February 30 more of January are known, which January did not pay; in March that is no news any more."""
    known = [("150", "2024-01-31"), ("160", "2024-02-29")]
    deliveries = [
        facts_of(rows_of(known[:1])),
        *(facts_of(rows_of([*known, ("30", "2024-01-20")])) for _ in MONTHS[1:]),
    ]
    plan, past, state = load_plan(PLAN, "cars"), Kept(), None
    results = []
    for month, facts in zip(map(Period.parse, MONTHS), deliveries, strict=True):
        results.append(run(plan.at(month), facts, state, month, past=past))
        past.add(PastRun(plan.at(month), facts, state, month))
        state = results[-1].state

    assert [result.total() for result in results] == [150, 160, 0]
    assert [len(result.doubts) for result in results] == [0, 1, 0]
    assert results[1].doubts[0].startswith("ann was given 30 of 'car' for a period that had been run without it")


def test_weeks_that_came_before_do_not_take_what_is_given_for_the_month() -> None:
    """The month begins the chain of months, whatever weeks were run before it."""
    weekly = {"kind": "rebate", "every": "week", "base": "orders(pv)", "rate": "10%"}
    plan = {**PLAN, "bonuses": {"week": weekly, "car": {"kind": "given"}}}
    facts: Facts = facts_of({**rows_of([("150", "")]), "volumes": [_entry("2024-01-03"), _entry("2024-02-20")]})
    first, last = Period.parse("2024-01"), Period.parse("2024-02")
    months: list[Result] = [
        result
        for result in chain(load_plan(plan, "cars"), facts, None, first, last)
        if Period.parse(result.period).kind == "month"
    ]

    assert [result.amount("ann", "car") for result in months] == [150, 0]


def _entry(day: str) -> Rows:
    return {"member": "ann", "volume": "pv", "amount": "10", "effective": day}

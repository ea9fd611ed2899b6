"""Chains in which the plan changes: what the state keeps goes on under the words that read it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from trueline.errors import Refused
from trueline.facts import Company, Facts
from trueline.period import Period
from trueline.plan import load_plan
from trueline.run import Result, chain, run

JANUARY, FEBRUARY, MARCH = (Period.parse(f"2024-0{month}") for month in (1, 2, 3))
USUAL = {
    "plan": "amended",
    "currency": "USD",
    "period": "month",
    "volumes": {"pv": "0.01"},
    "rounding": {"to": "0.01", "mode": "half up"},
}


def dated(before: Any, after: Any) -> dict[str, Any]:
    """One value until the end of February, another from March on."""
    return {"dated": {"2024-01-01": {"value": before}, "2024-03-01": {"value": after}}}


def facts_of(*amounts: str) -> Facts:
    """B below A, with an amount of pv in each month from January on."""
    entries = [
        {"member": "B", "volume": "pv", "amount": amount, "effective": f"2024-0{month}-05"}
        for month, amount in enumerate(amounts, 1)
    ]
    company = Company("Amended", "UTC", "USD", {"pv": Fraction(1, 100)}, {})
    members = [{"member": "A", "sponsor": ""}, {"member": "B", "sponsor": "A"}]
    return Facts.from_rows(company, {"members": members, "volumes": entries})


def months(measures: dict[str, Any], facts: Facts, **more: Any) -> list[Result]:
    plan = load_plan({**USUAL, **more, "measures": measures, "bonuses": {}}, "amended")
    return list(chain(plan, facts, None, JANUARY, MARCH))


def test_an_expression_keeps_its_past_when_the_measure_that_it_names_is_amended() -> None:
    """100 a month, at a half until February and a fifth in March: 50, 50 + 50, 50 + 50 + 20."""
    measures = {"score": dated("orders(pv) * 0.5", "orders(pv) * 0.2"), "quarter": "last(3, group(score in sponsor))"}
    found = months(measures, facts_of("100", "100", "100"))

    assert [result.measure("A", "quarter") for result in found] == [50, 100, 120]


def test_a_streak_of_a_rank_goes_on_when_a_rank_is_put_below_it() -> None:
    old = {"Silver": "orders(pv) >= 1", "Gold": "orders(pv) >= 100"}
    new = {"Silver": "orders(pv) >= 1", "Ruby": "orders(pv) >= 50", "Gold": "orders(pv) >= 100"}
    found = months({"in_a_row": "streak(rank >= Gold)"}, facts_of("100", "100", "100"), ranks=dated(old, new))

    assert [result.measure("B", "in_a_row") for result in found] == [1, 2, 3]


def test_amounts_of_another_fineness_add_up_exactly() -> None:
    """5 % of 100.03 is 5.0015, of 100.01 it is 5.0005; 4 % of 100.01, in March, is 4.0004."""
    measures = {
        "points": dated("orders(pv) * 0.05", "orders(pv) * 0.04"),
        "quarter": "last(3, points)",
        "ever": "lifetime(points)",
        "before": "previous(points)",
    }
    found = months(measures, facts_of("100.03", "100.01", "100.01"))

    assert [result.measure("B", "points") for result in found] == [
        Fraction("5.0015"),
        Fraction("5.0005"),
        Fraction("4.0004"),
    ]
    for name in ("quarter", "ever"):
        assert [result.measure("B", name) for result in found] == [
            Fraction("5.0015"),
            Fraction("10.002"),
            Fraction("14.0024"),
        ]
    assert [result.measure("B", "before") for result in found] == [0, Fraction("5.0015"), Fraction("5.0005")]


def test_a_coarser_measure_of_another_file_is_refused_with_a_way_out() -> None:
    facts = facts_of("100.03")
    first, other = (
        load_plan({**USUAL, "bonuses": {}, "measures": {"m": f"orders(pv) * {rate}", "l": "last(2, m)"}}, "amended")
        for rate in ("0.05", "0.5")
    )
    january = run(first.at(JANUARY), facts, None, JANUARY)
    with pytest.raises(Refused, match=r"is kept in 1/2000, finer than the plan's 1/200\. .*dated values of one plan"):
        run(other.at(FEBRUARY), facts, january.state, FEBRUARY)

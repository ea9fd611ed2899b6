"""Caps over several periods, holds that expire, bonuses paid in some months, and deductions: by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueline.explain.statement import statement
from trueline.explain.text import as_text, statement_text
from trueline.facts import Company, Facts
from trueline.period import Period
from trueline.plan import load_plan
from trueline.run import Result, chain

JANUARY = Period.parse("2024-01")
OWN = {"kind": "rebate", "base": "orders(pv)", "rate": "100%"}


def months(sums: list[int], bonuses: dict[str, Any], limits: dict[str, Any] | None = None) -> list[Result]:
    """A chain in which member 1 sells these volumes in the months from January on."""
    labels = [JANUARY.back(-month).label for month in range(len(sums))]
    entries = [
        {"member": "1", "volume": "pv", "amount": str(amount), "effective": f"{label}-10"}
        for label, amount in zip(labels, sums, strict=True)
    ]
    facts = Facts.from_rows(
        Company("Windows", "UTC", "USD", {"pv": Fraction(1, 100)}, {}),
        {"members": [{"member": "1", "joined": "2023-01-01"}], "volumes": entries},
    )
    plan: dict[str, Any] = {
        "plan": "windows",
        "currency": "USD",
        "period": "month",
        "volumes": {"pv": "0.01"},
        "rounding": {"to": "0.01", "mode": "half up"},
        "bonuses": bonuses,
        "limits": limits or {},
    }
    return list(chain(load_plan(plan, "windows"), facts, None, JANUARY, Period.parse(labels[-1])))


def amounts(results: list[Result], bonus: str = "own") -> list[Fraction]:
    return [result.amount("1", bonus) for result in results]


@pytest.mark.parametrize(
    ("over", "paid"),
    [
        ("period", [60, 100, 100, 10, 100]),
        ("last 2 periods", [60, 40, 60, 10, 90]),
        ("last 3 periods", [60, 40, 0, 10, 90]),
        ("lifetime", [60, 40, 0, 0, 0]),
    ],
)
def test_a_cap_over_several_periods(over: str, paid: list[int]) -> None:
    sales = [60, 120, 150, 10, 200]
    capped = months(sales, {"own": {**OWN, "cap per member": {"at most": "100", "over": over}}})
    limited = months(sales, {"own": OWN}, {"members": {"at most": "100", "over": over}})

    assert amounts(capped) == amounts(limited) == paid
    for result, sold in zip(capped, sales, strict=True):
        assert result.breakage["own"].get("capped", 0) == sold - result.amount("1", "own")


@given(st.lists(st.integers(-30, 60), min_size=1, max_size=7), st.integers(1, 4))
def test_no_window_lets_more_through_than_its_cap(sales: list[int], periods: int) -> None:
    """And nothing is cut while there is room."""
    cap = {"at most": "70", "over": f"last {periods} periods"}
    paid = amounts(months(sales, {"own": {**OWN, "cap per member": cap}}))
    for place, amount in enumerate(paid):
        before = sum(paid[max(place - periods + 1, 0) : place], Fraction(0))
        assert amount == min(sales[place], max(70 - before, 0))


def test_what_is_held_too_long_expires() -> None:
    """January's 5 and February's 6 wait for a month of 50; 5 lapse at the end of March, 6 and 7 are paid in April."""
    held = {**OWN, "hold until": {"when": "orders(pv) >= 50", "for": "2"}}
    found = months([5, 6, 7, 50, 8], {"own": held})

    assert [one.expired("1", "own") for one in found] == [0, 0, 5, 0, 0]
    assert [one.held("1", "own") for one in found] == [5, 11, 13, 0, 8]
    assert [one.payable("1") for one in found] == [0, 0, 0, 63, 0]
    assert "It was kept too long" in as_text(statement_text(statement(found[2], "1")), 100)


@given(st.lists(st.integers(-5, 60), min_size=1, max_size=8), st.integers(1, 3))
def test_held_is_paid_kept_or_expired(sales: list[int], periods: int) -> None:
    """By another way: a queue of single units, each with its age, and a debt that the next ones pay."""
    waiting: list[int] = []
    debt = 0
    held = {**OWN, "hold until": {"when": "orders(pv) >= 40", "for": str(periods)}}
    for result, sold in zip(months(sales, {"own": held}), sales, strict=True):
        waiting = [age + 1 for age in waiting]
        paid = 0
        if sold >= 40:
            paid, waiting, debt = sold + len(waiting) - debt, [], 0
        for _ in range(sold if sold < 40 else 0):
            if debt:
                debt -= 1
            else:
                waiting.append(0)
        for _ in range(-sold):
            if waiting:
                waiting.pop(0)
            else:
                debt += 1
        gone = sum(age == periods for age in waiting)
        waiting = [age for age in waiting if age < periods]

        assert result.payable("1") == paid
        assert result.expired("1", "own") == gone
        assert result.held("1", "own") == len(waiting) - debt


def test_a_bonus_rests_in_other_months() -> None:
    """A milestone reached in January is paid in March; a quarter is a sum of three months."""
    bonuses = {
        "quarter": {**OWN, "base": "last(3, orders(pv))", "rate": "10%", "paid in": ["3", "6"]},
        "step": {"kind": "milestone", "steps": [{"when": "orders(pv) >= 5", "amount": "9"}], "paid in": ["3", "5"]},
        "fund": {
            "kind": "pool",
            "fund": "10",
            "shares": "if(orders(pv) >= 99, 1, 0)",
            "unclaimed": "carry",
            "paid in": ["2", "5"],
        },
    }
    found = months([10, 20, 30, 40, 100, 60], bonuses)

    assert amounts(found, "quarter") == [0, 0, 6, 0, 0, 20]
    assert [one.promised["quarter"] for one in found] == [0, 0, 6, 0, 0, 20]
    assert amounts(found, "step") == [0, 0, 9, 0, 0, 0]
    assert amounts(found, "fund") == [0, 0, 0, 0, 20, 0]  # February's 10 wait through March and April
    assert "It is paid in other months only: months 3, 6" in as_text(statement_text(statement(found[0], "1")), 100)


def test_deductions_are_kept_back_in_their_order() -> None:
    """Of 100: 2.50 service, 10 % of 100 withheld, 5 % of the rebate; of 4: 2.50, 0.40, 0.20; of 2: all goes to the first."""
    payout = {
        "from": "2",
        "deductions": [
            {"name": "service", "amount": "2.50"},
            {"name": "withheld", "rate": "10%"},
            {"name": "tools", "rate": "5%", "of": ["own"], "who": "orders(pv) < 50"},
        ],
    }
    found = months([100, 4, 2, 1], {"own": OWN}, {"payout": payout})

    assert [one.payable("1") for one in found] == [100, 4, 2, 0]
    assert [one.deduction("1", "service") for one in found] == [Fraction("2.50"), Fraction("2.50"), 2, 0]
    assert [one.deduction("1", "withheld") for one in found] == [10, Fraction("0.40"), 0, 0]
    assert [one.deduction("1", "tools") for one in found] == [0, Fraction("0.20"), 0, 0]
    assert [one.paid_out("1") for one in found] == [Fraction("87.50"), Fraction("0.90"), 0, 0]
    assert found[0].members.column("paid_out").to_pylist() == [Fraction("87.50")]
    text = as_text(statement_text(statement(found[0], "1")), 100)
    assert "you are paid 87.50 USD, after 2.50 USD service and 10.00 USD withheld" in text
    assert "Kept back: withheld" in text


def test_a_statement_says_what_a_cap_over_several_periods_looks_back_on() -> None:
    """80 of January leave 20 of the 100; without January's part nobody could follow a cut of 50 from 70."""
    cap = {"at most": "100", "over": "last 2 periods"}
    found = months([80, 70], {"own": {**OWN, "cap per member": cap}})
    text = as_text(statement_text(statement(found[1], "1")), 100)

    assert amounts(found) == [80, 20]
    assert "50.00 USD are cut: at most 100 over last 2 periods, less what was let through before" in text


def test_a_statement_says_so_of_a_limit_over_a_lifetime_too() -> None:
    found = months([80, 70], {"own": OWN}, {"members": {"at most": "100", "over": "lifetime"}})
    text = as_text(statement_text(statement(found[1], "1")), 100)

    assert "50.00 USD are cut: at most 100 over lifetime, less what was let through before" in text

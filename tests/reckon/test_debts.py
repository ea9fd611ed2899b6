"""Sums below 0: a debt is carried, paid first, and forgiven when the plan says so."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueline.errors import Refused
from trueline.facts import Company, Facts
from trueline.period import Period
from trueline.plan import load_plan
from trueline.run import Result, chain

JANUARY = Period.parse("2024-01")
MEMBERS = [{"member": "1", "joined": "2023-01-01"}, {"member": "2", "joined": "2023-01-01"}]


def months(
    sums: list[int], payout: dict[str, Any] | None, balances: list[dict[str, str]] | None = None
) -> list[Result]:
    """A chain in which member 1 earns these sums of a rebate of 100 % in the months from January on."""
    labels = [JANUARY.back(-month).label for month in range(len(sums))]
    entries = [
        {"member": "1", "volume": "pv", "amount": str(amount), "effective": f"{label}-10"}
        for label, amount in zip(labels, sums, strict=True)
    ]
    company = Company("Debts", "UTC", "USD", {"pv": Fraction(1, 100)}, {})
    tables: dict[str, Any] = {"members": MEMBERS, "volumes": entries}
    if balances:
        tables["balances"] = balances
    plan: dict[str, Any] = {
        "plan": "debts",
        "currency": "USD",
        "period": "month",
        "volumes": {"pv": "0.01"},
        "rounding": {"to": "0.01", "mode": "half up"},
        "bonuses": {"own": {"kind": "rebate", "base": "orders(pv)", "rate": "100%"}},
    }
    if payout is not None:
        plan["limits"] = {"payout": payout}
    facts = Facts.from_rows(company, tables)
    return list(chain(load_plan(plan, "debts"), facts, None, JANUARY, Period.parse(labels[-1])))


def figures(results: list[Result], name: str) -> list[Fraction]:
    return [getattr(result, name)("1") for result in results]


@pytest.mark.parametrize("payout", [None, {"negative": "carry"}, {"from": "10"}])
def test_what_is_earned_goes_to_the_debt_first(payout: dict[str, Any] | None) -> None:
    found = months([-50, 20, 45, 10], payout)

    assert figures(found, "payable") == [0, 0, 15, 10]
    assert figures(found, "carried") == [-50, -30, 0, 0]


def test_a_small_sum_that_waits_meets_a_debt() -> None:
    found = months([5, -20, 16, 10], {"from": "10"})

    assert figures(found, "carried") == [5, -15, 1, 0]
    assert figures(found, "payable") == [0, 0, 0, 11]


def test_a_debt_is_forgiven_after_its_periods() -> None:
    """January's 50 are down to 30 in March, two periods later, and are forgiven; March's own 10 stay."""
    found = months([-50, 20, -10, 0, 3], {"negative": {"forgiven after": "2"}})

    assert figures(found, "carried") == [-50, -30, -10, -10, 0]
    assert figures(found, "forgiven") == [0, 0, 30, 0, 7]
    assert figures(found, "payable") == [0] * 5


def test_the_oldest_debt_is_paid_first() -> None:
    """February's 5 pay January's debt: 15 of it are left and forgiven in March, February's 20 in April."""
    found = months([-20, -20, 5, 0], {"negative": {"forgiven after": "2"}})

    assert figures(found, "forgiven") == [0, 0, 15, 20]


def test_an_opening_debt_is_carried() -> None:
    debt = [
        {"member": "1", "what": "negative balance", "name": "returns", "value": "30"},
        {"member": "1", "what": "negative balance", "name": "tools", "value": "12.50"},
    ]
    found = months([20, 30], {"negative": {"forgiven after": "3"}}, debt)

    assert figures(found, "carried") == [Fraction("-22.50"), 0]
    assert figures(found, "payable") == [0, Fraction("7.50")]
    assert figures(months([0, 0, 0], {"negative": {"forgiven after": "1"}}, debt), "forgiven") == [
        Fraction("42.50"),
        0,
        0,
    ]


def test_an_opening_debt_has_no_sign() -> None:
    debt = [{"member": "1", "what": "negative balance", "name": "", "value": "-30"}]

    with pytest.raises(Refused, match="Write what the member owes, without a sign"):
        months([0], None, debt)


@given(st.lists(st.integers(-40, 40), min_size=1, max_size=8), st.integers(1, 4))
def test_debts_by_age_are_a_queue(sums: list[int], periods: int) -> None:
    """By another way: a list of [age, owed], the oldest first."""
    queue: list[list[int]] = []
    for result, earned in zip(months(sums, {"negative": {"forgiven after": str(periods)}}), sums, strict=True):
        left = max(earned, 0)
        for debt in queue:
            paid = min(left, debt[1])
            debt[1] -= paid
            left -= paid
            debt[0] += 1
        forgiven = sum(owed for age, owed in queue if age == periods)
        queue = [debt for debt in queue if debt[0] < periods]
        if earned < 0:
            queue.append([0, -earned])

        assert result.payable("1") == left
        assert result.forgiven("1") == forgiven
        assert result.carried("1") == -sum(owed for _, owed in queue)

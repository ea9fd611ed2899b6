"""What limits and rows read that nothing else of a plan reads, or that facts lack: worked by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from trueline.errors import Refused
from trueline.facts import Company, Facts
from trueline.period import Period
from trueline.plan import load_plan
from trueline.run import Result, run

PLAN = """
plan: Ten per cent
currency: JPY
period: month
volumes: {cv: 1}
rounding: {to: 1, mode: half up}
bonuses: {own: {kind: rebate, base: orders(cv), rate: 10%}}
limits: LIMITS
"""
COMPANY = Company("Two people", "UTC", "JPY", {"cv": Fraction(1)})


def paid(limits: str) -> Result:
    """Ann joined in 2023 and bought 1000; bob joined on 20 January and bought 1000."""
    members = [{"member": "ann", "joined": "2023-01-01"}, {"member": "bob", "joined": "2024-01-20"}]
    orders = [
        {"order": str(number), "buyer": buyer, "time": "2024-01-25"} for number, buyer in enumerate(("ann", "bob"))
    ]
    lines = [{"order": str(number), "line": "1", "price": "1000", "volume.cv": "1000"} for number in (0, 1)]
    facts = Facts.from_rows(COMPANY, {"members": members, "orders": orders, "order_lines": lines})
    month = Period.parse("2024-01")
    return run(load_plan(PLAN.replace("LIMITS", limits), "plan.yaml").at(month), facts, None, month)


def test_a_fee_for_newcomers_only() -> None:
    result = paid("{payout: {deductions: [{name: kit, amount: 30, who: new}]}}")
    assert (result.payout.paid_out[result.index("ann")], result.payout.paid_out[result.index("bob")]) == (100, 70)


@pytest.mark.parametrize("limit", ["members", "owners"])
def test_nobody_gets_more_than_one_yen_for_each_day(limit: str) -> None:
    # bob's twelfth day is 31 January, counting the 20th as the first: 12 of the 100 that the rebate comes to
    result = paid(f"{{{limit}: {{at most: days}}}}")
    assert (result.payable("ann"), result.payable("bob")) == (100, 12)


def test_a_column_of_orders_that_the_facts_lack_is_refused_in_words() -> None:
    facts = Facts.from_rows(
        COMPANY,
        {
            "members": [{"member": "ann"}],
            "orders": [{"order": "1", "buyer": "ann", "time": "2024-01-25"}],
            "order_lines": [{"order": "1", "line": "1", "price": "1", "volume.cv": "1"}],
        },
    )
    plan = load_plan(
        PLAN.replace("LIMITS", "{}").replace("orders(cv)", "orders(cv where kind = customer)"), "plan.yaml"
    )
    with pytest.raises(Refused, match=r"reads 'kind' of order lines.*Add the column 'kind'"):
        run(plan.at(Period.parse("2024-01")), facts, None, Period.parse("2024-01"))

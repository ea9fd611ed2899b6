"""``limits.payout.currency: member``: what is paid out, told in each member's currency."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from trueline.cli.summary import summary_data, summary_text
from trueline.errors import Refused
from trueline.explain import next_rank, statement
from trueline.explain.data import as_data
from trueline.explain.page import statement_page
from trueline.explain.text import as_text, statement_text
from trueline.facts import Company, Facts
from trueline.period import Period
from trueline.plan import load_plan
from trueline.run import Result, run

MONTH = Period.parse("2026-03")
RATES = [("EUR", "1.25", "2026-01-01"), ("EUR", "9", "2026-03-02"), ("JPY", "0.008", "2026-03-01")]
CURRENCIES = {"ann": "EUR", "bob": "JPY", "cy": ""}
PLAN: dict[str, Any] = {
    "plan": "Three currencies",
    "currency": "USD",
    "period": "month",
    "volumes": {"pv": "1"},
    "rounding": {"to": "0.01", "mode": "half up"},
    "bonuses": {"rebate": {"kind": "rebate", "base": "orders(pv)", "rate": "10%"}},
    "limits": {"payout": {"currency": "member"}},
}


def paid(currencies: dict[str, str] | None = None, rates: list[tuple[str, str, str]] = RATES) -> Result:
    """Everybody bought for 1 001, and gets 100.10 USD."""
    people = CURRENCIES if currencies is None else currencies
    rows: dict[str, list[dict[str, Any]]] = {
        "members": [{"member": one, "joined": "2026-01-01", "currency": money} for one, money in people.items()],
        "volumes": [{"member": one, "volume": "pv", "amount": "1001", "effective": "2026-03-05"} for one in people],
        "rates_fx": [{"currency": one, "rate": rate, "from": day} for one, rate, day in rates],
    }
    facts = Facts.from_rows(Company("Test", "UTC", "USD", {"pv": Fraction(1)}, {}), rows, "test")
    return run(load_plan(PLAN, "plan.yaml").at(MONTH), facts, None, MONTH)


def test_the_table_has_the_currency_and_the_amount_of_everybody() -> None:
    rows = paid().members.select(["member", "paid_out", "currency", "paid_in_currency"]).to_pylist()

    assert [tuple(row.values()) for row in rows] == [
        ("ann", Decimal("100.10"), "EUR", Decimal("80.08")),  # 100.10 / 1.25
        ("bob", Decimal("100.10"), "JPY", Decimal(12513)),  # 100.10 / 0.008 = 12 512.5
        ("cy", Decimal("100.10"), "USD", Decimal("100.10")),
    ]


def test_the_state_stays_in_the_currency_of_the_plan() -> None:
    own = dict(PLAN, limits={"payout": {"currency": "member", "from": "200"}})
    facts = paid().world.facts

    result = run(load_plan(own, "plan.yaml").at(MONTH), facts, None, MONTH)

    assert (result.carried("ann"), result.paid_in("ann", "EUR")) == (Fraction("100.10"), 0)


def test_a_statement_tells_both_amounts_and_the_rate() -> None:
    found = statement(paid(), "bob")
    text = as_text(statement_text(found))

    assert "you are paid 100.10 USD, which is 12 513 JPY" in text
    assert "Paid out in JPY, at 0.008 USD for 1 JPY   12 513 JPY" in text
    assert "12 513 JPY" in statement_page(found, next_rank(paid(), "bob")).replace("\u202f", " ")
    assert as_data(found)["payout"]["local"] == {
        "currency": "JPY",
        "money_unit": "1",
        "rate": "0.008",
        "amount": "12513",
    }
    assert as_data(statement(paid(), "cy"))["payout"]["local"] is None


def test_the_summary_of_a_run_adds_up_each_currency() -> None:
    data = summary_data(paid(), "")

    assert data["paid_in"]["EUR"] == {"members": 1, "paid": "80.08"}
    assert "Paid out in JPY: 12 513 to 1 member." in summary_text(data)
    assert "Paid out in USD: 100.10 to 1 member." in summary_text(data)


def test_a_currency_without_a_rate_is_refused_with_who_is_paid_in_it() -> None:
    with pytest.raises(Refused) as refused:
        paid(dict.fromkeys(["a", "b", "c", "d", "e"], "GBP"), [*RATES, ("GBP", "1.27", "2026-03-01T00:00:01")])

    assert str(refused.value.findings[0]) == (
        "plan.yaml in 2026-03: a, b, c and 2 more cannot be paid in GBP: there is no rate of it on 2026-03-01. "
        "Add the rate to rates_fx, or leave out 'currency: member'."
    )


def test_members_without_the_column_are_refused() -> None:
    facts = Facts.from_rows(Company("Test", "UTC", "USD", {"pv": Fraction(1)}, {}), {"members": [{"member": "a"}]}, "x")
    plan = dict(PLAN, bonuses={})

    with pytest.raises(Refused, match="no column 'currency'"):
        run(load_plan(plan, "plan.yaml").at(MONTH), facts, None, MONTH)

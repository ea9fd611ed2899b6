"""Credit in kind: it is no money, orders draw on it, and nobody takes more than there is."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from tests.reckon.binaries import plan_of, played

from trueline.errors import Refused
from trueline.explain import statement, why_not
from trueline.run import Result

Rows = dict[str, Any]


def months(credit: str, last: str = "2024-02", **bonus: str) -> list[Result]:
    """January: an order of 250 in HOST's party. February: HOST pays ``credit`` of an order with its credit."""
    plan = plan_of({"rate": "1%"})
    host = {"kind": "party host", "base": "orders(price)", "rate": "10%", "pays in": "goods", **bonus}
    plan["bonuses"] = {"own": {"kind": "rebate", "base": "orders(pv)", "rate": "5%"}, "host": host}
    rows = {
        "company": {"currency": "USD", "volumes": {"pv": "0.01"}},
        "members": [{"member": name, "joined": "2023-01-01"} for name in ("SELLER", "HOST")],
        "edges": [{"tree": "sponsor", "position": name, "parent": ""} for name in ("SELLER", "HOST")],
        "orders": [
            {"order": "a", "buyer": "SELLER", "time": "2024-01-05", "host": "HOST"},
            {"order": "b", "buyer": "HOST", "time": "2024-02-05", "host": ""},
        ],
        "order_lines": [
            {"order": "a", "line": "1", "quantity": "1", "price": "250", "credit": "", "volume.pv": "100"},
            {"order": "b", "line": "1", "quantity": "1", "price": "60", "credit": credit, "volume.pv": "40"},
        ],
    }  # fmt: skip
    return played(plan, rows, last=last)


def test_credit_is_kept_apart_from_money_and_drawn_on() -> None:
    january, february = months("20")

    assert (january.amount("HOST", "host"), january.payable("HOST"), january.goods("HOST")) == (25, 0, 25)
    assert (february.payable("HOST"), february.goods("HOST")) == (2, 5)  # 5 % of 40 in money; 25 − 20 in goods
    assert january.promised["host"] == 25
    assert february.promised["host"] == 0  # its own order has no host


def test_more_than_there_is_is_refused_by_name() -> None:
    with pytest.raises(Refused, match=r"Member HOST used 5\.00 more of credit in kind than there was"):
        months("30")


def test_who_may_not_be_credited_leaves_a_named_breakage() -> None:
    january = months("0", last="2024-01", who="orders(pv) >= 50")[0]

    assert january.breakage["host"] == {"unqualified": 25}
    assert january.goods("HOST") == 0
    assert [one.what for one in why_not(january, "HOST", "host").missed] == ["who"]


def test_the_statement_names_each_order_and_pays_nothing_of_it() -> None:
    found = statement(months("0", last="2024-01")[0], "HOST")

    assert [(one.order, one.source, one.base, one.amount) for one in found.bonuses[1].hosted] == [
        ("a", "SELLER", Fraction(250), Fraction(25))
    ]
    assert found.payout.bonuses == found.payout.payable == 0


def test_a_company_without_hosts_credits_nobody() -> None:
    plan = plan_of({"rate": "1%"})
    plan["bonuses"] = {"host": {"kind": "party host", "base": "orders(pv)", "rate": "10%", "pays in": "goods"}}
    orders = [{"order": name, "buyer": "A", "time": "2024-01-05"} for name in "abc"]
    lines = [{"order": row["order"], "line": "1", "quantity": "1", "price": "9", "volume.pv": "9"} for row in orders]
    rows = {
        "company": {"currency": "USD", "volumes": {"pv": "0.01"}}, "members": [{"member": "A"}],
        "edges": [{"tree": "sponsor", "position": "A", "parent": ""}], "orders": orders, "order_lines": lines,
    }  # fmt: skip

    assert played(plan, rows)[0].promised["host"] == 0

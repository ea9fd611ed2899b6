"""A page as the tables of facts."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from trueline.case.model import Page
from trueline.case.world import Tables, facts_of, tables_of
from trueline.errors import Refused
from trueline.plan import Plan, PlanFile

Read = Callable[[str], Page]


def plan_of(page: Page) -> Plan:
    return PlanFile(page.plan, "").at(page.chapters[0].period)


def tables(page: Page, period: int = 0) -> Tables:
    return tables_of(page, plan_of(page), page.chapters[period])


def test_members_edges_and_totals(read: Read, small: str) -> None:
    page = read(small.replace("scheme: EU", "scheme: EU, joined: 2024-01-20, role: customer, country: AT, pv: 2"))
    made = tables(page)

    assert made["members"][0] == {
        "member": "A",
        "joined": "2024-01-20",
        "country": "AT",
        "market": None,
        "attribute.scheme": "EU",
    }
    assert made["members"][1]["attribute.scheme"] is None
    assert made["roles"] == [{"member": "A", "role": "customer"}]
    assert made["edges"] == [
        {"tree": "sponsor", "position": "A", "parent": None},
        {"tree": "sponsor", "position": "B", "parent": "A"},
    ]
    assert made["volumes"] == [
        {"member": "A", "volume": "pv", "amount": "2", "effective": "2024-01-20"},
        {"member": "B", "volume": "pv", "amount": "1000", "effective": "2024-01-01"},
    ]


def test_an_order_of_an_earlier_day_is_unknown_until_its_own_period(read: Read, small: str) -> None:
    page = read(
        small.partition("expect:")[0].replace(", pv: 1 000", "")
        + """\
orders: [{of: B, on: 2024-02-20, pv: 1}]
periods:
  - {period: 2024-01, orders: [{of: B, pv: 2}], expect: {amounts: {A: {level: 0.20}}}}
  - {period: 2024-02, orders: [{of: B, on: 2024-01-31, pv: 3}], expect: {amounts: {A: {level: 0.10}}}}
"""
    )

    assert [row["order"] for row in tables(page)["orders"]] == ["1", "2"]
    assert [(row["order"], row["volume.pv"]) for row in tables(page, 1)["order_lines"]] == [
        ("1", "1"),
        ("2", "2"),
        ("3", "3"),
    ]


def test_a_further_position_has_an_owner_and_its_places(read: Read, small: str) -> None:
    page = read(small.replace("expect:", "  - {id: A-2, owner: A, sponsor: B}\nexpect:"))
    made = tables(page)

    assert [row["member"] for row in made["members"]] == ["A", "B"]
    assert made["positions"] == [
        {"position": "A", "owner": "A"},
        {"position": "B", "owner": "B"},
        {"position": "A-2", "owner": "A"},
    ]
    assert made["edges"][-1] == {"tree": "sponsor", "position": "A-2", "parent": "B"}


def test_a_status_is_given_for_the_period_that_it_stands_in(read: Read, small: str) -> None:
    chapter = "{period: %s, given: {A: {status: %s}}, expect: {ranks: {A: none}}}"
    page = read(
        small.partition("expect:")[0]
        + f"periods: [{chapter % ('2024-01', 'hold')}, {chapter % ('2024-02', 'terminated')}]\n"
    )

    assert tables(page)["status"] == [
        {"member": "A", "status": "hold", "from": "2024-01-01", "to": "2024-02-01"},
        {"member": "A", "status": "terminated", "from": "2024-02-01", "to": "2024-03-01"},
    ]


def test_a_tree_of_roots_only_is_there_as_well(read: Read, small: str) -> None:
    made = tables(read(small.replace("  period: month", "  period: month\n  tree: placement")))

    assert [(row["tree"], row["parent"]) for row in made["edges"]] == [
        ("placement", None),
        ("placement", None),
        ("sponsor", None),
        ("sponsor", "A"),
    ]


def test_orders_and_products(read: Read, small: str) -> None:
    page = read(
        small
        + """\
products: [{sku: tea, kind: product, classes: [drink, hot], member_price: 12.50}]
orders:
  - {of: B, kind: customer, sku: tea, quantity: 2, price: 40.10}
  - {of: A, on: 2024-01-05, lines: [{pv: 1}, {pv: -1}]}
"""
    )
    made = tables(page)

    assert made["products"] == [
        {"sku": "tea", "kind": "product", "classes": "drink hot", "member_price": "12.5", "retail_price": None}
    ]
    assert made["orders"] == [
        {"order": "1", "buyer": "B", "credited": "B", "time": "2024-01-01", "kind": "customer"},
        {"order": "2", "buyer": "A", "credited": "A", "time": "2024-01-05", "kind": None},
    ]
    assert made["order_lines"][0] == {
        "order": "1",
        "line": "1",
        "sku": "tea",
        "quantity": "2",
        "price": "40.1",
        "volume.pv": "0",
    }
    assert [(row["order"], row["line"], row["volume.pv"]) for row in made["order_lines"][1:]] == [
        ("2", "1", "1"),
        ("2", "2", "-1"),
    ]


def test_what_is_given(read: Read, small: str) -> None:
    page = read(small + "given: {A: {rank: Gold, title: Gold, lifetime: {own: 7}, earned: {level: 3.50}}}\n")
    made = tables(page)

    assert made["overrides"] == [
        {"member": "A", "what": "rank", "value": "Gold", "from": "2024-01-01", "to": "2024-02-01"}
    ]
    assert [(row["what"], row["name"], row["value"]) for row in made["balances"]] == [
        ("title", "Gold", "Gold"),
        ("lifetime", "own", "7"),
        ("earned", "level", "3.5"),
    ]
    assert {row["as_of"] for row in made["balances"]} == {"2024-01-01"}


def test_a_chain_tells_all_that_happens_and_gives_what_is_of_the_period(read: Read, small: str) -> None:
    page = read(
        small.partition("expect:")[0]
        + """\
given: {A: {rank: Gold}, B: {earned: {level: 1}}}
periods:
  - period: 2024-01
    orders: [{of: A, pv: 1}]
    volumes: {B: {pv: 5}}
    expect: {ranks: {A: Gold}}
  - period: 2024-02
    orders: [{of: B, pv: 2}]
    given: {A: {rank: none}}
    expect: {ranks: {A: none}}
"""
    )
    made = tables(page, period=1)

    assert [(row["buyer"], row["time"]) for row in made["orders"]] == [("A", "2024-01-01"), ("B", "2024-02-01")]
    assert [(row["amount"], row["effective"]) for row in made["volumes"]] == [
        ("5", "2024-01-01"),
        ("1000", "2024-02-01"),
    ]
    assert [(row["value"], row["from"], row["to"]) for row in made["overrides"] if row["member"] == "A"] == [
        ("Gold", "2024-01-01", "2024-02-01"),  # each in force in its own period only
        ("none", "2024-02-01", "2024-03-01"),
    ]
    assert [(row["member"], row["as_of"]) for row in made["balances"]] == [("B", "2024-02-01")]


def test_a_page_without_orders_has_no_tables_of_orders(read: Read, small: str) -> None:
    assert {"orders", "order_lines"} & set(tables(read(small))) == set()
    assert {"orders", "order_lines"} <= set(tables(read(small + "orders: [{of: A, pv: 1}]\n")))


def test_facts_are_checked(read: Read, small: str) -> None:
    page = read(small)
    facts = facts_of(page, plan_of(page), page.chapters[0])

    assert facts.members == ["A", "B"]
    assert facts.company.volumes == {"pv": Fraction(1, 100)}

    page = read(small.replace("pv: 1 000", "pv: 1.001"))
    with pytest.raises(Refused, match=r"page\.yaml/volumes:2:3: '1.001' is finer than the unit 0.01"):
        facts_of(page, plan_of(page), page.chapters[0])

    page = read(small.replace("pv: 0.01", "pv: 0.05"))
    with pytest.raises(Refused, match=r"page\.yaml: 1/20 is not a unit: a unit is 1, 0.1, 0.01 and so on."):
        facts_of(page, plan_of(page), page.chapters[0])

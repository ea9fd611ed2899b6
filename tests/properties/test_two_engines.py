"""The fast engine and the slow one, both written from docs/semantics.md, agree on random worlds to the last line.

``TRUELINE_WORLDS=5000`` compares that many seeds instead of the batch of every day, and ``TRUELINE_FIRST_WORLD`` says
where they begin.
"""

from __future__ import annotations

import os
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from tests.properties.two_engines import compare, differences, facts_of, fast, legal, slow, whole_plan
from tests.reference.by_hand import members, sale, with_sales
from tests.reference.worlds import Played, seeded_world, worlds

from trueline.errors import Refused
from trueline.period import Period
from trueline.plan import load_plan
from trueline.run import Result, run
from trueline.run.past import Kept, PastRun

COUNT = int(os.environ.get("TRUELINE_WORLDS", "152"))
FIRST = int(os.environ.get("TRUELINE_FIRST_WORLD", "0"))
BATCHES = 8


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(BATCHES))
def test_a_batch_of_seeds(batch: int) -> None:
    found = {}
    for seed in range(FIRST + batch, FIRST + COUNT, BATCHES):
        disagreements = differences(*seeded_world(seed))
        if disagreements:
            found[seed] = disagreements
    assert found == {}


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(worlds())
def test_drawn_worlds(world: Played) -> None:
    assert differences(*world) == []


def test_a_changed_fact_is_seen_as_a_difference() -> None:
    """The comparison itself: one engine given a cent more of volume than the other does not pass."""
    worlds_with_volumes = (world for world in map(seeded_world, range(100)) if world[1]["volumes"])
    plan, rows, periods = next(worlds_with_volumes)
    plan, rows = whole_plan(plan, rows["company"].get("volumes", {})), legal(rows)
    member = rows["members"][0]["member"]
    more = {"member": member, "volume": "pv", "amount": "0.01", "effective": rows["volumes"][0]["effective"]}
    other = {**rows, "volumes": [*rows["volumes"], more]}

    seen = [
        list(compare(one, two)) for one, two in zip(fast(plan, other, periods), slow(plan, rows, periods), strict=True)
    ]

    assert any(text.startswith("own of " + member) for texts in seen for text in texts)


def test_orders_of_a_company_without_hosts() -> None:
    """No order has a host, and the facts have no such column: several orders, and nothing is promised."""
    bonus = {"kind": "party host", "base": "orders(pv)", "rate": "10%", "pays in": "goods"}
    plan = {
        "plan": "hosts",
        "currency": "USD",
        "period": "month",
        "volumes": {"pv": "0.01"},
        "bonuses": {"party": bonus},
    }
    orders = [sale(f"o{number}", "B", "2024-01-05", "1", "200") for number in range(3)]
    rows = with_sales(members("A B<A"), *orders) | {"company": {"currency": "USD", "volumes": {"pv": "0.01"}}}

    assert differences(plan, rows, ["2024-01"]) == []
    assert fast(whole_plan(plan, {"pv": "0.01"}), rows, ["2024-01"])[0].promised["party"] == 0


def test_the_windows_of_a_binary_are_one_group_where_rounding_sits_on_the_source() -> None:
    """Three days of one cycle each at 2.505: 7.515 is 8 in whole units, and not three times 3."""
    rounding = {"to": "1", "mode": "half up", "per": "source"}
    bonus = {"kind": "binary", "tree": "binary", "base": "orders(pv)", "windows": "day", "cycle": "14"}
    plan = {"plan": "days", "currency": "USD", "period": "month", "volumes": {"pv": "0.01"}}
    plan["bonuses"] = {"pairs": {**bonus, "amount": "2.505", "rounding": rounding}}
    sides = [{"tree": "binary", "position": side, "parent": "Y", "slot": side} for side in ("1", "2")]
    days = [("1", "2"), ("2", "2"), ("1", "3"), ("2", "3"), ("1", "4"), ("2", "4")]
    rows = {
        "company": {"currency": "USD", "volumes": {"pv": "0.01"}},
        "members": [{"member": name, "joined": "2024-01-01"} for name in ("Y", "1", "2")],
        "edges": sides,
        "volumes": [{"member": m, "volume": "pv", "amount": "14", "effective": f"2024-01-0{day}"} for m, day in days],
    }

    assert fast(whole_plan(plan, {"pv": "0.01"}), legal(rows), ["2024-01"])[0].amount("Y", "pairs") == 8
    assert differences(plan, rows, ["2024-01"]) == []


def test_a_member_with_two_places_goes_on_from_month_to_month() -> None:
    """Nothing came late: neither the roles of a member with two places, nor the places of one who joins in February."""
    bonus = {"kind": "level", "tree": "placement", "base": "orders(pv)", "rates": ["10%", "10%"]}
    plan = {
        "plan": "places",
        "currency": "USD",
        "period": "month",
        "volumes": {"pv": "0.01"},
        "bonuses": {"team": bonus},
    }
    rows = {
        "company": {"currency": "USD", "volumes": {"pv": "0.01"}},
        "members": [{"member": "A", "joined": "2024-01-01"}, {"member": "B", "joined": "2024-02-03"}],
        "roles": [{"member": "A", "role": "participant", "from": "2024-01-01"}],
        "positions": [{"position": one, "owner": one[0]} for one in ("A", "A2", "B", "B2")],
        "edges": [
            {"tree": "placement", "position": one, "parent": above}
            for one, above in (("A", ""), ("A2", "A"), ("B2", "A2"), ("B", "B2"))
        ],
        "volumes": [{"member": "B", "volume": "pv", "amount": "50", "effective": "2024-02-10"}],
    }

    assert differences(plan, rows, ["2024-01", "2024-02"]) == []
    whole, facts, months = load_plan(whole_plan(plan, {"pv": "0.01"})), facts_of(rows), ("2024-01", "2024-02")
    january, february = (Period.parse(month) for month in months)
    known = facts.known_by(january.end_seconds)
    first = run(whole.at(january), known, None, january)
    past = Kept([PastRun(whole.at(january), known, None, january)])
    second = run(whole.at(february), facts, first.state, february, past=past)
    assert {one: second.amount(one, "team") for one in ("A2", "B2")} == {"A2": 5, "B2": 5}
    assert second.payable("A") == 5


def test_a_place_above_somebody_who_has_not_joined_is_not_among_the_sponsors() -> None:
    """B joins in February below A2, a second place of A: in January nobody stands below A2 among the sponsors."""
    plan = one_bonus(kind="rebate", base="if(kept(sponsor), 10, 0)", rate="100%")
    rows = {
        "company": {"currency": "USD", "volumes": {"pv": "0.01"}},
        "members": [{"member": "A", "joined": "2024-01-01"}, {"member": "B", "joined": "2024-02-03"}],
        "positions": [{"position": one, "owner": one[0]} for one in ("A", "A2", "B")],
        "edges": [
            {"tree": "placement", "position": "A", "parent": ""},
            {"tree": "placement", "position": "A2", "parent": "A"},
            {"tree": "sponsor", "position": "B", "parent": "A2"},
        ],
    }

    assert differences(plan, rows, ["2024-01", "2024-02"]) == []
    january, february = fast(whole_plan(plan, {"pv": "0.01"}), legal(rows), ["2024-01", "2024-02"])
    assert [january.payable("A"), february.payable("A")] == [10, 20]


def test_two_positions_that_stand_for_one_member_bring_no_bank_twice() -> None:
    """A-1 is the only position of A in the tree; the other system had volume on A-2 as well, which has no bank here."""
    bonus = {"kind": "binary", "tree": "binary", "base": "orders(pv)", "rate": "10%"}
    plan = {"plan": "b", "currency": "USD", "period": "month", "volumes": {"pv": "0.01"}, "bonuses": {"b": bonus}}
    edges = [("A-1", "", ""), ("B", "A-1", "left"), ("C", "A-1", "right")]
    rows = {
        "company": {"currency": "USD", "volumes": {"pv": "0.01"}},
        "members": [{"member": one, "joined": "2024-01-01"} for one in "ABC"],
        "positions": [{"position": one, "owner": one[0]} for one in ("A", "A-1", "A-2", "B", "C")],
        "edges": [{"tree": "binary", "position": p, "parent": above, "slot": slot} for p, above, slot in edges],
        "volumes": [{"member": "B", "volume": "pv", "amount": "70", "effective": "2024-01-10"}],
        "state": [{"tree": "binary", "position": "A-1", "name": "right", "value": "50"}],
    }

    assert differences(plan, rows, ["2024-01"]) == []
    assert first_month(plan, rows).amount("A", "b") == 5

    rows["state"].append({"tree": "binary", "position": "A-2", "name": "right", "value": "10"})
    with pytest.raises(ValueError, match="two positions of A bring one bank"):
        slow(plan, legal(rows), ["2024-01"])
    with pytest.raises(Refused, match=r"Positions A-1 and A-2 stand for one member in 'binary'.* one bank right"):
        first_month(plan, rows)


def test_more_leaders_than_generations_may_stand_above_one_sale() -> None:
    """Ten members sell for 100 each; above them stand Silver, Gold and Diamond in one line, and nobody has passed one
    of their rank or higher: for each sale they all are of generation 0, and so is the seller.
    """
    bonus = {"kind": "generation", "boundary": "same rank", "base": "orders(pv)", "rates": ["10%"], "first": "0"}
    sellers = [f"s{number}" for number in range(10)]
    line = [("diamond", ""), ("gold", "diamond"), ("silver", "gold"), *((one, "silver") for one in sellers)]
    plan = one_bonus(**bonus) | {"ranks": {"Silver": "1 = 2", "Gold": "1 = 2", "Diamond": "1 = 2"}}
    rows = {
        "company": {"currency": "USD", "volumes": {"pv": "0.01"}},
        "members": [{"member": one, "sponsor": above, "joined": "2023-01-01"} for one, above in line],
        "overrides": [{"member": one, "what": "rank", "value": one.title()} for one in ("silver", "gold", "diamond")],
        "volumes": [{"member": one, "volume": "pv", "amount": "100", "effective": "2024-01-10"} for one in sellers],
    }

    assert differences(plan, rows, ["2024-01"]) == []
    paid = first_month(plan, rows)
    assert [paid.amount(one, "b") for one in ("silver", "gold", "diamond", "s0")] == [100, 100, 100, 10]


def shop(orders: list[dict[str, str]], lines: list[dict[str, str]], **more: Any) -> dict[str, Any]:
    """A company of A and B with some orders; every line has quantity 1 and price 10."""
    return {
        "company": {"currency": "USD", "volumes": {"pv": "0.01"}},
        "members": [{"member": name, "joined": "2024-01-01"} for name in "AB"],
        "orders": orders,
        "order_lines": [{"line": "1", "quantity": "1", "price": "10", **line} for line in lines],
        **more,
    }


def one_bonus(**bonus: Any) -> dict[str, Any]:
    plan = {"plan": "one", "currency": "USD", "period": "month", "volumes": {"pv": "0.01"}}
    return plan | {"bonuses": {"b": bonus}}


def first_month(plan: dict[str, Any], rows: dict[str, Any]) -> Result:
    return fast(whole_plan(plan, {"pv": "0.01"}), legal(rows), ["2024-01"])[0]


def test_facts_without_credit_use_none() -> None:
    """10 % of what was not paid by credit in kind: all of it."""
    rows = shop([{"order": "1", "buyer": "A", "time": "2024-01-05"}], [{"order": "1"}])
    plan = one_bonus(kind="rebate", base="orders(price where credit = 0)", rate="10%")

    assert first_month(plan, rows).amount("A", "b") == 1
    assert differences(plan, rows, ["2024-01"]) == []


def test_credit_of_another_currency_needs_a_rate() -> None:
    order = {"order": "1", "buyer": "A", "time": "2024-01-05", "currency": "EUR"}
    late = {"currency": "EUR", "rate": "1.3", "from": "2024-01-02"}
    rows = shop([order], [{"order": "1", "credit": "1"}], rates_fx=[late])
    plan = one_bonus(**{"kind": "party host", "base": "orders(quantity)", "rate": "10%", "pays in": "goods"})

    with pytest.raises(Refused, match="'credit' in another currency"):
        first_month(plan, rows)
    rate = {"currency": "EUR", "rate": "1.1", "from": "2024-01-01"}
    hosted = {"order": "0", "buyer": "B", "time": "2024-01-02", "host": "A"}
    rows = shop(
        [hosted, order], [{"order": "0", "quantity": "30"}, {"order": "1", "credit": "1"}], rates_fx=[rate, late]
    )
    assert first_month(plan, rows).goods("A") == Fraction("1.9")  # 10 % of 30, less 1 EUR at 1.10
    assert differences(plan, rows, ["2024-01"]) == []


def test_an_order_without_lines_is_an_order() -> None:
    """B's first order has no lines: B's 20 are of the second; and B ordered before A, who is paid the second place."""
    orders = [("1", "B", "2024-01-02"), ("2", "A", "2024-01-03"), ("3", "B", "2024-01-04")]
    rows = shop(
        [{"order": number, "buyer": who, "time": day} for number, who, day in orders],
        [{"order": "2", "volume.pv": "20"}, {"order": "3", "volume.pv": "20"}],
    )
    second = one_bonus(kind="rebate", base="orders(pv where order_number = 2)", rate="10%")
    places = one_bonus(kind="pool", fund="9", places={"by": "orders(pv)", "shares": ["2", "1"]})

    assert [first_month(second, rows).amount(who, "b") for who in "AB"] == [0, 2]
    assert [first_month(places, rows).amount(who, "b") for who in "AB"] == [3, 6]
    assert differences(second, rows, ["2024-01"]) + differences(places, rows, ["2024-01"]) == []


def test_the_bank_of_who_has_left_the_tree_waits_in_sight() -> None:
    """D's 50 of January stand on the left of B, who is terminated in February: D takes the seat, B's bank waits."""
    plan = one_bonus(kind="binary", tree="matrix", base="orders(pv)", rate="10%")
    plan["trees"] = {"matrix": {"placed": {"width": "2", "fill": "left", "departures": "earliest child"}}}
    rows = {
        "company": {"currency": "USD", "volumes": {"pv": "0.01"}},
        "members": [
            {"member": m, "joined": "2024-01-01", "sponsor": s} for m, s in (("A", ""), ("B", "A"), ("D", "B"))
        ],
        "volumes": [{"member": "D", "volume": "pv", "amount": "50", "effective": "2024-01-10"}],
        "status": [{"member": "B", "status": "terminated", "from": "2024-02-10"}],
    }

    february = fast(whole_plan(plan, {"pv": "0.01"}), legal(rows), ["2024-01", "2024-02"])[1]
    assert not february.in_tree("matrix", "B")
    shown = {
        (row["member"], row["side"]): (row["opening"], row["closing"]) for row in february.table("bank").to_pylist()
    }
    assert shown == {("A", "left"): (50, 50), ("B", "left"): (50, 50)}
    assert differences(plan, rows, ["2024-01", "2024-02"]) == []


@pytest.mark.parametrize("where", ["cap per member", "members", "owners"])
def test_a_cap_below_0_is_0_before_it_looks_back(where: str) -> None:
    """−100 in January leaves room for 100 in February, and not for 95 under a cap of −5."""
    cap = {"at most": "-5", "over": "last 2 periods"}
    bonus: dict[str, Any] = {"kind": "rebate", "base": "orders(pv)", "rate": "100%"}
    plan: dict[str, Any] = {"plan": "below", "currency": "USD", "period": "month", "volumes": {"pv": "0.01"}}
    plan["bonuses"] = {"own": bonus | ({where: cap} if where == "cap per member" else {})}
    plan["limits"] = {} if where == "cap per member" else {where: cap}
    entries = [("-100", "2024-01-05"), ("120", "2024-02-05")]
    rows = {
        "company": {"currency": "USD", "volumes": {"pv": "0.01"}},
        "members": [{"member": "1", "joined": "2024-01-01"}],
        "volumes": [{"member": "1", "volume": "pv", "amount": amount, "effective": day} for amount, day in entries],
    }

    assert differences(plan, rows, ["2024-01", "2024-02"]) == []
    found = fast(whole_plan(plan, {"pv": "0.01"}), legal(rows), ["2024-01", "2024-02"])
    assert [one.amount("1", "own") for one in found] == [-100, 100]

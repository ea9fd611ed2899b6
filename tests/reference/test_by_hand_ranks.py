"""Ranks, titles, trees and facts, by hand (semantics, sections 5, 6 and 8)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from tests.reference.by_hand import MONTHS, entry, members, played, sale, with_sales


def test_ranks_from_below() -> None:
    # Silver: two legs with a Member (pv ≥ 100); the leg of C has it deep down
    ranks = {"Member": "orders(pv) >= 100", "Silver": "legs(rank >= Member) >= 2"}
    result = played(
        {"kind": "rebate", "base": "0", "rate": "1%"}, members("A:0 B<A:100 C<A:0 D<C:100 E<B:5"), ranks=ranks
    )
    assert result.ranks == {"A": "Silver", "B": "Member", "C": "none", "D": "Member", "E": "none"}


def test_group_cut_at_rank() -> None:
    measures = {"pgv": "group(orders(pv) cut at rank >= Silver)"}
    result = played(
        {"kind": "rebate", "base": "0", "rate": "1%"}, members("A:1 B<A:10 C<A:100 D<C:1000"),
        ranks={"Silver": "pgv >= 1000"}, measures=measures,
    )  # fmt: skip
    # D 1000 is Silver; C keeps 100, A 1 + 10 + 100
    assert result.measures["pgv"] == {"A": 111, "B": 10, "C": 100, "D": 1000}


@pytest.mark.parametrize(
    ("titles", "expected"),
    [
        ({}, "Gold Gold Gold Gold"),
        ({"rule": "paid as"}, "Gold none Silver none"),
        ({"rule": "falls", "after": "3"}, "Gold Gold Gold Silver"),
        ({"rule": "paid as", "grace": "2"}, "Gold Gold Gold none"),
    ],
)
def test_titles(titles: dict[str, str], expected: str) -> None:
    rows = members("A:20")
    rows["volumes"] += [entry("A", "10", "2024-03")]
    state, found = None, []
    for month in MONTHS:
        result = played(
            {"kind": "rebate", "base": "0", "rate": "1%"}, rows, state, month, titles=titles,
            ranks={"Silver": "orders(pv) >= 10", "Gold": "orders(pv) >= 20"},
        )  # fmt: skip
        state = result.state
        found.append(result.titles["A"])
    assert " ".join(found) == expected


def test_volume_compression() -> None:
    # C has 10 of its 50; its taker is B, whose 70 reach C's need but not B's own 100
    trees = {
        "paid": {
            "from": "sponsor", "keep": "pv_own >= need",
            "taker": {"measure": "pv_own", "reaches": "need"}, "moves": {"moved": "pv_own"},
        }
    }  # fmt: skip
    measures = {"pv_own": "orders(pv)", "need": "if(scheme = EU, 100, 50)"}
    schemes = {m: {"attribute.scheme": s} for m, s in {"A": "EU", "B": "EU", "C": "DEFAULT", "D": "DEFAULT"}.items()}
    rows = members("A:200 B<A:70 C<B:10 D<C:60", **schemes)
    nothing = {"kind": "rebate", "base": "0", "rate": "1%"}
    plan: dict[str, Any] = {"attributes": {"scheme": ["DEFAULT", "EU"]}, "measures": measures}
    result = played(nothing, rows, trees=trees, **plan)
    # onward: B's 70 goes to A, C's 10 to B and so to A; D hangs from A
    assert result.parents["paid"] == {"A": None, "D": "A"}
    assert result.measures["moved"] == {"A": 280, "B": 0, "C": 0, "D": 60}
    trees["paid"]["landing"] = "lost"
    lost_ = played(nothing, rows, trees=trees, **plan)
    # C's taker is removed: its 10 is lost and D becomes a root
    assert lost_.parents["paid"] == {"A": None, "D": None}
    assert lost_.measures["moved"] == {"A": 270, "B": 0, "C": 0, "D": 60}


def test_leaders_tree() -> None:
    trees = {"led": {"from": "sponsor", "leaders": "orders(pv) >= 100"}}
    result = played(
        {"kind": "rebate", "base": "0", "rate": "1%"}, members("A:100 B<A:0 C<B:100 D<B:0 E<C:0"), trees=trees
    )
    assert result.parents["led"] == {"A": None, "B": "A", "C": "A", "D": "A", "E": "C"}


def test_returns_net_out() -> None:
    rows = with_sales(members("A"), sale("1", "A", "2024-01-05", "10", "1", quantity="3"))
    rows["returns"] = [{"order": "1", "line": "1", "quantity": "1", "time": "2024-01-20"}]
    measures = {"pv_net": "orders(pv)", "paid": "orders(price)", "units": "orders(quantity)"}
    result = played({"kind": "rebate", "base": "0", "rate": "1%"}, rows, measures=measures)
    # 1 × 2/3 = 0.67; 10 × 2/3 = 6.67
    assert {name: result.measures[name]["A"] for name in measures} == {
        "pv_net": Fraction(67, 100), "paid": Fraction(667, 100), "units": 2,
    }  # fmt: skip


def test_history() -> None:
    measures = {
        "before": "previous(orders(pv))", "ever": "lifetime(now)", "now": "orders(pv)", "two": "last(2, now)",
        "run_of": "streak(now >= 10)",
    }  # fmt: skip
    rows = members("A:10")
    rows["volumes"] += [entry("A", "20", "2024-02"), entry("A", "5", "2024-03"), entry("A", "30", "2024-04")]
    rows["balances"] = [{"member": "A", "what": "lifetime", "name": "now", "value": "100"}]
    state, found = None, []
    for month in MONTHS:
        result = played({"kind": "rebate", "base": "0", "rate": "1%"}, rows, state, month, measures=measures)
        state = result.state
        found.append([int(result.measures[name]["A"]) for name in ("before", "ever", "two", "run_of")])
    assert found == [[0, 110, 10, 1], [10, 130, 30, 2], [20, 135, 25, 0], [5, 165, 35, 1]]


def test_member_functions() -> None:
    measures = {
        "first_leg": "leg(1, orders(pv))", "others": "rest(1, orders(pv))", "sixty": "capped(60, orders(pv))",
        "middle": "highest(2, 5, 9, 7)", "share": "ratio(orders(pv), 30, 0.01)", "above": "parent(orders(pv))",
        "deep": "depth(sponsor)", "nth": "ordinal",
    }  # fmt: skip
    result = played(
        {"kind": "rebate", "base": "0", "rate": "1%"}, members("A:20 B<A:100 C<A:50 D<A:30"), measures=measures
    )
    found = result.measures
    assert [found[name]["A"] for name in ("first_leg", "others", "sixty", "middle")] == [100, 80, 140, 7]
    # 20 / 30 down to hundredths
    assert found["share"]["A"] == Fraction(66, 100)
    assert [found[name]["C"] for name in ("above", "deep", "nth")] == [20, 1, 2]

"""Roundings, limits and holds, by hand (semantics, sections 9 and 10)."""

from __future__ import annotations

import pytest
from tests.reference.by_hand import LADDER, entry, members, pays, played, sale, with_ranks, with_sales
from tests.reference.engine import run


@pytest.mark.parametrize(
    ("per", "expected"), [("line", "0.03"), ("source", "0.02"), ("bonus", "0.02"), ("member", "0.02")]
)
def test_rounding_places(per: str, expected: str) -> None:
    # three orders of 0.05 at 10 %: 0.005 each → 0.01 × 3; together 0.015 → 0.02
    rows = with_sales(members("A"), *(sale(str(k), "A", "2024-01-05", "0", "0.05") for k in range(3)))
    bonus = {
        "kind": "rebate", "base": "orders(pv)", "rate": "10%", "lines": "order",
        "rounding": {"to": "0.01", "mode": "half up", "per": per},
    }  # fmt: skip
    result = played(bonus, rows)
    assert pays(result) == {"A": expected}
    if per != "line":
        assert [line["amount"] * 100 for line in result.lines] == [1, 1, 0]


def test_member_limit_takes_in_proportion() -> None:
    # 60 + 40 down to 33.33: 19.998 and 13.332: floors 19.99 and 13.33, the missing cent to the larger remainder (.8)
    bonuses = {
        "b": {"kind": "rebate", "base": "orders(pv)", "rate": "60%"},
        "c": {"kind": "rebate", "base": "orders(pv)", "rate": "40%"},
    }
    result = played({}, members("A:100"), bonuses=bonuses, limits={"members": {"at most": "33.33"}})
    assert (pays(result), pays(result, "c")) == ({"A": "20"}, {"A": "13.33"})


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("pro rata", ({"A": "6", "B": "6"}, {"A": "3", "B": "3"})),
        ("lower ranks first", ({"A": "10", "B": "2"}, {"A": "5", "B": "1"})),
        ("plan order", ({"A": "9", "B": "9"}, {})),
    ],
)
def test_company_limit(how: str, expected: tuple[dict[str, str], dict[str, str]]) -> None:
    # 10 + 10 and 5 + 5 = 30 down to 18
    bonuses = {
        "b": {"kind": "rebate", "base": "orders(pv)", "rate": "10%"},
        "c": {"kind": "rebate", "base": "orders(pv)", "rate": "5%"},
    }
    rows = with_ranks(members("A:100 B:100"), A="Gold", B="Member")
    result = played({}, rows, bonuses=bonuses, ranks=LADDER, limits={"company": {"at most": "18.009", "how": how}})
    assert (pays(result), pays(result, "c")) == expected


def test_hold_and_payout() -> None:
    bonus = {"kind": "rebate", "base": "orders(pv)", "rate": "10%", "hold until": "orders(pv) >= 50"}
    rows = members("A:40 B:60")
    rows["volumes"] += [entry("A", "50", "2024-02"), entry("B", "60", "2024-02")]
    limits = {"payout": {"from": "7"}}
    first = played(bonus, rows, limits=limits)
    assert first.held == {("A", "b"): 4}
    assert first.payable == {}
    assert first.carried == {"B": 6}
    second = played(bonus, rows, first.state, "2024-02", limits=limits)
    assert second.payable == {"A": 9, "B": 12}
    assert (second.carried, second.held) == ({}, {})


def test_every_cut_is_a_row() -> None:
    """30 and 20: the cap of 25 takes 5, the member's limit of 40 takes 5 in proportion 5 : 4, the company's of 31
    takes 9 of 22.22 and 17.78: 4.9995 and 4.0005.
    """
    bonuses = {
        "r": {"kind": "rebate", "base": "orders(pv)", "rate": "30%", "cap per member": "25"},
        "s": {"kind": "rebate", "base": "orders(pv)", "rate": "20%"},
    }
    limits = {
        "members": {"at most": "40"}, "structures": [{"of": ["s"], "at most": "100"}], "company": {"at most": "31"},
    }  # fmt: skip
    result = run({"volumes": {"pv": "0.01"}, "bonuses": bonuses, "limits": limits}, members("A:100"), None, "2024-01")

    cut = {(bonus, limit): str(float(amount)) for (_, bonus, limit), amount in result.cuts.items()}
    assert cut == {
        ("r", "cap per member"): "5.0", ("r", "members"): "2.78", ("s", "members"): "2.22",
        ("r", "company"): "5.0", ("s", "company"): "4.0",
    }  # fmt: skip
    for bonus in bonuses:
        rows = [amount for (_, name, _), amount in result.cuts.items() if name == bonus]
        assert result.earnings["A", bonus]["capped"] == sum(rows)

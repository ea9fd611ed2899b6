"""Numbers at the edge: large amounts, fine units, odd rates; never wrapped, never refused."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from tests.properties.two_engines import compare, facts_of, slow

from trueline.period import Period
from trueline.plan import load_plan
from trueline.run import Result, chain

Rows = dict[str, Any]
MONTH = ["2024-01"]


def plan_of(bonuses: Rows, **more: Any) -> Rows:
    usual = {"plan": "edge", "currency": "IDR", "period": "month", "volumes": {"pv": "0.01"}}
    return {**usual, "rounding": {"to": "0.01", "mode": "half up"}, **more, "bonuses": bonuses}


def rows_of(members: list[tuple[str, str, str]], plan: Rows, **more: Any) -> Rows:
    """Members as (id, sponsor, volume)."""
    return {
        "company": {"currency": plan["currency"], "volumes": plan["volumes"]},
        "members": [{"member": m, "sponsor": s, "joined": "2024-01-01"} for m, s, _ in members],
        "volumes": [{"member": m, "volume": "pv", "amount": v, "effective": "2024-01-15"} for m, _, v in members if v],
        **more,
    }


def agreed(plan: Rows, rows: Rows, periods: list[str] | None = None) -> list[Result]:
    """The periods by both engines; they must agree on everything."""
    periods = periods or MONTH
    first, last = Period.parse(periods[0]), Period.parse(periods[-1])
    found = list(chain(load_plan(plan, "edge"), facts_of(rows), None, first, last))
    for one, two in zip(found, slow(plan, rows, periods), strict=True):
        assert list(compare(one, two)) == []
        _ = one.hashes  # every table can be written
    return found


LEVEL = {"kind": "level", "base": "orders(pv)", "rates": ["2/37%", "2.5%", "10%"]}
LINE = [("1", "", "0"), ("2", "1", "100000000000000"), ("3", "2", "100000000000000"), ("4", "3", "99999999999999.99")]


def test_amounts_of_10_to_the_14() -> None:
    result = agreed(plan_of({"b": LEVEL}), rows_of(LINE, plan_of({})))[0]

    # 2/37 % of member 2's 10^14, 2.5 % of member 3's, 10 % of member 4's 99 999 999 999 999.99, each to the sen
    assert result.amount("1", "b") == Fraction("54054054054.05") + Fraction("2500000000000") + Fraction(
        "10000000000000"
    )


@pytest.mark.parametrize("per", ["line", "source", "bonus", "member"])
@pytest.mark.parametrize("mode", ["half even", "up", "floor"])
def test_every_place_of_rounding_with_large_amounts(per: str, mode: str) -> None:
    plan = plan_of(
        {"b": LEVEL, "c": {**LEVEL, "rates": ["1/7%", "3.000001%"]}}, rounding={"to": "0.05", "mode": mode, "per": per}
    )
    agreed(plan, rows_of(LINE, plan))


def test_a_company_of_10_to_the_17_minor_units() -> None:
    wide = [("0", "", "")] + [(str(k), str((k - 1) // 3), "33333333333333.33") for k in range(1, 31)]
    plan = plan_of(
        {
            "b": LEVEL,
            "p": {"kind": "pool", "fund": "2/37% * company(own)", "shares": "own"},
            "q": {
                "kind": "pool",
                "fund": "2.5% * company(own)",
                "shares": "own",
                "share value": {"to": "0.000001", "mode": "down"},
            },
            "d": {"kind": "difference", "form": "group", "rate": "r", "base": "group(own)"},
        },
        measures={"own": "orders(pv)"},
        tables={"r": {"on": "group(own)", "cliff": {"0": "2/37%", "100 000 000 000 000": "3.141593%"}}},
        limits={
            "members": {"at most": "company(own) * 1%"},
            "company": {"at most": "12.345678% * company(own)", "how": "pro rata"},
            "payout": {"from": "1 000 000"},
        },
    )
    result = agreed(plan, rows_of(wide, plan))[0]

    assert sum(result.total(name) for name in result.bonuses) <= Fraction("12.345678") / 100 * 30 * Fraction(
        "33333333333333.33"
    )


def test_volumes_with_eight_decimals_and_fine_rates() -> None:
    plan = plan_of(
        {
            "b": {"kind": "level", "base": "weighted", "rates": ["2/37%", "2.123456%"]},
            "r": {"kind": "rebate", "base": "twice", "rate": "factor * factor * 2/37%"},
            "i": {"kind": "infinity", "base": "weighted", "rate": "factor * 1.000001%"},
            "d": {"kind": "difference", "base": "twice", "rate": "factor * factor * 2/37%", "from": "self"},
        },
        volumes={"pv": "0.00000001"},
        measures={"own": "orders(pv)", "weighted": "own * factor", "twice": "own * factor * factor"},
        tables={"factor": {"on": "own", "cliff": {"0": "0.333333", "1 000": "1.000001"}}},
        currency="USD",
    )
    members = [("1", "", "12345678901.12345678"), ("2", "1", "999999.99999999"), ("3", "2", "0.00000001")]
    agreed(plan, rows_of(members, plan))


def test_measures_that_multiply_tables_go_through_every_function_of_a_tree() -> None:
    fine = "own * factor * factor * factor"
    names = {
        "own": "orders(pv)", "fine": fine,
        "front": "frontline(fine)", "below": "downline(fine)", "all_of": "group(fine)",
        "pruned": "group(fine cut at own >= 7)", "two": "levels(1 to 2, fine)", "largest": "leg(1, all_of)",
        "second": "leg(2, fine)", "others": "rest(1, all_of)", "held": "capped(fine, fine)", "total": "company(fine)",
        "above": "parent(fine)", "so_far": "lifetime(fine)", "back": "last(2, fine)", "was": "previous(fine)",
        "share": "ratio(all_of, total, 0.000001)", "top": "highest(2, fine, all_of, below)", "cust": "customers(fine)",
        "some": "if(fine >= 10, fine, all_of) - min(fine, below) / 3", "int": "whole(all_of / 500)",
    }  # fmt: skip
    plan = plan_of(
        {"b": {"kind": "level", "base": "fine", "rates": ["5%", "2/37%"], "cap per source": "1 000"}},
        volumes={"pv": "0.00000001"},
        measures=names,
        tables={"factor": {"on": "own", "cliff": {"0": "0.333333", "1 000": "1.000001"}}},
    )
    members = [
        ("1", "", "12345678.12345678"), ("2", "1", "999999.99999999"), ("3", "2", "0.00000001"), ("4", "1", "7"),
        ("5", "1", "-0.00000003"),
    ]  # fmt: skip
    agreed(plan, rows_of(members, plan), ["2024-01", "2024-02"])


def test_ranks_that_need_each_other_over_fine_numbers() -> None:
    plan = plan_of(
        {"b": {"kind": "level", "base": "own", "rates": {"Silver": ["1%"], "Gold": ["2/37%", "3%"]}}},
        volumes={"pv": "0.00000001"},
        measures={"own": "orders(pv)", "fine": "own * factor * factor * factor"},
        tables={"factor": {"on": "own", "cliff": {"0": "0.333333", "1 000": "1.000001"}}},
        ranks={
            "Silver": "group(fine) >= 10 000 000",
            "Gold": "group(fine cut at rank >= Silver) * 2/37% >= 10 and legs(rank >= Silver) >= 1",
        },
    )
    members = [
        ("1", "", "12345678901.12345678"),
        ("2", "1", "88765432109.99999999"),
        ("3", "2", "0.00000001"),
        ("4", "2", "2000000000"),
    ]
    agreed(plan, rows_of(members, plan))


def test_a_fact_in_a_coarse_unit_read_in_a_fine_one() -> None:
    """The facts keep whole points, the plan counts hundred-millionths of them."""
    plan = plan_of({"b": LEVEL}, volumes={"pv": "0.00000001"}, currency="USD")
    rows = rows_of([("1", "", "0"), ("2", "1", "90000000000")], plan)
    rows["company"] = {"currency": "USD", "volumes": {"pv": "1"}}
    result = agreed(plan, rows)[0]

    assert result.amount("1", "b") == Fraction("48648648.65")  # 90 000 000 000 × 2/37 %


def test_a_coarse_fact_beyond_the_fine_unit_is_refused_or_right() -> None:
    """10^12 whole points are 10^20 hundred-millionths: beyond int64, and still legitimate."""
    plan = plan_of({"b": LEVEL}, volumes={"pv": "0.00000001"}, currency="USD")
    rows = rows_of([("1", "", "0"), ("2", "1", "1000000000000")], plan)
    rows["company"] = {"currency": "USD", "volumes": {"pv": "1"}}
    result = agreed(plan, rows)[0]

    assert result.amount("1", "b") == Fraction("540540540.54")  # 10^12 × 2/37 %


def test_quantity_times_price_beyond_int64_is_not_wrapped() -> None:
    plan = plan_of({"r": {"kind": "retail", "rate": "1%"}}, volumes={})
    rows = rows_of([("1", "", ""), ("2", "1", "")], {**plan, "volumes": {}})
    rows |= {
        "volumes": [],
        "roles": [{"member": "2", "role": "customer"}],
        "products": [
            {"sku": "x", "member_price": "9000000000000", "retail_price": "90000000000000", "kind": "product"}
        ],
        "orders": [{"order": "a", "buyer": "2", "time": "2024-01-05", "kind": "customer"}],
        "order_lines": [{"order": "a", "line": "1", "sku": "x", "quantity": "100000", "price": "90000000000000000"}],
    }
    rows["company"]["volumes"] = {}
    # paid 9 × 10^16 for goods that cost the member 100 000 × 9 × 10^12 = 9 × 10^17: a margin of −8.1 × 10^17
    with_margin = {**plan, "measures": {"loss": "orders(margin) / 1 000 000"}}
    result = agreed(with_margin, rows)[0]

    assert result.measure("2", "loss") == Fraction(-810000000000)


def test_sums_over_bonuses_beyond_int64_are_not_wrapped() -> None:
    """Three bonuses of 4 × 10^18 minor units each: any one fits, their sum does not."""
    plan = plan_of(
        {name: {"kind": "rebate", "base": "own", "rate": "100%"} for name in ("a", "b", "c")},
        measures={"own": "orders(pv)"},
        limits={"members": {"at most": "100"}},
    )
    rows = rows_of([("1", "", "40000000000000000")], plan)
    result = agreed(plan, rows)[0]

    assert result.payable("1") == 100


def test_a_cap_per_source_holds_at_the_hundredth_level() -> None:
    members = [("m0", "", "")] + [(f"m{k}", f"m{k - 1}", "") for k in range(1, 100)] + [("m100", "m99", "1000")]
    plan = plan_of(
        {"b": {"kind": "infinity", "base": "orders(pv)", "rate": "5%", "from level": "100", "cap per source": "3"}}
    )
    result = agreed(plan, rows_of(members, plan))[0]

    assert result.amount("m0", "b") == 3


def test_caps_by_level_begin_at_level_0_for_own_sales() -> None:
    plan = plan_of({"b": {"kind": "rebate", "base": "orders(pv)", "rate": "10%", "cap per source": ["3"]}})
    result = agreed(plan, rows_of([("1", "", "1000")], plan))[0]

    assert result.amount("1", "b") == 3


def test_of_several_opening_balances_the_latest_counts() -> None:
    plan = plan_of({"b": LEVEL}, measures={"ever": "lifetime(orders(pv))", "own": "orders(pv)", "sum": "lifetime(own)"})
    rows = rows_of([("1", "", "10")], plan)
    old = {"member": "1", "what": "lifetime", "name": "own", "value": "500", "as_of": "2023-12-01"}
    new = {"member": "1", "what": "lifetime", "name": "own", "value": "700", "as_of": "2023-12-31"}
    late = {"member": "1", "what": "lifetime", "name": "own", "value": "9", "as_of": "2024-02-01"}
    for balances in ([old, new, late], [late, new, old]):
        assert agreed(plan, {**rows, "balances": balances})[0].measure("1", "sum") == 710


def test_a_rate_whose_denominator_is_between_two_to_the_63_and_64() -> None:
    """30.00000000000000001 % is 3000000000000000001 / 10^19; of 50.00 it is 15.00 and the 200 000 billionth part of a unit."""
    plan = plan_of({"b": {"kind": "rebate", "base": "orders(pv)", "rate": "30.00000000000000001%"}})
    up = plan | {"rounding": {"to": "0.01", "mode": "up"}}
    rows = rows_of([("1", "", "50")], plan)

    assert agreed(plan, rows)[0].amount("1", "b") == 15
    assert agreed(up, rows)[0].amount("1", "b") == Fraction("15.01")


@pytest.mark.parametrize("limit", ["members", "owners"])
def test_a_cap_beyond_what_is_counted_in_cuts_nothing(limit: str) -> None:
    plan = plan_of(
        {"b": {"kind": "rebate", "base": "orders(pv)", "rate": "100%"}},
        limits={limit: {"at most": "100000000000000000000"}},
    )

    assert agreed(plan, rows_of([("1", "", "99.99")], plan))[0].payable("1") == Fraction("99.99")


@pytest.mark.parametrize("over", ["last 3 periods", "lifetime"])
def test_a_cap_beyond_what_can_be_paid_is_none_after_a_period_below_0(over: str) -> None:
    """10 % of -100 in January leaves more room than there was: 10 % of 300 are paid in February."""
    cap = {"at most": "1 000 000 000 000 000 000 000", "over": over}
    plan = plan_of({"b": {"kind": "rebate", "base": "orders(pv)", "rate": "10%", "cap per member": cap}})
    plan["limits"] = {"members": cap, "owners": cap}
    rows = rows_of([("1", "", "")], plan)
    rows["volumes"] = [
        {"member": "1", "volume": "pv", "amount": amount, "effective": day}
        for amount, day in (("-100", "2024-01-10"), ("300", "2024-02-10"))
    ]
    results = agreed(plan, rows, ["2024-01", "2024-02"])

    assert [result.amount("1", "b") for result in results] == [-10, 30]


@pytest.mark.parametrize(
    ("compression", "paid"), [("dynamic", {"1": 3}), ("roll up", {"1": 3 + 3}), ("none", {"2": -2})]
)
def test_nobody_is_found_by_a_rate_below_0(compression: str, paid: dict[str, int]) -> None:
    """100 of member 3, levels of 10 % above 100 pv and 5 % below, less 7 %: member 1 has 3 %, member 2 has -2 %."""
    tables = {"earns": {"on": "own", "cliff": {"0": "5%", "100": "10%"}}}
    bonus = {"kind": "level", "base": "orders(pv)", "sources": "own = 50", "depth": "2", "rate": "earns - 7%"}
    plan = plan_of({"b": bonus | {"compression": compression}}, measures={"own": "orders(pv)"}, tables=tables)
    plan["bonuses"]["b"]["base"] = "2 * orders(pv)"
    result = agreed(plan, rows_of([("1", "", "150"), ("2", "1", "10"), ("3", "2", "50")], plan))[0]
    found = {one: result.amount(one, "b") for one in ("1", "2", "3") if result.amount(one, "b")}

    assert found == {"1": Fraction(3)} | {one: Fraction(amount) for one, amount in paid.items()}

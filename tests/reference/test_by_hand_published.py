"""Published examples, by hand and by the second engine."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.reference.by_hand import (
    LADDER,
    MONTHS,
    entry,
    lost,
    members,
    pays,
    played,
    sale,
    with_ranks,
    with_sales,
)


def test_mlmforge_unilevel() -> None:
    # 200 CV × 40 % × 5 % = 4.00 on each level that the rank has
    rates = {"Member": ["5%"], "Silver": ["5%"] * 2, "Gold": ["5%"] * 3, "Diamond": ["5%"] * 5}
    bonus = {"kind": "level", "base": "orders(pv) * 40%", "rates": rates}
    rows = with_ranks(
        members("Top:0 Sponsor<Top:0 A<Sponsor:0 D<Sponsor:0 B<A:0 C<B:200"),
        Top="Diamond", Sponsor="Gold", A="Silver", D="Silver", B="Member",
    )  # fmt: skip
    result = played(bonus, rows, ranks=LADDER)
    assert pays(result) == {"A": "4", "B": "4", "Sponsor": "4", "Top": "4"}
    # promised 5 levels × 4 = 20; one level has no upline
    assert lost(result) == {"no upline": "4"}


def test_amway_in_four_legs() -> None:
    # gross 9 % of 90 000 = 8 100, less 6 % of 72 000 = 4 320, net 3 780; the legs 6 % of 18 000 = 1 080
    table = {
        "on": "group(orders(pv))",
        "cliff": {"300": "6%", "1000": "9%", "2000": "12%", "4000": "15%", "10000": "21%"},
    }
    bonus = {"kind": "difference", "form": "group", "base": "group(orders(pv)) * 60", "rate": "performance"}
    result = played(bonus, members("YOU:300 A<YOU:300 B<YOU:300 C<YOU:300 D<YOU:300"), tables={"performance": table})
    assert pays(result) == {"A": "1080", "B": "1080", "C": "1080", "D": "1080", "YOU": "3780"}
    gross = [line["amount"] for line in result.lines if line["receiver"] == "YOU" and line["part"] == "gross"]
    assert gross == [8100]
    # the source form pays the same: 18 000 × 9 % own... YOU 1 620 + 4 × 18 000 × (9 − 6) % = 3 780
    source = {"kind": "difference", "base": "orders(pv) * 60", "rate": "performance", "from": "self"}
    again = played(source, members("YOU:300 A<YOU:300 B<YOU:300 C<YOU:300 D<YOU:300"), tables={"performance": table})
    assert pays(again) == pays(result)


def test_dxn_truncates_every_product() -> None:
    # 880 × 27 % × 0.28 = 66.528 → 66.52; less 16.464 → 16.46, 11.76 and 21.00: 17.30
    table = {"on": "rank", "cliff": {"SA": "21%", "QSA": "25%", "YOU": "27%"}}
    bonus = {
        "kind": "difference", "form": "group", "base": "group(orders(pv)) * 0.28", "rate": "star",
        "rounding": {"to": "0.01", "mode": "down", "per": "line"},
    }  # fmt: skip
    rows = with_ranks(
        members("YOU:100 SA1<YOU:280 SA2<YOU:200 QSA1<YOU:300"), YOU="YOU", SA1="SA", SA2="SA", QSA1="QSA"
    )
    result = played(bonus, rows, tables={"star": table}, ranks={"SA": "1 = 2", "QSA": "1 = 2", "YOU": "1 = 2"})
    assert pays(result) == {"QSA1": "21", "SA1": "16.46", "SA2": "11.76", "YOU": "17.3"}
    assert Fraction(6652, 100) in [line["amount"] for line in result.lines]


def test_vestige_cumulative() -> None:
    table = {
        "on": "lifetime(bv)",
        "cliff": {"16": "5%", "8016": "8%", "32016": "11%", "72016": "14%", "120016": "17%", "160016": "20%"},
    }
    bonus = {"kind": "rebate", "base": "bv", "rate": "step"}
    rows = members("YOU")
    rows["volumes"] = [entry("YOU", v, m) for v, m in zip(("40000", "40000", "41000", "40000"), MONTHS, strict=False)]
    state, paid = None, []
    for month in MONTHS:
        result = played(bonus, rows, state, month, measures={"bv": "orders(pv)"}, tables={"step": table})
        state = result.state
        paid.append(pays(result)["YOU"])
    assert paid == ["4400", "5600", "6970", "8000"]


def test_wtk_levels() -> None:
    # joining fee 100, 20/5/4 %: A gets 3 × 20 + 2 × 5 + 4, B 2 × 20 + 5, E 20
    bonus = {"kind": "level", "base": "orders(pv)", "rates": ["20%", "5%", "4%"]}
    result = played(bonus, members("A B<A:100 C<A:100 D<A:100 E<B:100 F<B:100 K<E:100"))
    assert pays(result) == {"A": "74", "B": "45", "E": "20"}


def test_wtk_min_of_two_plans() -> None:
    # fee and rates of the lower of the two packages: A 2.50 from B, 10 from C, 2 from D, 9 from E; B 2.50 + 2.50
    rates = {"1": ["5%", "4%", "3%", "2%", "1%"], "2": ["10%", "9%", "8%", "7%", "6%"]}
    low = {"kind": "level", "base": "50", "rates": rates, "rates on": "min(package, source.package)"}
    rows = members(
        "A B<A C<A D<B E<B",
        **{m: {"attribute.plan": p} for m, p in zip("ABCDE", ("P2", "P1", "P2", "P1", "P2"), strict=True)},
    )
    plan: dict[str, Any] = {
        "attributes": {"plan": ["P1", "P2"]},
        "tables": {"package": {"on": "plan", "values": {"P1": "1", "P2": "2"}}},
        "bonuses": {
            "low": {**low, "if": "min(package, source.package) = 1"},
            "high": {**low, "base": "100", "if": "min(package, source.package) = 2"},
        },
    }
    result = played({}, rows, **plan)
    assert pays(result, "low") == {"A": "4.5", "B": "5"}
    assert pays(result, "high") == {"A": "19"}


def test_marginal_bands() -> None:
    # 14: 10 × .1 + 4 × .2 = 1.80; 36: 1 + 2 + 3 + 6 × .4 = 8.40
    table = {"on": "orders(pv)", "marginal": {"0": "10%", "10": "20%", "20": "30%", "30": "40%"}}
    result = played({"kind": "rebate", "base": "bands", "rate": "100%"}, members("1:14 2:36"), tables={"bands": table})
    assert pays(result) == {"1": "1.8", "2": "8.4"}


def test_avon_order_265() -> None:
    table = {"on": "largest_order(price)", "cliff": {"50": "20%", "145": "30%", "285": "35%", "425": "40%"}}
    rows = with_sales(members("REP"), sale("1", "REP", "2024-01-05", "265", "0"))
    result = played({"kind": "rebate", "base": "orders(price)", "rate": "tier"}, rows, tables={"tier": table})
    assert pays(result) == {"REP": "79.5"}


def test_unilevel_five_by_five() -> None:
    # 500 × 1.5 % = 7.50 each; 5, 25, 125, … people per level, here two levels: 5 × 7.5 + 25 × 7.5 = 225
    names = ["YOU:0", *(f"{i}<YOU:500" for i in range(5)), *(f"{i}{j}<{i}:500" for i in range(5) for j in range(5, 10))]
    result = played({"kind": "level", "base": "orders(pv)", "rates": ["1.5%"] * 2}, members(" ".join(names)))
    assert pays(result)["YOU"] == "225"


def test_h_crystal_match() -> None:
    # the seller's 300 is matched 20/10/5 %
    bonuses = {
        "sale": {"kind": "rebate", "base": "orders(pv)", "rate": "30%"},
        "match": {"kind": "match", "of": ["sale"], "rates": ["20%", "10%", "5%"]},
    }
    result = played({}, members("John Geo<John Bob<Geo Max<Bob:1000"), bonuses=bonuses)
    assert pays(result, "match") == {"Bob": "60", "Geo": "30", "John": "15"}


def test_mlmforge_member_cap() -> None:
    bonus = {"kind": "rebate", "base": "orders(pv)", "rate": "100%", "cap per member": "50000"}
    result = played(bonus, members("P:62000"))
    assert (pays(result), lost(result)) == ({"P": "50000"}, {"capped": "12000"})


def test_mlmforge_company_cap() -> None:
    # raw 48 % of 1 000 000, cap 42 %: the factor is .875
    bonus = {"kind": "rebate", "base": "orders(pv)", "rate": "48%"}
    limits = {"company": {"at most": "42% * company(orders(pv))", "how": "pro rata"}}
    result = played(bonus, members("A:600000 B:400000"), limits=limits)
    assert pays(result) == {"A": "252000", "B": "168000"}


def test_flp_month_two() -> None:
    # own 5 % of 200; the directs' 2 × 400 × 5 %; new distributor profit 15 % of 800
    bonuses = {
        "personal": {"kind": "rebate", "base": "orders(pv)", "rate": "5%"},
        "directs": {"kind": "level", "base": "orders(pv)", "rates": ["5%"]},
        "new": {"kind": "level", "base": "orders(pv)", "rates": ["15%"], "if": "source.new"},
    }
    rows = members("YOU:200 N1<YOU:400 N2<YOU:400")
    rows["members"][0]["joined"] = "2023-05-01"
    result = played({}, rows, bonuses=bonuses)
    assert (pays(result, "personal")["YOU"], pays(result, "directs"), pays(result, "new")) == (
        "10",
        {"YOU": "40"},
        {"YOU": "120"},
    )


def test_flp_retail_profit() -> None:
    # retail price 1 000 paid by the customer, member price 700
    rows = with_sales(members("YOU"), sale("1", "YOU", "2024-01-05", "1000", "0", kind="customer"))
    rows["products"] = [{"sku": "x", "member_price": "700", "retail_price": "1000"}]
    assert pays(played({"kind": "retail"}, rows)) == {"YOU": "300"}


def test_power_of_three() -> None:
    steps = [
        {"when": "frontline(orders(pv) >= 100) >= 3 and orders(pv) >= 100", "amount": "50"},
        {"when": "levels(2 to 2, orders(pv) >= 100) >= 9", "amount": "250"},
    ]
    result = played({"kind": "milestone", "steps": steps}, members("YOU:100 A<YOU:100 B<YOU:100 C<YOU:100"))
    assert pays(result) == {"YOU": "50"}


def test_pool_fund() -> None:
    # 1 % of 12 000 000 split 3 : 2 : 1
    bonus = {
        "kind": "pool",
        "fund": "1% * company(orders(pv))",
        "shares": "orders(pv) / 1000000",
        "who": "orders(pv) > 0",
    }
    result = played(bonus, members("J:6000000 K:4000000 L:2000000"))
    assert pays(result) == {"J": "60000", "K": "40000", "L": "20000"}

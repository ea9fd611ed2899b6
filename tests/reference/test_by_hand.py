"""Amounts worked out by hand from the definitions, or published."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from tests.reference.by_hand import entry, lost, members, pays, played, sale, with_ranks, with_sales
from tests.reference.language import number_of, read
from tests.reference.rounding import floors, rounded

LADDER = {"Member": "1 = 1", "Silver": "1 = 2", "Gold": "1 = 2", "Diamond": "1 = 2"}
CHAIN = "A:0 B<A:0 C<B:0 D<C:0 E<D:100"


def test_numbers() -> None:
    assert number_of("20 000") == 20000
    assert number_of("2/37%") == Fraction(2, 3700)
    assert number_of("2.5%") == Fraction(1, 40)
    assert read("2/37%").value == Fraction(2, 3700)


def test_binding() -> None:
    tree = read("not a + 2 * -b >= 3 and c or d")
    assert (tree.op, tree.left.op, tree.left.left.op, tree.left.left.inner.op) == ("or", "and", "not", ">=")


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("half up", "3 2 -3 1"),
        ("half even", "2 2 -2 1"),
        ("half down", "2 2 -2 1"),
        ("down", "2 1 -2 1"),
        ("up", "3 2 -3 2"),
        ("floor", "2 1 -3 1"),
        ("ceiling", "3 2 -2 2"),
    ],
)
def test_rounding_modes(mode: str, expected: str) -> None:
    values = [Fraction(5, 2), Fraction(17, 10), Fraction(-5, 2), Fraction(13, 10)]
    assert [rounded(value, Fraction(1), mode) for value in values] == [int(one) for one in expected.split()]


def test_largest_remainder() -> None:
    # 1/3 each of 1.00: floors 33 33 33, one cent missing, the first gets it
    assert floors([Fraction(1, 3)] * 3, Fraction(1), Fraction(1, 100)) == [Fraction(34, 100)] + [Fraction(33, 100)] * 2


# Published examples


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


MONTHS = ["2024-01", "2024-02", "2024-03", "2024-04"]


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


# Level


def test_level_reasons() -> None:
    # E sells 100 on 4 levels of 10 %: D lacks who, C may not (if), B's row has ended, A's rate is below the best
    bonus = {
        "kind": "level", "base": "orders(pv)", "who": "not override(\"exempt\")", "if": "days < 100",
        "rates": {"Member": ["1%", "1%"], "Silver": ["10%", "10%", "10%", "8%"], "Gold": ["10%", "10%", "10%", "10%"]},
    }  # fmt: skip
    rows = with_ranks(members(CHAIN), A="Silver", B="Member", C="Gold", D="Gold")
    rows["overrides"].append({"member": "D", "what": "exempt", "value": ""})
    rows["members"][2]["joined"] = "2020-01-01"
    result = played(bonus, rows, ranks=LADDER)
    assert pays(result) == {"A": "8"}
    assert lost(result) == {"blocked": "10", "depth": "10", "rank": "2", "unqualified": "10"}


def test_standard_compression() -> None:
    # B and D do not count: C holds level 1, A level 2
    bonus = {
        "kind": "level",
        "base": "orders(pv)",
        "rates": ["10%", "5%", "1%"],
        "compression": "standard",
        "counts": "orders(pv) > 0",
    }
    result = played(bonus, members("A:0.01 B<A:0 C<B:0.01 D<C:0 E<D:100"))
    # C's own cent pays A 10 % = 0.001 → 0
    assert pays(result) == {"A": "5", "C": "10"}


DEPTHS = {"Member": ["10%"], "Silver": ["10%", "5%"], "Gold": ["10%", "5%", "2%"]}


def test_dynamic_compression() -> None:
    # level 1: D (Member); level 2: C is a Member without level 2, B is Silver; level 3: A is Gold
    bonus = {"kind": "level", "base": "orders(pv)", "rates": DEPTHS, "compression": "dynamic"}
    result = played(bonus, with_ranks(members(CHAIN), A="Gold", B="Silver", C="Member", D="Member"), ranks=LADDER)
    assert pays(result) == {"A": "2", "B": "5", "D": "10"}


def test_roll_up() -> None:
    # level 2 is numbered C (Member, no level 2): rolls to B (Silver); level 3 is B: rolls to A (Gold)
    bonus = {"kind": "level", "base": "orders(pv)", "rates": DEPTHS, "compression": "roll up"}
    result = played(bonus, with_ranks(members(CHAIN), A="Gold", B="Silver", C="Member", D="Member"), ranks=LADDER)
    assert pays(result) == {"A": "2", "B": "5", "D": "10"}
    # with a Gold B it holds levels 2 and 3: 5 + 2
    again = played(bonus, with_ranks(members(CHAIN), A="Gold", B="Gold", C="Member", D="Member"), ranks=LADDER)
    assert pays(again) == {"B": "7", "D": "10"}


def test_rate_of_the_pair() -> None:
    bonus = {
        "kind": "level",
        "base": "orders(pv)",
        "rate": "if(level = 1, 10%, 1%) + if(source.new, 2%, 0)",
        "depth": "2",
    }
    assert pays(played(bonus, members("A B<A C<B:100"))) == {"A": "3", "B": "12"}


def test_cap_per_source() -> None:
    bonus = {"kind": "level", "base": "orders(pv)", "rates": ["25%", "10%"], "cap per source": ["20", "5"]}
    result = played(bonus, members("A B<A C<B:100 D<B:50"))
    # B: min(25, 20) + 12.50; A: min(10, 5) + min(5, 5), and nothing from B
    assert pays(result) == {"A": "10", "B": "32.5"}
    assert lost(result)["capped"] == "10"


def test_fast_start_window() -> None:
    rows = with_sales(
        members("A N<A"), sale("1", "N", "2024-01-20", "0", "100"), sale("2", "N", "2024-01-30", "0", "50"),
    )  # fmt: skip
    rows["members"][1]["joined"] = "2024-01-11"
    # 20 January is day 10, 30 January day 20
    assert pays(played({"kind": "level", "base": "orders(pv, first 10 days)", "rates": ["20%"]}, rows)) == {"A": "20"}


# Difference


STEPS = {"rate": {"on": "group(orders(pv))", "cliff": {"100": "5%", "200": "10%", "500": "20%"}, "otherwise": "0"}}


def test_running_difference() -> None:
    # groups: C 100 (5 %), B 200 (10 %), A 500 (20 %). C's 100: self 5, B 5, A 10; B's 100: self 10, A 10; A's 300: 60
    bonus = {"kind": "difference", "base": "orders(pv)", "rate": "rate", "from": "self"}
    result = played(bonus, members("A:300 B<A:100 C<B:100"), tables=STEPS)
    assert pays(result) == {"A": "80", "B": "15", "C": "5"}
    assert lost(result) == {}


def test_difference_ceiling_start_and_reserve() -> None:
    # B 10 %, A 20 %; start 10 %: B has d = 0 and is the direct upline: 5 % reserved; left 15 − 10 − 5 = 0
    bonus = {
        "kind": "difference", "base": "orders(pv)", "rate": "by_rank", "start": "10%", "ceiling": "15%",
        "reserve": "5%",
    }  # fmt: skip
    tables = {
        "by_rank": {
            "on": "rank",
            "values": {"none": "0", "Member": "10%", "Silver": "20%", "Gold": "0", "Diamond": "0"},
        }
    }
    rows = with_ranks(members("A B<A C<B:100"), A="Silver", B="Member", C="Gold")
    result = played(bonus, rows, tables=tables, ranks=LADDER)
    assert (pays(result), lost(result)) == ({}, {"reserved": "5"})


def test_difference_consumes() -> None:
    # B (10 %) fails who: skipped leaves it to A (20 %), consumes loses it
    bonus = {"kind": "difference", "base": "orders(pv)", "rate": "by_rank", "who": 'not override("exempt")'}
    tables = {"by_rank": {"on": "rank", "cliff": {"Member": "10%", "Silver": "20%"}}}
    rows = with_ranks(members("A B<A C<B:100"), A="Silver", B="Member", C="none")
    rows["overrides"].append({"member": "B", "what": "exempt"})
    plan: dict[str, Any] = {"tables": tables, "ranks": {"Member": "1 = 2", "Silver": "1 = 2"}}
    assert pays(played(bonus, rows, **plan)) == {"A": "20"}
    result = played({**bonus, "unqualified": "consumes"}, rows, **plan)
    assert (pays(result), lost(result)) == ({"A": "10"}, {"unqualified": "10"})


def test_difference_minimum_and_stop() -> None:
    # D 10 %, C 10 %: d = 0, minimum 1 %; B (15 %) gets 5 % and stops; of the top 20 % 5 − 1 are left: blocked
    bonus = {
        "kind": "difference", "base": "orders(pv)", "rate": "by_rank", "minimum": "1%", "stop at": "rank = Silver",
    }  # fmt: skip
    tables = {"by_rank": {"on": "rank", "cliff": {"Member": "10%", "Silver": "15%", "Gold": "20%"}}}
    rows = with_ranks(members(CHAIN), A="Gold", B="Silver", C="Member", D="Member", E="none")
    result = played(bonus, rows, tables=tables, ranks=LADDER)
    assert pays(result) == {"B": "5", "C": "1", "D": "10"}
    assert lost(result) == {"blocked": "4"}


# Generation and infinity


def test_generations() -> None:
    # leaders A, C, E. E's own 100 is its own generation: for C generation 1, for A generation 2; D's 10: C 0, A 1
    bonus = {"kind": "generation", "base": "orders(pv)", "boundary": "rank >= Silver", "rates": ["10%", "5%"]}
    rows = with_ranks(members("A:0 B<A:0 C<B:0 D<C:10 E<D:100"), A="Silver", C="Silver", E="Silver")
    result = played(bonus, rows, ranks=LADDER)
    assert pays(result) == {"A": "6", "C": "10"}
    # generation 2 of D's 10 has no leader
    assert lost(result) == {"no upline": "0.5"}
    # counted to the generation above, E's 100 is C's generation 0 and A's generation 1
    above = played({**bonus, "leader volume": "generation above"}, rows, ranks=LADDER)
    assert pays(above) == {"A": "11"}
    # from generation 0: E 10 % of 100, C 5 % of 100 and 10 % of 10, A 5 % of 10
    zero = played({**bonus, "first": "0"}, rows, ranks=LADDER)
    assert pays(zero) == {"A": "0.5", "C": "6", "E": "10"}


def test_empty_generations() -> None:
    # C's group (C and D) is empty, so for E's 100 A is generation 1
    bonus = {
        "kind": "generation",
        "base": "orders(pv)",
        "boundary": "rank >= Silver",
        "rates": ["10%"],
        "empty": "skipped",
    }
    rows = with_ranks(members("A:7 B<A:0 C<B:0 D<C:0 E<D:100"), A="Silver", C="Silver", E="Silver")
    assert pays(played(bonus, rows, ranks=LADDER)) == {"A": "10"}
    assert pays(played({**bonus, "empty": "counted"}, rows, ranks=LADDER)) == {"C": "10"}


def test_same_rank_generations() -> None:
    # E sells. Silver D has nobody of its rank below: 0. Silver C has D: 1. Member B has D and C: 2. Gold A: 0
    bonus = {"kind": "generation", "base": "orders(pv)", "boundary": "same rank", "rates": ["10%", "5%"]}
    rows = with_ranks(members(CHAIN), A="Gold", B="Member", C="Silver", D="Silver", E="none")
    result = played(bonus, rows, ranks=LADDER)
    assert pays(result) == {"B": "5", "C": "10"}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, {"A": "3", "B": "2", "D": "1"}),
        ({"pays": "difference"}, {"A": "1", "B": "1", "D": "1"}),
        ({"from level": "2"}, {"A": "3", "B": "2", "C": "1"}),
        ({"from level": "2", "blocks": "always"}, {"A": "3", "B": "2"}),
        ({"when blocked": "stop"}, {"D": "1"}),
        ({"ceiling": "4%"}, {"A": "1", "B": "2", "D": "1"}),
    ],
)
def test_infinity(more: dict[str, str], expected: dict[str, str]) -> None:
    # upwards of E's 100: D 1 %, C 1 %, B 2 %, A 3 %
    bonus = {"kind": "infinity", "base": "orders(pv)", "rate": "by_rank", **more}
    tables = {"by_rank": {"on": "rank", "cliff": {"Member": "1%", "Silver": "2%", "Gold": "3%"}}}
    rows = with_ranks(members(CHAIN), A="Gold", B="Silver", C="Member", D="Member", E="none")
    assert pays(played(bonus, rows, tables=tables, ranks=LADDER)) == expected


# Own sales, pool, milestone, given


def test_customer_bonus() -> None:
    rows = members("A B<A C<B:100")
    rows["roles"] = [{"member": m, "role": "customer"} for m in ("B", "C")]
    # the nearest participant above C is A
    assert pays(played({"kind": "customer", "base": "orders(pv)", "rate": "25%"}, rows)) == {"A": "25"}


def test_pool_share_value() -> None:
    # fund 10.00, shares 1 and 2: 3.333 down to 3.33: 3.33 + 6.66, 0.01 is over
    bonus = {
        "kind": "pool",
        "fund": "10",
        "shares": {"Member": "1", "Silver": "2"},
        "share value": {"to": "0.01", "mode": "down"},
    }
    rows = with_ranks(members("A B C"), A="Member", B="Silver", C="Gold")
    result = played(bonus, rows, ranks=LADDER)
    assert (pays(result), lost(result)) == ({"A": "3.33", "B": "6.66"}, {"rounded": "0.01"})


def test_pool_carry() -> None:
    bonus = {"kind": "pool", "fund": "company(orders(pv)) * 10%", "shares": "orders(pv) - 50", "unclaimed": "carry"}
    rows = members("A:50 B:20")
    rows["volumes"] += [entry("A", "60", "2024-02"), entry("B", "40", "2024-02")]
    first = played(bonus, rows)
    assert (pays(first), lost(first)) == ({}, {"carried": "7"})
    # 7 + 10 % of 100
    assert pays(played(bonus, rows, first.state, "2024-02")) == {"A": "17"}


def test_milestones_in_a_life() -> None:
    steps = [{"when": "orders(pv) >= 10", "amount": "5"}, {"when": "orders(pv) >= 20", "amount": "8"}]
    rows = members("A:25")
    rows["volumes"].append(entry("A", "15", "2024-02"))

    def two(**more: str) -> list[dict[str, str]]:
        bonus = {"kind": "milestone", "steps": steps, **more}
        first = played(bonus, rows)
        return [pays(first), pays(played(bonus, rows, first.state, "2024-02"))]

    assert two() == [{"A": "8"}, {}]
    assert two(pays="each") == [{"A": "13"}, {}]
    assert two(again="each period") == [{"A": "8"}, {"A": "5"}]


def test_given() -> None:
    rows = members("A B<A")
    rows["balances"] = [{"member": "B", "what": "earned", "name": "b", "value": "12.34"}]
    assert pays(played({"kind": "given"}, rows)) == {"B": "12.34"}


# Rounding, limits, holds


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


# Ranks, titles, trees, facts


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


# What the page says in so many words


def test_levels_from_the_source_itself() -> None:
    # level 0 the seller 10 %, level 1 its sponsor 5 %; D = 2
    bonus = {"kind": "level", "base": "orders(pv)", "rates": ["10%", "5%"], "from": "self"}
    result = played(bonus, members("A B<A C<B:100"))
    assert pays(result) == {"B": "5", "C": "10"}
    assert sorted((line["receiver"], line["level"]) for line in result.lines) == [("B", 1), ("C", 0)]


def test_dynamic_compression_with_an_unpaid_first_generation() -> None:
    # level 1 is 0 in every row: D holds it unpaid, C gets 10 %, B 7 %
    bonus = {"kind": "level", "base": "orders(pv)", "rates": ["0%", "10%", "7%"], "compression": "dynamic"}
    assert pays(played(bonus, members(CHAIN))) == {"B": "7", "C": "10"}


def test_retail_of_customers_goes_to_the_seller() -> None:
    # A sells to a customer itself (margin 30); K, a customer, buys for 15 more than member price: to B
    rows = with_sales(
        members("A B<A K<B"),
        sale("1", "A", "2024-01-05", "100", "0", kind="customer"),
        sale("2", "K", "2024-01-06", "85", "0", kind="customer"),
        sale("3", "K", "2024-01-07", "99", "0", kind="autoship"),
    )
    rows["roles"] = [{"member": "K", "role": "customer"}]
    rows["products"] = [{"sku": "x", "member_price": "70", "retail_price": "100"}]
    result = played({"kind": "retail"}, rows)
    assert pays(result) == {"A": "30", "B": "15"}
    assert [line["level"] for line in result.lines] == [0, 1]


def test_customers_of_a_member() -> None:
    # K and L are customers, L below K: both are A's; M is B's
    rows = members("A K<A:5 L<K:7 B<A M<B:11")
    rows["roles"] = [{"member": m, "role": "customer"} for m in "KLM"]
    result = played({"kind": "rebate", "base": "0", "rate": "1%"}, rows, measures={"sold": "customers(orders(pv))"})
    assert result.measures["sold"] == {"A": 12, "B": 11, "K": 0, "L": 0, "M": 0}


def test_receivers() -> None:
    bonus = {"kind": "rebate", "base": "orders(pv)", "rate": "10%"}
    rows = members("A:10 B:20 C:30 D:40")
    rows["status"] = [{"member": "A", "status": "suspended"}, {"member": "B", "status": "hold"}]
    rows["roles"] = [{"member": "C", "role": "customer"}]
    assert pays(played(bonus, rows)) == {"B": "2", "D": "4"}
    assert pays(played(bonus, rows, receivers="status != hold")) == {"A": "1", "C": "3", "D": "4"}


def test_unknown() -> None:
    tables = {"step": {"on": "orders(pv)", "cliff": {"0": "5%", "50": "unknown"}}}
    bonus = {"kind": "rebate", "base": "orders(pv)", "rate": "step"}
    assert pays(played(bonus, members("A:40"), tables=tables)) == {"A": "2"}
    with pytest.raises(ValueError, match="unknown"):
        played(bonus, members("A:60"), tables=tables)
    ranks = {"Member": "orders(pv) >= 10", "Silver": "unknown"}
    result = played(bonus, with_ranks(members("A:40 B:40"), B="Silver"), tables=tables, ranks=ranks)
    assert result.ranks == {"A": "Member", "B": "Silver"}


def test_roll_up_names_the_reason_of_the_numbered_upline() -> None:
    # nobody has a level 2: C (Member) holds it, its row has ended
    rates = {"Member": ["10%"], "Gold": ["10%", "5%"]}
    bonus = {"kind": "level", "base": "orders(pv)", "rates": rates, "compression": "roll up"}
    rows = with_ranks(members("B<:0 C<B:0 D<C:0 E<D:100"), B="Member", C="Member", D="Member")
    result = played(bonus, rows, ranks=LADDER)
    assert (pays(result), lost(result)) == ({"D": "10"}, {"depth": "5"})


def test_cap_per_source_is_shared_by_the_orders() -> None:
    # 25 % of 40, 40, 40 = 10 each; the cap of 15 leaves 10, 5, 0
    rows = with_sales(members("A B<A"), *(sale(str(k), "B", "2024-01-05", "0", "40") for k in (9, 10, 100)))
    bonus = {"kind": "level", "base": "orders(pv)", "rates": ["25%"], "lines": "order", "cap per source": "15"}
    result = played(bonus, rows)
    assert [(line["order"], int(line["amount"])) for line in result.lines] == [("9", 10), ("10", 5), ("100", 0)]


def test_entries_make_a_line_without_an_order() -> None:
    rows = with_sales(members("A:7"), sale("1", "A", "2024-01-05", "0", "40"))
    result = played({"kind": "rebate", "base": "orders(pv)", "rate": "10%", "lines": "order line"}, rows)
    assert [(line["order"], line["order_line"], line["base"]) for line in result.lines] == [
        (None, None, 7),
        ("1", "1", 40),
    ]


def test_caps_are_whole_cents() -> None:
    # 0.333 × 10 = 3.33 | 0.3333 × 10.5 = 3.49965 → 3.49
    bonus = {"kind": "rebate", "base": "orders(pv)", "rate": "100%", "cap per member": "orders(pv) * 0.3333"}
    assert pays(played(bonus, members("A:10.5"))) == {"A": "3.49"}


def test_dated_values() -> None:
    rate = {"dated": {"2023-01-01": {"value": "5%", "reference": "old"}, "2024-02-01": {"value": "10%"}}}
    rows = members("A:100")
    rows["volumes"].append(entry("A", "100", "2024-02"))
    bonus = {"kind": "rebate", "base": "orders(pv)", "rate": rate}
    assert pays(played(bonus, rows)) == {"A": "5"}
    assert pays(played(bonus, rows, period="2024-02")) == {"A": "10"}
    with pytest.raises(ValueError, match="dated"):
        played(bonus, rows, period="2022-12")


def test_who_joined_later_is_not_there() -> None:
    rows = members("A B<A:100")
    rows["members"][1]["joined"] = "2024-02-01"
    result = played({"kind": "level", "base": "orders(pv)", "rates": ["10%"]}, rows)
    assert (pays(result), result.parents["sponsor"]) == ({}, {"A": None})


def test_edges_are_half_open() -> None:
    rows = members("A B C")
    rows["edges"] = [
        {"tree": "sponsor", "position": "C", "parent": "A", "to": "2024-01-31"},
        {"tree": "sponsor", "position": "C", "parent": "B", "from": "2024-01-31"},
    ]
    assert played({"kind": "rebate", "base": "0", "rate": "1%"}, rows).parents["sponsor"]["C"] == "B"


def test_a_circle_is_refused() -> None:
    with pytest.raises(ValueError, match="itself"):
        played({"kind": "rebate", "base": "0", "rate": "1%"}, members("A"), measures={"a": "b + 1", "b": "a"})


def test_a_later_return_is_refused() -> None:
    rows = with_sales(members("A"), sale("1", "A", "2024-01-05", "10", "1"))
    rows["returns"] = [{"order": "1", "line": "1", "quantity": "1", "time": "2024-02-01"}]
    played({"kind": "rebate", "base": "0", "rate": "1%"}, rows)
    with pytest.raises(ValueError, match="later period"):
        played({"kind": "rebate", "base": "0", "rate": "1%"}, rows, period="2024-02")


def test_grace_starts_again_with_a_new_title() -> None:
    # Gold; Silver in grace; grace used up and one miss: the title falls to Silver; then the grace of Silver
    rows = members("A:20")
    rows["volumes"] += [entry("A", "10", "2024-02"), entry("A", "10", "2024-03")]
    state, found = None, []
    for month in MONTHS:
        result = played(
            {"kind": "rebate", "base": "0", "rate": "1%"},
            rows,
            state,
            month,
            titles={"rule": "falls", "after": "1", "grace": "1"},
            ranks={"Silver": "orders(pv) >= 10", "Gold": "orders(pv) >= 20"},
        )
        state = result.state
        found.append((result.ranks["A"], result.titles["A"]))
    assert found == [("Gold", "Gold"), ("Gold", "Gold"), ("Silver", "Silver"), ("Silver", "Silver")]


def test_one_rounding_per_member_over_bonuses() -> None:
    # 0.005 twice is 0.01; of two equal remainders the first bonus of the plan has the cent
    one = {"kind": "rebate", "base": "orders(pv)", "rate": "10%"}
    result = played(
        {}, members("A:0.05"), bonuses={"z": one, "b": one}, rounding={"to": "0.01", "mode": "half up", "per": "member"}
    )
    assert (pays(result, "z"), pays(result, "b")) == ({"A": "0.01"}, {})

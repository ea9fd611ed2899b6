"""Amounts worked out by hand from the definitions, or published."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from tests.reference.by_hand import (
    CHAIN,
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
from tests.reference.language import number_of, read
from tests.reference.rounding import floors, rounded


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

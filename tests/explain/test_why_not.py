"""Why not, on worlds made by hand: have, need, place, and who received the money instead."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.explain.made import result_of

from trueline.errors import Refused
from trueline.explain import statement, why_not
from trueline.explain.checks import Check
from trueline.explain.sentences import leaves

LINE = {"top": None, "mid": "top", "low": "mid", "end": "low"}

LEVELS = """
measures: {team: group(orders(pv))}
conditions:
  active: orders(pv) >= 100
  strong: active or team >= 5 000
ranks:
  Guide: active and team >= 300
  Master: active and legs(rank >= Guide) >= 2
bonuses:
  level:
    kind: level
    base: orders(pv)
    compression: standard
    counts: active
    who: strong
    rates: {Guide: [10%, 5%], Master: [20%, 10%]}
"""


def ends(check: Check | None) -> list[tuple[str, object, object]]:
    assert check is not None
    return [(leaf.about, leaf.have, leaf.need) for leaf in leaves(check)]


def test_failing_conditions_come_with_have_and_need() -> None:
    result = result_of(LEVELS, LINE, {"top": 100, "mid": 40, "low": 100, "end": 500})

    found = why_not(result, "mid", "level")

    assert found.amount == 0
    assert [one.what for one in found.missed] == ["who", "counts", "rates"]
    who, counts, rates = found.missed
    assert who.words == "strong"
    assert who.check is not None
    assert who.check.parts[0].kind == "any"
    assert ends(who.check) == [("orders(pv)", 40, 100), ("team", 640, 5000)]
    assert ends(counts.check) == [("orders(pv)", 40, 100)]
    assert ends(rates.check) == [("orders(pv)", 40, 100)]
    assert rates.check is not None
    assert (rates.check.about, rates.check.have, rates.check.need) == ("rank", "none", "Guide")


def test_places_are_lines_of_the_plan_file() -> None:
    result = result_of(LEVELS, LINE, {"mid": 40})
    lines = result.plan.document.places

    found = why_not(result, "mid", "level")

    assert found.place.startswith("plan.yaml:")
    assert found.missed[0].place == f"plan.yaml:{lines['bonuses', 'level', 'who'][0]}"
    assert found.missed[0].check is not None
    assert found.missed[0].check.place == f"plan.yaml:{lines['conditions', 'strong'][0]}"


def test_money_of_the_downline_is_accounted_for() -> None:
    """Sources: end 500 and low 100 below mid, who buys 40. Best rates are 20% and 10%.

    end: low (Guide: 600) gets 10% as level 1, top (Guide) 5% as level 2; the rest up to 30% is the rank gap.
    low: top gets 10%, level 2 has nobody. mid does not count.
    """
    result = result_of(LEVELS, LINE, {"top": 100, "mid": 40, "low": 100, "end": 500})

    money = why_not(result, "mid", "level").money

    assert money is not None
    assert money.promised == Fraction(30, 100) * (500 + 100 + 40)
    assert money.yours == 0
    assert {one.member: one.amount for one in money.others} == {"low": 50, "top": 25 + 10 + 4}
    assert {one.reason: one.amount for one in money.company} == {"rank": 50 + 25 + 10 + 4, "no upline": 10 + 4}
    assert [source.source for source in money.largest] == ["end", "low", "mid"]


def test_what_would_have_come_and_who_received_it() -> None:
    """Without a rank the conditions alone would change nothing; with one rate for everybody they would."""
    plan = LEVELS.replace("rates: {Guide: [10%, 5%], Master: [20%, 10%]}", "rates: [10%, 5%]")
    result = result_of(plan, LINE, {"top": 100, "mid": 40, "low": 100, "end": 500})

    found = why_not(result, "mid", "level")

    assert found.instead is not None
    assert found.instead.conditions == ("who", "counts")
    assert found.instead.gain == Fraction(5, 100) * 500 + Fraction(10, 100) * 100
    changed = {one.member: one.amount for one in found.instead.from_members}
    assert changed == {"top": 25 + Fraction(10, 100) * 100 - Fraction(5, 100) * 100}
    assert {one.reason: one.amount for one in found.instead.from_company} == {"no upline": 5}


def test_a_pair_condition_names_both_sides() -> None:
    plan = """
bonuses:
  gift:
    kind: level
    base: orders(pv)
    if: orders(pv) >= source.own
    rates: [10%]
measures: {own: orders(pv)}
"""
    result = result_of(plan, LINE, {"top": 10, "mid": 50})

    (blocked,) = why_not(result, "top", "gift").missed

    assert blocked.what == "if"
    assert blocked.lines == 1
    assert ends(blocked.check) == [("orders(pv)", 10, 50)]


@pytest.mark.parametrize(
    ("bonus", "what", "have", "need"),
    [
        ("{kind: rebate, base: orders(pv), rate: share}", "base", 0, 0),
        ("{kind: difference, base: orders(pv), rate: share}", "rate", 0, 100),
        ("{kind: infinity, base: orders(pv), rate: share}", "rate", 0, 100),
        ("{kind: generation, base: orders(pv), boundary: orders(pv) >= 70, rates: [5%]}", "boundary", 0, 70),
        ("{kind: pool, fund: company(orders(pv)), shares: orders(pv)}", "shares", 0, 0),
        ('{kind: milestone, steps: [{when: orders(pv) >= 30, amount: 5, name: "first 30"}]}', "first 30", 0, 30),
    ],
)
def test_every_kind_says_what_is_missing(bonus: str, what: str, have: int, need: int) -> None:
    plan = f"tables: {{share: {{on: orders(pv), cliff: {{100: 5%}}}}}}\nbonuses:\n  some: {bonus}\n"
    result = result_of(plan, LINE, {"top": 200, "low": 50})

    found = why_not(result, "mid", "some")

    assert found.amount == 0
    assert [(one.what, *ends(one.check)[0][1:]) for one in found.missed] == [(what, have, need)]


def test_nobody_below_and_receivers() -> None:
    plan = "bonuses: {level: {kind: level, base: orders(pv), rates: [5%]}}\n"
    result = result_of(plan, LINE, {"end": 50}, roles={"end": "customer"})

    found = why_not(result, "end", "level")

    assert [one.what for one in found.missed] == ["receivers"]
    assert "participant" in found.missed[0].words


def test_what_limits_a_paid_bonus() -> None:
    plan = """
bonuses: {level: {kind: level, base: orders(pv), rates: [10%], cap per member: 30}}
limits: {payout: {from: 50}}
"""
    result = result_of(plan, LINE, {"mid": 700})

    found = why_not(result, "top", "level")

    assert found.amount == 30
    assert [(cut.name, cut.amount, cut.words) for cut in found.cuts] == [("capped", -40, "30")]
    assert [one.what for one in found.missed] == ["payout"]


def test_each_limit_that_cut_is_named_with_its_place() -> None:
    """Top earns 70: its own cap takes 10, the first structure 20, the second 5 of what is left."""
    plan = """
bonuses:
  level: {kind: level, base: orders(pv), rates: [10%], cap per member: 60}
  other: {kind: milestone, steps: [{when: customer, amount: 5}]}
limits:
  structures:
    - {of: [level, other], at most: 2% * company(orders(pv)) + 26}
    - {of: [level], at most: 15, exempt: [{bonus: level, up to: 20}]}
"""
    result = result_of(plan, LINE, {"mid": 700})

    found = why_not(result, "top", "level")

    assert [(cut.amount, cut.place, cut.words) for cut in found.cuts] == [
        (-10, "plan.yaml:8", "60"),
        (-20, "plan.yaml:12", "2% * company(orders(pv)) + 26 for level and other together"),
        (-5, "plan.yaml:13", "15 for level"),
    ]
    assert result.tables == ("lines", "earnings", "members", "breakage", "trees", "cuts")
    assert [tuple(map(str, row.values())) for row in result.table("cuts").to_pylist()] == [
        ("top", "level", "cap per member", "10.00"),
        ("top", "level", "structures 1", "20.00"),
        ("top", "level", "structures 2", "5.00"),
    ]


def test_unknown_names_are_refused_with_the_nearest() -> None:
    result = result_of(LEVELS, LINE, {"mid": 40})

    with pytest.raises(Refused, match=r"no member 'mad'\. Did you mean 'mid'"):
        why_not(result, "mad", "level")
    with pytest.raises(Refused, match=r"no bonus 'levle'\. Did you mean 'level'"):
        why_not(result, "mid", "levle")


def test_the_size_of_each_order_decides_and_is_told() -> None:
    """Mid buys twice, for 30 and for 200: only the larger order passes `if`, and each says its own size."""
    plan = """
bonuses:
  level: {kind: level, base: orders(price), lines: order, if: order(price) >= 100, rates: [10%]}
"""
    orders = [("o1", "mid", 30), ("o2", "mid", 200), ("o3", "low", 20)]
    result = result_of(plan, LINE, {}, orders=orders)

    top = why_not(result, "top", "level")
    mid = why_not(result, "mid", "level")

    assert (top.amount, mid.amount) == (20, 0)
    assert [(one.what, one.lines) for one in top.missed] == [("if", 1)]
    assert ends(top.missed[0].check) == [("order(price)", 30, 100)]
    assert ends(mid.missed[0].check) == [("order(price)", 20, 100)]


def test_a_row_of_rates_by_the_size_of_the_order_is_named() -> None:
    """30 falls on the row from 0, 200 on the row from 100."""
    plan = """
bonuses:
  level: {kind: level, base: orders(price), lines: order, rates on: order(price), rates: {0: [5%], 100: [20%]}}
"""
    result = result_of(plan, LINE, {}, orders=[("o1", "mid", 30), ("o2", "mid", 200)])

    (level,) = statement(result, "top", most=None).bonuses[0].levels

    told = {line.order: (line.amount, line.rate.words) for line in level.lines}
    assert told == {"o1": (Fraction(3, 2), "from 0, level 1"), "o2": (40, "from 100, level 1")}


def test_what_an_order_would_have_paid_had_the_member_been_qualified() -> None:
    """Mid buys nothing and so is not paid: 10 % of the order of 200 would have been its own, nothing of the one of 30."""
    plan = """
bonuses:
  level:
    kind: level
    base: orders(price)
    lines: order
    who: orders(pv) >= 100
    rate: if(order(price) >= 100, 10%, 0)
    depth: 1
"""
    result = result_of(plan, LINE, {}, orders=[("o1", "low", 30), ("o2", "low", 200)])

    found = why_not(result, "mid", "level")

    assert found.instead is not None
    assert found.instead.gain == 20


def test_a_seller_outside_of_the_tree_is_told_what_he_sold_himself() -> None:
    """Mid buys for 30 and is removed from the slim tree; a tenth of it is his all the same."""
    plan = """
trees: {slim: {from: sponsor, keep: orders(pv) >= 100}}
bonuses:
  sales: {kind: retail, tree: slim, base: orders(price), rate: 10%}
"""
    result = result_of(plan, LINE, {}, orders=[("o1", "mid", 30), ("o2", "top", 200)])

    (level,) = statement(result, "mid", most=None).bonuses[0].levels

    assert [(line.source, line.amount) for line in level.lines] == [("mid", 3)]
    assert why_not(result, "mid", "sales").amount == 3


@pytest.mark.parametrize("compression", ["none", "standard, counts: own >= 0", "roll up, counts: own >= 0"])
def test_a_condition_of_the_pair_is_named_where_it_passes_somebody_over(compression: str) -> None:
    plan = f"""
measures: {{own: orders(pv)}}
bonuses:
  level:
    {{kind: level, base: orders(pv), compression: {compression}, if: own >= 50 or source.own >= 500, rates: [10%, 5%]}}
"""
    result = result_of(plan, {"top": None, "mid": "top", "low": "mid"}, {"low": 200, "mid": 20, "top": 60})

    level = statement(result, "top").bonuses[0].levels[-1]
    passed = level.lines[0].between[0]

    assert (passed.member, passed.level) == ("mid", 1)
    assert passed.check is not None
    assert [(part.about, part.have, part.need) for part in passed.check.parts] == [
        ("own", 20, 50),
        ("source.own", 200, 500),
    ]

"""What a statement calls the lines of a bonus and where it says that their rates and shares come from."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.explain.made import result_of

from trueline.explain import statement, why_not
from trueline.explain.text import as_text, statement_text
from trueline.run import Result

LINE = {"top": None, "mid": "top", "low": "mid", "end": "low"}
PV = {"top": 100, "mid": 40, "low": 100, "end": 500}


def told(result: Result, member: str = "top") -> str:
    return as_text(statement_text(statement(result, member)))


def month(plan: str, volumes: dict[str, int] | None = None) -> Result:
    return result_of(plan, LINE, PV if volumes is None else volumes)


def test_generation_0_is_ones_own_group() -> None:
    """Mid is no leader, so it counts for generation 0 of top: 5 % of 100 + 40; low is the leader of generation 1."""
    plan = "bonuses: {g: {kind: generation, base: orders(pv), boundary: orders(pv) >= 100, first: 0, rates: [5%, 2%]}}"

    text = told(month(plan))

    assert "Your own group: 7.00 USD from 2 people" in text
    assert "Generation 1: 2.00 USD from 1 person" in text


def test_a_difference_of_groups_takes_off_the_groups_of_the_frontline_at_their_rate() -> None:
    """Top has 740: 9 %. Mid's group of 640 has 6 %, which is taken off: 66.60 - 38.40."""
    plan = """
measures: {team: group(orders(pv))}
tables: {scale: {on: team, cliff: {100: 3%, 300: 6%, 700: 9%}}}
bonuses: {diff: {kind: difference, form: group, base: team, rate: scale}}
"""
    group, less = statement(month(plan), "top").bonuses[0].levels

    assert [(one.amount, one.rate.words) for one in group.lines] == [
        (Fraction(6660, 100), "scale: from 700, 9% (team 740)")
    ]
    assert [(one.amount, one.rate.words) for one in less.lines] == [
        (Fraction(-3840, 100), "scale: from 300, 6% (team 640)")
    ]
    text = told(month(plan))
    assert "Your group: 66.60 USD" in text
    assert "Less the groups of your frontline: −38.40 USD from 1 person" in text


def test_of_two_equal_rates_the_frontline_takes_everything() -> None:
    """Top has 530 and mid 500, both 6 %: 31.80 less 30.00."""
    plan = """
measures: {team: group(orders(pv))}
tables: {scale: {on: team, cliff: {100: 3%, 300: 6%, 700: 9%}}}
bonuses: {diff: {kind: difference, form: group, base: team, rate: scale}}
"""
    (_, less) = statement(month(plan, {"top": 30, "mid": 500}), "top").bonuses[0].levels

    assert [(one.amount, one.rate.words) for one in less.lines] == [(-30, "scale: from 300, 6% (team 500)")]


@pytest.mark.parametrize(
    ("bounds", "member", "said"),
    [
        # 500 of 740 shares of 37 are 25; half of 37 is 18.50
        ("share cap: 50%", "end", "paid as 18.50. Nobody gets more than 18.50 USD of this fund."),
        # what the cap takes, and the rest of 18.50, is split by 100, 40 and 100: 18.50 / 240 × 100 = 7.708
        ("share cap: 50%, unclaimed: shared", "top", "yours come to 5.00, paid as 7.71. Nobody gets more than 18.50"),
        # 40 of 740 shares are 2
        ("floor: 5", "mid", "yours come to 2.00, paid as 5.00. Everybody with shares gets at least 5.00 USD"),
    ],
)
def test_bounds_of_a_share_are_told(bounds: str, member: str, said: str) -> None:
    plan = f"bonuses: {{pool: {{kind: pool, fund: 37, shares: orders(pv), {bounds}}}}}"

    assert said in " ".join(told(month(plan), member).split())


def test_nobody_holds_the_shares_of_an_empty_place() -> None:
    """Four have sales: of 12 shares they hold 5 + 3 + 1 + 1. Low and top are equal, and the id puts low first."""
    plan = "bonuses: {pool: {kind: pool, fund: 37, places: {by: orders(pv), shares: [5, 3, 1, 1, 1, 1]}}}"

    assert "4 people hold 10 shares together, places that nobody holds 2; you hold 3" in told(month(plan), "low")


def test_a_rank_that_the_company_takes_away_is_said_so() -> None:
    """Top's 100 give Guide; an override says none."""
    plan = "ranks: {Guide: orders(pv) >= 100}\nbonuses: {own: {kind: rebate, base: orders(pv), rate: 1%}}\n"
    overrides = [{"member": "top", "what": "rank", "value": "none", "from": "2026-01-01", "reason": "x", "who": "y"}]

    assert "You have no rank, which the company set; your figures gave Guide." in told(
        result_of(plan, LINE, PV, more={"overrides": overrides})
    )


def test_of_a_joint_table_the_marks_that_are_missing_are_named() -> None:
    """The first row asks for 50 of one's own and 700 in the group; mid has 40 and 640, low's 100 and 600 lack the one."""
    plan = """
measures: {own: orders(pv), team: group(own)}
tables: {both: {on: [own, team], joint: [{at: [50, 700], is: 5%}, {at: [90, 800], is: 8%}]}}
bonuses: {diff: {kind: difference, base: own, rate: both}}
"""
    result = month(plan)

    mid, low = (why_not(result, member, "diff").missed for member in ("mid", "low"))

    assert [one.what for one in (*mid, *low)] == ["rate", "rate"]
    assert mid[0].check is not None
    assert [(part.about, part.have, part.need) for part in mid[0].check.parts] == [("own", 40, 50), ("team", 640, 700)]
    assert low[0].check is not None
    assert (low[0].check.about, low[0].check.have, low[0].check.need) == ("team", 600, 700)


LADDER = "measures: {own: orders(pv)}\nranks: {Guide: own >= 40, Master: own >= 100}\n"


@pytest.mark.parametrize(
    "bonus",
    [
        "bonuses: {b: {kind: level, base: own, rates: {Guide: [10%]}}}",
        """tables: {t: {on: rank, values: {none: 0, Guide: 5%, Master: 0%}}}
bonuses: {b: {kind: difference, base: own, rate: t}}""",
        "bonuses: {b: {kind: pool, fund: 10, shares: {Guide: 1}}}",
    ],
)
def test_who_has_passed_the_rank_of_a_row_is_told_that_it_is_exact(bonus: str) -> None:
    """Top is Master; only Guide has a row that pays, and rows of ranks are exact."""
    (one,) = why_not(month(LADDER + bonus), "top", "b").missed

    assert one.check is not None
    assert (one.check.operator, one.check.have, one.check.need) == ("=", "Master", "Guide")


def test_a_share_of_nothing_in_the_row_of_ones_own_rank_is_no_matter_of_rank() -> None:
    plan = LADDER + "bonuses: {b: {kind: pool, fund: 10, shares: {Master: whole(own / 1000)}}}"
    (one,) = why_not(month(plan), "top", "b").missed

    assert one.check is not None
    assert (one.check.about, one.check.have, one.check.need) == ("shares", 0, 0)


@pytest.mark.parametrize(
    ("bonus", "operator", "have", "need"),
    [
        ("kind: level, base: own, rates on: own, rates: {0: [0%], 200: [10%]}", ">=", 40, 200),
        ("kind: level, base: own, rates on: country, rates: {DE: [5%]}", "=", "AT", "DE"),
        ("kind: generation, base: own, boundary: same rank, rates: {Master: [5%]}", ">=", "Guide", "Master"),
        ("kind: rebate, base: own, rate: 5%, sources: rank >= Master", ">=", "Guide", "Master"),
        ("kind: difference, base: own, rate: by_country", "=", "AT", "DE"),
        ("kind: difference, base: own, rate: by_rank", ">=", "Guide", "Master"),
    ],
)
def test_the_row_that_would_pay_is_named(bonus: str, operator: str, have: object, need: object) -> None:
    tables = """tables:
  by_country: {on: country, values: {DE: 5%}, otherwise: 0%}
  by_rank: {on: rank, cliff: {Master: 5%}}
"""
    plan = f"{LADDER}{tables}bonuses: {{b: {{{bonus}}}}}\n"
    result = result_of(plan, LINE, PV, members={member: {"country": "AT"} for member in LINE})

    (one,) = why_not(result, "mid", "b").missed

    assert one.check is not None
    assert (one.check.operator, one.check.have, one.check.need) == (operator, have, need)


def test_where_no_rate_pays_anybody_it_is_said() -> None:
    plan = LADDER + "bonuses: {b: {kind: level, base: own, rates on: own, rates: {0: [0%], 200: [0%]}}}"

    assert [one.words for one in why_not(month(plan), "mid", "b").missed] == ["every rate is 0"]

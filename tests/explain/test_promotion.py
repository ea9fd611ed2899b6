"""Rates that follow the orders of the period: what a statement and a why-not say of each part of an order."""

from __future__ import annotations

from fractions import Fraction

from tests.explain.made import result_of

from trueline.explain import statement, why_not
from trueline.explain.model import Payment
from trueline.explain.text import as_text, statement_text
from trueline.run import Result

PLAN = """
measures: {team: group(orders(pv))}
tables: {gap: {on: team, cliff: {100: 5%, 200: 8%}}}
bonuses:
  gap: {kind: difference, base: orders(pv), rate: gap, lines: order, entitled: before each order}
"""
LINE = {"top": None, "mid": "top", "low": "mid"}


def sold(*orders: tuple[str, str, int], entries: dict[str, int] | None = None) -> Result:
    """Orders of one time, which follow one another by their ids."""
    return result_of(PLAN, LINE, entries or {}, orders=orders)


def payments(result: Result, member: str) -> list[Payment]:
    return [line for level in statement(result, member, most=None).bonuses[0].levels for line in level.lines]


def test_each_part_tells_the_rate_before_it() -> None:
    """Low buys 90, then 130: 10 up to 100 and 20 above 200. Mid has it all from below and is at each mark with low."""
    result = sold(("o1", "low", 90), ("o2", "low", 130))

    told = [(line.order, line.part, line.base, line.amount, line.rate.words) for line in payments(result, "mid")]

    assert told == [
        ("o2", "after", 100, 5, "gap: from 100, 5% (team 100 before this part of the order)"),
        ("o2", "after 2", 20, Fraction(8, 5), "gap: from 200, 8% (team 200 before this part of the order)"),
    ]


def test_an_entry_without_an_order_stands_before_all() -> None:
    """Low's 150 without an order are paid at what mid had before everything: nothing. The order of 60 is cut at 200."""
    result = sold(("o1", "low", 60), entries={"low": 150})

    assert [(line.part, line.amount) for line in payments(result, "mid")] == [
        ("before", Fraction(5, 2)),
        ("after", Fraction(4, 5)),
    ]
    assert payments(result, "mid")[0].rate.words == "gap: from 100, 5% (team 150 before this order)"


def test_an_upline_is_passed_over_for_the_rate_it_had_then() -> None:
    """Top is paid on low's 40 after its own 100, mid has 0 % then, and 5 % by the end of the month."""
    result = result_of(
        PLAN, LINE, {}, orders=[("o1", "top", 100), ("o2", "low", 40), ("o3", "low", 60), ("o4", "mid", 1)]
    )

    (paid,) = [line for line in payments(result, "top") if line.order == "o2"]

    assert paid.amount == 2
    assert [one.why for one in paid.between] == ["has a rate of 0% before this order, not above what was already given"]


def test_what_was_given_below_at_that_moment_is_told() -> None:
    """Top is at 8 % when low buys the second 50, of which mid takes the 5 % it has from 100 on."""
    result = sold(("o1", "low", 100), ("o2", "top", 100), ("o3", "low", 50))

    words = [line.rate.words for line in payments(result, "top")]

    assert words == ["gap: from 200, 8% (team 200 before this order), less 5% already given below"]


def test_a_part_of_an_order_is_called_one() -> None:
    result = sold(("o1", "low", 90), ("o2", "low", 130))

    text = " ".join(as_text(statement_text(statement(result, "mid"))).split())

    assert "after: 100 × 5% = 5.00" in text
    assert "a part of order o2 of 2026-03-10: line 1: 130.00" in text


def test_a_rate_that_came_after_the_last_order_pays_nothing_and_says_so() -> None:
    result = sold(("o1", "low", 100), ("o2", "mid", 50))

    (reason,) = why_not(result, "mid", "gap").missed

    assert (reason.what, reason.words) == ("entitled", "gap is 5% at its end")
    assert why_not(result, "top", "gap").missed == ()


def test_money_of_the_downline_is_told_part_by_part() -> None:
    """Promised are 8 % of 220; 5 on the middle 100 of o2 and 1.60 on its last 20 go to mid."""
    money = why_not(sold(("o1", "low", 90), ("o2", "low", 130)), "mid", "gap").money

    assert money is not None
    assert (money.promised, money.yours) == (Fraction(88, 5), Fraction(33, 5))
    assert {(one.order, one.part): one.base for one in money.largest} == {
        ("o1", ""): 90,
        ("o2", "before"): 10,
        ("o2", "after"): 100,
        ("o2", "after 2"): 20,
    }

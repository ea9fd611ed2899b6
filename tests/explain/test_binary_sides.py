"""Statements and why-nots of binary bonuses, on one company made by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.reckon.binaries import plan_of, played, rows_of

from trueline.explain import statement, why_not
from trueline.explain.model import Bank
from trueline.explain.text import as_text, statement_text
from trueline.run import Result

DAY = "2024-01-10"


def month(bonus: dict[str, Any], left: str = "900", right: str = "400") -> Result:
    return played(plan_of(bonus), rows_of([("L", DAY, left), ("R", DAY, right)]))[0]


def bank_of(result: Result) -> Bank:
    found = statement(result, "YOU").bonuses[0].bank
    assert found is not None
    return found


def test_both_sides_and_what_was_matched_are_told() -> None:
    bank = bank_of(month({"at most": "300", "carry": "difference"}))
    left, right = bank.sides

    assert (left.leg, left.opening, left.new, left.taken, left.closing) == ("L", 0, 900, 300, 500)
    assert (right.leg, right.new, right.taken, right.closing) == ("R", 400, 300, 0)
    assert left.flushed == right.flushed == (("netted", 100),)
    assert [(one.base, one.rate, one.amount) for one in bank.matches] == [(300, Fraction(1, 10), 30)]


def test_the_words_of_a_statement() -> None:
    text = as_text(statement_text(statement(month({"cycle": ["200", "100"], "amount": "35", "windows": "day"}), "YOU")))

    # 900/400 → 700/300 → 500/200 → 300/100 → 100/0
    assert "Your left side (L and everybody below): 0 from before, 900 new, 800 matched; 100 stay." in text
    assert "Your right side (R and everybody below): 0 from before, 400 new, 400 matched; 0 stay." in text
    assert "Window 10: 4 cycles × 35.00 = 140.00 USD." in text


def test_why_nothing_was_matched() -> None:
    found = why_not(month({"cycle": ["200", "100"], "amount": "35"}, left="150", right="60"), "YOU", "b").missed

    checks = [one.check for one in found if one.check is not None]
    assert [one.what for one in found] == ["sides", "sides"]
    assert [(check.about, check.have, check.need) for check in checks] == [
        ("the weaker side", 60, 100),
        ("the stronger side", 150, 200),
    ]


def test_a_failing_condition_and_a_rate_of_nothing_are_named_first() -> None:
    plan = plan_of({"rate": "by_own", "who": "own >= 50", "gathers": "own > 0"})
    plan |= {"measures": {"own": "orders(pv)"}, "tables": {"by_own": {"on": "own", "cliff": {"100": "5%"}}}}
    result = played(plan, rows_of([("L", DAY, "900"), ("R", DAY, "400")]))[0]

    found = why_not(result, "YOU", "b").missed

    assert [one.what for one in found] == ["who", "gathers", "rate", "sides"]
    assert found[0].check is not None
    assert (found[0].check.have, found[0].check.need) == (0, 50)


def reasons(result: Result) -> list[tuple[str, object, object]]:
    found = why_not(result, "YOU", "b").missed
    return [(one.what, *((one.check.have, one.check.need) if one.check else ("", ""))) for one in found]


def test_the_first_cycle_in_life_asks_for_more() -> None:
    """150 and 120 would be a cycle of 100 and 100, but the first one takes 200."""
    bonus = {"cycle": "100", "first cycle": ["200", "100"], "amount": "35"}

    assert reasons(month(bonus, left="150", right="120")) == [("sides", 150, 200)]


def test_after_the_first_cycle_the_others_count() -> None:
    """January takes 200 and 100 of 200 and 150; in February 90 comes on the left, and a cycle asks for 100 there."""
    plan = plan_of({"cycle": "100", "first cycle": ["200", "100"], "amount": "35"})
    rows = rows_of([("L", DAY, "200"), ("R", DAY, "150"), ("L", "2024-02-10", "90"), ("R", "2024-02-11", "60")])
    months = played(plan, rows, last="2024-02")

    assert months[0].amount("YOU", "b") == 35
    assert reasons(months[1]) == [("sides", 90, 100)]


def test_a_limit_below_one_cycle_is_named() -> None:
    result = month({"cycle": "100", "amount": "35", "at most": "0.5"})

    assert reasons(result) == [("at most", Fraction(1, 2), 1)]


def test_a_limit_of_nothing_is_named() -> None:
    assert reasons(month({"at most": "orders(pv)"})) == [("at most", 0, Fraction(1, 100))]


def test_sides_that_never_meet_on_a_day() -> None:
    """400 on either side, but on different days, and nothing is carried from day to day."""
    plan = plan_of({"windows": "day", "carry": "none"})
    result = played(plan, rows_of([("L", DAY, "400"), ("R", "2024-01-11", "400")]))[0]

    assert reasons(result) == [("windows", "", "")]


def test_who_stands_alone_has_nothing_on_either_side() -> None:
    """The facts' tree of sides knows nothing of Z: a root with nobody below."""
    rows = rows_of([("L", DAY, "400")])
    rows["members"].append({"member": "Z", "joined": "2023-01-01"})
    rows["edges"].append({"tree": "sponsor", "position": "Z", "parent": "YOU"})
    (one,) = why_not(played(plan_of({}), rows)[0], "Z", "b").missed

    assert one.check is not None
    assert (one.what, one.check.have, one.check.need) == ("sides", 0, 0)


def test_who_has_no_place_in_a_placed_tree_has_no_sides() -> None:
    """Only who has sales is seated: YOU and R have none."""
    placed = {"sides": {"placed": {"width": "2", "among": "orders(pv) > 0"}}}
    result = played(plan_of({"tree": "sides"}, trees=placed), rows_of([("L", DAY, "400")]))[0]

    (reason,) = why_not(result, "YOU", "b").missed

    assert (reason.what, reason.words) == ("tree", "sides")
    assert statement(result, "YOU").bonuses[0].bank is None

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

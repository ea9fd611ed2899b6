"""Plans of one name side by side, and differences of shares in words."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.analyse.by_hand import facts_of

from trueline.analyse.definitions import DEFINITIONS
from trueline.analyse.figure import Figure, Figures
from trueline.cli.comparison import comparison_text
from trueline.compare.comparison import distinct
from trueline.compare.over_facts import over_facts
from trueline.compare.statements import read_statements
from trueline.compare.verdict import Word, judge
from trueline.explain.text import as_text
from trueline.period import Period
from trueline.plan import load_plan

PLAN: dict[str, Any] = {
    "plan": "Small",
    "currency": "USD",
    "period": "month",
    "volumes": {"cv": "0.01"},
    "rounding": {"to": "0.01", "mode": "half up", "per": "line"},
    "bonuses": {"up": {"kind": "level", "base": "orders(cv)", "rates": ["10%"]}},
}


def test_names_that_stand_twice_are_numbered() -> None:
    assert distinct(["A", "B"]) == ["A", "B"]
    assert distinct(["A", "B", "A"]) == ["A (1)", "B", "A (2)"]
    assert distinct(["A", "A", "A (1)"]) == ["A (2)", "A (3)", "A (1)"]


def test_the_same_plan_twice_has_two_columns() -> None:
    facts = facts_of(
        [
            {"member": "ann", "sponsor": "", "joined": "2024-01-01"},
            {"member": "bob", "sponsor": "ann", "joined": "2024-01-01"},
        ],
        orders=[{"order": "1", "buyer": "bob", "time": "2024-01-10", "kind": "own use"}],
        order_lines=[{"order": "1", "line": "1", "quantity": "1", "price": "100", "volume.cv": "100"}],
    )
    january = Period.parse("2024-01")

    found = over_facts([load_plan(PLAN), load_plan(PLAN)], facts, january, january, sellers=2)

    assert [side.name for side in found.sides] == ["Small (1)", "Small (2)"]
    assert "From Small (1) to Small (2)" in as_text(comparison_text(found), 200, styled=False)


def test_a_difference_of_shares_is_in_percentage_points() -> None:
    [said] = [one for row in read_statements() for one in row.statements if one.than_others]
    sides = [Figures.of([Figure(said.metric, Fraction(share, 100))]) for share in (30, 20)]

    first, second = (judge(said, sides[i], [sides[1 - i]], simulated=False) for i in (0, 1))

    assert (first.word, first.why) == (
        Word.CONFIRMED,
        "the difference of +10.0 percentage points is at least 5 percentage points",
    )
    assert (second.word, second.why) == (
        Word.CONTRADICTED,
        "the difference of −10.0 percentage points is at most 0 percentage points",
    )


def test_a_difference_is_decided_only_beyond_the_intervals_of_both_plans() -> None:
    [said] = [one for row in read_statements() for one in row.statements if one.than_others]

    def of(share: int, half: int) -> Figures:
        value = Fraction(share, 100)
        return Figures.of(
            [Figure(said.metric, value, interval=(value - Fraction(half, 100), value + Fraction(half, 100)))]
        )

    assert judge(said, of(30, 2), [of(20, 2)], simulated=True).word is Word.CONFIRMED  # at least 6 points apart
    assert judge(said, of(30, 2), [of(20, 4)], simulated=True).word is Word.NOT_DECIDED  # perhaps only 4


def test_what_is_no_share_keeps_its_unit_in_a_difference() -> None:
    assert DEFINITIONS["one_more_sale_own"].apart(Fraction(-5, 2)) == "−2.50"
    assert DEFINITIONS["effort_less_position"].apart(Fraction(3)).startswith("+3")

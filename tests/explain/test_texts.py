"""Golden texts of a statement, a why-not and a next rank on a company made by hand.

The files hold wording; every amount in them is asserted here on its own. After a change of wording they are written
anew with ``TRUELINE_GOLDEN=write``.
"""

from __future__ import annotations

import os
from fractions import Fraction
from pathlib import Path

import pytest
from rich.console import ConsoleRenderable
from tests.explain.made import result_of

from trueline.explain import next_rank, statement, why_not
from trueline.explain.answer_text import next_rank_text, why_not_text
from trueline.explain.text import as_text, statement_text
from trueline.run import Result

GOLDEN = Path(__file__).parent / "golden"

PLAN = """
measures: {own: orders(pv), team: group(own)}
conditions: {active: own >= 50}
ranks:
  Guide: active and team >= 400
  Star: active and legs(rank >= Guide) >= 2 and capped(300, team) >= 500
bonuses:
  level:
    kind: level
    base: own
    who: active
    compression: standard
    counts: active
    rates: {Guide: [10%, 2.5%], Star: [15%, 5%, 1%]}
    cap per member: 40
  own discount: {kind: rebate, base: own, rate: 5%, lines: order}
  pool: {kind: pool, fund: 2% * company(own), who: rank >= Guide, shares: own}
limits: {payout: {from: 20}}
"""
SPONSORS = {"ada": None, "bo": "ada", "cy": "bo", "di": "cy", "eve": "ada", "flo": "eve", "gus": "flo"}
ORDERS = [
    ("o1", "ada", 60),
    ("o2", "bo", 20),
    ("o3", "cy", 200),
    ("o4", "cy", 33),
    ("o5", "di", 77),
    ("o6", "eve", 51),
    ("o7", "flo", 310),
    ("o8", "gus", 5),
]


@pytest.fixture(scope="module")
def result() -> Result:
    return result_of(PLAN, SPONSORS, {}, orders=ORDERS)


def compare(name: str, shown: ConsoleRenderable) -> None:
    """The text against its file; no line is wider than asked."""
    text = as_text(shown, 90)
    assert max(map(len, text.splitlines())) <= 90
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("TRUELINE_GOLDEN") == "write":
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


def test_the_statement(result: Result) -> None:
    """The golden statement of ada.

    Ranks: ada 756 in her group, so Guide; legs of rank Guide: none (bo has 330, eve 366). bo is passed over.
    Level 1 of ada: eve 51, cy 233 (two steps down), at 10%; level 2: flo 310, di 77 at 2.5%; sum capped at 40.
    """
    found = statement(result, "ada")
    level, discount, pool = found.bonuses

    assert (found.standing.rank, found.standing.how) == ("Guide", "earned")
    assert [(one.level, one.amount) for one in level.levels] == [
        (1, Fraction(20, 10) + Fraction(51, 10) + Fraction(233, 10)),
        (2, Fraction("7.75") + Fraction("1.93")),
    ]
    assert [(cut.name, cut.amount) for cut in level.cuts] == [("capped", Fraction("-0.08"))]
    assert level.amount == 40
    assert discount.amount == 3
    assert pool.pool is not None
    assert (pool.pool.fund, pool.pool.shares, pool.pool.total_shares) == (Fraction("15.12"), 60, 60)
    assert found.payout.payable == 40 + 3 + Fraction("15.12")
    compare("statement", statement_text(found))


def test_passed_over_and_real_distance(result: Result) -> None:
    """Somebody inactive between source and receiver is named with the reason."""
    (level, *_) = statement(result, "ada").bonuses
    cy = next(line for line in level.levels[0].lines if line.source == "cy")

    assert (cy.level, cy.distance) == (1, 2)
    assert [(one.member, one.level) for one in cy.between] == [("bo", None)]
    assert cy.between[0].check is not None
    assert cy.origin is not None
    assert [(line.order, line.amount) for line in cy.origin.orders] == [("o3", 200), ("o4", 33)]


def test_why_not_the_pool(result: Result) -> None:
    found = why_not(result, "eve", "pool")

    assert found.amount == 0
    compare("why_not_pool", why_not_text(found))


def test_why_not_the_level_bonus(result: Result) -> None:
    found = why_not(result, "bo", "level")

    assert found.money is not None
    assert found.money.promised == Fraction(21, 100) * (20 + 233 + 77)
    compare("why_not_level", why_not_text(found))


def test_the_next_rank(result: Result) -> None:
    found = next_rank(result, "ada")

    assert [(lack.about, lack.missing) for lack in found.goals[0].lacks] == [("legs(rank >= Guide)", 2)]
    compare("next_rank", next_rank_text(found))


def test_other_widths_hold(result: Result) -> None:
    for width in (40, 60, 200):
        for shown in (
            statement_text(statement(result, "ada")),
            why_not_text(why_not(result, "bo", "level")),
            next_rank_text(next_rank(result, "ada")),
        ):
            assert max(map(len, as_text(shown, width).splitlines())) <= width

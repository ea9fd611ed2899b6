"""A member with several positions in one tree: the books, what-if runs and one more sale know one person."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from tests.analyse.test_books import COMPANY, PLAN, balanced, books_of, line, order, products
from tests.properties.two_engines import facts_of

from trueline.analyse.books import Nearness
from trueline.analyse.counterfactual import counterfactuals, if_recruiting_had_stopped
from trueline.analyse.figure import Figures
from trueline.analyse.onemore import one_more_sale_in
from trueline.analyse.people import People
from trueline.period import Period
from trueline.plan import load_plan

JANUARY, FEBRUARY = Period.parse("2024-01"), Period.parse("2024-02")
LEVEL = {"bonuses": {"level": {"kind": "level", "tree": "binary", "base": "orders(cv)", "rates": ["10%", "5%"]}}}
# zoe holds the top and two more places below it; dan came in January and buys 300, bob in February and buys 100.
# The ids of her places stand before all others, so that a mistaken row is another member's.
SEATS = [
    ("zoe", "", ""),
    ("a-left", "zoe", "left"),
    ("a-right", "zoe", "right"),
    ("bob", "a-left", "1"),
    ("dan", "a-right", "1"),
]
ROWS: dict[str, Any] = {
    "company": COMPANY,
    "members": [{"member": name, "joined": f"2024-0{month}-01"} for name, month in (("zoe", 1), ("bob", 2), ("dan", 1))],
    "positions": [{"position": seat, "owner": "zoe" if seat.startswith("a-") else seat} for seat, *_ in SEATS],
    "edges": [
        *({"tree": "binary", "position": seat, "parent": above, "slot": slot} for seat, above, slot in SEATS),
        *({"tree": "sponsor", "position": below, "parent": "zoe", "slot": ""} for below in ("bob", "dan")),
    ],
    "products": products(tea="product"),
    "orders": [order(name, name, "own use", "2024-02-10") for name in ("bob", "dan")],
    "order_lines": [line("bob", "1", "tea", "100"), line("dan", "1", "tea", "300")],
}  # fmt: skip


def one_more(rows: dict[str, Any]) -> Figures:
    plan = load_plan({**PLAN, **LEVEL}, "plan").at(FEBRUARY)
    return Figures.of(one_more_sale_in(plan, facts_of(rows), None, FEBRUARY))


def test_the_books_of_a_member_hold_what_all_its_positions_get() -> None:
    """10 % of 100 and of 300 to her places right above the buyers, 5 % of both to herself: 60 in all."""
    books = books_of(LEVEL, ROWS, FEBRUARY, FEBRUARY)

    balanced(books)
    assert dict(zip(books.facts.members, books.rewards[0].tolist(), strict=True)) == {"bob": 0, "dan": 0, "zoe": 6000}
    assert books.by_member.sum(axis=(0, 1))[Nearness.SPONSORED] == 6000, "whom she recruited, seen from every place"


def test_a_group_below_a_further_position_is_seen_from_its_owner() -> None:
    """A side of a binary pays on sums of legs, which are split by who sees them: 10 % of the weaker 100."""
    binary = {"bonuses": {"pairs": {"kind": "binary", "tree": "binary", "base": "orders(cv)", "rate": "10%"}}}
    books = books_of(binary, ROWS, FEBRUARY, FEBRUARY)

    assert books.rewards[0, books.facts.members.index("zoe")] == 1000
    assert books.by_member.sum(axis=(0, 1))[Nearness.SPONSORED] == 1000


def test_who_is_compared_when_recruiting_stops_are_persons() -> None:
    """Without bob, who came in February, zoe has 45 of her 60; bob and dan have nothing either way."""
    books = books_of(LEVEL, ROWS, JANUARY, FEBRUARY)
    stopped = if_recruiting_had_stopped(books.facts, FEBRUARY, FEBRUARY)

    assert stopped.counted.tolist() == [False, True, True]
    found = {figure.by: figure.value for figure in counterfactuals(books, [stopped])}
    assert set(found.values()) == {Fraction(45, 60)}


def test_one_more_sale_is_made_by_persons_and_pays_all_their_positions() -> None:
    """100 more bring zoe nothing on her own sale, at the top, and 15 on one of bob or of dan: 10 a sale."""
    found = one_more(ROWS)

    assert found["one_more_sale_paid"].count == 3
    assert found["one_more_sale_paid"].value == 10
    assert found["one_more_sale_own"].value == 0


def test_a_position_that_earns_on_its_owners_sale_earns_for_the_owner() -> None:
    """Zoe herself below her further place: 10 % of her own 200 go to that place, and are hers of her own sale."""
    seats = [("a-top", ""), ("zoe", "a-top")]
    rows = {
        **ROWS,
        "members": [{"member": "zoe", "joined": "2024-01-01"}],
        "positions": [{"position": seat, "owner": "zoe"} for seat, _ in seats],
        "edges": [{"tree": "binary", "position": seat, "parent": above, "slot": "1"} for seat, above in seats],
        "orders": [order("1", "zoe", "own use", "2024-02-10")],
        "order_lines": [line("1", "1", "tea", "200")],
    }
    rows["edges"][0]["slot"] = ""
    books = books_of(LEVEL, rows, FEBRUARY, FEBRUARY)

    assert books.rewards.tolist() == [[2000]]
    assert np.flatnonzero(books.by_member.sum(axis=(0, 1))).tolist() == [Nearness.OWN]
    assert one_more(rows)["one_more_sale_own"].value == 10


def people_of(edges: list[tuple[str, str]], owners: dict[str, str]) -> dict[str, str]:
    """Who stands below whom in the sponsor tree, as the measures of people see it."""
    members = sorted({owners.get(name, name) for name, _ in edges})
    rows = {
        "company": COMPANY,
        "members": [{"member": name, "joined": "2024-01-01"} for name in members],
        "positions": [{"position": name, "owner": owners.get(name, name)} for name, _ in edges],
        "edges": [{"tree": "sponsor", "position": name, "parent": above} for name, above in edges],
    }
    facts = facts_of(rows)
    above = People.of(facts, FEBRUARY, FEBRUARY).sponsor
    return {name: facts.members[parent] if parent >= 0 else "" for name, parent in zip(members, above, strict=True)}


def test_a_member_stands_below_whoever_is_above_its_first_position() -> None:
    """Its own positions above it are passed over, and whoever stands below one of them stands below their owner."""
    chain_of = [("top", ""), ("a2", "top"), ("a", "a2"), ("a3", "a"), ("b", "a3"), ("c", "a2")]

    assert people_of(chain_of, {"a2": "a", "a3": "a"}) == {"top": "", "a": "top", "b": "a", "c": "a"}


def test_two_who_stand_below_each_others_further_positions_are_both_at_the_top() -> None:
    edges = [("a2", ""), ("b2", ""), ("a", "b2"), ("b", "a2"), ("c", "a")]

    assert people_of(edges, {"a2": "a", "b2": "b"}) == {"a": "", "b": "", "c": "a"}


def test_whoever_is_recruited_below_a_further_position_is_recruited_by_its_owner() -> None:
    edges = [("top", ""), ("a", "top"), ("a2", ""), ("b", "a2")]

    assert people_of(edges, {"a2": "a"}) == {"top": "", "a": "top", "b": "a"}

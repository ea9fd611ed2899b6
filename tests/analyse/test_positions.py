"""Measures of people where a member has several positions: one person, with what all of them bring.

Ann has three positions in the placement tree, Bob has one:

    ann – ann-2 – ann-3 – bob      sponsor: ann – bob

The plan pays 10 % on three levels of placement. Bob's order of 1000 brings 100 to each of Ann's positions.
"""

from __future__ import annotations

import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from trueline.analyse.books import Books, Nearness
from trueline.analyse.figure import Figures
from trueline.analyse.keeping import keep_books
from trueline.analyse.measure import measure
from trueline.analyse.owners import member_rows, people_tree
from trueline.cli.main import trueline
from trueline.facts import Company, Facts
from trueline.facts.write import write_facts
from trueline.period import Period
from trueline.plan import load_plan
from trueline.run import run

MARCH = Period.parse("2024-03")
PLAN: dict[str, Any] = {
    "plan": "Places",
    "currency": "USD",
    "period": "month",
    "tree": "placement",
    "volumes": {"pv": "0.01"},
    "rounding": {"to": "0.01", "mode": "half up", "per": "line"},
    "measures": {"own": "orders(pv)"},
    "bonuses": {"level": {"kind": "level", "base": "own", "rates": ["10%", "10%", "10%"]}},
}
SEATS = ("ann", "ann-2", "ann-3", "bob")
ABOVE = ("", *SEATS[:3])


def facts() -> Facts:
    rows: dict[str, Any] = {
        "members": [{"member": name, "joined": "2024-01-01"} for name in ("ann", "bob")],
        "positions": [{"position": seat, "owner": seat[:3]} for seat in SEATS],
        "edges": [
            *({"tree": "placement", "position": seat, "parent": up} for seat, up in zip(SEATS, ABOVE, strict=True)),
            {"tree": "sponsor", "position": "ann", "parent": ""},
            {"tree": "sponsor", "position": "bob", "parent": "ann"},
        ],
        "orders": [{"order": "1", "buyer": "bob", "time": "2024-03-10", "kind": "own use", "booked": "2024-03-20"}],
        "order_lines": [{"order": "1", "line": "1", "quantity": "1", "price": "1000", "volume.pv": "1000"}],
    }
    return Facts.from_rows(Company("Places", "UTC", "USD", {"pv": Fraction(1, 100)}, {}), rows)


@pytest.fixture(scope="module")
def books() -> Books:
    return keep_books(load_plan(PLAN), facts(), MARCH, MARCH)


@pytest.fixture(scope="module")
def figures(books: Books) -> Figures:
    return measure(books).figures


def test_what_all_positions_bring_is_their_owners(books: Books) -> None:
    assert books.facts.members == ["ann", "bob"]
    assert books.rewards.tolist() == [[300_00, 0]]
    assert books.by_member[0].sum() == 300_00
    assert books.ranks.tolist() == [[-1, -1]]


def test_a_position_sees_a_sale_as_its_owner_does(books: Books) -> None:
    by_near = books.cube.sum(axis=(0, 1, 2, 4))

    assert by_near[Nearness.SPONSORED] == 300_00  # Ann sponsored Bob, at whatever position the money arrives
    assert by_near.sum() == 300_00


def test_the_owner_is_counted_once(figures: Figures) -> None:
    assert figures["paid_share"].value == Fraction(1, 2)
    assert figures["reward_mean"].value == 150
    assert figures["gini"].value == Fraction(1, 2)


def test_one_more_sale_of_100_brings_30_to_the_owner(figures: Figures) -> None:
    """Bob's sale brings Ann 10 at three positions; Ann's own is made at the top, where nobody stands above."""
    assert figures["one_more_sale_paid"].value == Fraction(30, 2)
    assert figures.items["one_more_sale_pay", (("distance", "1"), ("rank", "no rank"))].value == 30
    assert figures.find("one_more_sale_pay", ("distance", "2"), ("rank", "no rank")) is None


def test_without_participants_orders_nothing_is_left(figures: Figures) -> None:
    assert figures["without_participant_orders"].value == 0


def test_a_run_counts_people(tmp_path: Path) -> None:
    write_facts(facts(), tmp_path / "facts")
    (tmp_path / "plan.yaml").write_text(json.dumps(PLAN), encoding="utf-8")

    ran = CliRunner().invoke(
        trueline,
        ["run", str(tmp_path / "plan.yaml"), str(tmp_path / "facts"), "--period", "2024-03", "--dry", "--json"],
    )

    [summary] = json.loads(ran.stdout)
    assert summary["members"] == 2
    assert summary["bonuses"][0]["receivers"] == 1


@pytest.mark.parametrize(("day", "rewards"), [("2024-03-20", "0"), ("2024-03-21", "300")])
def test_what_was_booked_later_is_not_measured(tmp_path: Path, day: str, rewards: str) -> None:
    write_facts(facts(), tmp_path / "facts")
    (tmp_path / "plan.yaml").write_text(json.dumps(PLAN), encoding="utf-8")
    names = [str(tmp_path / "plan.yaml"), str(tmp_path / "facts"), "--period", "2024-03", "--json"]

    ran = CliRunner().invoke(trueline, ["analyse", *names, "--booked-before", day])

    shown = json.loads(ran.stdout)
    assert [one["value"] for one in shown["figures"] if one["measure"] == "rewards" and not one["by"]] == [rewards]
    assert shown["booked before"] == day


def test_a_person_stands_where_the_topmost_position_does() -> None:
    """ann-2 – bob – ann: Bob is below Ann, and not the other way round."""
    edges = [("ann-2", ""), ("bob", "ann-2"), ("ann", "bob")]
    rows: dict[str, Any] = {
        "members": [{"member": name, "joined": "2024-01-01"} for name in ("ann", "bob")],
        "positions": [{"position": seat, "owner": seat[:3]} for seat in ("ann", "ann-2", "bob")],
        "edges": [{"tree": "placement", "position": seat, "parent": up} for seat, up in edges],
    }
    read = Facts.from_rows(Company("Places", "UTC", "USD", {}, {}), rows)

    tree = people_tree(read, "placement", MARCH, np.ones(2, dtype=np.bool_))

    assert tree.parent.tolist() == [-1, 0]


def standing(edges: list[tuple[str, str]], *more: str) -> dict[str, str]:
    """Who stands under whom in the people's tree ("" for a root), where positions have these edges in force and ``more``
    have none any more; ``ann-2`` is ann's, and so on. All were in the tree before, so each is a place of its own.
    """
    seats = sorted({*more, *(seat for seat, _ in edges)})
    people = sorted({seat.partition("-")[0] for seat in seats})
    was = [
        {"tree": "placement", "position": seat, "parent": "", "from": "2023-01-01", "to": "2023-02-01"}
        for seat in seats
    ]
    now = [{"tree": "placement", "position": seat, "parent": up, "from": "2024-01-01", "to": ""} for seat, up in edges]
    rows: dict[str, Any] = {
        "members": [{"member": one, "joined": "2023-01-01"} for one in people],
        "positions": [{"position": seat, "owner": seat.partition("-")[0]} for seat in seats],
        "edges": was + now,
    }
    read = Facts.from_rows(Company("Places", "UTC", "USD", {}, {}), rows)
    tree = people_tree(read, "placement", MARCH, np.ones(len(people), dtype=np.bool_))
    above = ["" if parent < 0 else read.members[parent] for parent in tree.parent.tolist()]
    return dict(zip(read.members, above, strict=True))


@pytest.mark.parametrize(("own", "other"), [("ann", "bob"), ("bob", "ann")])
def test_a_position_without_an_edge_does_not_lift_its_owner_to_the_top(own: str, other: str) -> None:
    """Ann stands under bob; carl was left below her second position, which has no edge any more: she stays under bob.
    With the names exchanged it is the same.
    """
    edges = [(other, ""), (own, other), ("carl", f"{own}-2")]

    assert standing(edges, f"{own}-2") == {own: other, other: "", "carl": own}


def test_an_own_position_without_an_edge_does_not_either() -> None:
    """Ann's own position lost its edge, dora still stands below it; her second one stands under bob: so does she."""
    assert standing([("bob", ""), ("ann-2", "bob"), ("dora", "ann")], "ann") == {"ann": "bob", "bob": "", "dora": "ann"}


def test_where_hanging_would_make_a_loop_the_position_is_a_root() -> None:
    """Bob is below ann-2, which has no edge, and ann is below bob: the topmost position says that ann is above bob."""
    assert standing([("bob", "ann-2"), ("ann", "bob")], "ann-2") == {"ann": "", "bob": "ann"}


def test_of_two_that_would_hang_on_each_other_the_first_does() -> None:
    """Bob stands under ann-2 and ann under bob-2, both without an edge. ann-2 is asked first and hangs on ann:
    bob-2 – ann – ann-2 – bob. So bob-2 cannot hang on bob: it is a root, bob the top, and ann below him.
    """
    assert standing([("bob", "ann-2"), ("ann", "bob-2")], "ann-2", "bob-2") == {"ann": "bob", "bob": ""}


@pytest.mark.parametrize(("low", "high"), [("bob", "cy"), ("cy", "bob")])
def test_of_two_positions_in_different_places_the_one_with_fewer_above_counts(low: str, high: str) -> None:
    """Dan has two people below him; eve is below one of these, and with ann's second position below the other: ann, who
    is one step further down with the first, stands under the second's parent, wherever the ids put the branches.
    """
    edges = [("dan", ""), (low, "dan"), (high, "dan"), ("eve", low), ("ann", "eve"), ("ann-2", high)]

    assert standing(edges)["ann"] == high


def test_a_position_that_is_written_as_a_root_is_one() -> None:
    """An edge without a parent says that the position is at the top, and so is its owner."""
    edges = [("bob", ""), ("ann", "bob"), ("ann-2", ""), ("carl", "ann-2")]

    assert standing(edges) == {"ann": "", "bob": "", "carl": "ann"}


def test_everybody_below_a_position_is_below_its_owner() -> None:
    """Nobody but ann has two positions: whoever stands below any of hers is below her, in random trees."""
    luck = random.Random(5)  # noqa: S311 - a repeatable batch, no secret
    for _ in range(60):
        names = [*"bcdefgh", "ann", "ann-2", "ann-3"]
        luck.shuffle(names)
        edges = [(name, luck.choice(["", *names[:place]]) if place else "") for place, name in enumerate(names)]
        gone = luck.choice(["ann", "ann-2", "ann-3", ""])
        kept = [(name, up) for name, up in edges if name != gone]
        found = standing(kept, *([gone] if gone else []))
        parent = dict(kept)
        for name in "bcdefgh":
            line, people = _line(name, parent), _line(name, found)
            assert ("ann" in people) == any(one.startswith("ann") for one in line)


def _line(name: str, parent: dict[str, str]) -> list[str]:
    found = []
    while name := parent.get(name, ""):
        found.append(name)
    return found


def test_positions_of_one_who_joins_later_push_nobody_aside() -> None:
    """Before Mia joins, her position "bea" is in the facts' order of ids between Ann and Zoe, and in no run."""
    rows: dict[str, Any] = {
        "members": [
            {"member": "ann", "joined": "2024-01-01"},
            {"member": "mia", "joined": "2024-03-01"},
            {"member": "zoe", "joined": "2024-01-01"},
        ],
        "positions": [{"position": name, "owner": "mia" if name == "bea" else name} for name in ("ann", "bea", "mia", "zoe")],
        "edges": [
            {"tree": tree, "position": seat, "parent": up}
            for tree, seat, up in (
                ("placement", "mia", ""), ("placement", "bea", "mia"),
                ("sponsor", "ann", ""), ("sponsor", "mia", "ann"), ("sponsor", "zoe", "ann"),
            )
        ],
        "orders": [{"order": "1", "buyer": "zoe", "time": "2024-02-10", "kind": "own use", "booked": "2024-02-10"}],
        "order_lines": [{"order": "1", "line": "1", "quantity": "1", "price": "100", "volume.pv": "100"}],
    }  # fmt: skip
    known = Facts.from_rows(Company("Places", "UTC", "USD", {"pv": Fraction(1, 100)}, {}), rows)
    for label, there in (("2024-02", {"ann", "zoe"}), ("2024-03", {"ann", "bea", "mia", "zoe"})):
        period = Period.parse(label)
        world = run(load_plan(PLAN).at(period), known, None, period).world
        owner = {"bea": "mia"}

        assert set(world.ids) == there
        found = [known.members[row] for row in member_rows(world, known).tolist()]
        assert found == [owner.get(name, name) for name in world.ids]

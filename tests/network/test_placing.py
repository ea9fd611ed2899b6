"""Seats proposed for one day: by rule, by a reviewed list, after somebody left; sound whatever the order of rows."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from trueline.cli.main import main, trueline
from trueline.errors import Refused
from trueline.facts import Company, Facts
from trueline.facts.standing import slot_number
from trueline.facts.write import write_facts
from trueline.network.placement.choices import Choice, read_choices
from trueline.network.placement.proposal import Proposal, Rules, propose
from trueline.network.placement.rows import changed_rows, whole_table
from trueline.period import Period, seconds_of
from trueline.plan import load_plan
from trueline.run import run

Rows = list[dict[str, str]]
DAY = seconds_of(dt.date(2024, 2, 1))
COMPANY = Company("Seats", "UTC", "USD", {}, {})
TWO = Rules("binary", width=2, fill="breadth")


def member(id_: str, joined: str = "2024-01-01") -> dict[str, str]:
    return {"member": id_, "joined": joined}


def edge(tree: str, position: str, parent: str, slot: str = "", since: str = "", until: str = "") -> dict[str, str]:
    return {"tree": tree, "position": position, "parent": parent, "slot": slot, "from": since, "to": until}


PEOPLE = [member(m, f"2024-01-0{day}") for day, m in enumerate("ABCDE", start=1)]
SPONSORS = [edge("sponsor", m, "" if m == "A" else "A") for m in "ABCDE"]


def facts_of(members: Rows, edges: Rows, **tables: Rows) -> Facts:
    return Facts.from_rows(COMPANY, {"members": members, "edges": edges, **tables})


def choice(position: str, parent: str, slot: int = 0, reviewed: str = "Jo", start: int = 0, line: int = 2) -> Choice:
    return Choice("list.csv", line, position, parent, slot, start, reviewed, "")


def seats(proposal: Proposal) -> dict[str, tuple[str, str]]:
    """Who stands where in the tree once the proposal is carried out."""
    rows = [row for row in whole_table(proposal) if row["tree"] == proposal.tree]
    day = dt.date(1970, 1, 1) + dt.timedelta(seconds=proposal.day)
    now = [row for row in rows if (row["from"] or "0") <= str(day) and (not row["to"] or row["to"] > str(day))]
    assert len({row["position"] for row in now}) == len(now)
    return {row["position"]: (row["parent"], row["slot"]) for row in now}


def test_those_who_wait_are_placed_in_the_order_of_arrival() -> None:
    found = propose(facts_of(PEOPLE, SPONSORS), TWO, DAY)

    assert seats(found) == {"A": ("", ""), "B": ("A", "1"), "C": ("A", "2"), "D": ("B", "1"), "E": ("B", "2")}
    assert [(one.position, one.how) for one in found.changes] == [(m, "placed") for m in "ABCDE"]


def test_a_deadline_in_the_holding_tank() -> None:
    found = propose(facts_of(PEOPLE, SPONSORS), Rules("binary", width=2, wait=29), DAY)

    assert set(seats(found)) == {"A", "B", "C"}  # 3 January and 29 days is 1 February
    assert [(one.position, one.until) for one in found.waiting] == [("D", "2024-02-02"), ("E", "2024-02-03")]
    assert propose(facts_of(PEOPLE, SPONSORS), Rules("binary", width=2, wait=None), DAY).changes == ()


def test_who_is_not_placed() -> None:
    """Customers, the terminated, who joins later and whose edge begins later stay out."""
    people = [*PEOPLE, member("F", "2024-02-02")]
    edges = [*SPONSORS, edge("sponsor", "F", "A"), edge("binary", "E", "", "", "2024-03-01")]
    roles = [{"member": "B", "role": "customer", "from": "2024-01-01"}]
    status = [{"member": "C", "status": "terminated", "from": "2024-01-20"}]
    found = propose(facts_of(people, edges, roles=roles, status=status), TWO, DAY)

    assert set(seats(found)) == {"A", "D"}


def test_a_further_position_is_placed_by_choice_only() -> None:
    people, names = [member("A"), member("B", "2024-01-02")], ["A", "A-2", "B", "B-2"]
    positions = [{"position": name, "owner": name[0]} for name in names]
    edges = [edge("sponsor", "A", ""), edge("sponsor", "B", "A"), edge("binary", "A", "")]
    facts = facts_of(people, edges, positions=positions)

    assert seats(propose(facts, TWO, DAY)) == {"A": ("", ""), "B": ("A", "1")}
    chosen = propose(facts, TWO, DAY, [choice("A-2", "A", 1)])
    assert seats(chosen) == {"A": ("", ""), "A-2": ("A", "1"), "B": ("A", "2")}


def test_choices_come_first_and_by_arrival() -> None:
    standing = [*SPONSORS, edge("binary", "A", "", "", "2024-01-01")]
    facts = facts_of(PEOPLE, standing)
    listed = [choice("D", "A", 1), choice("C", "A", 2, line=3), choice("E", "A", reviewed="", line=4)]
    found = propose(facts, Rules("binary", width=2, wait=None), DAY, listed)

    assert seats(found) == {"A": ("", ""), "C": ("A", "2"), "D": ("A", "1")}
    assert found.left == (listed[2],)
    with pytest.raises(Refused, match=r"list.csv:2: Slot 1 of 'A' is B's"):
        propose(facts, TWO, DAY, [choice("D", "A", 1), choice("B", "A", 1, line=3)])


@pytest.mark.parametrize(
    ("listed", "message"),
    [
        (choice("Z", "A"), "There is no position 'Z'"),
        (choice("B", "E"), "'E' has no seat in tree 'binary'"),
        (choice("A", "D"), "'D' is 'A', or stands below"),
        (choice("A", "A"), "'A' is 'A', or stands below"),
        (choice("C", "A", 3), "'A' has no such seat: 2 below one"),
        (choice("E", "A"), "'A' has no such seat: 2 below one"),
    ],
)
def test_a_choice_that_cannot_be_carried_out(listed: Choice, message: str) -> None:
    standing = [edge("binary", "A", ""), edge("binary", "B", "A", "left"), edge("binary", "C", "A", "right")]
    facts = facts_of(PEOPLE, [*SPONSORS, *standing, edge("binary", "D", "B", "1")])
    with pytest.raises(Refused, match=message):
        propose(facts, TWO, DAY, [listed])


def test_a_move_ends_one_edge_and_begins_another_and_takes_the_group_along() -> None:
    standing = [
        edge("binary", "A", "", "", "2024-01-01"),
        edge("binary", "B", "A", "1", "2024-01-02", "2025-01-01"),
        edge("binary", "C", "A", "2", "2024-01-03"),
        edge("binary", "D", "B", "1", "2024-01-04"),
    ]
    found = propose(facts_of(PEOPLE[:4], [*SPONSORS[:4], *standing]), TWO, DAY, [choice("B", "C", 2)])
    rows = changed_rows(found)

    assert seats(found) == {"A": ("", ""), "C": ("A", "2"), "B": ("C", "2"), "D": ("B", "1")}
    assert [(row["parent"], row["from"], row["to"]) for row in rows] == [
        ("A", "2024-01-02", "2024-02-01"),
        ("C", "2024-02-01", "2025-01-01"),
    ]
    assert rows[1]["reason"] == "moved, reviewed by Jo"


LEFT = [{"member": "B", "status": "terminated", "from": "2024-01-20"}]


def test_without_slots_everybody_below_moves_to_the_next_standing_upline() -> None:
    chain = [edge("unilevel", m, above, "", "2024-01-05") for m, above in zip("ABCDE", ["", *"ABCC"], strict=True)]
    gone = [*LEFT, {"member": "C", "status": "terminated", "from": "2024-01-25"}]
    found = propose(facts_of(PEOPLE, [*SPONSORS, *chain], status=gone), Rules("unilevel", roll_up=True), DAY)

    assert seats(found) == {"A": ("", ""), "D": ("A", ""), "E": ("A", "")}
    assert [(one.position, one.how) for one in found.changes] == [
        ("B", "leaves"),
        ("C", "leaves"),
        ("D", "rolled up"),
        ("E", "rolled up"),
    ]


def test_with_slots_the_earliest_child_takes_the_seat() -> None:
    standing = [
        edge("binary", "A", ""),
        edge("binary", "B", "A", "1", "2024-01-05"),
        edge("binary", "C", "A", "2", "2024-01-06"),
        edge("binary", "E", "B", "1", "2024-01-08"),
        edge("binary", "D", "B", "2", "2024-01-07"),
    ]
    facts = facts_of(PEOPLE, [*SPONSORS, *standing], status=LEFT)
    found = propose(facts, Rules("binary", width=2, roll_up=True), DAY)

    assert seats(found) == {"A": ("", ""), "C": ("A", "2"), "D": ("A", "1"), "E": ("D", "1")}


def test_a_tree_that_is_wider_than_said_is_refused() -> None:
    facts = facts_of(PEOPLE, [*SPONSORS, edge("binary", "A", ""), edge("binary", "B", "A", "3")])
    with pytest.raises(Refused, match="'B' stands in slot 3 of a tree that is 2 wide"):
        propose(facts, TWO, DAY)


# properties ---------------------------------------------------------------------------------------------------------


@st.composite
def companies(draw: st.DrawFn) -> tuple[Rows, Rows, Rows]:
    """Members with sponsors, some of whom stand in a tree of two slots, some terminated."""
    count = draw(st.integers(1, 14))
    ids = [str(k) for k in draw(st.permutations(range(1, count + 1)))]
    people = [member(id_, f"2024-01-{draw(st.integers(1, 9)):02}") for id_ in ids]
    edges: Rows = []
    free: list[tuple[str, str]] = []
    for at, id_ in enumerate(ids):
        edges.append(edge("sponsor", id_, draw(st.sampled_from(["", *ids[:at]]))))
        if draw(st.booleans()):
            parent, slot = draw(st.sampled_from([("", ""), *free]))
            edges.append(edge("binary", id_, parent, slot, f"2024-01-{draw(st.integers(10, 28))}"))
            free = [seat for seat in free if seat != (parent, slot)] + [(id_, "1"), (id_, "2")]
    gone = [
        {"member": id_, "status": "terminated", "from": "2024-01-30"} for id_ in ids if draw(st.integers(0, 4)) == 0
    ]
    return people, edges, gone


@settings(max_examples=60)
@given(companies(), st.sampled_from(["breadth", "depth", "slot", "alternate", "weaker", "smallest"]), st.randoms())
def test_a_proposal_is_sound_and_the_same_from_any_order_of_rows(
    company: tuple[Rows, Rows, Rows], fill: str, random: Random
) -> None:
    rules = Rules("binary", width=2, fill=fill, roll_up=True)  # type: ignore[arg-type]  # one of the words of Fill, as a parameter
    people, edges, gone = company
    found = propose(facts_of(people, edges, status=gone), rules, DAY)
    rows = whole_table(found)

    now = seats(found)
    assert set(now) == {row["member"] for row in people} - {row["member"] for row in gone}
    taken = [(parent, slot_number(slot)) for parent, slot in now.values() if parent]
    assert len(taken) == len(set(taken))
    assert all(parent in now and slot in (1, 2) for parent, slot in taken)
    again = propose(facts_of(people, rows, status=gone), rules, DAY)
    assert again.changes == ()
    shuffled = [random.sample(table, len(table)) for table in company]
    other = propose(facts_of(shuffled[0], shuffled[1], status=shuffled[2]), rules, DAY)
    assert [(c.position, c.how, c.parent, c.slot) for c in other.changes] == [
        (c.position, c.how, c.parent, c.slot) for c in found.changes
    ]


@settings(max_examples=40)
@given(companies(), st.sampled_from(["breadth", "depth", "right", "alternate", "weaker", "smallest"]))
def test_a_plan_seats_newcomers_where_the_proposal_does(company: tuple[Rows, Rows, Rows], fill: str) -> None:
    """From nothing, on the first day after January: what a run of January places."""
    people, edges, _ = company
    facts = facts_of(people, [row for row in edges if row["tree"] == "sponsor"])
    plan = {"plan": "p", "currency": "USD", "period": "month", "rounding": {"to": "0.01", "mode": "half up"}}
    trees = {"seats": {"placed": {"width": "2", "fill": fill}}}
    january = Period.parse("2024-01")
    result = run(load_plan({**plan, "trees": trees}, "p").at(january), facts, None, january)
    way, slot = ("slot", 2) if fill == "right" else (fill, 1)
    now = seats(propose(facts, Rules("seats", width=2, fill=way, slot=slot), DAY))  # type: ignore[arg-type]  # one of the words of Fill, as a parameter

    assert {m: parent or None for m, (parent, _) in now.items()} == {
        row["member"]: result.parent("seats", row["member"]) for row in people
    }


# the command --------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    facts = Facts.from_rows(COMPANY, {"members": [{**m, "sponsor": "" if m["member"] == "A" else "A"} for m in PEOPLE]})
    write_facts(facts, tmp_path / "facts")
    return tmp_path / "facts"


def placing(folder: Path, *options: str) -> str:
    given_ = ["place", str(folder), "--tree", "binary", "--on", "2024-02-01", *options]
    shown = CliRunner().invoke(trueline, given_, catch_exceptions=False)
    assert shown.exit_code == 0, shown.output
    return shown.output


def read(path: Path) -> Sequence[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_the_command_writes_rows_and_leaves_the_facts_alone(folder: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    out = tmp_path / "new.csv"
    shown = placing(folder, "--width", "2", "--fill", "left", "--wait", "28", "--out", str(out))

    assert [(row["position"], row["parent"], row["slot"]) for row in read(out)] == [
        ("A", "", ""),
        ("B", "A", "1"),
        ("C", "B", "1"),
        ("D", "C", "1"),
    ]
    assert "E: joined 2024-01-05, placed on 2024-02-02 at the latest" in shown
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["facts", "new.csv"]


def test_the_whole_table_takes_the_place_of_the_edges(folder: Path) -> None:
    shown = placing(folder, "--width", "3", "--whole", "--out", str(folder / "edges.csv"))
    people = "".join(f"{m['member']},{m['joined']}\n" for m in PEOPLE)
    (folder / "members.csv").write_text("member,joined\n" + people, encoding="utf-8")
    again = json.loads(placing(folder, "--width", "3", "--json"))

    assert "Take the column 'sponsor' out of members" in shown
    assert again["changes"] == []
    assert Facts.read(folder)["edges"].rows == 4 + 5


def test_a_plan_says_how_its_tree_is_filled(folder: Path, tmp_path: Path) -> None:
    plan = tmp_path / "plan.yaml"
    text = "plan: p\ncurrency: USD\nperiod: month\nrounding: {to: 0.01, mode: half up}\ntrees:\n"
    plan.write_text(text + "  binary: {placed: {width: 2, fill: right}}\n  other: {line: joined}\n")
    found = json.loads(placing(folder, str(plan), "--json"))["changes"]

    assert [(one["position"], one["parent"], one["slot"]) for one in found][1:3] == [("B", "A", 2), ("C", "B", 2)]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--fill", "breadth"], "--fill needs --width"),
        (["--width", "2", "--fill", "slot 3"], "'slot 3' is no way to fill seats"),
        (["--width", "2", "--under", "family"], "The facts have no tree 'family'"),
        (["--width", "2", "--choices", "nowhere.csv"], "The choices cannot be read"),
    ],
)
def test_what_the_command_refuses(
    folder: Path, options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["place", str(folder), "--tree", "binary", "--on", "2024-02-01", *options]) == 2
    assert message in capsys.readouterr().err


def test_a_reviewed_list_is_read_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("position,parent,slot,from,reviewed\nB,A,left,2024-02-01,Jo\nC,A,,,\n", encoding="utf-8")
    one, two = read_choices(path)
    assert (one.slot, one.start, one.reviewed) == (1, DAY, "Jo")
    assert (two.slot, two.start, two.reviewed) == (0, 0, "")

    path.write_text("position,parent,slot,from,by\nB,A,middle,soon,x\n", encoding="utf-8")
    with pytest.raises(Refused, match="Unknown column 'by'"):
        read_choices(path)
    path.write_text("position,parent\nB,A,left\n", encoding="utf-8")
    with pytest.raises(Refused, match="more cells than the header"):
        read_choices(path)
    path.write_text("position,parent,slot,from\nB,A,middle,soon\nB,A,,\n,A,,\n", encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_choices(path)
    assert [finding.line for finding in refused.value.findings] == [2, 2, 3, 4]

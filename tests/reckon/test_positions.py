"""Several positions of one member in a tree: nodes that qualify by their owner, and an owner who is paid for all."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from trueline.cli.main import trueline
from trueline.errors import Refused
from trueline.explain import statement
from trueline.explain.sentences import Voice
from trueline.facts import Company, Facts
from trueline.facts.write import write_facts
from trueline.period import Period
from trueline.plan import load_plan
from trueline.run import Result, chain
from trueline.run.store import load_run, save_run

Rows = list[dict[str, str]]
MEMBERS = [{"member": m, "joined": "2024-01-01"} for m in "ABC"]
# A holds the top and two more places below it; B and C buy below them
POSITIONS = [{"position": p, "owner": p[0]} for p in ("A", "A-left", "A-right", "B", "C")]
TREE = [("A", "", ""), ("A-left", "A", "left"), ("A-right", "A", "right"), ("B", "A-left", "1"), ("C", "A-right", "1")]
EDGES = [{"tree": "binary", "position": p, "parent": above, "slot": slot} for p, above, slot in TREE] + [
    {"tree": "sponsor", "position": p, "parent": above, "slot": ""} for p, above in (("A", ""), ("B", "A"), ("C", "A"))
]
VOLUMES = [
    {"member": m, "volume": "pv", "amount": v, "effective": "2024-01-10"} for m, v in (("B", "100"), ("C", "300"))
]
LEVEL = {"kind": "level", "tree": "binary", "base": "orders(pv)", "rates": ["10%", "5%"]}


def facts_of(**tables: Any) -> Facts:
    given = {"members": MEMBERS, "positions": POSITIONS, "edges": EDGES, "volumes": VOLUMES, **tables}
    return Facts.from_rows(Company("Places", "UTC", "USD", {"pv": Fraction(1, 100)}, {}), given)


def results(facts: Facts, last: str = "2024-01", **more: Any) -> list[Result]:
    usual = {"plan": "places", "currency": "USD", "period": "month", "volumes": {"pv": "0.01"}}
    plan = {**usual, "rounding": {"to": "0.01", "mode": "half up"}, "bonuses": {"level": LEVEL}, **more}
    return list(chain(load_plan(plan, "places"), facts, None, Period.parse("2024-01"), Period.parse(last)))


def test_each_position_earns_and_the_owner_is_paid() -> None:
    result = results(facts_of())[0]

    assert {line.receiver: line.amount for line in result.lines() if line.source == "C"} == {"A-right": 30, "A": 15}
    assert [result.amount(m, "level") for m in ("A", "A-left", "A-right")] == [20, 10, 30]
    assert [result.payable(m) for m in ("A", "A-left", "A-right", "B")] == [60, 0, 0, 0]
    assert result.total() == 60
    owners = dict(zip(*(result.members.column(name).to_pylist() for name in ("member", "owner")), strict=True))
    assert owners == {"A": "A", "A-left": "A", "A-right": "A", "B": "B", "C": "C"}


def test_an_owner_is_capped_over_all_positions() -> None:
    """A's places earn 20, 10 and 30; of 60 30 are left, in proportion. A limit per member sees each place alone."""
    owner = results(facts_of(), limits={"owners": {"at most": "30"}})[0]
    member = results(facts_of(), limits={"members": {"at most": "25"}, "owners": {"at most": "50"}})[0]

    assert [owner.amount(m, "level") for m in ("A", "A-left", "A-right")] == [10, 5, 15]
    assert (owner.payable("A"), owner.breakage["level"]["capped"]) == (30, 30)
    assert [member.amount(m, "level") for m in ("A", "A-left", "A-right")] == [
        Fraction("18.18"),
        Fraction("9.09"),
        Fraction("22.73"),
    ]
    assert results(facts_of(), limits={"owners": {"at most": "5", "exempt": ["level"]}})[0].payable("A") == 60
    found = statement(owner, "A")
    assert [(cut.name, cut.amount, cut.words) for cut in found.bonuses[0].cuts] == [("capped", -10, "30")]


def test_the_order_of_rows_does_not_matter() -> None:
    turned = facts_of(members=MEMBERS[::-1], positions=POSITIONS[::-1], edges=EDGES[::-1])
    assert results(turned)[0].hashes == results(facts_of())[0].hashes


def test_a_node_is_only_in_the_trees_that_give_it_a_place() -> None:
    measures = {"people": "company(participant)", "recruits": "frontline(participant)", "above": "depth(sponsor)"}
    result = results(facts_of(), measures=measures)[0]

    assert [result.in_tree("sponsor", m) for m in ("A", "A-left", "B")] == [True, False, True]
    assert result.parent("binary", "A-left") == "A"
    assert (result.measure("A", "recruits"), result.measure("A-left", "recruits")) == (2, 0)
    assert result.measure("A", "people") == 5


def test_a_node_gets_no_seat_in_trees_that_the_plan_makes() -> None:
    trees = {
        "seats": {"placed": {"width": "2"}},
        "row": {"line": "joined"},
        "up": {"from": "sponsor", "passes up": "new"},
    }
    result = results(facts_of(), trees=trees)[0]
    for tree in trees:
        assert [m for m in result.member_ids if result.in_tree(tree, m)] == ["A", "B", "C"]


def test_a_position_qualifies_by_its_owner() -> None:
    """A's own order makes all of A's places active; without `owner` only the first is."""
    mine = [*VOLUMES, {"member": "A", "volume": "pv", "amount": "50", "effective": "2024-01-05"}]
    active = {"active": "orders(pv) >= 50"}
    for who, paid in (("active", 20), ("owner(active)", 60)):
        result = results(facts_of(volumes=mine), conditions=active, bonuses={"level": {**LEVEL, "who": who}})[0]
        assert result.payable("A") == paid
    ranks = {"Guide": "active"}
    by_rank = {**LEVEL, "who": "owner(rank) >= Guide"}
    assert results(facts_of(volumes=mine), conditions=active, ranks=ranks, bonuses={"l": by_rank})[0].payable("A") == 60


def test_the_owner_s_status_holds_for_every_position() -> None:
    status = [{"member": "A", "status": "terminated", "from": "2024-01-20"}]
    assert results(facts_of(status=status))[0].total() == 0


def test_the_smallest_payout_is_that_of_the_member() -> None:
    more = {"limits": {"payout": {"from": "50", "below": "carry"}}}
    little = [{**row, "amount": "80"} for row in VOLUMES]  # 8 + 8 + 8 a month: paid when 50 have come together
    monthly = [{**row, "effective": f"2024-0{month}-10"} for row in little for month in (1, 2, 3)]
    january, february, march = results(facts_of(volumes=monthly), "2024-03", **more)

    assert [result.payable("A") for result in (january, february, march)] == [0, 0, 72]
    assert [february.carried(m) for m in ("A", "A-left")] == [48, 0]


def test_positions_that_never_meet_in_one_tree_stand_for_the_member() -> None:
    positions = [{"position": p, "owner": p[0]} for p in ("A", "A2", "B", "C")]
    edges = [*EDGES[5:], {"tree": "binary", "position": "A2", "parent": "", "slot": ""}]
    edges.append({"tree": "binary", "position": "B", "parent": "A2", "slot": "1"})
    result = results(facts_of(positions=positions, edges=edges))[0]

    assert sorted(result.member_ids) == ["A", "B", "C"]
    assert result.amount("A", "level") == 10


def test_without_a_position_of_its_own_name_the_lowest_is_the_member() -> None:
    positions = [{"position": p, "owner": o} for p, o in (("7", "A"), ("8", "A"), ("B", "B"), ("C", "C"))]
    edges = [
        {"tree": "binary", "position": p, "parent": above, "slot": s}
        for p, above, s in (("7", "", ""), ("8", "7", "1"), ("B", "8", "1"))
    ]
    edges += [{"tree": "sponsor", "position": p, "parent": above, "slot": ""} for p, above in (("B", "7"), ("C", "7"))]
    result = results(facts_of(positions=positions, edges=edges))[0]

    assert sorted(result.member_ids) == ["8", "A", "B", "C"]
    assert [result.parent("binary", "8"), result.parent("sponsor", "C")] == ["A", "A"]


def test_a_position_with_the_id_of_another_member_is_refused() -> None:
    positions = [{"position": p, "owner": o} for p, o in (("A", "A"), ("B", "A"), ("b", "B"), ("C", "C"))]
    edges = [{"tree": "binary", "position": p, "parent": above} for p, above in (("A", ""), ("B", "A"), ("b", "B"))]
    with pytest.raises(Refused, match="Position 'B' has the id of a member who does not own it"):
        results(facts_of(positions=positions, edges=edges))


def stored(folder: Path, bonus: dict[str, Any], **more: Any) -> tuple[Result, Path]:
    """January, computed and stored."""
    usual = {"plan": "places", "currency": "USD", "period": "month", "volumes": {"pv": "0.01"}}
    plan = {**usual, "rounding": {"to": "0.01", "mode": "half up"}, "bonuses": {"level": bonus}, **more}
    (folder / "plan.yaml").write_text(json.dumps(plan), encoding="utf-8")
    write_facts(facts_of(), folder / "facts")
    plan_file, facts, january = load_plan(folder / "plan.yaml"), Facts.read(folder / "facts"), Period.parse("2024-01")
    result = next(chain(plan_file, facts, None, january, january))
    return result, save_run(folder / "runs", "run", result, plan_file, facts, None, None)


def test_a_statement_says_what_the_positions_bring(tmp_path: Path) -> None:
    result, folder = stored(tmp_path, LEVEL)
    owner, place = (Voice(statement(result, member)).summary() for member in ("A", "A-left"))

    assert owner[:2] == (
        "For January 2024 you are paid 60.00 USD.",
        "It comes from 1 bonus: level 20.00 USD. Your further positions bring A-left 10.00 and A-right 30.00 USD.",
    )
    assert place[0] == "For January 2024 all that this position earns is paid to its owner, A."
    assert load_run(folder).result().hashes == result.hashes


def test_why_a_position_was_not_paid_names_the_owner_s_condition(tmp_path: Path) -> None:
    bonus = {**LEVEL, "who": "owner(active) and owner(gv) >= 10"}
    conditions, measures = {"active": "orders(pv) >= 50"}, {"gv": "group(orders(pv))"}
    _, folder = stored(tmp_path, bonus, conditions=conditions, measures=measures)
    shown = CliRunner().invoke(trueline, ["explain", str(folder), "A-right", "--why-not", "level"])

    assert shown.exit_code == 0
    assert "owner(active): no" in shown.output

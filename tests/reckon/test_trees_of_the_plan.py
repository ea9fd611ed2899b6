"""Trees that the plan places, passes up or lines up: period after period, with the facts' seats, to the payment."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from trueline.errors import Refused
from trueline.explain import next_rank, statement
from trueline.facts import Company, Facts
from trueline.period import Period
from trueline.plan import load_plan
from trueline.run import Result, chain
from trueline.run.state_file import read_state, write_state

Rows = list[dict[str, str]]
LEVEL = {"kind": "level", "base": "orders(pv)", "rates": ["10%", "5%"]}


def member(id_: str, sponsor: str = "", joined: str = "2024-01-01") -> dict[str, str]:
    return {"member": id_, "sponsor": sponsor, "joined": joined}


def plan_of(trees: dict[str, Any], **more: Any) -> dict[str, Any]:
    usual = {"plan": "trees", "currency": "USD", "period": "month", "volumes": {"pv": "0.01"}}
    return {**usual, "rounding": {"to": "0.01", "mode": "half up"}, "trees": trees, **more}


def facts_of(members: Rows, more: Sequence[dict[str, str]] = (), **tables: Any) -> Facts:
    """Members with their sponsors as edges, beside the edges given; ``more`` are members whose edges are among them."""
    sponsors = [{"tree": "sponsor", "position": m["member"], "parent": m["sponsor"], "slot": ""} for m in members]
    tables["edges"] = [*sponsors, *tables.get("edges", [])]
    plain = [{key: text for key, text in m.items() if key != "sponsor"} for m in [*members, *more]]
    return Facts.from_rows(Company("Seats", "UTC", "USD", {"pv": Fraction(1, 100)}, {}), {"members": plain, **tables})


def results(plan: dict[str, Any], facts: Facts, first: str = "2024-01", last: str = "2024-01") -> list[Result]:
    return list(chain(load_plan(plan, "trees"), facts, None, Period.parse(first), Period.parse(last)))


def parents(result: Result, tree: str, members: str) -> str:
    """The parents of members named by one letter each: "-" a root, "." nobody."""
    return "".join((result.parent(tree, m) or "-") if result.in_tree(tree, m) else "." for m in members)


FIVE = [member("A"), *(member(m, "A", f"2024-01-0{day}") for day, m in enumerate("BCDE", start=2))]


@pytest.mark.parametrize(
    ("fill", "expected"),
    [
        ("breadth", "-AABB"),  # B and C below A, then B's two places
        ("depth", "-AABB"),
        ("left", "-ABCD"),
        ("right", "-ABCD"),
        ("slot 2", "-ABCD"),
        ("alternate", "-AABC"),  # left, right, left of B, right of C
        ("weaker", "-AABC"),
        ("smallest", "-AABC"),
    ],
)
def test_five_recruits_of_one_member_two_wide(fill: str, expected: str) -> None:
    plan = plan_of({"seats": {"placed": {"width": "2", "fill": fill}}})
    assert parents(results(plan, facts_of(FIVE))[0], "seats", "ABCDE") == expected


def test_a_seat_is_kept_when_the_sponsor_changes() -> None:
    people = [member("A"), member("B", "A"), member("C", "A"), member("D", "C", "2024-02-03")]
    facts = facts_of(
        people[:2] + people[3:],
        edges=[
            {"tree": "sponsor", "position": "C", "parent": "A", "slot": "", "to": "2024-02-01"},
            {"tree": "sponsor", "position": "C", "parent": "B", "slot": "", "from": "2024-02-01"},
        ],
        more=[people[2]],
    )
    january, february = results(plan_of({"seats": {"placed": {"width": "2"}}}), facts, last="2024-02")

    assert parents(january, "seats", "ABC") == "-AA"
    assert february.parent("sponsor", "C") == "B"
    assert parents(february, "seats", "ABCD") == "-AAC"


def test_a_chain_is_the_same_as_one_period_that_knows_everybody() -> None:
    people = [
        member("A"),
        *(
            member(m, s, f"2024-0{month}-10")
            for m, s, month in zip("BCDEFGH", "AABAAAC", (1, 1, 2, 2, 3, 3, 3), strict=True)
        ),
    ]
    for fill in ("breadth", "depth", "slot 1", "alternate", "weaker", "smallest"):
        plan = plan_of({"seats": {"placed": {"width": "2", "fill": fill}}}, measures={"seat": "position(seats)"})
        last = results(plan, facts_of(people), last="2024-03")[-1]
        once = results(plan, facts_of(people), "2024-03", "2024-03")[-1]
        assert last.trees.equals(once.trees)
        assert last.state.hash == once.state.hash


def test_the_place_of_the_first_period_survives_the_state_file(tmp_path: Path) -> None:
    people = [*FIVE, member("F", "A", "2024-02-10")]
    plan = plan_of({"seats": {"placed": {"width": "2", "fill": "alternate"}}})
    january, february = results(plan, facts_of(people), last="2024-02")
    write_state(tmp_path / "state.parquet", january.state)
    again = chain(
        load_plan(plan, "trees"),
        facts_of(people),
        read_state(tmp_path / "state.parquet"),
        Period.parse("2024-02"),
        Period.parse("2024-02"),
    )

    assert [result.hashes for result in again] == [february.hashes]
    assert parents(february, "seats", "F") == "D"  # the fifth recruit of A goes left: below B, below D


def test_seats_given_by_the_facts_come_before_the_rule() -> None:
    edges = [
        {"tree": "matrix", "position": "A", "parent": "", "slot": ""},
        {"tree": "matrix", "position": "E", "parent": "A", "slot": "2"},
        {"tree": "matrix", "position": "D", "parent": "A", "slot": ""},
    ]
    plan = plan_of(
        {"matrix": {"placed": {"width": "2"}}},
        measures={
            "seat": "position(matrix)",
            "one": "slot(1, participant in matrix)",
            "two": "slot(2, participant in matrix)",
        },
    )
    result = results(plan, facts_of(FIVE, edges=edges))[0]

    assert parents(result, "matrix", "ABCDE") == "-DDAA"
    assert [result.measure(m, "seat") for m in "ADEBC"] == [1, 2, 3, 4, 5]
    assert (result.measure("A", "one"), result.measure("A", "two")) == (3, 1)


@pytest.mark.parametrize(
    ("edges", "message"),
    [
        ([("A", "", ""), ("E", "A", "3")], "Member E stands in slot 3 of tree 'matrix', which is 2 wide"),
        ([("A", "", ""), ("B", "A", "1"), ("C", "A", "left")], "Members B and C stand in slot 1 of A in tree 'matrix'"),
        ([("B", "A", "1")], "Member B stands under A in tree 'matrix', where A has no seat"),
        ([("A", "", ""), ("B", "A", ""), ("C", "A", ""), ("D", "A", "")], "More than 2 members stand under A"),
        ([("A", "", ""), ("B", "A", "middle")], "'middle' is no slot"),
    ],
)
def test_a_seat_that_cannot_be_given_is_refused(edges: list[tuple[str, str, str]], message: str) -> None:
    rows = [{"tree": "matrix", "position": who, "parent": above, "slot": slot} for who, above, slot in edges]
    with pytest.raises(Refused, match=message):
        results(plan_of({"matrix": {"placed": {"width": "2"}}}), facts_of(FIVE, edges=rows))


def test_a_given_seat_below_ones_own_group_is_refused() -> None:
    later = [{"tree": "matrix", "position": "A", "parent": "D", "slot": "1", "from": "2024-02-01"}]
    with pytest.raises(Refused, match="Tree 'matrix' has a loop"):
        results(plan_of({"matrix": {"placed": {"width": "2"}}}), facts_of(FIVE, edges=later), last="2024-02")


GONE = [{"member": "B", "status": "terminated", "from": "2024-02-10", "to": "2024-03-10"}]


def test_a_hole_keeps_the_seat_and_the_level_but_is_not_paid() -> None:
    volumes = [{"member": "D", "volume": "pv", "amount": "100", "effective": "2024-02-15"}]
    bonuses = {"level": {**LEVEL, "tree": "seats"}}
    plan = plan_of({"seats": {"placed": {"width": "2"}}}, bonuses=bonuses)
    february = results(plan, facts_of(FIVE, status=GONE, volumes=volumes), last="2024-02")[-1]

    assert parents(february, "seats", "ABCDE") == "-AABB"
    assert {line.receiver: line.amount for line in february.lines()} == {"A": Fraction(5)}


def test_the_earliest_child_moves_up_and_who_comes_back_starts_anew() -> None:
    plan = plan_of(
        {"seats": {"placed": {"width": "2", "departures": "earliest child"}}}, measures={"seat": "position(seats)"}
    )
    people = [*FIVE, member("F", "A", "2024-02-20")]
    january, february, march = results(plan, facts_of(people, status=GONE), last="2024-03")

    assert parents(january, "seats", "ABCDE") == "-AABB"
    # D takes B's seat; E stays below that seat; F takes the seat that D left
    assert parents(february, "seats", "ABCDEF") == "-.AADD"
    assert parents(march, "seats", "ABCDEF") == "-CAADD"
    assert [march.measure(m, "seat") for m in "ACDEFB"] == [1, 3, 4, 5, 6, 7]


def test_seats_of_the_facts_and_children_that_move_up_do_not_go_together() -> None:
    edges = [{"tree": "matrix", "position": "A", "parent": "", "slot": ""}]
    plan = plan_of({"matrix": {"placed": {"width": "2", "departures": "earliest child"}}})
    with pytest.raises(Refused, match="The facts give seats in tree 'matrix'"):
        results(plan, facts_of(FIVE, edges=edges))


def test_the_smallest_leg_of_the_month_before_is_filled() -> None:
    volumes = [{"member": "C", "volume": "pv", "amount": "5", "effective": "2024-01-15"}]
    plan = plan_of({"seats": {"placed": {"width": "2", "fill": {"smallest": "own"}}}}, measures={"own": "orders(pv)"})
    people = [*FIVE[:3], member("D", "A", "2024-02-02"), member("E", "A", "2024-02-03")]
    february = results(plan, facts_of(people, volumes=volumes), last="2024-02")[-1]

    assert parents(february, "seats", "ABCDE") == "-AABB"


def test_only_those_among_are_seated_and_others_when_they_come_to_it() -> None:
    roles = [
        {"member": "B", "role": "customer", "from": "2024-01-01", "to": "2024-02-01"},
        {"member": "B", "role": "participant", "from": "2024-02-01"},
    ]
    plan = plan_of({"seats": {"placed": {"width": "2", "among": "participant"}}})
    january, february = results(plan, facts_of(FIVE, roles=roles), last="2024-02")

    assert parents(january, "seats", "ABCDE") == "-.AAC"
    assert parents(february, "seats", "ABCDE") == "-CAAC"


# passing up, coded, lines -------------------------------------------------------------------------------------------


def test_two_up_goes_up_recursively_and_to_who_can_take() -> None:
    # S - Y - (1, 2, 3); 3 - (4, 5, 6): the first two recruits of everybody go to whom the sponsor belongs
    people = [member("S"), member("Y", "S"), *(member(m, "Y", f"2024-01-0{m}") for m in "234")]
    people += [member(m, "4", f"2024-01-0{m}") for m in "567"]
    plan = plan_of(
        {
            "code": {"from": "sponsor", "passes up": "ordinal <= 2"},
            "paid": {"from": "sponsor", "passes up": "ordinal <= 2", "to": "orders(pv) > 0"},
        }
    )
    volumes = [{"member": m, "volume": "pv", "amount": "1", "effective": "2024-01-15"} for m in "S4"]
    result = results(plan, facts_of(people, volumes=volumes))[0]

    assert parents(result, "code", "SY234567") == "-SSSYYY4"
    assert parents(result, "paid", "SY234567") == "-SSSSSS4"


def test_a_coded_member_stays_with_the_leader_of_the_first_period() -> None:
    people = [member("A"), member("B", "A"), member("C", "B"), member("D", "B", "2024-02-01")]
    volumes = [
        {"member": "A", "volume": "pv", "amount": "1", "effective": "2024-01-15"},
        {"member": "A", "volume": "pv", "amount": "1", "effective": "2024-02-15"},
        {"member": "B", "volume": "pv", "amount": "1", "effective": "2024-02-15"},
    ]
    coded = {"from": "sponsor", "leaders": "orders(pv) > 0"}
    plan = plan_of({"code": {**coded, "fixed": "joined"}, "now": coded})
    january, february, march = results(plan, facts_of(people, volumes=volumes), last="2024-03")

    assert parents(january, "code", "ABCD"[:3]) == parents(january, "now", "ABC") == "-AA"
    assert (parents(february, "code", "ABCD"), parents(february, "now", "ABCD")) == ("-AAB", "-ABB")
    assert (parents(march, "code", "ABCD"), parents(march, "now", "ABCD")) == ("-AAB", "----")


def test_a_fixed_compression_keeps_who_is_out_and_where_the_others_stand() -> None:
    people = [member("A"), member("B", "A"), member("C", "B"), member("D", "B", "2024-02-01")]
    volumes = [
        {"member": m, "volume": "pv", "amount": "1", "effective": f"2024-0{month}-15"}
        for m, month in (("A", 1), ("C", 1), ("B", 2), ("D", 2))
    ]
    kept = {"from": "sponsor", "keep": "orders(pv) > 0"}
    plan = plan_of({"fixed_tree": {**kept, "fixed": "joined"}, "now": kept})
    _, february = results(plan, facts_of(people, volumes=volumes), last="2024-02")

    assert (parents(february, "fixed_tree", "ABCD"), parents(february, "now", "ABCD")) == ("-.AA", ".-.B")


def test_a_line_in_the_order_of_joining() -> None:
    people = [member("C", "", "2024-01-02"), member("A", "", "2024-01-03"), member("B", "C", "2024-01-02")]
    people.append(member("D", "", "2024-02-01"))
    late = [*people, member("E", "", "2024-01-01")]
    plan = plan_of(
        {"row": {"line": "joined"}, "own_row": {"line": "joined", "among": "orders(pv) > 0", "fixed": "joined"}},
        measures={"place": "position(row)"},
    )
    volumes = [
        {"member": m, "volume": "pv", "amount": "1", "effective": f"2024-0{month}-15"}
        for m, month in (("A", 1), ("C", 1), ("B", 2), ("D", 2))
    ]
    january, february = results(plan, facts_of(people, volumes=volumes), last="2024-02")

    assert (parents(january, "row", "BCA"), parents(january, "own_row", "BCA")) == ("-BC", ".-C")
    assert (parents(february, "row", "BCAD"), parents(february, "own_row", "BCAD")) == ("-BCA", ".-CA")
    assert [february.measure(m, "place") for m in "BCAD"] == [1, 2, 3, 4]
    assert parents(results(plan, facts_of(late, volumes=volumes))[0], "row", "EBCA") == "-EBC"


def test_sales_only_x_up() -> None:
    """The first two orders of a member pay the sponsor; of C's three orders on one day the ids decide."""
    people = [member("A"), member("B", "A"), member("C", "B")]
    orders = [
        {"order": o, "buyer": who, "time": f"2024-0{month}-10"}
        for o, who, month in (("1", "B", 1), ("2", "B", 2), ("3", "B", 2), ("9", "C", 2), ("10", "C", 2), ("8", "C", 2))
    ]
    lines = [{"order": o["order"], "line": "1", "volume.pv": o["order"] + "00"} for o in orders]
    bonus = {"kind": "level", "base": "orders(pv where order_number <= 2)", "rates": ["10%"]}
    plan = plan_of({}, bonuses={"up": bonus}, measures={"firsts": "order_count(where order_number = 1, lifetime)"})
    january, february = results(plan, facts_of(people, orders=orders, order_lines=lines), last="2024-02")

    assert [january.amount("A", "up"), february.amount("A", "up")] == [10, 20]
    assert february.amount("B", "up") == 80 + 90  # orders 8 and 9
    assert [february.measure(m, "firsts") for m in "BC"] == [1, 1]


# state --------------------------------------------------------------------------------------------------------------


def test_a_tree_that_a_plan_leaves_out_is_still_there_when_it_comes_back() -> None:
    people = [*FIVE, member("F", "A", "2024-03-10")]
    seats = {"seats": {"placed": {"width": "2", "fill": "alternate"}}}
    with_tree, without = plan_of(seats), plan_of({})
    found: list[Result] = []
    for month, plan in (("2024-01", with_tree), ("2024-02", without), ("2024-03", with_tree)):
        period, state = Period.parse(month), found[-1].state if found else None
        found += chain(load_plan(plan, "trees"), facts_of(people), state, period, period)
    straight = results(with_tree, facts_of(people), last="2024-03")[-1]

    assert found[-1].trees.equals(straight.trees)
    assert found[-1].state.hash == straight.state.hash


def test_somebody_placed_who_is_not_there_any_more_is_refused() -> None:
    january = results(plan_of({"seats": {"placed": {"width": "2"}}}), facts_of(FIVE))[0]
    later = facts_of([*FIVE[:4], member("E", "A", "2024-05-01")])
    period = Period.parse("2024-02")
    with pytest.raises(Refused, match="Member E has a place in tree 'seats', but is not there"):
        list(
            chain(load_plan(plan_of({"seats": {"placed": {"width": "2"}}}), "t"), later, january.state, period, period)
        )


# explained ----------------------------------------------------------------------------------------------------------


def test_the_next_rank_names_the_slot_in_which_volume_is_missing() -> None:
    """What is advised is carried out, and the rank is reached."""
    plan = plan_of(
        {"seats": {"placed": {"width": "2"}}},
        tree="seats",
        conditions={"strong": "slot(2, orders(pv)) >= 500 and slot(1, participant) >= 2"},
        ranks={"Gold": "strong"},
    )
    volumes = [{"member": "C", "volume": "pv", "amount": "100", "effective": "2024-01-15"}]
    result = results(plan, facts_of(FIVE, volumes=volumes))[0]
    goal = next_rank(result, "A").goals[0]

    assert [(one.member, one.amount) for one in goal.add] == [("C", Fraction(400))]
    more = [*volumes, {"member": "C", "volume": "pv", "amount": "400", "effective": "2024-01-16"}]
    assert results(plan, facts_of(FIVE, volumes=more))[0].rank("A") == "Gold"


def test_a_statement_tells_the_levels_of_the_plans_own_trees() -> None:
    volumes = [{"member": "E", "volume": "pv", "amount": "100", "effective": "2024-01-15"}]
    bonuses = {"seats": {**LEVEL, "tree": "seats"}, "row": {**LEVEL, "tree": "row", "rates": ["1%"] * 4}}
    trees = {"seats": {"placed": {"width": "2"}}, "row": {"line": "joined"}}
    result = results(plan_of(trees, bonuses=bonuses), facts_of(FIVE, volumes=volumes))[0]
    told = {one.name: [level.level for level in one.levels] for one in statement(result, "A").bonuses}

    assert told == {"seats": [2], "row": [4]}

"""Many members from one row."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from trueline.case.growing import MOST, Growth, below, side_by_side
from trueline.case.model import Member, Page

Read = Callable[[str], Page]


def test_one_row_is_one_member() -> None:
    assert list(side_by_side(Member("A"), None)) == [Member("A")]


def test_count_repeats_a_row_side_by_side() -> None:
    members = list(side_by_side(Member("A", {"sponsor": "Z"}, volumes={"pv": Fraction(5)}), 3))

    assert [member.id for member in members] == ["A-1", "A-2", "A-3"]
    assert {(member.parents["sponsor"], member.volumes["pv"]) for member in members} == {("Z", 5)}


def test_a_tree_grows_below_a_member_parents_first() -> None:
    grown = list(below(Member("A"), Growth(2, 3, 2, Member("", role="customer")), "placement"))

    assert [(member.id, member.parents["placement"]) for member in grown] == [
        ("A-1", "A"),
        ("A-2", "A"),
        ("A-1-1", "A-1"),
        ("A-1-2", "A-1"),
        ("A-1-3", "A-1"),
        ("A-2-1", "A-2"),
        ("A-2-2", "A-2"),
        ("A-2-3", "A-2"),
    ]
    assert {member.role for member in grown} == {"customer"}


@pytest.mark.parametrize(("growth", "size"), [((5, 5, 5), 3905), ((2, 2, 12), 8190), ((3, 1, 4), 12), ((1, 9, 1), 1)])
def test_the_size_of_a_tree_is_known_before_it_grows(growth: tuple[int, int, int], size: int) -> None:
    shape = Growth(*growth, Member(""))

    assert shape.size == size
    assert len(list(below(Member("A"), shape, "sponsor"))) == size


def test_an_endless_tree_is_not_counted_to_its_end() -> None:
    assert Growth(10, 10, 10**9, Member("")).size > MOST


def test_rows_of_a_page_grow(read: Read, small: str) -> None:
    page = read(
        small.replace("- {id: A, scheme: EU}", "- {id: A, tree: {frontline: 2, width: 1, levels: 2, each: {pv: 7}}}")
        .replace("{id: B, sponsor: A, pv: 1 000}", "{id: B, sponsor: A-1, pv: 3, count: 2}")
        .replace("{A: {level", "{B-2: {level")
    )

    assert [member.id for member in page.members] == ["A", "A-1", "A-2", "A-1-1", "A-2-1", "B-1", "B-2"]
    assert [str(member.volumes.get("pv")) for member in page.members] == ["None", "7", "7", "7", "7", "3", "3"]
    assert page.members[6].parents == {"sponsor": "A-1"}


def test_a_tree_grows_in_the_plans_main_tree(read: Read, small: str) -> None:
    page = read(
        small.replace("  period: month", "  period: month\n  tree: enroller")
        .replace("{id: A,", "{id: A, tree: {frontline: 1, width: 1, levels: 1},")
        .replace("sponsor: A", "enroller: A-1, placement: A")
    )

    assert page.members[1].parents == {"enroller": "A"}
    assert page.members[2].parents == {"enroller": "A-1", "placement": "A"}

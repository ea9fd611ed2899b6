"""What is missing for the next rank: adding exactly what is said gives it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.explain.made import result_of

from trueline.explain import next_rank
from trueline.explain.nextrank import Goal
from trueline.run import Result

MEASURES = """
measures:
  own: orders(pv)
  team: group(own)
  sides: own + capped(200, team)
  pay_leg: rest(1, team)
conditions: {active: own >= 50}
"""
CONDITIONS = (
    "own >= 120",
    "own > 90",
    "team >= 700",
    "own >= 60 and team >= 600",
    "own >= 900 or team >= 400",
    "sides >= 450",
    "capped(150, team) >= 300",
    "leg(1, team) >= 300 and leg(2, team) >= 200",
    "pay_leg >= 150 and own >= 70",
    "legs(active) >= 2",
    "active and legs(active) >= 3",
    "legs(own >= 40 and team >= 100) >= 2",
    "highest(2, leg(1, team), leg(2, team), rest(2, team)) >= 160",
    "downline(own) >= 500",
    "frontline(own) >= 260",
    "own * 2 >= 300",
    "min(own, team / 3) >= 80",
    "last(3, team) >= 800",
    "not (team < 350)",
    "whole(team / 100) >= 5",
)


def plan_of(condition: str) -> str:
    return f"{MEASURES}ranks: {{Goal: '{condition}'}}\n"


@st.composite
def companies(draw: st.DrawFn) -> tuple[dict[str, str | None], dict[str, int]]:
    """Sponsors and volumes of a few members, the first one on top."""
    count = draw(st.integers(1, 9))
    sponsors: dict[str, str | None] = {"m0": None}
    for number in range(1, count):
        sponsors[f"m{number}"] = f"m{draw(st.integers(0, number - 1))}"
    volumes = {member: draw(st.integers(0, 260)) for member in sponsors}
    return sponsors, volumes


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(companies(), st.sampled_from(CONDITIONS))
def test_adding_what_is_said_gives_the_rank(
    company: tuple[dict[str, str | None], dict[str, int]], condition: str
) -> None:
    sponsors, volumes = company
    before = result_of(plan_of(condition), sponsors, volumes)
    for member in list(sponsors)[:3]:
        for goal in next_rank(before, member).goals:
            assert goal.lacks
            if goal.known:
                after = added(plan_of(condition), sponsors, volumes, goal)
                assert after.rank(member) == goal.rank, (member, goal.add)


def added(plan: str, sponsors: dict[str, str | None], volumes: dict[str, int], goal: Goal) -> Result:
    """The same month with the deposits of a goal."""
    people, bought = dict(sponsors), dict(volumes)
    for deposit in goal.add:
        member = deposit.member
        if member is None:
            member = f"new{deposit.newcomer}"
            people[member] = deposit.under
        assert deposit.amount.denominator == 1
        bought[member] = bought.get(member, 0) + int(deposit.amount)
    return result_of(plan, people, bought)


STAR = {"me": None, "a": "me", "b": "me", "c": "me", "a1": "a"}


def goal_of(condition: str, volumes: dict[str, int]) -> Goal:
    (goal,) = next_rank(result_of(plan_of(condition), STAR, volumes), "me").goals
    return goal


def test_all_failing_parts_of_and_are_listed_with_what_is_missing() -> None:
    goal = goal_of("own >= 100 and team >= 400 and legs(active) >= 1", {"me": 30, "a": 200})

    assert [(lack.about, lack.have, lack.need, lack.missing) for lack in goal.lacks] == [
        ("own", 30, 100, 70),
        ("team", 230, 400, 170),
    ]
    assert [(one.member, one.amount) for one in goal.add] == [("me", 170)]


def test_of_alternatives_the_nearest_is_taken() -> None:
    near = goal_of("own >= 200 or team >= 240", {"me": 100, "a": 120})
    far = goal_of("(own >= 200 and legs(active) >= 2) or team >= 900", {"me": 190, "a": 60})

    assert [lack.words for lack in near.lacks] == ["team >= 240"]
    assert [lack.words for lack in far.lacks] == ["team >= 900"]


def test_caps_of_legs_are_respected() -> None:
    goal = goal_of("capped(150, team) >= 400", {"a": 500, "b": 100, "c": 20})

    (lack,) = goal.lacks
    assert (lack.have, lack.missing) == (270, 130)
    assert [(leg.leg, leg.value, leg.room) for leg in lack.legs] == [("a", 500, 0), ("b", 100, 50), ("c", 20, 130)]
    assert [(one.member, one.amount) for one in goal.add] == [("c", 130)]


def test_the_nearest_legs_come_first_and_say_who() -> None:
    goal = goal_of("legs(active) >= 2", {"a1": 45, "b": 60, "c": 10})

    (lack,) = goal.lacks
    assert (lack.have, lack.need, lack.missing) == (1, 2, 1)
    first, second = lack.nearest
    assert (first.leg, first.person, first.lacks[0].missing) == ("a", "a1", 5)
    assert (second.leg, second.person, second.lacks[0].missing) == ("c", "c", 40)
    assert [(one.member, one.amount) for one in goal.add] == [("a1", 5)]


def test_what_no_volume_can_give_is_said() -> None:
    (goal,) = next_rank(result_of(plan_of("participant and own >= 10"), STAR, {}, roles={"me": "customer"}), "me").goals

    assert [(lack.about, lack.known) for lack in goal.lacks] == [("participant", False), ("own", True)]
    assert not goal.known
    assert goal.add == ()


def test_more_legs_than_there_are_people() -> None:
    goal = goal_of("legs(active) >= 5", {"a": 60, "b": 60, "c": 60})

    assert goal.lacks[0].missing == 2
    assert goal.lacks[0].nearest == ()
    assert not goal.known


def test_the_ladder_of_the_member_counts() -> None:
    plan = """
ranks by: scheme
attributes: {scheme: [one, two]}
ranks:
  Low: {one: orders(pv) >= 10, two: orders(pv) >= 20}
  Mid: {one: orders(pv) >= 50}
  High: {one: orders(pv) >= 90, two: orders(pv) >= 100}
"""
    result = result_of(
        plan,
        {"x": None},
        {"x": 30},
        members={"x": {"attribute.scheme": "two"}},
        attributes={"scheme": ("one", "two")},
    )

    found = next_rank(result, "x")

    assert found.rank == "Low"
    assert [goal.rank for goal in found.goals] == ["High"]
    assert found.goals[0].words == "orders(pv) >= 100"
    assert found.goals[0].lacks[0].missing == 70


@pytest.mark.parametrize("pv", [200, 500])
def test_on_top_there_is_nothing_more(pv: int) -> None:
    assert next_rank(result_of(plan_of("own >= 120"), STAR, {"me": pv}), "me").goals == ()


def test_amounts_are_whole_units_and_enough_but_not_more() -> None:
    goal = goal_of("own * 3 >= 100", {"me": 10})

    assert [one.amount for one in goal.add] == [Fraction(24)]


def test_missing_customers_are_looked_for_among_ones_own_customers() -> None:
    plan = "measures: {served: customers(orders(pv) > 0)}\nranks: {Host: served >= 2}\n"
    sponsors = {"me": None, "seller": "me", "theirs": "seller", "mine": "me", "other": "me"}
    roles = {"theirs": "customer", "mine": "customer", "other": "customer"}

    (goal,) = next_rank(result_of(plan, sponsors, {"other": 5}, roles=roles), "me").goals

    assert [one.person for one in goal.lacks[0].nearest] == ["mine"]
    assert [(one.member, one.amount) for one in goal.add] == [("mine", 1)]

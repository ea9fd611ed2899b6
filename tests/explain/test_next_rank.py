"""What is missing for the next rank: adding exactly what is said gives it."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.explain.made import result_of

from trueline.explain import next_rank
from trueline.explain.answers import lack_words
from trueline.explain.nextrank import Goal
from trueline.run import Result

MEASURES = """
measures:
  own: orders(pv)
  team: group(own)
  sides: own + capped(200, team)
  pay_leg: rest(1, team)
  below: downline(own)
  held: moved
  sizes: size
conditions: {active: own >= 50, big: team >= 150}
tables: {size: {on: team, cliff: {100: 1, 300: 2, 700: 5}}}
trees: {slim: {from: sponsor, keep: own >= 20, taker: {measure: own, reaches: 0}, moves: {moved: orders(pv)}}}
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
    # what is bought raises both sides, or what is subtracted
    "team - own >= 300",
    "below - own >= 100",
    "own - below >= 30",
    "team > own",
    "own > 100 - below",
    "own + 100 >= team - own",
    "team - min(own, 100) >= 50",
    "team - if(active, own, 0) >= 100",
    "team - ratio(own, 2, 1) >= 100",
    "team - lifetime(own) >= 100",
    "team - legs(not active) * 50 >= 100",
    "team - sizes * 100 >= 50",
    "team - held >= 100",
    "legs(active) > own / 50",
    "capped(300 - own, team) >= 250",
    # what is bought turns a condition, or moves where somebody stands
    "if(own >= 50, own, own * 2) >= 120",
    "if(active, team, 0) >= 300",
    "group(own cut at active) >= 200",
    "group(active cut at big) >= 3",
    "group(own cut at big) - own >= 100",
    "held >= 200",
    "group(own in slim) >= 300",
    "leg(2, own in slim) >= 100",
    "legs(big in slim) >= 2",
    # numbers of every kind
    "own = 100",
    "own != 60",
    "not (own >= 60)",
    "not active",
    "100 <= own",
    "size >= 2",
    "sizes * 3 >= 6",
    "own * -1 >= -40",
    "own * team >= 10000",
    "order_count() >= 3",
    "largest_order(pv) >= 120",
    "orders(pv, last 2 periods) >= 200",
    "orders(pv, previous period) >= 200",
    "orders(pv, first 30 days) >= 100",
    "orders(pv where day <= 30) >= 100",
    "lifetime(own) >= 300",
    "previous(own) >= 10",
    "parent(own) >= 100",
    "levels(1 to 2, own) >= 300",
    "levels(2 to 3, own) >= 200",
    "levels(2 to 3, active) >= 2",
    "frontline(active) >= 2",
    "enrolled_legs(active) >= 2",
    "rest(1, own) >= 100",
    "leg(1, below) >= 200",
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


@pytest.mark.parametrize("condition", CONDITIONS)
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(companies())
def test_adding_what_is_said_gives_the_rank(
    condition: str, company: tuple[dict[str, str | None], dict[str, int]]
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
    people, bought, orders = dict(sponsors), dict(volumes), list[tuple[str, str, int]]()
    for number, deposit in enumerate(goal.add):
        member = deposit.member
        if member is None:
            member = f"new{deposit.newcomer}"
            people[member] = deposit.under
        assert deposit.amount.denominator == 1
        amount = int(deposit.amount)
        if deposit.volume == "orders":
            orders += [(f"{number}-{one}", member, 1) for one in range(amount)]
        elif deposit.words.startswith("largest_order"):
            orders.append((f"{number}", member, amount))
        else:
            bought[member] = bought.get(member, 0) + amount
    return result_of(plan, people, bought, orders=orders)


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


def test_what_is_subtracted_is_not_bought() -> None:
    """One's own 50 count on both sides of team - own: only what others buy closes the gap of 300 - 120."""
    goal = goal_of("team - own >= 300", {"me": 50, "a": 100, "b": 20})

    assert goal.lacks[0].missing == 180
    assert [(one.member, one.amount) for one in goal.add] == [("a", 180)]


def test_where_everything_bought_is_subtracted_again_no_volume_helps() -> None:
    goal = goal_of("own > team - 10", {"me": 50, "a": 100})

    assert [(lack.about, lack.have, lack.need, lack.known) for lack in goal.lacks] == [("own", 50, 140, False)]


def test_buying_that_would_turn_a_condition_is_not_proposed() -> None:
    """30 count twice, but from 50 on they count once: 45 more are missing, and buying them would not give 120."""
    (lack,) = goal_of("if(own >= 50, own, own * 2) >= 120", {"me": 30}).lacks

    assert (lack.have, lack.missing, lack.known) == (60, 60, False)


@pytest.mark.parametrize("written", ["orders(pv, first 30 days)", "orders(pv where day <= 30)"])
def test_the_time_since_joining_cannot_be_bought(written: str) -> None:
    """Everybody joined more than a year before."""
    (lack,) = goal_of(f"{written} >= 100", {"me": 30}).lacks

    assert (lack.have, lack.missing, lack.known) == (0, 100, False)


@pytest.mark.parametrize(("joined", "known"), [("2026-01-31", True), ("2026-01-30", False), ("2026-03-31", True)])
def test_who_is_within_the_days_since_joining_may_still_buy(joined: str, known: bool) -> None:
    """With 31 January as the first day, 1 March is the 30th (1 of January, 28 of February); from the 30th the 31st."""
    plan = "ranks: {Goal: 'orders(pv, first 30 days) >= 100'}\n"
    result = result_of(plan, {"me": None}, {}, members={"me": {"joined": joined}})

    assert [goal.known for goal in next_rank(result, "me").goals] == [known]


@pytest.mark.parametrize(("joined", "known"), [("2026-02-28", True), ("2026-01-31", False)])
def test_who_is_within_the_months_since_joining_may_still_buy(joined: str, known: bool) -> None:
    """March is the second calendar month of who joined in February, the third of who joined in January."""
    plan = "ranks: {Goal: 'orders(pv, first 2 months) >= 100'}\n"
    result = result_of(plan, {"me": None}, {}, members={"me": {"joined": joined}})

    assert [goal.known for goal in next_rank(result, "me").goals] == [known]


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("own <= 40", "own is 60, at most 40 is needed"),
        ("own < 40", "own is 60, less than 40 is needed"),
        ("40 >= own", "own is 60, at most 40 is needed"),
        ("not active", "own is 60, less than 50 is needed"),
        ("own = 40", "own is 60, exactly 40 is needed"),
        ("40 = own", "own is 60, exactly 40 is needed"),
    ],
)
def test_too_much_is_told_as_too_much(condition: str, said: str) -> None:
    (lack,) = goal_of(condition, {"me": 60}).lacks

    assert not lack.known
    assert lack_words(lack) == said


def test_people_below_a_cut_are_no_candidates() -> None:
    """A has 200 of its own and cuts off a1; me counts itself, so of the two that are missing b and c are nearest."""
    goal = goal_of("group(active cut at own >= 200) >= 3", {"me": 60, "a": 200, "a1": 49, "b": 10, "c": 40})

    (lack,) = goal.lacks
    assert (lack.have, lack.missing) == (1, 2)
    assert [one.person for one in lack.nearest] == ["c", "b"]

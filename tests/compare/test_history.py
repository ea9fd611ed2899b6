"""Who gains and who loses when a second plan takes the place of the first: worked by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.analyse.by_hand import books_of, facts_of

from trueline.analyse.books import Books, Cause, Nearness
from trueline.analyse.figure import Figures
from trueline.compare.comparison import Side, compare_sides
from trueline.compare.history import CAUSE_WORDS, NEARNESS_WORDS, movers, shifts

MEMBERS = [
    {"member": name, "joined": "2024-01-01", "sponsor": above}
    for name, above in [("ann", ""), ("bob", "ann"), ("cat", "ann"), ("dan", "bob")]
]
FACTS = facts_of(MEMBERS)


def books(
    name: str, cells: dict[str, dict[tuple[Cause, Nearness], int]], ranks: dict[str, list[int]] | None = None
) -> Books:
    """Books of one month whose cents are given by member, cause and nearness."""
    made = books_of(
        FACTS,
        "2024-01",
        "2024-01",
        {member: [sum(found.values())] for member, found in cells.items()},
        ranks or {},
        ["Builder"],
    )
    made.by_member[:] = 0
    for member, found in cells.items():
        for (cause, near), cents in found.items():
            made.by_member[FACTS.members.index(member), cause, near] = cents
    made.plan = name
    return made


BEFORE = books(
    "first",
    {
        "ann": {(Cause.OWN_USE, Nearness.LINE): 3000, (Cause.JOINING, Nearness.SPONSORED): 1000},
        "bob": {(Cause.CUSTOMER, Nearness.OWN): 500},
    },
    {"ann": [0]},
)
AFTER = books(
    "second",
    {
        "ann": {(Cause.OWN_USE, Nearness.LINE): 1000},
        "bob": {(Cause.CUSTOMER, Nearness.OWN): 500},
        "dan": {(Cause.CUSTOMER, Nearness.OWN): 1500},
    },
)


def test_gains_and_losses_of_four_people() -> None:
    # ann 40.00 -> 10.00, bob 5.00 both times, cat nothing, dan 0 -> 15.00
    found = {shift.group: shift for shift in shifts(BEFORE, AFTER)}
    everybody = found["all participants"]
    assert (everybody.people, everybody.gain, everybody.lose, everybody.same) == (4, 1, 1, 2)
    assert (everybody.before, everybody.after, everybody.change) == (45, 30, -15)
    assert everybody.nearness[NEARNESS_WORDS[Nearness.LINE]] == -20
    assert everybody.nearness[NEARNESS_WORDS[Nearness.SPONSORED]] == -10
    assert everybody.nearness[NEARNESS_WORDS[Nearness.OWN]] == 15
    assert everybody.causes[CAUSE_WORDS[Cause.JOINING]] == -10
    assert (found["who gain"].people, found["who gain"].change) == (1, 15)
    assert (found["rank Builder"].people, found["rank Builder"].change) == (1, -30)


def test_every_group_s_change_is_the_sum_of_its_parts() -> None:
    for shift in shifts(BEFORE, AFTER):
        assert sum(shift.nearness.values()) == shift.change
        assert sum(shift.causes.values()) == shift.change
        assert shift.gain + shift.lose + shift.same == shift.people


def test_movers_are_named_with_their_change() -> None:
    gains, losses = movers(BEFORE, AFTER)
    assert [(mover.member, mover.change) for mover in gains] == [("dan", 15)]
    assert [(mover.member, mover.change) for mover in losses] == [("ann", -30)]


def test_a_plan_against_itself_moves_nobody() -> None:
    assert movers(BEFORE, BEFORE) == ([], [])
    assert all(shift.change == 0 and shift.same == shift.people for shift in shifts(BEFORE, BEFORE))


def test_books_in_cents_and_in_tenths_of_a_cent_are_brought_to_one_unit() -> None:
    fine = books("fine", {"ann": {(Cause.OWN_USE, Nearness.LINE): 40_000}})
    fine.unit = Fraction(1, 1000)
    gains, losses = movers(BEFORE, fine)
    assert gains == []
    assert [(mover.member, mover.change) for mover in losses] == [("bob", -5)]


def test_other_facts_or_periods_are_not_compared() -> None:
    other = books_of(FACTS, "2024-02", "2024-02", {})
    with pytest.raises(ValueError, match="same facts and periods"):
        shifts(BEFORE, other)


def test_plans_of_other_periods_are_measured_but_not_set_person_by_person() -> None:
    weekly = books_of(FACTS, "2024-W02", "2024-W03", {"ann": [100, 100]})
    sides = [Side("Monthly", BEFORE, Figures()), Side("Weekly", weekly, Figures())]
    found = compare_sides("By hand", sides, simulated=False)
    assert (found.shifts, found.gains, found.losses) == ((), (), ())
    assert found.notes == ("The first two plans pay by other periods: nobody's rewards can be set side by side.",)

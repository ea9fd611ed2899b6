"""Had it been otherwise: by hand, and that nothing changes where nothing is changed."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from tests.analyse.test_books import COMPANY, MARCH, PLAN, books_of, line, member, order, products
from tests.properties.test_invariants import world_of
from tests.properties.two_engines import facts_of

from trueline.analyse.counterfactual import (
    Otherwise,
    counterfactuals,
    if_recruiting_had_stopped,
    usual,
    without_joining_packs,
    without_participant_orders,
)
from trueline.analyse.figure import Figures
from trueline.analyse.keeping import keep_books
from trueline.period import Period
from trueline.plan import load_plan
from trueline.run import chain, run
from trueline.run.past import Kept, PastRun

Rows = dict[str, Any]
HELD, RECOMPUTED = ("qualifications", "held"), ("qualifications", "recomputed")


@pytest.mark.parametrize("seed", range(20_000, 20_030))
def test_nothing_changed_changes_nothing(seed: int) -> None:
    """Held or recomputed, the run on facts from which nothing was taken is the original, down to every line."""
    plan_rows, rows, periods = world_of(seed)
    plan, facts = load_plan(plan_rows, "plan"), facts_of(rows)
    lines, people = facts["order_lines"].rows if facts.has("order_lines") else 0, len(facts.members)
    same = facts.without_members(np.zeros(people, dtype=np.bool_)).without_lines(np.zeros(lines, dtype=np.bool_))
    held_state = state = None
    knew_held, knew = Kept(), Kept()
    for was in chain(plan, facts, None, Period.parse(periods[0]), Period.parse(periods[-1])):
        held = run(was.plan, same, held_state, was.world.period, held=was, past=knew_held)
        again = run(was.plan, same, state, was.world.period, past=knew)
        knew_held.add(PastRun(was.plan, same, held_state, was.world.period))
        knew.add(PastRun(was.plan, same, state, was.world.period))
        assert held.hashes == was.hashes
        assert again.hashes == was.hashes
        held_state, state = held.state, again.state


@pytest.mark.parametrize("seed", range(20_000, 20_010))
def test_the_figure_of_nothing_changed_is_one(seed: int) -> None:
    plan_rows, rows, periods = world_of(seed)
    first, last, facts = Period.parse(periods[0]), Period.parse(periods[-1]), facts_of(rows)
    same = Otherwise("without_joining_packs", facts, first, np.ones(len(facts.members), dtype=np.bool_))
    found = counterfactuals(keep_books(load_plan(plan_rows, "plan"), facts, first, last), [same])

    assert {one.value for one in found} <= {Fraction(1), None}


# ann – bob – { cy (customer); dan, who joins in April with a pack of 60 and buys 40 for himself }
WORLD: Rows = {
    "company": COMPANY,
    "members": [member("ann"), member("bob", "ann"), member("cy", "bob"), member("dan", "bob", "2024-04-02")],
    "roles": [{"member": "cy", "role": "customer", "from": "2024-01-01"}],
    "products": products(tea="product", box="kit"),
    "orders": [
        order("1", "cy", "customer", "2024-03-05"), order("2", "bob", "own use", "2024-03-05"),
        order("3", "cy", "customer", "2024-04-05"), order("4", "bob", "own use", "2024-04-05"),
        order("5", "dan", "joining pack", "2024-04-06"), order("6", "dan", "own use", "2024-04-07"),
    ],
    "order_lines": [
        line("1", "1", "tea", "100"), line("2", "1", "tea", "50"), line("3", "1", "tea", "100"),
        line("4", "1", "tea", "50"), line("5", "1", "box", "60"), line("6", "1", "tea", "40"),
    ],
}  # fmt: skip
UP = {
    "measures": {"own": "orders(cv) + customers(orders(cv))"},
    "conditions": {"active": "own >= 60"},
    "bonuses": {"up": {"kind": "level", "base": "orders(cv)", "rates": ["10%", "5%"], "who": "active or ordinal = 0"}},
}
# March: bob 10 % of 100 (his own 150 make him active), ann 10 % of 50 and 5 % of 100: 10 + 10 = 20.
# April: bob 10 % of 100 + 60 + 40, ann 10 % of 50 and 5 % of 200: 20 + 15 = 35.
APRIL = MARCH.next()


def figures(*others: Otherwise, plan: Rows = UP) -> Figures:
    return Figures.of(counterfactuals(books_of(plan, WORLD, MARCH, APRIL), others))


def test_without_joining_packs() -> None:
    # The pack's 60: bob 6, ann 3.
    found = figures(without_joining_packs(facts_of(WORLD), MARCH, APRIL))

    assert found["without_joining_packs"].value == Fraction(55 - 9, 55)
    assert found["without_joining_packs"].count == 5500


def test_without_participants_orders_held_and_recomputed() -> None:
    # What is left: cy's 100 each month and the pack. bob 10 + 16, ann 5 + 8. bob stays active by cy's 100.
    found = figures(without_participant_orders(facts_of(WORLD), MARCH, APRIL))
    assert [one.value for one in found.by("without_participant_orders")] == [Fraction(39, 55)] * 2

    # With 120 asked, bob's own 50 are what keeps him active: recomputed he gets nothing.
    strict = {**UP, "conditions": {"active": "own >= 120"}}
    found = figures(without_participant_orders(facts_of(WORLD), MARCH, APRIL), plan=strict)
    name = "without_participant_orders"
    assert found.items[name, (HELD,)].value == found[name].value == Fraction(39, 55)
    assert found.items[name, (RECOMPUTED,)].value == Fraction(13, 55)


def test_had_recruiting_stopped() -> None:
    # Without dan April is as March: 20 of the 35 that ann and bob had in April.
    found = figures(if_recruiting_had_stopped(facts_of(WORLD), APRIL, APRIL))
    by = (("from", "2024-04"), HELD)

    assert (
        found["if_recruiting_had_stopped"].value
        == found.items["if_recruiting_had_stopped", by].value
        == Fraction(20, 35)
    )


def test_who_came_below_a_late_recruit_goes_too() -> None:
    # dan's customer eve and her order would not be there.
    rows = {
        **WORLD,
        "members": [*WORLD["members"], member("eve", "dan", "2024-04-08")],
        "roles": [*WORLD["roles"], {"member": "eve", "role": "customer", "from": "2024-04-08"}],
        "orders": [*WORLD["orders"], order("7", "eve", "customer", "2024-04-09")],
        "order_lines": [*WORLD["order_lines"], line("7", "1", "tea", "1000")],
    }
    facts = facts_of(rows)
    other = if_recruiting_had_stopped(facts, APRIL, APRIL)

    assert other.facts.members == ["ann", "bob", "cy"]
    assert other.facts["orders"].rows == 4
    found = Figures.of(counterfactuals(books_of(UP, rows, MARCH, APRIL), [other]))
    assert found["if_recruiting_had_stopped"].value == Fraction(20, 35 + 50), "5 % of 1000 that bob had in April"


def test_held_wants_a_run_of_the_same_plan_and_people() -> None:
    plan, facts = load_plan({**PLAN, **UP}, "plan"), facts_of(WORLD)
    march, april = chain(plan, facts, None, MARCH, APRIL)
    with pytest.raises(ValueError, match="same plan and period"):
        run(april.plan, facts, march.state, APRIL, held=march)
    fewer = facts.without_members(np.array([False, True, False, False]))
    with pytest.raises(ValueError, match="Member bob is not in the run"):
        run(march.plan, facts, None, MARCH, held=run(march.plan, fewer, None, MARCH))


@pytest.mark.parametrize("plan", ["mlm", "nm"])
def test_the_bundled_company(plan: str, bundled: Any) -> None:
    """What is left is less, and no more than the rewards that other causes brought can be lost while all stay qualified."""
    books = bundled("company", plan)
    found = Figures.of(counterfactuals(books, usual(books)))

    for name in ("without_joining_packs", "without_participant_orders", "if_recruiting_had_stopped"):
        assert 0 <= (found[name].value or 0) <= 1
    assert found["without_participant_orders"].value < found["without_joining_packs"].value


def test_a_history_that_the_plan_cannot_go_on_with_is_unknown_and_says_why() -> None:
    """Dan came as a customer and was seated in March; in April he became a participant, so without recruits he is gone.
    A seat that was given is never taken back by a plan, so nobody can say what April would have paid.
    """
    roles = [
        *WORLD["roles"],
        {"member": "dan", "role": "customer", "from": "2024-03-01", "to": "2024-04-02"},
        {"member": "dan", "role": "participant", "from": "2024-04-02"},
    ]
    members = [{**row, "joined": "2024-03-01"} if row["member"] == "dan" else row for row in WORLD["members"]]
    seated = {"trees": {"seats": {"placed": {"width": "2"}}}, "tree": "seats"}
    books = books_of({**UP, **seated}, {**WORLD, "members": members, "roles": roles}, MARCH, APRIL)
    found = counterfactuals(books, usual(books))

    stopped = [one for one in found if one.measure == "if_recruiting_had_stopped"]
    assert len(stopped) == 3
    assert {one.value for one in stopped} == {None}
    assert "the plan cannot be run so: Member dan has a place in tree 'seats', but is not there" in stopped[0].why
    assert all(one.value is not None for one in found if one.measure != "if_recruiting_had_stopped")

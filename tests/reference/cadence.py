"""Bonuses that are paid in runs of their own: part runs and the runs of the plan's period (semantics, section 7.14)."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from fractions import Fraction
from typing import Any

from tests.reference.beside import Beside
from tests.reference.cadence_parts import part_of
from tests.reference.engine import ReferenceResult, run
from tests.reference.periods import Period, around, named, read_period
from tests.reference.plan import texts

Plan = dict[str, Any]
LENGTHS = ("day", "week", "month", "quarter", "year")


def cadences(plan: Plan) -> list[str]:
    """The plan's period and every shorter one that a bonus has, the shortest first."""
    return sorted(
        {plan["period"], *(bonus.get("every", plan["period"]) for bonus in plan["bonuses"].values())}, key=LENGTHS.index
    )


def in_turn(plan: Plan, periods: list[str]) -> list[Period]:
    """All runs of some plan periods in a row, in the order of their last days, of equal ones the shorter first."""
    first, last = read_period(periods[0]), read_period(periods[-1])
    found = []
    for kind in cadences(plan):
        one = around(kind, first.first)
        while one.last <= last.last:
            if one.last >= first.first:
                found.append(one)
            one = around(kind, one.end)
    return sorted(found, key=lambda one: (one.last, LENGTHS.index(one.kind)))


def cadence_chain(plan: Plan, rows: dict[str, Any], periods: list[str]) -> Iterator[ReferenceResult]:
    """Every run of some plan periods, each with the state of the one before and the inputs of its own cadence."""
    plan = texts(plan)
    own, state = plan["period"], None
    past: dict[str, list[ReferenceResult]] = {kind: [] for kind in cadences(plan)}
    for period in in_turn(plan, periods):
        before, months = past[period.kind], past[own]
        beside = Beside(part=period.kind != own, first=not before)
        if beside.part and months:
            beside.ranks, beside.titles = months[-1].ranks, months[-1].titles
        elif not beside.part:
            for result in (
                one for kind in past if kind != own for one in past[kind] if period.holds(read_period(one.period).last)
            ):
                for name, amounts in result.work.after_caps.items():
                    for member, amount in amounts.items():
                        beside.earned[member, name] = beside.earned.get((member, name), Fraction(0)) + amount
        if state is not None:
            state = deepcopy(state)
            state.values = deepcopy(before[-1].state.values) if before else {}
            for tree, matrix in state.matrices.items():  # seats are those of all, what weighs them is the cadence's own
                matrix.weights = (
                    before[-1].state.matrices[tree].weights if before and tree in before[-1].state.matrices else {}
                )
        result = run(part_of(plan, period.kind), rows, state, named(period), tuple(before), beside=beside)
        before.append(result)
        state = result.state
        yield result

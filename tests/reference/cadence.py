"""Bonuses that are paid in runs of their own: part runs and the runs of the plan's period (semantics, section 7.14)."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from fractions import Fraction
from typing import Any

from tests.reference.beside import Beside
from tests.reference.cadence_parts import part_of
from tests.reference.engine import ReferenceResult, run
from tests.reference.known import known_in, learnt_late
from tests.reference.periods import Period, around, named, read_period
from tests.reference.plan import dated, texts, versions
from tests.reference.state import State, opening

Plan = dict[str, Any]
LENGTHS = ("day", "week", "month", "quarter", "year")


def cadences(plan: Plan) -> list[str]:
    """The plan's period and every shorter one that a bonus has on some date, the shortest first."""
    return sorted({plan["period"], *paces(plan).values()}, key=LENGTHS.index)


def paces(plan: Plan) -> dict[str, str]:
    """The cadence of every bonus on the first date on which it is there; on a date with another one it is refused."""
    bonuses = [one for version in versions(plan) for one in version["bonuses"].items()]
    return {name: bonus.get("every", plan["period"]) for name, bonus in reversed(bonuses)}


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


class Cadences:
    """A chain of runs, each with the state of the one before and the earlier runs of its own cadence."""

    def __init__(self, plan: Plan) -> None:
        self.plan: Plan = texts(plan)
        self.state: State | None = None
        self.opened: State | None = None
        self.past: dict[str, list[ReferenceResult]] = {kind: [] for kind in cadences(self.plan)}

    def run(self, period: Period, rows: dict[str, Any]) -> ReferenceResult:
        """The next run."""
        plan = self.plan
        for name, bonus in dated(plan, period.first)["bonuses"].items():
            if bonus.get("every", plan["period"]) != paces(plan)[name]:
                raise ValueError("a bonus has one cadence on all dates")
        before, state = self.past[period.kind], self.state
        if state is not None:
            state = deepcopy(state)
            own = deepcopy(before[-1].state) if before else State()
            state.values, state.windows, state.lives = own.values, own.windows, own.lives
            for tree, matrix in state.matrices.items():  # seats are those of all, what weighs them is the cadence's own
                known = before[-1].state.matrices.get(tree) if before else None
                matrix.weights = known.weights if known else {}
                matrix.measure = known.measure if known else None
        for runs in self.past.values():  # a row is late where a run of any cadence closed its time without it
            if runs and learnt_late(runs[-1].rows, rows, read_period(runs[-1].period).last + timedelta(days=1)):
                raise ValueError("rows of closed periods were learnt late")
        beside = self.beside(period)
        result = run(
            part_of(dated(self.plan, period.first), period.kind),
            rows,
            state,
            named(period),
            tuple(before),
            beside=beside,
        )
        if self.opened is None and not beside.part:
            self.opened = opening(result.work.values.world, result.work.book)
        before.append(result)
        self.state = result.state
        return result

    def beside(self, period: Period) -> Beside:
        """What the runs of the other cadences say to this one."""
        own = self.plan["period"]
        found, months = Beside(part=period.kind != own, first=not self.past[period.kind]), self.past[own]
        if found.part and months:
            found.opened = self.opened
            found.ranks, found.titles = months[-1].ranks, months[-1].titles
        parts = [one for kind, runs in self.past.items() if kind != own for one in runs]
        bonuses = dated(self.plan, period.first)["bonuses"]
        for result in [] if found.part else [one for one in parts if period.holds(read_period(one.period).last)]:
            for name, amounts in ((name, one) for name, one in result.work.after_caps.items() if name in bonuses):
                for member, amount in amounts.items():
                    found.earned[member, name] = found.earned.get((member, name), Fraction(0)) + amount
        return found


def cadence_chain(plan: Plan, rows: dict[str, Any], periods: list[str]) -> Iterator[ReferenceResult]:
    """Every run of some plan periods in their order."""
    chain = Cadences(plan)
    for period in in_turn(chain.plan, periods):
        yield chain.run(period, known_in(rows, named(period)))

"""A company invented month by month: its facts go through the engine, and what people earn decides who stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from trueline.analyse.books import Books
from trueline.analyse.keeping import BookKeeper
from trueline.errors import Finding, Refused, nearest
from trueline.facts import Facts
from trueline.period import Period
from trueline.plan import Plan, PlanFile
from trueline.plan.steps import VolumeStep
from trueline.run import Result, State, run
from trueline.run.past import PastRun
from trueline.run.run import runs
from trueline.simulate.diary import Diary
from trueline.simulate.draws import Draws
from trueline.simulate.growth import Growth
from trueline.simulate.people import Int64s, People
from trueline.simulate.sales import Month
from trueline.simulate.scenario import Scenario

Progress = Callable[[str, int, int], None]


class Life:
    """The months of one scenario and seed; ``live`` invents the next one, ``end`` says what it brought to whom."""

    def __init__(self, scenario: Scenario, seed: int | None = None) -> None:
        self.scenario = scenario if seed is None else replace(scenario, seed=seed)
        self.draws = Draws(self.scenario.seed)
        self.growth = Growth(self.scenario, self.draws)
        self.diary = Diary(self.scenario)
        self.months = 0
        self._nets: list[Int64s] = []

    @property
    def people(self) -> People:
        return self.growth.people

    @property
    def period(self) -> Period:
        """The month that was lived last."""
        return self.scenario.first.back(1 - self.months)

    def live(self) -> None:
        """Invent the next month: who joins, who wins customers, what is bought."""
        month, period = self.months, self.scenario.first.back(-self.months)
        self.months += 1
        joined = self.growth.join(month, period)
        self.growth.meet(joined)
        new = np.zeros(0, dtype=np.int64)
        if self.scenario.customers is not None:
            new = self.growth.win_customers(month, period, self.scenario.customers)
        sales = Month(self.scenario, self.draws, self.people, self.diary, month, period)
        sales.all(joined, new)
        self._nets.append(sales.net)

    def end(self, rewards: Int64s | None = None) -> None:
        """End the month: ``rewards`` [n] in minor units (none without a plan), and those leave who leave."""
        if rewards is not None:
            self._nets[-1] = self._nets[-1] + rewards
        self.growth.leave(self.months - 1, self.period, self._poor())

    def _poor(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Boolean [n]: whose net result of the last months is too low for them."""
        rule, count = self.scenario.leaving.by_result, len(self.people)
        if rule is None:
            return np.zeros(count, dtype=np.bool_)
        self._nets = self._nets[-rule.months :]
        net = np.zeros(count, dtype=np.int64)
        for one in self._nets:
            net[: len(one)] += one
        return np.asarray((net < rule.below) & (self.people.month <= self.months - rule.months))

    def facts(self, window: int | None = None) -> Facts:
        """The facts so far, with the orders of the last ``window`` months, or with everything."""
        return self.diary.facts(self.people, self.months, window)


@dataclass(frozen=True)
class Simulation:
    """A simulated company: its ``facts`` tell its whole history, as a company would hand them over.

    ``books`` are its books under the plan, month by month; ``people`` what only the simulation knows, such as effort.
    """

    scenario: Scenario
    people: People
    books: Books

    @property
    def facts(self) -> Facts:
        return self.books.facts

    @property
    def rewards(self) -> Int64s:
        """int64 [people]: what everybody received over all months, in minor units."""
        return np.asarray(self.books.rewards.sum(axis=0))


def lived(
    life: Life, plan_file: PlanFile, months: int, *, progress: Progress | None = None, threads: int | None = None
) -> Iterator[Result]:
    """Live so many months with a plan: each month's results, computed by the engine on the facts of that month; of a
    plan with cadences those of the weeks that belong to the month before its own.
    """
    state: State | None = None
    known = _Known()
    for month in range(months):
        if progress:
            progress(f"simulating {life.scenario.first.back(-month).label}", month, months)
        life.live()
        plan = plan_file.at(life.period)
        _check(plan, life.scenario)
        facts, earned = life.facts(window(plan)), np.zeros(len(life.people), dtype=np.int64)
        known.begin()
        results: list[Result] = []
        for period in runs(plan_file, state, life.period, life.period):
            one = plan_file.at(period)
            past = known if one.is_part and one.returns is not None else None
            result = run(one, facts, state, period, threads=threads, past=past)
            if past is not None:
                past.add(_Lived(one, facts, state, period))
            earned += rewards(result, len(life.people))
            state = result.state
            results.append(result)
        life.end(earned)
        yield from results


@dataclass(frozen=True)
class _Lived(PastRun):
    """A run of a simulated company, where nothing is booked late."""

    def knew(self, facts: Facts) -> bool:  # noqa: ARG002 - whatever months of orders these are
        return True


class _Known:
    """The part runs of this month and the last one: what was sold in them may come back in a later one."""

    def __init__(self) -> None:
        self._months: list[dict[Period, _Lived]] = [{}, {}]

    def begin(self) -> None:
        """Begin a month."""
        self._months = [self._months[-1], {}]

    def add(self, one: _Lived) -> None:
        self._months[-1][one.period] = one

    def run_of(self, period: Period) -> _Lived | None:
        return self._months[-1].get(period) or self._months[0].get(period)


def simulate(
    scenario: Scenario,
    plan_file: PlanFile,
    seed: int | None = None,
    *,
    months: int | None = None,
    progress: Progress | None = None,
    threads: int | None = None,
) -> Simulation:
    """Play a scenario under a plan for so many months (default: as the scenario says).

    The same scenario, plan and seed (default: the scenario's) give the same facts to the byte. Errors:
    :class:`Refused` when plan and scenario do not fit.
    """
    count = scenario.months if months is None else months
    life = Life(replace(scenario, months=count), seed)
    keeper = BookKeeper()
    for result in lived(life, plan_file, count, progress=progress, threads=threads):
        keeper.add(result)
    return Simulation(life.scenario, life.people, keeper.close(life.facts()))


def grown(scenario: Scenario, seed: int | None = None, months: int | None = None) -> Life:
    """The same without a plan: nobody earns anything."""
    count = scenario.months if months is None else months
    life = Life(replace(scenario, months=count), seed)
    for _ in range(count):
        life.live()
        life.end()
    return life


def rewards(result: Result, people: int) -> Int64s:
    """int64 [people]: what all bonuses come to after caps and limits, in the plan's minor unit."""
    found = np.zeros(people, dtype=np.int64)
    for bonus in result.bonuses.values():
        found[result.world.id_rank] += bonus.earned
    return found


def window(plan: Plan) -> int | None:
    """Of how many months, this one included, a plan reads orders; None for all. Its first part run begins in the month
    before.
    """
    found = 1
    for share in plan.shares:
        most = 1
        for step in share.steps.values():
            if isinstance(step, VolumeStep):
                if step.window.form == "lifetime":
                    return None
                most = max(most, {"previous period": 2, "last periods": step.window.count}.get(step.window.form, 1))
        days = _DAYS.get(share.period)
        found = max(found, most if days is None else 1 + -(-(most * days - 1) // _SHORTEST))
    return found


_DAYS = {"day": 1, "week": 7}
_SHORTEST = 28
"""Days of the shorter periods, and of the shortest month."""


def _check(plan: Plan, scenario: Scenario) -> None:
    """Refuse a plan that does not pay by the month, or reads volumes that the scenario does not have."""
    place = plan.document.file
    if plan.period != "month":
        message = f"The plan pays by {plan.period}; a simulated company goes by months."
        raise Refused(
            [Finding(place, *plan.document.place(("period",)), message, "Simulate a plan with 'period: month'.")]
        )
    missing = [volume for volume in plan.volumes if volume not in scenario.volumes]
    if missing:
        at = plan.document.place(("volumes", missing[0]), key=True)
        message = f"The plan reads the volume '{missing[0]}', which the scenario '{scenario.name}' does not have."
        raise Refused([Finding(place, *at, message, nearest(missing[0], scenario.volumes))])

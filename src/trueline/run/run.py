"""The core in one function: a plan, facts and a state give a result. No clock, no randomness, ties broken by id."""

from __future__ import annotations

import os
from collections.abc import Iterator

from trueline.errors import Finding, Refused
from trueline.facts import Facts
from trueline.period import Period
from trueline.plan import Plan, PlanFile
from trueline.reckon.held import held_columns
from trueline.reckon.state import OPENING, State
from trueline.reckon.steps import Progress, compute_all, next_state, opening_state
from trueline.reckon.world import make_world
from trueline.run.result import Result


def run(
    plan: Plan,
    facts: Facts,
    state: State | None,
    period: Period,
    *,
    lines: bool = True,
    progress: Progress | None = None,
    threads: int | None = None,
    held: Result | None = None,
) -> Result:
    """Compute one period.

    ``state`` is what the previous period handed on; None starts from the facts' opening balances. ``lines=False`` keeps
    totals only, which is faster. ``threads`` (default: one for each processor) changes the time, never the result.
    ``held`` is another run of the plan and period, whose ranks, titles, conditions and tables (amounts by slices apart)
    are taken as they are there: what would have been paid on these sales had everybody qualified as they did on those.
    Raises :class:`Refused` when facts and plan do not fit, and never changes its inputs.
    """
    if period.kind != plan.period:
        place = plan.document.place(("period",))
        message = f"The plan pays by {plan.period}, {period.label} is a {period.kind}."
        raise Refused([Finding(plan.document.file, *place, message, f"Name a {plan.period}.")])
    _check_state(plan, state, period)
    world = make_world(plan, facts, period, state)
    world.threads = threads or os.cpu_count() or 1
    if state is None:
        world.state = opening_state(world)
    if held is not None:
        world.held = held_columns(world, held.world)
    try:
        payout = compute_all(world, keep=lines, progress=progress)
    except OverflowError as error:
        raise world.refuse(str(error), "Declare a coarser unit for what is so large.") from None
    return Result(world, payout, next_state(world, payout))


def _check_state(plan: Plan, state: State | None, period: Period) -> None:
    """Refuse a state that is not that of the period before: what it counts would be counted twice, or not at all."""
    before = period.previous().label
    if state is not None and state.period not in (before, OPENING):
        message = f"The state is that at the end of {state.period}; {period.label} goes on from {before}."
        raise Refused([Finding(plan.document.file, 0, 0, message, f"Name the run of {before}.")])


def chain(
    plan_file: PlanFile,
    facts: Facts,
    state: State | None,
    first: Period,
    last: Period,
    *,
    lines: bool = True,
    progress: Progress | None = None,
    threads: int | None = None,
) -> Iterator[Result]:
    """Compute the periods from ``first`` to ``last``, each with the plan in force and the state of the one before."""
    for period in first.to(last):
        result = run(plan_file.at(period), facts, state, period, lines=lines, progress=progress, threads=threads)
        state = result.state
        yield result

"""The core in one function: a plan, facts and a state give a result. No clock, no randomness, ties broken by id."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial

import numpy as np

from trueline.errors import Finding, Refused
from trueline.facts import Facts
from trueline.facts.columns import places_in
from trueline.period import Period, following, in_turn, turn
from trueline.plan import Plan, PlanFile
from trueline.reckon.cadences import handed_on, taken
from trueline.reckon.held import held_columns
from trueline.reckon.ranks import NOT_GIVEN
from trueline.reckon.state import OPENING, State
from trueline.reckon.steps import Progress, compute_all, next_state
from trueline.reckon.world import Int64s, World, make_world
from trueline.run.corrections import Again, Compute, Corrections
from trueline.run.past import Inputs, Kept, Past, PastRun
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
    past: Past | None = None,
    held: Result | None = None,
    settling: bool = True,
) -> Result:
    """Compute one period.

    ``state`` is what the previous period handed on; None starts from the facts' opening balances. ``lines=False`` keeps
    totals only, which is faster. ``threads`` (default: one for each processor) changes the time, never the result.
    ``past`` knows the inputs of earlier runs: late returns and facts booked late are settled against them.
    ``held`` is another run of the plan and period, whose ranks, titles, conditions and tables (amounts by slices apart)
    are taken as they are there: what would have been paid on these sales had everybody qualified as they did on those.
    ``settling=False`` leaves closed periods as they are: nothing of them is taken back or corrected.
    Raises :class:`Refused` when facts and plan do not fit, and never changes its inputs.
    """
    firsts: dict[Period, Result] = {}  # runs as they were made: closed periods ask for the same ones over and over

    def compute(one: Inputs, past: Past | None, again: Again | None) -> Result:
        if again is not None:
            return _computed(one, past, again, compute, lines=True, progress=None, threads=threads)
        if one.period not in firsts:
            firsts[one.period] = _computed(one, past, None, compute, lines=True, progress=None, threads=threads)
        return firsts[one.period]

    one = PastRun(plan, facts, state, period)
    return _computed(
        one, past, None, compute, lines=lines, progress=progress, threads=threads, held=held, settling=settling
    )


def _computed(
    one: Inputs,
    past: Past | None,
    again: Again | None,
    compute: Compute,
    *,
    lines: bool,
    progress: Progress | None,
    threads: int | None,
    held: Result | None = None,
    settling: bool = True,
) -> Result:
    facts, state, period = one.facts, one.state, one.period
    plan = one.plan.part(period.kind)
    if period.kind != plan.period:
        place = plan.document.place(("period",))
        message = f"The plan pays by {' and '.join(plan.kinds)}, {period.label} is a {period.kind}."
        raise Refused([Finding(plan.document.file, *place, message, f"Name a {' or a '.join(plan.kinds)}.")])
    _check_state(plan, state, period)
    world = make_world(plan, facts, period, None)
    world.threads = threads or os.cpu_count() or 1
    world.state = taken(world, state)
    if again is not None:
        world.netted = again.netted
        world.fixed_ranks = None if again.first is None else _ranks_of(again.first, world)
    if held is not None:
        world.held = held_columns(world, held.world)
    try:
        if settling:
            Corrections(world, facts, past, compute, again).bring()
        payout = compute_all(world, keep=lines, progress=progress)
    except OverflowError as error:
        raise world.refuse(str(error), "Declare a coarser unit for what is so large.") from None
    return Result(world, payout, handed_on(world, state, next_state(world, payout)))


def _ranks_of(first: Result, world: World) -> Int64s:
    """int64 [n]: the paid-as ranks of another run of the same plan; NOT_GIVEN for members whom it does not hold."""
    rows = places_in(world.ids.array, first.world.ids.array)
    return np.where(rows >= 0, first.world.numbers("rank")[rows], NOT_GIVEN)


def _check_state(plan: Plan, state: State | None, period: Period) -> None:
    """Refuse a state that is not that of the run before: what it counts would be counted twice, or not at all."""
    if state is None or state.period == OPENING:
        return
    due = following(Period.parse(state.period), plan.kinds)
    if due == period:
        return
    before, message = period.previous().label, f"The state is that at the end of {state.period}; "
    if len(plan.kinds) == 1:
        message += f"{period.label} goes on from {before}."
        raise Refused([Finding(plan.document.file, 0, 0, message, f"Name the run of {before}.")])
    message += f"the next run of this plan is that of {due.label}."
    remedy = f"Run {due.label} first." if turn(due) < turn(period) else f"Name the run that came before {period.label}."
    raise Refused([Finding(plan.document.file, 0, 0, message, remedy)])


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
    past: Past | None = None,
) -> Iterator[Result]:
    """Compute the periods from ``first`` to ``last``, each with the plan in force and the state of the one before.

    Of a plan with cadences all runs in the order of their last days: with the first of its own periods come the shorter
    ones that belong to it, but for those that the state has behind it.
    """
    known = Kept(before=past)
    for period in runs(plan_file, state, first, last):
        plan = plan_file.at(period)
        named = None if progress is None else partial(_named, progress, period.label)
        result = run(plan, facts, state, period, lines=lines, progress=named, threads=threads, past=known)
        known.add(PastRun(plan, facts, state, period))
        state = result.state
        yield result


def _named(progress: Progress, period: str, what: str, done: int, of: int) -> None:
    progress(f"{period}, {what}", done, of)


def runs(plan_file: PlanFile, state: State | None, first: Period, last: Period) -> Iterator[Period]:
    """The periods of a chain in their order."""
    kinds = plan_file.at(first).kinds
    if len(kinds) == 1 or first.kind not in kinds:
        yield from first.to(last)
        return
    period = following(first.previous(), kinds) if first.kind == kinds[-1] else first
    if state is not None and state.period != OPENING:
        done = turn(Period.parse(state.period))
        while turn(period) <= done and period != first:
            period = following(period, kinds)
    yield from in_turn(period, last, kinds)

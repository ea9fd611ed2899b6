"""What earlier periods remember: previous values, lifetime sums, sums of the last n periods, streaks."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from trueline.plan.steps import HistoryStep
from trueline.plan.typed import NumberType, RankType
from trueline.reckon.evaluate import Values, plus, times
from trueline.reckon.state import Held, opening
from trueline.reckon.world import World

_ONE = Fraction(1)


def _unit(step: HistoryStep) -> Fraction:
    return step.type.scale if isinstance(step.type, NumberType) else _ONE


def _names(world: World, step: HistoryStep) -> list[str]:
    """The state columns that a step reads and writes."""
    name = step.name
    if step.function == "previous":
        return [f"{'rank' if isinstance(step.type, RankType) else 'previous'}:{name}"]
    if step.function == "last":
        return [f"back {k}:{name}" for k in range(1, step.n)]
    return [f"{step.function}:{name}"]


def history(world: World, step: HistoryStep) -> Values:
    """The column of a history function, from state and, but for ``previous``, this period's value."""
    names = _names(world, step)
    if step.function == "previous":
        found = opening(world, names[0], _unit(step), -1 if isinstance(step.type, RankType) else 0)
        return (
            found if not isinstance(step.type, type(world.plan.steps["participant"].type)) else found.astype(np.bool_)
        )
    if step.function == "streak":
        return np.where(world.flags(step.argument), opening(world, names[0], _ONE) + 1, 0)
    total = _now(world, step)
    for name in names:
        total = plus(total, opening(world, name, _unit(step)))
    return total


def _now(world: World, step: HistoryStep) -> Values:
    """This period's values in the step's unit, which may be finer than that of the argument."""
    values, argument = world.column(step.argument), world.plan.steps[step.argument].type
    if isinstance(argument, NumberType):
        values = times(values, int(argument.scale / _unit(step)))
    return values


def _counts(values: Values) -> Values:
    """A column as state keeps it."""
    return values if values.dtype == object else values.astype(np.int64)


def history_state(world: World) -> dict[str, Held]:
    """The columns that history functions read in the next period."""
    found: dict[str, Held] = {}
    for key, step in world.plan.steps.items():
        if not isinstance(step, HistoryStep):
            continue
        names = _names(world, step)
        if step.function == "previous":
            found[names[0]] = Held(_counts(_now(world, step)), _unit(step))
        elif step.function in ("lifetime", "streak"):
            found[names[0]] = Held(_counts(world.column(key)), _unit(step) if step.function == "lifetime" else _ONE)
        else:
            values = _counts(_now(world, step))
            for name in names:
                found[name] = Held(values, _unit(step))
                values = opening(world, name, _unit(step))
    return found

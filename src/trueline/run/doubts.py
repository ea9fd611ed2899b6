"""What a run can do without but may not be meant so, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction

import numpy as np
import pyarrow.compute as pc

from trueline.errors import nearest
from trueline.money import format_number
from trueline.plan.steps import HistoryStep
from trueline.reckon.state import OPENING, State
from trueline.reckon.world import World

_SOME = 3
"""Members that a sentence names."""


def nobody_there(world: World) -> Iterator[str]:
    """That the period has no members, and when the first one comes."""
    if len(world.ids):
        return
    members, period = world.facts["members"], world.period.label
    if members.rows == 0:
        yield "The facts have no members."
        return
    first = datetime.fromtimestamp(int(members["joined"].seconds.min()), UTC).date().isoformat()
    yield f"Nobody is there in {period}: the first member joins on {first}."


def unread_balances(world: World) -> Iterator[str]:
    """Opening lifetimes and streaks of names that the plan does not read, where it reads some of other names.

    They may be another plan's. A plan that reads none at all can have mistaken none.
    """
    steps = [step for step in world.plan.steps.values() if isinstance(step, HistoryStep)]
    for (what, name), members in sorted(world.results.get("unread balances", {}).items()):
        known = sorted({step.argument for step in steps if step.function == what and step.argument == step.name})
        if not any(step.function == what for step in steps):
            continue
        who = f"{len(members)} member{'s' * (len(members) != 1)}"
        remedy = nearest(name, known) if known else f"{what}(…) of a named measure reads one."
        yield f"The plan reads no opening {what} of '{name}', which {who} brought in. {remedy}"


def money_of_who_is_gone(world: World) -> Iterator[str]:
    """Money that waits, or is owed, for members of the state whom the run does not hold: no table shows it."""
    state: State | None = world.state
    if state is None or state.period == OPENING:
        return
    gone = np.flatnonzero(~np.asarray(pc.is_in(state.ids.array, world.ids.array)))
    money = [held for name, held in state.columns.items() if name == "carried" or name.startswith("held:")]
    amounts = {state.ids[row]: [int(held.values[row]) * held.unit for held in money] for row in gone.tolist()}
    named = sorted(member for member, each in amounts.items() if any(each))
    if not named:
        return
    each = [amount for member in named for amount in amounts[member]]
    waits, owed = (sum((max(sign * one, Fraction(0)) for one in each), Fraction(0)) for sign in (1, -1))
    parts = [(waits, "that wait for them"), (owed, "that they owe")]
    told = " and ".join(f"{format_number(sum_, world.plan.money_unit)} {what}" for sum_, what in parts if sum_)
    who = f"{', '.join(named[:_SOME])}{f' and {len(named) - _SOME} more' if len(named) > _SOME else ''}"
    yield (
        f"The state knows {who}, not there in {world.period.label}: {told} stay in the state and in no figure of this "
        "run. Keep members in the facts as long as money waits."
    )


def unpaid_given(world: World) -> Iterator[str]:
    """Given amounts of closed periods that the last run did not know: each counts in the run of its period alone."""
    for member, bonus, amount in world.results.get("given too late", []):
        if bonus in world.plan.bonuses and world.plan.bonuses[bonus].terms.kind == "given":
            yield (
                f"{member} was given {amount} of '{bonus}' for a period that had been run without it: no run pays it. "
                "Write an 'as_of' in a period that is still open."
            )

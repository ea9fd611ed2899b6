"""The pipeline of one period: every step of the plan in its order, then limits and the state.

Order of a run: who is there and the sponsor tree (``make_world``), the plan's groups of steps (sorted when the plan was
loaded), bonuses rounded per member (they need all of the others), limits and payout, the state for the next period.
"""

from __future__ import annotations

from collections.abc import Callable
from math import lcm
from typing import Any

import numpy as np

from trueline.money.columns import total
from trueline.plan.steps import (
    AttributeStep,
    BonusStep,
    BuiltinStep,
    DerivedTree,
    EarnedStep,
    ExprStep,
    FoldStep,
    HistoryStep,
    KeptStep,
    MovedStep,
    OverrideStep,
    RankStep,
    Step,
    TableStep,
    TitleStep,
    VolumeStep,
)
from trueline.reckon.bonus import compute, resting
from trueline.reckon.builtins import attribute, builtin, override
from trueline.reckon.cadences import kept, paid_since
from trueline.reckon.evaluate import Values, evaluate, times, whole_column
from trueline.reckon.folds import fold
from trueline.reckon.held import EARNED
from trueline.reckon.history import history, history_state
from trueline.reckon.limits import cap_bonus, settle
from trueline.reckon.lines import Lines, joined
from trueline.reckon.payout import Payout
from trueline.reckon.program import run_group
from trueline.reckon.ranks import rank, rank_state, title
from trueline.reckon.resting import keep
from trueline.reckon.results import BonusResult, bonus_results
from trueline.reckon.settler import Settler, apportioned
from trueline.reckon.state import Boards, Held, State, with_absent
from trueline.reckon.tables import table
from trueline.reckon.trees import derived, moved
from trueline.reckon.volumes import add_to, order_totals, volume
from trueline.reckon.world import MemberLookup, World


def _earned(world: World, step: EarnedStep) -> Values:
    """What a bonus pays in this run, or has paid in those of a shorter cadence that belong to it."""
    found: Values = paid_since(world, step.bonus) if step.since else bonus_results(world)[step.bonus].earned
    return found


COLUMNS: dict[type, Callable[[World, Any], Any]] = {
    VolumeStep: volume,
    FoldStep: fold,
    ExprStep: lambda world, step: evaluate(step.expression, MemberLookup(world)),
    AttributeStep: attribute,
    BuiltinStep: builtin,
    OverrideStep: override,
    RankStep: rank,
    TitleStep: title,
    MovedStep: moved,
    HistoryStep: history,
    EarnedStep: _earned,
    KeptStep: kept,
}
"""Which function gives the column of each kind of step."""


Progress = Callable[[str, int, int], None]
"""Called with what is being computed, how many groups are done and how many there are."""


def compute_all(world: World, *, keep: bool, progress: Progress | None = None) -> Payout:
    """Run every group of steps and the limits; columns, trees and bonuses stay in the world."""
    world.results["bonuses"] = dict[str, BonusResult]()
    world.cache["order totals"] = order_totals(world)
    if EARNED in world.held:
        world.columns[EARNED] = world.held[EARNED]
    groups = world.plan.groups
    for done, group in enumerate(groups):
        if progress:
            progress(_readable(group.keys[-1]), done, len(groups))
        if group.tree is not None and not world.held.keys().isdisjoint(group.keys):
            _settle_group(world, group.keys)
        elif group.tree is not None:
            try:
                run_group(world, group)
            except OverflowError:
                _settle_group(world, group.keys)
        else:
            _compute(world, group.keys[0], world.plan.steps[group.keys[0]], keep=keep)
    _round_per_member(world)
    ordered = {name: bonus_results(world)[name] for name in world.plan.bonuses}
    world.results["bonuses"] = ordered
    if progress:
        progress("limits", len(groups), len(groups))
    return settle(world, ordered)


def _settle_group(world: World, keys: tuple[str, ...]) -> None:
    """A bottom-up group whose numbers leave int64, or with columns held: whole columns until nothing changes.

    What a position reads stands strictly below it or earlier in the group, so each round settles at least one height.
    """
    for key in keys:
        world.columns[key] = np.full(world.size, -1 if str(world.plan.steps[key].type) == "rank" else 0, dtype=np.int64)
        if str(world.plan.steps[key].type) == "condition":
            world.columns[key] = np.zeros(world.size, dtype=np.bool_)
    changed = True
    while changed:
        changed = False
        for key in keys:
            before = world.columns[key]
            _compute(world, key, world.plan.steps[key], keep=False)
            changed |= not np.array_equal(before, world.column(key))


def _readable(key: str) -> str:
    return key.replace("bonus:", "bonus ").replace("tree:", "tree ") if not key.startswith("§") else "measures"


def _compute(world: World, key: str, step: Step, *, keep: bool) -> None:
    if key in world.held:
        world.columns[key] = world.held[key]
    elif isinstance(step, BonusStep):
        bonus = world.plan.bonuses[step.bonus]
        due = bonus.terms.due(world.period)
        result = compute(world, bonus, keep=keep) if due else resting(world, bonus, keep=keep)
        cap_bonus(world, result, bonus.terms)
        bonus_results(world)[step.bonus] = result
    elif isinstance(step, DerivedTree):
        world.trees[key[5:]] = derived(world, key[5:], step)
    elif isinstance(step, TableStep):
        world.columns[key] = table(world, step, key)
    else:
        column = COLUMNS[type(step)](world, step)
        if column is not None:
            world.columns[key] = np.asarray(column)


def _round_per_member(world: World) -> None:
    """Bonuses rounded per member: one rounding per receiver over all of them with the same unit and mode."""
    waiting: list[Settler] = world.cache.pop("per member", [])
    found = bonus_results(world)
    order = list(world.plan.bonuses)
    for rounding in sorted({s.rounding for s in waiting}, key=lambda r: (r.unit, r.mode)):
        settlers = sorted((s for s in waiting if s.rounding == rounding), key=lambda s: order.index(s.terms.name))
        den = lcm(*(s.den for s in settlers))
        lines = joined([joined(s.kept) for s in settlers])
        quotient = np.concatenate([part[0] for s in settlers for part in s.exact])
        remainder = np.concatenate([times(part[1], den // s.den) for s in settlers for part in s.exact])
        groups = lines.receiver.astype(np.int64)[None, :]
        units = apportioned(world, lines, groups, quotient, remainder, den, rounding)
        amount = whole_column(times(units, settlers[0].minor), len(lines), "An amount")
        start = 0
        for settler in settlers:
            stop = start + sum(len(part) for part in settler.kept)
            _book(world, settler, found[settler.terms.name], lines, amount, start, stop)
            start = stop


def _book(
    world: World, settler: Settler, result: BonusResult, lines: Lines, amount: Any, start: int, stop: int
) -> None:
    own = Lines(*(getattr(lines, name)[start:stop] for name in Lines.__dataclass_fields__))
    own.amount[:] = amount[start:stop]
    own.apportioned[:] = True
    earned = np.zeros(world.size, dtype=np.int64)
    add_to(earned, own.receiver, own.amount)
    rounded = settler.rounded - total(own.amount) * world.plan.money_unit
    if rounded:
        result.breakage["rounded"] = rounded
    result.earned, result.lines = earned, own
    cap_bonus(world, result, settler.terms)


def next_state(world: World, payout: Payout) -> State:
    """What the next period takes."""
    ranks = {} if world.plan.is_part else rank_state(world)
    columns: dict[str, Held] = {**ranks, **history_state(world), **payout.state}
    columns.update(world.results.get("milestones", {}))
    columns.update(world.results.get("banks", {}))
    columns.update(world.results.get("places", {}))
    columns.update(world.results.get("windows", {}))
    company = {**world.results.get("pool carry", {}), **world.results.get("places given", {})}
    if world.state is not None:
        keep(world, world.state, columns, company)
    boards: dict[str, Boards] = {} if world.state is None else dict(world.state.boards)
    boards |= world.results.get("boards", {})
    return with_absent(world, State(world.period.label, world.ids, world.plan.ranks, columns, company, boards))

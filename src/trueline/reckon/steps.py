"""The pipeline of one period: every step of the plan in its order, then limits and the state.

Order of a run: who is there and the sponsor tree (``make_world``), the plan's groups of steps (sorted when the plan was
loaded), bonuses rounded per member (they need all of the others), limits and payout, the state for the next period.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from trueline.money.columns import total
from trueline.money.text import parse_number
from trueline.plan.steps import (
    AttributeStep,
    BonusStep,
    BuiltinStep,
    DerivedTree,
    EarnedStep,
    ExprStep,
    FoldStep,
    HistoryStep,
    MovedStep,
    OverrideStep,
    RankStep,
    Step,
    TableStep,
    TitleStep,
    VolumeStep,
)
from trueline.plan.typed import NumberType
from trueline.reckon.bonus import compute, resting
from trueline.reckon.bonus.binary import opening_banks
from trueline.reckon.builtins import attribute, builtin, override
from trueline.reckon.evaluate import evaluate, times, whole_column
from trueline.reckon.folds import fold
from trueline.reckon.held import EARNED
from trueline.reckon.history import history, history_state
from trueline.reckon.ids import MemberIds
from trueline.reckon.limits import cap_bonus, settle
from trueline.reckon.lines import BonusResult, Lines, Settler, apportioned, joined
from trueline.reckon.payout import Payout
from trueline.reckon.places import KINDS as PLACES
from trueline.reckon.program import run_group
from trueline.reckon.ranks import rank, rank_state, title
from trueline.reckon.state import OPENING, Boards, Held, State, is_ranked, opening, with_absent
from trueline.reckon.tables import table
from trueline.reckon.trees import derived, moved
from trueline.reckon.volumes import add_to, order_totals, volume
from trueline.reckon.world import MemberLookup, World

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
    EarnedStep: lambda world, step: world.results["bonuses"][step.bonus].earned,
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
    found: dict[str, BonusResult] = world.results["bonuses"]
    ordered = {name: found[name] for name in world.plan.bonuses}
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
        world.results["bonuses"][step.bonus] = result
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
    found: dict[str, BonusResult] = world.results["bonuses"]
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
    columns: dict[str, Held] = {**rank_state(world), **history_state(world), **payout.state}
    columns.update(world.results.get("milestones", {}))
    columns.update(world.results.get("banks", {}))
    columns.update(world.results.get("places", {}))
    columns.update(world.results.get("windows", {}))
    company = {**world.results.get("pool carry", {}), **world.results.get("places given", {})}
    if world.state is not None:
        _keep_of_others(world, world.state, columns, company)
    boards: dict[str, Boards] = {} if world.state is None else dict(world.state.boards)
    boards |= world.results.get("boards", {})
    return with_absent(world, State(world.period.label, world.ids, world.plan.ranks, columns, company, boards))


OF_BONUSES = ("held", "milestone", "instalments", "bank", "first", "through")
"""First words of the columns that belong to a bonus: what is held (by age), let through by its cap, and so on."""


def _keep_of_others(world: World, old: State, columns: dict[str, Held], company: dict[str, int]) -> None:
    """Add what the old state holds of bonuses and trees that this plan does not have, or that rest."""
    plan = world.plan
    rests = {name for name, bonus in plan.bonuses.items() if not bonus.terms.due(world.period)}
    for name, held in old.columns.items():
        kind, _, what = name.partition(":")
        what = what.rsplit(":", {"bank": 2, "instalments": 1, "milestone": 1}.get(kind, 0))[0]
        own = kind.split(" ")[0] in OF_BONUSES and what not in plan.bonuses
        if own or what in rests or (kind in PLACES and what not in plan.trees):
            columns.setdefault(name, Held(opening(world, name, held.unit), held.unit))
    for name, amount in old.company.items():
        kind, _, what = name.partition(":")
        if what in rests or what not in (plan.trees if kind == "places" else plan.bonuses):
            company[name] = amount


def opening_state(world: World) -> State | None:
    """The state that the facts describe: titles, lifetimes, streaks, carried amounts, banks; None without any."""
    banks = opening_banks(world)
    if not world.facts.has("balances") and not banks:
        return None
    columns: dict[str, tuple[Fraction, dict[int, Fraction]]] = banks
    if world.facts.has("balances"):
        _balances(world, columns)
    held = {name: _column(world, name, unit, rows) for name, (unit, rows) in columns.items()}
    return State(OPENING, MemberIds(world.facts.member_ids), world.plan.ranks, held, {})


def _balances(world: World, columns: dict[str, tuple[Fraction, dict[int, Fraction]]]) -> None:
    """Add what the table ``balances`` brings: per state column its unit and the value of each member."""
    table_ = world.facts["balances"]
    place = world.facts.index_of("balances", "member")
    since = world.facts.effective("balances")
    read = {(step.function, step.name) for step in world.plan.steps.values() if isinstance(step, HistoryStep)}
    unread: dict[tuple[str, str], set[int]] = world.results.setdefault("unread balances", {})
    carried: dict[tuple[int, str, str], Fraction] = {}  # by member and name: amounts of several bonuses add up
    for row in np.argsort(since, kind="stable").tolist():  # of several balances the latest counts
        what, name, text = table_["what"].text(row), table_["name"].text(row), table_["value"].text(row)
        if since[row] >= world.period.end_seconds:
            continue
        if what in ("title", "rank"):
            name = name or text
            if name not in world.plan.ranks:
                raise world.refuse(
                    f"An opening {what} is '{name}', which the plan does not have.", "Correct one of them."
                )
            column = "title" if what == "title" else "rank:rank"
            columns.setdefault(column, (Fraction(1), {}))[1][int(place[row])] = Fraction(world.plan.ranks.index(name))
        elif what in ("lifetime", "streak") and (what, name) not in read:  # another plan's; the result says so
            unread.setdefault((what, name), set()).add(int(place[row]))
        elif what in ("lifetime", "streak"):
            scale = _scale_of(world, name) if what == "lifetime" else Fraction(1)
            columns.setdefault(f"{what}:{name}", (scale, {}))[1][int(place[row])] = parse_number(text)
        elif what in ("carried", "negative balance"):
            amount = parse_number(text)
            if what == "negative balance" and amount < 0:
                who = world.facts.members[int(place[row])]
                message = f"Member {who} brings in a negative balance of {text}; it is not clear who owes whom."
                raise world.refuse(message, "Write what the member owes, without a sign.")
            carried[int(place[row]), what, name] = amount if what == "carried" else -amount
    for (member, *_), amount in carried.items():
        rows_of = columns.setdefault("carried", (world.plan.money_unit, {}))[1]
        rows_of[member] = rows_of.get(member, Fraction(0)) + amount


def _scale_of(world: World, name: str) -> Fraction:
    type_ = world.plan.steps[name].type
    if not isinstance(type_, NumberType):
        raise world.refuse(f"An opening lifetime names '{name}', which is no number.", "Name a measure.")
    return Fraction(1, type_.scale.denominator)


def _column(world: World, name: str, unit: Fraction, rows: dict[int, Fraction]) -> Held:
    values = np.full(len(world.facts.members), -1 if is_ranked(name) else 0, dtype=np.int64)
    for member, value in rows.items():
        units = value / unit
        if units.denominator != 1:
            raise world.refuse(f"An opening value of '{name}' is finer than its unit {unit}.", "Round it.")
        values[member] = int(units)
    return Held(values, unit)

"""The state that facts bring in: what another system knew at the first run (docs/semantics.md, section 12)."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from trueline.money.text import parse_number
from trueline.plan.steps import HistoryStep, Step
from trueline.plan.typed import NumberType
from trueline.reckon.bonus.binary import opening_banks
from trueline.reckon.ids import MemberIds
from trueline.reckon.state import OPENING, Held, State, is_ranked
from trueline.reckon.world import World


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
    read = {(step.function, step.name) for step in _every_step(world) if isinstance(step, HistoryStep)}
    unread: dict[tuple[str, str], set[int]] = world.results.setdefault("unread balances", {})
    carried: dict[tuple[int, str, str], Fraction] = {}  # by member and name: amounts of several bonuses add up
    for row in np.argsort(since, kind="stable").tolist():  # of several balances the latest counts
        what, name, text = (table_.text(row, column) for column in ("what", "name", "value"))
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
        elif what in ("lifetime", "streak") and name in world.plan.steps:  # else another cadence of the plan reads it
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


def _every_step(world: World) -> Iterator[Step]:
    """The steps of the plan, of all its cadences."""
    for part in world.plan.parts.values() or (world.plan,):
        yield from part.steps.values()


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

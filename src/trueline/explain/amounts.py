"""Bonuses that pay amounts: a share in a pool, milestones reached."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import numpy as np

from trueline.explain.checks import Checker
from trueline.explain.model import HandedOn, Hosted, Pool, Reached, Seat, Seats, Settled
from trueline.explain.records import Records
from trueline.explain.words import spell_step, written
from trueline.money import format_number
from trueline.plan.bonuses import BoardBonus, MilestoneBonus, PartyHostBonus, PassUpBonus, PoolBonus, TakenBonus
from trueline.reckon.bonus.pass_up import flow_of
from trueline.reckon.bonus.pool import shares_of


def pool_share(records: Records, bonus: PoolBonus, member: int) -> Pool:
    """The fund, all shares and the member's own."""
    world, name = records.world, bonus.terms.name
    found = records.result.bonuses[name]
    carried = 0 if world.state is None else world.state.company.get(f"pool:{name}", 0)
    shares = shares_of(world, bonus)
    mine = np.flatnonzero(shares.member == member)
    own = int(shares.shares[mine[0]]) * shares.scale if mine.size else Fraction(0)
    everybody = shares.everything * shares.scale
    value, unit = found.promised / everybody if everybody else Fraction(0), bonus.terms.rounding.rounding.unit
    if bonus.value is not None:
        value = bonus.value.amount(value)
    return Pool(
        written(records.plan, "bonuses", name, "fund") or "",
        found.promised,
        records.money(carried),
        own,
        _shares_words(records, bonus, member),
        everybody,
        len(shares.member),
        value,
        bonus.value is not None,
        own * value,
        sum(shares.empty) * shares.scale,
        None if bonus.share_cap is None else floor(bonus.share_cap * found.promised / unit) * unit,
        bonus.floor,
    )


def _shares_words(records: Records, bonus: PoolBonus, member: int) -> str:
    """What the member's shares come from: the measure, or the row of the member's rank."""
    name = bonus.terms.name
    if bonus.places is not None:
        by, value = spell_step(records.plan, bonus.places.by), records.number(bonus.places.by, member)
        return f"{by} {format_number(value, group=True)}"
    if not isinstance(records.plan.raw()["bonuses"][name]["shares"], dict):
        return written(records.plan, "bonuses", name, "shares") or spell_step(records.plan, bonus.shares or "")
    rank = records.rank_name(int(records.world.numbers("rank")[member]))
    row = written(records.plan, "bonuses", name, "shares", rank)
    return f"{rank}: {row or 0}"


def handed_on(records: Records, bonus: PassUpBonus, member: int) -> HandedOn:
    """What came to a member from below, what it handed on and what it kept."""
    found, unit = flow_of(records.world, bonus), bonus.terms.rounding.rounding.unit
    below = np.flatnonzero((records.tree(bonus.tree).parent == member) & (found.passed > 0))
    own, floor, came, kept, passed = (
        int(column[member]) * unit for column in (found.own, found.floor, found.came, found.kept, found.passed)
    )
    parts = tuple((records.id(one), int(found.passed[one]) * unit) for one in below.tolist())
    return HandedOn(own, floor, came, kept, passed, parts)


def seats_of(records: Records, bonus: BoardBonus, member: int) -> Seats:
    """Which boards of a member were filled, and its seats and entries at the end of the period."""
    name, me = bonus.terms.name, records.id(member)
    held = records.result.state.boards[name]
    lines = records.result.lines(name, me)
    open_ = tuple(
        Seat(number, sum(seat != "" for seat in seats), len(seats))
        for seats in held.open
        for number, seat in enumerate(seats)
        if seat == me
    )
    return Seats(tuple(line.source or "" for line in lines), open_, sum(entry.member == me for entry in held.queue))


def hosted(records: Records, bonus: PartyHostBonus, member: int) -> tuple[Hosted, ...]:
    """The orders of a member's parties that gave credit."""
    return tuple(
        Hosted(line.source or "", line.order or "", line.base, line.rate, line.amount)
        for line in records.result.lines(bonus.terms.name, records.id(member))
    )


def reached(records: Records, bonus: MilestoneBonus, member: int) -> tuple[Reached, ...]:
    """The steps that are paid to the member in this period."""
    lines = records.result.bonuses[bonus.terms.name].lines
    if lines is None:
        return ()
    found = []
    for row in np.flatnonzero(lines.receiver == member).tolist():
        number = int(lines.level[row]) - 1
        step = bonus.steps[number]
        words = written(records.plan, "bonuses", bonus.terms.name, "steps", number, "when") or ""
        name = step.name or f"step {number + 1}"
        if bonus.instalments > 1:
            name += f", a part of {format_number(records.money(step.amount), records.plan.money_unit, group=True)}"
        amount = records.money(lines.amount[row])
        found.append(Reached(name, amount, Checker(records, member).step(step.condition), words))
    return tuple(found)


def settled(records: Records, bonus: TakenBonus, member: int) -> tuple[Settled, ...]:
    """What closed periods bring the member."""
    now = records.world.period
    return tuple(
        Settled(line.part, now.back(line.level).label, line.source, line.order, line.order_line, line.amount)
        for line in records.result.lines(bonus.terms.name, records.id(member))
    )

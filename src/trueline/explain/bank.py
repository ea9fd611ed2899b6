"""The two sides of a binary bonus: what came, what was matched, what is left, and why nothing was matched."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from trueline.explain.checks import Check, Checker, deciding
from trueline.explain.model import Bank, Match, Missed, Side
from trueline.explain.reasons import table_check
from trueline.explain.records import Records
from trueline.explain.words import place, spell_step, written
from trueline.money import format_number
from trueline.plan.bonuses import BinaryBonus
from trueline.reckon.bank import NOT_GATHERED, REASONS, SIDES
from trueline.reckon.results import BonusResult
from trueline.reckon.slots import slots_of
from trueline.reckon.state import opening


def bank_of(records: Records, bonus: BinaryBonus, member: int) -> Bank | None:
    """Both sides of a member; None for one who is not in the tree."""
    found = records.result.bonuses[bonus.terms.name]
    tree, slots = records.tree(bonus.tree), slots_of(records.world, bonus.tree)
    if found.bank is None or tree.rank_of[member] < 0:
        return None
    bank = found.bank
    sides = []
    for side, name in enumerate(SIDES):
        leg = np.flatnonzero((tree.parent == member) & (slots == side + 1))
        units = [int(column[side, member]) for column in (bank.opening, bank.new, bank.taken, bank.closing)]
        opening, new, taken, closing = (unit * bank.scale for unit in units)
        flushed = tuple(
            (reason, int(bank.flushed[row, side, member]) * bank.scale)
            for row, reason in enumerate(REASONS)
            if bank.flushed[row, side, member]
        )
        sides.append(Side(name, records.id(int(leg[0])) if leg.size else "", opening, new, taken, flushed, closing))
    pays = "schedule" if bonus.schedule else "amount" if bonus.per_cycle else "rate"
    return Bank(pays, tuple(sides), _matches(records, found, member))


def _matches(records: Records, found: BonusResult, member: int) -> tuple[Match, ...]:
    lines = found.lines
    if lines is None:
        return ()
    rows = np.flatnonzero(lines.receiver == member)
    return tuple(
        Match(
            int(lines.level[row]),
            int(lines.base[row]) * found.base_scale,
            int(lines.rate[row]) * found.rate_scale,
            records.money(lines.amount[row]),
        )
        for row in rows[np.argsort(lines.level[rows], kind="stable")].tolist()
    )


def unmatched(records: Records, bonus: BinaryBonus, member: int) -> Iterator[Missed]:
    """Why nothing was matched or paid: no new volume counts, no rate, or too little on a side."""
    plan, name = records.plan, bonus.terms.name
    if bonus.gathers is not None:
        check = Checker(records, member).step(bonus.gathers)
        if not check.holds:
            path = ("bonuses", name, "gathers")
            yield Missed("gathers", written(plan, *path) or "", place(plan, *path), deciding(check))
    if bonus.rate is not None and records.number(bonus.rate, member) <= 0:
        key = "amount" if bonus.per_cycle else "rate"
        paying = table_check(records, bonus.rate, member)
        words = paying.words if paying is not None else f"{spell_step(plan, bonus.rate)} > 0"
        yield Missed(key, words, place(plan, "bonuses", name, key), paying)
    bank = records.result.bonuses[name].bank
    if bank is None or records.tree(bonus.tree).rank_of[member] < 0:
        where = place(plan, "bonuses", name, "tree")
        yield Missed("tree", bonus.tree, where)
        return
    if np.any(bank.taken[:, member]):
        return
    limited = list(_most(records, bonus, member))
    counted = (bank.opening + bank.new - bank.flushed[NOT_GATHERED])[:, member] * bank.scale
    little = list(_too_little(records, bonus, member, Fraction(min(counted)), Fraction(max(counted))))
    yield from limited + little
    if bonus.windows != "period" and not limited and not little and records.holds(bonus.terms.who, member):
        words = f"each {bonus.windows} is matched by itself"
        yield Missed("windows", words, place(plan, "bonuses", name, "windows"))


def _most(records: Records, bonus: BinaryBonus, member: int) -> Iterator[Missed]:
    """A limit that leaves not even one cycle, or one unit of volume, to be matched."""
    least = bonus.sources.base.scale if bonus.cycle is None else Fraction(1)
    if bonus.most is None or (have := records.number(bonus.most, member)) >= least:
        return
    about, where = spell_step(records.plan, bonus.most), ("bonuses", bonus.terms.name, "at most")
    check = Check(f"{about} >= {format_number(least)}", False, "comparison", "", ">=", have, least, about)
    yield Missed("at most", written(records.plan, *where) or about, place(records.plan, *where), check)


def _too_little(
    records: Records, bonus: BinaryBonus, member: int, weak: Fraction, strong: Fraction
) -> Iterator[Missed]:
    """What the sides lack for the first match; nothing where they lack nothing."""
    unit, name = bonus.sources.base.scale, bonus.terms.name
    fresh = opening(records.world, f"first cycle:{name}", Fraction(1))[member] <= 0
    cycle = bonus.first_cycle if bonus.first_cycle is not None and fresh else bonus.cycle
    least, key = Fraction(bonus.at_least) * unit, "at least"
    if cycle is not None and cycle.weak * unit > least:
        least, key = cycle.weak * unit, "cycle" if cycle is bonus.cycle else "first cycle"
    if bonus.schedule and bonus.schedule[0][0] * unit > least:
        least, key = bonus.schedule[0][0] * unit, "schedule"
    key = key if least else "base"
    checks = [_side("the weaker side", weak, least)]
    if cycle is not None:
        checks.append(_side("the stronger side", strong, cycle.strong * unit))
    for check in checks:
        if not check.holds:
            yield Missed("sides", check.words, place(records.plan, "bonuses", name, key), check)


def _side(about: str, have: Fraction, least: Fraction) -> Check:
    operator = ">=" if least else ">"
    holds = have >= least if least else have > 0
    return Check(f"{about} {operator} {least}", holds, "comparison", "", operator, have, least, about)

"""milestone and given: fixed amounts (docs/semantics.md, sections 7.8 and 13)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from trueline.money.columns import total
from trueline.money.text import parse_number
from trueline.plan.bonuses import GivenBonus, MilestoneBonus
from trueline.reckon.bonus.final import final_lines, final_result
from trueline.reckon.lines import BonusResult
from trueline.reckon.state import Held, opening
from trueline.reckon.world import Int32s, World

_ONE = Fraction(1)


def milestone(world: World, bonus: MilestoneBonus, *, keep: bool) -> BonusResult:
    """Fixed amounts for reaching a step; paid steps are remembered in the state."""
    terms = bonus.terms
    who = world.flags(terms.who)
    name = f"milestone:{terms.name}"
    paid = opening(world, name, _ONE)
    due: list[tuple[int, Int32s]] = []
    open_ = np.ones(world.size, dtype=np.bool_)
    for index in range(len(bonus.steps) - 1, -1, -1):
        met = world.flags(bonus.steps[index].condition) & open_
        if bonus.highest:
            open_ &= ~met
        if bonus.once:
            met &= (paid >> index) & 1 == 0
            if bonus.highest:
                met &= paid >> (index + 1) == 0
        due.append((index, np.flatnonzero(met).astype(np.int32)))
    after = paid.copy()
    member, step = [], []
    promised, lost = 0, 0
    for index, rows in reversed(due):
        winners = rows[who[rows]]
        after[winners] |= 1 << index
        promised += len(rows) * bonus.steps[index].amount
        lost += (len(rows) - len(winners)) * bonus.steps[index].amount
        member.append(winners)
        step.append(np.full(len(winners), index, dtype=np.int64))
    world.results.setdefault("milestones", {})[name] = Held(after, _ONE)
    members, steps = np.concatenate(member), np.concatenate(step)
    amount = np.array([s.amount for s in bonus.steps], dtype=np.int64)[steps]
    minor = world.plan.money_unit
    breakage = {"unqualified": lost * minor} if lost else {}
    lines = final_lines(members, steps + 1, amount)
    return final_result(world, terms, lines, _ONE, minor, promised * minor, breakage, keep=keep)


def given(world: World, bonus: GivenBonus, *, keep: bool) -> BonusResult:
    """Amounts that the facts give (balances, ``what: earned``)."""
    member: list[int] = []
    amount: list[int] = []
    minor = world.plan.money_unit
    if world.facts.has("balances"):
        table = world.facts["balances"]
        place = world.index[world.facts.index_of("balances", "member")]
        since = world.facts.effective("balances")
        for row in range(table.rows):
            right = table["what"].text(row) == "earned" and table["name"].text(row) == bonus.terms.name
            if not right or place[row] < 0 or since[row] >= world.period.end_seconds:
                continue
            units = parse_number(table["value"].text(row)) / minor
            if units.denominator != 1:
                raise world.refuse(f"A given amount of '{bonus.terms.name}' is finer than the minor unit.", "Round it.")
            if units:
                member.append(int(place[row]))
                amount.append(int(units))
    members, amounts = np.array(member, dtype=np.int32), np.array(amount, dtype=np.int64)
    who = world.flags(bonus.terms.who)[members]
    lost = total(amounts[~who]) * minor
    breakage = {"unqualified": lost} if lost else {}
    lines = final_lines(members[who], np.zeros(int(who.sum()), dtype=np.int64), amounts[who])
    return final_result(world, bonus.terms, lines, _ONE, minor, total(amounts) * minor, breakage, keep=keep)

"""milestone and given: fixed amounts (docs/semantics.md, sections 7.8 and 13)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from trueline.money.columns import total
from trueline.money.text import parse_number
from trueline.plan.bonuses import GivenBonus, MilestoneBonus
from trueline.reckon.bonus.final import final_lines, final_result
from trueline.reckon.results import BonusResult
from trueline.reckon.state import Held, begins, opening
from trueline.reckon.world import Bools, Int32s, Int64s, World

_ONE = Fraction(1)


def milestone(world: World, bonus: MilestoneBonus, *, keep: bool) -> BonusResult:
    """Fixed amounts for reaching a step; paid steps are remembered in the state."""
    terms = bonus.terms
    who = world.flags(terms.who)
    names = [f"milestone:{terms.name}:{step.key}" for step in bonus.steps]
    paid = [opening(world, name, _ONE) > 0 for name in names]
    due: list[tuple[int, Int32s]] = []
    open_ = np.ones(world.size, dtype=np.bool_)
    higher = np.zeros(world.size, dtype=np.bool_)
    for index in range(len(bonus.steps) - 1, -1, -1):
        met = world.flags(bonus.steps[index].condition) & open_
        if bonus.highest:
            open_ &= ~met
        if bonus.once:
            met &= ~(paid[index] | higher)
            if bonus.highest:
                higher |= paid[index]
        due.append((index, np.flatnonzero(met).astype(np.int32)))
    book = _Book(world, bonus, who)
    for index, rows in reversed(due):
        winners = rows[who[rows]]
        after = paid[index].astype(np.int64)
        after[winners] = 1
        world.results.setdefault("milestones", {})[names[index]] = Held(after, _ONE)
        book.reached(index, rows, winners)
    return book.result(keep=keep)


class _Book:
    """Due parts of amounts: who is paid which part of which step, and what is lost."""

    def __init__(self, world: World, bonus: MilestoneBonus, who: Bools) -> None:
        self.world, self.bonus = world, bonus
        lasting = world.flags(bonus.lasting) if bonus.lasting is not None else np.ones(world.size, dtype=np.bool_)
        self.paying = who & lasting
        self.member: list[Int32s] = []
        self.step: list[Int64s] = []
        self.amount: list[Int64s] = []
        self.promised, self.lost = 0, 0

    def reached(self, index: int, rows: Int32s, winners: Int32s) -> None:
        """The step's first parts (all of it without instalments), and what is due of it since earlier periods."""
        bonus, amount = self.bonus, self.bonus.steps[index].amount
        first = _part(amount, bonus.instalments, 0)
        self.promised += len(rows) * first
        self.lost += (len(rows) - len(winners)) * first
        self.pay(index, winners, np.full(len(winners), first, dtype=np.int64))
        name = f"instalments:{bonus.terms.name}:{bonus.steps[index].key}"
        waiting = opening(self.world, name, _ONE).astype(np.int64)
        if bonus.instalments == 1 and not waiting.any():
            return
        if np.any(waiting >= bonus.instalments):
            who, left = self.world.ids[int(np.argmax(waiting))], int(waiting.max())
            message = f"Member {who} is due {left} parts more of step {index + 1} of '{bonus.terms.name}'."
            remedy = f"They are not parts of {bonus.instalments}: keep 'instalments', or pay others by another bonus."
            raise self.world.refuse(message, remedy)
        due = np.flatnonzero(waiting > 0).astype(np.int32)
        parts = [_part(amount, bonus.instalments, bonus.instalments - left) for left in waiting[due].tolist()]
        amounts = np.array(parts, dtype=np.int64)
        paid = self.paying[due]
        self.promised += sum(parts)
        self.lost += total(amounts[~paid])
        self.pay(index, due[paid], amounts[paid])
        waiting[due] -= 1
        waiting[winners] = bonus.instalments - 1
        self.world.results.setdefault("milestones", {})[name] = Held(waiting, _ONE)

    def pay(self, index: int, members: Int32s, amounts: Int64s) -> None:
        self.member.append(members)
        self.step.append(np.full(len(members), index + 1, dtype=np.int64))
        self.amount.append(amounts)

    def result(self, *, keep: bool) -> BonusResult:
        minor = self.world.plan.money_unit
        member, step, amount = np.concatenate(self.member), np.concatenate(self.step), np.concatenate(self.amount)
        rows = np.flatnonzero(amount)  # a part may come to nothing where the amount is small
        breakage = {"unqualified": self.lost * minor} if self.lost else {}
        lines = final_lines(member[rows], step[rows], amount[rows])
        promised = self.promised * minor
        return final_result(self.world, self.bonus.terms, lines, _ONE, minor, promised, breakage, keep=keep)


def _part(amount: int, count: int, number: int) -> int:
    """The part with a number (from 0) of an amount in ``count`` parts: what is left over goes to the first ones."""
    each, more = divmod(amount, count)
    return each + (number < more)


def given(world: World, bonus: GivenBonus, *, keep: bool) -> BonusResult:
    """Amounts that the facts give (balances, ``what: earned``), each in one run."""
    units: dict[int, int] = {}
    minor = world.plan.money_unit
    for member, row in _rows_given(world, bonus.terms.name):
        amount = parse_number(world.facts["balances"]["value"].text(row)) / minor
        if amount.denominator != 1:
            raise world.refuse(f"A given amount of '{bonus.terms.name}' is finer than the minor unit.", "Round it.")
        units[member] = units.get(member, 0) + int(amount)
    members = np.array([member for member, amount in units.items() if amount], dtype=np.int32)
    amounts = np.array([amount for amount in units.values() if amount], dtype=np.int64)
    who = world.flags(bonus.terms.who)[members]
    lost = total(amounts[~who]) * minor
    breakage = {"unqualified": lost} if lost else {}
    lines = final_lines(members[who], np.zeros(int(who.sum()), dtype=np.int64), amounts[who])
    return final_result(world, bonus.terms, lines, _ONE, minor, total(amounts) * minor, breakage, keep=keep)


def _rows_given(world: World, name: str) -> list[tuple[int, int]]:
    """(member, row of balances) that count in this run: the rows of its period, and where a chain begins the last one
    before it, for members without one.
    """
    if not world.facts.has("balances"):
        return []
    table = world.facts["balances"]
    members, since = world.index[world.facts.index_of("balances", "member")], world.facts.effective("balances")
    now: list[tuple[int, int]] = []
    before: dict[int, int] = {}
    for row in np.argsort(since, kind="stable").tolist():
        member = int(members[row])
        if table.text(row, "what") != "earned" or table.text(row, "name") != name or member < 0:
            continue
        if since[row] < world.period.start_seconds:
            before[member] = row
        elif since[row] < world.period.end_seconds:
            now.append((member, row))
    inside = {member for member, _ in now}
    return now + [one for one in before.items() if begins(world) and one[0] not in inside]

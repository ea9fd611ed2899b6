"""Every cent of a bonus to the cause of the sale it was paid on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trueline.analyse.books import Cause
from trueline.analyse.mix import CAUSES, Mixes
from trueline.money.apportion import apportion_groups
from trueline.plan.bonuses import Bonus, GivenBonus, LevelBonus, MilestoneBonus, PoolBonus, TakenBonus
from trueline.reckon.lines import BonusResult, Lines
from trueline.reckon.world import Int32s, Int64s, World

_SOURCELESS = (PoolBonus, MilestoneBonus, GivenBonus, TakenBonus)
"""Bonuses whose lines name no sale: their source is nobody, or the receiver who reached something."""


@dataclass(frozen=True)
class Assigned:
    """Amounts in minor units, arrays of one length, which sum to what the bonus came to after caps and limits.

    ``receiver`` and ``source`` are members of the run, ``source`` −1 for none; ``rule`` says how causes were found.
    """

    receiver: Int32s
    source: Int32s
    level: Int64s
    cause: Int64s
    amount: Int64s
    rule: str


def assign(mixes: Mixes, bonus: Bonus, result: BonusResult) -> Assigned:
    """Split every line of a bonus by the mix of what it was paid on; by-products for bonuses paid on this one stay in
    ``mixes.earned``. ``ValueError`` when the run kept no lines.
    """
    lines = result.lines
    if lines is None:
        if result.earned.any():
            raise ValueError(f"Bonus '{result.name}' has no lines: run with lines=True to enter it in the books.")
        nothing = np.zeros(0, dtype=np.int64)
        return Assigned(nothing.astype(np.int32), nothing.astype(np.int32), nothing, nothing, nothing, "")
    mix, row, rule = _mix(mixes, bonus, lines)
    amount = after_cuts(mixes.world, lines, result.earned)
    line, cause, amount = _split(mix, row, amount)
    source = np.full(len(line), -1, dtype=np.int32) if isinstance(bonus, _SOURCELESS) else lines.source[line]
    found = Assigned(lines.receiver[line], source, lines.level[line], cause, amount, rule)
    earned = np.zeros((mixes.world.size, CAUSES), dtype=np.int64)
    np.add.at(earned, (found.receiver, found.cause), found.amount)
    mixes.earned[result.name] = earned
    return found


def after_cuts(world: World, lines: Lines, earned: Int64s) -> Int64s:
    """int64 (lines): amounts after caps and limits. What was cut of a member's bonus is taken from its positive lines
    in proportion, largest remainder, ties by source, order, order line, level and part.
    """
    due = np.zeros(world.size, dtype=np.int64)
    np.add.at(due, lines.receiver, lines.amount)
    cut = due - earned
    rows = np.flatnonzero((cut[lines.receiver] != 0) & (lines.amount > 0))
    if not rows.size:
        return lines.amount
    rank = np.append(world.id_rank, -1)
    keys = (lines.part, lines.level, lines.line, lines.order, rank[lines.source])
    rows = rows[np.lexsort(tuple(key[rows] for key in keys))]
    weight, receiver = lines.amount[rows], lines.receiver[rows].astype(np.int64)
    positive = np.zeros(world.size, dtype=np.int64)
    np.add.at(positive, receiver, weight)
    left = np.where(positive > 0, positive - cut, 0)
    found = lines.amount.copy()
    found[rows] = apportion_groups(left, weight, receiver)
    return found


def _mix(mixes: Mixes, bonus: Bonus, lines: Lines) -> tuple[Int64s, Int64s, str]:
    """Mixes int64 (m, causes), the row of each line among them, and the sentence that says so."""
    one_row = np.zeros(len(lines), dtype=np.int64)
    if isinstance(bonus, PoolBonus):
        return mixes.of_company(bonus.fund), one_row, "Split as the sales that its fund is made of, company-wide."
    if isinstance(bonus, MilestoneBonus):
        return mixes.of_sales(), one_row, "Split as all sales of the period, company-wide: no sale of its own pays it."
    if isinstance(bonus, GivenBonus | TakenBonus):
        other = np.zeros((1, CAUSES), dtype=np.int64)
        other[0, Cause.OTHER] = 1
        words = "given with the facts" if isinstance(bonus, GivenBonus) else "brought along from closed periods"
        return other, one_row, f"No cause: its amounts are {words}."
    base = bonus.sources.base
    if base.grain != "member" and base.volume is not None:
        keys, mix = mixes.of_orders(base.volume, lines=base.grain == "order line")
        return mix, _places(keys, lines), ""
    mix = mixes.of_members(base.step)
    if isinstance(bonus, LevelBonus) and bonus.of:
        rule = "Split as what the earning member earned of the bonuses it matches."
    else:
        rule = "Split as the order lines of the source that its base is made of."
    return mix, lines.source.astype(np.int64), rule


def _places(keys: Int64s, lines: Lines) -> Int64s:
    """int64 (lines): the row of each line's (order, order line) among the sorted keys."""
    many = int(max(keys[:, 1].max(initial=0), lines.line.max(initial=0))) + 2
    wanted = (lines.order + 1) * many + lines.line + 1
    found: Int64s = np.searchsorted((keys[:, 0] + 1) * many + keys[:, 1] + 1, wanted)
    return found


def _split(mix: Int64s, row: Int64s, amount: Int64s) -> tuple[Int64s, Int64s, Int64s]:
    """(line, cause, amount) of each part: a line whose mix has one cause stays whole, another is apportioned."""
    sole = np.where((mix > 0).sum(axis=1) == 1, np.argmax(mix, axis=1), -1)[row]
    whole, parted = np.flatnonzero(sole >= 0), np.flatnonzero(sole < 0)
    group = np.repeat(np.arange(len(parted)), CAUSES)
    shares = apportion_groups(amount[parted], mix[row[parted]].reshape(-1), group)
    kept = np.flatnonzero(shares)
    line = np.concatenate([whole, parted[group[kept]]])
    cause = np.concatenate([sole[whole], kept % CAUSES])
    return line, cause, np.concatenate([amount[whole], shares[kept]])

"""Every cent of a bonus to the cause of the sale it was paid on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trueline.analyse.books import Cause, Nearness
from trueline.analyse.mix import CAUSES, Mixes, weights
from trueline.analyse.sight import Sight
from trueline.facts.columns import translated
from trueline.money.apportion import apportion_groups
from trueline.plan.bonuses import (
    BinaryBonus,
    BoardBonus,
    Bonus,
    GivenBonus,
    GroupBonus,
    LevelBonus,
    MilestoneBonus,
    PartyHostBonus,
    PassUpBonus,
    PoolBonus,
    SalelessBonus,
    TakenBonus,
    WalkBonus,
)
from trueline.plan.steps import ExprStep, FoldStep
from trueline.plan.typed import references
from trueline.reckon.lines import PARTS, Lines, line_order
from trueline.reckon.results import BonusResult
from trueline.reckon.world import Int32s, Int64s, World

NEAR = len(Nearness)
_Mixed = WalkBonus | BoardBonus | PartyHostBonus | SalelessBonus


@dataclass(frozen=True)
class Assigned:
    """Amounts in minor units, arrays of one length, which sum to what the bonus came to after caps and limits.

    ``receiver`` is a member of the run; ``cause`` and ``near`` are codes of Cause and Nearness; ``rule`` says how
    causes were found where lines do not name their order line.
    """

    receiver: Int32s
    level: Int64s
    cause: Int64s
    near: Int64s
    amount: Int64s
    rule: str


@dataclass(frozen=True)
class _Parts:
    """Amounts before they are split: a row of ``mix`` each. ``mix`` int64 (m, causes), then nearness is that of
    ``source``, or (m, causes × nearness).
    """

    receiver: Int32s
    source: Int32s
    level: Int64s
    amount: Int64s
    mix: Int64s
    row: Int64s
    rule: str


def assign(mixes: Mixes, sight: Sight, bonus: Bonus, result: BonusResult) -> Assigned:
    """Split every line of a bonus by the mix of what it was paid on; what others are paid on this one for stays in
    ``mixes.earned``. ``ValueError`` when the run kept no lines.
    """
    lines, world = result.lines, mixes.world
    if lines is None:
        if result.earned.any():
            raise ValueError(f"Bonus '{result.name}' has no lines: run with lines=True to enter it in the books.")
        nothing = np.zeros(0, dtype=np.int64)
        return Assigned(nothing.astype(np.int32), nothing, nothing, nothing, nothing, "")
    amount = after_cuts(world, lines, result.earned)
    if isinstance(bonus, GroupBonus):
        parts = _group_parts(mixes, sight, bonus, lines, amount)
    elif isinstance(bonus, PassUpBonus):
        own = mixes.of_members(bonus.sources.base.step, nothing=True)
        legs = sight.legs(world.trees[bonus.tree], own, np.zeros(world.size, dtype=np.bool_))
        mix, row = seen(legs.reshape(world.size, -1)), lines.source.astype(np.int64)
        parts = _Parts(
            lines.receiver, lines.source, lines.level, amount, mix, row, "Split as the leg that it came from."
        )
    elif isinstance(bonus, BinaryBonus):
        mix = _below(mixes, sight, bonus)
        rule = f"Split as the period's sales below the receiver in tree {bonus.tree}, what was banked before alike."
        level = np.zeros_like(lines.level)
        parts = _Parts(lines.receiver, lines.source, level, amount, mix, lines.receiver.astype(np.int64), rule)
    elif isinstance(bonus, TakenBonus):
        mix, row = _came_back(mixes, lines)
        rule = "Split as the order line that came back; what was computed again has no cause."
        parts = _Parts(lines.receiver, lines.source, np.zeros_like(lines.level), amount, mix, row, rule)
    else:
        mix, row, rule = _mix(mixes, bonus, lines)
        nobody = np.full(len(lines), -1, dtype=np.int32)
        source = nobody if isinstance(bonus, SalelessBonus) else lines.source
        parts = _Parts(lines.receiver, source, lines.level, amount, mix, row, rule)
    part, cell, shares = _split(parts.mix, parts.row, parts.amount)
    receiver = parts.receiver[part]
    if parts.mix.shape[1] == CAUSES:
        cause, near = cell, sight.near(receiver, parts.source[part])
    else:
        cause, near = cell // NEAR, cell % NEAR
    earned = np.zeros((world.size, CAUSES), dtype=np.int64)
    np.add.at(earned, (receiver, cause), shares)
    mixes.earned[result.name] = earned
    return Assigned(receiver, parts.level[part], cause, near, shares, parts.rule)


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
    rows = line_order(world, lines, rows=rows)
    weight, receiver = lines.amount[rows], lines.receiver[rows].astype(np.int64)
    positive = np.zeros(world.size, dtype=np.int64)
    np.add.at(positive, receiver, weight)
    left = np.where(positive > 0, positive - cut, 0)
    found = lines.amount.copy()
    found[rows] = apportion_groups(left, weight, receiver)
    return found


def _mix(mixes: Mixes, bonus: _Mixed, lines: Lines) -> tuple[Int64s, Int64s, str]:
    """Mixes int64 (m, causes), the row of each line among them, and the sentence that says so."""
    one_row = np.zeros(len(lines), dtype=np.int64)
    if isinstance(bonus, PoolBonus):
        return mixes.of_company(bonus.fund), one_row, "Split as the sales that its fund is made of, company-wide."
    if isinstance(bonus, MilestoneBonus):
        return mixes.of_sales(), one_row, "Split as all sales of the period, company-wide: no sale of its own pays it."
    if isinstance(bonus, GivenBonus):
        return weights(None, 1), one_row, "No cause: its amounts are given with the facts."
    base = bonus.sources.base
    if base.grain != "member" and base.volume is not None:
        keys, mix = mixes.of_orders(base.volume, lines=base.grain == "order line")
        return mix, _places(keys, lines), ""
    mix = mixes.of_members(base.step)
    if isinstance(bonus, LevelBonus) and bonus.of:
        rule = "Split as what the earning member earned of the bonuses it matches."
    else:
        rule = "Split as the order lines of the source that its base is made of."
    return mix, np.maximum(lines.source, 0).astype(np.int64), rule


def _came_back(mixes: Mixes, lines: Lines) -> tuple[Int64s, Int64s]:
    """One mix for each cause, and which of them each line has: that of the order line that came back, or OTHER."""
    facts, row = mixes.world.facts, np.full(len(lines), Cause.OTHER, dtype=np.int64)
    named = np.flatnonzero(lines.line >= 0)
    if named.size:
        orders, sold = facts["orders"]["order"], facts["order_lines"]
        place = np.zeros(len(orders.dictionary) + 1, dtype=np.int64)
        place[orders.codes] = orders.id_places
        keys = np.stack([place[translated(sold["order"], orders.dictionary)], sold["line"].id_places], axis=1)
        sorted_rows = np.lexsort((keys[:, 1], keys[:, 0]))
        row[named] = mixes.causes[sorted_rows[_places(keys[sorted_rows], lines)[named]]]
    return np.eye(CAUSES, dtype=np.int64), row


def _below(mixes: Mixes, sight: Sight, bonus: BinaryBonus) -> Int64s:
    """int64 (n, causes × nearness): what every member's sides are made of."""
    tree, own = mixes.world.trees[bonus.tree], mixes.of_members(bonus.sources.base.step, nothing=True)
    legs = sight.legs(tree, own, np.zeros(len(own), dtype=np.bool_))
    found = np.zeros_like(legs)
    below = np.flatnonzero(tree.parent >= 0)
    np.add.at(found, tree.parent[below], legs[below])
    if bonus.own != "none":
        found[:, :, Nearness.OWN] += own
    return seen(found.reshape(len(own), -1))


def _group_parts(mixes: Mixes, sight: Sight, bonus: GroupBonus, lines: Lines, amount: Int64s) -> _Parts:
    """The gross line is split over the own sales and the legs; what a leg takes away is of that leg's sales."""
    world, count = mixes.world, mixes.world.size
    tree, fold = world.trees[bonus.tree], _group_of(world, bonus.sources.base.step)
    own = mixes.of_members(fold.argument, nothing=True) if fold and fold.argument else None
    if own is None or fold is None:
        mix = mixes.of_members(bonus.sources.base.step)
        rule = "Split as the group's sales that its base is made of."
        return _Parts(lines.receiver, lines.source, lines.level, amount, mix, lines.source.astype(np.int64), rule)
    cut = world.flags(fold.cut) if fold.cut else np.zeros(count, dtype=np.bool_)
    legs = sight.legs(tree, own, cut).reshape(count, -1)
    mine = np.zeros((count, CAUSES, NEAR), dtype=np.int64)
    mine[:, :, Nearness.OWN] = own
    mix = np.concatenate([mine.reshape(count, -1), legs])
    gross, less = np.flatnonzero(lines.part == PARTS.index("gross")), np.flatnonzero(lines.part == PARTS.index("less"))
    start, children = tree.frontline
    member = lines.receiver[gross]
    many = start[member + 1] - start[member]
    line = np.concatenate([np.arange(len(gross)), np.repeat(np.arange(len(gross)), many)])
    offset = np.arange(int(many.sum())) - np.repeat(np.cumsum(many) - many, many)
    leg = children[np.repeat(start[member], many) + offset].astype(np.int64)
    row = np.concatenate([member.astype(np.int64), count + leg])
    weight = mix.sum(axis=1)[row]
    weight[len(gross) :][cut[leg]] = 0
    whole = np.zeros(len(gross), dtype=np.int64)
    np.add.at(whole, line, weight)
    weight[: len(gross)] += whole == 0  # a group without sales: what is paid on it has no sale
    shares = apportion_groups(amount[gross], weight, line)
    level = (row >= count).astype(np.int64)
    rule = "Split over the own sales and those of each leg, less what the leg's own rate takes."
    return _Parts(
        np.concatenate([member[line], lines.receiver[less]]),
        np.concatenate([member[line], lines.source[less]]),
        np.concatenate([level, lines.level[less]]),
        np.concatenate([shares, amount[less]]),
        seen(mix),
        np.concatenate([row, count + lines.source[less].astype(np.int64)]),
        rule,
    )


def seen(mix: Int64s) -> Int64s:
    """int64 (m, causes × nearness): where there is no sale, no cause and nobody."""
    mix[mix.sum(axis=1) == 0, Cause.OTHER * NEAR + Nearness.NOBODY] = 1
    return mix


def _group_of(world: World, key: str) -> FoldStep | None:
    """The group measure that a base is, possibly × constants; None for any other base."""
    step = world.plan.steps[key]
    if isinstance(step, ExprStep):
        found = references(step.expression)
        return _group_of(world, found[0].step) if len(found) == 1 else None
    return step if isinstance(step, FoldStep) and step.function == "group" else None


def _places(keys: Int64s, lines: Lines) -> Int64s:
    """int64 (lines): the row of each line's (order, order line) among the sorted keys."""
    many = int(max(keys[:, 1].max(initial=0), lines.line.max(initial=0))) + 2
    wanted = (lines.order + 1) * many + lines.line + 1
    found: Int64s = np.searchsorted((keys[:, 0] + 1) * many + keys[:, 1] + 1, wanted)
    return found


def _split(mix: Int64s, row: Int64s, amount: Int64s) -> tuple[Int64s, Int64s, Int64s]:
    """(line, cell, amount) of each part: a line whose mix has one cell stays whole, another is apportioned."""
    sole = np.where((mix > 0).sum(axis=1) == 1, np.argmax(mix, axis=1), -1)[row]
    whole, parted = np.flatnonzero(sole >= 0), np.flatnonzero(sole < 0)
    cells = mix.shape[1]
    group = np.repeat(np.arange(len(parted)), cells)
    shares = apportion_groups(amount[parted], mix[row[parted]].reshape(-1), group)
    kept = np.flatnonzero(shares)
    line = np.concatenate([whole, parted[group[kept]]])
    cell = np.concatenate([sole[whole], kept % cells])
    return line, cell, np.concatenate([amount[whole], shares[kept]])

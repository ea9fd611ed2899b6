"""Bonuses that pay amounts: a share in a pool, milestones reached."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from trueline.explain.checks import Checker
from trueline.explain.model import Pool, Reached, Settled
from trueline.explain.records import Records
from trueline.explain.words import spell_step, written
from trueline.money.columns import total
from trueline.plan.bonuses import MilestoneBonus, PoolBonus, TakenBonus


def pool_share(records: Records, bonus: PoolBonus, member: int) -> Pool:
    """The fund, all shares and the member's own."""
    world, name = records.world, bonus.terms.name
    found = records.result.bonuses[name]
    carried = 0 if world.state is None else world.state.company.get(f"pool:{name}", 0)
    shares = np.where(world.flags(bonus.terms.who), np.maximum(world.numbers(bonus.shares), 0), 0)
    own, everybody = int(shares[member]) * bonus.share_scale, total(shares) * bonus.share_scale
    value = found.promised / everybody if everybody else Fraction(0)
    if bonus.value is not None:
        value = bonus.value.amount(value)
    return Pool(
        written(records.plan, "bonuses", name, "fund") or "",
        found.promised,
        records.money(carried),
        own,
        _shares_words(records, bonus, member),
        everybody,
        int(np.count_nonzero(shares)),
        value,
        bonus.value is not None,
        own * value,
    )


def _shares_words(records: Records, bonus: PoolBonus, member: int) -> str:
    """What the member's shares come from: the measure, or the row of the member's rank."""
    name = bonus.terms.name
    if not isinstance(records.plan.raw()["bonuses"][name]["shares"], dict):
        return written(records.plan, "bonuses", name, "shares") or spell_step(records.plan, bonus.shares)
    rank = records.rank_name(int(records.world.numbers("rank")[member]))
    row = written(records.plan, "bonuses", name, "shares", rank)
    return f"{rank}: {row or 0}"


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
        amount = records.money(lines.amount[row])
        found.append(Reached(name, amount, Checker(records, member).step(step.condition), words))
    return tuple(found)


def settled(records: Records, bonus: TakenBonus, member: int) -> tuple[Settled, ...]:
    """What closed periods bring the member."""
    lines = records.result.lines(bonus.terms.name, records.id(member))
    return tuple(
        Settled(line.part, line.level, line.source, line.order, line.order_line, line.amount) for line in lines
    )

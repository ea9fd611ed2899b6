"""pass up: what a member keeps once its upline has its floor (docs/semantics.md, section 7.11)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from trueline.kernel import kernel
from trueline.money.apportion import apportion_groups
from trueline.money.columns import divide, total
from trueline.money.exact import add
from trueline.plan.bonuses import PassUpBonus
from trueline.reckon.bonus.final import final_lines, final_result
from trueline.reckon.evaluate import times, whole_column
from trueline.reckon.results import BonusResult
from trueline.reckon.wide import exact_dot
from trueline.reckon.world import Bools, Int32s, Int64s, World

_ONE = Fraction(1)


@dataclass(frozen=True)
class Flow:
    """Per member, int64 [n] in units of the bonus's rounding: own amount, floor, what came, was kept and passed."""

    own: Int64s
    floor: Int64s
    came: Int64s
    kept: Int64s
    passed: Int64s
    exact: Fraction
    """The sum of the own amounts before they are rounded, in money."""


def flow_of(world: World, bonus: PassUpBonus) -> Flow:
    """One pass from the leaves up. Cost O(members)."""
    tree = world.trees[bonus.tree]
    own, exact = _own(world, bonus)
    units = int(bonus.terms.rounding.rounding.unit / world.plan.money_unit)
    floor = np.maximum(world.numbers(bonus.floor), 0) // units
    came, kept, passed = (np.zeros(world.size, dtype=np.int64) for _ in range(3))
    flow(tree.order, tree.parent, own, floor, world.flags(bonus.terms.who), came, kept, passed)
    return Flow(own, floor, came, kept, passed, exact)


def pass_up(world: World, bonus: PassUpBonus, *, keep: bool) -> BonusResult:
    """What members keep of what came from below. Cost O(n log n) for the last cents, else O(members)."""
    terms, minor, tree = bonus.terms, world.plan.money_unit, world.trees[bonus.tree]
    rounding, found = terms.rounding.rounding, flow_of(world, bonus)
    inside = tree.rank_of >= 0
    lost = total(found.passed[inside & (tree.parent < 0)]) + total(found.own[~inside])
    breakage = {"no upline": lost * rounding.unit} if lost else {}
    rest = found.exact - total(found.own) * rounding.unit
    if rest:
        breakage["rounded"] = rest
    member, source, amount = _shares(world, tree.parent, found.kept, found.passed)
    amount = whole_column(times(amount, int(rounding.unit / minor)), len(amount), "An amount")
    lines = final_lines(member, np.ones(len(member), dtype=np.int64), amount, source)
    return final_result(world, terms, lines, _ONE, minor, found.exact, breakage, keep=keep)


def _own(world: World, bonus: PassUpBonus) -> tuple[Int64s, Fraction]:
    """(every member's own amount in units of the rounding, the exact sum of them)."""
    rounding, base = bonus.terms.rounding.rounding, bonus.sources.base
    rate = world.numbers(bonus.rate)
    volume = whole_column(world.column(base.step), world.size, "A base")
    counts = (np.sign(rate) * np.sign(volume)) > 0
    if bonus.sources.condition is not None:
        counts &= world.flags(bonus.sources.condition)
    volume, rate = np.where(counts, volume, 0), np.where(counts, rate, 0)
    factor = base.scale * bonus.rate_scale / rounding.unit
    by = whole_column(times(rate, factor.numerator), world.size, "A rate")
    own = divide(volume, by, factor.denominator, rounding.mode, np.empty_like(volume))
    return own, exact_dot(volume, rate) * base.scale * bonus.rate_scale


@kernel
def flow(
    order: Int32s, parent: Int32s, own: Int64s, floor: Int64s, who: Bools, came: Int64s, kept: Int64s, passed: Int64s
) -> None:
    """Kept = (in − (floor − own)⁺)⁺ if who, else 0; passed = own + in − keep. O(members)."""
    for at in range(order.size - 1, -1, -1):
        u = order[at]
        if who[u]:
            kept[u] = max(came[u] - max(floor[u] - own[u], 0), 0)
        passed[u] = add(own[u], came[u] - kept[u])
        if parent[u] >= 0:
            came[parent[u]] = add(came[parent[u]], passed[u])


def _shares(world: World, parent: Int32s, kept: Int64s, passed: Int64s) -> tuple[Int32s, Int32s, Int64s]:
    """(receiver, source, units): what a member keeps as parts of what each of its frontline passed."""
    rows = np.flatnonzero((parent >= 0) & (passed > 0))
    rows = rows[kept[parent[rows]] > 0]
    rows = rows[np.lexsort((world.id_rank[rows], parent[rows]))]
    uplines, group = np.unique(parent[rows], return_inverse=True)
    parts = apportion_groups(kept[uplines], passed[rows], group.reshape(-1).astype(np.int64))
    paid = np.flatnonzero(parts)
    return parent[rows[paid]].astype(np.int32), rows[paid].astype(np.int32), parts[paid]

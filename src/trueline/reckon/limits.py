"""Caps and holds: from what bonuses come to, to what is due (docs/semantics.md, section 10, steps 2 to 5)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from trueline.money.apportion import apportion
from trueline.money.columns import total
from trueline.plan.bonuses import CompanyLimit, MemberLimit
from trueline.plan.late import CORRECTIONS, RETURNS
from trueline.reckon.evaluate import Values, evaluate, plus, whole_column
from trueline.reckon.lines import BonusResult
from trueline.reckon.payout import Payout, pay
from trueline.reckon.state import Held, opening
from trueline.reckon.world import Int64s, MemberLookup, World


def cap_bonus(world: World, result: BonusResult, cap: str | None) -> None:
    """Step 2: the bonus's own cap per member. ``earned`` becomes what is left, ``capped`` what was cut."""
    if cap is None:
        return
    most = _limits(world, cap)
    kept = np.minimum(result.earned, most)
    _cut(world, result, result.earned - kept)


def _limits(world: World, key: str) -> Int64s:
    """int64 [n] caps in minor units, not below 0; one beyond int64 caps nothing that can be paid."""
    return np.clip(world.column(key), 0, 2**63 - 1).astype(np.int64)


def _cut(world: World, result: BonusResult, cut: Int64s) -> None:
    result.capped = result.capped + cut
    result.earned = result.earned - cut
    amount = total(cut) * world.plan.money_unit
    if amount:
        result.breakage["capped"] = result.breakage.get("capped", Fraction(0)) + amount


def settle(world: World, results: dict[str, BonusResult]) -> Payout:
    """Steps 3 to 5, then the payout, and the state they hand on."""
    limits = world.plan.limits
    if limits.members is not None:
        _cap_members(world, limits.members, results)
    if limits.company is not None:
        _cap_company(world, limits.company, results)
    names = tuple(results)
    shape = (len(names), world.size)
    earned, capped, withheld, released = (np.zeros(shape, dtype=np.int64) for _ in range(4))
    sums: Values = np.zeros(world.size, dtype=np.int64)
    state: dict[str, Held] = {}
    for row, name in enumerate(names):
        result = results[name]
        np.add(result.earned, result.capped, out=earned[row])
        if result.capped.any():  # rows that stay 0 cost no memory
            capped[row] = result.capped
        sums = plus(sums, result.earned)
        hold = world.plan.bonuses[name].terms.hold
        if hold is not None:
            withheld[row], released[row] = _hold(world, name, hold, result.earned, state)
            sums = plus(sums, released[row] - withheld[row])
    return pay(world, Payout(names, earned, capped, withheld, released), sums, state)


def _hold(world: World, name: str, hold: str, earned: Int64s, state: dict[str, Held]) -> tuple[Int64s, Int64s]:
    """(withheld, released) of a bonus with ``hold until``."""
    minor = world.plan.money_unit
    before = opening(world, f"held:{name}", minor)
    holds = world.flags(hold)
    withheld, released = np.where(holds, 0, earned), np.where(holds, before, 0)
    kept = whole_column(plus(before - released, withheld), world.size, f"What '{name}' holds")
    state[f"held:{name}"] = Held(kept, minor)
    return withheld, released


def _cap_members(world: World, limit: MemberLimit, results: dict[str, BonusResult]) -> None:
    """Step 3: at most so much per member, taken from the bonuses in proportion."""
    most = _limits(world, limit.at_most)
    subject = _subject(results, limit.exempt)
    if not subject:
        return
    sums: Values = np.zeros(world.size, dtype=np.int64)
    for result in subject:
        sums = plus(sums, result.earned)
    cuts = np.zeros((len(subject), world.size), dtype=np.int64)
    for member in np.flatnonzero(sums > most).tolist():
        positive = [max(int(result.earned[member]), 0) for result in subject]
        excess = min(int(sums[member]) - int(most[member]), sum(positive))
        cuts[:, member] = _in_proportion(positive, excess)
    for row, result in enumerate(subject):
        _cut(world, result, cuts[row])


def _subject(results: dict[str, BonusResult], exempt: frozenset[str]) -> list[BonusResult]:
    """What a limit counts and cuts: never what belongs to closed periods."""
    return [one for name, one in results.items() if name not in exempt and one.kind not in (RETURNS, CORRECTIONS)]


def _in_proportion(positive: list[int], excess: int, keys: Int64s | None = None) -> Int64s:
    """Cuts that leave the rest in proportion: what stays is apportioned, so that ties fall as for payments."""
    left = (
        apportion(sum(positive) - excess, positive, keys) if sum(positive) else np.zeros(len(positive), dtype=np.int64)
    )
    return np.array(positive, dtype=np.int64) - left


def _cap_company(world: World, limit: CompanyLimit, results: dict[str, BonusResult]) -> None:
    """Step 4: at most so much for the company."""
    minor = world.plan.money_unit
    scale = limit.at_most.type.scale if hasattr(limit.at_most.type, "scale") else minor
    most = max(int(int(evaluate(limit.at_most, MemberLookup(world))) * scale / minor), 0)
    subject = _subject(results, limit.exempt)
    excess = sum(total(result.earned) for result in subject) - most
    if excess <= 0 or not subject:
        return
    earned = np.stack([result.earned for result in subject])
    positive = np.maximum(earned, 0)
    excess = min(excess, total(positive.reshape(-1)))
    makers = {"pro rata": _pro_rata, "lower ranks first": _lower_ranks, "plan order": _plan_order}
    cuts = makers[limit.how](world, positive, excess)
    for row, result in enumerate(subject):
        _cut(world, result, cuts[row])


def _pro_rata(world: World, positive: NDArray[np.int64], excess: int) -> NDArray[np.int64]:
    """Every (member, bonus) in proportion; ties by member id, then plan order."""
    count = positive.shape[0]
    keys = (world.id_rank[None, :] * count + np.arange(count)[:, None]).reshape(-1)
    flat = positive.reshape(-1)
    rows = np.flatnonzero(flat)
    left = apportion(total(flat) - excess, flat[rows], np.ascontiguousarray(keys[rows]))
    cuts = np.zeros_like(flat)
    cuts[rows] = flat[rows] - left
    return cuts.reshape(positive.shape)


def _lower_ranks(world: World, positive: NDArray[np.int64], excess: int) -> NDArray[np.int64]:
    """Members of the lowest paid-as rank lose everything first; the rank cut in part is cut in proportion."""
    cuts = np.zeros_like(positive)
    ranks = world.numbers("rank")
    for code in range(-1, len(world.plan.ranks)):
        here = np.where(ranks == code, positive, 0)
        amount = total(here.reshape(-1))
        if amount >= excess:
            if excess:
                cuts += _pro_rata(world, here, excess)
            return cuts
        cuts += here
        excess -= amount
    return cuts


def _plan_order(world: World, positive: NDArray[np.int64], excess: int) -> NDArray[np.int64]:
    """Later bonuses lose first; the one that does not fit is cut in proportion."""
    cuts = np.zeros_like(positive)
    for row in range(positive.shape[0] - 1, -1, -1):
        amount = total(positive[row])
        if amount >= excess:
            if excess:
                cuts[row : row + 1] = _pro_rata(world, positive[row : row + 1], excess)
            return cuts
        cuts[row] = positive[row]
        excess -= amount
    return cuts

"""Caps and holds: from what bonuses come to, to what is due (docs/semantics.md, section 10, steps 2 to 5)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from trueline.money.apportion import apportion
from trueline.money.columns import total
from trueline.plan.bonuses import CompanyLimit, MemberLimit, Terms
from trueline.plan.late import CORRECTIONS, RETURNS
from trueline.reckon.evaluate import Values, evaluate, plus, whole_column
from trueline.reckon.goods import IN_KIND, goods
from trueline.reckon.lines import BonusResult
from trueline.reckon.payout import Payout, pay
from trueline.reckon.state import Held, opening
from trueline.reckon.volumes import gathered
from trueline.reckon.windows import let_through, room
from trueline.reckon.world import Bools, Int64s, MemberLookup, World


def cap_bonus(world: World, result: BonusResult, terms: Terms) -> None:
    """Step 2: the bonus's own cap per member. ``earned`` becomes what is left, ``capped`` what was cut."""
    if terms.cap is None:
        return
    kept = np.minimum(result.earned, bonus_room(world, terms))
    _cut(world, result, result.earned - kept)
    let_through(world, terms.name, result.earned, terms.cap_over)


def bonus_room(world: World, terms: Terms) -> Int64s:
    """int64 [n]: what the bonus's own cap lets through in this period."""
    assert terms.cap is not None
    return room(world, terms.name, _limits(world, terms.cap), terms.cap_over)


def members_room(world: World, limit: MemberLimit) -> Int64s:
    """int64 [n]: what the limit per member lets through in this period."""
    return room(world, ALL_BONUSES, _limits(world, limit.at_most), limit.over)


ALL_BONUSES = "members"
"""The limit per member, as the state names it."""


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
    if limits.owners is not None:
        _cap_owners(world, limits.owners, results)
    if limits.company is not None:
        _cap_company(world, limits.company, results)
    names = tuple(results)
    shape = (len(names), world.size)
    earned, capped, withheld, released, expired = (np.zeros(shape, dtype=np.int64) for _ in range(5))
    sums: Values = np.zeros(world.size, dtype=np.int64)
    state: dict[str, Held] = {}
    for row, name in enumerate(names):
        result = results[name]
        np.add(result.earned, result.capped, out=earned[row])
        if result.capped.any():  # rows that stay 0 cost no memory
            capped[row] = result.capped
        if result.kind == IN_KIND:
            continue
        sums = plus(sums, result.earned)
        terms = world.plan.bonuses[name].terms
        if terms.hold is not None:
            withheld[row], released[row], expired[row] = _hold(world, terms, terms.hold, result.earned, state)
            sums = plus(sums, released[row] - withheld[row])
    payout = Payout(names, earned, capped, withheld, released, expired)
    payout.in_kind = frozenset(name for name, result in results.items() if result.kind == IN_KIND)
    if payout.in_kind or (world.state is not None and "goods" in world.state.columns):
        payout.goods = goods(world, [results[name].earned for name in names if name in payout.in_kind], state)
    return pay(world, payout, sums, state)


def _hold(
    world: World, terms: Terms, hold: str, earned: Int64s, state: dict[str, Held]
) -> tuple[Int64s, Int64s, Int64s]:
    """(withheld, released, expired) of a bonus with ``hold until``."""
    minor, name = world.plan.money_unit, terms.name
    before = whole_column(opening(world, f"held:{name}", minor), world.size, f"What '{name}' holds")
    holds = world.flags(hold)
    withheld, released = np.where(holds, 0, earned), np.where(holds, before, 0)
    expired = np.zeros(world.size, dtype=np.int64)
    if terms.hold_for is not None:
        expired = _expired(world, name, terms.hold_for, (before - released, withheld), holds, state)
    kept = whole_column(plus(before - released - expired, withheld), world.size, f"What '{name}' holds")
    state[f"held:{name}"] = Held(kept, minor)
    return withheld, released, expired


def _expired(
    world: World, name: str, periods: int, held: tuple[Int64s, Int64s], released: Bools, state: dict[str, Held]
) -> Int64s:
    """What has been held for so many periods, of what is ``held`` from before and now; ``state`` gets the rest by age.

    Older amounts have a column each; the youngest is what they leave, so that what is held without an age (a plan that
    did not let it expire until now) counts as one period old. A sum below 0 is always the youngest: it takes from the
    oldest first and does not expire. Cost O(n × periods).
    """
    minor = world.plan.money_unit
    rest, withheld = held
    older: list[Int64s] = []
    for age in range(periods, 1, -1):  # the oldest first; what is released leaves none
        column = whole_column(opening(world, f"held {age}:{name}", minor), world.size, "What is held")
        one = np.where(released, 0, column)
        older.append(one)
        rest = rest - one
    short = np.maximum(-(withheld + np.minimum(rest, 0)), 0)
    oldest_first = []
    for one in [*older, np.maximum(rest, 0)]:
        taken = np.minimum(one, short)
        oldest_first.append(one - taken)
        short = short - taken
    for age in range(1, periods):
        state[f"held {age + 1}:{name}"] = Held(oldest_first[periods - age], minor)
    return oldest_first[0]


def _cap_members(world: World, limit: MemberLimit, results: dict[str, BonusResult]) -> None:
    """Step 3: at most so much per member, taken from the bonuses in proportion."""
    most = members_room(world, limit)
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
    if limit.over != 1:
        left = whole_column(plus(sums, -cuts.sum(axis=0)), world.size, "What is paid")
        let_through(world, ALL_BONUSES, left, limit.over)


def _cap_owners(world: World, limit: MemberLimit, results: dict[str, BonusResult]) -> None:
    """Step 3a: at most so much per owner over all positions, taken from every (position, bonus) in proportion."""
    most, subject = _limits(world, limit.at_most), _subject(results, limit.exempt)
    if not subject:
        return
    earned = np.stack([result.earned for result in subject])
    own: Values = np.zeros(world.size, dtype=np.int64)
    for result in subject:
        own = plus(own, result.earned)
    sums = gathered(world.size, world.owner, own)
    cuts = np.zeros_like(earned)
    for owner in np.flatnonzero(sums > most).tolist():
        nodes = [owner, *world.positions_of(owner)]
        positive = np.zeros_like(earned)
        positive[:, nodes] = np.maximum(earned[:, nodes], 0)
        excess = min(int(sums[owner]) - int(most[owner]), total(positive.reshape(-1)))
        cuts += _pro_rata(world, positive, excess)
    for row, result in enumerate(subject):
        _cut(world, result, cuts[row])
        world.results.setdefault("owner cuts", {})[result.name] = cuts[row]


def _subject(results: dict[str, BonusResult], exempt: frozenset[str]) -> list[BonusResult]:
    """What a limit counts and cuts: never what belongs to closed periods, nor credit in kind."""
    outside = (RETURNS, CORRECTIONS, IN_KIND)
    return [one for name, one in results.items() if name not in exempt and one.kind not in outside]


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

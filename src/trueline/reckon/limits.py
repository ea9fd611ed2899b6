"""Caps and holds: from what bonuses come to, to what is due (docs/semantics.md, section 10, steps 2 to 5)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from trueline.money.columns import total
from trueline.plan.bonuses import IN_KIND, CompanyLimit, Exempt, MemberLimit, Terms
from trueline.plan.document import Path
from trueline.plan.late import CORRECTIONS, RETURNS
from trueline.reckon.cadences import paid_since
from trueline.reckon.evaluate import Values, evaluate, plus, whole_column
from trueline.reckon.goods import goods
from trueline.reckon.payout import Payout, pay
from trueline.reckon.results import BonusResult, LimitCut
from trueline.reckon.sharing import MAKERS, in_proportion, pro_rata
from trueline.reckon.state import Held, opening
from trueline.reckon.volumes import gathered
from trueline.reckon.windows import let_through, room
from trueline.reckon.world import Bools, Int64s, MemberLookup, World


def cap_bonus(world: World, result: BonusResult, terms: Terms) -> None:
    """Step 2: the bonus's own cap per member. ``earned`` becomes what is left, ``capped`` what was cut."""
    if terms.cap is None:
        return
    kept = np.minimum(result.earned, room(world, terms.name, _limits(world, terms.cap), terms.cap_over))
    _cut(world, result, result.earned - kept, ("bonuses", terms.name, "cap per member"))
    let_through(world, terms.name, result.earned, terms.cap_over)


PER_MEMBER, PER_OWNER = "limits.members", "limits.owners"
"""The limits that look back, as the state names them."""


def _limits(world: World, key: str) -> Int64s:
    """int64 [n] caps in minor units, not below 0; one beyond int64 caps nothing that can be paid."""
    return np.clip(world.column(key), 0, 2**63 - 1).astype(np.int64)


def _cut(world: World, result: BonusResult, cut: Int64s, path: Path) -> None:
    """Take an amount of each member; ``path`` is where the plan says so."""
    members = np.flatnonzero(cut)
    if members.size == 0:
        return
    result.cuts.append(LimitCut(path, members, cut[members]))
    result.capped = result.capped + cut
    result.earned = result.earned - cut
    amount = total(cut) * world.plan.money_unit
    result.breakage["capped"] = result.breakage.get("capped", Fraction(0)) + amount


def settle(world: World, results: dict[str, BonusResult]) -> Payout:
    """Steps 3 to 5, then the payout, and the state they hand on."""
    limits = world.plan.limits
    if limits.members is not None:
        _cap_members(world, limits.members, results)
    if limits.owners is not None:
        _cap_owners(world, limits.owners, results)
    for place, structure in enumerate(limits.structures):
        _cap_together(world, structure, results, ("limits", "structures", place, "at most"))
    if limits.company is not None:
        _cap_together(world, limits.company, results, ("limits", "company", "at most"))
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
        elif (waits := _held_before(world, name)).any():  # an earlier form of the plan held it back, this one does not
            released[row] = waits
        else:
            continue
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
    before = _held_before(world, name)
    holds = world.flags(hold)
    withheld, released = np.where(holds, 0, earned), np.where(holds, before, 0)
    expired = np.zeros(world.size, dtype=np.int64)
    if terms.hold_for is not None:
        expired = _expired(world, name, terms.hold_for, (before - released, withheld), holds, state)
    kept = whole_column(plus(before - released - expired, withheld), world.size, f"What '{name}' holds")
    state[f"held:{name}"] = Held(kept, minor)
    return withheld, released, expired


def _held_before(world: World, name: str) -> Int64s:
    """int64 [n]: what a bonus held back until now, in minor units."""
    return whole_column(opening(world, f"held:{name}", world.plan.money_unit), world.size, f"What '{name}' holds")


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
    counted, before = _counted(world, results, limit.exempt), _paid_before(world, limit.exempt)
    if not (counted or world.plan.shorter):
        return
    most = _lessened(room(world, PER_MEMBER, _limits(world, limit.at_most), limit.over), before)
    sums: Values = np.zeros(world.size, dtype=np.int64)
    for _, amounts in counted:
        sums = plus(sums, amounts)
    cuts = np.zeros((len(counted), world.size), dtype=np.int64)
    for member in np.flatnonzero(sums > most).tolist():
        positive = [max(int(amounts[member]), 0) for _, amounts in counted]
        excess = min(int(sums[member]) - int(most[member]), sum(positive))
        cuts[:, member] = in_proportion(positive, excess)
    for row, (result, _) in enumerate(counted):
        _cut(world, result, cuts[row], ("limits", "members", "at most"))
    if limit.over != 1:
        left = whole_column(plus(plus(sums, before), -cuts.sum(axis=0)), world.size, "What is paid")
        let_through(world, PER_MEMBER, left, limit.over)


def _cap_owners(world: World, limit: MemberLimit, results: dict[str, BonusResult]) -> None:
    """Step 3a: at most so much per owner over all positions, taken from every (position, bonus) in proportion."""
    counted = _counted(world, results, limit.exempt)
    if not (counted or world.plan.shorter):
        return
    before = gathered(world.size, world.owner, _paid_before(world, limit.exempt))
    most = _lessened(room(world, PER_OWNER, _limits(world, limit.at_most), limit.over), before)
    nothing = np.zeros((0, world.size), dtype=np.int64)
    earned = np.stack([amounts for _, amounts in counted]) if counted else nothing
    own: Values = np.zeros(world.size, dtype=np.int64)
    for amounts in earned:
        own = plus(own, amounts)
    sums = gathered(world.size, world.owner, own)
    cuts = np.zeros_like(earned)
    for owner in np.flatnonzero(sums > most).tolist():
        nodes = [owner, *world.positions_of(owner)]
        positive = np.zeros_like(earned)
        positive[:, nodes] = np.maximum(earned[:, nodes], 0)
        excess = min(int(sums[owner]) - int(most[owner]), total(positive.reshape(-1)))
        cuts += pro_rata(world, positive, excess)
    for row, (result, _) in enumerate(counted):
        _cut(world, result, cuts[row], ("limits", "owners", "at most"))
    if limit.over != 1:
        taken = gathered(world.size, world.owner, cuts.sum(axis=0))
        left = whole_column(plus(plus(sums, before), -taken), world.size, "What is paid")
        let_through(world, PER_OWNER, left, limit.over)


def _cap_together(world: World, limit: CompanyLimit, results: dict[str, BonusResult], path: Path) -> None:
    """Step 4, for the company or a structure: at most so much for everybody."""
    minor = world.plan.money_unit
    scale = limit.at_most.type.scale if hasattr(limit.at_most.type, "scale") else minor
    most = max(int(int(evaluate(limit.at_most, MemberLookup(world))) * scale / minor), 0)
    before = _paid_before(world, limit.exempt, limit.of)
    most = max(most - total(whole_column(before, world.size, "What was paid")), 0)
    counted = _counted(world, results, limit.exempt, limit.of)
    excess = sum(total(amounts) for _, amounts in counted) - most
    if excess <= 0 or not counted:
        return
    positive = np.maximum(np.stack([amounts for _, amounts in counted]), 0)
    cuts = MAKERS[limit.how](world, positive, min(excess, total(positive.reshape(-1))))
    for row, (result, _) in enumerate(counted):
        _cut(world, result, cuts[row], path)


def _counted(
    world: World, results: dict[str, BonusResult], exempt: Exempt, of: tuple[str, ...] | None = None
) -> list[tuple[BonusResult, Int64s]]:
    """What a limit counts and may cut of each bonus, int64 [n]: never what belongs to closed periods, nor credit in
    kind; of a bonus that it spares in part, what is above that part.
    """
    found = []
    for name, result in results.items():
        if result.kind not in (RETURNS, CORRECTIONS, IN_KIND) and _counts(name, exempt, of):
            found.append((result, _above_spared(world, result.earned, exempt.get(name))))
    return found


def _counts(name: str, exempt: Exempt, of: tuple[str, ...] | None) -> bool:
    """Whether a limit counts a bonus, be it in part."""
    return (of is None or name in of) and (name not in exempt or exempt[name] is not None)


def _above_spared(world: World, amounts: Int64s, spared: str | None) -> Int64s:
    """int64 [n]: what a limit counts of amounts of which it spares the first part."""
    if spared is None:
        return amounts
    return np.where(amounts > 0, np.maximum(amounts - _limits(world, spared), 0), amounts)


def _paid_before(world: World, exempt: Exempt, of: tuple[str, ...] | None = None) -> Values:
    """What a limit counts of the bonuses of shorter cadences, which the runs that belong to this period have paid."""
    found: Values = np.zeros(world.size, dtype=np.int64)
    for name in world.plan.shorter:
        if _counts(name, exempt, of):
            paid = whole_column(paid_since(world, name), world.size, f"What '{name}' paid")
            found = plus(found, _above_spared(world, paid, exempt.get(name)))
    return found


def _lessened(most: Int64s, before: Values) -> Int64s:
    """What is left of a limit after amounts that were paid before, not below 0."""
    return np.clip(plus(most, -before), 0, 2**63 - 1).astype(np.int64)

"""What is taken from a bonus or added to it after its lines: caps, holds, releases (docs/semantics.md, section 10)."""

from __future__ import annotations

from fractions import Fraction

from trueline.explain.checks import Checker, deciding
from trueline.explain.model import Cut, Missed
from trueline.explain.records import Records
from trueline.explain.words import place, written
from trueline.money.apportion import apportion
from trueline.plan.bonuses import Bonus, TakenBonus
from trueline.plan.plan import Plan
from trueline.reckon.limits import bonus_room, members_room


def bonus_cuts(records: Records, bonus: Bonus, member: int, row: int) -> tuple[Cut, ...]:
    """The cuts of one bonus in their order; amounts below zero are taken off. ``row`` is its row of the payout."""
    found = [*_capped(records, bonus, member, row), *_held(records, bonus, member, row)]
    return tuple(cut for cut in found if cut.amount)


def _capped(records: Records, bonus: Bonus, member: int, row: int) -> list[Cut]:
    plan, name = records.plan, bonus.terms.name
    total = int(records.result.payout.capped[row, member])
    if total == 0:
        return []
    own = own_cut(records, bonus, member)
    shared = member_cut(records, name, member)
    cuts = records.world.results.get("owner cuts", {}).get(name)
    places = 0 if cuts is None else int(cuts[member])
    parts = (
        ("capped", own, ("bonuses", name, "cap per member")),
        ("capped", shared, ("limits", "members", "at most")),
        ("capped", places, ("limits", "owners", "at most")),
        ("capped", total - own - shared - places, ("limits", "company", "at most")),
    )
    return [
        Cut(word, -records.money(amount), _words(plan, path, "at most"), place(plan, *path))
        for word, amount, path in parts
    ]


def own_cut(records: Records, bonus: Bonus, member: int) -> int:
    """What the bonus's own cap per member takes, in minor units."""
    row = records.result.payout.bonuses.index(bonus.terms.name)
    earned = int(records.result.payout.earned[row, member])
    if bonus.terms.cap is None:
        return 0
    most = int(bonus_room(records.world, bonus.terms)[member])
    return earned - min(earned, most)


def member_cut(records: Records, name: str, member: int) -> int:
    """What the limit per member over all bonuses takes from one of them, in minor units."""
    limit, bonuses = records.plan.limits.members, records.plan.bonuses
    if limit is None:
        return 0
    payout = records.result.payout
    subject = [one for one in payout.bonuses if one not in limit.exempt and not isinstance(bonuses[one], TakenBonus)]
    if name not in subject:
        return 0
    left = [
        int(payout.earned[payout.bonuses.index(one), member]) - own_cut(records, records.plan.bonuses[one], member)
        for one in subject
    ]
    most = int(members_room(records.world, limit)[member])
    positive = [max(amount, 0) for amount in left]
    excess = min(sum(left) - most, sum(positive))
    if excess <= 0:
        return 0
    kept = apportion(sum(positive) - excess, positive)
    at = subject.index(name)
    return positive[at] - int(kept[at])


def _held(records: Records, bonus: Bonus, member: int, row: int) -> list[Cut]:
    hold, payout, plan = bonus.terms.hold, records.result.payout, records.plan
    if hold is None:
        return []
    path = ("bonuses", bonus.terms.name, "hold until")
    check = deciding(Checker(records, member).step(hold))
    words, where = _words(plan, path, "when"), place(plan, *path)
    return [
        Cut("withheld", -records.money(payout.withheld[row, member]), words, where, check),
        Cut("released", records.money(payout.released[row, member]), words, where, check),
    ]


def expired(records: Records, bonus: Bonus, member: int, row: int) -> list[Missed]:
    """What was kept for so long that it stays with the company."""
    amount = records.money(records.result.payout.expired[row, member])
    path = ("bonuses", bonus.terms.name, "hold until", "for")
    return [Missed("expired", f"{amount} from earlier periods", place(records.plan, *path))] if amount else []


def _words(plan: Plan, path: tuple[str, ...], key: str) -> str:
    """What is written at a path, or under ``key`` where a mapping stands there."""
    return written(plan, *path) or written(plan, *path, key) or ""


def total_of(cuts: tuple[Cut, ...]) -> Fraction:
    return sum((cut.amount for cut in cuts), Fraction(0))

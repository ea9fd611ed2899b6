"""What is taken from a bonus or added to it after its lines: caps, holds, releases (docs/semantics.md, section 10)."""

from __future__ import annotations

from fractions import Fraction

from trueline.explain.checks import Checker, deciding
from trueline.explain.model import Cut, Missed
from trueline.explain.records import Records
from trueline.explain.words import place, written
from trueline.plan.bonuses import Bonus
from trueline.plan.document import Path
from trueline.plan.phrases import listed
from trueline.plan.plan import Plan


def bonus_cuts(records: Records, bonus: Bonus, member: int, row: int) -> tuple[Cut, ...]:
    """The cuts of one bonus in their order; amounts below zero are taken off. ``row`` is its row of the payout."""
    found = [*_capped(records, bonus, member), *_held(records, bonus, member, row)]
    return tuple(cut for cut in found if cut.amount)


def _capped(records: Records, bonus: Bonus, member: int) -> list[Cut]:
    """One row for each cap or limit that took something, in their order."""
    plan = records.plan
    return [
        Cut("capped", -records.money(amount), _limit(plan, cut.path), place(plan, *cut.path))
        for cut in records.result.bonuses[bonus.terms.name].cuts
        for amount in cut.amount[cut.member == member].tolist()
    ]


def _limit(plan: Plan, path: Path) -> str:
    """What a cap or limit lets through; one over several bonuses is lessened by what was paid inside its period."""
    lessened = ", less what bonuses of shorter cadences paid" if plan.shorter and path[0] == "limits" else ""
    return _words(plan, path, "at most") + _of_structure(plan, path) + _before(plan, path) + lessened


def _before(plan: Plan, path: Path) -> str:
    """Over which periods a cap or limit holds, where it looks back."""
    over = written(plan, *(path if path[0] == "bonuses" else path[:-1]), "over")
    return f" over {over}, less what was let through before" if over and over != "period" else ""


def _of_structure(plan: Plan, path: Path) -> str:
    """Over which bonuses a limit of a structure is; every other one is over all, or over its own."""
    if path[:2] != ("limits", "structures") or not isinstance(path[2], int):
        return ""
    of = plan.limits.structures[path[2]].of or ()
    return f" for {listed(list(of))}" + (" together" if len(of) > 1 else "")


def _held(records: Records, bonus: Bonus, member: int, row: int) -> list[Cut]:
    hold, payout, plan = bonus.terms.hold, records.result.payout, records.plan
    released = records.money(payout.released[row, member])
    if hold is None:  # of a plan that kept it back once
        return [Cut("released", released, "", place(plan, "bonuses", bonus.terms.name))]
    path = ("bonuses", bonus.terms.name, "hold until")
    check = deciding(Checker(records, member).step(hold))
    words, where = _words(plan, path, "when"), place(plan, *path)
    return [
        Cut("withheld", -records.money(payout.withheld[row, member]), words, where, check),
        Cut("released", released, words, where, check),
    ]


def expired(records: Records, bonus: Bonus, member: int, row: int) -> list[Missed]:
    """What was kept for so long that it stays with the company."""
    amount = records.money(records.result.payout.expired[row, member])
    path = ("bonuses", bonus.terms.name, "hold until", "for")
    return [Missed("expired", f"{amount} from earlier periods", place(records.plan, *path))] if amount else []


def _words(plan: Plan, path: Path, key: str) -> str:
    """What is written at a path, or under ``key`` where a mapping stands there."""
    return written(plan, *path) or written(plan, *path, key) or ""


def total_of(cuts: tuple[Cut, ...]) -> Fraction:
    return sum((cut.amount for cut in cuts), Fraction(0))

"""Limits over several bonuses, and the smallest payout."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction

from trueline.errors import nearest
from trueline.plan.bonuses import IN_KIND, CompanyLimit, Deduction, Exempt, Limits, MemberLimit, PayoutRule
from trueline.plan.document import Path
from trueline.plan.model import PlanModel
from trueline.plan.parts import (
    CompanyLimitPart,
    DeductionPart,
    ExemptPart,
    ForgivenPart,
    MemberLimitPart,
    OwnerLimitPart,
    PayoutPart,
    StructureLimitPart,
)
from trueline.plan.resolve import condition_step, money_at
from trueline.plan.resolver import Unresolved
from trueline.plan.scope import Scope
from trueline.plan.terms import in_minor_units, money_step
from trueline.plan.values import cap_window, money, percentage, whole


def build_limits(scope: Scope, model: PlanModel) -> Limits:
    """The limits; what is wrong is left out after its finding."""
    limits, member, owner, payout = model.limits, None, None, PayoutRule()
    if limits.members is not None:
        member = _per_member(scope, ("limits", "members"), limits.members)
    if limits.owners is not None:
        owner = _per_member(scope, ("limits", "owners"), limits.owners)
    structures = [_structure(scope, model, place, one) for place, one in enumerate(limits.structures)]
    company = None if limits.company is None else _together(scope, ("limits", "company"), limits.company, None)
    if limits.payout is not None:
        payout = _payout(scope, limits.payout)
    return Limits(member, owner, tuple(one for one in structures if one is not None), company, payout)


def _per_member(scope: Scope, path: Path, part: MemberLimitPart | OwnerLimitPart) -> MemberLimit | None:
    exempt = _exempt(scope, path, part.exempt)
    over = cap_window(scope, (*path, "over"), part.over)
    with suppress(Unresolved):
        return MemberLimit(money_step(scope, (*path, "at most"), part.at_most), exempt, over)
    return None


def _structure(scope: Scope, model: PlanModel, place: int, part: StructureLimitPart) -> CompanyLimit | None:
    path: Path = ("limits", "structures", place)
    if not part.of:
        scope.find((*path, "of"), "This limit has no bonuses.", "Write [one, another].", key=True)
    for index, name in enumerate(part.of):
        at = (*path, "of", index)
        if _known(scope, at, name) and model.bonuses[name].kind == IN_KIND:
            scope.find(at, f"'{name}' gives credit in kind, which no limit counts.", "Remove it.")
        elif name in part.of[:index]:
            scope.find(at, f"'{name}' stands twice.", "Write it once.")
    return _together(scope, path, part, tuple(part.of))


def _together(
    scope: Scope, path: Path, part: CompanyLimitPart | StructureLimitPart, of: tuple[str, ...] | None
) -> CompanyLimit | None:
    exempt = _exempt(scope, path, part.exempt, of)
    with suppress(Unresolved):
        typed = money_at(scope, (*path, "at most"), part.at_most, "company")
        return CompanyLimit(in_minor_units(scope, typed), part.how, exempt, of)
    return None


def _payout(scope: Scope, part: PayoutPart) -> PayoutRule:
    path: Path = ("limits", "payout")
    least = 0 if part.from_ is None else money(scope, (*path, "from"), part.from_)
    if part.from_ is None and "below" in part.model_fields_set:
        scope.find(
            (*path, "below"), "'below' has no meaning without 'from'.", "Add 'from: 10', or remove it.", key=True
        )
    forgiven = None
    if isinstance(part.negative, ForgivenPart):
        forgiven = whole(scope, (*path, "negative", "forgiven after"), part.negative.forgiven_after, 1, 1000)
    found = [_deduction(scope, (*path, "deductions", place), one) for place, one in enumerate(part.deductions)]
    names = [one.name for one in part.deductions]
    for place, name in enumerate(names):
        if name in names[:place]:
            message = f"There are two deductions '{name}'."
            scope.find((*path, "deductions", place, "name"), message, "Give each a name of its own.")
    deductions = tuple(one for one in found if one is not None)
    return PayoutRule(least, part.below == "carry", forgiven, deductions, part.currency == "member")


def _deduction(scope: Scope, path: Path, part: DeductionPart) -> Deduction | None:
    if (part.amount is None) == (part.rate is None):
        scope.find(path, f"'{part.name}' needs an amount or a rate.", "Write one of the two.")
        return None
    if part.of is not None and part.rate is None:
        scope.find((*path, "of"), "'of' belongs to a rate.", "Remove it.", key=True)
    for place, name in enumerate(part.of or ()):
        _known(scope, (*path, "of", place), name)
    with suppress(Unresolved):
        rate = None if part.rate is None else percentage(scope, (*path, "rate"), part.rate)
        if part.rate is not None and (rate is None or not 0 <= rate <= 1):
            if rate is not None:
                scope.find((*path, "rate"), f"'{part.rate}' of a payout cannot be kept back.", "Write 0 to 100%.")
            return None
        amount = None if part.amount is None else money_step(scope, (*path, "amount"), part.amount)
        who = None
        if part.who is not None:
            who = condition_step(scope, (*path, "who"), part.who)
        return Deduction(part.name, amount, rate or Fraction(0), None if part.of is None else tuple(part.of), who)
    return None


def _exempt(scope: Scope, path: Path, entries: list[str | ExemptPart], of: tuple[str, ...] | None = None) -> Exempt:
    """The bonuses that a limit spares, whole or up to a step of the member."""
    found: dict[str, str | None] = {}
    for index, entry in enumerate(entries):
        at: Path = (*path, "exempt", index)
        name, named = (entry, at) if isinstance(entry, str) else (entry.bonus, (*at, "bonus"))
        if _known(scope, named, name) and of is not None and name not in of:
            scope.find(named, f"'{name}' is none of the bonuses of this limit.", nearest(name, of))
        elif name in found:
            scope.find(named, f"'{name}' stands twice.", "Write it once.")
        found[name] = None
        if isinstance(entry, ExemptPart):
            with suppress(Unresolved):
                found[name] = money_step(scope, (*at, "up to"), entry.up_to)
    return found


def _known(scope: Scope, path: Path, name: str) -> bool:
    """Whether a bonus exists; a finding where it does not."""
    if name not in scope.bonuses:
        scope.find(path, f"Unknown bonus '{name}'.", nearest(name, scope.bonuses))
    return name in scope.bonuses

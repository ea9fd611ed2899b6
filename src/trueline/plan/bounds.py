"""Limits over several bonuses, and the smallest payout."""

from __future__ import annotations

from contextlib import suppress

from trueline.errors import nearest
from trueline.plan.bonuses import CompanyLimit, Limits, MemberLimit, PayoutRule
from trueline.plan.document import Path
from trueline.plan.model import PlanModel
from trueline.plan.parts import ForgivenPart, PayoutPart
from trueline.plan.resolve import Unresolved, number_at
from trueline.plan.scope import Scope
from trueline.plan.terms import in_minor_units, money_step
from trueline.plan.values import money, whole


def build_limits(scope: Scope, model: PlanModel) -> Limits:
    """The limits; what is wrong is left out after its finding."""
    limits, member, company, payout = model.limits, None, None, PayoutRule()
    if limits.members is not None:
        path: Path = ("limits", "members")
        exempt = _exempt(scope, path, limits.members.exempt)
        with suppress(Unresolved):
            member = MemberLimit(money_step(scope, (*path, "at most"), limits.members.at_most), exempt)
    if limits.company is not None:
        path = ("limits", "company")
        exempt = _exempt(scope, path, limits.company.exempt)
        with suppress(Unresolved):
            typed = number_at(scope, (*path, "at most"), limits.company.at_most, "company")
            company = CompanyLimit(in_minor_units(scope, typed), limits.company.how, exempt)
    if limits.payout is not None:
        payout = _payout(scope, limits.payout)
    return Limits(member, company, payout)


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
    return PayoutRule(least, part.below == "carry", forgiven)


def _exempt(scope: Scope, path: Path, names: list[str]) -> frozenset[str]:
    for index, name in enumerate(names):
        if name not in scope.bonuses:
            scope.find((*path, "exempt", index), f"Unknown bonus '{name}'.", nearest(name, scope.bonuses))
    return frozenset(names)

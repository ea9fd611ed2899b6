"""Late returns and late rows: what a plan says of them, and the two bonuses that bring the differences."""

from __future__ import annotations

from collections.abc import Mapping

from trueline.money import Mode, Rounding
from trueline.plan import bonuses as made
from trueline.plan.model import PlanModel
from trueline.plan.parts import ReturnsPart
from trueline.plan.scope import Scope

RETURNS, CORRECTIONS = "returns", "corrections"
"""The bonuses that take back pay on late returns, and pay what late rows change."""

TAKEN = {"returns": RETURNS, "late": CORRECTIONS}
"""Key at the top of a plan -> the bonus that it adds."""

POLICIES = ("same amounts", "average")
"""What is taken back by what was paid."""


def sees_returns(part: ReturnsPart | None) -> bool:
    """Whether measures see goods leave in the period in which they come back, and bases do not."""
    return part is not None and part.later != "recompute" and part.volume != "none"


def leave_sales(rule: made.ReturnsRule | None) -> bool:
    """Whether goods that come back late leave the period of their sale, which is computed again. Of a period without
    a rule they were booked late: the run would have been refused.
    """
    return rule is None or rule.later == "recompute"


def taken_bonuses(scope: Scope, model: PlanModel, receivers: str) -> dict[str, made.Bonus]:
    """The bonuses that stand after the plan's own."""
    found: dict[str, made.Bonus] = {}
    rule = made.RoundingRule(Rounding(Mode.HALF_UP, scope.money_scale), "line")
    for key, name in TAKEN.items():
        if getattr(model, key) is None:
            continue
        if name in model.bonuses:
            message = f"A plan with '{key}' has a bonus '{name}' of its own making."
            scope.find(("bonuses", name), message, "Give this one another name.", key=True)
            continue
        found[name] = made.TakenBonus(made.Terms(name, name, receivers, None, None, rule))
    return found


def build_returns(
    scope: Scope, model: PlanModel, bonuses: Mapping[str, made.Bonus]
) -> tuple[made.ReturnsRule | None, made.LateRule | None]:
    """The rules for late returns and late rows; None without them."""
    late = None if model.late is None else made.LateRule(model.late.ranks == "recompute")
    part = model.returns
    for name, written in model.bonuses.items():
        if written.returns is not None and (part is None or part.later == "recompute"):
            message = "A bonus has its own 'returns' only beside the plan's, and not where that recomputes."
            scope.find(("bonuses", name, "returns"), message, "Remove it, or write 'returns' at the top.", key=True)
    if part is None:
        return None, late
    if part.later == "recompute" and part.volume is not None:
        message = "With 'later: recompute' the goods leave the period in which they were sold."
        scope.find(("returns", "volume"), message, "Remove 'volume'.", key=True)
    if part.later != "recompute" and part.ranks is not None:
        message = f"With 'later: {part.later}' closed periods are not computed again, so ranks stay."
        scope.find(("returns", "ranks"), message, "Remove 'ranks', or write 'later: recompute'.", key=True)
    if part.later == "recompute" and late is not None and late.new_ranks != (part.ranks == "recompute"):
        message = "'returns' and 'late' differ in what becomes of the ranks of closed periods."
        scope.find(("late",), message, "Write the same 'ranks' in both.", key=True)
    for name, bonus in bonuses.items():
        policy = bonus.terms.returns or part.later
        if policy in POLICIES and not isinstance(bonus, made.AmountBonus) and not can_be_traced(bonus):
            message = f"What one order brought by '{name}' cannot be told: its base is no orders(…) times constants."
            remedy = "Add 'returns: none' to the bonus, or recompute."
            scope.find(("bonuses", name), message, remedy, key=True)
    own = any(bonus.terms.returns in POLICIES for bonus in bonuses.values())
    takes = part.later in POLICIES or (part.later == "none" and own)
    return made.ReturnsRule(part.later, takes, sees_returns(part), part.ranks == "recompute"), late


def can_be_traced(bonus: made.Bonus) -> bool:
    """Whether it is known which part of a line one order brought. Of amounts nothing is taken in any case."""
    if isinstance(bonus, made.AmountBonus):
        return False
    if isinstance(bonus, made.LevelBonus) and bonus.of:
        return True
    sources = getattr(bonus, "sources", None)
    return isinstance(sources, made.Sources) and sources.base.volume is not None

"""Ranks and titles: one condition per rank, and per value of an attribute where ranks differ by it."""

from __future__ import annotations

from trueline.errors import nearest
from trueline.plan.document import Path
from trueline.plan.model import PlanModel
from trueline.plan.resolve import condition_step
from trueline.plan.resolver import Unresolved
from trueline.plan.scope import Scope, text_domain
from trueline.plan.steps import RankStep, TitleStep
from trueline.plan.values import UNKNOWN, whole

LONGEST = 120
"""Most periods that a grace or a fall may take."""


def build_ranks(scope: Scope, model: PlanModel) -> None:
    """Add the step of ranks."""
    by = model.ranks_by
    values: tuple[str, ...] = ("",)
    if by is not None:
        domain = _domain(scope, by)
        if domain is None:
            if by not in model.attributes:
                remedy = nearest(by, list(model.attributes)) or "Declare it under 'attributes'."
                scope.find(("ranks by",), f"'{by}' is no declared attribute.", remedy)
            return
        values = domain
    for rank, rule in model.ranks.items():
        for value in rule if isinstance(rule, dict) and by else ():
            if value not in values:
                message = f"'{value}' is no value of '{by}'."
                scope.find(("ranks", rank, value), message, nearest(value, values), key=True)
    ladders = tuple((value, tuple(_condition(scope, model, rank, value) for rank in model.ranks)) for value in values)
    grace = 0
    if model.titles.grace is not None:
        grace = whole(scope, ("titles", "grace"), model.titles.grace, 0, LONGEST)
    scope.steps["rank"] = RankStep(by, ladders, grace)


def _domain(scope: Scope, attribute: str) -> tuple[str, ...] | None:
    step = scope.need(attribute)
    return text_domain(step.type) if step else None


def _condition(scope: Scope, model: PlanModel, rank: str, value: str) -> str | None:
    """The step of a rank's condition for a value; None where there is none, it is unknown, or wrong."""
    rule, path = model.ranks[rank], ("ranks", rank)
    if isinstance(rule, dict):
        if model.ranks_by is None:
            remedy = "Say by what: 'ranks by: ATTRIBUTE'."
            scope.find(path, f"Rank '{rank}' has a condition per value.", remedy, key=True)
            return None
        if value not in rule:
            return None
        return _step(scope, (*path, value), rule[value])
    return _step(scope, path, rule)


def _step(scope: Scope, path: Path, text: str) -> str | None:
    if text.strip() == UNKNOWN:
        return None
    try:
        return condition_step(scope, path, text)
    except Unresolved:
        return None


def build_titles(scope: Scope, model: PlanModel) -> None:
    """Add the step of titles."""
    titles, after = model.titles, 0
    if titles.rule == "falls" and titles.after is None:
        scope.find(("titles",), "'rule: falls' needs 'after'.", "Such as 'after: 3'.", key=True)
    elif titles.rule == "falls":
        after = whole(scope, ("titles", "after"), titles.after or "", 1, LONGEST)
    elif titles.after is not None:
        scope.find(("titles", "after"), "'after' belongs to 'rule: falls'.", "Remove it, or write the rule.", key=True)
    scope.steps["title"] = TitleStep(titles.rule, after)

"""Which volumes a plan pays on: those that the bases of its bonuses and the funds of its pools are made of."""

from __future__ import annotations

from collections.abc import Iterable

from trueline.plan import Plan
from trueline.plan.bonuses import PoolBonus, SalelessBonus, TakenBonus
from trueline.plan.steps import ExprStep, FoldStep, HistoryStep, MovedStep, TableStep, VolumeStep
from trueline.plan.typed import ConditionType, references

PRICES = ("price", "retail", "margin")
"""What a plan can pay on beside volumes: the price paid, the retail price, and the difference to the member price."""


def paying_volumes(plan: Plan) -> tuple[str, ...]:
    """Names of the company's volumes, in the order of the plan. Volumes that only qualify are not among them; what any
    cadence of the plan pays on is.
    """
    found = _paid_on(plan)
    return tuple(volume for volume in plan.volumes if volume in found)


def paying_prices(plan: Plan) -> tuple[str, ...]:
    """Those of ``PRICES`` that the plan pays on."""
    found = _paid_on(plan)
    return tuple(name for name in PRICES if name in found)


def volumes_of(plan: Plan, steps: Iterable[str]) -> tuple[str, ...]:
    """Names of the volumes that the numbers of some steps are made of, in the order of the plan."""
    found = _names(plan, steps)
    return tuple(volume for volume in plan.volumes if volume in found)


def _paid_on(plan: Plan) -> set[str]:
    """Names of what the bonuses of all cadences of a plan pay on."""
    return {name for share in plan.shares for name in _names(share, _bases(share))}


def _bases(plan: Plan) -> list[str]:
    """The steps that the bases of bonuses and the funds of pools read."""
    waiting: list[str] = []
    for bonus in plan.bonuses.values():
        if isinstance(bonus, PoolBonus):
            waiting += [ref.step for ref in references(bonus.fund)]
        elif not isinstance(bonus, SalelessBonus | TakenBonus):
            waiting.append(bonus.sources.base.step)
    return waiting


def _names(plan: Plan, steps: Iterable[str]) -> set[str]:
    waiting = list(steps)
    seen: set[str] = set()
    found: set[str] = set()
    while waiting:
        key = waiting.pop()
        if key in seen:
            continue
        seen.add(key)
        step = plan.steps[key]
        if isinstance(step, VolumeStep):
            found.add(step.volume)
        elif isinstance(step, ExprStep) and not isinstance(step.type, ConditionType):
            waiting += [ref.step for ref in references(step.expression)]
        elif isinstance(step, FoldStep | MovedStep | HistoryStep) and step.argument:
            waiting.append(step.argument)
        elif isinstance(step, TableStep):
            waiting += step.keys
    return found

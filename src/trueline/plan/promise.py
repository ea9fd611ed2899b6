"""What a plan promises of each base, as far as the plan alone proves it.

A promise is the most that can be paid of one unit of a base: the best rate of each level, the top rate of a
difference, the share of a pool. Caps, ranks that nobody holds and missing uplines only make it less.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from trueline.plan.bonuses import (
    Base,
    BinaryBonus,
    BoardBonus,
    Bonus,
    DifferenceBonus,
    GenerationBonus,
    InfinityBonus,
    LevelBonus,
    OwnBonus,
    PartyHostBonus,
    PassUpBonus,
    PoolBonus,
    Rates,
    Sources,
)
from trueline.plan.plan import Plan
from trueline.plan.steps import ExprStep, FoldStep, TableStep
from trueline.plan.typed import Choice, Const, Multiply, Negate, NumberType, Ref, Typed
from trueline.plan.words import Words


@dataclass(frozen=True)
class Promise:
    """``share`` of the base called ``base`` for sources that meet ``sources``; None where the plan proves nothing."""

    bonus: str
    base: str
    sources: str
    share: Fraction | None
    why: str = ""
    at_least: bool = False
    """Some rates are unknown: the promise takes the best known ones."""


def promises(plan: Plan) -> list[Promise]:
    """One promise per bonus, in the order of the plan."""
    return [_promise(plan, name, bonus) for name, bonus in plan.bonuses.items()]


def total_by_base(plan: Plan) -> dict[str, Fraction]:
    """The most that all proven promises take together of one unit of each base.

    Two opposite kinds of sources never meet in one sale: of a condition and its negation the larger sum counts.
    """
    sums: dict[str, dict[str, Fraction]] = {}
    for promise in promises(plan):
        if promise.share is not None:
            of_base = sums.setdefault(promise.base, {})
            of_base[promise.sources] = of_base.get(promise.sources, Fraction(0)) + promise.share
    return {base: _most(found) for base, found in sums.items()}


def _most(sums: dict[str, Fraction]) -> Fraction:
    total, done = Fraction(0), set[str]()
    for condition, share in sums.items():
        if condition in done:
            continue
        opposite = condition.removeprefix("!") if condition.startswith("!") else f"!{condition}"
        both = condition and opposite in sums
        total += max(share, sums[opposite]) if both else share
        done |= {condition, opposite} if both else {condition}
    return total


def _promise(plan: Plan, name: str, bonus: Bonus) -> Promise:
    if isinstance(bonus, PoolBonus):
        found = _fund(plan, bonus.fund)
        return Promise(name, found[1], "", found[0]) if found else Promise(name, "", "", None, "the fund is no share")
    if isinstance(bonus, BinaryBonus):
        return Promise(name, "", "", None, "each sale counts once for every upline; limit it for the company")
    sources: Sources | None = getattr(bonus, "sources", None)
    if sources is None or isinstance(bonus, BoardBonus):
        return Promise(name, "", "", None, "amounts, not a share of a base")
    if isinstance(bonus, LevelBonus) and bonus.of:
        pays = "pays" if len(bonus.of) == 1 else "pay"
        return Promise(name, "", "", None, f"a match of what {' and '.join(bonus.of)} {pays}")
    factor, base = _base(plan, sources.base)
    share, why = _share(plan, bonus)
    unknown = any(rate is None for row in _rows(bonus) for rate in row)
    return Promise(name, base, _condition(plan, sources), None if share is None else share * factor, why, unknown)


def _rows(bonus: Bonus) -> tuple[tuple[int | None, ...], ...]:
    rates: Rates | None = getattr(bonus, "rates", None)
    return () if rates is None else rates.rows


def _share(plan: Plan, bonus: Bonus) -> tuple[Fraction | None, str]:
    if isinstance(bonus, LevelBonus | GenerationBonus) and bonus.rates is not None:
        if isinstance(bonus, GenerationBonus) and bonus.boundary is None:
            return None, "several uplines may share a generation"
        return sum((bonus.rates.best(i) for i in range(bonus.rates.depth)), 0) * bonus.rates.scale, ""
    if isinstance(bonus, PassUpBonus | PartyHostBonus):
        top = _highest(plan, Ref(bonus.rate, source=False, type=plan.steps[bonus.rate].type))
        return (None, "the rate is worked out") if top is None else (top, "")
    if isinstance(bonus, LevelBonus | OwnBonus) and bonus.rate is not None:
        top = _highest(plan, bonus.rate)
        depth = bonus.depth if isinstance(bonus, LevelBonus) else 1
        return (None, "the rate is worked out") if top is None else (top * depth, "")
    if isinstance(bonus, DifferenceBonus):
        units = bonus.ceiling if bonus.ceiling is not None else bonus.top
        return (None, "the rate is no table") if units is None else (units * bonus.scale, "")
    if isinstance(bonus, InfinityBonus):
        if bonus.ceiling is not None:
            return bonus.ceiling * bonus.scale, ""
        if bonus.distinct is not None:
            return (sum(bonus.distinct) if bonus.full else max(bonus.distinct, default=0)) * bonus.scale, ""
    return None, "the rate is no table"


def _highest(plan: Plan, node: Typed) -> Fraction | None:
    """The most that a rate can be, where every value it can take is written in the plan."""
    if isinstance(node, Const):
        return _value(node)
    if isinstance(node, Choice):
        parts = [_highest(plan, node.then), _highest(plan, node.other)]
        known = [part for part in parts if part is not None]
        return max(known) if len(known) == len(parts) else None
    step = plan.steps[node.step] if isinstance(node, Ref) else None
    if isinstance(step, ExprStep):
        return _highest(plan, step.expression)
    if isinstance(step, TableStep) and step.form != "marginal":
        values = [row.value for row in step.rows] + [step.otherwise]
        return max(value for value in values if value is not None) * step.type.scale
    return None


def _value(node: Const) -> Fraction:
    return node.value * node.type.scale


def _fund(plan: Plan, node: Typed) -> tuple[Fraction, str] | None:
    """A constant share of ``company(X)``: the share and X in words."""
    if isinstance(node, Multiply):
        for one, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(one, Const) and (inner := _fund(plan, other)) is not None:
                return _value(one) * inner[0], inner[1]
        return None
    step = plan.steps[node.step] if isinstance(node, Ref) else None
    summed = plan.steps[step.argument] if isinstance(step, FoldStep) and step.argument else None
    if isinstance(step, FoldStep) and step.function == "company" and summed and isinstance(summed.type, NumberType):
        factor, base = _unfolded(plan, Ref(step.argument or "", source=False, type=summed.type))
        return factor, base
    return None


def _base(plan: Plan, base: Base) -> tuple[Fraction, str]:
    return _unfolded(plan, Ref(base.step, source=False, type=plan.steps[base.step].type))


def _unfolded(plan: Plan, node: Typed) -> tuple[Fraction, str]:
    """A base as a constant times what it is a share of: ``28% of PV`` is 0.28 and PV."""
    step = plan.steps[node.step] if isinstance(node, Ref) else None
    if isinstance(step, ExprStep):
        return _unfolded(plan, step.expression)
    if isinstance(node, Multiply):
        for one, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(one, Const):
                factor, base = _unfolded(plan, other)
                return _value(one) * factor, base
    return Fraction(1), Words(plan).number(node, own=False)


def _condition(plan: Plan, sources: Sources) -> str:
    """The key of the sources' condition, ``!`` before it where it is negated; empty for everybody."""
    if sources.condition is None:
        return ""
    node: Typed = Ref(sources.condition, source=False, type=plan.steps[sources.condition].type)
    negated = False
    while True:
        step = plan.steps[node.step] if isinstance(node, Ref) else None
        if isinstance(node, Negate):
            node, negated = node.part, not negated
        elif isinstance(step, ExprStep):
            node = step.expression
        else:
            break
    key = node.step if isinstance(node, Ref) else sources.condition
    return f"!{key}" if negated else key

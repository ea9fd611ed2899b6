"""What more volume does to a number or condition of a member: where buying raises it, and where it lowers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from trueline.plan import Plan
from trueline.plan.steps import (
    AttributeStep,
    BuiltinStep,
    ExprStep,
    FoldStep,
    HistoryStep,
    MovedStep,
    OverrideStep,
    Step,
    TableStep,
    VolumeStep,
)
from trueline.plan.typed import Add, Both, Choice, Compare, Const, Highest, Multiply, Negate, Ratio, Ref, Typed, Whole

Place = Literal["own", "below"]
"""Who buys: the member itself, or anybody else, who may stand below it."""

Places = frozenset[Place]
NOWHERE: Places = frozenset()
ANYWHERE: Places = frozenset(("own", "below"))
_BELOW: Places = frozenset(("below",))

_LEGS = ("downline", "frontline", "levels", "legs", "enrolled_legs", "leg", "rest", "capped", "customers", "slot")
"""Functions over a tree that only members below count for."""


@dataclass(frozen=True)
class Effect:
    """Where buying more can raise a value and where it can lower it; where in doubt, both."""

    raises: Places = NOWHERE
    lowers: Places = NOWHERE

    def __or__(self, other: Effect) -> Effect:
        return Effect(self.raises | other.raises, self.lowers | other.lowers)

    def __neg__(self) -> Effect:
        return Effect(self.lowers, self.raises)

    def either(self) -> Effect:
        """The same places, each in both directions."""
        return self | -self


_NONE = Effect()
_ANY = Effect(ANYWHERE, ANYWHERE)


class Effects:
    """Looks through the expressions and steps of a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def node(self, node: Typed) -> Effect:
        """Of an expression of a member."""
        if isinstance(node, Ref):
            return self.step(node.step)
        if isinstance(node, Add):
            right = self.node(node.right)
            return self.node(node.left) | (right if node.right_times > 0 else -right)
        if isinstance(node, Multiply):
            return self._product(node)
        if isinstance(node, (Highest, Both)):
            return self._all(node.parts)
        if isinstance(node, (Negate, Whole)):
            inner = self.node(node.part)
            return inner if isinstance(node, Whole) else -inner
        if isinstance(node, Choice):
            return self.node(node.condition).either() | self._all((node.then, node.other))
        if isinstance(node, Ratio):
            return self.node(node.left) | -self.node(node.right)
        if isinstance(node, Compare):
            over = self.node(node.left) | -self.node(node.right)
            return {">=": over, ">": over, "<=": -over, "<": -over}.get(node.operator, over.either())
        return _NONE

    def _all(self, nodes: tuple[Typed, ...]) -> Effect:
        found = _NONE
        for node in nodes:
            found |= self.node(node)
        return found

    def _product(self, node: Multiply) -> Effect:
        for one, other in ((node.left, node.right), (node.right, node.left)):
            if isinstance(one, Const):
                return self.node(other) if one.value >= 0 else -self.node(other)
        return self._all((node.left, node.right)).either()

    def step(self, key: str) -> Effect:
        """Of a step; ranks and earnings, whose rules may turn at any amount, count for both."""
        step: Step = self.plan.steps[key]
        if isinstance(step, ExprStep):
            return self.node(step.expression)
        if isinstance(step, VolumeStep):
            return Effect(NOWHERE if step.window.form == "previous period" else frozenset(("own",)))
        if isinstance(step, HistoryStep):
            return _NONE if step.function == "previous" else self.step(step.argument)
        if isinstance(step, FoldStep):
            return self._fold(step)
        if isinstance(step, TableStep):
            return self._table(step)
        if isinstance(step, MovedStep):  # whoever below buys more may be kept, and no longer hands its own up
            return self.step(step.argument) | Effect(_BELOW, _BELOW)
        return _NONE if isinstance(step, (BuiltinStep, AttributeStep, OverrideStep)) else _ANY

    def _fold(self, step: FoldStep) -> Effect:
        inner = _NONE if step.argument is None else self.step(step.argument)
        if step.function == "group":
            cut = -self.step(step.cut) if step.cut else _NONE
            return inner | _spread(inner | cut, _BELOW)
        if step.function in _LEGS:
            return _spread(inner, _BELOW) | (self.step(step.cap) if step.cap else _NONE)
        return _spread(inner, ANYWHERE)

    def _table(self, step: TableStep) -> Effect:
        inner = _NONE
        for key in step.keys:
            inner |= self.step(key)
        values = [row.value for row in step.rows]
        known = [value for value in (step.otherwise or 0, *values) if value is not None]
        ascends = step.form != "values" and len(known) == len(values) + 1 and known == sorted(known)
        return inner if ascends or step.form == "marginal" else inner.either()


def _spread(inner: Effect, places: Places) -> Effect:
    """A value of others: whatever changes theirs changes it, bought at ``places``."""
    return Effect(places if inner.raises else NOWHERE, places if inner.lowers else NOWHERE)

"""What the bonuses of all kinds have in common: receivers, base, sources, caps, rounding, rates."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from typing import Any, Literal

from trueline.errors import nearest
from trueline.money import Mode, Rounding, format_number
from trueline.plan import bonuses as made
from trueline.plan import parts
from trueline.plan.arithmetic import constant, number_type
from trueline.plan.document import Path
from trueline.plan.percent import check_percent
from trueline.plan.rates import build_rates
from trueline.plan.resolve import condition_at, condition_step, money_at, number_at, parse_at, resolver_at
from trueline.plan.resolver import Context, Unresolved
from trueline.plan.scope import Scope
from trueline.plan.steps import ExprStep, VolumeStep
from trueline.plan.typed import CONDITION, Both, Const, Multiply, NumberType, Ref, Typed, Whole
from trueline.plan.values import cap, cap_window, number, percentage, whole


class Broken(Exception):
    """Findings were added; the bonus cannot be built."""


def rounding(scope: Scope, path: Path, to: str, mode: str) -> Rounding:
    """A rounding; its unit is a whole multiple of the minor unit."""
    unit = number(scope, (*path, "to"), to)
    if unit is None:
        raise Broken
    if unit <= 0 or (unit / scope.money_scale).denominator != 1:
        minor = format_number(scope.money_scale)
        message = f"'{to}' is no whole multiple of the minor unit {minor}."
        scope.find((*path, "to"), message, f"Write {minor}, or a multiple of it.")
        raise Broken
    return Rounding(Mode.named(mode), unit)


class BonusBuilder:
    """Builds what the kinds share, for one bonus that stands at ``bonuses.NAME``."""

    def __init__(self, scope: Scope, name: str, part: Any, plan_rounding: made.RoundingRule, receivers: str) -> None:
        self.scope = scope
        self.name = name
        self.part = part
        self.path: Path = ("bonuses", name)
        self.plan_rounding = plan_rounding
        self.receivers = receivers

    def member(self, key: str, text: str | None) -> str | None:
        """The step of a condition of one member."""
        if text is None:
            return None
        path = (*self.path, key)
        return condition_step(self.scope, path, text)

    def measure(self, key: str, text: str) -> tuple[str, Fraction]:
        path = (*self.path, key)
        typed = number_at(self.scope, path, text, "member")
        return self.scope.step_of(typed, path), number_type(typed).scale

    def terms(self) -> made.Terms:
        part, scope = self.part, self.scope
        rule = self.plan_rounding
        if part.rounding is not None:
            path = (*self.path, "rounding")
            rule = made.RoundingRule(rounding(scope, path, part.rounding.to, part.rounding.mode), part.rounding.per)
        who = self.receivers
        if part.who is not None:
            path = (*self.path, "who")
            own = condition_at(scope, path, part.who, "member")
            who = scope.step_of(Both("and", (Ref(self.receivers, source=False, type=CONDITION), own)), path)
        most = None
        over: made.CapWindow = 1
        if isinstance(part.cap_per_member, parts.CapPart):
            path = (*self.path, "cap per member")
            most = money_step(scope, (*path, "at most"), part.cap_per_member.at_most)
            over = cap_window(scope, (*path, "over"), part.cap_per_member.over)
        elif part.cap_per_member is not None:
            most = self.money_step("cap per member", part.cap_per_member)
        hold, hold_for = self._hold()
        months = self._months()
        return made.Terms(self.name, part.kind, who, most, hold, rule, part.returns, over, hold_for, months, part.every)

    def _hold(self) -> tuple[str | None, int | None]:
        """The condition of ``hold until`` and after how many periods what is held expires."""
        held = self.part.hold_until
        if not isinstance(held, parts.HoldPart):
            return self.member("hold until", held), None
        path = (*self.path, "hold until")
        step = condition_step(self.scope, (*path, "when"), held.when)
        return step, whole(self.scope, (*path, "for"), held.for_, 1, 1000)

    def _months(self) -> frozenset[int] | None:
        """The months of ``paid in``."""
        months = self.part.paid_in
        if months is None:
            return None
        path = (*self.path, "paid in")
        if not months or not self.part.rests:
            words = (
                "has no months"
                if not months
                else f"has no meaning for '{self.part.kind}', which gathers in every period"
            )
            self.scope.find(path, f"'paid in' {words}.", "Write [3, 9], or remove it.", key=True)
            return None
        return frozenset(whole(self.scope, (*path, place), text, 1, 12) for place, text in enumerate(months))

    def money_step(self, key: str, text: str) -> str:
        """A step in whole minor units, rounded down."""
        path = (*self.path, key)
        return money_step(self.scope, path, text)

    def sources(self, base: made.Base | None = None) -> made.Sources:
        part = self.part
        pair = None
        if getattr(part, "if_", None) is not None:
            pair = condition_at(self.scope, (*self.path, "if"), part.if_, "pair")
        return made.Sources(base or self.base(), self.member("sources", part.sources), pair, self._caps())

    def _caps(self) -> made.Caps | None:
        part, path = self.part, (*self.path, "cap per source")
        if part.cap_per_source is None:
            return None
        if not isinstance(part.cap_per_source, list):
            return made.Caps((cap(self.scope, path, part.cap_per_source),), 0, everywhere=True)
        if not part.cap_per_source:
            message = "The list of caps is empty."
            self.scope.find(path, message, "Write one amount per level, or remove the key.", key=True)
            raise Broken
        amounts = tuple(cap(self.scope, (*path, i), text) for i, text in enumerate(part.cap_per_source))
        first = 0 if part.kind in ("rebate", "retail") or getattr(part, "from_", "") == "self" else 1
        if hasattr(part, "first"):
            first = whole(self.scope, (*self.path, "first"), part.first, 0, 60)
        return made.Caps(amounts, first, everywhere=False)

    def base(self, named: str = "base", *, by_order: str = "") -> made.Base:
        """What the rate applies to; ``by_order`` names a key for which the base must come from orders."""
        part, path = self.part, (*self.path, named)
        typed = number_at(self.scope, path, getattr(part, named), "member")
        found = _as_volume(self.scope, typed)
        if found is not None and self.scope.returns_apart and not part.lessened_by_returns:
            typed = _without_late(self.scope, path, typed)
            found = _as_volume(self.scope, typed)
        grain: made.Grain = getattr(part, "lines", "member")
        key = by_order or "lines"
        if found is None and (by_order or grain != "member"):
            message = f"With '{key}: {getattr(part, key)}' the base must be orders(…), possibly times constants."
            remedy = f"Or remove '{key}'."
            if key == named:
                message, remedy = f"'{key}' must be orders(…), possibly times constants.", "Count order lines."
            self.scope.find(path, message, remedy)
            raise Broken
        step = self.scope.step_of(typed, path)
        volume, sign = found or (None, 1)
        return made.Base(step, number_type(typed).scale, grain, volume, sign)

    def rate(self, text: str, context: Context = "pair") -> Typed:
        path = (*self.path, "rate")
        node = parse_at(self.scope, path, text)
        typed = resolver_at(self.scope, path, context).numeric(node)
        if not check_percent(self.scope, path, node, self.name):
            raise Broken
        return typed

    def tree(self) -> str:
        tree = self.part.tree or self.scope.main_tree
        known = self.scope.tree_names()
        if self.scope.left_out(tree):
            raise Broken  # its own finding stands
        if tree not in known:
            self.scope.find((*self.path, "tree"), f"Unknown tree '{tree}'.", nearest(tree, known))
            raise Broken
        return str(tree)

    def rates(self) -> made.Rates:
        return build_rates(self.scope, self.path, self.part)

    def percent(self, key: str) -> Fraction | None:
        text = getattr(self.part, key)
        if text is None:
            return None
        key = key.replace("_", " ")
        value = percentage(self.scope, (*self.path, key), text)
        if value is None:
            raise Broken
        if value <= 0:
            self.scope.find((*self.path, key), f"'{key}' must be above 0.", "Remove it, or write a percentage.")
            raise Broken
        return value

    def needs(self, key: str) -> Broken:
        self.scope.find(self.path, f"Bonus '{self.name}' needs '{key}'.", f"Add '{key}:'.", key=True)
        return Broken()

    def sweep(self) -> None:
        """After a finding: read every other key as well, so that all findings are there at once."""
        for key, kind, context in _SWEPT:
            text = getattr(self.part, key, None)
            if isinstance(text, str) and (key, text) != ("boundary", "same rank"):
                read = condition_at if kind == "condition" else number_at
                with suppress(Unresolved):
                    read(self.scope, (*self.path, key.removesuffix("_").replace("_", " ")), text, context)
        for check in (self.terms, self.tree if hasattr(self.part, "tree") else self.terms):
            with suppress(Unresolved, Broken):
                check()
        for key in ("ceiling", "reserve", "minimum"):
            with suppress(Broken):
                if hasattr(self.part, key):
                    self.percent(key)
        if isinstance(getattr(self.part, "rates", None), list | dict):
            with suppress(Unresolved, Broken):
                self.rates()


_SWEPT: tuple[tuple[str, Literal["condition", "number"], Context], ...] = (
    ("who", "condition", "member"),
    ("sources", "condition", "member"),
    ("if_", "condition", "pair"),
    ("base", "number", "member"),
    ("cap_per_member", "number", "member"),
    ("hold_until", "condition", "member"),
    ("counts", "condition", "member"),
    ("gathers", "condition", "member"),
    ("while_", "condition", "member"),
    ("amount", "number", "member"),
    ("floor", "number", "member"),
    ("at_most", "number", "member"),
    ("stop_at", "condition", "member"),
    ("boundary", "condition", "member"),
    ("start", "number", "member"),
    ("rate", "number", "pair"),
    ("fund", "number", "company"),
    ("shares", "number", "member"),
)
"""Keys that hold an expression, with what is needed there."""


def money_step(scope: Scope, path: Path, text: str) -> str:
    """A member's amount as a step in whole minor units, rounded down."""
    typed = money_at(scope, path, text, "member")
    return scope.step_of(in_minor_units(scope, typed), path)


def in_minor_units(scope: Scope, typed: Typed) -> Typed:
    """The same amount rounded down to whole minor units."""
    scale = number_type(typed).scale / scope.money_scale
    if scale == 1:
        return typed
    whole = Whole(typed, scale.numerator, scale.denominator)
    return Multiply(whole, constant(scope.money_scale), NumberType(scope.money_scale))


def _as_volume(scope: Scope, typed: Typed) -> tuple[VolumeStep, int] | None:
    """The volume behind ``orders(…)`` × constants and the sign of the constants; None for anything else."""
    if isinstance(typed, Multiply):
        for one, other in ((typed.left, typed.right), (typed.right, typed.left)):
            if isinstance(one, Const):
                inner = _as_volume(scope, other)
                return None if inner is None else (inner[0], inner[1] * one.value)
        return None
    if isinstance(typed, Ref):
        step = scope.need(typed.step)
        if isinstance(step, VolumeStep) and step.how == "sum":
            return step, 1
        if isinstance(step, ExprStep):
            return _as_volume(scope, step.expression)
    return None


def _without_late(scope: Scope, path: Path, typed: Typed) -> Typed:
    """The same volume × constants without what comes back later than it was sold."""
    if isinstance(typed, Multiply):
        left, right = (
            part if isinstance(part, Const) else _without_late(scope, path, part) for part in (typed.left, typed.right)
        )
        return replace(typed, left=left, right=right)
    assert isinstance(typed, Ref)
    step = scope.need(typed.step)
    if isinstance(step, ExprStep):
        return _without_late(scope, path, step.expression)
    assert isinstance(step, VolumeStep)
    return replace(typed, step=scope.name(replace(step, late=False), path))

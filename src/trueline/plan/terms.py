"""Bonuses and limits: from keys and texts to what a run computes."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from trueline.errors import nearest
from trueline.money import Mode, Rounding
from trueline.plan import bonuses as made
from trueline.plan import model
from trueline.plan.arithmetic import add, constant, multiply, number_type
from trueline.plan.document import Path
from trueline.plan.expression import Number as NumberNode
from trueline.plan.resolve import Resolver, Unresolved, condition_at, number_at, parse_at
from trueline.plan.scope import Scope
from trueline.plan.steps import EarnedStep, ExprStep, VolumeStep
from trueline.plan.tables import build_rates, highest_written, receiver_only
from trueline.plan.typed import (
    Add,
    Both,
    Const,
    Multiply,
    NumberType,
    Ref,
    Typed,
    Whole,
    common_scale,
    whole_multiplier,
)
from trueline.plan.values import cap, money, number, percentage, whole


class Broken(Exception):
    """Findings were added; the bonus cannot be built."""


def rounding(scope: Scope, path: Path, to: str, mode: str) -> Rounding:
    """A rounding; its unit is a whole multiple of the minor unit."""
    unit = number(scope, (*path, "to"), to)
    if unit is None:
        raise Broken
    if unit <= 0 or (unit / scope.money_scale).denominator != 1:
        scope.find((*path, "to"), f"'{to}' is no whole multiple of the minor unit {scope.money_scale}.", "")
        raise Broken
    return Rounding(Mode.named(mode), unit)


class BonusBuilder:
    """Builds one bonus that stands at ``bonuses.NAME``."""

    def __init__(self, scope: Scope, name: str, part: Any, plan_rounding: made.RoundingRule, receivers: str) -> None:
        self.scope = scope
        self.name = name
        self.part = part
        self.path: Path = ("bonuses", name)
        self.plan_rounding = plan_rounding
        self.receivers = receivers

    def build(self) -> made.Bonus:
        makers: dict[str, Callable[[], made.Bonus]] = {
            "rebate": self._own,
            "retail": self._own,
            "customer": self._own,
            "level": self._level,
            "match": self._level,
            "difference": self._difference,
            "generation": self._generation,
            "infinity": self._infinity,
            "pool": self._pool,
            "milestone": self._milestone,
            "given": lambda: made.GivenBonus(self._terms()),
        }
        try:
            return makers[self.part.kind]()
        except Unresolved:
            raise Broken from None

    # parts that several kinds share ---------------------------------------------------------------------------

    def _member(self, key: str, text: str | None) -> str | None:
        """The step of a condition of one member."""
        if text is None:
            return None
        path = (*self.path, key)
        return Resolver(self.scope, path, "member").step_of(condition_at(self.scope, path, text, "member"))

    def _measure(self, key: str, text: str) -> tuple[str, Fraction]:
        path = (*self.path, key)
        typed = number_at(self.scope, path, text, "member")
        return Resolver(self.scope, path, "member").step_of(typed), number_type(typed).scale

    def _terms(self) -> made.Terms:
        part, scope = self.part, self.scope
        rule = self.plan_rounding
        if part.rounding is not None:
            path = (*self.path, "rounding")
            rule = made.RoundingRule(rounding(scope, path, part.rounding.to, part.rounding.mode), part.rounding.per)
        who = self.receivers
        if part.who is not None:
            path = (*self.path, "who")
            both = Resolver(scope, path, "member")
            own = condition_at(scope, path, part.who, "member")
            who = both.step_of(_and(Ref(self.receivers, False, own.type), own))
        cap = None
        if part.cap_per_member is not None:
            cap = self._money_step("cap per member", part.cap_per_member)
        return made.Terms(self.name, part.kind, who, cap, self._member("hold until", part.hold_until), rule)

    def _money_step(self, key: str, text: str) -> str:
        """A step in whole minor units, rounded down."""
        path = (*self.path, key)
        return money_step(self.scope, path, text)

    def _sources(self, base: made.Base | None = None) -> made.Sources:
        part = self.part
        pair = None
        if getattr(part, "if_", None) is not None:
            pair = condition_at(self.scope, (*self.path, "if"), part.if_, "pair")
        return made.Sources(base or self._base(), self._member("sources", part.sources), pair, self._caps())

    def _caps(self) -> made.Caps | None:
        part, path = self.part, (*self.path, "cap per source")
        if part.cap_per_source is None:
            return None
        if not isinstance(part.cap_per_source, list):
            return made.Caps((cap(self.scope, path, part.cap_per_source),), 0, everywhere=True)
        amounts = tuple(cap(self.scope, (*path, i), text) for i, text in enumerate(part.cap_per_source))
        first = 0 if part.kind in ("rebate", "retail") or getattr(part, "from_", "") == "self" else 1
        if hasattr(part, "first"):
            first = whole(self.scope, (*self.path, "first"), part.first, 0, 60)
        return made.Caps(amounts, first, everywhere=False)

    def _base(self) -> made.Base:
        part, path = self.part, (*self.path, "base")
        typed = number_at(self.scope, path, part.base, "member")
        step = Resolver(self.scope, path, "member").step_of(typed)
        volume, sign = None, 1
        if part.lines != "member":
            found = _as_volume(self.scope, typed)
            if found is None:
                self.scope.find(
                    path, f"With 'lines: {part.lines}' the base must be orders(…), possibly times constants.", "Or use 'lines: member'."
                )
                raise Broken
            volume, sign = found
        return made.Base(step, number_type(typed).scale, part.lines, volume, sign)

    def _rate(self, text: str, context: str = "pair") -> Typed:
        path = (*self.path, "rate")
        node = parse_at(self.scope, path, text)
        if isinstance(node, NumberNode) and not node.percent and node.value != 0:
            self.scope.find(path, f"'{text}' is no percentage.", f"Write a percentage such as '{text}%'.")
            raise Broken
        return Resolver(self.scope, path, context).numeric(node)  # type: ignore[arg-type]

    def _tree(self) -> str:
        tree = self.part.tree or self.scope.main_tree
        known = self.scope.tree_names()
        if tree not in known:
            self.scope.find((*self.path, "tree"), f"Unknown tree '{tree}'.", nearest(tree, known))
            raise Broken
        return str(tree)

    def _rates(self) -> made.Rates:
        rates = build_rates(self.scope, self.path, self.part)
        if rates is None:
            raise Broken
        return rates

    def _needs(self, key: str) -> Broken:
        self.scope.find(self.path, f"Bonus '{self.name}' needs '{key}'.", f"Add '{key}:'.", key=True)
        return Broken()

    # kinds --------------------------------------------------------------------------------------------------------

    def _own(self) -> made.Bonus:
        tree = None if self.part.kind == "rebate" else self._tree()
        return made.OwnBonus(self._terms(), self._sources(), self._rate(self.part.rate), tree)

    def _level(self) -> made.Bonus:
        part, scope = self.part, self.scope
        base = self._earned_base() if part.kind == "match" else None
        rates, rate, depth = None, None, 0
        if (part.rates is None) == (part.rate is None):
            scope.find(self.path, f"Bonus '{self.name}' has one of 'rates' and 'rate'.", "Keep one.", key=True)
            raise Broken
        if part.rates is not None:
            if part.depth is not None:
                scope.find((*self.path, "depth"), "'depth' belongs to 'rate'; rows of 'rates' have their own length.", "Remove it.", key=True)
            rates = self._rates()
            depth = rates.depth
        else:
            rate = self._rate(part.rate)
            if part.depth is None:
                raise self._needs("depth")
            depth = whole(scope, (*self.path, "depth"), part.depth, 1, 60)
        self._check_compression(rates, rate)
        return made.LevelBonus(
            self._terms(),
            self._sources(base),
            self._tree(),
            rates,
            rate,
            depth,
            part.compression,
            self._member("counts", part.counts),
            part.from_ == "self",
            tuple(part.of) if part.kind == "match" else (),
        )

    def _check_compression(self, rates: made.Rates | None, rate: Typed | None) -> None:
        part, scope = self.part, self.scope
        if part.compression == "standard" and part.counts is None:
            raise self._needs("counts")
        if part.counts is not None and part.compression == "none":
            scope.find(
                (*self.path, "counts"), "Without compression every upline counts.", "Add 'compression: standard', or remove 'counts'.", key=True
            )
        keyed = rate if rates is None else rates.on
        if part.compression in ("dynamic", "roll up") and not receiver_only(keyed):
            scope.find(
                (*self.path, "compression"),
                f"'{part.compression}' needs rates that depend on the receiver only.",
                "Leave out 'source.' and 'level'.",
            )
            raise Broken

    def _earned_base(self) -> made.Base:
        total: Typed | None = None
        for index, name in enumerate(self.part.of):
            path = (*self.path, "of", index)
            if name not in self.scope.bonuses:
                self.scope.find(path, f"Unknown bonus '{name}'.", nearest(name, self.scope.bonuses))
                raise Broken
            type_ = NumberType(self.scope.money_scale)
            ref: Typed = Ref(self.scope.name(EarnedStep(name, type_)), False, type_)
            total = ref if total is None else Add(total, ref, 1, 1, type_)
        if total is None:
            raise self._needs("of")
        step = Resolver(self.scope, self.path, "member").step_of(total)
        return made.Base(step, self.scope.money_scale, "member", None, 1)

    def _rate_step(self) -> tuple[str, Typed]:
        typed = self._rate(self.part.rate, "member")
        return Resolver(self.scope, (*self.path, "rate"), "member").step_of(typed), typed

    def _difference(self) -> made.Bonus:
        part, scope = self.part, self.scope
        step, typed = self._rate_step()
        if part.form == "group":
            return self._group(step, typed)
        start, start_scale = None, None
        if part.start is not None:
            start, start_scale = self._measure("start", part.start)
        fixed = {key: self._percent(key) for key in ("ceiling", "reserve", "minimum")}
        if fixed["reserve"] is not None and fixed["ceiling"] is None:
            scope.find((*self.path, "reserve"), "'reserve' needs a 'ceiling' to be taken from.", "Add 'ceiling'.", key=True)
            raise Broken
        written = highest_written(scope, typed)
        scales = [number_type(typed).scale, *(v for v in fixed.values() if v), *(v for v in written or [] if v)]
        scale = common_scale(*scales, *([start_scale] if start_scale else []))
        units = {key: None if v is None else int(v / scale) for key, v in fixed.items()}
        return made.DifferenceBonus(
            self._terms(),
            self._sources(),
            self._tree(),
            step,
            whole_multiplier(number_type(typed).scale, scale),
            start,
            whole_multiplier(start_scale, scale) if start_scale else 1,
            scale,
            part.from_ == "self",
            units["ceiling"],
            units["reserve"] or 0,
            units["minimum"] or 0,
            part.unqualified == "consumes",
            self._member("stop at", part.stop_at),
            None if written is None else int(max(written, default=Fraction(0)) / scale),
        )

    def _percent(self, key: str) -> Fraction | None:
        text = getattr(self.part, key)
        if text is None:
            return None
        value = percentage(self.scope, (*self.path, key), text)
        if value is None:
            raise Broken
        if value <= 0:
            self.scope.find((*self.path, key), f"'{key}' must be above 0.", "Remove it, or write a percentage.")
            raise Broken
        return value

    def _group(self, step: str, typed: Typed) -> made.Bonus:
        part = self.part
        keys = ("sources", "cap_per_source", "start", "ceiling", "reserve", "minimum", "stop_at")
        for key in keys:
            if getattr(part, key) is not None:
                name = key.replace("_", " ")
                self.scope.find((*self.path, name), f"'{name}' has no meaning in the group form.", "Remove it.", key=True)
        if part.lines != "member":
            self.scope.find((*self.path, "lines"), "The group form has lines per member.", "Remove it.", key=True)
            raise Broken
        return made.GroupBonus(self._terms(), self._sources(), self._tree(), step, number_type(typed).scale)

    def _generation(self) -> made.Bonus:
        part, scope = self.part, self.scope
        if part.rates is None:
            raise self._needs("rates")
        same = part.boundary == "same rank"
        boundary = None if same else self._member("boundary", part.boundary)
        if same and part.empty == "skipped":
            scope.find((*self.path, "empty"), "'empty: skipped' needs a boundary condition.", "Remove it.", key=True)
        first = whole(scope, (*self.path, "first"), part.first, 0, 60)
        in_own = part.leader_volume == "own generation"
        skip = part.empty == "skipped"
        return made.GenerationBonus(
            self._terms(), self._sources(), self._tree(), self._rates(), boundary, first, in_own, skip
        )

    def _infinity(self) -> made.Bonus:
        part, scope = self.part, self.scope
        step, typed = self._rate_step()
        ceiling = self._percent("ceiling")
        written = highest_written(scope, typed)
        positive = sorted({value for value in written or [] if value > 0})
        scale = common_scale(number_type(typed).scale, *([ceiling] if ceiling else []), *positive)
        return made.InfinityBonus(
            self._terms(),
            self._sources(),
            self._tree(),
            step,
            whole_multiplier(number_type(typed).scale, scale),
            scale,
            whole(scope, (*self.path, "from level"), part.from_level, 1, 1000),
            part.pays == "full",
            part.when_blocked == "stop",
            part.blocks == "always",
            None if ceiling is None else int(ceiling / scale),
            None if written is None else tuple(int(value / scale) for value in positive),
        )

    def _pool(self) -> made.Bonus:
        part, scope = self.part, self.scope
        fund = number_at(scope, (*self.path, "fund"), part.fund, "company")
        if isinstance(part.shares, str):
            shares = number_at(scope, (*self.path, "shares"), part.shares, "member")
        else:
            shares = self._shares_by_rank(part.shares)
        step = Resolver(scope, self.path, "member").step_of(shares)
        value = None
        if part.share_value is not None:
            value = self._share_value(part.share_value)
        return made.PoolBonus(
            self._terms(), fund, step, number_type(shares).scale, value, part.unclaimed == "carry"
        )

    def _share_value(self, part: model.ShareValuePart) -> Rounding:
        unit = number(self.scope, (*self.path, "share value", "to"), part.to)
        if unit is None or unit <= 0:
            self.scope.find((*self.path, "share value", "to"), "A unit above 0 is needed.", "Such as 0.01.")
            raise Broken
        return Rounding(Mode.named(part.mode), unit)

    def _shares_by_rank(self, rows: dict[str, str]) -> Typed:
        scope = self.scope
        texts: Typed = constant(Fraction(0))
        for rank, text in rows.items():
            path = (*self.path, "shares", rank)
            if rank not in (*scope.ranks, "none"):
                scope.find(path, f"Unknown rank '{rank}'.", nearest(rank, (*scope.ranks, "none")), key=True)
                raise Broken
            quoted = f'if(rank = "{rank}", 1, 0)'
            holds = Resolver(scope, path, "member").numeric(parse_at(scope, path, quoted))
            value = number_at(scope, path, text, "member")
            texts = add(texts, multiply(holds, value), minus=False)
        return texts

    def _milestone(self) -> made.Bonus:
        part, scope = self.part, self.scope
        steps = []
        for index, step in enumerate(part.steps):
            path = (*self.path, "steps", index)
            condition = condition_at(scope, (*path, "when"), step.when, "member")
            key = Resolver(scope, (*path, "when"), "member").step_of(condition)
            steps.append(made.MilestoneStep(key, money(scope, (*path, "amount"), step.amount), step.name or ""))
        if not steps:
            raise self._needs("steps")
        return made.MilestoneBonus(self._terms(), tuple(steps), part.pays == "highest", part.again == "never")


def money_step(scope: Scope, path: Path, text: str) -> str:
    """A member's amount as a step in whole minor units, rounded down."""
    typed = number_at(scope, path, text, "member")
    return Resolver(scope, path, "member").step_of(in_minor_units(scope, typed))


def in_minor_units(scope: Scope, typed: Typed) -> Typed:
    """The same amount rounded down to whole minor units."""
    scale = number_type(typed).scale / scope.money_scale
    if scale == 1:
        return typed
    return Multiply(Whole(typed, scale.numerator, scale.denominator), constant(scope.money_scale), NumberType(scope.money_scale))


def _and(left: Typed, right: Typed) -> Typed:
    return Both("and", (left, right))


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

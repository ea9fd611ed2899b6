"""From the structure of a plan file to the plan that a run computes; every finding at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from types import MappingProxyType

from trueline.errors import Findings
from trueline.facts.currencies import DIGITS, minor_unit
from trueline.money import Mode, Rounding
from trueline.period import Kind
from trueline.plan.bonuses import Bonus, Limits, RoundingRule
from trueline.plan.bounds import build_limits
from trueline.plan.cadence import Share, cadences, check_readers, divide
from trueline.plan.clauses import check_clauses
from trueline.plan.declare import declare
from trueline.plan.derived import build_tree
from trueline.plan.document import Document, Path
from trueline.plan.kinds import KindBuilder
from trueline.plan.ladder import build_ranks, build_titles
from trueline.plan.late import build_returns, sees_returns, taken_bonuses
from trueline.plan.needs import needs_of
from trueline.plan.order import Circle, Circles, Group, order
from trueline.plan.plan import Plan
from trueline.plan.resolve import condition_step
from trueline.plan.resolver import Unresolved
from trueline.plan.scope import BUILTINS, Scope
from trueline.plan.steps import (
    BonusStep,
    BuiltinStep,
    EarnedStep,
    FoldStep,
    HistoryStep,
    PlacedStep,
    Step,
    TreeStep,
    bonus_key,
    reads,
    tree_key,
)
from trueline.plan.structure import Structure
from trueline.plan.terms import Broken, rounding
from trueline.plan.typed import CONDITION

_NO_UNITS: Mapping[str, Fraction] = MappingProxyType({})
_NO_PACES: Mapping[str, Kind] = MappingProxyType({})


def build(
    document: Document,
    structure: Structure,
    findings: Findings,
    past_units: Mapping[str, Fraction] = _NO_UNITS,
    paces: Mapping[str, Kind] = _NO_PACES,
) -> Plan | None:
    """The plan, or None when there are findings. ``past_units``: see :class:`Scope`. ``paces``: the cadences of
    bonuses on other dates.
    """
    try:
        return _Builder(document, structure, findings, past_units).build(paces)
    except RecursionError:
        message = "The definitions are nested too deeply, one inside the other."
        findings.add(document.file, *document.place(("measures",), key=True), message, "Break the chain of names.")
        return None


class _Builder:
    def __init__(
        self, document: Document, structure: Structure, findings: Findings, past_units: Mapping[str, Fraction]
    ) -> None:
        model = structure.model
        self.model = model
        self.document = document
        self.findings = findings
        self.scope = Scope(
            document,
            findings,
            model.tree,
            Fraction(1),
            {},
            tuple(model.ranks),
            model.trees,
            tuple(model.bonuses),
            past_units=past_units,
        )
        self.circles: set[frozenset[str]] = set()
        self.scope.money_scale = self._minor_unit()
        self.scope.broken |= structure.skipped
        for name in structure.skipped:
            self.scope.declared[name] = ("",)

    def _minor_unit(self) -> Fraction:
        code = self.model.currency
        if code not in DIGITS:
            self.scope.find(("currency",), f"Unknown currency '{code}'.", "Write a code of ISO 4217, such as USD.")
            return Fraction(1, 100)
        return minor_unit(code)

    def build(self, paces: Mapping[str, Kind]) -> Plan | None:
        scope, model = self.scope, self.model
        scope.returns_apart = sees_returns(model.returns)
        declare(scope, model)
        build_ranks(scope, model)
        build_titles(scope, model)
        for name, tree in model.trees.items():
            build_tree(scope, name, tree)
        bonuses = self._bonuses()
        limits = build_limits(scope, model)
        returns, late = build_returns(scope, model, bonuses)
        check_clauses(scope, model)
        self._bonus_steps(bonuses)
        self._builtins(limits)
        kinds = cadences(scope, model, bonuses, paces)
        shares = divide(scope.steps, bonuses, limits, kinds, model.tree)
        check_readers(scope, model, shares)
        groups = {kind: self._order(share.steps) for kind, share in shares.items()}
        if self.findings:
            return None
        plan = replace(self._plan(bonuses, limits, groups[model.period]), returns=returns, late=late, kinds=kinds)
        if len(kinds) == 1:
            return plan
        parts: dict[str, Plan] = {}
        plan = replace(plan, parts=parts)
        parts.update((kind, _part(plan, kind, share, groups[kind])) for kind, share in shares.items())
        return plan

    def _builtins(self, limits: Limits) -> None:
        steps = self.scope.steps.values()
        read = {name for step in steps for name, _ in reads(step)}
        read |= {step.argument for step in steps if isinstance(step, HistoryStep)} | limits.reads
        for name, type_ in BUILTINS.items():
            if name not in self.scope.steps and (name in read or name in ("participant", "customer")):
                self.scope.steps[name] = BuiltinStep(name, type_)
        used = {name for step in list(self.scope.steps.values()) for name in _trees_of(step)}
        for name in used | {self.model.tree, "sponsor"}:
            if tree_key(name) not in self.scope.steps:
                self.scope.steps[tree_key(name)] = BuiltinStep(tree_key(name), CONDITION)

    def _bonuses(self) -> dict[str, Bonus]:
        scope, model = self.scope, self.model
        plan_rule = RoundingRule(Rounding(Mode.HALF_UP, scope.money_scale), model.rounding.per)
        receivers_step = "participant"
        with suppress(Broken):
            exact = rounding(scope, ("rounding",), model.rounding.to, model.rounding.mode)
            plan_rule = RoundingRule(exact, model.rounding.per)
        with suppress(Unresolved):
            receivers_step = condition_step(scope, ("receivers",), model.receivers)
        found: dict[str, Bonus] = {}
        for name, part in model.bonuses.items():
            if name in ("", "total"):
                remedy = "'total' is the sum of all." if name else "Give it a name."
                scope.find(("bonuses", name), f"'{name}' cannot name a bonus.", remedy, key=True)
            with suppress(Broken):
                found[name] = KindBuilder(scope, name, part, plan_rule, receivers_step).build()
        found.update(taken_bonuses(scope, model, receivers_step))
        return found

    def _bonus_steps(self, bonuses: dict[str, Bonus]) -> None:
        read = {step.bonus for step in self.scope.steps.values() if isinstance(step, EarnedStep)}
        for name, bonus in bonuses.items():
            self.scope.steps[bonus_key(name)] = BonusStep(name, tuple(sorted(needs_of(bonus))))
            if bonus.terms.rounding.per == "member" and name in read:
                message = f"'{name}' is rounded per member, so no other rule can read it."
                self.scope.find(("bonuses", name), message, "Round it per bonus.", key=True)

    # order --------------------------------------------------------------------------------------------------------

    def _order(self, steps: Mapping[str, Step]) -> tuple[Group, ...]:
        """The steps sorted; nothing after findings."""
        try:
            return order(steps)
        except Circles as circles:
            for circle in circles.found:
                if frozenset(circle.path) not in self.circles:  # the parts of a plan with cadences may share one
                    self._find_circle(circle)
                self.circles.add(frozenset(circle.path))
            return ()

    def _find_circle(self, circle: Circle) -> None:
        names = [self._readable(key) for key in circle.path]
        names = [name for index, name in enumerate(names) if name and (index == 0 or names[index - 1] != name)]
        if len(names) == 1:
            names *= 2
        place = next((self._path_of(key) for key in circle.path if self._path_of(key)), ())
        message = f"These need each other: {' → '.join(names)}; {circle.reason}."
        self.scope.find(place, message, circle.remedy, key=True)

    def _readable(self, key: str) -> str:
        if key.startswith("§"):
            step = self.scope.steps[key]
            return f"{step.function}(…)" if isinstance(step, FoldStep) else ""
        return key.replace("tree:", "tree ").replace("bonus:", "bonus ")

    def _path_of(self, key: str) -> Path:
        """Where a step stands in the file; () for what stands nowhere or in too many places."""
        if key in self.scope.declared:
            return self.scope.declared[key]
        if key.startswith("bonus:"):
            return ("bonuses", key[6:])
        if key.startswith("tree:") and key[5:] in self.model.trees:
            return ("trees", key[5:])
        return self.scope.origins.get(key, ())

    def _plan(self, bonuses: dict[str, Bonus], limits: Limits, groups: tuple[Group, ...]) -> Plan:
        model = self.model
        canonical = json.dumps(self.document.data, ensure_ascii=False, separators=(",", ":"))
        return Plan(
            model.plan,
            model.currency,
            self.scope.money_scale,
            model.period,
            model.tree,
            dict(self.scope.volumes),
            {name: tuple(values) for name, values in model.attributes.items()},
            tuple(model.ranks),
            dict(self.scope.steps),
            groups,
            bonuses,
            limits,
            (*model.measures, *(name for tree in model.trees.values() for name in tree.moves or {})),
            tuple(model.conditions),
            tuple(model.tables),
            tuple(model.trees),
            model,
            self.document,
            canonical,
            hashlib.sha256(canonical.encode()).hexdigest(),
        )


def _part(plan: Plan, kind: Kind, share: Share, groups: tuple[Group, ...]) -> Plan:
    """The plan as a run of one kind of period computes it."""
    there = share.steps
    return replace(
        plan,
        period=kind,
        steps=there,
        groups=groups,
        bonuses=share.bonuses,
        limits=share.limits,
        measures=tuple(name for name in plan.measures if name in there),
        conditions=tuple(name for name in plan.conditions if name in there),
        tables=tuple(name for name in plan.tables if name in there),
        trees=tuple(name for name in plan.trees if tree_key(name) in there),
        shorter=share.shorter,
    )


def _trees_of(step: object) -> list[str]:
    if isinstance(step, FoldStep):
        return [step.tree]
    if isinstance(step, TreeStep | PlacedStep):
        return [step.base]
    if isinstance(step, BonusStep):
        return [name[5:] for name in step.needs if name.startswith("tree:")]
    return []

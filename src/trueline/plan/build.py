"""From the structure of a plan file to the plan that a run computes; every finding at once."""

from __future__ import annotations

import hashlib
import json
from fractions import Fraction

from trueline.errors import Findings, nearest
from trueline.facts.currencies import minor_unit
from trueline.money import Mode, Rounding
from trueline.plan.bonuses import Bonus, CompanyLimit, GenerationBonus, Limits, MemberLimit, OwnBonus, PayoutRule, RoundingRule
from trueline.plan.document import Document, Path
from trueline.plan.model import PlanModel, TreePart
from trueline.plan.order import Circle, Group, order
from trueline.plan.plan import Plan
from trueline.plan.resolve import Resolver, Unresolved, attribute, condition_at, number_at
from trueline.plan.scope import BUILTINS, Scope, text_domain
from trueline.plan.steps import (
    BonusStep,
    BuiltinStep,
    ExprStep,
    FoldStep,
    HistoryStep,
    MovedStep,
    RankStep,
    TitleStep,
    TreeStep,
    bonus_key,
    reads,
    tree_key,
)
from trueline.plan.tables import build_table
from trueline.plan.terms import BonusBuilder, Broken, in_minor_units, money_step, rounding
from trueline.plan.typed import CONDITION, NumberType, TextType, Typed, common_scale, references, whole_multiplier
from trueline.plan.values import UNKNOWN, money, number, proper_name, whole


def build(document: Document, model: PlanModel, findings: Findings, skipped: set[str]) -> Plan | None:
    """The plan, or None when there are findings. ``skipped`` names declared things whose structure was already refused."""
    builder = _Builder(document, model, findings, skipped)
    return builder.build()


class _Builder:
    def __init__(self, document: Document, model: PlanModel, findings: Findings, skipped: set[str]) -> None:
        self.model = model
        self.document = document
        self.findings = findings
        self.scope = Scope(
            document,
            findings,
            model.tree,
            self._minor_unit(document, model, findings),
            {},
            tuple(model.ranks),
            {name: ("trees", name) for name in model.trees},
            tuple(model.bonuses),
        )
        self.scope.broken |= skipped
        for name in skipped:
            self.scope.declared[name] = ("",)

    @staticmethod
    def _minor_unit(document: Document, model: PlanModel, findings: Findings) -> Fraction:
        try:
            return minor_unit(model.currency)
        except (KeyError, ValueError) as error:
            line, column = document.place(("currency",))
            findings.add(document.file, line, column, f"Unknown currency {error}.", "Write an ISO 4217 code such as USD.")
            return Fraction(1, 100)

    def build(self) -> Plan | None:
        self._volumes()
        self._declare()
        for name in list(self.scope.makers):
            self.scope.need(name)
        self._ranks()
        self._titles()
        for name, tree in self.model.trees.items():
            self._tree(name, tree)
        bonuses = self._bonuses()
        limits = self._limits()
        self._clauses()
        if self.findings:
            return None
        self._bonus_steps(bonuses)
        self._builtins()
        groups = self._order()
        if self.findings or groups is None:
            return None
        return self._plan(bonuses, limits, groups)

    # declarations ---------------------------------------------------------------------------------------------------

    def _volumes(self) -> None:
        for name, text in self.model.volumes.items():
            path: Path = ("volumes", name)
            unit = number(self.scope, path, text) if proper_name(self.scope, path, name) else None
            if name in ("price", "retail", "margin", "quantity", "kind", "sku", "class", "region", "day", "month"):
                self.scope.find(path, f"'{name}' is a column of every order line.", "Choose another name.", key=True)
            if unit is not None and (unit <= 0 or (1 / unit).denominator != 1 and unit.denominator != 1):
                self.scope.find(path, f"'{text}' is no unit.", "Write 1, 0.01 or the like.")
            self.scope.volumes[name] = unit or Fraction(1)

    def _declare(self) -> None:
        model, scope = self.model, self.scope
        sections = {
            "attributes": model.attributes,
            "tables": model.tables,
            "measures": model.measures,
            "conditions": model.conditions,
            "trees": model.trees,
        }
        for section, names in sections.items():
            for name in names:
                self._declare_name(name, (section, name))
        for tree_name, tree in model.trees.items():
            for name in tree.moves or {}:
                self._declare_name(name, ("trees", tree_name, "moves", name))
        for rank in model.ranks:
            if rank in ("none", ""):
                scope.find(("ranks", rank), f"'{rank}' cannot name a rank.", "It stands for having no rank.", key=True)

    def _declare_name(self, name: str, path: Path) -> None:
        scope = self.scope
        if not proper_name(scope, path, name):
            return
        if name in BUILTINS or name in ("level", "source", "none", "unknown"):
            scope.find(path, f"'{name}' is a name that every plan knows.", "Choose another name.", key=True)
        elif name in scope.declared and scope.declared[name] != ("",):
            other = scope.declared[name]
            scope.find(path, f"'{name}' is already declared under '{other[0]}'.", "Names are unique in a plan.", key=True)
        else:
            scope.declared[name] = path
            scope.makers[name] = lambda: self._make(name, path)

    def _make(self, name: str, path: Path) -> None:
        """Build the step of a declared name; on findings it stays missing."""
        model, scope = self.model, self.scope
        try:
            if path[0] == "attributes":
                scope.steps[name] = attribute(scope, name, tuple(model.attributes[name]))
            elif path[0] == "tables":
                table = build_table(scope, path, model.tables[name])
                if table is not None:
                    scope.steps[name] = table
            elif path[0] == "measures":
                scope.steps[name] = ExprStep(number_at(scope, path, model.measures[name], "member"))
            elif path[0] == "conditions":
                scope.steps[name] = ExprStep(condition_at(scope, path, model.conditions[name], "member"))
            elif len(path) == 4:
                self._make_moved(name, path)
        except Unresolved:
            return

    def _make_moved(self, name: str, path: Path) -> None:
        text = (self.model.trees[str(path[1])].moves or {})[name]
        typed = number_at(self.scope, path, text, "member")
        argument = Resolver(self.scope, path, "member").step_of(typed)
        scale = typed.type.scale if isinstance(typed.type, NumberType) else Fraction(1)
        self.scope.steps[name] = MovedStep(str(path[1]), argument, NumberType(scale))

    def _builtins(self) -> None:
        steps = self.scope.steps.values()
        read = {name for step in steps for name, _ in reads(step)}
        read |= {step.argument for step in steps if isinstance(step, HistoryStep)}
        for name, type_ in BUILTINS.items():
            if name not in self.scope.steps and (name in read or name in ("participant", "customer")):
                self.scope.steps[name] = BuiltinStep(name, type_)
        used = {name for step in list(self.scope.steps.values()) for name in _trees_of(step)}
        for name in used | {self.model.tree, "sponsor"}:
            if tree_key(name) not in self.scope.steps:
                self.scope.steps[tree_key(name)] = BuiltinStep(tree_key(name), CONDITION)

    # ranks, titles, trees -------------------------------------------------------------------------------------------

    def _ranks(self) -> None:
        model, scope = self.model, self.scope
        by = model.ranks_by
        values: tuple[str, ...] = ("",)
        if by is not None:
            step = scope.need(by)
            domain = text_domain(step.type) if step else None
            if domain is None:
                scope.find(("ranks by",), f"'{by}' is no declared attribute.", nearest(by, list(model.attributes)))
                return
            values = domain
        ladders = tuple((value, tuple(self._rank_condition(rank, value, by) for rank in model.ranks)) for value in values)
        grace = whole(scope, ("titles", "grace"), model.titles.grace, 0, 120) if model.titles.grace else 0
        scope.steps["rank"] = RankStep(by, ladders, grace)
        for rank, rule in model.ranks.items():
            for value in rule if isinstance(rule, dict) and by else ():
                if value not in values:
                    scope.find(("ranks", rank, value), f"'{value}' is no value of '{by}'.", nearest(value, values), key=True)

    def _rank_condition(self, rank: str, value: str, by: str | None) -> str | None:
        rule = self.model.ranks[rank]
        path: Path = ("ranks", rank)
        if isinstance(rule, dict):
            if by is None:
                self.scope.find(path, f"Rank '{rank}' has a condition per value.", "Say by what: 'ranks by: ATTRIBUTE'.", key=True)
                return None
            if value not in rule:
                return None
            path, rule = (*path, value), rule[value]
        if rule.strip() == UNKNOWN:
            return None
        try:
            typed = condition_at(self.scope, path, rule, "member")
        except Unresolved:
            return None
        return Resolver(self.scope, path, "member").step_of(typed)

    def _titles(self) -> None:
        titles, scope = self.model.titles, self.scope
        after = 0
        if titles.rule == "falls":
            if titles.after is None:
                scope.find(("titles",), "'rule: falls' needs 'after'.", "Such as 'after: 3'.", key=True)
            else:
                after = whole(scope, ("titles", "after"), titles.after, 1, 120)
        elif titles.after is not None:
            scope.find(("titles", "after"), "'after' belongs to 'rule: falls'.", "Remove it.", key=True)
        scope.steps["title"] = TitleStep(titles.rule, after)

    def _tree(self, name: str, part: TreePart) -> None:
        scope, path = self.scope, ("trees", name)
        if part.from_ not in scope.tree_names() or part.from_ == name:
            scope.find((*path, "from"), f"Unknown tree '{part.from_}'.", nearest(part.from_, scope.tree_names()))
            return
        if (part.keep is None) == (part.leaders is None):
            scope.find(path, "A derived tree has one of 'keep' and 'leaders'.", "Keep one.", key=True)
            return
        if part.leaders is not None and (part.taker or part.moves or part.landing):
            scope.find(path, "'taker', 'moves' and 'landing' belong to 'keep'.", "Remove them.", key=True)
        if part.landing is not None and part.taker is None:
            scope.find((*path, "landing"), "'landing' needs a 'taker'.", "Remove it.", key=True)
        try:
            scope.steps[tree_key(name)] = self._tree_step(path, part)
        except Unresolved:
            return

    def _tree_step(self, path: Path, part: TreePart) -> TreeStep:
        scope = self.scope
        key = "keep" if part.keep is not None else "leaders"
        text = part.keep if part.keep is not None else part.leaders or ""
        condition = Resolver(scope, (*path, key), "member").step_of(condition_at(scope, (*path, key), text, "member"))
        if part.taker is None:
            return TreeStep(key, part.from_, condition)  # type: ignore[arg-type]
        taker = (*path, "taker")
        measure = number_at(scope, (*taker, "measure"), part.taker.measure, "member")
        reaches = number_at(scope, (*taker, "reaches"), part.taker.reaches, "member")
        always = None
        if part.taker.or_ is not None:
            always = Resolver(scope, (*taker, "or"), "member").step_of(
                condition_at(scope, (*taker, "or"), part.taker.or_, "member")
            )
        resolver = Resolver(scope, taker, "member")
        scale = common_scale(_scale(measure), _scale(reaches))
        times = (whole_multiplier(_scale(measure), scale), whole_multiplier(_scale(reaches), scale))
        onward = part.landing != "lost"
        return TreeStep(
            "taker", part.from_, condition, resolver.step_of(measure), resolver.step_of(reaches), times, always, onward
        )

    # bonuses and limits -----------------------------------------------------------------------------------------------

    def _bonuses(self) -> dict[str, Bonus]:
        scope, model = self.scope, self.model
        plan_rule = RoundingRule(Rounding(Mode.HALF_UP, scope.money_scale), model.rounding.per)
        receivers_step = "participant"
        try:
            plan_rule = RoundingRule(
                rounding(scope, ("rounding",), model.rounding.to, model.rounding.mode), model.rounding.per
            )
        except Broken:
            pass
        try:
            receivers = condition_at(scope, ("receivers",), model.receivers, "member")
            receivers_step = Resolver(scope, ("receivers",), "member").step_of(receivers)
        except Unresolved:
            pass
        found: dict[str, Bonus] = {}
        for name, part in model.bonuses.items():
            if not name or name == "total":
                scope.find(("bonuses", name), f"'{name}' cannot name a bonus.", "'total' is the sum of all.", key=True)
            try:
                found[name] = BonusBuilder(scope, name, part, plan_rule, receivers_step).build()
            except Broken:
                continue
        return found

    def _limits(self) -> Limits:
        scope, limits = self.scope, self.model.limits
        member = company = payout = None
        try:
            if limits.members is not None:
                path: Path = ("limits", "members")
                exempt = self._exempt(path, limits.members.exempt)
                member = MemberLimit(money_step(scope, (*path, "at most"), limits.members.at_most), exempt)
            if limits.company is not None:
                path = ("limits", "company")
                typed = number_at(scope, (*path, "at most"), limits.company.at_most, "company")
                exempt = self._exempt(path, limits.company.exempt)
                company = CompanyLimit(in_minor_units(scope, typed), limits.company.how, exempt)
        except Unresolved:
            pass
        if limits.payout is not None:
            payout = PayoutRule(money(scope, ("limits", "payout", "from"), limits.payout.from_), limits.payout.below == "carry")
        return Limits(member, company, payout)

    def _exempt(self, path: Path, names: list[str]) -> frozenset[str]:
        for index, name in enumerate(names):
            if name not in self.model.bonuses:
                self.scope.find((*path, "exempt", index), f"Unknown bonus '{name}'.", nearest(name, list(self.model.bonuses)))
        return frozenset(names)

    def _clauses(self) -> None:
        data = self.document.data
        for clause, keys in self.model.clauses.items():
            listed = keys if isinstance(keys, list) else [keys]
            for index, key in enumerate(listed):
                path: Path = ("clauses", clause, index) if isinstance(keys, list) else ("clauses", clause)
                part = data
                for name in _split(key, data):
                    part = part.get(name) if isinstance(part, dict) else None
                if part is None:
                    self.scope.find(path, f"'{key}' is no key of this plan.", "Write a path such as bonuses.level.")

    def _bonus_steps(self, bonuses: dict[str, Bonus]) -> None:
        for name, bonus in bonuses.items():
            self.scope.steps[bonus_key(name)] = BonusStep(name, tuple(sorted(_needs(bonus))))
            if bonus.terms.rounding.per == "member":
                self._refuse_reading(name)

    def _refuse_reading(self, name: str) -> None:
        from trueline.plan.steps import EarnedStep

        if any(isinstance(step, EarnedStep) and step.bonus == name for step in self.scope.steps.values()):
            self.scope.find(
                ("bonuses", name), f"'{name}' is rounded per member, so no other rule can read it.", "Round it per bonus.", key=True
            )

    def _order(self) -> tuple[Group, ...] | None:
        try:
            return order(self.scope.steps)
        except Circle as circle:
            names = [self._readable(key) for key in circle.path]
            names = [name for index, name in enumerate(names) if name and (index == 0 or names[index - 1] != name)]
            place = next((self._path_of(key) for key in circle.path if self._path_of(key)), ())
            self.scope.find(
                place, f"These need each other: {' → '.join(names)}; one {circle.reason}.", "Break the circle.", key=True
            )
            return None

    def _readable(self, key: str) -> str:
        if key.startswith("§"):
            step = self.scope.steps[key]
            return f"{step.function}(…)" if isinstance(step, FoldStep) else ""
        return key.replace("tree:", "tree ").replace("bonus:", "bonus ")

    def _path_of(self, key: str) -> Path:
        if key in self.scope.declared:
            return self.scope.declared[key]
        if key == "rank":
            return ("ranks",)
        if key.startswith("bonus:"):
            return ("bonuses", key[6:])
        return ("trees", key[5:]) if key.startswith("tree:") and key[5:] in self.model.trees else ()

    def _plan(self, bonuses: dict[str, Bonus], limits: Limits, groups: tuple[Group, ...]) -> Plan:
        model = self.model
        canonical = json.dumps(self.document.data, ensure_ascii=False, separators=(",", ":"))
        return Plan(
            model.plan,
            model.currency.upper(),
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


def _scale(typed: Typed) -> Fraction:
    return typed.type.scale if isinstance(typed.type, NumberType) else Fraction(1)


def _trees_of(step: object) -> list[str]:
    if isinstance(step, FoldStep):
        return [step.tree]
    if isinstance(step, TreeStep):
        return [step.base]
    if isinstance(step, BonusStep):
        return [name[5:] for name in step.needs if name.startswith("tree:")]
    return []


def _split(key: str, data: object) -> list[str]:
    """``bonuses.fast start`` → its parts; names may hold dots of their own."""
    section, _, rest = key.partition(".")
    inner = data.get(section) if isinstance(data, dict) else None
    if isinstance(inner, dict) and rest in inner:
        return [section, rest]
    return key.split(".")


def _needs(bonus: Bonus) -> set[str]:
    """Every step that a bonus reads."""
    found: set[str] = {"rank"} if isinstance(bonus, GenerationBonus) else set()
    if isinstance(bonus, OwnBonus):
        found |= {"participant", "customer"}
    waiting: list[object] = [bonus]
    names = ("who", "cap", "hold", "step", "condition", "counts", "rate", "start", "stop", "boundary", "shares")
    while waiting:
        part = waiting.pop()
        if isinstance(part, tuple):
            waiting.extend(part)
        if not hasattr(part, "__dataclass_fields__"):
            continue
        if isinstance(part, Typed):  # type: ignore[misc, arg-type]  # a union of classes works at run time
            found.update(ref.step for ref in references(part))  # type: ignore[arg-type]
            continue
        for name in part.__dataclass_fields__:
            value = getattr(part, name)
            if name in names and isinstance(value, str):
                found.add(value)
            elif name == "tree" and isinstance(value, str):
                found.add(tree_key(value))
            elif name not in ("volume", "rounding", "type"):
                waiting.append(value)
    return found


__all__ = ["TextType", "build"]

"""Conditions taken apart for one member: every comparison with what there is and what is needed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from trueline.explain.records import NO_ORDER, Records, Value
from trueline.explain.words import place, spell, spell_step, written
from trueline.plan.steps import ExprStep
from trueline.plan.typed import (
    Both,
    Compare,
    Const,
    Negate,
    RankConst,
    Ref,
    TextIs,
    TextSame,
    Typed,
)

CheckKind = Literal["comparison", "all", "any", "not", "named", "fact"]
_FLIPPED = {">=": "<=", ">": "<", "<=": ">=", "<": ">", "=": "=", "!=": "!="}


@dataclass(frozen=True)
class Check:
    """A condition that holds or fails for a member.

    ``words`` are the plan's; ``place`` is the line where a named condition or rank stands. A comparison says what it
    is ``about``, what there is (``have``) and what is ``need``-ed; ``parts`` are the conditions inside, or behind a
    rank that is needed.
    """

    words: str
    holds: bool
    kind: CheckKind
    place: str = ""
    operator: str = ""
    have: Value = None
    need: Value = None
    about: str = ""
    parts: tuple[Check, ...] = ()


class Checker:
    """Checks conditions of a member, or of a pair of receiver and source and the order that is paid on."""

    def __init__(
        self, records: Records, member: int, source: int | None = None, level: int = 0, order: int = NO_ORDER
    ) -> None:
        self.records = records
        self.plan = records.plan
        self.member = member
        self.source = source
        self.level = level
        self.order = order

    def step(self, key: str) -> Check:
        """A condition step: a named one with what it consists of, an unnamed one taken apart at once."""
        step = self.plan.steps[key]
        if isinstance(step, ExprStep):
            inner = self.node(step.expression)
            if key.startswith("§"):
                return inner
            where = place(self.plan, "conditions", key)
            return Check(key, inner.holds, "named", where, parts=(inner,))
        return Check(spell_step(self.plan, key), self.records.holds(key, self.member), "fact")

    def node(self, node: Typed) -> Check:
        """A condition expression."""
        if isinstance(node, Both):
            return self._both(node)
        if isinstance(node, Negate):
            part = self.node(node.part)
            return Check(spell(self.plan, node), not part.holds, "not", parts=(part,))
        if isinstance(node, Compare):
            return self._compare(node)
        if isinstance(node, (TextIs, TextSame)):
            return self._text(node)
        if isinstance(node, Ref):
            return self._reference(node)
        return Check(spell(self.plan, node), bool(self._value(node)), "fact")

    def rank(self, code: int) -> Check | None:
        """The condition of a rank in the member's own ladder; None where the ladder lacks it or it is unknown."""
        key = rank_condition(self.records, self.member, code)
        if key is None:
            return None
        inner = self.step(key)
        path = rank_path(self.records, self.member, code)
        return Check(self.plan.ranks[code], inner.holds, "named", place(self.plan, *path), parts=(inner,))

    def _value(self, node: Typed) -> Value:
        return self.records.value(node, self.member, self.source, self.level, self.order)

    def _both(self, node: Both) -> Check:
        parts: list[Check] = []
        kind: CheckKind = "all" if node.operator == "and" else "any"
        for part in map(self.node, node.parts):
            parts.extend(part.parts if part.kind == kind else (part,))
        holds = all(part.holds for part in parts) if kind == "all" else any(part.holds for part in parts)
        return Check(spell(self.plan, node), holds, kind, parts=tuple(parts))

    def _reference(self, node: Ref) -> Check:
        if not node.source:
            return self.step(node.step)
        other = self.member if self.source is None else self.source
        found = Checker(self.records, other).step(node.step)
        return replace(found, words=f"source.{found.words}")

    def _compare(self, node: Compare) -> Check:
        left, right, operator = node.left, node.right, node.operator
        if isinstance(left, (Const, RankConst)) and not isinstance(right, (Const, RankConst)):
            left, right, operator = right, left, _FLIPPED[operator]
        holds = bool(self._value(node))
        parts: tuple[Check, ...] = ()
        if not holds and isinstance(left, Ref) and left.step == "rank" and isinstance(right, RankConst):
            parts = self._behind_rank(left, right, operator)
        about = spell(self.plan, left)
        words = f"{about} {operator} {spell(self.plan, right)}"
        return Check(words, holds, "comparison", "", operator, self._value(left), self._value(right), about, parts)

    def _behind_rank(self, left: Ref, right: RankConst, operator: str) -> tuple[Check, ...]:
        """The condition of the rank that would be enough."""
        code = right.code + (1 if operator == ">" else 0)
        if operator not in (">=", ">", "=") or not 0 <= code < len(self.plan.ranks):
            return ()
        whose = self.source if left.source and self.source is not None else self.member
        found = Checker(self.records, whose).rank(code)
        return () if found is None or found.holds else (found,)

    def _text(self, node: TextIs | TextSame) -> Check:
        holds = bool(self._value(node))
        operator = "!=" if node.negated else "="
        if isinstance(node, TextIs):
            have: Value = self._value(node.part)
            need: Value = node.word
            about = node.part
        else:
            have, need, about = self._value(node.left), self._value(node.right), node.left
        return Check(spell(self.plan, node), holds, "comparison", "", operator, have, need, spell(self.plan, about))


def deciding(check: Check) -> Check:
    """Only the parts that decide: those that fail where a condition fails, those that hold where it holds."""
    if check.kind in ("all", "any"):
        parts = tuple(deciding(part) for part in check.parts if part.holds == check.holds)
        return parts[0] if len(parts) == 1 else replace(check, parts=parts)
    return replace(check, parts=tuple(deciding(part) for part in check.parts))


def ladder(records: Records, member: int) -> tuple[str | None, ...]:
    """The condition step of each rank in the member's ladder; None where there is none."""
    step = records.rank_step
    number = int(records.world.column(step.by)[member]) if step.by else 0
    return step.ladders[number][1] if step.ladders else ()


def rank_condition(records: Records, member: int, code: int) -> str | None:
    conditions = ladder(records, member)
    return conditions[code] if 0 <= code < len(conditions) else None


def rank_path(records: Records, member: int, code: int) -> tuple[str, ...]:
    """Where the condition of a rank for this member stands in the plan file."""
    rank = records.plan.ranks[code]
    step = records.rank_step
    if step.by is None or not isinstance(records.plan.model.ranks[rank], dict):
        return ("ranks", rank)
    value = records.step_value(step.by, member)
    return ("ranks", rank, str(value))


def rank_words(records: Records, member: int, code: int) -> str:
    """The condition of a rank as the plan file writes it."""
    return written(records.plan, *rank_path(records, member, code)) or ""

"""Conditions and measures back in the words of the plan language, and the place where each stands in the plan file."""

from __future__ import annotations

import re
from fractions import Fraction

from trueline.money import format_number
from trueline.plan import Plan
from trueline.plan.document import Path
from trueline.plan.nodes import Window
from trueline.plan.steps import (
    EarnedStep,
    ExprStep,
    FoldStep,
    HistoryStep,
    OverrideStep,
    VolumeStep,
)
from trueline.plan.typed import (
    Add,
    Both,
    Cell,
    Choice,
    Compare,
    Const,
    Highest,
    LevelRef,
    Multiply,
    Negate,
    OrderSum,
    RankConst,
    Ratio,
    Ref,
    TextIs,
    TextSame,
    Typed,
    Whole,
)

_OR, _AND, _NOT, _COMPARE, _SUM, _PRODUCT, _ATOM = range(7)
_PLAIN = re.compile(r"[A-Za-z_]\w*\Z")


def place(plan: Plan, *path: str | int) -> str:
    """``file:line`` of a key or value of the plan."""
    where: Path = path
    line, _ = plan.document.place(where, key=True)
    return f"{plan.document.file}:{line}"


def written(plan: Plan, *path: str | int) -> str | None:
    """The text that stands at a path of the plan file, on one line; None where none does."""
    value = plan.raw()
    for key in path:
        if isinstance(value, dict) and key in value:
            value = value[key]
            continue
        if not isinstance(value, list) or not isinstance(key, int) or key >= len(value):
            return None
        value = value[key]
    return " ".join(value.split()) if isinstance(value, str) else None


def quoted(word: str) -> str:
    """A rank or text as an expression writes it."""
    return word if _PLAIN.match(word) else f'"{word}"'


def spell(plan: Plan, node: Typed) -> str:
    """An expression in the words of the plan language."""
    return _Speller(plan).text(node, _OR)


def spell_step(plan: Plan, key: str) -> str:
    """What a step computes: its name, or the expression of a step without one."""
    return _Speller(plan).step(key, _OR)


class _Speller:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def text(self, node: Typed, outer: int) -> str:
        """The node, in brackets where it binds less than what stands around it."""
        inner, text = self._spelled(node)
        return f"({text})" if inner < outer else text

    def _spelled(self, node: Typed) -> tuple[int, str]:
        if isinstance(node, Ref):
            if node.source:
                return _ATOM, f"source.{node.step}"
            return self._own(node.step)
        if isinstance(node, (Both, Negate, Compare, TextIs, TextSame)):
            return self._condition(node)
        if isinstance(node, (Add, Multiply)):
            return self._arithmetic(node)
        return _ATOM, self._atom(node)

    def _atom(self, node: Typed) -> str:
        if isinstance(node, Const):
            return format_number(node.value * node.type.scale, group=True)
        if isinstance(node, RankConst):
            return "none" if node.code < 0 else quoted(self.plan.ranks[node.code])
        if isinstance(node, LevelRef):
            return "level"
        if isinstance(node, OrderSum):
            return f"order({node.volume})"
        if isinstance(node, Cell):
            return node.column
        if isinstance(node, Choice):
            return f"if({', '.join(self.text(part, _OR) for part in (node.condition, node.then, node.other))})"
        if isinstance(node, Highest):
            parts = ", ".join(self.text(part, _OR) for part in node.parts)
            name = {1: "max(", len(node.parts): "min("}.get(node.k, f"highest({node.k}, ")
            return f"{name}{parts})"
        if isinstance(node, Whole):
            return f"whole({self.text(node.part, _OR)})"
        if isinstance(node, Ratio):
            left, right = self.text(node.left, _OR), self.text(node.right, _OR)
            return f"ratio({left}, {right}, {format_number(node.type.scale)})"
        raise TypeError(node)

    def _condition(self, node: Both | Negate | Compare | TextIs | TextSame) -> tuple[int, str]:
        if isinstance(node, Both):
            level = _AND if node.operator == "and" else _OR
            return level, f" {node.operator} ".join(self.text(part, level + 1) for part in node.parts)
        if isinstance(node, Negate):
            return _NOT, f"not {self.text(node.part, _NOT)}"
        if isinstance(node, TextIs):
            return _COMPARE, f"{self.text(node.part, _SUM)} {'!=' if node.negated else '='} {quoted(node.word)}"
        operator = node.operator if isinstance(node, Compare) else "!=" if node.negated else "="
        return _COMPARE, f"{self.text(node.left, _SUM)} {operator} {self.text(node.right, _SUM)}"

    def _arithmetic(self, node: Add | Multiply) -> tuple[int, str]:
        if isinstance(node, Multiply):
            if isinstance(node.left, Const) and node.left.value == -1 and node.left.type.scale == 1:
                return _PRODUCT, f"-{self.text(node.right, _ATOM)}"
            if (
                isinstance(node.right, Const)
                and node.right.type.scale.numerator == 1 != node.right.type.scale.denominator
            ):
                return _PRODUCT, self._divided(node.left, node.right.value * node.right.type.scale)
            return _PRODUCT, f"{self.text(node.left, _PRODUCT)} * {self.text(node.right, _ATOM)}"
        if isinstance(node.right, Const) and node.right.value == 0:
            return self._spelled(node.left)
        minus = node.right_times < 0
        right = self.text(node.right, _PRODUCT if minus else _SUM)
        return _SUM, f"{self.text(node.left, _SUM)} {'-' if minus else '+'} {right}"

    def _divided(self, left: Typed, by: Fraction) -> str:
        """A product with a share such as 0.05 as it reads best: ``* 5%`` or ``/ 7``."""
        percent = by * 100
        if format_number(percent).find("/") < 0:
            return f"{self.text(left, _PRODUCT)} * {format_number(percent)}%"
        return f"{self.text(left, _PRODUCT)} / {format_number(1 / by, group=True)}"

    # steps ------------------------------------------------------------------------------------------------------

    def step(self, key: str, outer: int) -> str:
        inner, text = self._own(key)
        return f"({text})" if inner < outer else text

    def _own(self, key: str) -> tuple[int, str]:
        if not key.startswith("§"):
            return _ATOM, key
        step = self.plan.steps[key]
        if isinstance(step, ExprStep):
            return self._spelled(step.expression)
        if isinstance(step, VolumeStep):
            return _ATOM, self._volume(step)
        if isinstance(step, FoldStep):
            return _ATOM, self._fold(step)
        if isinstance(step, HistoryStep):
            count = f"{step.n}, " if step.function == "last" else ""
            return _ATOM, f"{step.function}({count}{self.step(step.argument, _OR)})"
        if isinstance(step, EarnedStep):
            return _ATOM, f'earned("{step.bonus}")'
        if isinstance(step, OverrideStep):
            return _ATOM, f"override({step.what})"
        raise TypeError(step)

    def _volume(self, step: VolumeStep) -> str:
        name = {"sum": "orders", "largest": "largest_order", "count": "order_count"}[step.how]
        where = f"where {self.text(step.where, _OR)}" if step.where is not None else ""
        first = " ".join(part for part in (step.volume, where) if part)
        window = window_words(step.window)
        return f"{name}({', '.join(part for part in (first, window) if part)})"

    def _fold(self, step: FoldStep) -> str:
        inside = f" in {step.tree}" if step.tree != self.plan.main_tree else ""
        if step.argument is None:
            return f"{step.function}({step.tree})"
        value = self.step(step.argument, _OR)
        if step.cut:
            value += f" cut at {self.step(step.cut, _OR)}"
        before = ""
        if step.function == "levels":
            before = f"{step.k} to {step.last}, "
        elif step.function in ("leg", "rest", "slot"):
            before = f"{step.k}, "
        elif step.function == "capped" and step.cap:
            before = f"{self.step(step.cap, _OR)}, "
        return f"{step.function}({before}{value}{'' if step.function in ('company', 'owner') else inside})"


def window_words(window: Window) -> str:
    """A window as an expression writes it; nothing for the period itself."""
    if window.form == "period":
        return ""
    if window.form in ("previous period", "lifetime"):
        return window.form
    first, last = window.form.split()
    return f"{first} {window.count} {last}"

"""Bottom-up groups: steps that need each other through members strictly below, computed position by position.

The steps become a small program for the stack machine of ``machine``; whatever does not read the group is a column
computed before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from trueline.plan.order import Group
from trueline.plan.steps import ExprStep, FoldStep, RankStep, TableStep, TitleStep
from trueline.plan.typed import (
    Add,
    Both,
    Choice,
    Compare,
    Const,
    Highest,
    Multiply,
    Negate,
    RankConst,
    Ratio,
    Ref,
    Typed,
    Whole,
    references,
)
from trueline.reckon.evaluate import Values, evaluate, whole_column
from trueline.reckon.folds import sponsors
from trueline.reckon.machine import (
    ADD,
    AND,
    CHOOSE,
    COMPARE,
    CONST,
    EXTERNAL,
    FOLD,
    HIGHEST,
    MULTIPLY,
    NOT,
    OR,
    RANK,
    RATIO,
    SLOT,
    STORE,
    TABLE,
    TIMES,
    TITLE,
    TOP,
    WHOLE,
    leg_of_enrolled,
    run_program,
)
from trueline.reckon.ranks import NOT_GIVEN, overrides
from trueline.reckon.state import opening
from trueline.reckon.tables import otherwise_of, values_of
from trueline.reckon.world import Int64s, MemberLookup, World

_COMPARISONS = (">=", ">", "<=", "<", "=", "!=")
_ONE = Fraction(1)
_FOLD_KINDS = ("group", "downline", "frontline", "legs", "enrolled_legs", "leg", "rest", "capped", "levels")


@dataclass
class Program:
    """Compiled group. ``code`` is int64 [m, 3]; ``external`` columns [e][n]; folds int64
    [f, 5]: kind, argument, cut, k, external cap or last level; tables are slices of ``marks`` and ``values``.
    """

    slots: dict[str, int]
    code: list[tuple[int, int, int]] = field(default_factory=list)
    constants: list[int] = field(default_factory=list)
    external: list[Int64s] = field(default_factory=list)
    folds: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    tables: list[tuple[int, int, int, int]] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    values: list[int] = field(default_factory=list)
    conditions: list[list[int]] = field(default_factory=list)
    named: dict[str, int] = field(default_factory=dict)


def run_group(world: World, group: Group) -> None:
    """Compute every step of a bottom-up group and put its column into the world."""
    tree = world.trees[group.tree or ""]
    compiler = _Compiler(world, group)
    program = compiler.compile()
    slots = np.zeros((len(program.slots), world.size), dtype=np.int64)
    earned = np.full(world.size, -1, dtype=np.int64)
    exact, floor, title, used, grace, ladder = compiler.rank_inputs()
    external = np.stack(program.external) if program.external else np.zeros((1, world.size), dtype=np.int64)
    unknown = run_program(
        _matrix(program.code, 3),
        np.array([*program.constants, 0], dtype=np.int64),
        np.ascontiguousarray(external),
        _matrix(program.folds, 5),
        _matrix(program.tables, 4),
        np.array([*program.marks, 0], dtype=np.int64),
        np.array([*program.values, 0], dtype=np.int64),
        _matrix(program.conditions, max(len(world.plan.ranks), 1)),
        np.concatenate([np.flatnonzero(tree.rank_of < 0).astype(np.int32), tree.order]),
        tree.parent,
        leg_of_enrolled(tree, sponsors(world)),
        exact,
        floor,
        title,
        used,
        grace,
        ladder,
        slots,
        earned,
    )
    if unknown >= 0:
        raise world.refuse(
            f"A table is unknown for member {world.ids[unknown]}.", "Find the value in the plan document."
        )
    for key, slot in program.slots.items():
        step = world.plan.steps[key]
        column = slots[slot]
        world.columns[key] = column.astype(np.bool_) if str(step.type) == "condition" else column
        if isinstance(step, RankStep):
            world.columns["rank.earned"] = earned


def _matrix(rows: Sequence[Sequence[int]], width: int) -> NDArray[np.int64]:
    return np.array(rows, dtype=np.int64).reshape(len(rows), width) if rows else np.zeros((0, width), dtype=np.int64)


class _Compiler:
    def __init__(self, world: World, group: Group) -> None:
        self.world = world
        self.steps = world.plan.steps
        self.program = Program({key: index for index, key in enumerate(group.keys)})

    def compile(self) -> Program:
        for key in self.program.slots:
            step = self.steps[key]
            if isinstance(step, ExprStep):
                self._expression(step.expression)
            elif isinstance(step, FoldStep):
                self._fold(step)
            elif isinstance(step, TableStep):
                self._table(step)
            elif isinstance(step, RankStep):
                self._rank(step)
            elif isinstance(step, TitleStep):
                self._emit(EXTERNAL, self._add_external(opening(self.world, "title", _ONE, -1)))
                self._emit(EXTERNAL, self._add_external(opening(self.world, "misses", _ONE)))
                self._emit(EXTERNAL, self._add_external(opening(self.world, "best since", _ONE, -1)))
                self._emit(SLOT, self.program.slots["rank"])
                self._emit(TITLE, ("best ever", "paid as", "falls").index(step.rule), step.after)
            else:
                raise TypeError(step)
            self._emit(STORE, self.program.slots[key])
        return self.program

    def rank_inputs(self) -> tuple[Int64s, Int64s, Int64s, Int64s, int, Int64s]:
        world, step = self.world, self.steps["rank"]
        assert isinstance(step, RankStep)
        if "rank" not in self.program.slots:
            nothing = np.full(world.size, NOT_GIVEN, dtype=np.int64)
            zero = np.zeros(world.size, dtype=np.int64)
            return nothing, zero, zero, zero, 0, zero
        exact, floor = overrides(world, step)
        ladder = world.numbers(step.by) if step.by else np.zeros(world.size, dtype=np.int64)
        return exact, floor, opening(world, "title", _ONE, -1), opening(world, "grace", _ONE), step.grace, ladder

    def _emit(self, operation: int, first: int = 0, second: int = 0) -> None:
        self.program.code.append((operation, first, second))

    def _inside(self, node: Typed) -> bool:
        return any(ref.step in self.program.slots for ref in references(node))

    def _external(self, key: str) -> int:
        """The row of a column of a step outside the group."""
        if key not in self.program.named:
            values = self.world.column(key)
            self.program.named[key] = self._add_external(values)
        return self.program.named[key]

    def _add_external(self, values: Values) -> int:
        self.program.external.append(whole_column(values, self.world.size, "A column"))
        return len(self.program.external) - 1

    def _constant(self, value: int) -> int:
        if abs(value) >= 2**63:
            raise OverflowError("A constant of the plan is too large for exact columns.")
        self.program.constants.append(value)
        return len(self.program.constants) - 1

    def _expression(self, node: Typed) -> None:
        if not self._inside(node):
            if isinstance(node, (Const, RankConst)):
                self._emit(CONST, self._constant(node.value if isinstance(node, Const) else node.code))
            else:
                self._emit(EXTERNAL, self._add_external(evaluate(node, MemberLookup(self.world))))
            return
        if isinstance(node, Ref):
            self._emit(SLOT, self.program.slots[node.step])
        elif isinstance(node, Add):
            self._scaled(node.left, node.left_times)
            self._scaled(node.right, node.right_times)
            self._emit(ADD)
        elif isinstance(node, Multiply):
            self._expression(node.left)
            self._expression(node.right)
            self._emit(MULTIPLY)
        elif isinstance(node, Compare):
            self._scaled(node.left, node.left_times)
            self._scaled(node.right, node.right_times)
            self._emit(COMPARE, _COMPARISONS.index(node.operator))
        elif isinstance(node, Both):
            for part in node.parts:
                self._expression(part)
            self._emit(AND if node.operator == "and" else OR, len(node.parts))
        elif isinstance(node, Negate):
            self._expression(node.part)
            self._emit(NOT)
        else:
            self._choice(node)

    def _choice(self, node: Typed) -> None:
        if isinstance(node, Choice):
            self._expression(node.condition)
            self._scaled(node.then, node.then_times)
            self._scaled(node.other, node.other_times)
            self._emit(CHOOSE)
        elif isinstance(node, Highest):
            for part, many in zip(node.parts, node.times, strict=True):
                self._scaled(part, many)
            self._emit(HIGHEST, len(node.parts), node.k)
        elif isinstance(node, Whole):
            self._scaled(node.part, node.times)
            self._emit(WHOLE, self._constant(node.units))
        elif isinstance(node, Ratio):
            self._scaled(node.left, node.left_times)
            self._scaled(node.right, node.right_times)
            self._emit(RATIO)
        else:
            raise TypeError(f"{type(node).__name__} cannot stand in a bottom-up group")

    def _scaled(self, node: Typed, many: int) -> None:
        self._expression(node)
        if many != 1:
            self._emit(TIMES, self._constant(many))

    def _operand(self, key: str) -> int:
        """A step as a slot (≥ 0) or an external column (−2 − row)."""
        return self.program.slots[key] if key in self.program.slots else -2 - self._external(key)

    def _fold(self, step: FoldStep) -> None:
        if step.function in ("leg", "rest") and step.k >= TOP:
            raise self.world.refuse(f"leg({step.k}, …) is too deep inside a rank condition.", f"Use at most {TOP - 1}.")
        cut = -1 if step.cut is None else self._operand(step.cut)
        cap = -1 if step.cap is None else self._external(step.cap)
        if step.function == "levels":
            cap = step.last
        argument = self._operand(step.argument or "")
        self.program.folds.append((_FOLD_KINDS.index(step.function), argument, cut, step.k, cap))
        self._emit(FOLD, len(self.program.folds) - 1)

    def _table(self, step: TableStep) -> None:
        if step.form not in ("cliff", "values") or len(step.keys) != 1:
            raise self.world.refuse(
                "Only cliff and values tables can stand in a circle of ranks.", "Key it by a measure outside."
            )
        self._expression(Ref(step.keys[0], False, self.steps[step.keys[0]].type))
        if step.key_times[0] != 1:
            self._emit(TIMES, self._constant(step.key_times[0]))
        start = len(self.program.marks)
        self.program.marks.extend(int(row.at[0]) for row in step.rows)
        self.program.values.extend(int(value) for value in values_of(step))
        exact = int(step.form == "values")
        self.program.tables.append((start, len(self.program.marks), exact, int(otherwise_of(step))))
        self._emit(TABLE, len(self.program.tables) - 1)

    def _rank(self, step: RankStep) -> None:
        for _, conditions in step.ladders:
            self.program.conditions.append([-1 if key is None else self._operand(key) for key in conditions])
        self._emit(RANK)

"""Bottom-up groups: steps that need each other through members strictly below, computed position by position.

The steps become a small program for a stack machine over int64; whatever does not read the group is a column computed
before. One pass from the leaves up runs the program at each position and hands its folds to the position above.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from trueline.kernel import kernel
from trueline.money.exact import add, muldiv
from trueline.network import Tree
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
    NumberType,
    RankConst,
    Ratio,
    Ref,
    TextIs,
    Typed,
    Whole,
    references,
)
from trueline.reckon.evaluate import evaluate, whole_column
from trueline.reckon.folds import sponsors
from trueline.reckon.ranks import NOT_GIVEN, overrides
from trueline.reckon.state import opening
from trueline.reckon.tables import UNKNOWN, otherwise_of, values_of
from trueline.reckon.world import Int64s, MemberLookup, World

CONST, EXTERNAL, SLOT, TIMES, ADD, MULTIPLY, HIGHEST, CHOOSE, WHOLE, RATIO = range(10)
COMPARE, AND, OR, NOT, STORE, TABLE, RANK, FOLD, TITLE = range(10, 19)

_COMPARISONS = (">=", ">", "<=", "<", "=", "!=")
_ONE = Fraction(1)
_FOLD_KINDS = ("group", "downline", "frontline", "legs", "enrolled_legs", "leg", "rest", "capped", "levels")
TOP = 8
"""How many legs a bottom-up pass keeps apart for ``leg(k, …)`` and ``rest(k, …)``."""


@dataclass
class Program:
    """Compiled group. ``code`` is int64 [m, 3]; ``external`` columns [e][n]; folds int64 [f, 6]: kind, argument slot, cut
    slot, k, external cap, argument is external; tables are slices of ``marks`` and ``values``."""

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
    unknown = _pass(
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
        _leg_of_enrolled(tree, sponsors(world)),
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
        raise world.refuse(f"A table is unknown for member {world.ids[unknown]}.", "Find the value in the plan document.")
    for key, slot in program.slots.items():
        step = world.plan.steps[key]
        column = slots[slot]
        world.columns[key] = column.astype(np.bool_) if str(step.type) == "condition" else column
        if isinstance(step, RankStep):
            world.columns["rank.earned"] = earned


def _matrix(rows: list[tuple[int, ...]] | list[list[int]], width: int) -> NDArray[np.int64]:  # type: ignore[type-arg]
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

    def _add_external(self, values: np.ndarray) -> int:  # type: ignore[type-arg]
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
            raise self.world.refuse("Only cliff and values tables can stand in a circle of ranks.", "Key it by a measure outside.")
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


def _leg_of_enrolled(tree: Tree, sponsor: NDArray[np.int32]) -> NDArray[np.int32]:
    """int32 [n]: the frontline member of my sponsor whose leg holds me in this tree; −1 where the sponsor is not above."""
    out = np.empty(tree.count, dtype=np.int32)
    _find_legs(tree.order, tree.depth, sponsor, np.empty(tree.order.size, dtype=np.int32), out)
    return out


@kernel
def _find_legs(
    order: NDArray[np.int32], depth: NDArray[np.int32], sponsor: NDArray[np.int32], path: NDArray[np.int32], out: NDArray[np.int32]
) -> None:
    """One pass in preorder, keeping the line down to the member visited. O(n)."""
    out[:] = -1
    for position in range(order.size):
        i = order[position]
        level = depth[i]
        path[level] = i
        above = sponsor[i]
        if above >= 0 and depth[above] >= 0 and depth[above] < level and path[depth[above]] == above:
            out[i] = path[depth[above] + 1]


@kernel
def _pass(
    code: NDArray[np.int64],
    constants: Int64s,
    external: NDArray[np.int64],
    folds: NDArray[np.int64],
    tables: NDArray[np.int64],
    marks: Int64s,
    values: Int64s,
    conditions: NDArray[np.int64],
    order: NDArray[np.int32],
    parent: NDArray[np.int32],
    enrolled: NDArray[np.int32],
    exact: Int64s,
    floor: Int64s,
    title: Int64s,
    used: Int64s,
    grace: int,
    ladder: Int64s,
    slots: NDArray[np.int64],
    earned: Int64s,
) -> int:
    """Run the program at every position, leaves first, and at members outside the tree, for whom every fold is 0.

    Returns −1, or a member whose table value is unknown.
    """
    count, n = folds.shape[0], slots.shape[1]
    total = np.zeros((count, n), dtype=np.int64)
    best = np.zeros((count, n, 8), dtype=np.int64) if _needs_best(folds) else np.zeros((count, 1, 8), dtype=np.int64)
    legs = np.zeros((count, n), dtype=np.int64)
    deepest = 0
    for f in range(count):
        if folds[f, 0] == 8:
            deepest = max(deepest, folds[f, 4])
    below = np.zeros((count if deepest else 0, deepest, n), dtype=np.int64)
    holds = np.zeros((count, n), dtype=np.bool_)
    stack = np.zeros(256, dtype=np.int64)
    for position in range(order.size - 1, -1, -1):
        i = order[position]
        top = 0
        for line in range(code.shape[0]):
            operation, a, b = code[line, 0], code[line, 1], code[line, 2]
            if operation == CONST:
                stack[top] = constants[a]
                top += 1
            elif operation == EXTERNAL:
                stack[top] = external[a, i]
                top += 1
            elif operation == SLOT:
                stack[top] = slots[a, i]
                top += 1
            elif operation == TIMES:
                stack[top - 1] = muldiv(stack[top - 1], constants[a], 1, 0)
            elif operation == ADD:
                top -= 1
                stack[top - 1] = add(stack[top - 1], stack[top])
            elif operation == MULTIPLY:
                top -= 1
                stack[top - 1] = muldiv(stack[top - 1], stack[top], 1, 0)
            elif operation == HIGHEST:
                top -= a - 1
                stack[top - 1] = np.sort(stack[top - 1 : top - 1 + a])[a - b]
            elif operation == CHOOSE:
                top -= 2
                stack[top - 1] = stack[top] if stack[top - 1] != 0 else stack[top + 1]
            elif operation == WHOLE:
                stack[top - 1] = stack[top - 1] // constants[a]
            elif operation == RATIO:
                top -= 1
                stack[top - 1] = 0 if stack[top] == 0 else stack[top - 1] // stack[top]
            elif operation == COMPARE:
                top -= 1
                stack[top - 1] = _compared(a, stack[top - 1], stack[top])
            elif operation == AND:
                top -= a - 1
                stack[top - 1] = np.int64(np.all(stack[top - 1 : top - 1 + a] != 0))
            elif operation == OR:
                top -= a - 1
                stack[top - 1] = np.int64(np.any(stack[top - 1 : top - 1 + a] != 0))
            elif operation == NOT:
                stack[top - 1] = 1 - stack[top - 1]
            elif operation == STORE:
                top -= 1
                slots[a, i] = stack[top]
            elif operation == TABLE:
                found = _looked_up(tables, marks, values, a, stack[top - 1])
                if found == UNKNOWN:
                    return int(i)
                stack[top - 1] = found
            elif operation == RANK:
                earned[i] = _highest_rank(conditions, ladder[i], slots, external, i)
                kept = earned[i] < title[i] and used[i] < grace
                reached = title[i] if kept else earned[i]
                stack[top] = max(reached if exact[i] == -2 else exact[i], floor[i])
                top += 1
            elif operation == TITLE:
                top -= 3
                stack[top - 1] = _title(a, b, stack[top - 1], stack[top], stack[top + 1], stack[top + 2])
            elif folds[a, 0] == 8:
                stack[top] = _sum_levels(below[a], folds[a, 3], folds[a, 4], i)
                top += 1
            else:
                stack[top] = 0 if parent[i] == -2 else _fold_value(folds, a, i, slots, external, total, best, legs)
                top += 1
        _hand_up(folds, i, parent[i], enrolled[i], slots, external, total, best, legs, holds)
        if deepest and parent[i] >= 0:
            _hand_up_levels(folds, i, parent[i], slots, external, below)
    return -1


@kernel
def _title(rule: int, after: int, old: int, misses: int, best: int, rank: int) -> int:
    """The title after this period (docs/semantics.md, section 8)."""
    if rule == 1 or rank >= old:
        return rank
    if rule == 2 and misses + 1 >= after:
        return max(best, rank)
    return old


@kernel
def _sum_levels(below: NDArray[np.int64], first: int, last: int, i: int) -> np.int64:
    found = np.int64(0)
    for level in range(first - 1, last):
        found = add(found, below[level, i])
    return found


@kernel
def _hand_up_levels(
    folds: NDArray[np.int64], i: int, above: int, slots: NDArray[np.int64], external: NDArray[np.int64], below: NDArray[np.int64]
) -> None:
    """Add own value and what stands below, one level further, to the position above."""
    for f in range(folds.shape[0]):
        if folds[f, 0] == 8:
            below[f, 0, above] = add(below[f, 0, above], _operand_value(folds[f, 1], i, slots, external))
            for level in range(1, folds[f, 4]):
                below[f, level, above] = add(below[f, level, above], below[f, level - 1, i])


@kernel
def _needs_best(folds: NDArray[np.int64]) -> bool:
    for f in range(folds.shape[0]):
        if folds[f, 0] == 5 or folds[f, 0] == 6:
            return True
    return False


@kernel
def _compared(operator: int, left: int, right: int) -> int:
    if operator == 0:
        return int(left >= right)
    if operator == 1:
        return int(left > right)
    if operator == 2:
        return int(left <= right)
    if operator == 3:
        return int(left < right)
    return int((left == right) == (operator == 4))


@kernel
def _operand_value(operand: int, i: int, slots: NDArray[np.int64], external: NDArray[np.int64]) -> np.int64:
    return slots[operand, i] if operand >= 0 else external[-2 - operand, i]


@kernel
def _looked_up(tables: NDArray[np.int64], marks: Int64s, values: Int64s, table: int, key: int) -> np.int64:
    start, end, exact, found = tables[table, 0], tables[table, 1], tables[table, 2], tables[table, 3]
    for row in range(start, end):
        if marks[row] == key or (exact == 0 and marks[row] < key):
            found = values[row]
    return found


@kernel
def _highest_rank(
    conditions: NDArray[np.int64], ladder: int, slots: NDArray[np.int64], external: NDArray[np.int64], i: int
) -> np.int64:
    for code in range(conditions.shape[1] - 1, -1, -1):
        operand = conditions[ladder, code]
        if operand != -1 and _operand_value(operand, i, slots, external) != 0:
            return np.int64(code)
    return np.int64(-1)


@kernel
def _fold_value(
    folds: NDArray[np.int64],
    f: int,
    i: int,
    slots: NDArray[np.int64],
    external: NDArray[np.int64],
    total: NDArray[np.int64],
    best: NDArray[np.int64],
    legs: NDArray[np.int64],
) -> np.int64:
    kind, argument, k = folds[f, 0], folds[f, 1], folds[f, 3]
    if kind == 0:
        return add(total[f, i], _operand_value(argument, i, slots, external))
    if kind == 3 or kind == 4:
        return legs[f, i]
    if kind == 5:
        return best[f, i, k - 1] if legs[f, i] >= k else np.int64(0)
    if kind == 6:
        rest = total[f, i]
        for place in range(min(k, legs[f, i])):
            rest = add(rest, -best[f, i, place])
        return rest
    return total[f, i]


@kernel
def _hand_up(
    folds: NDArray[np.int64],
    i: int,
    above: int,
    enrolled: int,
    slots: NDArray[np.int64],
    external: NDArray[np.int64],
    total: NDArray[np.int64],
    best: NDArray[np.int64],
    legs: NDArray[np.int64],
    holds: NDArray[np.bool_],
) -> None:
    """Add what each fold takes from position ``i`` to the position above it (or, for enrolled legs, to the sponsor's leg)."""
    for f in range(folds.shape[0]):
        kind, cut = folds[f, 0], folds[f, 2]
        own = _operand_value(folds[f, 1], i, slots, external)
        if kind == 4:
            if own != 0 and enrolled >= 0:
                holds[f, enrolled] = True
            if above >= 0 and holds[f, i]:
                legs[f, above] += 1
            continue
        if above < 0 or kind == 8:
            continue
        if kind == 0:
            if cut == -1 or _operand_value(cut, i, slots, external) == 0:
                total[f, above] = add(total[f, above], add(total[f, i], own))
        elif kind == 1:
            total[f, above] = add(total[f, above], add(total[f, i], own))
        elif kind == 3:
            if own != 0 or holds[f, i]:
                holds[f, above] = True
                legs[f, above] += 1
        elif kind == 7:
            total[f, above] = add(total[f, above], min(own, external[folds[f, 4], above]))
        else:
            total[f, above] = add(total[f, above], own)
            if kind >= 5:
                _rank_leg(best[f, above], legs[f, above], own)
                legs[f, above] += 1


@kernel
def _rank_leg(best: Int64s, count: int, value: int) -> None:
    """Insert a leg's value into the falling list of the largest eight."""
    place = min(count, 8)
    if place == 8:
        if value <= best[7]:
            return
        place = 7
    while place > 0 and best[place - 1] < value:
        best[place] = best[place - 1]
        place -= 1
    best[place] = value

"""The stack machine of bottom-up groups: one pass from the leaves up runs a small program at each position.

Everything is int64; truth is 1 and 0. After its steps a position hands what each fold takes to the position above it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trueline.kernel import kernel
from trueline.money.exact import add, muldiv
from trueline.network import Tree
from trueline.reckon.tables import UNKNOWN
from trueline.reckon.world import Int64s

CONST, EXTERNAL, SLOT, TIMES, ADD, MULTIPLY, HIGHEST, CHOOSE, WHOLE, RATIO = range(10)
COMPARE, AND, OR, NOT, STORE, TABLE, RANK, FOLD, TITLE = range(10, 19)
"""The operations; ``run_program`` says what each does to the stack."""

TOP = 8
"""How many legs are kept apart for ``leg(k, …)`` and ``rest(k, …)``."""


def leg_of_enrolled(tree: Tree, sponsor: NDArray[np.int32]) -> NDArray[np.int32]:
    """int32 [n]: the frontline member of my sponsor whose leg holds me; −1 where the sponsor is not above here."""
    out = np.empty(tree.count, dtype=np.int32)
    _find_legs(tree.order, tree.depth, sponsor, np.empty(tree.order.size, dtype=np.int32), out)
    return out


@kernel
def _find_legs(
    order: NDArray[np.int32],
    depth: NDArray[np.int32],
    sponsor: NDArray[np.int32],
    path: NDArray[np.int32],
    out: NDArray[np.int32],
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
def run_program(
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

    Returns −1, or a member whose table value is unknown. It is longer than a screen because, with
    the arithmetic in a kernel of its own, it took 1.3 times as long over the bundled company.
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
    folds: NDArray[np.int64],
    i: int,
    above: int,
    slots: NDArray[np.int64],
    external: NDArray[np.int64],
    below: NDArray[np.int64],
) -> None:
    """Add own value and what stands below, one level further, to the position above."""
    for f in range(folds.shape[0]):
        if folds[f, 0] == 8:
            below[f, 0, above] = add(below[f, 0, above], _operand_value(folds[f, 1], i, slots, external))
            for level in range(1, folds[f, 4]):
                below[f, level, above] = add(below[f, level, above], below[f, level - 1, i])


@kernel
def _needs_best(folds: NDArray[np.int64]) -> bool:
    for f in range(folds.shape[0]):  # noqa: SIM110  # compiled: no generators
        if 5 <= folds[f, 0] <= 6:
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
    return np.int64(slots[operand, i] if operand >= 0 else external[-2 - operand, i])


@kernel
def _looked_up(tables: NDArray[np.int64], marks: Int64s, values: Int64s, table: int, key: int) -> np.int64:
    start, end, exact, found = tables[table, 0], tables[table, 1], tables[table, 2], tables[table, 3]
    for row in range(start, end):
        if marks[row] == key or (exact == 0 and marks[row] < key):
            found = values[row]
    return np.int64(found)


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
    if 3 <= kind <= 4:
        return np.int64(legs[f, i])
    if kind == 5:
        return np.int64(best[f, i, k - 1] if legs[f, i] >= k else 0)
    if kind == 6:
        rest = total[f, i]
        for place in range(min(k, legs[f, i])):
            rest = add(rest, -best[f, i, place])
        return np.int64(rest)
    return np.int64(total[f, i])


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
    """Add what each fold takes from position ``i`` to the position above (enrolled legs: mark the sponsor's leg)."""
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
def _rank_leg(best: Int64s, count: int, value: int | np.int64) -> None:
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

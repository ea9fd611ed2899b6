"""Evaluating typed expressions over whole columns, exactly.

Numbers are int64 columns (or single values); where a product or a sum could leave int64 the column becomes one of
Python integers, so that nothing wraps and nothing is refused for its size.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

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
    NumberType,
    OrderSum,
    RankConst,
    Ratio,
    Ref,
    TextIs,
    TextSame,
    Typed,
    Whole,
)

Values = NDArray[Any]
_LIMIT = 2**63


class Lookup(Protocol):
    """Where an expression finds its values: columns of members, of pairs, or of order lines."""

    def reference(self, ref: Ref) -> Values: ...

    def level(self) -> Values: ...

    def order_sum(self, node: OrderSum) -> Values: ...

    def cell(self, cell: Cell) -> Values: ...

    def words(self, part: Typed) -> list[str]:
        """The texts that the codes of a text column stand for."""
        ...

    def has_tag(self, word: str) -> Values:
        """Whether the product of each order line has a class tag."""
        ...


def evaluate(node: Typed, lookup: Lookup) -> Values:
    """The column of an expression: int64 (or Python integers) × scale, booleans, rank codes, or text codes."""
    if isinstance(node, Const):
        return fit(np.asarray(node.value, dtype=object))
    if isinstance(node, RankConst):
        return np.asarray(node.code, dtype=np.int64)
    if isinstance(node, Ref):
        return lookup.reference(node)
    if isinstance(node, LevelRef):
        return lookup.level()
    if isinstance(node, OrderSum):
        return lookup.order_sum(node)
    if isinstance(node, Cell):
        return lookup.cell(node)
    if isinstance(node, (TextIs, TextSame)):
        return _text(node, lookup)
    if isinstance(node, Add):
        left, right = (evaluate(part, lookup) for part in (node.left, node.right))
        return plus(times(left, node.left_times), times(right, node.right_times))
    if isinstance(node, Multiply):
        return multiply(evaluate(node.left, lookup), evaluate(node.right, lookup))
    if isinstance(node, Compare):
        return _compare(node, lookup)
    if isinstance(node, Both):
        return _both(node, lookup)
    if isinstance(node, Negate):
        return np.logical_not(evaluate(node.part, lookup))
    return _choose(node, lookup)


def _choose(node: Typed, lookup: Lookup) -> Values:
    if isinstance(node, Choice):
        condition, then, other = (evaluate(part, lookup) for part in (node.condition, node.then, node.other))
        if isinstance(node.type, NumberType):
            then, other = times(then, node.then_times), times(other, node.other_times)
        return fit(np.where(condition, then, other))
    if isinstance(node, Highest):
        parts = [times(evaluate(part, lookup), many) for part, many in zip(node.parts, node.times, strict=True)]
        stacked = np.stack(np.broadcast_arrays(*parts))
        return fit(np.sort(stacked, axis=0)[-node.k])
    if isinstance(node, Whole):
        return fit(beside(times(evaluate(node.part, lookup), node.times), node.units) // node.units)
    if isinstance(node, Ratio):
        left = times(evaluate(node.left, lookup), node.left_times)
        right = times(evaluate(node.right, lookup), node.right_times)
        none = right == 0
        return fit(np.where(none, 0, left // np.where(none, 1, right)))
    raise TypeError(node)


def _text(node: TextIs | TextSame, lookup: Lookup) -> Values:
    if isinstance(node, TextIs):
        if isinstance(node.part, Cell) and node.part.column == "class":
            found: Values = lookup.has_tag(node.word)
        else:
            words = lookup.words(node.part)
            codes = evaluate(node.part, lookup)
            found = codes == (words.index(node.word) if node.word in words else -2)
    else:
        left, right = lookup.words(node.left), lookup.words(node.right)
        recode = np.array([left.index(word) if word in left else -3 for word in right] + [-1])
        found = evaluate(node.left, lookup) == recode[evaluate(node.right, lookup)]
    return np.logical_not(found) if node.negated else found


_COMPARISONS = {
    ">=": np.greater_equal,
    ">": np.greater,
    "<=": np.less_equal,
    "<": np.less,
    "=": np.equal,
    "!=": np.not_equal,
}


def _compare(node: Compare, lookup: Lookup) -> Values:
    left = times(evaluate(node.left, lookup), node.left_times)
    right = times(evaluate(node.right, lookup), node.right_times)
    found: Values = np.asarray(_COMPARISONS[node.operator](left, right), dtype=np.bool_)
    return found


def _both(node: Both, lookup: Lookup) -> Values:
    parts = [evaluate(part, lookup) for part in node.parts]
    combine = np.logical_and if node.operator == "and" else np.logical_or
    found = parts[0]
    for part in parts[1:]:
        found = combine(found, part)
    return np.asarray(found, dtype=np.bool_)


# arithmetic that never wraps ------------------------------------------------------------------------------------


def largest(values: Values) -> int:
    """The largest magnitude in a column; 0 for an empty one."""
    if values.size == 0:
        return 0
    return max(abs(int(values.max())), abs(int(values.min())))


def times(values: Values, factor: int) -> Values:
    """Values × factor."""
    if factor == 1:
        return values
    if values.dtype == np.bool_:
        values = values.astype(np.int64)
    if values.dtype == object or largest(values) * abs(factor) >= _LIMIT:
        return np.asarray(values.astype(object) * factor)
    return np.asarray(values * np.int64(factor))


def plus(left: Values, right: Values) -> Values:
    """Left + right."""
    if object in (left.dtype, right.dtype) or largest(left) + largest(right) >= _LIMIT:
        return fit(np.asarray(left.astype(object) + right.astype(object)))
    return np.asarray(left + right)


def multiply(left: Values, right: Values) -> Values:
    """Left × right."""
    if object in (left.dtype, right.dtype) or largest(left) * largest(right) >= _LIMIT:
        return fit(np.asarray(left.astype(object) * right.astype(object)))
    return np.asarray(left * right)


def fit(values: Values) -> Values:
    """Python integers back as int64 where all of them fit."""
    values = np.asarray(values)
    if values.dtype == object and largest(values) < _LIMIT:
        return values.astype(np.int64)
    return values


def beside(values: Values, *numbers: int) -> Values:
    """The column as Python integers when one of the numbers that it meets needs them."""
    return values.astype(object) if any(abs(number) >= _LIMIT for number in numbers) else values


def whole_column(values: Values, size: int, what: str) -> NDArray[np.int64]:
    """A column of int64 for the kernels; ``OverflowError`` names what is too large."""
    if values.dtype == object:
        raise OverflowError(f"{what} leaves the range of exact columns; declare a coarser unit.")
    return np.ascontiguousarray(np.broadcast_to(values, (size,)), dtype=np.int64)

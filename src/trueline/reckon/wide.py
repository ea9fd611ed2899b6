"""Sums and comparisons of numbers that leave int64: exact, in the same kernels.

A sum is linear, so a column of Python integers is cut into limbs of 32 bits, each limb goes through the int64 kernel,
and the results are put together again. A comparison needs only the order: places in the sorted values stand for them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from trueline.network import Tree
from trueline.network.legs import leg_nth
from trueline.network.sums import frontline_sum
from trueline.reckon.evaluate import Values, fit, largest, plus
from trueline.reckon.world import Int64s

_BITS = 32
_LOW = 2**_BITS - 1


def summed(linear: Callable[[Int64s], Int64s], values: Values) -> Values:
    """``linear(values)`` for a function that only adds: in int64 where everything fits, else limb by limb."""
    if values.dtype != object:
        try:
            return linear(np.ascontiguousarray(values, dtype=np.int64))
        except OverflowError:
            pass
    left = values.astype(object)
    limbs = largest(left).bit_length() // _BITS + 1
    found: Any = 0
    for limb in range(limbs):
        low = left if limb == limbs - 1 else left & _LOW
        left = left >> _BITS
        found = found + linear(np.ascontiguousarray(low, dtype=np.int64)).astype(object) * 2 ** (_BITS * limb)
    return fit(np.asarray(found))


def places(*columns: Values) -> list[Int64s]:
    """The columns with each value replaced by its place, from 1, in the order of all of them together."""
    whole = np.concatenate([column.astype(object) for column in columns])
    _, place = np.unique(whole, return_inverse=True)
    cuts = np.cumsum([len(column) for column in columns])[:-1]
    return [part.astype(np.int64) + 1 for part in np.split(place.reshape(-1), cuts)]


def nth_leg(tree: Tree, values: Values, k: int) -> Values:
    """The k-th largest value among the heads of the legs; 0 where there are fewer."""
    if values.dtype != object:
        return leg_nth(tree, values, k)
    found = leg_nth(tree, places(values)[0], k)
    in_order = np.append(np.zeros(1, dtype=object), np.unique(values))
    return fit(in_order[found])


def legs_without(tree: Tree, values: Values, k: int) -> Values:
    """Σ of the values at the heads of the legs but the k largest."""
    found = summed(lambda x: frontline_sum(tree, x), values)
    for place in range(1, k + 1):
        found = plus(found, -nth_leg(tree, values, place).astype(object))
    return found


def legs_up_to(tree: Tree, values: Values, cap: Values) -> Values:
    """Σ min(value of the leg's head, cap of the member above it)."""
    above = tree.parent
    least = np.minimum(values.astype(object), cap.astype(object)[np.maximum(above, 0)])
    return summed(lambda x: frontline_sum(tree, x), np.where(above >= 0, least, 0))


def exact_dot(left: Int64s, right: Int64s) -> int:
    """Σ left × right as a Python integer, whatever its size."""
    if left.size == 0:
        return 0
    if largest(left) * largest(right) * left.size < 2**63:
        return int(np.dot(left, right))
    return int((left.astype(object) * right.astype(object)).sum())

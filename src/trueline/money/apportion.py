"""Splitting a whole total among weights without losing or inventing a cent."""

from __future__ import annotations

from collections.abc import Sequence
from operator import index

import numpy as np
from numpy.typing import NDArray

from trueline.kernel import kernel
from trueline.money.columns import Column, split, total, whole_numbers
from trueline.money.exact import split_checked

_LIMIT = 2**63


def apportion(amount: int, weights: Column | Sequence[int], keys: NDArray[np.int64] | None = None) -> Column:
    """Shares of ``amount`` in proportion to ``weights``, by the largest remainder method; they sum to ``amount``.

    share[i] = floor(amount * weights[i] / Σ weights), and the units left over go one each to the rows with the
    largest remainders; equal remainders are decided by the smaller ``keys`` (for instance the rank of the
    member's id), and by position where no keys are given or keys are equal. With distinct keys the result does
    not depend on the order of the rows. A row without weight receives nothing. A negative amount is split as its
    opposite: ``apportion(-a, w) == -apportion(a, w)``.

    ``amount`` and the weights are integers of any size; a share that does not fit in int64 is an
    ``OverflowError``. ``ValueError`` when a weight is negative or there is no weight at all (unless nothing is
    split among no rows). Cost O(n log n); a total weight beyond int64 takes a slower path in Python integers.
    """
    column, count = _column(weights), len(weights)
    tie = np.arange(count, dtype=np.int64) if keys is None else whole_numbers(keys)
    if tie.shape != (count,):
        raise ValueError(f"There are {count} weights and {tie.size} keys.")
    if count == 0 and amount == 0:
        return np.empty(0, dtype=np.int64)
    smallest = min(weights, default=0) if column is None else int(np.min(column, initial=0))
    if smallest < 0:
        raise ValueError(f"A weight is negative: {smallest}.")
    whole = sum(weights) if column is None else total(column)
    if whole == 0:
        raise ValueError(f"There is no weight to split {amount} by.")
    if column is not None and whole < _LIMIT and abs(amount) < _LIMIT:
        shares = _in_columns(abs(amount), column, whole, tie)
    else:
        shares = _in_integers(abs(amount), [int(weight) for weight in weights], whole, tie)
    return -shares if amount < 0 else shares


def apportion_groups(amounts: Column, weights: Column, group: Column) -> Column:
    """Each amount [groups] split among its own rows, as :func:`apportion` does; ties go to the earlier row.

    ``weights`` and ``group`` [rows]: row i weighs ``weights[i]`` ≥ 0 in group ``group[i]``. The shares of a group sum
    to its amount, which must have weight to be split by unless it is 0. Cost O(n log n).
    ``ValueError`` for an amount without weight; ``OverflowError`` when a group's weights leave int64.
    """
    for column in (amounts, weights, group):
        whole_numbers(column)
    if int(np.min(weights, initial=0)) < 0:
        raise ValueError("A weight is negative.")
    if np.max(np.bincount(group, weights), initial=0) >= _LIMIT / 2:  # doubles are near enough to see it coming
        raise OverflowError("Weights are too large for their unit; declare a coarser unit.")
    whole = np.zeros(len(amounts), dtype=np.int64)
    np.add.at(whole, group, weights)
    if np.any((whole == 0) & (amounts != 0)):
        raise ValueError("There is no weight to split an amount by.")
    shares, remainders = np.empty_like(weights), np.empty_like(weights)
    if split_each(weights, np.abs(amounts)[group], np.maximum(whole, 1)[group], shares, remainders) >= 0:
        raise OverflowError("A share is too large for its unit; declare a coarser unit.")
    left = np.abs(amounts)
    np.subtract.at(left, group, shares)
    order = np.lexsort((-remainders, group))
    fresh = np.append(True, group[order][1:] != group[order][:-1])[: len(order)]
    place = np.arange(len(order))
    place -= np.maximum.accumulate(np.where(fresh, place, 0)) if len(order) else place
    shares[order] += place < left[group[order]]
    return np.where(amounts[group] < 0, -shares, shares)


@kernel
def split_each(values: Column, num: Column, den: Column, quotient_out: Column, remainder_out: Column) -> int:
    """Values × num = quotient × den + remainder row by row: −1, or the first row whose quotient does not fit."""
    for row in range(values.size):
        whole, rest, fits = split_checked(values[row], num[row], den[row])
        if not fits:
            return row
        quotient_out[row] = whole
        remainder_out[row] = rest
    return -1


def _column(weights: Column | Sequence[int]) -> Column | None:
    """The weights as a column of int64, or None when one of them is too large for that."""
    if isinstance(weights, np.ndarray):
        return whole_numbers(weights)
    whole = [index(weight) for weight in weights]
    fit = all(-_LIMIT <= weight < _LIMIT for weight in whole)
    return np.array(whole, dtype=np.int64) if fit else None


def _in_columns(amount: int, weights: Column, whole: int, tie: Column) -> Column:
    shares, remainders = np.empty_like(weights), np.empty_like(weights)
    split(weights, amount, whole, shares, remainders)
    left = amount - total(shares)
    if left:
        first = np.lexsort((tie, -remainders))[:left]
        shares[first] += 1
    return shares


def _in_integers(amount: int, weights: list[int], whole: int, tie: Column) -> Column:
    parts = [divmod(amount * weight, whole) for weight in weights]
    shares = [share for share, _ in parts]
    left = amount - sum(shares)
    rows = sorted(range(len(parts)), key=lambda row: (-parts[row][1], int(tie[row]), row))
    for row in rows[:left]:
        shares[row] += 1
    if max(shares) >= _LIMIT:
        raise OverflowError(f"A share of {amount} is too large for its unit; declare a coarser unit.")
    return np.array(shares, dtype=np.int64)

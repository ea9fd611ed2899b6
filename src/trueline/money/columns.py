"""Exact arithmetic on whole columns of int64 counts.

Every function takes one-dimensional C-contiguous columns of the same length, writes into arrays given by the
caller and costs O(n): about 3 to 6 ns a row (see :mod:`trueline.money.exact` for the slowest case).
"""

from __future__ import annotations

from operator import index

import numpy as np
from numpy.typing import NDArray

from trueline.kernel import kernel
from trueline.money.exact import muldiv_checked, split_checked
from trueline.money.rounding import Mode

Column = NDArray[np.int64]
Factor = int | np.int64 | Column


def divide(values: Column, num: Factor, den: int, mode: Mode | int, out: Column) -> Column:
    """out[i] = values[i] * num / den rounded by ``mode``, exactly; ``num`` is one integer or a column.

    Returns ``out``, which may be ``values`` itself. ``OverflowError`` names the first row whose result does not
    fit in int64 (``out`` is then unfinished); ``ValueError`` when ``den`` is not positive or lengths differ.
    """
    factor = _factor(num, values)
    _same_length(values, out)
    row = divide_rows(values, factor, _denominator(den), int(Mode(mode)), out)
    if row >= 0:
        raise OverflowError(_too_large(row, values, factor, den))
    return out


def split(values: Column, num: Factor, den: int, quotient_out: Column, remainder_out: Column) -> None:
    """values[i] * num = quotient * den + remainder with 0 <= remainder < den, so that sums can be made exactly:
    Σ values * num / den = Σ quotient + Σ remainder / den (see :func:`total`).

    ``OverflowError`` names the first row whose quotient does not fit in int64; ``ValueError`` as in
    :func:`divide`.
    """
    factor = _factor(num, values)
    _same_length(values, quotient_out)
    _same_length(values, remainder_out)
    row = split_rows(values, factor, _denominator(den), quotient_out, remainder_out)
    if row >= 0:
        raise OverflowError(_too_large(row, values, factor, den))


def total(values: Column) -> int:
    """Σ values as a Python integer: exact whatever its size."""
    high, low = sum_halves(whole_numbers(values))
    return (int(high) << 32) + int(low)


@kernel
def divide_rows(values: Column, num: Column, den: int, mode: int, out: Column) -> int:
    """The loop of :func:`divide`: -1, or the first row whose result does not fit."""
    for row in range(values.size):
        value, fits = muldiv_checked(values[row], num[row], den, mode)
        if not fits:
            return row
        out[row] = value
    return -1


@kernel
def split_rows(values: Column, num: Column, den: int, quotient_out: Column, remainder_out: Column) -> int:
    """The loop of :func:`split`: -1, or the first row whose quotient does not fit."""
    for row in range(values.size):
        whole, rest, fits = split_checked(values[row], num[row], den)
        if not fits:
            return row
        quotient_out[row] = whole
        remainder_out[row] = rest
    return -1


@kernel
def sum_halves(values: Column) -> tuple[np.int64, np.int64]:
    """(Σ upper halves, Σ lower halves) of the values; neither can overflow below 2**31 rows."""
    high = np.int64(0)
    low = np.int64(0)
    for row in range(values.size):
        high += values[row] >> 32
        low += values[row] & 0xFFFFFFFF
    return high, low


def whole_numbers(values: Column) -> Column:
    """``values`` itself; ``TypeError`` unless it is a column of int64, so that nothing is ever converted."""
    if values.dtype != np.int64 or values.ndim != 1:
        raise TypeError(f"Expected one column of int64, not {values.ndim}-dimensional {values.dtype}.")
    return values


def _factor(num: Factor, values: Column) -> Column:
    if isinstance(num, np.ndarray):
        _same_length(values, num)
        return num
    whole = index(num)
    if not -(2**63) <= whole < 2**63:
        raise OverflowError(f"The factor {whole} does not fit in int64.")
    return np.broadcast_to(np.int64(whole), values.shape)


def _denominator(den: int) -> int:
    if not 0 < den < 2**63:
        raise ValueError(f"A denominator lies between 1 and 2**63 - 1, not {den}.")
    return index(den)


def _same_length(values: Column, other: Column) -> None:
    whole_numbers(values)
    whole_numbers(other)
    if values.shape != other.shape:
        raise ValueError(f"Columns differ in length: {values.size} and {other.size} rows.")


def _too_large(row: int, values: Column, factor: Column, den: int) -> str:
    product = f"{int(values[row])} x {int(factor[row])} / {den}"
    return f"Row {row}: {product} is too large for its unit; declare a coarser unit."

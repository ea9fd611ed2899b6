"""Columns as kernels take them: checked once, contiguous, read-only.

A kernel compiles separately for writable and read-only arrays; passing read-only views always means one form.
Nothing is ever converted: a column of another type is a ``TypeError``.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Scalar = TypeVar("Scalar", bound=np.generic)

Values = NDArray[np.int64]
Flags = NDArray[np.bool_]
Pointers = NDArray[np.int32]


def values(column: Values, size: int) -> Values:
    """A column of ``size`` int64 counts."""
    return _checked(column, size, np.int64)


def flags(column: Flags, size: int) -> Flags:
    """A column of ``size`` yes-or-no answers."""
    return _checked(column, size, np.bool_)


def pointers(column: Pointers, size: int) -> Pointers:
    """A column of ``size`` int32 member indices; negative for nobody."""
    return _checked(column, size, np.int32)


def masks(column: NDArray[np.uint64], size: int) -> NDArray[np.uint64]:
    """A column of ``size`` sets of up to 64 bits."""
    return _checked(column, size, np.uint64)


def sealed(column: NDArray[Scalar]) -> NDArray[Scalar]:
    """A contiguous read-only view of ``column``."""
    view = np.ascontiguousarray(column).view()
    view.flags.writeable = False
    return view


def _checked(column: NDArray[Scalar], size: int, kind: type[Scalar]) -> NDArray[Scalar]:
    if column.dtype != kind:
        raise TypeError(f"Expected a column of {kind.__name__}, not {column.dtype}.")
    if column.shape != (size,):
        raise ValueError(f"Expected one entry for each of {size} members, not the shape {column.shape}.")
    return sealed(column)

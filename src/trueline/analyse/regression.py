"""Linear regression in exact fractions: how much of one column goes with others. R² only, no coefficients."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from trueline.analyse.books import Int64s
from trueline.reckon.wide import exact_dot


def ranked(values: Int64s) -> Int64s:
    """int64 (n): twice the rank of each value, equal values sharing the mean of their ranks, so that all are whole."""
    _, which, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return (2 * last - count + 1)[which.reshape(-1)].astype(np.int64)


def explained(result: Int64s, columns: Sequence[Int64s]) -> Fraction | None:
    """R² of the linear regression of ``result`` on ``columns`` and a constant, exactly; None if it does not vary."""
    moments = Moments(len(columns) + 1)
    moments.add([result, *columns])
    return moments.explained()


class Moments:
    """Sums and products of some columns, added block by block; the first column is the one to be explained."""

    def __init__(self, width: int) -> None:
        self.rows = 0
        self.sums = [0] * width
        self.products = [[0] * width for _ in range(width)]

    def add(self, columns: Sequence[Int64s]) -> None:
        """Add rows: int64 (k) per column."""
        self.rows += len(columns[0])
        ones = np.ones(len(columns[0]), dtype=np.int64)
        for i, left in enumerate(columns):
            self.sums[i] += exact_dot(ones, left)
            for j in range(i + 1):
                self.products[i][j] += exact_dot(left, columns[j])

    def explained(self) -> Fraction | None:
        """R² in exact fractions: elimination in the matrix of covariances, columns that add nothing left out."""
        width = len(self.sums)
        n, sums = self.rows, self.sums
        around = [
            [Fraction(n * self.products[max(i, j)][min(i, j)] - sums[i] * sums[j]) for j in range(width)]
            for i in range(width)
        ]
        whole = around[0][0]
        if whole == 0:
            return None
        for pivot in range(1, width):
            if around[pivot][pivot] == 0:
                continue
            for i in (0, *range(pivot + 1, width)):
                factor = around[i][pivot] / around[pivot][pivot]
                around[i] = [a - factor * b for a, b in zip(around[i], around[pivot], strict=True)]
        return 1 - around[0][0] / whole

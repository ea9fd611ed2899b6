"""One value of a law beside what came of it: target, tolerance, found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

Value = Fraction | float


@dataclass(frozen=True)
class Check:
    """``tolerance`` 0: it has to be equal. ``at_most``: the target is a bound, not a value."""

    law: str
    quantity: str
    target: Value
    found: Value
    tolerance: Value = 0
    at_most: bool = False

    @property
    def holds(self) -> bool:
        if self.at_most:
            return self.found <= self.target
        return abs(self.found - self.target) <= self.tolerance


def mean(law: str, quantity: str, target: Value, samples: Sequence[Value], *, bias: Value = 0) -> Check:
    """The mean of independent samples: four of its standard errors are allowed, and a ``bias`` that is known.

    With thirty samples chance alone exceeds four standard errors about four times in ten thousand.
    """
    count = len(samples)
    exact = [Fraction(sample) for sample in samples]
    centre = sum(exact, Fraction(0)) / count
    variance = sum(((sample - centre) ** 2 for sample in exact), Fraction(0)) / (count - 1)
    return Check(law, quantity, target, centre, 4 * sqrt(variance / count) + float(bias))


def harmonic(n: int) -> Fraction:
    """H(n), to sixteen decimals: the exact fraction would have thousands of digits."""
    return Fraction(sum(10**20 // k for k in range(1, n + 1)), 10**20)


def shares(values: Sequence[int], upto: int) -> Iterator[Fraction]:
    """The shares of the values 0, 1, … ``upto`` − 1."""
    for value in range(upto):
        yield Fraction(sum(1 for one in values if one == value), len(values))

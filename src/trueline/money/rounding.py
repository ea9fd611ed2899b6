"""Rounding: seven modes by plain names, and a mode together with the unit it rounds to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction

from trueline.errors import nearest


class Mode(IntEnum):
    """How a remainder below the unit is decided. The codes are stored with runs: they never change.

    ==============  ===================================================================  =======  =======
    name            meaning                                                               2.5 ->  -2.5 ->
    ==============  ===================================================================  =======  =======
    ``half up``     to the nearest; a tie goes away from zero                                  3       -3
    ``half even``   to the nearest; a tie goes to the even count                               2       -2
    ``half down``   to the nearest; a tie goes towards zero                                    2       -2
    ``down``        towards zero (the rest is cut off)                                         2       -2
    ``up``          away from zero                                                             3       -3
    ``floor``       to the lower count                                                         2       -3
    ``ceiling``     to the higher count                                                        3       -2
    ==============  ===================================================================  =======  =======
    """

    HALF_UP = 0
    HALF_EVEN = 1
    HALF_DOWN = 2
    DOWN = 3
    UP = 4
    FLOOR = 5
    CEILING = 6

    @property
    def words(self) -> str:
        """The plain name, as plans write it: ``half up``."""
        return self.name.lower().replace("_", " ")

    @classmethod
    def named(cls, words: str) -> Mode:
        """The mode with this plain name; ``ValueError`` names the nearest one."""
        for mode in cls:
            if mode.words == words:
                return mode
        raise ValueError(f"'{words}' is not a way to round. {nearest(words, [mode.words for mode in cls])}")


@dataclass(frozen=True)
class Rounding:
    """A rounding as a plan states it: ``mode`` and the positive ``unit`` that results are whole multiples of."""

    mode: Mode
    unit: Fraction

    def __post_init__(self) -> None:
        object.__setattr__(self, "mode", Mode(self.mode))
        kind = type(self.unit)
        if kind is not Fraction:
            raise TypeError(f"A rounding unit is a Fraction, so that it is exact, not {kind.__name__}.")
        if self.unit <= 0:
            raise ValueError(f"A rounding unit is greater than zero, not {self.unit}.")

    def count(self, amount: Fraction | int) -> int:
        """How many whole units ``amount`` becomes."""
        exact = Fraction(amount) / self.unit
        return round_ratio(exact.numerator, exact.denominator, self.mode)

    def amount(self, amount: Fraction | int) -> Fraction:
        """``amount`` rounded, as an amount: ``count(amount)`` times the unit."""
        return self.count(amount) * self.unit


def round_ratio(numerator: int, denominator: int, mode: Mode) -> int:
    """``numerator / denominator`` as a whole number; any size of integers, ``denominator`` > 0."""
    if denominator <= 0:
        raise ValueError(f"A denominator is greater than zero, not {denominator}.")
    below, rest = divmod(numerator, denominator)
    if rest == 0 or mode is Mode.FLOOR:
        return below
    if mode is Mode.CEILING:
        return below + 1
    towards_zero, away = (below, below + 1) if numerator > 0 else (below + 1, below)
    if mode is Mode.DOWN:
        return towards_zero
    if mode is Mode.UP:
        return away
    if 2 * rest != denominator:
        return below + 1 if 2 * rest > denominator else below
    if mode is Mode.HALF_UP:
        return away
    if mode is Mode.HALF_DOWN:
        return towards_zero
    return below if below % 2 == 0 else below + 1


def scale_between(unit_from: Fraction, unit_to: Fraction) -> Fraction:
    """The factor that turns a count of ``unit_from`` into a count of ``unit_to``: from 0.01 to 0.0001 it is 100.

    Its ``numerator`` and ``denominator`` are what :func:`trueline.money.columns.divide` takes.
    """
    if unit_from <= 0 or unit_to <= 0:
        raise ValueError(f"Units are greater than zero, not {unit_from} and {unit_to}.")
    return Fraction(unit_from) / Fraction(unit_to)

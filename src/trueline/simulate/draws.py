"""Draws that depend only on what they are drawn for: the seed, the person, the month and the event.

A draw is a counter put through SplitMix64's finaliser (Steele, Lea and Flood 2014; the variant of Stafford), once for
each part of its key. Integers only, so that every machine, any number of threads and any order of work gives the same
events; and one event more changes no other. A draw has 62 bits, so that it fits int64 and never meets a float.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Int64s = NDArray[np.int64]
UInt64s = NDArray[np.uint64]
Bools = NDArray[np.bool_]

BITS = 62
WHOLE = 1 << BITS
"""Draws are whole numbers from 0 to ``WHOLE`` − 1."""

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _SPARE = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(64 - BITS)


class Event(IntEnum):
    """What is drawn. Numbers are part of the key: one is never given to another event, or every simulation changes."""

    JOINERS = 1
    RECRUITER = 2
    PLACE = 3
    NEVER = 4
    TALENT = 5
    EFFORT = 6
    CUSTOMERS = 7
    FIRST_DAY = 8
    CUSTOMER_ORDER = 9
    CUSTOMER_QUANTITY = 10
    ORDER_DAY = 11
    OWN_USE = 12
    OWN_QUANTITY = 13
    QUALIFIER = 14
    RESALE = 15
    RESALE_QUANTITY = 16
    SOLD = 17
    EXPENSE = 18
    LEAVE = 19
    LEAVE_BY_RESULT = 20
    CUSTOMER_LEAVE = 21
    TRAINING = 22
    TRAINING_DAY = 23
    CONTACT = 24
    CONTACT_DAY = 25
    ORDER_DAY_OWN = 26
    ORDER_DAY_RESALE = 27
    SOLD_DAY = 28
    EXPENSE_DAY = 29
    TICKET = 30
    TICKET_DAY = 31
    TICKET_HOURS = 32
    UNANSWERED = 33
    POST = 34
    POST_DAY = 35
    RETURN = 36
    RETURN_DAY = 37
    BUY_BACK = 38
    BUY_BACK_DAY = 39
    BUY_BACK_REFUSED = 40


def mixed(z: UInt64s) -> UInt64s:
    """SplitMix64's finaliser: a bijection of 64 bits in which every bit depends on every bit. uint64 (n) → (n)."""
    z = (z ^ (z >> _S30)) * _FIRST
    z = (z ^ (z >> _S27)) * _SECOND
    return z ^ (z >> _S31)


@dataclass(frozen=True)
class Draws:
    """All draws of one seed (a whole number from 0 to 2**64 − 1)."""

    seed: int

    def of(self, event: Event, month: int, persons: Int64s, part: int = 0) -> Int64s:
        """int64 (n): one draw for each of the ``persons`` (n); ``part`` tells several draws of one event apart."""
        z = mixed(np.array([self.seed], dtype=np.uint64) + _STEP)
        for key in (int(event) + 64 * part, month):
            z = mixed(z + _STEP * np.array([key + 1], dtype=np.uint64))  # arrays wrap silently, scalars complain
        return (mixed(z + _STEP * (persons.astype(np.uint64) + np.uint64(1))) >> _SPARE).astype(np.int64)

    def happens(self, event: Event, month: int, persons: Int64s, chance: Fraction, part: int = 0) -> Bools:
        """Boolean (n): whether an event of this chance comes to each person."""
        if chance <= 0:
            return np.zeros(len(persons), dtype=np.bool_)
        return np.asarray(self.of(event, month, persons, part) < threshold(chance))

    def days(self, event: Event, month: int, persons: Int64s, first: Int64s, last: int, part: int = 0) -> Int64s:
        """int64 (n): a day from ``first`` (n) to ``last``, both counted from 0, each equally likely."""
        return first + self.of(event, month, persons, part) % (last - first + 1)


def threshold(chance: Fraction) -> int:
    """Draws below it are the event: the chance, cut to a multiple of 2**−62."""
    exact = chance * WHOLE
    return min(exact.numerator // exact.denominator, WHOLE)


def whole_or_one_more(expected: Fraction, draws: Int64s) -> Int64s:
    """int64 (n): the whole part of ``expected``, and one more with the chance that is left: the mean is exact."""
    whole = expected.numerator // expected.denominator
    return whole + (draws < threshold(expected - whole)).astype(np.int64)


@dataclass(frozen=True)
class Chances:
    """A discrete distribution: ``values`` with their ``shares``, which sum to 1."""

    values: tuple[int, ...]
    shares: tuple[Fraction, ...]

    @property
    def mean(self) -> Fraction:
        """The expected value."""
        return sum((value * share for value, share in zip(self.values, self.shares, strict=True)), Fraction(0))

    def at(self, draws: Int64s) -> Int64s:
        """int64 (n): the value that each draw falls on."""
        steps = np.cumsum([0, *self.shares])[1:-1]
        bounds = np.array([threshold(Fraction(step)) for step in steps], dtype=np.int64)
        return np.array(self.values, dtype=np.int64)[np.searchsorted(bounds, draws, side="right")]

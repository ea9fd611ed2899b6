"""The same history under two plans: who gains, who loses, and on whose sales."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from trueline.analyse.books import Books, Cause, Nearness

Bools = NDArray[np.bool_]
Int64s = NDArray[np.int64]


@dataclass(frozen=True)
class Shift:
    """What changes for a group of people when the second plan takes the place of the first.

    ``gain``, ``lose`` and ``same`` count people; ``before`` and ``after`` are their rewards in money. ``nearness`` and
    ``causes`` say where the difference comes from, cent by cent: each sums to ``after − before``.
    """

    group: str
    people: int
    gain: int
    lose: int
    same: int
    before: Fraction
    after: Fraction
    nearness: dict[str, Fraction]
    causes: dict[str, Fraction]

    @property
    def change(self) -> Fraction:
        return self.after - self.before


@dataclass(frozen=True)
class Mover:
    """One member whose rewards change, with the difference by whose sales it was."""

    member: str
    before: Fraction
    after: Fraction
    nearness: dict[str, Fraction]

    @property
    def change(self) -> Fraction:
        return self.after - self.before


NEARNESS_WORDS = {
    Nearness.OWN: "own sales",
    Nearness.SPONSORED: "people sponsored in person",
    Nearness.LINE: "recruits of recruits",
    Nearness.PLACED: "people others recruited or placed",
    Nearness.NOBODY: "pools and other shares",
}
CAUSE_WORDS = {
    Cause.CUSTOMER: "outside customers",
    Cause.OWN_USE: "participants' own use",
    Cause.AUTOSHIP: "participants' autoship",
    Cause.RESALE: "bought for resale",
    Cause.JOINING: "joining packs",
    Cause.FEE: "fees",
    Cause.UNKNOWN: "participants, use not said",
    Cause.OTHER: "no sale",
}


def shifts(before: Books, after: Books) -> list[Shift]:
    """Everybody, then who gains and who loses, then by rank in the last period of the first plan.

    Errors: ``ValueError`` when the two books are not about the same facts and periods.
    """
    if before.facts.hash != after.facts.hash or before.periods != after.periods:
        raise ValueError("The two plans were not run over the same facts and periods.")
    return [_shift(name, chosen, before, after) for name, chosen in _groups(before, after) if chosen.any()]


def movers(before: Books, after: Books, most: int = 5) -> tuple[list[Mover], list[Mover]]:
    """Those who gain most and those who lose most, largest change first, ties by the order of ids."""
    change = _totals(after) * _scale(after, before) - _totals(before) * _scale(before, after)
    order = np.lexsort((np.arange(len(change)), -change))
    gains = [_mover(int(index), before, after) for index in order[:most] if change[index] > 0]
    order = np.lexsort((np.arange(len(change)), change))
    losses = [_mover(int(index), before, after) for index in order[:most] if change[index] < 0]
    return gains, losses


def _groups(before: Books, after: Books) -> Iterator[tuple[str, Bools]]:
    change = _totals(after) * _scale(after, before) - _totals(before) * _scale(before, after)
    there = before.participants
    yield "all participants", there
    yield "who gain", there & (change > 0)
    yield "who lose", there & (change < 0)
    last = before.ranks[-1]
    yield "no rank", there & (last < 0)
    for code, name in enumerate(before.rank_names):
        yield f"rank {name}", there & (last == code)


def _shift(name: str, chosen: Bools, before: Books, after: Books) -> Shift:
    first, second = _totals(before)[chosen] * before.unit, _totals(after)[chosen] * after.unit
    change = second - first
    cells = _cells(after, chosen) - _cells(before, chosen)
    return Shift(
        name,
        int(chosen.sum()),
        int((change > 0).sum()),
        int((change < 0).sum()),
        int((change == 0).sum()),
        sum(first.tolist(), Fraction(0)),
        sum(second.tolist(), Fraction(0)),
        {words: cells[:, near].sum() for near, words in NEARNESS_WORDS.items()},
        {words: cells[cause].sum() for cause, words in CAUSE_WORDS.items()},
    )


def _mover(index: int, before: Books, after: Books) -> Mover:
    one = np.zeros(len(before.facts.members), dtype=np.bool_)
    one[index] = True
    shift = _shift("", one, before, after)
    return Mover(before.facts.members[index], shift.before, shift.after, shift.nearness)


def _cells(books: Books, chosen: Bools) -> NDArray[np.object_]:
    """Exact money (causes, nearness) over the chosen members."""
    cells = books.by_member[chosen].sum(axis=0).astype(object)
    found: NDArray[np.object_] = cells * books.unit
    return found


def _totals(books: Books) -> NDArray[np.object_]:
    totals: NDArray[np.object_] = books.rewards.sum(axis=0).astype(object)
    return totals


def _scale(books: Books, other: Books) -> int:
    """Whole factor that brings the cents of two books to one unit."""
    finest = Fraction(1, np.lcm(books.unit.denominator, other.unit.denominator))
    return int(books.unit / finest)

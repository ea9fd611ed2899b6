"""What is kept by age, oldest first, where amounts below 0 take from the oldest (semantics, sections 7.9 and 10.2)."""

from __future__ import annotations

from fractions import Fraction

NOTHING = Fraction(0)
Entries = list[tuple[int, Fraction]]


class Held:
    """Entries are (age in periods, amount); a debt is one entry below 0 and then the only one."""

    def __init__(self, entries: Entries) -> None:
        self.entries = list(entries)

    @property
    def total(self) -> Fraction:
        return sum((amount for _, amount in self.entries), NOTHING)

    def add(self, amount: Fraction) -> None:
        """A new amount; below 0 it takes from the oldest first, and a debt is paid before anything is kept."""
        if amount < 0:
            gone = min(-amount, max(self.total, NOTHING))
            self.remove(gone)
            amount += gone
        if self.total < 0:
            amount += self.total
            self.entries = []
        if amount:
            self.entries.append((0, amount))

    def remove(self, amount: Fraction) -> None:
        """Take from the oldest entries first."""
        left = []
        for age, kept in self.entries:
            gone = min(kept, amount) if amount > 0 else NOTHING
            amount -= gone
            if kept != gone:
                left.append((age, kept - gone))
        self.entries = left

    def old(self, periods: int) -> Fraction:
        """What came so many periods ago or earlier; a debt is never old."""
        return max(sum((amount for age, amount in self.entries if age >= periods), NOTHING), NOTHING)

    def expire(self, periods: int) -> Fraction:
        """Drop what is old, and say how much it was."""
        gone = self.old(periods)
        self.remove(gone)
        return gone

    def without_ages(self) -> Entries:
        """All of it as if it had come now: what nobody counts has no age."""
        return [(0, self.total)] if self.total else []

"""One side of a member in a binary: what it holds by age, and what happens to it in one period."""

from __future__ import annotations

from fractions import Fraction

from tests.reference.held import NOTHING, Entries, Held


class Side:
    """A side through one period; opening + new = taken + flushed + volume."""

    def __init__(self, entries: Entries) -> None:
        self.held = Held([(age + 1, volume) for age, volume in entries])
        self.opening = self.volume
        self.new = self.taken = NOTHING
        self.flushed: dict[str, Fraction] = {}

    @property
    def volume(self) -> Fraction:
        return self.held.total

    def add(self, volume: Fraction, *, gathered: bool) -> None:
        """New volume of a window."""
        self.new += volume
        if gathered:
            self.held.add(volume)
        else:
            self.note("not gathered", volume)

    def take(self, volume: Fraction) -> None:
        self.taken += volume
        self.held.remove(volume)

    def flush(self, reason: str, volume: Fraction) -> None:
        """Drop volume for a reason; nothing below 0."""
        if volume > 0:
            self.note(reason, volume)
            self.held.remove(volume)

    def expire(self, periods: int) -> None:
        """What came so many periods ago, this one counted, is dropped; a debt stays."""
        self.note("expired", self.held.expire(periods - 1))

    def note(self, reason: str, volume: Fraction) -> None:
        if volume:
            self.flushed[reason] = self.flushed.get(reason, NOTHING) + volume

"""One side of a member in a binary: what it holds by age, and what happens to it in one period."""

from __future__ import annotations

from fractions import Fraction

NOTHING = Fraction(0)
Entries = list[tuple[int, Fraction]]


class Side:
    """Entries are (age in periods, volume), oldest first; a debt is one entry below 0 and then the only one."""

    def __init__(self, entries: Entries) -> None:
        self.entries = [(age + 1, volume) for age, volume in entries]
        self.opening = self.volume
        self.new = self.taken = NOTHING
        self.flushed: dict[str, Fraction] = {}

    @property
    def volume(self) -> Fraction:
        return sum((volume for _, volume in self.entries), NOTHING)

    def add(self, volume: Fraction, *, gathered: bool) -> None:
        """New volume; below 0 it takes from the oldest first, and a debt is paid before anything is kept."""
        self.new += volume
        if not gathered:
            self.note("not gathered", volume)
            return
        if volume < 0:
            gone = min(-volume, max(self.volume, NOTHING))
            self.remove(gone)
            volume += gone
        if self.volume < 0:
            volume += self.volume
            self.entries = []
        if volume:
            self.entries.append((0, volume))

    def remove(self, volume: Fraction) -> None:
        """Take from the oldest entries first."""
        left = []
        for age, held in self.entries:
            gone = min(held, volume) if volume > 0 else NOTHING
            volume -= gone
            if held != gone:
                left.append((age, held - gone))
        self.entries = left

    def take(self, volume: Fraction) -> None:
        self.taken += volume
        self.remove(volume)

    def flush(self, reason: str, volume: Fraction) -> None:
        """Drop volume for a reason; nothing below 0."""
        if volume > 0:
            self.note(reason, volume)
            self.remove(volume)

    def expire(self, periods: int) -> None:
        """What came so many periods ago, this one counted, is dropped; a debt stays."""
        self.flush("expired", sum((volume for age, volume in self.entries if age >= periods - 1), NOTHING))

    def note(self, reason: str, volume: Fraction) -> None:
        if volume:
            self.flushed[reason] = self.flushed.get(reason, NOTHING) + volume

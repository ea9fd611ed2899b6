"""The people of a simulated company as columns, participants and customers in the order in which they came."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from trueline.facts import NEVER

Int64s = NDArray[np.int64]
Bools = NDArray[np.bool_]

STILL = 2**40
"""The month in which those leave who are there."""


@dataclass
class People:
    """Columns [n]; a person's number is its place. A person's id is the number + 1, so ids stand in this order too.

    ``customer``; ``joined`` in seconds of wall time; ``month`` of joining, ``left`` the month at whose end the person
    left (both counted from 0); ``sponsor`` and ``placed`` (parents, −1 a root); ``slot`` below the placement parent
    (from 0); ``effort``; ``weight`` among recruiters (0 who never recruits); ``recruits``; ``stock`` of goods for
    resale; ``completed`` (training) and ``called`` (by the sponsor), in seconds, ``NEVER`` where not.
    """

    customer: Bools
    joined: Int64s
    month: Int64s
    left: Int64s
    sponsor: Int64s
    placed: Int64s
    slot: Int64s
    effort: Int64s
    weight: Int64s
    recruits: Int64s
    stock: Int64s
    completed: Int64s
    called: Int64s

    @classmethod
    def nobody(cls) -> People:
        """A company without anybody."""
        none = np.zeros(0, dtype=np.int64)
        return cls(np.zeros(0, dtype=np.bool_), *(none for _ in fields(cls)[1:]))

    def __len__(self) -> int:
        return len(self.joined)

    def come(self, joined: Int64s, month: int, sponsor: Int64s, *, customer: bool) -> Int64s:
        """Add k people and give their numbers; what is not told here is nothing yet, placed as sponsored."""
        count = len(joined)
        numbers = np.arange(len(self), len(self) + count, dtype=np.int64)
        new = dict.fromkeys((field.name for field in fields(self)), np.zeros(count, dtype=np.int64))
        never = np.full(count, NEVER, dtype=np.int64)
        new |= {"joined": joined, "sponsor": sponsor, "placed": sponsor, "completed": never, "called": never}
        new |= {"month": np.full(count, month, dtype=np.int64), "left": np.full(count, STILL, dtype=np.int64)}
        new["slot"] = np.full(count, -1, dtype=np.int64)
        for name, values in new.items():
            column = np.full(count, customer) if name == "customer" else values
            setattr(self, name, np.concatenate([getattr(self, name), column]))
        return numbers

    def participants(self, month: int) -> Int64s:
        """The numbers of participants who are there in a month."""
        return np.flatnonzero(~self.customer & (self.left >= month))

    def customers(self, month: int) -> Int64s:
        """The numbers of customers who are there in a month."""
        return np.flatnonzero(self.customer & (self.left >= month))

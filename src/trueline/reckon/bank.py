"""The bank of a binary bonus: what came to the two sides of every member, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Sides = NDArray[np.int64]
"""int64 [2, n]: a number for the left and for the right side of every member."""

SIDES = ("left", "right")
REASONS = ("not gathered", "failing", "excess", "netted", "not carried", "over limit", "expired")
"""Why volume left a side without being matched (docs/semantics.md, section 7.9)."""
NOT_GATHERED, FAILING, EXCESS, NETTED, NOT_CARRIED, OVER_LIMIT, EXPIRED = range(len(REASONS))


@dataclass(frozen=True)
class Bank:
    """All in units of ``scale``: opening + new = taken + Σ flushed + closing, for every member and side.

    ``flushed`` [reasons, 2, n] by the names of :data:`REASONS`; the others [2, n].
    """

    scale: Fraction
    opening: Sides
    new: Sides
    taken: Sides
    flushed: NDArray[np.int64]
    closing: Sides

    @property
    def moved(self) -> NDArray[np.bool_]:
        """[2, n]: the sides on which something stood or came."""
        rows = np.stack([self.opening, self.new, self.taken, self.closing, *self.flushed])
        found: NDArray[np.bool_] = np.any(rows != 0, axis=0)
        return found

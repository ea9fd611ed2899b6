"""What a run of one cadence takes of the runs of the others (semantics, section 7.14)."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from tests.reference.state import State


@dataclass
class Beside:
    """Of a part run: ranks and titles of the last plan period (None before it). Of others: what part runs paid."""

    part: bool = False
    first: bool = False  # the first run of its cadence, which reads the opening balances
    ranks: dict[str, str] | None = None
    titles: dict[str, str] | None = None
    opened: State | None = None  # the opening balances as the first run of the plan period knew them
    earned: dict[tuple[str, str], Fraction] = field(default_factory=dict)

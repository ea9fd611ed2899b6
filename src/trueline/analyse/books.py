"""The books of a company under one plan: a chain of results condensed to the columns that measures read.

A result is let go as soon as it is entered, so that sixty months of a hundred thousand people fit in memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from trueline.facts import Facts
from trueline.period import Period
from trueline.plan import Plan
from trueline.reckon.state import State
from trueline.run.past import Past

Int64s = NDArray[np.int64]


class Cause(IntEnum):
    """What caused a reward or a piece of revenue: who bought, and as what. One order line has one cause."""

    CUSTOMER = 0  # the buyer was no participant at the time of the order
    OWN_USE = 1  # a participant's order marked own use
    AUTOSHIP = 2  # a participant's order marked autoship
    RESALE = 3  # a participant's order marked for resale, or for a customer
    JOINING = 4  # a joining pack, or a line of a kit
    FEE = 5  # a line of a fee, a tool or an event
    UNKNOWN = 6  # a participant's order whose use is not said
    OTHER = 7  # rewards that no sale caused: entries without an order, given amounts, company money


class Nearness(IntEnum):
    """Whose sale it was, seen from the receiver."""

    OWN = 0  # the receiver, or a customer whose nearest participant above is the receiver
    SPONSORED = 1  # a participant whom the receiver sponsored, or such a participant's own customer
    LINE = 2  # anybody else below the receiver in the sponsor tree: recruited by the receiver's recruits
    PLACED = 3  # a participant outside the receiver's sponsor downline: placed or recruited by others
    NOBODY = 4  # no source


FARTHEST = 10
"""Distances are kept up to this one; everything beyond is counted with it."""
MOST = 2**62
"""Minor units of all amounts that are measured, whatever their signs: no sum of a part of them leaves int64."""


@dataclass(frozen=True)
class Course:
    """Runs in their order, each with its plan in force, and the state and the runs before the first: enough to run all
    of them again. Of a plan with cadences the part runs of a plan period come before its own run.
    """

    runs: tuple[tuple[Period, Plan], ...]
    opening: State | None
    past: Past | None = None

    @property
    def plan(self) -> Plan:
        """The plan of the last run."""
        return self.runs[-1][1]


@dataclass
class Books:
    """What measures read. Money is in whole ``unit`` (cents); members are indices into ``facts.members``.

    ``periods`` are the plan's own: what part runs of shorter cadences paid counts in the period to which they belong
    (docs/semantics.md, section 7.14).

    ``rewards``: int64 (periods, members), after caps and limits (docs/semantics.md, section 10, steps 1 to 4: holds and
    payout minimums only move a payment in time). ``by_bonus``: int64 (periods, bonuses).
    ``cube``: int64 (periods, bonuses, causes, nearness, distances 0…FARTHEST): every reward cent once; its sum
    over all but the first two axes is ``by_bonus``. Distance is the line's level, counted as the bonus's kind does; 0
    without a source. ``by_member``: int64 (members, causes, nearness): the same cents by receiver.
    ``ranks``: int8 (periods, members), −2 not there, −1 no rank. ``rank_names``: lowest first. ``participants``: bool
    (members), participant on any day of the periods: the population of every share of people.
    """

    facts: Facts
    plan: str
    plan_hash: str
    unit: Fraction
    periods: list[Period]
    bonuses: list[str]
    rank_names: list[str]
    rewards: Int64s
    by_bonus: Int64s
    cube: Int64s
    by_member: Int64s
    ranks: NDArray[np.int8]
    participants: NDArray[np.bool_]
    rules: dict[str, str] = field(default_factory=dict)
    """Bonus -> the sentence that says how its cents were assigned to causes where it has no lines of its own."""
    course: Course | None = None
    ending: Course | None = None
    """The runs of the last period alone."""

    @property
    def kind(self) -> str:
        """The kind of the plan's periods."""
        return self.periods[0].kind

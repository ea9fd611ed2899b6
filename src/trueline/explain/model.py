"""What a statement holds: plain values, exact fractions, no layout."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from trueline.explain.checks import Check
from trueline.explain.origins import Origin
from trueline.explain.records import Value

HowRanked = Literal["earned", "override", "forced rank", "grace", "earlier", "none"]
"""``earlier``: by the last run of the plan's own period, in a run of a shorter cadence."""


@dataclass(frozen=True)
class Standing:
    """Paid-as rank and title, how the rank came about, and its condition taken apart (None without one)."""

    rank: str
    title: str
    earned: str
    how: HowRanked
    title_before: str
    title_rule: str
    condition: Check | None
    ladder: tuple[str, ...]


@dataclass(frozen=True)
class Measure:
    """A named measure of the plan."""

    name: str
    value: Fraction
    words: str
    place: str


@dataclass(frozen=True)
class Between:
    """Somebody between source and receiver: the level held there, or why it was passed over."""

    member: str
    level: int | None
    rate: Fraction
    why: str
    check: Check | None


@dataclass(frozen=True)
class RateSource:
    """A rate and where it stands in the plan."""

    rate: Fraction
    words: str
    place: str


@dataclass(frozen=True)
class Payment:
    """One payment line: ``base`` × ``rate`` = ``exact``, less ``cut`` (cap per source), rounded to ``amount``.

    ``level`` is the one that the plan counts, ``distance`` the number of steps in the tree. An apportioned line was
    rounded together with others and got its share of the whole.
    """

    source: str | None
    order: str | None
    order_line: str | None
    part: str
    level: int
    distance: int | None
    between: tuple[Between, ...]
    rate: RateSource
    base: Fraction
    exact: Fraction
    cut: Fraction
    amount: Fraction
    apportioned: bool
    origin: Origin | None


@dataclass(frozen=True)
class Level:
    """The lines of one level or generation; ``lines`` are the largest, ``others`` how many more there are."""

    level: int
    amount: Fraction
    base: Fraction
    count: int
    sources: int
    lines: tuple[Payment, ...]
    others: int
    others_amount: Fraction


@dataclass(frozen=True)
class Pool:
    """A share in a fund. ``value`` is what one share is worth; ``rounded_value`` says that the plan rounds it first.

    ``total_shares`` holds those of places that nobody holds, ``empty_shares``. ``most`` and ``least`` are the bounds
    that the plan sets for everybody with shares (``share cap``, in money, and ``floor``), None where it sets none.
    """

    words: str
    fund: Fraction
    carried_in: Fraction
    shares: Fraction
    shares_words: str
    total_shares: Fraction
    people: int
    value: Fraction
    rounded_value: bool
    exact: Fraction
    empty_shares: Fraction = Fraction(0)
    most: Fraction | None = None
    least: Fraction | None = None


@dataclass(frozen=True)
class Seat:
    """A seat on an open board: its ``number`` from 0, the top; how many of ``size`` seats are ``taken``."""

    number: int
    taken: int
    size: int


@dataclass(frozen=True)
class Seats:
    """A member on the boards of a bonus: who filled its boards in this period, its seats, its waiting entries."""

    filled_by: tuple[str, ...]
    open: tuple[Seat, ...]
    waiting: int


@dataclass(frozen=True)
class Hosted:
    """One order of a party: ``base`` × ``rate``, rounded to ``amount``."""

    source: str
    order: str
    base: Fraction
    rate: Fraction
    amount: Fraction


@dataclass(frozen=True)
class HandedOn:
    """What a member of a pass-up bonus handed to its upline and kept: ``came`` from ``below``, ``kept`` of it."""

    own: Fraction
    floor: Fraction
    came: Fraction
    kept: Fraction
    passed: Fraction
    below: tuple[tuple[str, Fraction], ...]


@dataclass(frozen=True)
class Side:
    """One side of a binary bonus: ``leg`` is the member it begins with, ``flushed`` names and volumes."""

    name: str
    leg: str
    opening: Fraction
    new: Fraction
    taken: Fraction
    flushed: tuple[tuple[str, Fraction], ...]
    closing: Fraction


@dataclass(frozen=True)
class Match:
    """What was matched in one window and paid: ``base`` × ``rate``, rounded to ``amount``."""

    window: int
    base: Fraction
    rate: Fraction
    amount: Fraction


@dataclass(frozen=True)
class Bank:
    """Both sides of a binary bonus and what was matched; ``pays`` is rate, amount or schedule."""

    pays: str
    sides: tuple[Side, ...]
    matches: tuple[Match, ...]


@dataclass(frozen=True)
class Reached:
    """A milestone that was reached."""

    name: str
    amount: Fraction
    condition: Check
    words: str


@dataclass(frozen=True)
class Settled:
    """An amount that a closed ``period`` brings, whose ``bonus`` paid it. ``order`` and ``line`` came back and
    ``source`` had bought them, or the period was computed again (all three None).
    """

    bonus: str
    period: str
    source: str | None
    order: str | None
    line: str | None
    amount: Fraction


@dataclass(frozen=True)
class Cut:
    """An amount taken off or added: capped, withheld, released. ``words``: what decides, "" where nothing does."""

    name: str
    amount: Fraction
    words: str
    place: str
    check: Check | None = None


@dataclass(frozen=True)
class Missed:
    """One thing that is in the way.

    ``what`` is the key of the plan: ``receivers``, ``who``, ``counts``, ``boundary``, ``if``, ``rates``, ``sources``,
    ``shares``, ``payout`` and so on; ``words`` and ``place`` are the plan's. ``check`` holds the failing parts with
    have and need; ``lines`` is how many lines it concerns where that is countable.
    """

    what: str
    words: str
    place: str
    check: Check | None = None
    lines: int = 0


@dataclass(frozen=True)
class BonusStatement:
    """One bonus of one member: ``sum`` of lines, ``cuts`` in their order, and what it comes to (``amount``).

    ``missed`` says what is in the way where nothing came of it.
    """

    name: str
    kind: str
    note: str
    place: str
    rounding: str
    per: str
    base_words: str
    base_unit: Fraction
    sum: Fraction
    cuts: tuple[Cut, ...]
    amount: Fraction
    levels: tuple[Level, ...]
    pool: Pool | None
    handed_on: HandedOn | None
    hosted: tuple[Hosted, ...]
    seats: Seats | None
    bank: Bank | None
    reached: tuple[Reached, ...]
    settled: tuple[Settled, ...]
    missed: tuple[Missed, ...]


@dataclass(frozen=True)
class LocalPayout:
    """What is paid out in the member's currency, one unit of which was worth ``rate`` when the period began."""

    currency: str
    money_unit: Fraction
    rate: Fraction
    amount: Fraction


@dataclass(frozen=True)
class Payout:
    """From the sum of the bonuses to what is paid; what is carried is below 0 for a debt.

    ``positions``: what each further position of the member brings, which is part of ``bonuses``. ``owner``: to whom a
    further position leaves all of it ("" for a member). ``local``: where the plan pays members in currencies of
    their own and this one's is another than the plan's.
    """

    bonuses: Fraction
    carried_in: Fraction
    minimum: Fraction | None
    carries: bool
    payable: Fraction
    carried: Fraction
    lost: Fraction
    forgiven: Fraction
    deductions: tuple[tuple[str, Fraction], ...]
    paid_out: Fraction
    place: str
    positions: tuple[tuple[str, Fraction], ...] = ()
    owner: str = ""
    local: LocalPayout | None = None


@dataclass(frozen=True)
class Leg:
    """A frontline member and what stands below, for the picture of the network."""

    member: str
    people: int
    rank: str
    values: tuple[Fraction, ...]


@dataclass(frozen=True)
class Team:
    """The frontline with a few volumes of each leg."""

    tree: str
    people: int
    measures: tuple[str, ...]
    legs: tuple[Leg, ...]
    others: int


@dataclass(frozen=True)
class Statement:
    """Everything one member gets in one period, and why."""

    member: str
    period: str
    plan: str
    plan_file: str
    currency: str
    money_unit: Fraction
    standing: Standing
    measures: tuple[Measure, ...]
    conditions: tuple[Check, ...]
    attributes: tuple[tuple[str, Value], ...]
    team: Team
    bonuses: tuple[BonusStatement, ...]
    payout: Payout

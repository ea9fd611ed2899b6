"""A scenario: everything that a simulation assumes, typed and exact. Money is in minor units of the currency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from trueline.period import Period
from trueline.simulate.draws import Chances

ONE = Chances((1,), (Fraction(1),))
MOST_PEOPLE = 10_000_000
"""No simulated company grows to more people than this."""
UNIT = Fraction(1, 100)
"""The unit in which the volumes of a simulated company are kept."""


@dataclass(frozen=True)
class Joiners:
    """``law``: per month, per active or bass; see ``JoinersKeys``."""

    law: str
    rate: Fraction
    grows: Fraction = Fraction(0)
    imitation: Fraction = Fraction(0)
    market: int | None = None

    def expected(self, month: int, active: int, joined: int) -> Fraction:
        """How many are expected in a month (from 0), with so many active and so many who ever joined."""
        if self.law == "per month":
            return self.rate * (1 + self.grows) ** month
        if self.law == "per active":
            left = Fraction(1) if self.market is None else max(1 - Fraction(joined, self.market), Fraction(0))
            return self.rate * active * left
        assert self.market is not None
        return (self.rate + self.imitation * Fraction(joined, self.market)) * max(self.market - joined, 0)


@dataclass(frozen=True)
class Recruiting:
    """``law``: uniform, preferential or quota; ``never`` is the share who never recruit."""

    law: str = "uniform"
    quota: int | None = None
    never: Fraction = Fraction(0)
    talent: Chances = ONE
    by_effort: bool = False


@dataclass(frozen=True)
class Placement:
    """``rule``: sponsor, below sponsor or anywhere; ``width`` slots each."""

    rule: str = "sponsor"
    width: int = 0


@dataclass(frozen=True)
class Item:
    """A product: prices in minor units, volumes in units of ``UNIT``."""

    price: int
    retail: int
    volumes: Mapping[str, int]


@dataclass(frozen=True)
class OwnUse:
    chance: Fraction
    quantity: Chances
    kind: str


@dataclass(frozen=True)
class Qualifying:
    """``reach`` in units of ``UNIT``."""

    share: Fraction
    volume: str
    reach: int
    kind: str


@dataclass(frozen=True)
class Resale:
    chance: Fraction
    quantity: Chances
    sold: Chances


@dataclass(frozen=True)
class Customers:
    won: Fraction
    leaving: Fraction
    chance: Fraction
    quantity: Chances


@dataclass(frozen=True)
class Expense:
    """``every``: month, year or joining."""

    kind: str
    amount: int
    every: str
    chance: Fraction


@dataclass(frozen=True)
class ByResult:
    """``below`` in minor units."""

    below: int
    months: int
    chance: Fraction


@dataclass(frozen=True)
class Leaving:
    """``steps``: from which month of tenure (ascending, the first is 1) which chance holds."""

    steps: tuple[tuple[int, Fraction], ...]
    by_result: ByResult | None = None


@dataclass(frozen=True)
class Training:
    completes: Fraction
    within: int
    leaving: Fraction
    won: Fraction


@dataclass(frozen=True)
class Contact:
    chance: Fraction
    leaving: Fraction


@dataclass(frozen=True)
class Tickets:
    chance: Fraction
    hours: Chances
    unanswered: Fraction


@dataclass(frozen=True)
class Posts:
    chance: Fraction


@dataclass(frozen=True)
class Returns:
    """``within`` in days."""

    share: Fraction
    within: int


@dataclass(frozen=True)
class BuyBack:
    """``share`` of the price, ``within`` in days."""

    asks: Fraction
    share: Fraction
    within: int
    refused: Fraction


@dataclass(frozen=True)
class Scenario:
    """What :func:`~trueline.simulate.simulate` plays. ``data`` is the structure that it was read from, as text."""

    name: str
    way: str
    currency: str
    first: Period
    months: int
    seed: int
    start: int
    founders: int
    joiners: Joiners
    recruiting: Recruiting
    placement: Placement
    effort: Chances
    goods: Item
    kit: Item | None
    own_use: OwnUse | None
    qualifying: Qualifying | None
    resale: Resale | None
    customers: Customers | None
    expenses: tuple[Expense, ...]
    leaving: Leaving
    training: Training | None
    contact: Contact | None
    tickets: Tickets | None
    posts: Posts | None
    returns: Returns | None = None
    buy_back: BuyBack | None = None
    sweep: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def volumes(self) -> list[str]:
        """The volumes of the company."""
        return sorted({*self.goods.volumes, *(self.kit.volumes if self.kit else ())})

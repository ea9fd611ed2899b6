"""What a page says, as plain values: read by the other modules of this package, changed by none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from trueline.case.reader import Place
from trueline.period import Period
from trueline.plan.document import Document


@dataclass(frozen=True)
class Source:
    """Where the example comes from and how sure it is."""

    url: str = ""
    seen: str = ""
    confidence: str = ""
    disputed: bool = False
    note: str = ""


@dataclass(frozen=True)
class Member:
    """One member. ``parents``: name of a tree -> the member above; ``slot`` is its place there, as written.

    ``volumes``: totals of every period played. With an ``owner`` it is a further position of that member.
    """

    id: str
    parents: Mapping[str, str] = field(default_factory=dict)
    slot: str = ""
    role: str = ""
    joined: date | None = None
    country: str = ""
    market: str = ""
    currency: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    volumes: Mapping[str, Fraction] = field(default_factory=dict)
    owner: str = ""


@dataclass(frozen=True)
class Rate:
    """What one unit of a currency is worth in the plan's from a day on."""

    currency: str
    start: date | None
    rate: Fraction


@dataclass(frozen=True)
class OrderLine:
    """One line of an order; what is None was not written."""

    sku: str = ""
    quantity: int | None = None
    price: Fraction | None = None
    credit: Fraction | None = None
    volumes: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True)
class Order:
    """One order of a member; without a day it is of the first day of its period."""

    member: str
    day: date | None
    kind: str
    lines: tuple[OrderLine, ...]
    host: str = ""


@dataclass(frozen=True)
class Return:
    """Goods of the page's ``order``-th order coming back."""

    order: int
    line: int
    quantity: int
    day: date | None
    refund: Fraction | None


@dataclass(frozen=True)
class Product:
    """One product."""

    sku: str
    kind: str = ""
    classes: tuple[str, ...] = ()
    member_price: Fraction | None = None
    retail_price: Fraction | None = None


@dataclass(frozen=True)
class Given:
    """What is given for a member instead of being worked out; ``bank`` by tree and side."""

    rank: str = ""
    status: str = ""
    title: str = ""
    lifetime: Mapping[str, Fraction] = field(default_factory=dict)
    earned: Mapping[str, Fraction] = field(default_factory=dict)
    bank: Mapping[str, Mapping[str, Fraction]] = field(default_factory=dict)


@dataclass(frozen=True)
class Wanted:
    """One expected value: ``section`` of ``expect``, the keys below it, and the value as it is written."""

    section: str
    keys: tuple[str, ...]
    value: str
    place: Place


@dataclass(frozen=True)
class WantedLine:
    """A payment line that must exist exactly once: key -> value as written. With ``amount`` 0 it must not exist."""

    keys: Mapping[str, str]
    place: Place


@dataclass(frozen=True)
class WantedPayers:
    """All members that a bonus pays, and no others."""

    bonus: str
    members: frozenset[str]
    place: Place


Expectation = Wanted | WantedLine | WantedPayers


@dataclass(frozen=True)
class Chapter:
    """One period of a page: what happens in it, what is given for it, in place of what the page gives, and what is
    expected of it.
    """

    period: Period
    volumes: Mapping[str, Mapping[str, Fraction]] = field(default_factory=dict)
    orders: tuple[Order, ...] = ()
    returns: tuple[Return, ...] = ()
    given: dict[str, Given] = field(default_factory=dict)
    expect: tuple[Expectation, ...] = ()


@dataclass(frozen=True)
class Variant:
    """The same facts under another plan; of several periods the last is compared."""

    name: str
    plan: Document
    expect: tuple[Expectation, ...]


@dataclass(frozen=True)
class Page:
    """One worked example."""

    file: str
    name: str
    title: str
    source: Source
    plan: Document
    members: tuple[Member, ...]
    products: tuple[Product, ...]
    rates: tuple[Rate, ...]
    orders: tuple[Order, ...]
    given: dict[str, Given]
    chapters: tuple[Chapter, ...]
    variants: tuple[Variant, ...]

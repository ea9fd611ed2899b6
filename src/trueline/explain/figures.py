"""Amounts, percentages and other values as people read them."""

from __future__ import annotations

import re
from fractions import Fraction
from math import floor

from trueline.explain.records import Value
from trueline.money import format_number
from trueline.period import Period

DECIMALS = 6
"""Digits shown of a number that has no end in decimals; the three dots say that there is more."""


THIN = "\u202f"
"""Stands between thousands, so that they do not break apart and nobody takes ``item-4 100`` for one number."""

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def money(value: Fraction, unit: Fraction, currency: str = "") -> str:
    """``1 234.50 USD``: at least the decimals of the currency, all of them where the amount is finer."""
    shown = number(value, unit)
    return f"{shown} {currency}" if currency else shown


def number(value: Fraction | int, unit: Fraction | int = 1) -> str:
    """A number with its thousands apart and a proper minus sign."""
    exact = Fraction(value)
    shown = format_number(exact, unit, group=True)
    if "/" in shown:
        cut = Fraction(floor(abs(exact) * 10**DECIMALS), 10**DECIMALS) * (-1 if exact < 0 else 1)
        shown = f"{format_number(cut, Fraction(1, 10**DECIMALS), group=True)}…"
    return shown.replace("-", "−").replace(" ", THIN)


def percent(rate: Fraction) -> str:
    """``2.5%``, or ``2/37%`` where the decimals have no end."""
    return f"{format_number(rate * 100, group=True)}%".replace("-", "−").replace(" ", THIN)


def value(given: Value) -> str:
    """Any value of a measure, condition, rank or text."""
    if given is None:
        return "nothing"
    if isinstance(given, bool):
        return "yes" if given else "no"
    return number(given) if isinstance(given, Fraction) else given


_ASKED = {
    ">=": "at least {}",
    ">": "more than {}",
    "<=": "at most {}",
    "<": "less than {}",
    "=": "exactly {}",
    "!=": "anything but {}",
}


def asked(operator: str, need: Value) -> str:
    """The right side of a comparison: ``at least 60``."""
    return _ASKED[operator].format(value(need))


def counted(count: int, one: str, many: str = "") -> str:
    """``1 person``, ``3 people``."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


_PLAIN = (
    (re.compile(r"\b(?:enrolled_)?legs\((.+)\)"), r"legs with \1"),
    (re.compile(r'\brank >= ("?)([^")]+)\1'), r"rank \2 or higher"),
)


def period(label: str) -> str:
    """``December 2025`` for a month; other periods by their label."""
    when = Period.parse(label)
    return f"{_MONTHS[when.start.month - 1]} {when.start.year}" if when.kind == "month" else label


def plain(name: str) -> str:
    """A name of the plan as a word: ``own_points`` is ``own points``; ``legs(active)`` is ``legs with active``.

    Other expressions stay as they are.
    """
    if name.replace("_", "").isalnum():
        return name.replace("_", " ")
    for pattern, words in _PLAIN:
        found = pattern.fullmatch(name)
        if found is not None:
            return plain(found.expand(words)) if pattern is _PLAIN[0][0] else found.expand(words)
    if name.startswith("legs with "):
        return "legs with " + plain(name.removeprefix("legs with "))
    return name


def shares(held: Fraction) -> str:
    """``1 share``, ``2.5 shares``."""
    return f"{number(held)} {'share' if held == 1 else 'shares'}"

"""Constants of a plan file: numbers, percentages, whole numbers, money, names; each with its finding."""

from __future__ import annotations

import re
from contextlib import suppress
from fractions import Fraction

from trueline.money import format_number, parse_number, parse_percent
from trueline.plan.document import Path
from trueline.plan.scope import Scope

UNKNOWN = "unknown"
_LAST = re.compile(r"last ([0-9]{1,4}) periods?")
NAME = re.compile(r"[^\W\d_]\w*\Z|_\w+\Z")


def percentage(scope: Scope, path: Path, text: str) -> Fraction | None:
    """A rate: a percentage, or 0; None after a finding."""
    if text.strip() == "0":
        return Fraction(0)
    if "%" not in text:
        scope.find(path, f"'{text}' is no percentage.", as_percentage(text))
        return None
    try:
        return parse_percent(text)
    except ValueError as error:
        scope.find(path, str(error), "Write a percentage such as 2.5%.")
        return None


def as_percentage(text: str) -> str:
    """The remedy for a rate without a percent sign; of one below 1 the hundredfold may be meant as well."""
    with suppress(ValueError):
        value = parse_number(text)
        if 0 < value < 1:
            return f"Write a percentage: '{format_number(value * 100)}%' if that share is meant, '{text}%', or 0."
    return f"Write a percentage such as '{text}%', or 0."


def refuse_share(scope: Scope, path: Path, text: str, of: str = "", column: int = 1) -> None:
    """The finding for a percentage in the place of an amount; ``of``: what it may be a share of there."""
    remedy = f"Write the amount, or what it is a share of, such as {text} * {of}." if of else "Write the amount."
    scope.find(path, f"'{text}' is a percentage, and an amount of money is meant.", remedy, column=column)


def rate_or_unknown(scope: Scope, path: Path, text: str) -> Fraction | None:
    """A rate, None for ``unknown``; raises ``ValueError`` after a finding."""
    if text.strip() == UNKNOWN:
        return None
    value = percentage(scope, path, text)
    if value is None:
        raise ValueError(text)
    if value < 0:
        scope.find(path, f"A rate below zero ({text}) pays nobody.", "Write 0 or a positive percentage.")
        raise ValueError(text)
    return value


def number(scope: Scope, path: Path, text: str, *, key: bool = False) -> Fraction | None:
    """A number or percentage; None after a finding."""
    try:
        return parse_percent(text) if "%" in text else parse_number(text)
    except ValueError as error:
        remedy = "" if ";" in str(error) or ":" in str(error) else "Write digits, such as 250 or 20 000 or 0.28."
        scope.find(path, str(error), remedy, key=key)
        return None


def whole(scope: Scope, path: Path, text: str, least: int, most: int = 10_000) -> int:
    """A whole number in a range; ``least`` after a finding."""
    value = number(scope, path, text)
    if value is None:
        return least
    if value.denominator != 1 or not least <= value <= most:
        scope.find(path, f"'{text}' is no whole number from {least} to {most}.", f"Such as {least or 1}.")
        return least
    return int(value)


def money(scope: Scope, path: Path, text: str) -> int:
    """An amount in minor units; 0 after a finding."""
    if "%" in text:
        refuse_share(scope, path, text)
        return 0
    value = number(scope, path, text)
    if value is None:
        return 0
    units = value / scope.money_scale
    if units.denominator != 1 or units < 0:
        message = f"'{text}' is no amount in whole units of {format_number(scope.money_scale)}."
        scope.find(path, message, "Write it to the minor unit, not below 0.")
        return 0
    return int(units)


def cap(scope: Scope, path: Path, text: str) -> int:
    """A cap in minor units, rounded down; 0 after a finding."""
    if "%" in text:
        refuse_share(scope, path, text)
        return 0
    value = number(scope, path, text)
    if value is None:
        return 0
    if value < 0:
        scope.find(path, f"A cap below zero ({text}) pays nobody.", "Write 0 or more.")
    return max(int(value / scope.money_scale), 0)


def cap_window(scope: Scope, path: Path, text: str) -> int | None:
    """Periods of a window, this one included; None for ``lifetime``; 1 after a finding."""
    if text == "lifetime":
        return None
    if text == "period":
        return 1
    found = _LAST.fullmatch(text)
    if found and 1 <= int(found[1]) <= 120:
        return int(found[1])
    scope.find(path, f"'{text}' is no window of a cap.", "Write 'period', 'last 3 periods' or 'lifetime'.")
    return 1


def proper_name(scope: Scope, path: Path, name: str) -> bool:
    if NAME.match(name):
        return True
    suggestion = re.sub(r"\W+", "_", name).strip("_") or "name"
    suggestion = f"n{suggestion}" if suggestion[0].isdigit() else suggestion
    scope.find(path, f"'{name}' cannot be used as a name.", f"Letters, digits and '_' only: '{suggestion}'.", key=True)
    return False

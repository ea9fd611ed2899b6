"""Periods and days as they are named on the command line."""

from __future__ import annotations

import datetime as dt

from trueline.errors import Finding, Refused
from trueline.period import Period


def period_of(option: str, text: str) -> Period:
    """The period that an option names. Errors: ``Refused``, with the option as the place."""
    try:
        return Period.parse(text)
    except ValueError as error:
        raise Refused([Finding(option, 0, 0, str(error))]) from None


def day_of(option: str, text: str) -> dt.date:
    """The day that an option names. Errors: ``Refused``, with the option as the place."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise Refused([Finding(option, 0, 0, f"'{text}' is no date.", "Write 2026-03-31.")]) from None

"""Periods as they are named on the command line."""

from __future__ import annotations

from trueline.errors import Finding, Refused
from trueline.period import Period


def period_of(option: str, text: str) -> Period:
    """The period that an option names. Errors: ``Refused``, with the option as the place."""
    try:
        return Period.parse(text)
    except ValueError as error:
        raise Refused([Finding(option, 0, 0, str(error))]) from None

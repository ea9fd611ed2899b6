"""Explanations as plain data for programs: exact numbers are texts, nothing is rounded."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from fractions import Fraction
from typing import Any

from trueline.money import format_number

FORMAT = 1
"""Raised when a key changes its meaning or goes away; new keys may be added."""


def as_data(found: Any) -> dict[str, Any]:
    """A statement, why-not or next rank as JSON values, with the name of what it is."""
    kind = {"Statement": "statement", "WhyNot": "why not", "NextRank": "next rank"}[type(found).__name__]
    return {"format": FORMAT, "kind": kind, **_plain(found)}


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return format_number(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, (tuple, list)):
        return [_plain(part) for part in value]
    return value

"""A rank as a value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Rank:
    """A rank by its place in the ladder; `none` is 0."""

    place: int
    name: str

"""Boards of seats, and who waits for one (semantics, section 7.10)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Entry:
    """Somebody who waits for a seat, and the way in."""

    member: str
    at: str


@dataclass
class Boards:
    """Open boards in the order of opening, seats breadth first (None is free), and who waits."""

    open: list[list[str | None]] = field(default_factory=list)
    queue: list[Entry] = field(default_factory=list)

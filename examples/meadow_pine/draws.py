"""Draws that depend only on what they are drawn for, so that adding one event changes no other."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TypeVar

SEED = "Meadow & Pine 61"
T = TypeVar("T")


def below(limit: int, *what: object) -> int:
    """A whole number from 0 to ``limit`` - 1."""
    key = "|".join([SEED, *map(str, what)])
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") % limit


def chance(permille: int, *what: object) -> bool:
    """True in ``permille`` of 1000 cases."""
    return below(1000, *what) < permille


def pick(among: Sequence[T], *what: object) -> T:
    """One of ``among``."""
    return among[below(len(among), *what)]

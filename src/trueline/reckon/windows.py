"""Caps that hold over several periods: what they let through before, from the state (docs/semantics.md, 10.2)."""

from __future__ import annotations

import numpy as np

from trueline.plan.bonuses import CapWindow
from trueline.reckon.evaluate import Values, plus, whole_column
from trueline.reckon.state import Held, opening
from trueline.reckon.world import Int64s, World


def _names(what: str, over: CapWindow) -> list[str]:
    """The state columns of a cap: its sum of a lifetime, or what it let through 1, 2, … periods ago."""
    return [f"through:{what}"] if over is None else [f"through {back}:{what}" for back in range(1, over)]


def room(world: World, what: str, most: Int64s, over: CapWindow) -> Int64s:
    """int64 [n]: what the cap ``what`` still lets through, not below 0."""
    left: Values = most
    for name in _names(what, over):
        left = plus(left, -opening(world, name, world.plan.money_unit))
    return np.clip(left, 0, 2**63 - 1).astype(np.int64)  # amounts below 0 may leave more room than anything fills


def let_through(world: World, what: str, amounts: Int64s, over: CapWindow) -> None:
    """Remember for later periods what the cap let through in this one."""
    minor = world.plan.money_unit
    kept: dict[str, Held] = world.results.setdefault("windows", {})
    for name in _names(what, over):
        before = whole_column(opening(world, name, minor), world.size, "What was paid")
        kept[name] = Held(amounts if over is not None else amounts + before, minor)
        amounts = before

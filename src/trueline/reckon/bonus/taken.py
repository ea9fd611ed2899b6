"""Differences of closed periods, which the run brings along (docs/semantics.md, section 10.1)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pyarrow as pa

from trueline.facts.columns import places_in
from trueline.money.columns import total
from trueline.plan.bonuses import TakenBonus
from trueline.reckon.lines import Lines
from trueline.reckon.results import BonusResult
from trueline.reckon.volumes import add_to
from trueline.reckon.world import Int32s, Int64s, World


@dataclass(frozen=True, order=True)
class Taken:
    """One amount (minor units) that a closed period brings: of which ``bonus``, how many periods ``back``, on which
    returned order line. Ids are texts; ``source``, ``order`` and ``line`` are "" where the period was computed again.
    """

    receiver: str
    source: str
    order: str
    line: str
    bonus: str
    back: int
    amount: int


def taken(world: World, bonus: TakenBonus, *, keep: bool) -> BonusResult:
    """The lines that the run brings, as they are: neither rounded nor cut."""
    name, minor = bonus.terms.name, world.plan.money_unit
    rows: list[Taken] = sorted(world.results.get("taken", {}).get(name, []))
    amount = np.array([row.amount for row in rows], dtype=np.int64)
    receiver = _members(world, [row.receiver for row in rows])
    if np.any(receiver < 0):
        gone = rows[int(np.argmin(receiver))].receiver
        message = f"Member {gone}, whose pay of a closed period changes, is not in the facts any more."
        raise world.refuse(message, "Keep everybody who was ever paid; date who leaves.")
    parts = tuple(sorted({row.bonus for row in rows}))
    lines = Lines(
        _members(world, [row.source for row in rows]),
        _places(world, "orders", "order", [row.order for row in rows]),
        _places(world, "order_lines", "line", [row.line for row in rows]),
        receiver,
        np.array([parts.index(row.bonus) for row in rows], dtype=np.int8),
        np.array([row.back for row in rows], dtype=np.int64),
        np.ones(len(rows), dtype=np.int64),
        amount,
        amount.copy(),
        np.zeros(len(rows), dtype=np.bool_),
    )
    earned = np.zeros(world.size, dtype=np.int64)
    add_to(earned, receiver, amount)
    nothing, promised = np.zeros(world.size, dtype=np.int64), total(amount) * minor
    return BonusResult(
        name, bonus.terms.kind, Fraction(1), minor, earned, nothing, promised, {}, lines if keep else None, parts
    )


def _members(world: World, names: list[str]) -> Int32s:
    """Canonical indices; −1 for "" and for members who are not there."""
    return places_in(pa.array(names, pa.string()), world.ids.array).astype(np.int32)


def _places(world: World, table: str, column: str, texts: list[str]) -> Int64s:
    """Places in the order of ids; −1 for ""."""
    if not any(texts):
        return np.full(len(texts), -1, dtype=np.int64)
    return world.facts[table][column].places_of(texts)

"""Places in trees that the state keeps: seats of placed trees, and trees whose members are never moved again."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from trueline.network import ABSENT, ROOT
from trueline.reckon.state import Held, State, opening
from trueline.reckon.world import Bools, Int32s, Int64s, World

_ONE = Fraction(1)
KINDS = ("place", "above", "slot", "begun")
"""State columns of a tree, each ``KIND:TREE``: the number that stands for the member, the parent's number (0: a root,
−1: not in the tree), the slot, and how many newcomers began here."""


@dataclass
class Places:
    """What the state keeps of a tree, by the members of this run.

    ``number`` int64 [n]: the number that stands for the member, 0 for whoever the state does not know. ``parent``
    int32 [n] is meaningful for known members. ``given``: the highest number ever given.
    """

    number: Int64s
    parent: Int32s
    slot: Int32s
    begun: Int64s
    given: int

    @property
    def known(self) -> Bools:
        return self.number > 0


def kept_places(world: World, tree: str) -> Places:
    """The places that the state holds for a tree; refused when somebody who has one is not there any more."""
    number, above, slot, begun = (opening(world, f"{kind}:{tree}", _ONE).astype(np.int64) for kind in KINDS)
    given = world.state.company.get(f"places:{tree}", 0) if world.state is not None else 0
    _refuse_missing(world, tree, number)
    of = np.full(given + 1, ROOT, dtype=np.int32)
    known = np.flatnonzero(number > 0)
    of[number[known]] = known
    parent = np.where(above < 0, ABSENT, of[np.maximum(above, 0)]).astype(np.int32)
    return Places(number, parent, slot.astype(np.int32), begun, given)


def _refuse_missing(world: World, tree: str, number: Int64s) -> None:
    state: State | None = world.state
    if state is None or f"place:{tree}" not in state.columns:
        return
    kept = np.asarray(state.columns[f"place:{tree}"].values)
    if np.count_nonzero(kept) == np.count_nonzero(number):
        return
    here = set(world.ids)
    gone = next(state.ids[int(row)] for row in np.flatnonzero(kept) if state.ids[int(row)] not in here)
    raise world.refuse(
        f"Member {gone} has a place in tree '{tree}', but is not there at the end of {world.period.label}.",
        "Give back what the facts said of joining, or compute the chain again from its first period.",
    )


def keep_places(world: World, tree: str, places: Places) -> None:
    """Hand the places on to the next period."""
    above = np.where(places.parent >= 0, places.number[np.maximum(places.parent, 0)], 0)
    above = np.where(places.parent == ABSENT, -1, above)
    above = np.where(places.known, above, 0)
    columns: tuple[Int64s, ...] = (places.number, above, places.slot.astype(np.int64), places.begun)
    held: dict[str, Held] = world.results.setdefault("places", {})
    for kind, values in zip(KINDS, columns, strict=True):
        if kind in ("place", "above") or values.any():
            held[f"{kind}:{tree}"] = Held(values, _ONE)
    world.results.setdefault("places given", {})[f"places:{tree}"] = places.given

"""What one period hands to the next: columns by member id, and amounts of the company."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trueline.facts.columns import places_in
from trueline.reckon.evaluate import Values, fit, times
from trueline.reckon.ids import MemberIds
from trueline.reckon.world import Int64s, World


@dataclass(frozen=True)
class Held:
    """One column of state: counts of ``unit`` per member, int64 or Python integers; ranks count from −1."""

    values: Values
    unit: Fraction


class Entry(NamedTuple):
    """An entry that waits for a seat: a member by id, and where it enters (``sponsor`` or ``oldest``)."""

    member: str
    way: str


@dataclass(frozen=True)
class Boards:
    """Boards of one bonus, the oldest first: seats by member id, "" for a free one; and the queue of entries."""

    open: tuple[tuple[str, ...], ...]
    queue: tuple[Entry, ...]


@dataclass(frozen=True)
class State:
    """State at the end of ``period``. ``ids`` are the members in the order of the columns; ``ranks`` the ladder that
    rank codes stand for; ``company`` amounts without a member (pool carry), by name, in minor units; ``boards`` those
    of board bonuses. ``cadences``: of a plan with several, which period of each kind was run last.
    """

    period: str
    ids: MemberIds
    ranks: tuple[str, ...]
    columns: Mapping[str, Held] = field(default_factory=dict)
    company: Mapping[str, int] = field(default_factory=dict)
    boards: Mapping[str, Boards] = field(default_factory=dict)
    cadences: Mapping[str, str] = field(default_factory=dict)

    @property
    def hash(self) -> str:
        """SHA-256 over the columns sorted by name and member, so that the order of members does not matter."""
        digest = hashlib.sha256(repr((self.period, self.ranks, sorted(self.company.items()))).encode())
        if self.boards:
            digest.update(repr([(name, self.boards[name]) for name in sorted(self.boards)]).encode())
        if self.cadences:
            digest.update(repr(sorted(self.cadences.items())).encode())
        rows = self.ids.sorted_rows()
        for member in MemberIds(self.ids.array.take(pa.array(rows))):
            digest.update(member.encode() + b"\0")
        for name in sorted(self.columns):
            held = self.columns[name]
            digest.update(f"{name}\0{held.unit}\0".encode())
            if held.values.dtype == object:
                digest.update(" ".join(str(value) for value in held.values[rows]).encode())
            else:
                digest.update(np.ascontiguousarray(held.values[rows], dtype="<i8").tobytes())
        return digest.hexdigest()


def with_absent(world: World, state: State) -> State:
    """The state with the rows of members whom the old one knows and this run does not hold (not joined yet)."""
    old: State | None = world.state
    if old is None:
        return state
    known = pc.is_in(old.ids.array, state.ids.array)
    rows = np.flatnonzero(~np.asarray(known))
    if rows.size == 0:
        return state
    ids = MemberIds(pa.concat_arrays([state.ids.array, old.ids.array.take(pa.array(rows))]))
    columns = {}
    for name in {**old.columns, **state.columns}:
        unit = state.columns[name].unit if name in state.columns else old.columns[name].unit
        ranked = is_ranked(name)
        nothing = np.full(len(state.ids), -1 if ranked else 0, dtype=np.int64)
        here = state.columns[name].values if name in state.columns else nothing
        gone = np.full(rows.size, -1 if ranked else 0, dtype=np.int64)
        if name in old.columns:
            gone = converted(world, old, name, old.columns[name].values[rows], unit)
        columns[name] = Held(np.concatenate([here, gone]), unit)
    return State(state.period, ids, state.ranks, columns, state.company, state.boards)


SETTLED = ("carried", "debt:", "held", "goods")
"""Beginnings of the names of columns that hold money, or credit in kind, already settled with members."""


def with_settled(state: State, settled: State) -> State:
    """A state in which money already settled stands as in another: what is carried, owed, held and credited."""
    rows = places_in(state.ids.array, settled.ids.array)
    columns = {name: held for name, held in state.columns.items() if not name.startswith(SETTLED)}
    for name, held in settled.columns.items():
        if name.startswith(SETTLED):
            columns[name] = Held(np.where(rows >= 0, np.append(held.values, 0)[rows], 0), held.unit)
    return replace(state, columns=columns)


OPENING = "opening"
"""The period of a state that no run made: the facts' opening balances."""

RANKED = ("title", "best since", "paid as")
"""State columns that hold rank codes, beside those whose name begins with ``rank:``. ``paid as`` is there for plans
with several cadences; what a shorter one keeps for itself has its kind before its name, as in ``week/rank:rank``."""


def is_ranked(name: str) -> bool:
    """Whether a state column holds rank codes, −1 for no rank."""
    own = name.rpartition("/")[2]
    return own in RANKED or own.startswith("rank:")


def opening(world: World, name: str, unit: Fraction, default: int = 0) -> Values:
    """A state column for the members of this run, in ``unit``; ``default`` for members that the state does not know."""
    state: State | None = world.state
    out = np.full(world.size, default, dtype=np.int64) if default else np.zeros(world.size, dtype=np.int64)
    if state is None or name not in state.columns:
        return out
    held = state.columns[name]
    rows = _rows(world, state)
    known = rows >= 0
    values = held.values[np.maximum(rows, 0)] if len(held.values) else out
    found = fit(np.where(known, converted(world, state, name, values, unit), default))
    return found if found.dtype == object else found.astype(np.int64)


def begins(world: World) -> bool:
    """Whether a run begins the chain of its cadence, so that it reads what the facts bring in."""
    state: State | None = world.state
    if state is None or state.period == OPENING:
        return True
    return bool(state.cadences) and world.plan.period not in state.cadences


def state_names(world: World, prefix: str) -> list[str]:
    """The state's columns whose names begin so, in order."""
    state: State | None = world.state
    return [] if state is None else sorted(name for name in state.columns if name.startswith(prefix))


def converted(world: World, state: State, name: str, values: Values, unit: Fraction) -> Values:
    """Values of a state column as this plan counts them: rank codes of its ladder, or its unit."""
    held = state.columns[name]
    if is_ranked(name):
        return _recoded(world, state, values)
    if held.unit == unit:
        return values
    ratio = held.unit / unit
    if np.any(values % ratio.denominator):
        raise world.refuse(
            f"State '{name}' is kept in {held.unit}, finer than the plan's {unit}.",
            "Keep the finer unit; another name starts at 0."
            if name.startswith("bank:")  # whose base is counted in its own unit on each date
            else "Keep the finer unit, or write both as dated values of one plan file; another name starts at 0.",
        )
    return times(values // ratio.denominator, ratio.numerator)


def _rows(world: World, state: State) -> Int64s:
    if "state rows" not in world.cache:
        world.cache["state rows"] = places_in(world.ids.array, state.ids.array)
    rows: Int64s = world.cache["state rows"]
    return rows


def _recoded(world: World, state: State, codes: Int64s) -> Int64s:
    """Rank codes of the state's ladder as codes of this plan's; refused when a rank is gone."""
    if state.ranks == world.plan.ranks:
        return codes
    new = [world.plan.ranks.index(rank) if rank in world.plan.ranks else -2 for rank in state.ranks]
    table = np.array([*new, -1], dtype=np.int64)
    found = table[codes]
    if np.any(found == -2):
        gone = state.ranks[int(codes[found == -2][0])]
        raise world.refuse(f"The state holds rank '{gone}', which the plan no longer has.", "Keep it in the ladder.")
    return found

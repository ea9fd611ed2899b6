"""One state for all cadences of a plan: what a run of one of them takes of it, and how it hands it on.

Columns of the plan's own period have plain names; what a shorter cadence keeps for itself has its kind before its name
(``week/previous:pv``). Shared by all runs: the account of each member (``carried``), places in trees, and what the
bonuses of shorter cadences have paid since the last run of the plan's own period (``since:NAME``).
docs/semantics.md, section 7.14.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from trueline.facts.columns import places_in
from trueline.period import KINDS, Period
from trueline.plan import Plan
from trueline.plan.bonuses import TakenBonus
from trueline.plan.steps import KeptStep
from trueline.reckon.evaluate import Values, plus, whole_column
from trueline.reckon.held import EARNED
from trueline.reckon.ids import MemberIds
from trueline.reckon.opening import opening_state
from trueline.reckon.places import KINDS as PLACES
from trueline.reckon.results import bonus_results
from trueline.reckon.state import OPENING, Held, State, converted, is_ranked, opening
from trueline.reckon.world import Int64s, World

_ONE = Fraction(1)
_PAID_AS = "paid as"
_LENT = (_PAID_AS, "title")
"""What the plan's own period leaves for shorter cadences to read."""
_SINCE = "since:"


def taken(world: World, state: State | None) -> State | None:
    """The state as a run reads it: what is its own, under plain names, and what all share.

    A cadence that begins takes its own from what the facts bring in; until the plan's own period was run, rank and
    title are those of the facts too.
    """
    plan = world.plan
    if state is None or state.period == OPENING:
        found = opening_state(world) if state is None else state
        return found if found is None or len(plan.kinds) == 1 else replace(found, columns=_with_lent(found.columns))
    if not _divided(plan, state):
        return state
    began = plan.period in state.cadences
    columns = {name.rpartition("/")[2]: held for name, held in state.columns.items() if _is_own(plan, name)}
    columns |= {name: held for name, held in state.columns.items() if _is_shared(name)}
    lent = plan.is_part and plan.kinds[-1] in state.cadences
    if lent:
        columns |= {name: state.columns[name] for name in _LENT if name in state.columns}
    whole = replace(state, columns=columns)
    if began and (lent or not plan.is_part):
        return whole
    opened = opening_state(world)
    return whole if opened is None else _beside(world, whole, opened, only=_LENT if began else None)


def handed_on(world: World, before: State | None, own: State) -> State:
    """What the next run takes, of whatever cadence: ``before`` with what this run leaves of its ``own``."""
    plan = world.plan
    if not _divided(plan, before):
        return own
    columns: dict[str, Held] = {}
    for name, held in own.columns.items():
        if not (name.startswith(_SINCE) or (plan.is_part and name in _LENT)):
            columns[name if _is_shared(name) else _prefix(plan) + name] = held
    cadences: dict[str, str] = {}
    if before is not None and before.period != OPENING:
        cadences |= before.cadences or {Period.parse(before.period).kind: before.period}
        for name in before.columns:
            if not (_is_own(plan, name) or _is_shared(name)):
                columns[name] = _aligned(world, before, name, own.ids)
    cadences[plan.period] = own.period
    if plan.is_part:
        for name, bonus in plan.bonuses.items():
            if not isinstance(bonus, TakenBonus):
                columns[_SINCE + name] = _added(world, columns.get(_SINCE + name), name, own)
    else:
        ranks = np.full(len(own.ids), -1, dtype=np.int64)
        if _PAID_AS in columns:  # of who is not there
            ranks[:] = columns[_PAID_AS].values
        ranks[: world.size] = world.numbers("rank")
        columns[_PAID_AS] = Held(ranks, _ONE)
    return replace(own, columns=columns, cadences=cadences)


def paid_since(world: World, bonus: str) -> Values:
    """What a bonus of a shorter cadence paid each member in the runs that belong to this period, in minor units."""
    return opening(world, _SINCE + bonus, world.plan.money_unit)


def kept(world: World, step: KeptStep) -> Int64s:
    """int64 [n]: rank or title as the last run of the plan's own period left it; −1 for none."""
    found = opening(world, _PAID_AS if step.name == "rank" else "title", _ONE, -1).astype(np.int64)
    if step.name == "rank":
        world.columns[EARNED] = found
    return found


def _divided(plan: Plan, state: State | None) -> bool:
    return len(plan.kinds) > 1 or (state is not None and bool(state.cadences))


def _prefix(plan: Plan) -> str:
    return f"{plan.period}/" if plan.is_part else ""


def _is_own(plan: Plan, name: str) -> bool:
    """Whether a column belongs to the cadence that a plan is the part of."""
    kind, slash, _ = name.partition("/")
    apart = bool(slash) and kind in KINDS
    return (kind == plan.period and apart) if plan.is_part else not (apart or _is_shared(name))


def _is_shared(name: str) -> bool:
    return name == "carried" or name.partition(":")[0] in PLACES


def _with_lent(columns: Mapping[str, Held]) -> dict[str, Held]:
    """Opening balances: an opening rank is the rank before the first run too."""
    found = dict(columns)
    if "rank:rank" in found:
        found[_PAID_AS] = found["rank:rank"]
    return found


def _beside(world: World, state: State, opened: State, only: tuple[str, ...] | None) -> State:
    """The state with what the facts bring in of whatever it does not hold; of ``only`` these columns."""
    strange = np.flatnonzero(~np.asarray(pc.is_in(opened.ids.array, state.ids.array)))
    ids = MemberIds(pa.concat_arrays([state.ids.array, opened.ids.array.take(pa.array(strange))]))
    brought = {name: held for name, held in _with_lent(opened.columns).items() if name not in state.columns}
    brought.pop("carried", None)
    columns = {name: _aligned(world, state, name, ids) for name in state.columns}
    first = replace(opened, columns=brought)
    columns |= {name: _aligned(world, first, name, ids) for name in brought if only is None or name in only}
    return replace(state, ids=ids, ranks=world.plan.ranks, columns=columns)


def _aligned(world: World, state: State, name: str, ids: MemberIds) -> Held:
    """A column of a state for other members, 0 or no rank for those whom it does not know; rank codes of this plan."""
    held = state.columns[name]
    nothing = -1 if is_ranked(name) else 0
    rows = places_in(ids.array, state.ids.array)
    values = converted(world, state, name, held.values, held.unit)
    return Held(np.append(values, nothing)[rows], held.unit)


def _added(world: World, before: Held | None, bonus: str, own: State) -> Held:
    """What a bonus has paid since the last run of the plan's own period, with this run."""
    now = np.zeros(len(own.ids), dtype=np.int64)
    now[: world.size] = bonus_results(world)[bonus].earned
    if before is not None:
        now = whole_column(plus(now, before.values), len(own.ids), f"What '{bonus}' paid")
    return Held(now, world.plan.money_unit)

"""Names that every plan knows: role, joining, status, ordinal, given rank, attributes, overrides."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from trueline.facts import ALWAYS
from trueline.facts.standing import STATUSES, has_role, status_of
from trueline.plan.steps import AttributeStep, BuiltinStep, OverrideStep
from trueline.reckon.evaluate import Values
from trueline.reckon.joining import joining
from trueline.reckon.ranks import given_ranks
from trueline.reckon.world import Bools, Int64s, World, dated_rows, facts_tree

_DAY = 86_400


def builtin(world: World, step: BuiltinStep) -> Values | None:
    """The column of a built-in name; a tree of the facts goes to ``world.trees`` and gives None."""
    if step.name.startswith("tree:"):
        name = step.name[5:]
        if name not in world.trees:
            world.trees[name] = facts_tree(world, name)
        return None
    return _BUILTINS[step.name](world, step.name)


def _role(world: World, name: str) -> Bools:
    return has_role(world.facts, name, world.period.end_seconds - 1)[world.id_rank]


def _new(world: World, name: str) -> Bools:
    return np.asarray(joining(world) >= world.period.start_seconds)


def _days(world: World, name: str) -> Int64s:
    joined = joining(world)
    known = joined != ALWAYS
    return np.where(known, world.period.end_seconds // _DAY - np.where(known, joined, 0) // _DAY, 0)


def _ordinal(world: World, name: str) -> Int64s:
    """1, 2, 3… among the sponsor's recruits by joining, then id; 0 for roots."""
    parent = world.trees["sponsor"].parent
    order = np.lexsort((world.id_rank, joining(world), parent))
    sorted_parent = parent[order]
    fresh = np.append(True, sorted_parent[1:] != sorted_parent[:-1]) if world.size else np.zeros(0, dtype=np.bool_)
    position = np.arange(world.size)
    start = np.maximum.accumulate(np.where(fresh, position, 0)) if world.size else position
    out = np.zeros(world.size, dtype=np.int64)
    out[order] = position - start + 1
    return np.where(parent >= 0, out, 0)


def _given(world: World, name: str) -> Int64s:
    out = np.full(world.size, -1, dtype=np.int64)
    for member, _, code in given_ranks(world):
        out[member] = max(int(out[member]), code)
    return out


def _status(world: World, name: str) -> Int64s:
    world.words[name] = list(STATUSES)
    return status_of(world.facts, world.period.end_seconds - 1)[world.id_rank]


def member_text(world: World, name: str) -> Int64s:
    """int64 [n]: codes of a text column of the members in ``world.words``, −1 for a blank; refused without it."""
    return _texts(world, name, name)


def _texts(world: World, column: str, key: str) -> Int64s:
    members = world.facts["members"]
    out = np.full(world.size, -1, dtype=np.int64)
    if column not in members:
        raise world.refuse(f"The members have no column '{column}', which the plan reads.", "Add the column.")
    member = world.index[world.facts.index_of("members", "member")]
    there = member >= 0
    out[member[there]] = members[column].codes[there]
    world.words[key] = members[column].values
    return out


def attribute(world: World, step: AttributeStep) -> Int64s:
    """int64 [n]: place of the member's value in the attribute's legal values; refused where there is none."""
    codes = _texts(world, f"attribute.{step.attribute}", step.attribute)
    legal = list(world.plan.attributes[step.attribute])
    words = world.words[step.attribute]
    place = np.array([legal.index(word) if word in legal else -1 for word in words] + [-1], dtype=np.int64)
    found = place[codes]
    wrong = np.flatnonzero(found < 0)
    if wrong.size and step.attribute in world.plan.read_names:
        member = world.ids[int(wrong[0])]
        code = int(codes[wrong[0]])
        value = f"'{words[code]}'" if code >= 0 else "no value"
        raise world.refuse(
            f"Member {member} has {value} as attribute '{step.attribute}'.", f"Legal: {', '.join(legal)}."
        )
    world.words[step.attribute] = legal
    return found


def override(world: World, step: OverrideStep) -> Bools:
    """Boolean [n]: whether such a decision is in force; of several the one that began last, whatever the order."""
    out = np.zeros(world.size, dtype=np.bool_)
    if not world.facts.has("overrides"):
        return out
    table = world.facts["overrides"]
    member = world.index[world.facts.index_of("overrides", "member")]
    rows = np.flatnonzero(dated_rows(table, world.period) & (member >= 0))
    for row in rows[np.argsort(world.facts.effective("overrides")[rows], kind="stable")]:
        if table["what"].text(int(row)) == step.what:
            value = table.text(int(row), "value")
            out[member[row]] = value.lower() not in ("no", "false")
    return out


_BUILTINS: dict[str, Callable[[World, str], Values]] = {
    "participant": _role,
    "customer": _role,
    "new": _new,
    "days": _days,
    "ordinal": _ordinal,
    "given_rank": _given,
    "status": _status,
    "country": member_text,
    "market": member_text,
}

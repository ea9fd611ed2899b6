"""Paid-as ranks and titles: the highest condition that holds, overrides, grace, and what a title remembers."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from trueline.facts import Facts
from trueline.plan.steps import RankStep, TitleStep
from trueline.reckon.held import EARNED
from trueline.reckon.state import Held, opening
from trueline.reckon.world import Int64s, World, dated_rows

NOT_GIVEN = -2
"""No override is in force."""

_ONE = Fraction(1)


def rank(world: World, step: RankStep) -> Int64s:
    """int64 [n] paid-as rank codes; −1 for none."""
    earned = np.full(world.size, -1, dtype=np.int64)
    ladder_of = world.column(step.by) if step.by else np.zeros(world.size, dtype=np.int64)
    for number, (_, conditions) in enumerate(step.ladders):
        here = ladder_of == number
        for code, condition in enumerate(conditions):
            if condition is not None:
                earned[here & world.flags(condition)] = code
    return paid_as(world, step, earned)


def paid_as(world: World, step: RankStep, earned: Int64s) -> Int64s:
    """Earned ranks after overrides and grace; keeps ``earned`` for the grace count."""
    world.columns[EARNED] = found = earned
    if step.grace:
        title, used = opening(world, "title", _ONE, -1), opening(world, "grace", _ONE)
        found = np.where((earned < title) & (used < step.grace), title, earned)
    if given_ranks(world) or world.fixed_ranks is not None:
        exact, floor = overrides(world, step)
        found = np.maximum(np.where(exact != NOT_GIVEN, exact, found), floor)
    return found.astype(np.int64, copy=False)


def overrides(world: World, step: RankStep) -> tuple[Int64s, Int64s]:
    """(exact rank or NOT_GIVEN, least rank or −1) per member; a rank that the member's ladder lacks is none."""
    if "overrides" not in world.cache:
        exact = np.full(world.size, NOT_GIVEN, dtype=np.int64)
        floor = np.full(world.size, -1, dtype=np.int64)
        lacks = ladder_lacks(world, step)
        for member, what, code in given_ranks(world):
            absent = code >= 0 and lacks[member, code]
            if what == "rank":
                exact[member] = max(int(exact[member]), -1 if absent else code)
            elif not absent:
                floor[member] = max(int(floor[member]), code)
        if world.fixed_ranks is not None:
            exact, floor = world.fixed_ranks, np.full(world.size, -1, dtype=np.int64)
        world.cache["overrides"] = (exact, floor)
    cached: tuple[Int64s, Int64s] = world.cache["overrides"]
    return cached


def ladder_lacks(world: World, step: RankStep) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Bool [n, ranks]: the member's ladder has no such rank."""
    ranks = world.plan.ranks
    if step.by is None:
        return np.zeros((world.size, max(len(ranks), 1)), dtype=np.bool_)
    model = world.plan.model
    values = [value for value, _ in step.ladders]
    missing = np.array(
        [[isinstance(rule, dict) and value not in rule for rule in model.ranks.values()] for value in values],
        dtype=np.bool_,
    )
    found: np.ndarray[tuple[int, int], np.dtype[np.bool_]] = missing[world.column(step.by)]
    return found


def given_ranks(world: World) -> list[tuple[int, str, int]]:
    """(member, rank or forced rank, code) of every override in force on the last day."""
    if "given ranks" not in world.cache:
        world.cache["given ranks"] = list(_read_given(world, world.facts))
    cached: list[tuple[int, str, int]] = world.cache["given ranks"]
    return cached


def _read_given(world: World, facts: Facts) -> list[tuple[int, str, int]]:
    if not facts.has("overrides"):
        return []
    table = facts["overrides"]
    member = world.index[facts.index_of("overrides", "member")]
    found = []
    for row in np.flatnonzero(dated_rows(table, world.period) & (member >= 0)):
        what = table["what"].text(int(row))
        if what not in ("rank", "forced rank"):
            continue
        name = table.text(int(row), "value")
        if name not in (*world.plan.ranks, "none"):
            who = world.ids[int(member[row])]
            raise world.refuse(
                f"An override gives member {who} the rank '{name}', which the plan does not have.",
                "Correct one of them.",
            )
        found.append((int(member[row]), what, -1 if name == "none" else world.plan.ranks.index(name)))
    return found


def title(world: World, step: TitleStep) -> Int64s:
    """int64 [n] titles after this period."""
    rank_now = world.numbers("rank")
    old = opening(world, "title", _ONE, -1)
    if step.rule == "paid as":
        return rank_now
    if step.rule == "best ever":
        return np.maximum(old, rank_now)
    misses = np.where(rank_now >= old, 0, opening(world, "misses", _ONE) + 1)
    best = np.maximum(opening(world, "best since", _ONE, -1), rank_now)
    fallen = np.where(misses >= step.after, best, old)
    return np.where(rank_now >= old, rank_now, fallen).astype(np.int64)


def rank_state(world: World) -> dict[str, Held]:
    """The columns of ranks and titles that the next period reads."""
    step = world.plan.steps["title"]
    assert isinstance(step, TitleStep)
    rank_now, title_now = world.numbers("rank"), world.numbers("title")
    earned = world.columns[EARNED]
    old = opening(world, "title", _ONE, -1)
    same = title_now == old
    missed = np.flatnonzero((rank_now < old) & same) if step.rule == "falls" else np.zeros(0, dtype=np.int64)
    graced = np.flatnonzero((earned < old) & same)
    misses, best = np.zeros(world.size, dtype=np.int64), np.full(world.size, -1, dtype=np.int64)
    used = np.zeros(world.size, dtype=np.int64)
    if missed.size:
        misses[missed] = opening(world, "misses", _ONE)[missed] + 1
        best[missed] = np.maximum(opening(world, "best since", _ONE, -1)[missed], rank_now[missed])
    if graced.size:
        used[graced] = opening(world, "grace", _ONE)[graced] + 1
    return {
        "title": Held(title_now, _ONE),
        "misses": Held(misses, _ONE),
        "best since": Held(best, _ONE),
        "grace": Held(used, _ONE),
    }

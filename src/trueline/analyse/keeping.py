"""Entering results into the books: one by one, so that a chain of any length fits in memory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trueline.analyse.assign import assign
from trueline.analyse.books import FARTHEST, MOST, Books, Cause, Course, Ending, Nearness
from trueline.analyse.causes import causes_of_lines
from trueline.analyse.mix import Mixes
from trueline.analyse.people import People
from trueline.analyse.sight import Sight
from trueline.facts import Facts
from trueline.facts.columns import places_in
from trueline.money.columns import total
from trueline.period import Period
from trueline.plan import Plan, PlanFile
from trueline.plan.cadence import refuse_cadences
from trueline.plan.steps import BonusStep
from trueline.reckon.state import State
from trueline.reckon.steps import Progress
from trueline.reckon.volumes import add_to
from trueline.reckon.world import Int64s, World
from trueline.run import Result, chain
from trueline.run.past import Past

_CAUSES, _NEAR, _FAR = len(Cause), len(Nearness), FARTHEST + 1


@dataclass(frozen=True)
class _Page:
    """One period in the book keeper's own order of members: who was there, what they got in all positions together,
    which rank they held in the first.
    """

    period: Period
    member: Int64s
    reward: Int64s
    rank: NDArray[np.int8]
    by_bonus: dict[str, int]
    cube: dict[str, Int64s]


class BookKeeper:
    """Enters results one by one. Each may have facts of its own, which hold at least what its period reads.

    ``opening`` is the state before the first, ``past`` the runs before it. ``add`` needs a run with lines. The plan may
    change between periods; bonuses and ranks are known by name.
    """

    def __init__(self, opening: State | None = None, past: Past | None = None) -> None:
        self._opening = opening
        self._entered = 0
        self._last: Plan | None = None
        self._course = Course((), opening, past)
        self._ids: Any = pa.array([], pa.string())
        self._by_member = np.zeros((0, _CAUSES, _NEAR), dtype=np.int64)
        self._pages: list[_Page] = []
        self._bonuses: dict[str, None] = {}
        self._ranks: dict[str, None] = {}
        self._ladders: dict[tuple[str, ...], None] = {}
        self._rules: dict[str, str] = {}
        self._of_facts: tuple[Facts, Int64s, NDArray[np.int8]] | None = None
        self._plan: tuple[str, str, Fraction] = ("", "", Fraction(1, 100))

    def add(self, result: Result) -> None:
        """Enter one period. ``ValueError`` for a run that kept no lines."""
        world, plan = result.world, result.plan
        place, causes = self._known(world.facts, world.period)
        member = place[world.id_rank[world.owner]]
        self._plan = (plan.name, plan.hash, plan.money_unit)
        self._last, self._opening = plan, world.state  # as corrections of closed periods left it
        self._course = replace(self._course, plans=(*self._course.plans, plan))
        self._bonuses.update(dict.fromkeys(plan.bonuses))
        self._ranks.update(dict.fromkeys(plan.ranks))
        self._ladders.pop(plan.ranks, None)  # the last one used stands last
        self._ladders[plan.ranks] = None
        reward = np.zeros(world.size, dtype=np.int64)
        by_bonus, cube = dict[str, int](), dict[str, Int64s]()
        sight = Sight(world)
        mixes = Mixes(world, causes, {})
        flat = self._by_member.reshape(-1)
        for name in _in_order(world):
            found = assign(mixes, sight, plan.bonuses[name], result.bonuses[name])
            self._entered += total(np.abs(found.amount))
            if self._entered > MOST:
                message = "The rewards of all periods together leave the range of exact sums."
                raise world.refuse(message, "Measure fewer periods, or declare coarser amounts.")
            self._rules[name] = found.rule
            cell = found.cause * _NEAR + found.near
            far = np.where(found.near == Nearness.NOBODY, 0, np.clip(found.level, 0, FARTHEST))
            cube[name] = np.zeros(_CAUSES * _NEAR * _FAR, dtype=np.int64)
            add_to(cube[name], (cell * _FAR + far).astype(np.int32), found.amount)
            add_to(flat, (member[found.receiver] * (_CAUSES * _NEAR) + cell).astype(np.int32), found.amount)
            by_bonus[name] = int(found.amount.sum())
            add_to(reward, world.owner[found.receiver], found.amount)
        people = np.setdiff1d(np.arange(world.size), world.further)
        codes = self._rank_codes(world)[people]
        page = _Page(Period.parse(result.period), member[people], reward[people], codes, by_bonus, cube)
        self._pages.append(page)

    def _known(self, facts: Facts, period: Period) -> tuple[Int64s, NDArray[np.int8]]:
        """The place of each member of the facts in the keeper's list, which grows (−1 for a further position of one);
        the cause of each order line.
        """
        if self._of_facts is None or self._of_facts[0] is not facts:
            ids = facts.member_ids
            further = pa.array(list(facts.owner_of), pa.string())
            new = ids.filter(pc.invert(pc.is_in(ids, pa.concat_arrays([self._ids, further]))))
            self._ids = pa.concat_arrays([self._ids, new.combine_chunks() if hasattr(new, "combine_chunks") else new])
            more = np.zeros((len(new), _CAUSES, _NEAR), dtype=np.int64)
            self._by_member = np.concatenate([self._by_member, more])
            sold = facts.has("orders") and facts.has("order_lines")
            causes = causes_of_lines(facts, period) if sold else np.zeros(0, dtype=np.int8)
            self._of_facts = (facts, places_in(ids, self._ids), causes)
        return self._of_facts[1:]

    def _rank_codes(self, world: World) -> NDArray[np.int8]:
        """int8 (n): the rank of each member as a place in the keeper's list of ranks; −1 for none."""
        if not world.plan.ranks:
            return np.full(world.size, -1, dtype=np.int8)
        place = list(self._ranks)
        recode = np.array([place.index(name) for name in world.plan.ranks] + [-1], dtype=np.int8)
        return recode[world.numbers("rank")]

    def close(self, facts: Facts) -> Books:
        """The books over ``facts``, which hold every member that was ever entered; ``KeyError`` names one they lack."""
        at = places_in(self._ids, facts.member_ids)
        if np.any(at < 0):
            raise KeyError(f"Member {self._ids[int(np.argmax(at < 0))]} was paid and is not in the facts.")
        count, bonuses, pages = len(facts.members), list(self._bonuses), self._pages
        rank_names = one_ladder(list(self._ladders))
        recode = np.array([rank_names.index(name) for name in self._ranks] + [-1], dtype=np.int8)
        rewards = np.zeros((len(pages), count), dtype=np.int64)
        ranks = np.full((len(pages), count), -2, dtype=np.int8)
        by_bonus = np.zeros((len(pages), len(bonuses)), dtype=np.int64)
        cube = np.zeros((len(pages), len(bonuses), _CAUSES, _NEAR, _FAR), dtype=np.int64)
        for row, page in enumerate(pages):
            rewards[row, at[page.member]] = page.reward
            ranks[row, at[page.member]] = recode[page.rank]
            for column, name in enumerate(bonuses):
                if name in page.cube:
                    by_bonus[row, column] = page.by_bonus[name]
                    cube[row, column] = page.cube[name].reshape(_CAUSES, _NEAR, _FAR)
        by_member = np.zeros((count, _CAUSES, _NEAR), dtype=np.int64)
        by_member[at] = self._by_member
        name, plan_hash, unit = self._plan
        periods = [page.period for page in pages]
        return Books(
            facts,
            name,
            plan_hash,
            unit,
            periods,
            bonuses,
            rank_names,
            rewards,
            by_bonus,
            cube,
            by_member,
            ranks,
            People.of(facts, periods[0], periods[-1]).everyone,
            dict(self._rules),
            Ending(self._last, self._opening) if self._last else None,
            self._course,
        )


def keep_books(
    plan_file: PlanFile,
    facts: Facts,
    first: Period,
    last: Period,
    *,
    state: State | None = None,
    past: Past | None = None,
    progress: Progress | None = None,
) -> Books:
    """The books of a chain of periods over one company. ``state`` and ``past`` are what the runs before have left, as
    for :func:`trueline.run.chain`. Errors: ``Refused`` as :func:`trueline.run.run` does.
    """
    refuse_cadences(plan_file.at(last), "measures follow")
    keeper = BookKeeper(state, past)
    for result in chain(plan_file, facts, state, first, last, progress=progress, past=past):
        keeper.add(result)
    return keeper.close(facts)


def one_ladder(ladders: list[tuple[str, ...]]) -> list[str]:
    """The ranks of all ladders, lowest first: the last ladder, and each rank that it lacks after the one below it."""
    found = list(ladders[-1]) if ladders else []
    for ladder in reversed(ladders[:-1]):
        for number, name in enumerate(ladder):
            if name not in found:
                found.insert(found.index(ladder[number - 1]) + 1 if number else 0, name)
    return found


def _in_order(world: World) -> list[str]:
    """Bonuses in the order in which they are computed: those that others are paid on come first."""
    steps = [world.plan.steps[key] for group in world.plan.groups for key in group.keys]
    return [step.bonus for step in steps if isinstance(step, BonusStep)]

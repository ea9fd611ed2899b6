"""Entering results into the books: one by one, so that a chain of any length fits in memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from trueline.analyse.assign import assign
from trueline.analyse.books import FARTHEST, MOST, Books, Cause, Course, Nearness
from trueline.analyse.causes import causes_of_lines
from trueline.analyse.mix import Mixes
from trueline.analyse.people import People
from trueline.analyse.sight import Sight
from trueline.errors import Finding, Refused
from trueline.facts import Facts
from trueline.facts.columns import places_in
from trueline.money.columns import total
from trueline.period import Period
from trueline.plan import Plan, PlanFile
from trueline.plan.steps import BonusStep
from trueline.reckon.ids import MemberIds
from trueline.reckon.state import OPENING, State
from trueline.reckon.steps import Progress
from trueline.reckon.volumes import add_to
from trueline.reckon.world import Int64s, World
from trueline.run import Result, chain
from trueline.run.past import Past

_CAUSES, _NEAR, _FAR = len(Cause), len(Nearness), FARTHEST + 1


@dataclass
class _Page:
    """One period of the plan in the book keeper's own order of members, with the part runs that belong to it.

    ``rewards``: for each run who was there, and what they got in all positions together. ``rank``: in the plan's own
    run, who was there and the rank they held in the first. ``mixes``: for each bonus of a part run the ids of its
    members and how much of each cause they earned, int64 (n, causes), as the plan's own run reads it. ``opening`` is
    the state before the first run.
    """

    period: Period
    opening: State | None
    runs: list[tuple[Period, Plan]] = field(default_factory=list)
    rewards: list[tuple[Int64s, Int64s]] = field(default_factory=list)
    rank: tuple[Int64s, NDArray[np.int8]] | None = None
    by_bonus: dict[str, int] = field(default_factory=dict)
    cube: dict[str, Int64s] = field(default_factory=dict)
    mixes: dict[str, list[tuple[MemberIds, Int64s]]] = field(default_factory=dict)

    def brought(self, plan: Plan, ids: MemberIds) -> dict[str, Int64s]:
        """For each bonus of a shorter cadence, int64 (n, causes): what the part runs brought these members."""
        found = {}
        for name in plan.shorter:
            found[name] = np.zeros((len(ids), _CAUSES), dtype=np.int64)
            for of_run, earned in self.mixes.get(name, ()):
                rows = places_in(of_run.array, ids.array)
                found[name][rows] += earned  # whoever was there in a part run is there at the end of the period
        return found


class BookKeeper:
    """Enters results one by one. Each may have facts of its own, which hold at least what its period reads.

    ``opening`` is the state before the first, ``past`` the runs before it. ``add`` needs a run with lines. The plan may
    change between periods; bonuses and ranks are known by name. Of a plan with cadences the part runs of a period come
    before its own run, as a chain makes them.
    """

    def __init__(self, opening: State | None = None, past: Past | None = None) -> None:
        self._handed_on = opening
        self._entered = 0
        self._open: _Page | None = None
        self._ending: Course | None = None
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
        """Enter one run. ``ValueError`` for a run that kept no lines, and for one of another period of the plan while
        the run of the one before is missing.
        """
        world, plan = result.world, result.plan
        page = self._page_of(result)
        place, causes = self._known(world.facts, world.period)
        member = place[world.id_rank[world.owner]]
        self._plan = (plan.name, plan.hash, plan.money_unit)
        self._handed_on = result.state
        self._course = replace(self._course, runs=(*self._course.runs, (world.period, plan)))
        self._bonuses.update(dict.fromkeys(plan.bonuses))
        self._ranks.update(dict.fromkeys(plan.ranks))
        self._ladders.pop(plan.ranks, None)  # the last one used stands last
        self._ladders[plan.ranks] = None
        reward = np.zeros(world.size, dtype=np.int64)
        sight = Sight(world)
        mixes = Mixes(world, causes, page.brought(plan, world.ids))
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
            cube = page.cube.setdefault(name, np.zeros(_CAUSES * _NEAR * _FAR, dtype=np.int64))
            add_to(cube, (cell * _FAR + far).astype(np.int32), found.amount)
            add_to(flat, (member[found.receiver] * (_CAUSES * _NEAR) + cell).astype(np.int32), found.amount)
            page.by_bonus[name] = page.by_bonus.get(name, 0) + int(found.amount.sum())
            add_to(reward, world.owner[found.receiver], found.amount)
        people = np.setdiff1d(np.arange(world.size), world.further)
        page.rewards.append((member[people], reward[people]))
        if plan.is_part:
            for name, earned in mixes.earned.items():
                page.mixes.setdefault(name, []).append((world.ids, earned))
            return
        page.rank = (member[people], self._rank_codes(world)[people])
        page.mixes.clear()
        self._ending = Course(tuple(page.runs), page.opening)
        self._pages.append(page)
        self._open = page.opening = None

    def _page_of(self, result: Result) -> _Page:
        """The page of the period of the plan to which a run belongs."""
        world, plan = result.world, result.plan
        period = world.period.ends_in(plan.kinds[-1])
        if self._open is None:  # of one cadence the state as corrections of closed periods left it
            self._open = _Page(period, self._handed_on if len(plan.kinds) > 1 else world.state)
        if self._open.period != period:
            raise ValueError(f"{result.period} belongs to {period}, and the run of {self._open.period} is missing.")
        self._open.runs.append((world.period, plan))
        return self._open

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
        """The books over ``facts``, which hold every member that was ever entered; ``KeyError`` names one they lack.
        ``ValueError`` when part runs were entered and the run of the period to which they belong was not.
        """
        if self._open is not None:
            raise ValueError(f"The run of {self._open.period} is missing: its part runs are entered.")
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
            for member, reward in page.rewards:
                rewards[row, at[member]] += reward
            if page.rank is not None:
                ranks[row, at[page.rank[0]]] = recode[page.rank[1]]
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
            self._course,
            self._ending,
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
    for :func:`trueline.run.chain`. Of a plan with cadences ``first`` and ``last`` are periods of the plan, and the part
    runs that belong to them are run with them, also those that the state has behind it.
    Errors: ``Refused`` as :func:`trueline.run.run` does, and when those part runs are not known.
    """
    plan = plan_file.at(first)
    if first.kind != plan.kinds[-1] and first.kind in plan.kinds:
        message = f"The plan pays by {' and '.join(plan.kinds)} and is measured by the {plan.kinds[-1]}; "
        message += f"{first.label} is a {first.kind}."
        remedy = f"Name {first.ends_in(plan.kinds[-1])}, to which it belongs."
        raise Refused([Finding(plan.document.file, *plan.document.place(("period",)), message, remedy)])
    state, begin = _beginning(plan, first, state, past)
    keeper = BookKeeper(state, past)
    for result in chain(plan_file, facts, state, begin, last, progress=progress, past=past):
        keeper.add(result)
    return keeper.close(facts)


def _beginning(plan: Plan, first: Period, state: State | None, past: Past | None) -> tuple[State | None, Period]:
    """The state before the first run that belongs to ``first``, and that run; ``first`` itself stands for it where the
    state has none of them behind it.
    """
    begin = first
    while state is not None and state.period != OPENING:
        done = Period.parse(state.period)
        if done.kind == first.kind or done.kind not in plan.kinds or done.ends_in(first.kind) != first:
            break
        one = past.run_of(done) if past is not None else None
        if one is None:
            message = f"The state is that at the end of {done}, which belongs to {first} and is not known here."
            remedy = f"Go on from the run of {first.previous()}, or from one whose earlier runs are in its store."
            raise Refused([Finding(plan.document.file, 0, 0, message, remedy)])
        state, begin = one.state, done
    return state, begin


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

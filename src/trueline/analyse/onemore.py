"""Pay for one more sale: the engine runs the last period again with one more sale of 100, seller by seller.

Of a plan with cadences the sale is made in time for every run of the period: at the end of the last week that belongs
to the month. The runs from there on are made again, and what it pays in all of them is one amount.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from trueline.analyse.added import OneMore
from trueline.analyse.books import Course, Int64s
from trueline.analyse.figure import Figure
from trueline.analyse.lacking import lacking, unknown
from trueline.analyse.owners import member_rows, of_owners
from trueline.analyse.paying import paying_prices, paying_volumes
from trueline.analyse.sample import Sample
from trueline.errors import Refused
from trueline.facts import Facts
from trueline.facts.columns import places_in
from trueline.period import Period
from trueline.plan import Plan, PlanFile
from trueline.plan.bonuses import PoolBonus
from trueline.plan.typed import ConditionType
from trueline.reckon.state import State
from trueline.reckon.world import Bools, World
from trueline.run import Result, chain, run
from trueline.run.run import runs

SALE = Fraction(100)
FARTHEST = 5
"""Receivers are told apart up to this distance."""
MEASURES = (
    "one_more_sale_own",
    "one_more_sale_paid",
    "one_more_sale_pool",
    "one_more_sale_rank_spread",
    "one_more_sale_within_distance_spread",
    "one_more_sale_lifts",
)
By = tuple[tuple[str, str], ...]
Told = Callable[[int, int], None]
"""Called with how many sellers are done and how many there are."""


@dataclass(frozen=True)
class Pairs:
    """One row per seller taken and active receiver at a distance of 0 (the seller) to 5: int64 columns of one length.

    ``seller`` is the place in the sample; ``rank`` the receiver's code, −1 for none; ``pay`` what the sale adds for the
    receiver in minor units, without pools.
    """

    seller: Int64s
    distance: Int64s
    rank: Int64s
    pay: Int64s


@dataclass(frozen=True)
class Answers:
    """What the runs gave. ``own``, ``whole`` and ``pools`` int64 (n) per seller taken, in minor units: added for the
    seller, for everybody without pools, and by pools. ``rank`` int64 (n) of the seller. ``lifted`` counts the sellers
    whose sale changed somebody's rank or activity; they are left out.
    """

    sample: Sample
    rank: Int64s
    own: Int64s
    whole: Int64s
    pools: Int64s
    pairs: Pairs
    lifted: int


def one_more_sale(
    plan_file: PlanFile, facts: Facts, first: Period, last: Period, *, most: int = 250, told: Told | None = None
) -> list[Figure]:
    """Figures for the last period of a chain that begins with ``first``; see ``one_more_sale_in``."""
    state = None
    if first < last and not _missing(plan_file.at(last), facts):
        for result in chain(plan_file, facts, None, first, last.previous(), lines=False):
            state = result.state
    ending = Course(tuple((one, plan_file.at(one)) for one in runs(plan_file, state, last, last)), state)
    return one_more_sale_in(ending, facts, most=most, told=told)


def one_more_sale_in(ending: Course, facts: Facts, *, most: int = 250, told: Told | None = None) -> list[Figure]:
    """Who gets how much for one more sale of 100 by a participant, by distance and rank, in the runs of one period.

    The sale brings 100 of every volume that the plan pays on and none of those that only qualify, so that what it pays
    is told apart from what it lifts; its price is 100 too. Up to ``most`` participants each make it once; of more, a
    sample by rank and depth does, and means have an interval.
    """
    plan = ending.plan
    volumes, missing = paying_volumes(plan), _missing(plan, facts)
    if missing:
        return unknown(MEASURES, missing)
    prices = paying_prices(plan)
    if any(name != "price" for name in prices):
        why = "the plan pays on retail prices or margins of products, which a sale of 100 does not say"
        return [Figure(measure, None, why=why) for measure in MEASURES]
    asked = _Asked.of(ending, facts)
    before = asked.before[-1]
    sellers = asked.sellers()
    if not (volumes or prices) or not sellers.size:
        why = "nobody may earn in the period" if volumes or prices else "the plan pays on no sale"
        return [Figure(measure, None, why=why) for measure in MEASURES]
    rank = before.world.numbers("rank")
    depth = np.minimum(before.world.trees["sponsor"].depth.astype(np.int64), 9)
    sample = Sample.of(sellers, (rank * 10 + depth)[sellers], most)
    more = OneMore.of(facts, asked.seconds, dict.fromkeys(volumes, SALE), SALE)
    try:
        answers = asked.answers(more, sample, told)
    except Refused as refused:  # the period itself was run: it is the sale that lacks what the plan reads
        why = f"the plan cannot be run so: {refused.findings[0].message}"
        return [Figure(measure, None, why=why) for measure in MEASURES]
    return list(_figures(plan, answers))


def _missing(plan: Plan, facts: Facts) -> tuple[str, ...]:
    return lacking(facts, "orders", *(f"order_lines.volume.{volume}" for volume in paying_volumes(plan)))


@dataclass(frozen=True)
class _Asked:
    """The runs that a sale at ``seconds`` reaches, as they were ``before``; the last is the plan's own. ``opening`` is
    the state before the first of them.
    """

    before: list[Result]
    opening: State | None
    seconds: int

    @classmethod
    def of(cls, ending: Course, facts: Facts) -> _Asked:
        """The sale is made at the last moment that every kind of run of the period still counts."""
        last = {period.kind: period.end_seconds for period, _ in ending.runs}
        seconds = min(last.values()) - 1
        state, opening, found = ending.opening, ending.opening, list[Result]()
        for period, plan in ending.runs:
            result = _run(plan, facts, state, period)
            if period.end_seconds > seconds:
                opening = opening if found else state
                found.append(result)
            state = result.state
        return cls(found, opening, seconds)

    def sellers(self) -> Int64s:
        """The participants of the plan's own run who are participants in every run that counts the sale."""
        world = self.before[-1].world
        found = np.setdiff1d(np.flatnonzero(world.flags("participant")), world.further)
        for result in self.before[:-1]:
            if result.world.period.start_seconds <= self.seconds:
                there = np.zeros(world.size, dtype=np.bool_)
                there[_rows(result.world, world)] = result.world.flags("participant")
                found = found[there[found]]
        return found

    def again(self, facts: Facts) -> list[Result]:
        """The same runs on other facts."""
        state, found = self.opening, list[Result]()
        for was in self.before:
            found.append(_run(was.plan, facts, state, was.world.period))
            state = found[-1].state
        return found

    def answers(self, more: OneMore, sample: Sample, told: Told | None) -> Answers:
        world = self.before[-1].world
        at, active, rank = member_rows(world, more.facts), _active(world), world.numbers("rank")
        kept, own, whole, pooled = [], [], [], []
        pairs: list[tuple[int, int, int, int]] = []
        for place, seller in enumerate(sample.members.tolist()):
            if told:
                told(place, len(sample.members))
            after = self.again(more.by(int(at[seller])))
            same = all(_alike(one.world, other.world) for one, other in zip(self.before, after, strict=True))
            kept.append(same)
            pay = self.added(after, pools=False)
            own.append(int(pay[seller]))
            whole.append(int(pay.sum()))
            pooled.append(int(self.added(after, pools=True).sum()))
            if same:
                for distance, receiver in enumerate(_upline(world, seller)):
                    if active[receiver]:
                        pairs.append((place, distance, int(rank[receiver]), int(pay[receiver])))
        rows = np.array(pairs, dtype=np.int64).reshape(-1, 4)
        own_, whole_, pooled_ = (np.array(values, dtype=np.int64) * np.array(kept) for values in (own, whole, pooled))
        ranks = np.where(kept, rank[sample.members], -2)
        return Answers(sample, ranks, own_, whole_, pooled_, Pairs(*rows.T), len(kept) - sum(kept))

    def added(self, after: list[Result], *, pools: bool) -> Int64s:
        """int64 [n of the plan's own run]: what the bonuses (``pools`` or all others) bring more in all runs, of all
        positions of a member together.
        """
        whole = self.before[-1].world
        found = np.zeros(whole.size, dtype=np.int64)
        for one, other in zip(self.before, after, strict=True):
            rows = _rows(one.world, whole)
            for name, was in one.bonuses.items():
                if isinstance(one.plan.bonuses[name], PoolBonus) == pools:
                    found[rows] += other.bonuses[name].earned - was.earned
        return of_owners(whole, found)


def _run(plan: Plan, facts: Facts, state: State | None, period: Period) -> Result:
    """A sale changes nothing of closed periods, and no line is asked for."""
    return run(plan, facts, state, period, lines=False, settling=False)


def _rows(world: World, whole: World) -> Int64s:
    """int64 [n]: the place of each node of a run among those of a later one, which has all of them."""
    if world is whole:
        return np.arange(world.size)
    return places_in(world.ids.array, whole.ids.array)


def _alike(one: World, other: World) -> bool:
    """Whether everybody has the same rank and activity in two runs of a period."""
    same = np.array_equal(one.numbers("rank"), other.numbers("rank"))
    return same and np.array_equal(_active(one), _active(other))


def _active(world: World) -> Bools:
    """Who counts as active: the plan's condition of that name, else every participant."""
    step = world.plan.steps.get("active")
    return world.flags("active" if step is not None and isinstance(step.type, ConditionType) else "participant")


def _upline(world: World, seller: int) -> Iterator[int]:
    """The seller and the next participants above in the plan's tree, nearest first, up to the farthest distance; one
    with several positions above is met at the nearest.
    """
    tree, participant = world.trees.get(world.plan.main_tree, world.trees["sponsor"]), world.flags("participant")
    yield seller
    above, met = int(tree.parent[seller]), {seller}
    while above >= 0 and len(met) <= FARTHEST:
        person = int(world.owner[above])
        if participant[above] and person not in met:
            met.add(person)
            yield person
        above = int(tree.parent[above])


def _figures(plan: Plan, answers: Answers) -> Iterator[Figure]:
    sample, unit, pairs = answers.sample, plan.money_unit, answers.pairs
    taken = (answers.rank > -2).astype(np.int64)
    n = int(taken.sum())
    yield Figure("one_more_sale_lifts", Fraction(answers.lifted, len(taken)), count=len(taken))
    if not n:
        for measure in MEASURES[:-1]:
            yield Figure(measure, None, why="every such sale changes somebody's rank or activity")
        return
    for measure, values in (("own", answers.own), ("paid", answers.whole), ("pool", answers.pools)):
        yield _mean(f"one_more_sale_{measure}", sample, values, taken, unit)
    for code, name in enumerate(["no rank", *plan.ranks], start=-1):
        of_rank = taken * (answers.rank == code)
        if of_rank.any():
            yield _mean("one_more_sale_own", sample, answers.own * of_rank, of_rank, unit, (("rank", name),))
    at_one: list[Fraction] = []
    for distance in range(FARTHEST + 1):
        for code, name in enumerate(["no rank", *plan.ranks], start=-1):
            rows = (pairs.distance == distance) & (pairs.rank == code)
            if rows.any():
                values, counts = np.zeros(len(taken), dtype=np.int64), np.zeros(len(taken), dtype=np.int64)
                np.add.at(values, pairs.seller[rows], pairs.pay[rows])
                np.add.at(counts, pairs.seller[rows], 1)
                by = (("distance", str(distance)), ("rank", name))
                figure = _mean("one_more_sale_pay", sample, values, counts, unit, by)
                at_one += [figure.value] if distance == 1 and figure.value is not None else []
                yield figure
    fewest = min(2, 1 + len(plan.ranks))
    yield _rank_spread(at_one, fewest)
    yield _within(pairs, unit, sample, fewest)


def _mean(name: str, sample: Sample, values: Int64s, counts: Int64s, unit: Fraction, by: By = ()) -> Figure:
    found, interval = sample.ratio(values, counts), sample.interval(values, counts)
    assert found is not None
    bounds = None if interval is None else (interval[0] * unit, interval[1] * unit)
    return Figure(name, found * unit, by, int(counts.sum()), bounds)


def _rank_spread(means: list[Fraction], fewest: int) -> Figure:
    """Highest over lowest mean; where all stand in one of several ranks there is nothing to compare."""
    name = "one_more_sale_rank_spread"
    if not means:
        return Figure(name, None, count=0, why="no active participant stands at distance 1 above another")
    if len(means) < fewest:
        return Figure(name, None, count=len(means), why="all who stand at distance 1 above another have the same rank")
    if min(means) <= 0:
        return Figure(name, None, count=len(means), why="a rank gets nothing at distance 1")
    return Figure(name, max(means) / min(means), count=len(means))


def _within(pairs: Pairs, unit: Fraction, sample: Sample, fewest: int) -> Figure:
    name, widest, ranks = "one_more_sale_within_distance_spread", 0, 0
    for distance in range(FARTHEST + 1):
        pay = pairs.pay[pairs.distance == distance]
        widest = max(widest, int(np.ptp(pay)) if pay.size else 0)
        ranks = max(ranks, len(np.unique(pairs.rank[pairs.distance == distance])))
    if not pairs.pay.size:
        return Figure(name, None, count=0, why="nobody is active")
    if not widest and ranks < fewest:
        return Figure(name, None, count=len(pairs.pay), why="no two of different rank stand at the same distance")
    why = "" if sample.full else "of a sample: the largest difference of everybody may be larger"
    return Figure(name, widest * unit / SALE, count=len(pairs.pay), why=why)

"""Two runs and why they differ: the inputs of one are swapped for those of the other, one at a time.

The order of the swaps is printed with the result. Each cause is the difference that its swap makes to the amounts, so
the causes add up to the whole difference, cent by cent; in another order they may share it out differently.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

import numpy as np

from trueline.errors import Finding, Refused
from trueline.facts import Facts
from trueline.facts.columns import Bools, Table, translated
from trueline.period import Period
from trueline.plan import PlanFile
from trueline.reckon.state import State
from trueline.reckon.steps import Progress
from trueline.run.past import Past
from trueline.run.result import Result
from trueline.run.run import run
from trueline.run.store import StoredPast, StoredRun

CAUSES = ("facts", "trees", "plan", "state")
"""What is swapped, in the usual order. Facts: everything but the trees, and the period itself."""
MEANING = {
    "facts": "orders, returns, members, roles and all other tables but the trees, and the period itself",
    "trees": "who stands below whom: the tables edges and positions",
    "plan": "the plan file",
    "state": "what the period before handed over, and the earlier runs that corrections look at",
}
_TREES = ("edges", "positions")


@dataclass(frozen=True)
class Made:
    """What a run was made of. ``label`` names it in sentences."""

    label: str
    plan_file: PlanFile
    facts: Facts
    state: State | None
    period: Period
    past: Past | None = None

    @classmethod
    def of(cls, stored: StoredRun) -> Made:
        """The sealed inputs of a stored run."""
        past = StoredPast(stored.before()) if stored.manifest.get("history") else None
        return cls(stored.folder.name, stored.plan_file(), stored.facts(), stored.opening(), stored.period, past)

    def result(self) -> Result:
        """The run computed."""
        plan = self.plan_file.at(self.period)
        return run(plan, self.facts, self.state, self.period, lines=False, past=self.past)


@dataclass(frozen=True)
class Change:
    """One amount that differs: ``causes`` are in the order of the swaps and sum to ``after − before``.

    ``bonus`` "" stands for what is payable after holds, minimum and debts.
    """

    member: str
    bonus: str
    before: Fraction
    after: Fraction
    causes: tuple[Fraction, ...]

    @property
    def change(self) -> Fraction:
        return self.after - self.before


@dataclass(frozen=True)
class RankChange:
    """A member whose paid-as rank differs, with the swap after which it first did."""

    member: str
    before: str | None
    after: str | None
    cause: str


@dataclass(frozen=True)
class Difference:
    """Everything that differs between two runs, largest change first, ties by member and bonus."""

    first: str
    second: str
    currency: str
    order: tuple[str, ...]
    changes: tuple[Change, ...]
    ranks: tuple[RankChange, ...]
    totals: tuple[Change, ...]
    """One per bonus of either plan, in plan order, and payable last; ``member`` is empty."""

    @property
    def same(self) -> bool:
        return not self.changes and not self.ranks


def difference(
    first: Made, second: Made, order: Sequence[str] = CAUSES, *, progress: Progress | None = None
) -> Difference:
    """Compute both runs and those between, and share the difference out. ``order`` lists every cause once; causes that
    only make sense together are joined, as in "plan+state": another plan may not understand the old one's state.

    Errors: ``ValueError`` for another list of causes; ``Refused`` for two currencies, for periods of two kinds, and
    where a run between cannot be computed, as when the new plan reads what the old facts do not have.
    """
    if not is_order(order):
        raise ValueError(f"The order names each of {', '.join(CAUSES)} once.")
    results = list(_between(first, second, order, progress))
    names = list(dict.fromkeys(name for result in results for name in result.bonuses))
    amounts = [_amounts(result) for result in results]
    keys = dict.fromkeys(key for found in amounts for key in found)
    changes = [_change(member, bonus, amounts) for member, bonus in keys]
    changed = [change for change in changes if any(change.causes)]
    changed.sort(key=lambda change: (-abs(change.change), change.member, change.bonus))
    totals = [_total(name, changes, len(order)) for name in [*names, ""]]
    currency = results[0].plan.currency
    return Difference(
        first.label, second.label, currency, tuple(order), tuple(changed), tuple(_ranks(results, order)), tuple(totals)
    )


def is_order(order: Sequence[str]) -> bool:
    """Whether every cause is listed once, alone or joined with others."""
    return sorted(cause for step in order for cause in step.split("+")) == sorted(CAUSES)


def _between(first: Made, second: Made, order: Sequence[str], progress: Progress | None) -> Iterator[Result]:
    """The results from the first run to the second, one swap after the other."""
    _comparable(first, second)
    swapped: set[str] = set()
    for number, cause in enumerate(["", *order]):
        if progress:
            progress(f"computing {cause or 'the first run'}", number, len(order) + 1)
        swapped.update(cause.split("+"))
        try:
            yield _mixed(first, second, swapped).result()
        except Refused as refused:
            if cause in ("", order[-1]):
                raise
            message = f"After swapping {cause} the run cannot be computed: {refused.findings[0].message}"
            remedy = f"Swap what belongs together at once, such as --order {','.join(_joined(order, cause))}."
            raise Refused([Finding(second.label, 0, 0, message, remedy)]) from None


def _joined(order: Sequence[str], cause: str) -> list[str]:
    """The order with the state swapped together with the cause that cannot do without it; else with the next one."""
    parts = cause.split("+")
    other = next((step for step in order if "state" in step.split("+") and step != cause), "")
    other = other or order[order.index(cause) + 1]
    return ["+".join([*parts, *other.split("+")]) if step == cause else step for step in order if step != other]


def _comparable(first: Made, second: Made) -> None:
    one, other = first.plan_file.at(first.period), second.plan_file.at(second.period)
    if one.currency != other.currency:
        message = f"One run is in {one.currency}, the other in {other.currency}."
        raise Refused([Finding(second.label, 0, 0, message, "Compare runs in one currency.")])
    if first.period.kind != second.period.kind:
        message = f"One run is of a {first.period.kind}, the other of a {second.period.kind}."
        raise Refused([Finding(second.label, 0, 0, message, "Compare runs of one kind of period.")])


def _mixed(first: Made, second: Made, swapped: set[str]) -> Made:
    """The first run with the inputs that are swapped from the second; each from the whole of its own run."""
    facts_of, trees_of, state_of, plan_of = (
        second if cause in swapped else first for cause in ("facts", "trees", "state", "plan")
    )
    facts = facts_of.facts if trees_of is facts_of else _with_trees(facts_of.facts, trees_of.facts)
    state, period = state_of.state, facts_of.period
    if state is not None and state_of is first and period != first.period:  # the old state, at the new period's door
        door = second.state or State(period.previous().label, state.ids, state.ranks)
        state = replace(state, period=door.period, cadences=door.cadences)
    return Made(first.label, plan_of.plan_file, facts, state, period, state_of.past)


def _with_trees(facts: Facts, trees: Facts) -> Facts:
    """The facts with the trees of others; links of positions that these facts do not know are left out."""
    found = Facts(facts.company, {name: table for name, table in facts.tables.items() if name not in _TREES})
    if trees.has("positions"):
        positions = trees["positions"]
        found = _added(found, "positions", positions, translated(positions["owner"], facts.member_ids) >= 0)
    if trees.has("edges"):
        edges, known = trees["edges"], found.position_ids
        parent = edges["parent"]
        rows = parent.blank | (translated(parent, known) >= 0)
        found = _added(found, "edges", edges, rows & (translated(edges["position"], known) >= 0))
    return found


def _added(facts: Facts, name: str, table: Table, rows: Bools) -> Facts:
    """Facts with one table more, or with those of its rows."""
    kept = table if bool(rows.all()) else table.take(np.flatnonzero(rows))
    return Facts(facts.company, {**facts.tables, name: kept})


def _amounts(result: Result) -> dict[tuple[str, str], Fraction]:
    """What every bonus comes to for every member after all caps, and what is payable (bonus ""); zeros left out."""
    found: dict[tuple[str, str], Fraction] = {}
    unit, ids = result.plan.money_unit, result.world.ids
    columns = {name: bonus.earned for name, bonus in result.bonuses.items()} | {"": result.payout.payable}
    for name, column in columns.items():
        for index in np.flatnonzero(column).tolist():
            found[ids[index], name] = int(column[index]) * unit
    return found


def _change(member: str, bonus: str, amounts: Sequence[dict[tuple[str, str], Fraction]]) -> Change:
    values = [found.get((member, bonus), Fraction(0)) for found in amounts]
    steps = tuple(after - before for before, after in pairwise(values))
    return Change(member, bonus, values[0], values[-1], steps)


def _total(bonus: str, changes: Sequence[Change], causes: int) -> Change:
    mine = [change for change in changes if change.bonus == bonus]
    before, after = sum((c.before for c in mine), Fraction(0)), sum((c.after for c in mine), Fraction(0))
    parts = tuple(sum((c.causes[place] for c in mine), Fraction(0)) for place in range(causes))
    return Change("", bonus, before, after, parts)


def _ranks(results: Sequence[Result], order: Sequence[str]) -> Iterator[RankChange]:
    """Members whose rank in the last result is not that in the first, with the first swap that moved it."""
    tables = [{member: result.rank(member) for member in result.member_ids} for result in results]
    for member in dict.fromkeys(member for table in tables for member in table):
        ranks = [table.get(member) for table in tables]
        if ranks[0] != ranks[-1]:
            moved = next(place for place, rank in enumerate(ranks) if rank != ranks[0])
            yield RankChange(member, ranks[0], ranks[-1], order[moved - 1])

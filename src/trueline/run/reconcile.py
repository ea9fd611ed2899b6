"""A run against another system's result: every difference, grouped by its probable cause.

A probable cause is a hypothesis that was tried: the engine runs again as the other system may have run (without the
returns, rounding otherwise, …). A hypothesis explains a difference when its run gives exactly the other system's
amount, and speaks against itself where it breaks an amount on which both agree. The hypothesis with the most explained
less broken comes first and takes what it explains; one that breaks as much as it explains is no cause.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from trueline.errors import Refused, nearest
from trueline.facts import Facts
from trueline.money import Mode
from trueline.plan import load_plan
from trueline.reckon.steps import Progress
from trueline.run.difference import Made
from trueline.run.legacy import Legacy
from trueline.run.result import Result

Amounts = dict[tuple[str, str], Fraction]
NEAR = 1
"""Differences up to this many minor units are called rounding where nothing else explains them."""
_MEANT, _FEW = 10, 10_000
"""For how many unknown names another is looked for, and among how many at most."""


@dataclass(frozen=True)
class Gap:
    """One amount that the two systems do not agree on. ``bonus`` is "" where whole members are compared."""

    member: str
    bonus: str
    ours: Fraction
    theirs: Fraction

    @property
    def gap(self) -> Fraction:
        return self.theirs - self.ours


@dataclass(frozen=True)
class Group:
    """Differences with one probable cause, largest first."""

    cause: str
    gaps: tuple[Gap, ...]

    @property
    def sum(self) -> Fraction:
        return sum((gap.gap for gap in self.gaps), Fraction(0))


@dataclass(frozen=True)
class Reconciled:
    """What agreed and what did not; the groups' sums and what agreed make up both totals exactly."""

    currency: str
    ours: Fraction
    theirs: Fraction
    agreed: int
    groups: tuple[Group, ...]
    meant: Mapping[str, str]
    """Name of the other system that this run does not know -> what may be meant; a member or a bonus."""


Hypothesis = Callable[[Made], Made | None]


def _no_returns(made: Made) -> Made | None:
    return _without(made, "returns")


def _no_entries(made: Made) -> Made | None:
    return _without(made, "volumes")


def _no_status(made: Made) -> Made | None:
    return _without(made, "status")


def _no_overrides(made: Made) -> Made | None:
    return _without(made, "overrides")


def _without(made: Made, table: str) -> Made | None:
    if not made.facts.has(table):
        return None
    tables = {name: rows for name, rows in made.facts.tables.items() if name != table}
    return replace(made, facts=Facts(made.facts.company, tables))


def _nothing_late(made: Made) -> Made | None:
    """Only what was booked by the end of the period."""
    return replace(made, facts=made.facts.known_by(made.period.end_seconds))


def _old_trees(made: Made) -> Made | None:
    """Links as they stood before the period began."""
    if not made.facts.has("edges") or "from" not in made.facts["edges"]:
        return None
    edges = made.facts["edges"]
    rows = edges["from"].blank | (edges["from"].seconds < made.period.start_seconds)
    tables = {**made.facts.tables, "edges": edges.take(np.flatnonzero(rows))}
    return replace(made, facts=Facts(made.facts.company, tables))


def _fresh(made: Made) -> Made | None:
    return None if made.state is None else replace(made, state=None, past=None)


def _rounding(mode: Mode) -> Hypothesis:
    def otherwise(made: Made) -> Made | None:
        return _replanned(made, lambda plan: _set_rounding(plan, mode.words))

    return otherwise


def _set_rounding(plan: dict[str, Any], mode: str) -> None:
    plan["rounding"] = {**plan.get("rounding", {}), "mode": mode}
    for bonus in plan.get("bonuses", {}).values():
        if "rounding" in bonus:
            bonus["rounding"] = {**bonus["rounding"], "mode": mode}


def _nobody_barred(plan: dict[str, Any]) -> None:
    plan["receivers"] = "participant or not participant"


def _unqualified(plan: dict[str, Any]) -> None:
    for bonus in plan.get("bonuses", {}).values():
        bonus.pop("who", None)


def _no_compression(plan: dict[str, Any]) -> None:
    for bonus in plan.get("bonuses", {}).values():
        bonus.pop("compression", None)
        bonus.pop("counts", None)


def _uncapped(plan: dict[str, Any]) -> None:
    for shared in ("members", "owners", "structures", "company"):
        plan.get("limits", {}).pop(shared, None)
    for bonus in plan.get("bonuses", {}).values():
        bonus.pop("cap per source", None)
        bonus.pop("cap per member", None)


def _planned(change: Callable[[dict[str, Any]], None]) -> Hypothesis:
    return lambda made: _replanned(made, change)


def _replanned(made: Made, change: Callable[[dict[str, Any]], None]) -> Made | None:
    plan = copy.deepcopy(made.plan_file.at(made.period).raw())
    before = copy.deepcopy(plan)
    change(plan)
    return None if plan == before else replace(made, plan_file=load_plan(plan, made.plan_file.file))


HYPOTHESES: Mapping[str, Hypothesis] = {
    "returns are not taken off there": _no_returns,
    "entries of volume without an order are missing there": _no_entries,
    "orders and corrections booked after the period are missing there": _nothing_late,
    "the trees stand there as they did before the period": _old_trees,
    "the opening state (titles, lifetime volumes, carried amounts) is missing there": _fresh,
    "status (suspended, terminated) is not looked at there": _no_status,
    "overrides are missing there": _no_overrides,
    "people who may not be paid at all are paid there": _planned(_nobody_barred),
    "qualifications of receivers are not looked at there": _planned(_unqualified),
    "nobody is passed over there: no compression": _planned(_no_compression),
    "caps are missing there": _planned(_uncapped),
    **{f"rounded {mode.words} there": _rounding(mode) for mode in Mode},
}
"""Sentence -> what is changed to run as the other system may have run; None where nothing would change."""
NOT_HERE, NOT_THERE = "the member is not in this run", "the member has nothing there"
NO_BONUS = "the plan has no bonus of this name"
SMALL, OPEN = "a cent of rounding", "not explained"


def reconcile(made: Made, legacy: Legacy, *, progress: Progress | None = None) -> Reconciled:
    """Compare the run made of these inputs with the other system's amounts.

    Amounts are those after all caps, by bonus where the file says so, else by member. What all positions of a member
    earn is the member's, unless the file names one beyond the first; then each stands by itself. Errors: ``Refused``
    as a run.
    """
    result = made.result()
    legacy = _with_ids(legacy, made.facts)
    ours = _amounts(result, legacy)
    gaps = _gaps(ours, legacy.amounts)
    tried = list(_tried(made, legacy, progress)) if gaps else []
    members = set(result.member_ids)
    groups = _grouped(gaps, tried, (members, {*result.bonuses, ""}), legacy, result.plan.money_unit)
    keys = set(ours) | set(legacy.amounts)
    return Reconciled(
        result.plan.currency,
        sum(ours.values(), Fraction(0)),
        sum(legacy.amounts.values(), Fraction(0)),
        len(keys) - len(gaps),
        groups,
        dict(_meant(groups, result)),
    )


def _meant(groups: Sequence[Group], result: Result) -> Iterator[tuple[str, str]]:
    """Names of the other system beside names here that they may stand for, the largest amounts first."""
    for group in groups:
        ours = {NOT_HERE: result.member_ids, NO_BONUS: tuple(result.bonuses)}.get(group.cause, ())
        names = dict.fromkeys(gap.bonus if group.cause == NO_BONUS else gap.member for gap in group.gaps)
        for name in list(names)[:_MEANT] if len(ours) <= _FEW else ():
            remedy = nearest(name, ours)
            if remedy.startswith("Did"):
                yield name, remedy


def _with_ids(legacy: Legacy, facts: Facts) -> Legacy:
    """The other system's amounts under the ids of the run: a position that stands for its member is that member."""
    further = facts.nodes.owner_of
    known = {*facts.members, *further}
    owner = {name: facts.members[at] for name, at in zip(facts.positions, facts.owners.tolist(), strict=True)}
    amounts: Amounts = {}
    for (name, bonus), amount in legacy.amounts.items():
        key = name if name in known else owner.get(name, name), bonus
        amounts[key] = amounts.get(key, Fraction(0)) + amount
    by_position = any(name in further for name, _ in amounts)
    return replace(legacy, amounts=amounts, by_position=by_position)


def _amounts(found: Result, legacy: Legacy) -> Amounts:
    ids, owner = found.world.ids, found.world.owner
    amounts: Amounts = {}
    for name, bonus in found.bonuses.items():
        for index in np.flatnonzero(bonus.earned).tolist():
            key = ids[index if legacy.by_position else int(owner[index])], name if legacy.by_bonus else ""
            amounts[key] = amounts.get(key, Fraction(0)) + int(bonus.earned[index]) * found.plan.money_unit
    return amounts


def _gaps(ours: Amounts, theirs: Amounts) -> list[Gap]:
    gaps = [Gap(*key, ours.get(key, Fraction(0)), theirs.get(key, Fraction(0))) for key in {**ours, **theirs}]
    return sorted((gap for gap in gaps if gap.gap), key=lambda gap: (-abs(gap.gap), gap.member, gap.bonus))


def _tried(made: Made, legacy: Legacy, progress: Progress | None) -> Iterator[tuple[str, Amounts]]:
    """Every hypothesis that can be run, with the amounts that it gives."""
    for number, (cause, hypothesis) in enumerate(HYPOTHESES.items()):
        if progress:
            progress("trying causes", number, len(HYPOTHESES))
        try:
            changed = hypothesis(made)
            if changed is not None:
                yield cause, _amounts(changed.result(), legacy)
        except Refused:
            continue  # the plan or the facts do not allow it, so it is not how the other system ran


def _grouped(
    gaps: list[Gap],
    tried: list[tuple[str, Amounts]],
    known: tuple[set[str], set[str]],
    legacy: Legacy,
    unit: Fraction,
) -> tuple[Group, ...]:
    """``known``: the members and the bonuses of the run."""
    members, bonuses = known
    apart = {(gap.member, gap.bonus) for gap in gaps}
    broken = {
        cause: sum(amounts.get(key, 0) != amount for key, amount in legacy.amounts.items() if key not in apart)
        for cause, amounts in tried
    }
    groups: list[Group] = []
    strange = [gap for gap in gaps if gap.member not in members]
    unnamed = [gap for gap in gaps if gap.member in members and gap.bonus not in bonuses]
    left = [gap for gap in gaps if gap.member in members and gap.bonus in bonuses]
    while left:
        counts = [sum(_explains(amounts, gap) for gap in left) - broken[cause] for cause, amounts in tried]
        if not counts or max(counts) <= 0:
            break
        cause, amounts = tried[counts.index(max(counts))]
        groups.append(Group(cause, tuple(gap for gap in left if _explains(amounts, gap))))
        left = [gap for gap in left if not _explains(amounts, gap)]
    there = {member for member, _ in legacy.amounts}
    rest = [(NOT_HERE, strange), (NO_BONUS, unnamed), (SMALL, [gap for gap in left if abs(gap.gap) <= NEAR * unit])]
    left = [gap for gap in left if abs(gap.gap) > NEAR * unit]
    rest += [(NOT_THERE, [gap for gap in left if gap.member not in there])]
    rest += [(OPEN, [gap for gap in left if gap.member in there])]
    return (*groups, *(Group(cause, tuple(found)) for cause, found in rest if found))


def _explains(amounts: Amounts, gap: Gap) -> bool:
    return amounts.get((gap.member, gap.bonus), Fraction(0)) == gap.theirs

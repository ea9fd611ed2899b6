"""Plans whose rules change by date: several drawn plans that are alike in most of their parts, told as one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

from tests.reference.any_changes import Changer
from tests.reference.any_periods import one_cadence_only
from tests.reference.any_plan import Planner
from tests.reference.any_world import STARTS
from tests.reference.luck import Answers, Luck, Retold
from tests.reference.periods import around

Plan = dict[str, Any]
Told = list[tuple[str, Any]]
FIRST = "2020-01-01"
KEPT = frozenset({"", "frame", "closed", "cadences"})
"""Parts that every version has alike: what they give cannot be there at one time and not at another."""
USUAL = {
    "tree": "sponsor", "rounding": {"to": "0.01", "mode": "half up", "per": "line"}, "titles": {"rule": "best ever"},
    "receivers": "participant and status != terminated and status != suspended",
}  # fmt: skip
"""What a plan says that does not say it, so that it can be said of a time before it is said."""
MAPS = ("measures", "conditions", "tables", "trees", "ranks", "bonuses", "limits", "clauses")


def any_versions(
    luck: Luck, *, told: Mapping[str, Answers] | None = None, anew: str | None = None
) -> list[tuple[str, Plan]]:
    """One plan, or two or three with the day from which each holds. Where parts of the first one are `told`, there are
    always several, if they are alike, and the part `anew` is asked again for each of them.
    """
    first = Retold(luck, told or {}, 1, KEPT)
    versions = [(FIRST, Planner(first).all())]
    if told is None and luck.whole(1, 5) > 2:
        return versions
    period = around(versions[0][1]["period"], STARTS[versions[0][1]["period"]])
    told = {name: answers for name, answers in first.answers.items() if name != anew}
    for _ in range(luck.pick([1, 1, 2])):
        for _ in range(luck.pick([1, 1, 1, 2])):
            period = around(period.kind, period.end)
        day = period.first - timedelta(days=luck.pick([0, 0, 0, 1, 3]))
        if day.isoformat() > versions[-1][0]:
            versions.append(
                (day.isoformat(), next_plan(luck, told, [plan for _, plan in versions], anew=anew is not None))
            )
    return versions if alike(luck, [plan for _, plan in versions]) else versions[:1]


def next_plan(luck: Luck, told: Mapping[str, Answers], plans: list[Plan], *, anew: bool) -> Plan:
    """The first one with some parts drawn anew, or the last one with some rules changed; after others the first one."""
    if len(plans) > 1 and luck.yes(3):
        return plans[0]
    if anew or luck.yes(3):
        return Planner(Retold(luck, told, luck.pick([2, 4, 8]), KEPT)).all()
    return Changer(luck, plans).all()


def alike(luck: Luck, plans: Sequence[Plan]) -> bool:
    """Whether they can be told as one plan: what has no value that says nothing is in all of them or in none.

    What is refused, or may be, is there now and then: a rank is dropped, a bonus has another cadence.
    """
    keys = [plan.keys() - set(MAPS) - set(USUAL) for plan in plans]
    ranks = [set(plan.get("ranks", {})) for plan in plans]
    cadences = {(name, bonus.get("every")) for plan in plans for name, bonus in plan["bonuses"].items()}
    paced = any(every for _, every in cadences)
    return (
        all(one == keys[0] for one in keys)
        and (all(one <= other for one, other in pairwise(ranks)) or luck.yes(3))
        and (len(cadences) == len({name for name, _ in cadences}) or luck.yes(3))
        and not (paced and any(one_cadence_only(plan) for plan in plans))
    )


def told_as_one(luck: Luck, versions: Sequence[tuple[str, Plan]]) -> Plan:
    """The plan of all versions, dated as far up or down as it falls; the only version as it is."""
    if len(versions) == 1:
        return versions[0][1]
    keys = dict.fromkeys(key for _, plan in versions for key in plan)
    found = {}
    for key in keys:
        missing = USUAL.get(key, {})
        found[key] = merged(luck, [(day, plan.get(key, missing)) for day, plan in versions])
    return found


def merged(luck: Luck, values: Told) -> Any:
    """One value for all dates: itself where it never changes, else dated here or further in."""
    first = values[0][1]
    if all(value == first for _, value in values):
        return first
    plain = not any(isinstance(value, dict) and "dated" in value for _, value in values) and not luck.yes(4)
    if plain and all(isinstance(value, dict) and value.keys() == first.keys() for _, value in values):
        return {key: merged(luck, [(day, value[key]) for day, value in values]) for key in first}
    if plain and all(isinstance(value, list) and len(value) == len(first) for _, value in values):
        return [merged(luck, [(day, value[k]) for day, value in values]) for k in range(len(first))]
    rows = {day: {"value": value} for k, (day, value) in enumerate(values) if not k or value != values[k - 1][1]}
    rows[max(rows)]["reference"] = "amended"
    return {"dated": rows}


def all_of(versions: Sequence[tuple[str, Plan]]) -> Plan:
    """What any of the versions has, for the facts: of each thing as its first version has it, and all `versions`."""
    plans = [plan for _, plan in versions]
    found: Plan = dict(plans[0])
    for plan in plans[1:]:
        for key, value in plan.items():
            found[key] = {**value, **found.get(key, {})} if isinstance(value, dict) else found.get(key, value)
    ladders = [plan.get("ranks", {}) for plan in plans]
    found["ranks"] = {name: rule for name, rule in ladders[0].items() if all(name in one for one in ladders)}
    seats = [plan["trees"]["matrix"]["placed"] for plan in plans if "matrix" in plan.get("trees", {})]
    if seats:  # seats that the facts give are legal in every version
        leaving = [one.get("departures", "hole") for one in seats]
        placed = {"width": min(one["width"] for one in seats), "departures": min(leaving)}
        found["trees"] = found["trees"] | {"matrix": {"placed": placed}}
    return {**found, "versions": plans}

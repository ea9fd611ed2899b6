"""Random worlds: (plan, rows, periods), by Hypothesis or by a seed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st
from tests.reference.any_dates import all_of, any_versions, told_as_one
from tests.reference.any_world import any_world
from tests.reference.cadence import cadence_chain, cadences
from tests.reference.engine import ReferenceResult, run
from tests.reference.known import known_in
from tests.reference.luck import Luck, drawn, seeded

Played = tuple[dict[str, Any], dict[str, Any], list[str]]


def world(luck: Luck, *, dated: bool = True) -> Played:
    """A plan, facts for it, and the periods to run as a chain; its rules change by date now and then."""
    versions = any_versions(luck) if dated else any_versions(luck)[:1]
    plan = told_as_one(luck, versions)
    rows, periods = any_world(luck, all_of(versions), versions[-1][0])
    return plan, rows, periods


def seeded_world(seed: int, *, dated: bool = True) -> Played:
    """The world of a seed; the same seed gives the same world. Without dates its plan is one at all times."""
    return world(seeded(seed), dated=dated)


@st.composite
def worlds(draw: Any) -> Played:
    """The strategy for property tests; it shrinks towards few members and few keys."""
    return world(drawn(draw))


def played_chain(plan: dict[str, Any], rows: dict[str, Any], periods: list[str]) -> Iterator[ReferenceResult]:
    """The periods one after the other."""
    if len(cadences(plan)) > 1 or "'every'" in repr(plan):
        yield from cadence_chain(plan, rows, periods)
        return
    results: list[ReferenceResult] = []
    for period in periods:
        known = known_in(rows, period)
        results.append(run(plan, known, results[-1].state if results else None, period, results))
        yield results[-1]


REFUSED = {
    "more credit is used than there is": "more (of )?credit",
    "rows of closed periods came late": "closed periods",
    "a seat is given below who has not joined": "has not joined",
    "a rank is gone": "state holds rank",
    "a seat is beyond the width": r"slot that the tree has not|which is \d+ wide",
    "there are more parts to come than instalments": "parts (more|to come) of",
    "boards are open that have another number of seats": "state holds boards of",
    "a bank is finer than the base": "finer than the (base|plan)",
    "a bonus has two cadences": "on another date, and keeps|one cadence on all dates",
}
"""What legal worlds are refused for, and the words in which either engine says so."""


def until_refused(results: Iterator[Any]) -> list[Any]:
    """The periods before one that is refused."""
    return ended(results)[0]


def ended(results: Iterator[Any]) -> tuple[list[Any], str]:
    """The periods before one that is refused, and why it is; empty where none is."""
    found: list[Any] = []
    try:
        for one in results:
            found.append(one)  # noqa: PERF402 - what came before the refusal counts
    except Exception as error:
        for why, words in REFUSED.items():
            if re.search(words, str(error)):
                return found, why
        raise
    return found, ""

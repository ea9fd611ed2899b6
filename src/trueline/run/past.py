"""What earlier runs were made of, so that a later one can compute them again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from trueline.facts import Facts
from trueline.period import Period
from trueline.plan import Plan
from trueline.reckon.state import State


class Inputs(Protocol):
    """What one run was made of: the plan in force, the facts as they were known, and the state that it took."""

    @property
    def plan(self) -> Plan: ...

    @property
    def facts(self) -> Facts: ...

    @property
    def state(self) -> State | None: ...

    @property
    def period(self) -> Period: ...

    def knew(self, facts: Facts) -> bool:
        """Whether these are the facts as the run knew them."""


@dataclass(frozen=True)
class PastRun:
    """The inputs of a run in memory."""

    plan: Plan
    facts: Facts
    state: State | None
    period: Period

    def knew(self, facts: Facts) -> bool:
        return facts is self.facts or facts.hash == self.facts.hash


class Past(Protocol):
    """Earlier runs by period."""

    def run_of(self, period: Period) -> Inputs | None:
        """The run of a period; None where it is not known."""


class Kept:
    """Earlier runs in memory, as a chain leaves them behind; what it does not know it asks ``before``."""

    def __init__(self, runs: Iterable[Inputs] = (), before: Past | None = None) -> None:
        self._runs = {one.period: one for one in runs}
        self._before = before

    def add(self, one: Inputs) -> None:
        self._runs[one.period] = one

    def run_of(self, period: Period) -> Inputs | None:
        found = self._runs.get(period)
        return self._before.run_of(period) if found is None and self._before is not None else found

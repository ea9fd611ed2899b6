"""Reading a plan file and giving the plan in force for a period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path as FilePath
from typing import Any

from trueline.errors import Finding, Findings, Refused
from trueline.period import Kind, Period
from trueline.plan.build import build
from trueline.plan.dated import dates_of, in_force
from trueline.plan.document import Document, document_from
from trueline.plan.past_values import units_of
from trueline.plan.plan import Plan
from trueline.plan.structure import read_structure


@dataclass(frozen=True)
class PlanFile:
    """A plan file as read; ``at`` gives the plan of a period, ``dates`` the days on which dated values change."""

    document: Document
    text: str

    @property
    def file(self) -> str:
        return self.document.file

    def dates(self) -> list[dt.date]:
        """Every date that stands in a dated value, ascending."""
        return dates_of(self.document.data)

    def at(self, period: Period) -> Plan:
        """The checked plan in force on the period's first day; raises :class:`Refused` with every finding.

        Of a plan with cadences the part that is computed in a period of this kind.
        """
        return self.on(period.start).part(period.kind)

    def on(self, day: dt.date) -> Plan:
        """The checked plan in force on a day; raises :class:`Refused` with every finding."""
        return self._built(day, *self._of_all_dates)

    @cached_property
    def _of_all_dates(self) -> tuple[Mapping[str, Fraction], Mapping[str, Kind]]:
        """What holds on every date: the units of values that history functions read, each as fine as any date of the
        plan needs it, and the cadence of each bonus on the first date on which it is there.
        """
        units: dict[str, Fraction] = {}
        paces: dict[str, Kind] = {}
        for day in self.dates():
            with suppress(Refused):  # a date that is refused is refused when its plan is asked for
                plan = self._built(day, {}, {})
                units_of(plan.steps, units)
                for name, part in plan.model.bonuses.items():
                    paces.setdefault(name, part.every or plan.model.period)
        return units, paces

    def _built(self, day: dt.date, past_units: Mapping[str, Fraction], paces: Mapping[str, Kind]) -> Plan:
        findings = Findings()
        document, broken = in_force(self.document, day, findings)
        structure = read_structure(document, broken, findings)
        plan = None if structure is None else build(document, structure, findings, past_units, paces)
        if findings or plan is None:
            raise Refused(findings.items)
        return plan

    def check(self) -> list[Plan]:
        """The plan on every date on which it changes (once, without dated values); raises with all findings."""
        plans: list[Plan] = []
        refused: list[Finding] = []
        for day in self.dates() or [dt.date.max]:
            try:
                plans.append(self.on(day))
            except Refused as error:
                refused.extend(error.findings)
        if refused:
            raise Refused(refused)
        return plans


def load_plan(source: FilePath | str | Mapping[str, Any], place: str | None = None) -> PlanFile:
    """Read a plan from a file, from text, or from a mapping of text leaves; raises :class:`Refused`.

    ``place`` names the plan in findings; default: the file's name.
    """
    return PlanFile(*document_from(source, "plan", place))

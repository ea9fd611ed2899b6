"""The plan that a run computes: checked, sorted, with one scale per number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any

from trueline.period import Kind
from trueline.plan.bonuses import Bonus, LateRule, Limits, ReturnsRule
from trueline.plan.document import Document
from trueline.plan.model import PlanModel
from trueline.plan.order import Group
from trueline.plan.steps import Step, reads


@dataclass(frozen=True)
class Plan:
    """One plan in force on a date.

    ``groups`` lists the steps in the order in which they are computed; a group of several steps is computed bottom-up,
    position by position. ``measures``, ``conditions`` and ``tables`` name the steps that a person declared.
    ``canonical`` is the text whose SHA-256 is ``hash``: the plan's structure with dated values resolved.

    ``kinds`` are the kinds of periods in which the plan is run, the shortest first, its own last. With several of them
    ``parts`` holds, by kind, what a run of such a period computes: a plan with the bonuses of that cadence only, which
    knows the others.
    ``shorter`` are the bonuses of shorter cadences, in the part of the plan's own period.
    """

    name: str
    currency: str
    money_unit: Fraction
    period: str
    main_tree: str
    volumes: Mapping[str, Fraction]
    attributes: Mapping[str, tuple[str, ...]]
    ranks: tuple[str, ...]
    steps: Mapping[str, Step]
    groups: tuple[Group, ...]
    bonuses: Mapping[str, Bonus]
    limits: Limits
    measures: tuple[str, ...]
    conditions: tuple[str, ...]
    tables: tuple[str, ...]
    trees: tuple[str, ...]
    model: PlanModel
    document: Document
    canonical: str
    hash: str
    returns: ReturnsRule | None = None
    late: LateRule | None = None
    kinds: tuple[Kind, ...] = ()
    parts: Mapping[str, Plan] = field(default_factory=dict, compare=False, repr=False)
    shorter: tuple[str, ...] = ()

    def part(self, kind: str) -> Plan:
        """What a run of such a period computes of the plan."""
        return self.parts.get(kind, self)

    @property
    def shares(self) -> tuple[Plan, ...]:
        """What runs of each kind of period compute, the shortest first; of a plan of one cadence the plan itself."""
        return tuple(self.parts[kind] for kind in self.kinds) if self.parts else (self,)

    @property
    def is_part(self) -> bool:
        """Whether this is the part of a shorter cadence."""
        return self.period != self.kinds[-1]

    @cached_property
    def read_names(self) -> frozenset[str]:
        """Keys of every step that another step reads."""
        return frozenset(name for step in self.steps.values() for name, _ in reads(step))

    def raw(self) -> Any:
        """The plan file's structure as text, dated values resolved."""
        return self.document.data

"""The plan that a run computes: checked, sorted, with one scale per number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

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

    @cached_property
    def read_names(self) -> frozenset[str]:
        """Keys of every step that another step reads."""
        return frozenset(name for step in self.steps.values() for name, _ in reads(step))

    def raw(self) -> Any:
        """The plan file's structure as text, dated values resolved."""
        return self.document.data

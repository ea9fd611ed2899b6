"""What names mean inside one plan while it is being built: steps found so far, types, findings with places."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from trueline.errors import Findings
from trueline.plan.document import Document, Path
from trueline.plan.steps import ExprStep, Step
from trueline.plan.tree_parts import TreePart
from trueline.plan.typed import CONDITION, COUNT, RANK, Ref, TextType, Type, Typed

BUILTINS: dict[str, Type] = {
    "rank": RANK,
    "title": RANK,
    "given_rank": RANK,
    "participant": CONDITION,
    "customer": CONDITION,
    "new": CONDITION,
    "days": COUNT,
    "status": TextType("status", ("active", "suspended", "terminated", "hold")),
    "ordinal": COUNT,
    "country": TextType("country"),
    "market": TextType("market"),
}
"""Names that every plan knows, with their types (docs/semantics.md, section 3)."""

FACT_TREES = ("sponsor", "placement", "binary", "matrix", "line")
"""Trees that facts may hold under these names; a plan's main tree may have any other name."""

ORDER_KINDS = ("own use", "customer", "joining pack", "autoship", "for resale")


@dataclass
class Scope:
    """The growing plan: ``declare`` every name first, then ``resolve`` each where it is first needed.

    ``returns_apart``: bases do not see late returns, because their pay is taken back by itself. ``past_units``: units
    in which values are kept that history functions read, where other dates of the plan count them more finely.
    """

    document: Document
    findings: Findings
    main_tree: str
    money_scale: Fraction
    volumes: dict[str, Fraction]
    ranks: tuple[str, ...]
    tree_parts: Mapping[str, TreePart]
    bonuses: tuple[str, ...]
    returns_apart: bool = False
    past_units: Mapping[str, Fraction] = field(default_factory=dict)
    steps: dict[str, Step] = field(default_factory=dict)
    declared: dict[str, Path] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    makers: dict[str, Callable[[], None]] = field(default_factory=dict)
    making: list[str] = field(default_factory=list)
    origins: dict[str, Path] = field(default_factory=dict)
    _anonymous: dict[Step, str] = field(default_factory=dict)

    def find(self, path: Path, message: str, remedy: str = "", *, column: int = 1, key: bool = False) -> None:
        """Add a finding at a path of the file; ``column`` counts inside the text that stands there."""
        place = self.document.place(path, key=key).within(column)
        self.findings.add(self.document.file, place.line, place.column, message, remedy)

    def name(self, step: Step, path: Path) -> str:
        """The key of an unnamed step that stands at ``path``; equal steps share one."""
        if step not in self._anonymous:
            self._anonymous[step] = f"§{len(self._anonymous) + 1}"
            self.steps[self._anonymous[step]] = step
            self.origins[self._anonymous[step]] = path
        return self._anonymous[step]

    def step_of(self, typed: Typed, path: Path) -> str:
        """The key of the step that holds a member expression which stands at ``path``."""
        if isinstance(typed, Ref) and not typed.source:
            return typed.step
        return self.name(ExprStep(typed), path)

    def tree_names(self) -> list[str]:
        return sorted({*FACT_TREES, self.main_tree, *self.tree_parts})

    def left_out(self, name: str) -> bool:
        """Whether the name is declared and its structure was refused: that finding is enough."""
        return self.declared.get(name) == ("",)

    def known_names(self) -> list[str]:
        return sorted({*self.declared, *BUILTINS})

    def need(self, name: str) -> Step | None:
        """The step behind a declared name, made on first need; None when it is broken."""
        if name in self.steps:
            return self.steps[name]
        if name in self.broken or name in self.making:
            return None
        if name in self.makers:
            self.making.append(name)
            try:
                self.makers[name]()
            finally:
                self.making.pop()
        if name not in self.steps:
            self.broken.add(name)
        return self.steps.get(name)


def text_domain(type_: Type) -> tuple[str, ...] | None:
    return type_.domain if isinstance(type_, TextType) else None

"""A figure: one measured value with its definition, its population and what it could not know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from trueline.analyse.definitions import DEFINITIONS, Definition


@dataclass(frozen=True)
class Figure:
    """One value of a measure of ``definitions.yaml``.

    ``value`` is exact where the facts are (a share of cents) and rounded to the definition's digits where it is a
    statistic; ``None`` is *unknown*, and then ``missing`` names the tables or columns that are not there, or ``why``
    says what else stands in the way. ``by`` are the groups it is for, such as ``(("rank", "Leader"),)``; ``count`` is
    how many people or cents it was taken over. ``interval`` is for samples, simulations and
    comparisons of groups (how far chance alone may move the difference); other figures of everybody carry none.
    """

    measure: str
    value: Fraction | None
    by: tuple[tuple[str, str], ...] = ()
    count: int | None = None
    interval: tuple[Fraction, Fraction] | None = None
    missing: tuple[str, ...] = ()
    why: str = ""

    def __post_init__(self) -> None:
        if self.measure not in DEFINITIONS:
            raise KeyError(f"No number without a definition: '{self.measure}' is not in definitions.yaml.")
        if self.value is None and not (self.missing or self.why):
            raise ValueError(f"'{self.measure}' is unknown and does not say why.")

    @property
    def definition(self) -> Definition:
        return DEFINITIONS[self.measure]

    @property
    def text(self) -> str:
        """The value as people read it: rounded half even to the definition's digits, shares as percentages."""
        return "unknown" if self.value is None else self.definition.shown(self.value)


def rounded(value: float | Fraction, digits: int = 4) -> Fraction:
    """A statistic at a stated digit, half even, so that every machine prints the same."""
    return Fraction(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN))


@dataclass(frozen=True)
class Figures:
    """Figures by measure and group, in the order in which they were found."""

    items: Mapping[tuple[str, tuple[tuple[str, str], ...]], Figure] = field(default_factory=dict)

    @classmethod
    def of(cls, figures: Iterable[Figure]) -> Figures:
        """Errors: ``ValueError`` when a measure is given twice for one group."""
        found: dict[tuple[str, tuple[tuple[str, str], ...]], Figure] = {}
        for figure in figures:
            if (figure.measure, figure.by) in found:
                raise ValueError(f"'{figure.measure}' is given twice for {figure.by}.")
            found[figure.measure, figure.by] = figure
        return cls(found)

    def __getitem__(self, measure: str) -> Figure:
        """The figure of a measure for everybody."""
        return self.items[measure, ()]

    def find(self, measure: str, *by: tuple[str, str]) -> Figure | None:
        """The figure of a measure for a group (everybody without one); None where there is none."""
        return self.items.get((measure, by))

    def __contains__(self, measure: str) -> bool:
        return (measure, ()) in self.items

    def __iter__(self) -> Iterator[Figure]:
        return iter(self.items.values())

    def by(self, measure: str) -> list[Figure]:
        """Every figure of a measure that is for a group."""
        return [figure for figure in self if figure.measure == measure and figure.by]

"""Plan × way of working: how much of a difference the plan makes, and how much the way people work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from trueline.analyse.figure import Figure, Figures

Cell = tuple[str, str]
"""(plan, way of working)"""


@dataclass(frozen=True)
class Effect:
    """One measure under two plans and two ways of working.

    ``cells``: (plan, way) -> figure. ``plan``: second plan less first, mean of both ways. ``way``: second way less
    first, mean of both plans. ``together``: what the two do beyond their sum (half the difference of differences). Each
    is None where a cell is unknown. The three and the grand mean give back every cell exactly:
    cell = mean ± plan/2 ± way/2 ± together/2.
    """

    measure: str
    cells: Mapping[Cell, Figure]
    plan: Fraction | None
    way: Fraction | None
    together: Fraction | None

    @property
    def larger(self) -> str:
        """Which of the two moves the measure more: plan, way, both alike, or unknown.

        Where the cells have intervals, only a lead that no values within them would turn is told.
        """
        if self.plan is None or self.way is None:
            return "unknown"
        lead = abs(self.plan) - abs(self.way)
        ends = [figure.interval for figure in self.cells.values() if figure.interval is not None]
        if ends and abs(lead) <= sum((high - low for low, high in ends), Fraction(0)) / 2:
            return "not told apart"
        return "both alike" if lead == 0 else "plan" if lead > 0 else "way"


def two_by_two(
    sides: Mapping[Cell, Figures], plans: tuple[str, str], ways: tuple[str, str], measures: Sequence[str]
) -> list[Effect]:
    """The effects for each measure that all four cells have. Errors: ``KeyError`` for a cell that is not there."""
    cells = [(plan, way) for plan in plans for way in ways]
    shared = [measure for measure in measures if all(measure in sides[cell] for cell in cells)]
    return [_effect(measure, {cell: sides[cell][measure] for cell in cells}) for measure in shared]


def _effect(measure: str, cells: dict[Cell, Figure]) -> Effect:
    values = [figure.value for figure in cells.values()]
    if any(value is None for value in values):
        return Effect(measure, cells, None, None, None)
    first_first, first_second, second_first, second_second = (value for value in values if value is not None)
    plan = (second_first + second_second - first_first - first_second) / 2
    way = (first_second + second_second - first_first - second_first) / 2
    together = (second_second - second_first - first_second + first_first) / 2
    return Effect(measure, cells, plan, way, together)

"""Net result by time of joining: median and middle half of those who joined in each quarter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trueline.report.drawing import PLAN_COLOURS, PLAN_MARKS, Picture, as_picture, canvas


@dataclass(frozen=True)
class Joined:
    """One plan: for each group of joining the lower quartile, median and upper quartile of the net result, in money."""

    plan: str
    groups: tuple[str, ...]
    quartiles: tuple[tuple[float, float, float], ...]


def joining_picture(sides: Sequence[Joined], currency: str, name: str = "joining") -> Picture:
    """A line of medians with the middle half as a band, one for each plan."""
    groups = sides[0].groups
    with canvas(3.0) as (drawn, (axes,)):
        for place, side in enumerate(sides):
            low, middle, high = zip(*side.quartiles, strict=True)
            spots = range(len(groups))
            axes.fill_between(spots, low, high, color=PLAN_COLOURS[place], alpha=0.18, linewidth=0)
            axes.plot(
                spots,
                middle,
                color=PLAN_COLOURS[place],
                marker=PLAN_MARKS[place],
                markersize=4,
                label=f"{side.plan}, median",
            )
        axes.axhline(0, color="#222222", linewidth=0.8)
        step = max(1, -(-len(groups) // 7))
        axes.set_xticks(range(0, len(groups), step), groups[::step])
        axes.set_xlabel("quarter of joining; bands hold the middle half of people")
        axes.set_ylabel(f"net result, {currency}")
        axes.legend(fontsize=8)
        return as_picture(drawn, name, "Net result by time of joining", _words(sides, currency))


def _words(sides: Sequence[Joined], currency: str) -> str:
    said = []
    for side in sides:
        medians = ", ".join(
            f"{group} {middle:,.0f}".replace(",", "\u202f")
            for group, (_, middle, _) in zip(side.groups, side.quartiles, strict=True)
        )
        said.append(f"{side.plan}: {medians}")
    return f"Median net result in {currency} of those who joined in each quarter. " + "; ".join(said) + "."

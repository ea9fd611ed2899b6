"""Who earns what: the share of everybody in each bracket of rewards, those with nothing first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trueline.report.drawing import HATCHES, PLAN_COLOURS, Picture, as_picture, canvas


@dataclass(frozen=True)
class Earners:
    """One plan: for each bracket the share (0 to 1) of all participants in it; ``brackets`` are their words."""

    plan: str
    brackets: tuple[str, ...]
    shares: tuple[float, ...]


def earners_picture(sides: Sequence[Earners], name: str = "earners") -> Picture:
    """Bars by bracket, one for each plan, labelled with per cents. All sides have the same brackets."""
    brackets = sides[0].brackets
    thick = 0.8 / len(sides)
    with canvas(0.9 + 0.42 * len(brackets)) as (drawn, (axes,)):
        for place, side in enumerate(sides):
            rows = [row + place * thick for row in range(len(brackets))]
            bars = axes.barh(
                rows,
                [share * 100 for share in side.shares],
                thick * 0.92,
                color=PLAN_COLOURS[place],
                hatch=HATCHES[place],
                edgecolor="white",
                label=side.plan,
            )
            axes.bar_label(bars, [f"{share:.1%}" for share in side.shares], padding=2, fontsize=8)
        axes.set_yticks([row + (len(sides) - 1) * thick / 2 for row in range(len(brackets))], brackets)
        axes.invert_yaxis()
        axes.set_xlim(0, 112)
        axes.set_xlabel("per cent of all participants, zeros included")
        axes.grid(visible=False, axis="y")
        drawn.legend(loc="outside lower center", ncols=2, fontsize=8)
        return as_picture(drawn, name, "Who earns what", _words(sides))


def _words(sides: Sequence[Earners]) -> str:
    said = [
        f"{side.plan}: "
        + ", ".join(f"{share:.1%} {bracket}" for bracket, share in zip(side.brackets, side.shares, strict=True))
        for side in sides
    ]
    return "Share of all participants by total reward. " + "; ".join(said) + "."

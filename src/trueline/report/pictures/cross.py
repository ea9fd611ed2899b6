"""Plan against way of working: each measure under two plans and two ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill

from trueline.report.drawing import PLAN_COLOURS, PLAN_MARKS, Picture, as_picture, canvas


@dataclass(frozen=True)
class Crossed:
    """One measure: ``values`` by plan, then by way; ``low`` and ``high`` bound the interval of each."""

    measure: str
    unit: str
    values: tuple[tuple[float, float], tuple[float, float]]
    low: tuple[tuple[float, float], tuple[float, float]]
    high: tuple[tuple[float, float], tuple[float, float]]


def cross_picture(
    crossed: Sequence[Crossed], plans: Sequence[str], ways: Sequence[str], name: str = "cross"
) -> Picture:
    """A small chart for each measure: ways along the bottom, a line for each plan, bars for the interval."""
    rows = -(-len(crossed) // 2)
    with canvas(0.5 + 1.85 * rows, rows=rows, columns=2) as (drawn, every):
        for axes, shown in zip(every, crossed, strict=False):
            for place, values in enumerate(shown.values):
                low, high = shown.low[place], shown.high[place]
                spread = [
                    [v - a for v, a in zip(values, low, strict=True)],
                    [b - v for v, b in zip(values, high, strict=True)],
                ]
                spots = [0 - 0.03 + 0.06 * place, 1 - 0.03 + 0.06 * place]
                axes.errorbar(
                    spots,
                    values,
                    spread,
                    color=PLAN_COLOURS[place],
                    marker=PLAN_MARKS[place],
                    markersize=4,
                    capsize=2,
                    linewidth=1.2,
                    label=plans[place],
                )
            axes.set_xlim(-0.35, 1.35)
            axes.set_xticks([0, 1], [way.replace(" ", "\n") for way in ways], fontsize=8)
            axes.set_title(f"{fill(shown.measure, 30)}\n{shown.unit}", fontsize=8)
        for axes in every[len(crossed) :]:
            axes.axis("off")
        handles, labels = every[0].get_legend_handles_labels()
        drawn.legend(handles, labels, loc="outside lower center", ncols=2, fontsize=8)
        return as_picture(
            drawn, name, "What the plan causes, and what the way of working", _words(crossed, plans, ways)
        )


def _words(crossed: Sequence[Crossed], plans: Sequence[str], ways: Sequence[str]) -> str:
    said = []
    for shown in crossed:
        cells = [
            f"{plan}, {way}: {shown.values[p][w]:,.2f}" for p, plan in enumerate(plans) for w, way in enumerate(ways)
        ]
        said.append(f"{shown.measure} ({shown.unit}): {', '.join(cells)}")
    return "; ".join(said) + "."

"""Pay by distance and rank: what one more sale of 100 brings whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trueline.report.drawing import Picture, as_picture, canvas


@dataclass(frozen=True)
class Distances:
    """One plan: rows of ranks, columns of distances 0, 1, 2, …; a cell is mean pay, None where nobody stands there."""

    plan: str
    ranks: tuple[str, ...]
    pay: tuple[tuple[float | None, ...], ...]


def distance_picture(sides: Sequence[Distances], name: str = "distance") -> Picture:
    """One table of shaded cells for each plan, darker for more, the number in every cell."""
    most = max((cell for side in sides for row in side.pay for cell in row if cell is not None), default=1.0) or 1.0
    height = sum(0.75 + 0.27 * len(side.ranks) for side in sides)
    with canvas(height, rows=len(sides)) as (drawn, every):
        for axes, side in zip(every, sides, strict=True):
            shown = [[float("nan") if cell is None else cell for cell in row] for row in side.pay]
            axes.imshow(shown, cmap="cividis_r", vmin=0, vmax=most, aspect="auto")
            for y, row in enumerate(side.pay):
                for x, cell in enumerate(row):
                    dark = cell is not None and cell > most * 0.55
                    text = "" if cell is None else f"{cell:.1f}"
                    axes.text(x, y, text, ha="center", va="center", fontsize=8, color="white" if dark else "black")
            axes.set_yticks(range(len(side.ranks)), side.ranks)
            axes.set_xticks(range(len(side.pay[0])), [str(distance) for distance in range(len(side.pay[0]))])
            axes.set_title(side.plan)
            axes.grid(visible=False)
        every[-1].set_xlabel("distance between receiver and sale (0: own sale)")
        return as_picture(drawn, name, "Pay for one more sale of 100, by rank and distance", _words(sides))


def _words(sides: Sequence[Distances]) -> str:
    said = []
    for side in sides:
        rows = [
            f"{rank} " + " ".join("none" if cell is None else f"{cell:.1f}" for cell in row)
            for rank, row in zip(side.ranks, side.pay, strict=True)
        ]
        said.append(f"{side.plan}, by distance from 0: " + "; ".join(rows))
    return "What one more sale of 100 pays. " + ". ".join(said) + "."

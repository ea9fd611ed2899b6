"""Where the money comes from: revenue and rewards by what caused them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trueline.report.drawing import (
    BLUE,
    GREEN,
    GREY,
    HATCHES,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    YELLOW,
    Picture,
    as_picture,
    canvas,
)

_COLOURS = (BLUE, SKY, GREEN, YELLOW, ORANGE, VERMILION, GREY, PURPLE)


@dataclass(frozen=True)
class Bar:
    """One bar: what it shows and the share (0 to 1) of each cause, in the order of the causes."""

    label: str
    shares: tuple[float, ...]


def money_picture(bars: Sequence[Bar], causes: Sequence[str], name: str = "money") -> Picture:
    """Stacked bars of one hundred per cent each; causes that bring nothing anywhere are left out of the legend."""
    seen = [index for index in range(len(causes)) if any(bar.shares[index] > 0 for bar in bars)]
    with canvas(1.25 + 0.5 * len(bars) + 0.11 * len(seen)) as (drawn, (axes,)):
        left = [0.0] * len(bars)
        for index in seen:
            widths = [bar.shares[index] * 100 for bar in bars]
            pieces = axes.barh(
                range(len(bars)),
                widths,
                0.62,
                left,
                color=_COLOURS[index],
                hatch=HATCHES[index],
                edgecolor="white",
                label=causes[index],
            )
            labels = [f"{width:.0f}" if width >= 6 else "" for width in widths]
            axes.bar_label(
                pieces,
                labels,
                label_type="center",
                fontsize=8,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8},
            )
            left = [start + width for start, width in zip(left, widths, strict=True)]
        axes.set_yticks(range(len(bars)), [bar.label for bar in bars])
        axes.invert_yaxis()
        axes.set_xlim(0, 100)
        axes.set_xlabel("per cent")
        axes.grid(visible=False, axis="y")
        drawn.legend(loc="outside lower left", ncols=2, fontsize=8)
        return as_picture(drawn, name, "Where the money comes from", _words(bars, causes))


def _words(bars: Sequence[Bar], causes: Sequence[str]) -> str:
    said = []
    for bar in bars:
        parts = [f"{cause} {share:.1%}" for cause, share in zip(causes, bar.shares, strict=True) if share > 0]
        said.append(f"{bar.label.replace(chr(10), ' ')}: {', '.join(parts)}")
    return "Shares by what was bought and by whom. " + "; ".join(said) + "."

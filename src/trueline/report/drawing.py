"""How every picture is drawn: one style, colours that the colour-blind tell apart, SVG with a text alternative.

The same numbers give the same bytes: no date, no random ids.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl

mpl.use("svg")  # draws to text only: no window, no display

from matplotlib.axes import Axes  # after the choice above
from matplotlib.figure import Figure as Canvas

# Okabe and Ito (2008), "Color Universal Design": told apart with every common colour blindness, and in grey by order.
BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, YELLOW, GREY = (
    "#0072B2",
    "#E69F00",
    "#009E73",
    "#D55E00",
    "#CC79A7",
    "#56B4E9",
    "#F0E442",
    "#8A8A8A",
)
PLAN_COLOURS = (BLUE, VERMILION, GREEN, PURPLE)
PLAN_MARKS = ("o", "s", "^", "D")
HATCHES = ("", "///", "...", "xxx", "\\\\\\", "++", "oo", "--")

_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # letters stay letters: they can be selected, searched and read aloud
    "svg.hashsalt": "trueline",
    "font.family": "sans-serif",
    "font.sans-serif": ["system-ui", "DejaVu Sans"],
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e3e3e0",
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "hatch.linewidth": 0.6,
}
WIDTH = 4.6
"""Inches. At the width of a phone letters keep about their size; on a desk two pictures stand side by side."""


@dataclass(frozen=True)
class Picture:
    """A drawing with its caption and the sentence that says the same to those who do not see it."""

    name: str
    caption: str
    svg: str
    alternative: str


@contextmanager
def canvas(
    height: float, rows: int = 1, columns: int = 1, *, share: bool = False
) -> Iterator[tuple[Canvas, list[Axes]]]:
    """A canvas of the report's width and its axes, row by row, in the house's style."""
    with mpl.rc_context(_STYLE):
        drawn = Canvas(figsize=(WIDTH, height), layout="constrained")
        axes = drawn.subplots(rows, columns, squeeze=False, sharex=share, sharey=share)
        yield drawn, list(axes.flat)


def as_picture(drawn: Canvas, name: str, caption: str, alternative: str) -> Picture:
    """The canvas as SVG to stand inside a page: it scales, and names itself and its alternative text."""
    written = io.StringIO()
    with mpl.rc_context(_STYLE):
        drawn.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    svg = written.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r'\s(width|height)="[\d.]+pt"', "", svg, count=2)
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\b(id="|href="#|url\(#)', rf"\g<1>{name}-", svg)  # several pictures share one page
    titles = f'<title id="{name}-t">{html.escape(caption)}</title><desc id="{name}-d">{html.escape(alternative)}</desc>'
    svg = svg.replace("<svg ", f'<svg role="img" aria-labelledby="{name}-t {name}-d" ', 1)
    svg = svg.replace(">", f">{titles}", 1)
    return Picture(name, caption, svg, alternative)

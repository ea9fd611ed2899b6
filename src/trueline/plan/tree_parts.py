"""The keys under ``trees``: trees that the plan derives from others or places itself."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from trueline.plan.parts import Cond, Expr, Part, Text


class TakerPart(Part):
    """Which upline takes over what a removed member leaves."""

    measure: str = Field(description="The measure of the upline that is compared.", examples=["own"])
    reaches: Expr = Field(description="What it must reach, a measure of the one who is removed.", examples=["needed"])
    or_: Cond | None = Field(default=None, description="An upline that meets this takes in any case.")


class FillPart(Part):
    """A fill that weighs by a volume of the previous period instead of by people."""

    smallest: Expr | None = Field(
        default=None, description="Down to the smallest group of this measure, level by level.", examples=["pv"]
    )
    weaker: Expr | None = Field(
        default=None, description="The outer edge of the leg with the smallest group of this measure.", examples=["pv"]
    )


class PlacedPart(Part):
    """A forced matrix: everybody gets a seat under an upline, at most ``width`` below one member."""

    width: Text = Field(description="How many seats there are directly below a member.", examples=["3"])
    under: str = Field(default="sponsor", description="The tree in which a newcomer's upline is looked for.")
    fill: Text | FillPart = Field(
        default="breadth",
        description="Where a newcomer is seated: breadth, depth, left, right, slot k, alternate, weaker or smallest.",
    )
    among: Cond | None = Field(default=None, description="Who is given a seat at all.")
    departures: Literal["hole", "earliest child"] = Field(
        default="hole",
        description="What becomes of the seat of a terminated member: it is kept, or the first child moves up.",
    )


class TreePart(Part):
    """A tree derived from another, placed seat by seat, or a line."""

    from_: str | None = Field(default=None, description="The tree that it is derived from.", examples=["sponsor"])
    keep: Cond | None = Field(
        default=None, description="Who stays; everybody else is removed and the frontline moves up."
    )
    leaders: Cond | None = Field(
        default=None, description="Everybody stays, attached to the nearest upline that meets this."
    )
    taker: TakerPart | None = Field(default=None, description="Who takes over what a removed member leaves.")
    landing: Literal["onward", "lost"] | None = Field(
        default=None,
        description="What happens when the taker itself is removed: handed on to its own taker (default), or lost.",
    )
    moves: dict[str, Expr] | None = Field(
        default=None,
        description="New measures: a volume together with what moved to the member.",
        examples=[{"pv": "own"}],
    )
    passes_up: Cond | None = Field(
        default=None, description="Who does not stay with the upline but goes up to the one that the upline belongs to."
    )
    to: Cond | None = Field(
        default=None, description="Who can take those who are passed up; others hand them on upwards."
    )
    placed: PlacedPart | None = Field(default=None, description="A forced matrix with its width and rules of seating.")
    line: Literal["joined"] | None = Field(
        default=None, description="A monoline: each stands under the one who joined just before."
    )
    among: Cond | None = Field(default=None, description="Who stands in the line.")
    fixed: Literal["joined"] | None = Field(
        default=None, description="The place found in the period of joining is kept for ever."
    )

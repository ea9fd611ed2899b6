"""A whole plan file: which keys stand at its top. What their texts mean is checked in ``build``."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from trueline.plan.bonus_parts import AnyBonus
from trueline.plan.parts import (
    Cond,
    Expr,
    LatePart,
    LimitsPart,
    Part,
    ReturnsPart,
    RoundingPart,
    SourcePart,
    TablePart,
    Text,
    TitlesPart,
)
from trueline.plan.tree_parts import TreePart


class PlanModel(Part):
    """A whole plan file."""

    plan: str = Field(description="The name of the plan.", examples=["Meadow and Pine 2026"])
    source: SourcePart | str | None = Field(
        default=None, description="Where the plan comes from and how far it was verified."
    )
    currency: Annotated[str, Field(pattern="^[A-Za-z]{3}$")] = Field(
        description="The currency of all amounts, by its ISO 4217 code.", examples=["USD"]
    )
    period: Literal["day", "week", "month", "quarter", "year"] = Field(description="How often the plan is run.")
    tree: str = Field(default="sponsor", description="The main tree: where no other tree is named, this one is meant.")
    volumes: dict[str, Text] = Field(
        default={},
        description="The volumes that the plan reads, each with its unit.",
        examples=[{"pv": "0.01", "cv": "0.01"}],
    )
    attributes: dict[str, list[str]] = Field(
        default={},
        description="Attributes of members that the plan reads, with their legal values.",
        examples=[{"scheme": ["A"]}],
    )
    tables: dict[str, TablePart] = Field(default={}, description="Tables looked up with a member's own key.")
    measures: dict[str, Expr] = Field(
        default={}, description="Named numbers of a member.", examples=[{"gv": "group(orders(pv))"}]
    )
    conditions: dict[str, Cond] = Field(
        default={}, description="Named conditions of a member.", examples=[{"active": "pv >= 100"}]
    )
    trees: dict[str, TreePart] = Field(
        default={}, description="Trees derived from others, placed seat by seat, or in one line."
    )
    ranks_by: str | None = Field(default=None, description="An attribute by which the conditions of ranks differ.")
    ranks: dict[str, Cond | dict[str, Cond]] = Field(
        default={},
        description="The ranks, lowest first, each with its condition or 'unknown'.",
        examples=[{"Builder": "gv >= 500"}],
    )
    titles: TitlesPart = Field(default=TitlesPart(), description="How titles follow ranks.")
    receivers: Cond = Field(
        default="participant and status != terminated and status != suspended",
        description="Who may be paid at all, on top of each bonus's 'who'.",
    )
    rounding: RoundingPart = Field(description="To which unit, how and how often amounts are rounded.")
    bonuses: dict[str, AnyBonus] = Field(default={}, description="The bonuses; each has a kind.")
    limits: LimitsPart = Field(
        default=LimitsPart(), description="Limits over several bonuses, and the smallest payout."
    )
    returns: ReturnsPart | None = Field(
        default=None, description="What is taken back for goods that come back in a later period."
    )
    late: LatePart | None = Field(
        default=None, description="How facts booked after the run of their period are taken up; default: refused."
    )
    clauses: dict[str, str | list[str]] = Field(
        default={}, description="Statements of the plan document, each with the keys that carry it out."
    )

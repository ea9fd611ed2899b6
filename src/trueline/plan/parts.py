"""The keys of a plan file, section by section, each with its meaning: the structure that pydantic checks.

Every leaf is text (see ``document``); the models only know keys, lists and choices. The meanings are shown by editors
through the JSON Schema, and by the reference pages.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

_SCALAR = WithJsonSchema({"type": ["string", "number"]})
"""Text in the engine; an editor's YAML reader may see a number."""

Text = Annotated[str, _SCALAR]
Expr = Annotated[str, WithJsonSchema({"type": ["string", "number"], "title": "measure expression"})]
Cond = Annotated[str, WithJsonSchema({"type": "string", "title": "condition expression"})]
Rate = Annotated[str, WithJsonSchema({"type": ["string", "number"], "title": "percentage, 0 or unknown"})]
Money = Annotated[str, WithJsonSchema({"type": ["string", "number"], "title": "amount in the plan's currency"})]

RoundingMode = Literal["half up", "half even", "half down", "down", "up", "floor", "ceiling"]


def _alias(name: str) -> str:
    return name.removesuffix("_").replace("_", " ")


class Part(BaseModel):
    """A mapping of the plan file: unknown keys are refused, blanks in keys stand for underscores here."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, alias_generator=_alias, populate_by_name=False)


class SourcePart(Part):
    """Where the plan comes from and how far it was verified."""

    document: str | None = Field(default=None, description="Title and date of the plan document.")
    url: str | None = Field(default=None, description="Where the document can be read.")
    seen: Literal["full", "excerpt", "none"] | None = Field(default=None, description="How much of it was read.")
    status: Literal["reference", "verified", "partial", "unverified"] | None = Field(
        default=None, description="How far the plan was checked against amounts that were really paid."
    )
    note: str | None = Field(default=None, description="What a reader should know: readings chosen, parts left out.")


class RoundingPart(Part):
    """Where each cent is decided."""

    to: Text = Field(description="The unit, a whole multiple of the currency's minor unit.", examples=["0.01"])
    mode: RoundingMode = Field(description="What happens to a part of a unit.")
    per: Literal["line", "source", "bonus", "member"] = Field(
        default="line", description="Rounded once per payment line, source, bonus of a member, or member."
    )


class ShareValuePart(Part):
    """Rounding of the value of one pool share."""

    to: Text = Field(description="The unit of the value of one share.", examples=["0.01"])
    mode: RoundingMode = Field(description="What happens to a part of a unit.")


class JointRow(Part):
    """One row of a joint table: the thresholds of all keys and the value."""

    at: list[Text] = Field(description="One threshold per key; all must be reached.", examples=[["100", "1 000"]])
    is_: Text = Field(description="The value of the row.", examples=["6%"])


class TablePart(Part):
    """A table looked up with the member's own key; exactly one of values, cliff, marginal, joint."""

    on: Expr | list[Expr] = Field(description="The key: a measure, a rank or a text; a list for 'joint'.")
    values: dict[str, Text] | None = Field(
        default=None,
        description="One value per rank or text, equal keys only.",
        examples=[{"none": "0", "Builder": "8%"}],
    )
    cliff: dict[str, Text] | None = Field(
        default=None,
        description="The value of the highest threshold reached holds for the whole amount.",
        examples=[{"100": "3%", "500": "6%"}],
    )
    marginal: dict[str, Text] | None = Field(
        default=None,
        description="An amount: each slice between two thresholds at its own rate.",
        examples=[{"0": "5%", "1 000": "10%"}],
    )
    joint: list[JointRow] | None = Field(default=None, description="Rows with a threshold for each of several keys.")
    otherwise: Text | None = Field(default=None, description="The value where no row matches.", examples=["0"])


class TitlesPart(Part):
    """How titles follow paid-as ranks."""

    rule: Literal["best ever", "paid as", "falls"] = Field(
        default="best ever", description="How a title follows the rank."
    )
    after: Text | None = Field(default=None, description="Periods below the title until it falls.", examples=["3"])
    grace: Text | None = Field(
        default=None, description="Periods in a row in which the old title is still paid.", examples=["1"]
    )


class CapPart(Part):
    """A cap over several periods."""

    at_most: Expr = Field(description="The most that is paid in the window.", examples=["200"])
    over: Text = Field(
        default="period",
        description="The window: 'period', 'last n periods' or 'lifetime'.",
        examples=["last 3 periods"],
    )


class HoldPart(Part):
    """Earnings that wait, but not for ever."""

    when: Cond = Field(description="Earnings are kept back until this holds.", examples=['override("qualified")'])
    for_: Text = Field(description="What is still held so many periods later stays with the company.", examples=["6"])


class ExemptPart(Part):
    """A bonus of which a limit spares the first so much."""

    bonus: str = Field(description="The bonus.", examples=["cycles"])
    up_to: Expr = Field(
        description="Money of the member: what stands outside of the limit; only what is above it counts and is cut.",
        examples=["4 * 50"],
    )


Exempt = Annotated[
    list[str | ExemptPart],
    Field(description="Bonuses that do not count and are not cut, whole or up to an amount per member."),
]


class MemberLimitPart(Part):
    """A limit per member over all bonuses."""

    at_most: Expr = Field(description="The most that a member is paid in the window.", examples=["25 000"])
    over: Text = Field(
        default="period",
        description="The window: 'period', 'last n periods' or 'lifetime'.",
        examples=["last 12 periods"],
    )
    exempt: Exempt = []


class OwnerLimitPart(Part):
    """A limit per owner over all of the owner's positions and all bonuses."""

    at_most: Expr = Field(description="The most that an owner is paid in the window.", examples=["50 000"])
    over: Text = Field(
        default="period",
        description="The window: 'period', 'last n periods' or 'lifetime'.",
        examples=["last 12 periods"],
    )
    exempt: Exempt = []


How = Annotated[
    Literal["pro rata", "lower ranks first", "plan order"],
    Field(description="Who is cut: everybody in proportion, the lowest ranks first, or the last bonuses."),
]


class CompanyLimitPart(Part):
    """A limit over all members and bonuses."""

    at_most: Expr = Field(description="The most that all are paid together.", examples=["45% * company(orders(cv))"])
    how: How = "pro rata"
    exempt: Exempt = []


class StructureLimitPart(Part):
    """A limit over all members and some bonuses."""

    of: list[str] = Field(description="The bonuses that the limit counts and cuts.", examples=[["pairs", "boards"]])
    at_most: Expr = Field(description="The most that they pay together.", examples=["60% * company(orders(cv))"])
    how: How = "pro rata"
    exempt: Exempt = []


class ReturnsPart(Part):
    """What becomes of pay on goods that come back in a later period."""

    later: Literal["same amounts", "average", "recompute", "none"] = Field(
        description="What is taken back: what the goods brought, an average, the difference of a new calculation."
    )
    volume: Literal["this period", "none"] | None = Field(
        default=None,
        description="Whether measures see the goods leave in the period in which they come back (default), or never.",
    )
    ranks: Literal["stay", "recompute"] | None = Field(
        default=None, description="With 'recompute': whether ranks of closed periods stay (default) or are found anew."
    )


class LatePart(Part):
    """What becomes of facts that were booked after the run of their period."""

    rows: Literal["recompute"] = Field(description="Closed periods are computed again, the differences are paid.")
    ranks: Literal["stay", "recompute"] = Field(
        default="recompute", description="Whether ranks of closed periods are found anew (default) or stay."
    )


class ForgivenPart(Part):
    """A debt that does not last for ever."""

    forgiven_after: Text = Field(description="The company bears a debt that is so many periods old.", examples=["6"])


class DeductionPart(Part):
    """What is kept back of a payout: a fixed amount, or a rate of it."""

    name: str = Field(description="What it is called on a statement.", examples=["service charge"])
    amount: Expr | None = Field(default=None, description="Money of the member.", examples=["2.50"])
    rate: Rate | None = Field(default=None, description="A rate instead of an amount.", examples=["5%"])
    of: list[str] | None = Field(
        default=None, description="The rate is of these bonuses; default: of what is payable.", examples=[["level"]]
    )
    who: Cond | None = Field(default=None, description="From whom; default everybody who is paid.")


class PayoutPart(Part):
    """What is paid out, what waits, and what becomes of a debt."""

    from_: Money | None = Field(default=None, description="The smallest amount that is paid out.", examples=["10"])
    below: Literal["carry", "lost"] = Field(default="carry", description="Smaller amounts are carried, or lost.")
    negative: Literal["carry"] | ForgivenPart = Field(
        default="carry",
        description="Whether a sum below 0 is owed until it is earned back, or forgiven after some periods.",
        examples=["carry", {"forgiven after": "6"}],
    )
    currency: Literal["member"] | None = Field(
        default=None, description="What is paid out is shown in the currency of the member too."
    )
    deductions: list[DeductionPart] = Field(
        default=[], description="What is kept back of what is payable, in this order.", examples=[[]]
    )


class LimitsPart(Part):
    """Limits over several bonuses, and what is paid out."""

    members: MemberLimitPart | None = Field(default=None, description="Most per member over all bonuses.")
    owners: OwnerLimitPart | None = Field(
        default=None, description="Most per owner over all positions, after 'members'."
    )
    structures: list[StructureLimitPart] = Field(
        default=[], description="Most for everybody over some bonuses, each in its turn, after 'owners'.", examples=[[]]
    )
    company: CompanyLimitPart | None = Field(default=None, description="Most for everybody together.")
    payout: PayoutPart | None = Field(default=None, description="The smallest amount that is paid out.")

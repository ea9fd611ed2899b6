"""The structure of a plan file: which keys stand where. What their texts mean is checked in ``build``.

Every leaf is text (see ``document``); the models only know keys, lists and choices. They also give the JSON Schema
with which an editor completes and checks a plan.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import GetJsonSchemaHandler
from pydantic_core import CoreSchema


class _AnyScalar:
    """Text in the engine; an editor's YAML reader may see a number."""

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": ["string", "number", "integer", "boolean"]}


Text = Annotated[str, _AnyScalar]
"""A number, a percentage or a word, as written."""

Expr = Annotated[str, _AnyScalar, Field(description="A measure expression (number).")]
Cond = Annotated[str, _AnyScalar, Field(description="A condition expression.")]
Rate = Annotated[str, _AnyScalar, Field(description="A percentage such as 5%, 0, or unknown.")]
Money = Annotated[str, _AnyScalar, Field(description="An amount in the plan's currency.")]

Mode = Literal["half up", "half even", "half down", "down", "up", "floor", "ceiling"]


def _alias(name: str) -> str:
    return name.replace("_", " ")


class Part(BaseModel):
    """A mapping of the plan file: unknown keys are refused, blanks in keys stand for underscores here."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, alias_generator=_alias, populate_by_name=False)


class SourcePart(Part):
    """Where the plan comes from and how far it was verified."""

    document: str | None = None
    url: str | None = None
    seen: Literal["full", "excerpt", "none"] | None = None
    status: Literal["reference", "verified", "partial", "unverified"] | None = None
    note: str | None = None


class RoundingPart(Part):
    """Where each cent is decided."""

    to: Text
    mode: Mode
    per: Literal["line", "source", "bonus", "member"] = "line"


class ShareValuePart(Part):
    """Rounding of the value of one pool share."""

    to: Text
    mode: Mode


class JointRow(Part):
    """One row of a joint table: the thresholds of all keys and the value."""

    at: list[Text]
    is_: Text = Field(alias="is")


class TablePart(Part):
    """A table looked up with the member's own key; exactly one of values, cliff, marginal, joint."""

    on: Expr | list[Expr]
    values: dict[str, Text] | None = None
    cliff: dict[str, Text] | None = None
    marginal: dict[str, Text] | None = None
    joint: list[JointRow] | None = None
    otherwise: Text | None = None


class TakerPart(Part):
    """Which upline takes over what a removed member leaves."""

    measure: str
    reaches: Expr
    or_: Cond | None = Field(default=None, alias="or")


class TreePart(Part):
    """A tree derived from another."""

    from_: str = Field(alias="from")
    keep: Cond | None = None
    leaders: Cond | None = None
    taker: TakerPart | None = None
    landing: Literal["onward", "lost"] | None = None
    moves: dict[str, Expr] | None = None


class TitlesPart(Part):
    """How titles follow paid-as ranks."""

    rule: Literal["best ever", "paid as", "falls"] = "best ever"
    after: Text | None = None
    grace: Text | None = None


class BonusPart(Part):
    """Keys that every bonus has."""

    who: Cond | None = None
    rounding: RoundingPart | None = None
    cap_per_member: Expr | None = None
    hold_until: Cond | None = None
    note: str | None = None


class SourcedPart(BonusPart):
    """Keys of bonuses whose lines have a source."""

    sources: Cond | None = None
    base: Expr
    lines: Literal["member", "order", "order line"] = "member"
    cap_per_source: Text | list[Text] | None = None


class PairedPart(SourcedPart):
    """Sourced bonuses whose lines may depend on a condition of the pair."""

    if_: Cond | None = Field(default=None, alias="if")


class RebatePart(PairedPart):
    kind: Literal["rebate"]
    rate: Expr


class RetailPart(PairedPart):
    kind: Literal["retail"]
    tree: str | None = None
    base: Expr = "orders(margin where kind = customer)"
    rate: Expr = "100%"


class CustomerPart(PairedPart):
    kind: Literal["customer"]
    tree: str | None = None
    rate: Expr


class RatesPart(Part):
    """Rates by level or generation, for everybody or per row."""

    rates: list[Rate] | dict[str, list[Rate]] | None = None
    rates_on: Expr | None = None


class LevelKeys(RatesPart):
    tree: str | None = None
    from_: Literal["self", "upline"] = Field(default="upline", alias="from")
    rate: Expr | None = None
    depth: Text | None = None
    compression: Literal["none", "standard", "dynamic", "roll up"] = "none"
    counts: Cond | None = None


class LevelPart(LevelKeys, PairedPart):
    kind: Literal["level"]


class MatchPart(LevelKeys, BonusPart):
    kind: Literal["match"]
    of: list[str]
    sources: Cond | None = None
    if_: Cond | None = Field(default=None, alias="if")
    cap_per_source: Text | list[Text] | None = None


class DifferencePart(SourcedPart):
    kind: Literal["difference"]
    tree: str | None = None
    rate: Expr
    form: Literal["source", "group"] = "source"
    from_: Literal["self", "upline"] = Field(default="upline", alias="from")
    start: Expr | None = None
    ceiling: Rate | None = None
    reserve: Rate | None = None
    minimum: Rate | None = None
    unqualified: Literal["skipped", "consumes"] = "skipped"
    stop_at: Cond | None = None


class GenerationPart(RatesPart, PairedPart):
    kind: Literal["generation"]
    tree: str | None = None
    boundary: Cond
    first: Text = "1"
    leader_volume: Literal["own generation", "generation above"] = "own generation"
    empty: Literal["counted", "skipped"] = "counted"


class InfinityPart(SourcedPart):
    kind: Literal["infinity"]
    tree: str | None = None
    rate: Expr
    from_level: Text = "1"
    pays: Literal["full", "difference"] = "full"
    when_blocked: Literal["skip", "stop"] = "skip"
    blocks: Literal["where paid", "always"] = "where paid"
    ceiling: Rate | None = None


class PoolPart(BonusPart):
    kind: Literal["pool"]
    fund: Expr
    shares: Expr | dict[str, Expr]
    share_value: ShareValuePart | None = None
    unclaimed: Literal["company", "carry"] = "company"


class StepPart(Part):
    when: Cond
    amount: Money
    name: str | None = None


class MilestonePart(BonusPart):
    kind: Literal["milestone"]
    steps: list[StepPart]
    pays: Literal["highest", "each"] = "highest"
    again: Literal["never", "each period"] = "never"


class GivenPart(BonusPart):
    kind: Literal["given"]


AnyBonus = Annotated[
    RebatePart
    | RetailPart
    | CustomerPart
    | LevelPart
    | MatchPart
    | DifferencePart
    | GenerationPart
    | InfinityPart
    | PoolPart
    | MilestonePart
    | GivenPart,
    Field(discriminator="kind"),
]

PLANNED_KINDS = ("binary", "matrix", "board", "x up", "monoline", "coded", "party host")
"""Kinds that have their place in the language but are not computed yet."""


class MemberLimitPart(Part):
    at_most: Expr
    exempt: list[str] = []


class CompanyLimitPart(Part):
    at_most: Expr
    how: Literal["pro rata", "lower ranks first", "plan order"] = "pro rata"
    exempt: list[str] = []


class PayoutPart(Part):
    from_: Money = Field(alias="from")
    below: Literal["carry", "lost"] = "carry"


class LimitsPart(Part):
    members: MemberLimitPart | None = None
    company: CompanyLimitPart | None = None
    payout: PayoutPart | None = None


class PlanModel(Part):
    """A whole plan file."""

    plan: str
    source: SourcePart | str | None = None
    currency: Annotated[str, Field(pattern="^[A-Za-z]{2,3}$")]
    period: Literal["day", "week", "month", "quarter", "year"]
    tree: str = "sponsor"
    volumes: dict[str, Text] = {}
    attributes: dict[str, list[str]] = {}
    tables: dict[str, TablePart] = {}
    measures: dict[str, Expr] = {}
    conditions: dict[str, Cond] = {}
    trees: dict[str, TreePart] = {}
    ranks_by: str | None = None
    ranks: dict[str, Cond | dict[str, Cond]] = {}
    titles: TitlesPart = TitlesPart()
    receivers: Cond = "participant and status != terminated and status != suspended"
    rounding: RoundingPart
    bonuses: dict[str, AnyBonus] = {}
    limits: LimitsPart = LimitsPart()
    clauses: dict[str, str | list[str]] = {}

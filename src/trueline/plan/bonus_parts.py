"""The keys of each kind of bonus with their meanings."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, get_args

from pydantic import Field

from trueline.plan.parts import CapPart, Cond, Expr, HoldPart, Money, Part, Rate, RoundingPart, ShareValuePart, Text


class BonusPart(Part):
    """Keys that every bonus has, and what others ask of a kind."""

    rests: ClassVar[bool] = True
    """Whether it may stand still in some periods (``paid in``): it keeps nothing that comes in every one."""
    gathers_before_it_pays: ClassVar[bool] = False
    """Whether something may have come in a period without anything being due yet."""
    pays_on_below: ClassVar[bool] = False
    """Whether it pays on what others below bought or earned."""
    lessened_by_returns: ClassVar[bool] = False
    """Whether nothing is taken for goods that come back: what it gathers is lessened by them instead."""
    no_cadence: ClassVar[str] = ""
    """Why it cannot have ``every``."""

    who: Cond | None = Field(
        default=None, description="Who is paid, beside 'receivers'; default everybody.", examples=["active"]
    )
    rounding: RoundingPart | None = Field(default=None, description="Its own rounding instead of the plan's.")
    cap_per_member: Expr | CapPart | None = Field(
        default=None,
        description="The most that the bonus pays a member in a period, or over several.",
        examples=["5 000", {"at most": "200", "over": "last 3 periods"}],
    )
    hold_until: Cond | HoldPart | None = Field(
        default=None,
        description="Earnings are kept back until this holds, and may expire.",
        examples=["override(qualified)", {"when": "active", "for": "6"}],
    )
    every: Literal["day", "week", "month", "quarter"] | None = Field(
        default=None, description="It is computed and paid in runs of its own, more often than the plan's period."
    )
    paid_in: list[Text] | None = Field(
        default=None,
        description="It is computed only in periods that end in these months of the calendar.",
        examples=[["3", "9"]],
    )
    returns: Literal["same amounts", "average", "none"] | None = Field(
        default=None, description="What is taken back for late returns, where it is not what the plan's 'returns' says."
    )
    note: str | None = Field(default=None, description="For readers; it has no effect.")


class SourcedPart(BonusPart):
    """Keys of bonuses whose lines have a source."""

    sources: Cond | None = Field(
        default=None, description="Whose sales count; default everybody's.", examples=["not customer"]
    )
    base: Expr = Field(description="What the rate applies to: a measure of the source.", examples=["orders(cv)"])
    lines: Literal["member", "order", "order line"] = Field(
        default="member", description="One payment line per source member, order or order line."
    )
    cap_per_source: Text | list[Text] | None = Field(
        default=None,
        description="The most from one source at one level; a list gives one amount per level.",
        examples=["100"],
    )


class PairedPart(SourcedPart):
    """Sourced bonuses whose lines may depend on a condition of the pair."""

    if_: Cond | None = Field(
        default=None,
        description="A condition of receiver, source ('source.NAME') and level; only then a line is paid.",
        examples=["level = 1 or active"],
    )


class RebatePart(PairedPart):
    """A share of one's own sales."""

    kind: Literal["rebate"] = Field(description="A share of one's own sales.")
    rate: Expr = Field(description="The rate, which may depend on the member.", examples=["20%"])
    entitled: Literal["at the end", "before each order"] = Field(
        default="at the end", description="Whether the rate is that of the period's end, or follows its orders."
    )


class RetailPart(PairedPart):
    """The margin between the price paid by customers and the member's own price."""

    kind: Literal["retail"] = Field(description="The margin on sales to customers.")
    tree: str | None = Field(default=None, description="The tree in which a customer's participant is found.")
    base: Expr = Field(
        default="orders(margin where kind = customer)",
        description="What the rate applies to.",
        examples=["orders(margin)"],
    )
    rate: Expr = Field(default="100%", description="The share of the margin that is paid.", examples=["100%"])


class CustomerPart(PairedPart):
    """A share of the sales to customers, for the nearest participant above."""

    kind: Literal["customer"] = Field(description="A share of customers' orders, for the nearest participant above.")
    tree: str | None = Field(default=None, description="The tree in which the participant is found.")
    rate: Expr = Field(description="The rate, which may depend on both.", examples=["25%"])


class RatesPart(Part):
    """Rates by level or generation, for everybody or per row."""

    rates: list[Rate] | dict[str, list[Rate]] | None = Field(
        default=None,
        description="One rate per level for everybody, or one row of rates per rank, text or threshold.",
        examples=[["5%", "3%", "1%"], {"Builder": ["5%"], "Leader": ["5%", "3%"]}],
    )
    rates_on: Expr | None = Field(
        default=None, description="What the rows are for; default the rank.", examples=["title"]
    )


class LevelKeys(RatesPart):
    """Keys of walks that number uplines."""

    tree: str | None = Field(default=None, description="The tree that is walked; default the plan's.")
    from_: Literal["self", "upline"] = Field(
        default="upline", description="Whether the source itself is the first, at level 0."
    )
    rate: Expr | None = Field(default=None, description="Instead of 'rates': a rate of receiver, source and level.")
    depth: Text | None = Field(default=None, description="How many levels, with 'rate'.", examples=["5"])
    compression: Literal["none", "standard", "dynamic", "roll up"] = Field(
        default="none", description="Which uplines are passed over when levels are numbered."
    )
    counts: Cond | None = Field(default=None, description="Which uplines hold a level; the others are passed over.")


class LevelPart(LevelKeys, PairedPart):
    """A rate per level of the uplines."""

    pays_on_below: ClassVar[bool] = True

    kind: Literal["level"] = Field(description="A rate for each level of uplines.")


class MatchPart(LevelKeys, BonusPart):
    """A rate per level on what others earn."""

    pays_on_below: ClassVar[bool] = True

    kind: Literal["match"] = Field(description="A rate for each level on what those below earn.")
    of: list[str] = Field(description="The bonuses whose earnings are matched.", examples=[["level"]])
    sources: Cond | None = Field(default=None, description="Whose earnings count; default everybody's.")
    if_: Cond | None = Field(default=None, description="A condition of receiver, source and level.")
    cap_per_source: Text | list[Text] | None = Field(default=None, description="The most from one source at one level.")


class DifferencePart(SourcedPart):
    """The gap between one's own rate and what those below have received."""

    pays_on_below: ClassVar[bool] = True

    kind: Literal["difference"] = Field(description="The gap between one's own rate and what was paid below.")
    tree: str | None = Field(default=None, description="The tree that is walked; default the plan's.")
    rate: Expr = Field(description="What a member is entitled to, usually a table.", examples=["rate_of_rank"])
    form: Literal["source", "group"] = Field(
        default="source",
        description="Worked out for each source, or from groups: own rate on the group less the legs' on theirs.",
    )
    from_: Literal["self", "upline"] = Field(default="upline", description="Whether the source itself is the first.")
    start: Expr | None = Field(
        default=None, description="The rate that the source has already received.", examples=["own_rate"]
    )
    ceiling: Rate | None = Field(
        default=None, description="The most that all receivers share of one sale.", examples=["20%"]
    )
    reserve: Rate | None = Field(
        default=None, description="Kept back when the direct upline has no gap.", examples=["5%"]
    )
    minimum: Rate | None = Field(
        default=None, description="Paid once where an upline has the same rate.", examples=["1%"]
    )
    unqualified: Literal["skipped", "consumes"] = Field(
        default="skipped", description="Whether an upline that fails 'who' is passed over, or its share is lost."
    )
    stop_at: Cond | None = Field(default=None, description="The walk ends after an upline that meets this.")
    entitled: Literal["at the end", "before each order"] = Field(
        default="at the end", description="Whether the rate is that of the period's end, or follows its orders."
    )


class GenerationPart(RatesPart, PairedPart):
    """A rate per generation, counted in leaders."""

    pays_on_below: ClassVar[bool] = True

    kind: Literal["generation"] = Field(description="A rate for each generation, counted in leaders.")
    tree: str | None = Field(default=None, description="The tree that is walked; default the plan's.")
    boundary: Cond = Field(description="Who is a leader, or 'same rank'.", examples=["rank >= Director"])
    first: Text = Field(default="1", description="The generation of the first rate; 0 is the own group.")
    leader_volume: Literal["own generation", "generation above"] = Field(
        default="own generation", description="Whether a leader's own sales belong to the generation that it opens."
    )
    empty: Literal["counted", "skipped"] = Field(
        default="counted", description="Whether a leader without volume in its group still separates generations."
    )


class InfinityPart(SourcedPart):
    """A rate on everything below, until somebody with the same rate."""

    pays_on_below: ClassVar[bool] = True

    kind: Literal["infinity"] = Field(description="A rate on everything below, blocked by equal or higher rates.")
    tree: str | None = Field(default=None, description="The tree that is walked; default the plan's.")
    rate: Expr = Field(description="The rate of a member, 0 for those without.", examples=["infinity_rate"])
    from_level: Text = Field(default="1", description="The level from which it pays.")
    pays: Literal["full", "difference"] = Field(
        default="full", description="The full rate, or what exceeds the last one paid."
    )
    when_blocked: Literal["skip", "stop"] = Field(
        default="skip", description="Whether the walk goes on above somebody whose rate is not higher."
    )
    blocks: Literal["where paid", "always"] = Field(
        default="where paid", description="Whether uplines below 'from level' block as well."
    )
    ceiling: Rate | None = Field(
        default=None, description="The most that all receivers share of one sale.", examples=["3%"]
    )


class PassUpPart(BonusPart):
    """A leader's own amount, kept only after the upline has its guaranteed floor."""

    lessened_by_returns: ClassVar[bool] = True

    kind: Literal["pass up"] = Field(description="Each passes its amount up and makes the upline's floor whole.")
    tree: str | None = Field(default=None, description="The tree in which amounts are passed up; default the plan's.")
    base: Expr = Field(description="What a member's own amount is a rate of.", examples=["group(pv)"])
    sources: Cond | None = Field(default=None, description="Who has an own amount; default everybody.")
    rate: Expr = Field(description="The rate of the own amount.", examples=["4%"])
    floor: Expr = Field(description="The amount that a member hands on at least, own amount included.")


class BoardPart(BonusPart):
    """Boards of seats that fill, pay the top and split."""

    rests: ClassVar[bool] = False
    gathers_before_it_pays: ClassVar[bool] = True

    kind: Literal["board"] = Field(description="Pays the top of a board whose seats are all taken.")
    width: Text = Field(description="Seats below each seat.", examples=["2"])
    height: Text = Field(description="Levels below the top.", examples=["2"])
    enters: Expr = Field(
        description="New entries of each order line: orders(…), possibly times constants.",
        examples=["orders(quantity where class = seat)"],
    )
    sources: Cond | None = Field(default=None, description="Whose orders give entries; default everybody's.")
    tree: str | None = Field(default=None, description="Where the upline is looked for; default the plan's.")
    enters_at: Literal["sponsor", "oldest"] = Field(
        default="sponsor", description="On the board of the nearest upline with a seat, or on the oldest open board."
    )
    pays: Money = Field(description="The amount for the top of a full board.", examples=["25"])
    splits: Literal["yes", "no"] = Field(
        default="yes", description="Whether a full board splits into boards of those below, or ends."
    )
    enters_again: Literal["no", "sponsor", "oldest"] = Field(
        default="no", description="Whether and where the paid top enters once more."
    )
    feeds: str | None = Field(default=None, description="A later board bonus that the paid top enters.")
    at_most: Text = Field(description="Fillings in one period; other entries wait.", examples=["100"])


class PartyHostPart(BonusPart):
    """Credit in kind for the member in whose party orders were placed."""

    rests: ClassVar[bool] = False
    no_cadence: ClassVar[str] = "credit in kind is kept by the plan's period"

    kind: Literal["party host"] = Field(description="Credit in kind for the host of a party.")
    base: Expr = Field(
        description="What of each order the rate applies to: orders(…), possibly times constants.",
        examples=["orders(price)"],
    )
    sources: Cond | None = Field(default=None, description="Whose orders count; default everybody's.")
    rate: Expr = Field(description="The rate of the host.", examples=["10%"])
    pays_in: Literal["goods"] = Field(description="Goods: the credit is no money and is not paid out.")


class CarryPart(Part):
    """How much of the sides of a binary bonus goes on, and for how long."""

    at_most: Text | None = Field(default=None, description="The most that each side carries.", examples=["5 000"])
    for_: Text | None = Field(
        default=None, description="For how many periods volume counts, its own included.", examples=["12"]
    )


class BinaryPart(BonusPart):
    """Volume of two sides that is matched."""

    rests: ClassVar[bool] = False
    gathers_before_it_pays: ClassVar[bool] = True
    lessened_by_returns: ClassVar[bool] = True

    kind: Literal["binary"] = Field(description="Pays for volume that both sides of a member have.")
    tree: str = Field(description="A tree with slots; slot 1 is the left side, slot 2 the right.", examples=["binary"])
    base: Expr = Field(description="What a member adds to its side at every upline.", examples=["orders(pv)"])
    sources: Cond | None = Field(
        default=None, description="Whose volume counts; default everybody's.", examples=["not customer"]
    )
    own: Literal["none", "weaker", "left", "right"] = Field(
        default="none", description="The side to which the member's own volume goes."
    )
    gathers: Cond | None = Field(
        default=None, description="New volume reaches the sides only while this holds.", examples=["active"]
    )
    windows: Literal["period", "day", "week"] = Field(
        default="period", description="How often sides are matched, in the order of time."
    )
    at_least: Text | None = Field(
        default=None, description="Nothing is matched unless both sides reach this.", examples=["125"]
    )
    cycle: Text | list[Text] | None = Field(
        default=None,
        description="Volume that one cycle takes from each side, or [stronger, weaker]; without it all is matched.",
        examples=["200", ["200", "100"]],
    )
    first_cycle: list[Text] | None = Field(
        default=None, description="What the very first cycle of a member takes.", examples=[["2", "1"]]
    )
    schedule: dict[str, Money] | None = Field(
        default=None,
        description="Pays the amount of the highest step that both sides reach, and takes it from both.",
        examples=[{"250": "40", "2 000": "400"}],
    )
    rate: Expr | None = Field(default=None, description="Percentage of the matched volume of one side.")
    amount: Expr | None = Field(default=None, description="Money for each cycle.", examples=["20"])
    pays: Literal["matched", "ratio"] = Field(
        default="matched", description="The rate applies to what is matched, or to that × weaker / stronger side."
    )
    at_most: Expr | None = Field(
        default=None, description="The most that is matched in a window: volume of one side, or cycles."
    )
    excess: Literal["carry", "flush"] = Field(
        default="carry", description="Whether what is above 'at most' stays, or flushes both sides."
    )
    carry: Literal["all", "none", "difference"] | CarryPart = Field(
        default="all", description="What stays on the sides for the next window."
    )
    on_failing: Literal["keep", "flush"] = Field(
        default="keep", description="What becomes of the sides while 'who' fails."
    )


class PlacesPart(Part):
    """Shares by place: the largest measure first, of equal ones the earlier sale."""

    by: Expr = Field(description="The measure that puts members in order.", examples=["team"])
    shares: list[Text] = Field(description="Shares of the first, second, … place.", examples=[["5", "3", "1"]])


class PoolPart(BonusPart):
    """A fund that is split by shares."""

    kind: Literal["pool"] = Field(description="A fund of the company, split by shares.")
    fund: Expr = Field(description="The amount to split.", examples=["5% * company(orders(cv))"])
    shares: Expr | dict[str, Expr] | None = Field(
        default=None,
        description="Shares of a member, or one entry per rank.",
        examples=["team", {"Leader": "1", "Director": "3"}],
    )
    places: PlacesPart | None = Field(default=None, description="Instead of 'shares': shares by place.")
    share_value: ShareValuePart | None = Field(
        default=None, description="Rounds the value of one share instead of splitting exactly."
    )
    share_cap: Rate | None = Field(
        default=None, description="The most of the fund that one member gets.", examples=["10%"]
    )
    floor: Money | None = Field(default=None, description="What everybody with shares gets at least.", examples=["50"])
    unclaimed: Literal["company", "carry", "shared"] = Field(
        default="company", description="What becomes of what nobody gets."
    )


class StepPart(Part):
    """One step of a milestone bonus."""

    when: Cond = Field(description="When the amount is due.", examples=["rank >= Director"])
    amount: Money = Field(description="The amount.", examples=["500"])
    name: str | None = Field(default=None, description="What the step is called on statements.")


class MilestonePart(BonusPart):
    """Fixed amounts for what was reached."""

    kind: Literal["milestone"] = Field(description="Fixed amounts for what was reached.")
    steps: list[StepPart] = Field(description="The steps, lowest first.")
    pays: Literal["highest", "each"] = Field(default="highest", description="Only the highest step reached, or each.")
    again: Literal["never", "each period"] = Field(default="never", description="Once in a life, or in every period.")
    instalments: Text | None = Field(
        default=None, description="An amount is paid in so many parts, one in each period.", examples=["12"]
    )
    while_: Cond | None = Field(default=None, description="Later parts are paid only while this holds.")


class GivenPart(BonusPart):
    """Amounts of a process outside of the plan."""

    no_cadence: ClassVar[str] = "given amounts come with the plan's period"

    kind: Literal["given"] = Field(description="Amounts that are facts: worked out outside of the plan.")


AnyBonus = Annotated[
    RebatePart
    | RetailPart
    | CustomerPart
    | LevelPart
    | MatchPart
    | DifferencePart
    | GenerationPart
    | InfinityPart
    | PassUpPart
    | BoardPart
    | PartyHostPart
    | BinaryPart
    | PoolPart
    | MilestonePart
    | GivenPart,
    Field(discriminator="kind"),
]

KINDS: dict[str, type[BonusPart]] = {
    get_args(part.model_fields["kind"].annotation)[0]: part for part in get_args(get_args(AnyBonus)[0])
}
"""Every kind with the model of its keys."""

TREE_KINDS = {
    "matrix": "placed: {width: 3}",
    "x up": "from: sponsor, passes up: ordinal <= 2",
    "monoline": "line: joined",
    "coded": "from: sponsor, leaders: …, fixed: joined",
}
"""What others call kinds and are trees here, on which every kind works; with the form under ``trees``."""

"""The keys of a scenario file, section by section, each with its meaning: the structure that pydantic checks.

Every leaf is text, as in plans; ``read`` gives it its type.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from trueline.plan.parts import Part, Text

Shares = dict[str, Text]
"""Whole numbers with their shares, which sum to 1."""


class PeopleKeys(Part):
    """Who is there before the first month begins."""

    start: Text = Field(description="How many participants there are; they join on the first day, one after the other.")
    founders: Text = Field(default="1", description="How many of them have no sponsor.")


class BassKeys(Part):
    """Joining as in Bass 1969: (innovation + imitation × joined / market) × (market − joined) a month."""

    innovation: Text = Field(description="Chance that somebody outside joins by themselves in a month.")
    imitation: Text = Field(description="Chance in a month that grows with the share that has joined.")
    market: Text = Field(description="How many people will ever join.")


class JoinersKeys(Part):
    """How many participants join in a month: one of the three laws."""

    per_month: Text | None = Field(default=None, description="So many are expected each month.")
    grows: Text = Field(default="0", description="With `per month`: by so much the number grows (or shrinks) a month.")
    per_active: Text | None = Field(
        default=None, description="Each participant who is there brings so many a month, as expected."
    )
    market: Text | None = Field(
        default=None,
        description="With `per active`: so many can ever join; the number falls with the share that has joined.",
    )
    bass: BassKeys | None = Field(default=None, description="Joining that begins slowly and saturates a market.")


class RecruitingKeys(Part):
    """Who recruits a newcomer among the participants who are there."""

    law: Literal["uniform", "preferential", "quota"] = Field(
        default="uniform",
        description="Everybody equally; in proportion to recruits + 1; or equally until a quota is full.",
    )
    quota: Text | None = Field(default=None, description="With `quota`: the most that anybody recruits.")
    never: Text = Field(default="0", description="Share of participants who never recruit anybody.")
    talent: Shares = Field(
        default={"1": "1"},
        description="Weights with the share of participants who have them: 5 is chosen five times as often as 1.",
    )
    by_effort: Literal["yes", "no"] = Field(default="no", description="Whether the weight is multiplied by effort.")


class PlacementKeys(Part):
    """Where a newcomer stands in the placement tree."""

    rule: Literal["sponsor", "below sponsor", "anywhere"] = Field(
        default="sponsor",
        description="Under the sponsor; in the first open slot of the sponsor's smallest leg; or in any open slot of "
        "the participants who are there, each equally likely.",
    )
    width: Text | None = Field(default=None, description="Slots of each participant, unless the rule is `sponsor`.")


class GoodsKeys(Part):
    """One unit of the product that is sold."""

    price: Text = Field(description="What participants pay for one.")
    retail: Text = Field(description="What customers pay for one, to the company or to a participant.")
    volumes: dict[str, Text] = Field(description="The volumes of one, such as pv and cv.")


class KitKeys(Part):
    """What everybody has to buy on joining, as an order of the kind joining pack."""

    price: Text = Field(description="Its price.")
    volumes: dict[str, Text] = Field(default={}, description="Its volumes; those not given are 0.")


class OwnUseKeys(Part):
    """What participants buy for themselves."""

    chance: Text = Field(description="Chance of an order in a month.")
    quantity: Shares = Field(default={"1": "1"}, description="Units of an order, with their shares.")
    kind: Literal["own use", "autoship"] = Field(default="own use", description="The kind of these orders.")


class QualifyingKeys(Part):
    """Purchases made to reach a volume that a plan asks for."""

    share: Text = Field(description="Share of participants who do so, month after month.")
    volume: Text = Field(description="Which volume they count.")
    reach: Text = Field(
        description="They buy whole units until their own orders and those of their customers come to so much."
    )
    kind: Literal["own use", "autoship", "for resale"] = Field(
        default="own use", description="The kind of these orders."
    )


class ResaleKeys(Part):
    """What participants buy to sell on, and what they sell of it; sales have receipts."""

    chance: Text = Field(description="Chance of such an order in a month.")
    quantity: Shares = Field(description="Units of an order, with their shares.")
    sold: Shares = Field(
        description="Units for which there is a buyer in a month, with their shares; as far as in stock."
    )


class CustomersKeys(Part):
    """Customers who buy from the company and belong to a participant."""

    won: Text = Field(description="Expected new customers a month for each point of effort.")
    leaving: Text = Field(description="Chance that a customer leaves at the end of a month.")
    chance: Text = Field(description="Chance of an order in a month after the first, which begins with one.")
    quantity: Shares = Field(default={"1": "1"}, description="Units of an order, with their shares.")


class ExpenseKeys(Part):
    """An expense of participants beside orders; it is written down as an assumption."""

    kind: Literal["kit", "renewal", "tools", "training", "events", "travel", "premises", "other"] = Field(
        description="What it is for."
    )
    amount: Text = Field(description="How much.")
    every: Literal["month", "year", "joining"] = Field(
        default="month", description="Each month, in the month of joining of each later year, or once on joining."
    )
    chance: Text = Field(default="1", description="Chance that it comes to a participant.")


class ByResultKeys(Part):
    """Leaving because of too little money."""

    below: Text = Field(description="A participant is in this case when the net result of the last months is below it.")
    months: Text = Field(default="3", description="Over so many months, not before one has been there so long.")
    chance: Text = Field(description="Chance of leaving for that reason at the end of a month.")


class LeavingKeys(Part):
    """When participants leave; always at the end of a month."""

    chance: Text = Field(default="0", description="Chance of leaving at the end of any month.")
    by_tenure: Shares = Field(
        default={},
        description="In place of `chance`: from that month on (1 is the month of joining), the chance; such as "
        "{1: 20%, 4: 8%, 13: 3%}.",
    )
    by_result: ByResultKeys | None = Field(default=None, description="Beside it, leaving because of too little money.")


class TrainingKeys(Part):
    """A required module offered on joining. What it changes is an assumption: by default nothing."""

    completes: Text = Field(description="Share of newcomers who complete it.")
    within: Text = Field(default="30", description="They do so within so many days of joining.")
    leaving: Text = Field(default="1", description="Factor on the chance of leaving of those who completed it.")
    won: Text = Field(default="1", description="Factor on the customers they win.")


class ContactKeys(Part):
    """The sponsor's contact with a newcomer. What it changes is an assumption: by default nothing."""

    chance: Text = Field(description="Chance that the sponsor calls a newcomer within seven days.")
    leaving: Text = Field(default="1", description="Factor on the chance of leaving of those who were called.")


class TicketsKeys(Part):
    """Requests of participants for help."""

    chance: Text = Field(description="Chance of a request in a month.")
    hours: Shares = Field(description="Hours until a person answers, with their shares; it is solved then.")
    unanswered: Text = Field(default="0", description="Share of requests that nobody answers.")


class PostsKeys(Part):
    """Posts of participants in the community."""

    chance: Text = Field(description="Chance of a post in a month.")


class ReturnsKeys(Part):
    """Orders of customers and of participants for themselves that come back whole, at their price."""

    share: Text = Field(description="Share of these orders that come back.")
    within: Text = Field(
        default="14", description="So many days after the order at most, and not after the end of its month."
    )


class BuyBackKeys(Part):
    """What the company pays leavers for goods that they bought for resale and did not sell."""

    asks: Text = Field(description="Share of leavers with such goods who ask.")
    share: Text = Field(default="90%", description="What is paid back of the price.")
    within: Text = Field(default="30", description="It is decided within so many days.")
    refused: Text = Field(default="0", description="Share of requests that are refused.")


class WayKeys(Part):
    """A way of working: a named bundle of sections that a scenario may name. The scenario's own keys win."""

    way: str = Field(description="The name of the way of working.")
    note: str | None = Field(default=None, description="What it assumes.")
    joiners: JoinersKeys = Field(default=JoinersKeys(), description="How many join in a month.")
    recruiting: RecruitingKeys = Field(default=RecruitingKeys(), description="Who recruits a newcomer.")
    own_use: OwnUseKeys | None = Field(default=None, description="What participants buy for themselves.")
    qualifying: QualifyingKeys | None = Field(default=None, description="Purchases made to reach a volume.")
    resale: ResaleKeys | None = Field(default=None, description="What participants buy to sell on.")
    customers: CustomersKeys | None = Field(default=None, description="Customers won and kept.")


class ScenarioKeys(Part):
    """A whole scenario file."""

    scenario: str = Field(description="The name of the scenario.", examples=["Customers first"])
    note: str | None = Field(default=None, description="What a reader should know: sources, and what is assumed.")
    currency: str = Field(default="USD", description="The currency of all amounts, by its ISO 4217 code.")
    first_month: Text = Field(description="The first month.", examples=["2024-01"])
    months: Text = Field(description="How many months.", examples=["24"])
    seed: Text = Field(description="What all draws begin with; the same seed gives the same company.", examples=["1"])
    way: str | None = Field(default=None, description="A way of working: its sections hold where none stands here.")
    people: PeopleKeys = Field(description="Who is there at the start.")
    joiners: JoinersKeys = Field(default=JoinersKeys(), description="How many join in a month.")
    recruiting: RecruitingKeys = Field(default=RecruitingKeys(), description="Who recruits a newcomer.")
    placement: PlacementKeys = Field(default=PlacementKeys(), description="Where a newcomer is placed.")
    effort: Shares = Field(
        default={"1": "1"},
        description="Points of effort with the share of participants who make them, from joining on.",
    )
    goods: GoodsKeys = Field(description="The product.")
    kit: KitKeys | None = Field(default=None, description="What has to be bought on joining.")
    own_use: OwnUseKeys | None = Field(default=None, description="What participants buy for themselves.")
    qualifying: QualifyingKeys | None = Field(default=None, description="Purchases made to reach a volume.")
    resale: ResaleKeys | None = Field(default=None, description="What participants buy to sell on.")
    customers: CustomersKeys | None = Field(default=None, description="Customers won and kept.")
    expenses: list[ExpenseKeys] = Field(default=[], description="Other costs of participants.")
    leaving: LeavingKeys = Field(default=LeavingKeys(), description="When participants leave.")
    training: TrainingKeys | None = Field(
        default=None, description="A required module, and what it is assumed to change."
    )
    contact: ContactKeys | None = Field(
        default=None, description="Contact by the sponsor, and what it is assumed to change."
    )
    tickets: TicketsKeys | None = Field(default=None, description="Requests for help, and how soon they are answered.")
    posts: PostsKeys | None = Field(default=None, description="Posts in the community.")
    returns: ReturnsKeys | None = Field(default=None, description="Orders that come back.")
    buy_back: BuyBackKeys | None = Field(default=None, description="Goods that leavers give back to the company.")
    sweep: dict[str, list[Text]] = Field(
        default={},
        description="Keys of assumptions, each with the values that an ensemble tries, such as "
        "{training.leaving: [1, 4/5, 3/5]}.",
    )

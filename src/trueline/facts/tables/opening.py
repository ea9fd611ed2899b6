"""What participants spend and receive beside a run, the state they start with, and decisions taken before a run."""

from __future__ import annotations

from trueline.facts.spec import ColumnSpec as C
from trueline.facts.spec import Kind, TableSpec
from trueline.facts.tables.people import FROM, MEMBER, TO
from trueline.facts.tables.sales import CURRENCY

EXPENSES = TableSpec(
    name="expenses",
    meaning="What a participant spends on the business beside orders.",
    time="time",
    past=True,
    columns=(
        MEMBER,
        C(
            "kind",
            Kind.CHOICE,
            "What it was spent on.",
            required=True,
            allowed=("kit", "renewal", "tools", "training", "events", "travel", "premises", "other"),
        ),
        C("amount", Kind.MONEY, "How much.", required=True),
        CURRENCY,
        C("time", Kind.TIME, "When.", required=True),
        C("origin", Kind.CHOICE, "How it is known.", allowed=("ledger", "survey", "assumption")),
    ),
)

REWARDS_OTHER = TableSpec(
    name="rewards_other",
    meaning="A reward given outside a run.",
    time="time",
    past=True,
    columns=(
        MEMBER,
        C("kind", Kind.CHOICE, "What it was.", required=True, allowed=("trip", "prize", "manual")),
        C("value", Kind.MONEY, "What it is worth.", required=True),
        CURRENCY,
        C("time", Kind.TIME, "When it was given.", required=True),
        C("reason", Kind.TEXT, "Why."),
    ),
)

BALANCES = TableSpec(
    name="balances",
    meaning="What a member brings into the first period: titles, lifetime volumes, carried amounts, debts.",
    key=("member", "what", "name", "as_of"),
    time="as_of",
    columns=(
        MEMBER,
        C(
            "what",
            Kind.CHOICE,
            "What is brought in. Title and rank have a rank as value; the others a number.",
            required=True,
            allowed=("title", "lifetime", "carried", "negative balance", "rank", "earned", "streak"),
        ),
        C(
            "name",
            Kind.TEXT,
            "Which one: the volume of a lifetime, the bonus of a carried amount, the rank of a streak.",
        ),
        C("value", Kind.TEXT, "The value.", required=True),
        C(
            "as_of",
            Kind.TIME,
            "The moment at which it stood so, of an earned amount one in its period; blank: before the first period.",
        ),
    ),
)

STATE = TableSpec(
    name="state",
    meaning="What a position brings into the first period: the banks of its binary legs, its place on a board.",
    key=("tree", "position", "name", "as_of"),
    time="as_of",
    columns=(
        C("tree", Kind.ID, "The tree.", required=True),
        C("position", Kind.ID, "The position.", required=True, refers_to="positions"),
        C("name", Kind.TEXT, "What is brought in, such as left or right.", required=True),
        C("value", Kind.TEXT, "The value.", required=True),
        C("as_of", Kind.TIME, "The moment at which it stood so; blank: before the first period."),
    ),
)

OVERRIDES = TableSpec(
    name="overrides",
    meaning="A decision about a member taken before a run, with its reason and who took it.",
    key=("member", "what", "from"),
    time="from",
    spans=(("from", "to"),),
    columns=(
        MEMBER,
        C(
            "what",
            Kind.CHOICE,
            "What is decided.",
            required=True,
            allowed=("rank", "forced rank", "active", "exempt", "qualified"),
        ),
        C("value", Kind.TEXT, "The decision: a rank, or yes or no."),
        FROM,
        TO,
        C("reason", Kind.TEXT, "Why."),
        C("who", Kind.TEXT, "Who decided."),
    ),
)

OPENING = (EXPENSES, REWARDS_OTHER, BALANCES, STATE, OVERRIDES)

"""How a company works with its people: training, help, community, promises and safeguards."""

from __future__ import annotations

from trueline.facts.spec import ColumnSpec as C
from trueline.facts.spec import Kind, TableSpec
from trueline.facts.tables.people import FROM, MEMBER, TO
from trueline.facts.tables.sales import CURRENCY

REASON = C("reason", Kind.TEXT, "Why.")

TRAINING = TableSpec(
    name="training",
    meaning="A module of training offered to a member.",
    key=("member", "module", "offered"),
    time="offered",
    spans=(("offered", "completed"),),
    columns=(
        MEMBER,
        C("module", Kind.TEXT, "The module.", required=True),
        C("required", Kind.FLAG, "Whether the member has to take it."),
        C("offered", Kind.TIME, "When it was offered."),
        C("completed", Kind.TIME, "When it was completed; blank: not."),
    ),
)

TICKETS = TableSpec(
    name="tickets",
    meaning="A request for help.",
    key=("ticket",),
    time="opened",
    past=True,
    spans=(("opened", "answered"), ("opened", "solved"), ("solved", "reopened")),
    columns=(
        C("ticket", Kind.ID, "The id of the ticket.", required=True),
        MEMBER,
        C("topic", Kind.TEXT, "What it is about."),
        C("opened", Kind.TIME, "When it was opened.", required=True),
        C("answered", Kind.TIME, "When a person first answered."),
        C("solved", Kind.TIME, "When it was solved."),
        C("reopened", Kind.TIME, "When it was opened again."),
    ),
)

CONTACTS = TableSpec(
    name="contacts",
    meaning="A contact of a member by the sponsor or another upline.",
    time="time",
    past=True,
    columns=(
        MEMBER,
        C("by", Kind.ID, "Who made the contact.", required=True, refers_to="members"),
        C("time", Kind.TIME, "When.", required=True),
        C("channel", Kind.TEXT, "How: call, message, visit."),
    ),
)

POSTS = TableSpec(
    name="posts",
    meaning="A member's part in the community: a meeting attended or a post written.",
    time="time",
    past=True,
    columns=(
        MEMBER,
        C("kind", Kind.CHOICE, "Which.", required=True, allowed=("meeting", "post")),
        C("time", Kind.TIME, "When.", required=True),
        C("topic", Kind.TEXT, "What it was about."),
    ),
)

AGREEMENTS = TableSpec(
    name="agreements",
    meaning="A version of the terms, accepted by a member.",
    key=("member", "version"),
    time="accepted",
    past=True,
    columns=(
        MEMBER,
        C("version", Kind.TEXT, "The version of the terms.", required=True),
        C("accepted", Kind.TIME, "When.", required=True),
    ),
)

POLICIES = TableSpec(
    name="policies",
    meaning="What the company promises in a market from a date.",
    key=("market", "from"),
    time="from",
    spans=(("from", "to"),),
    columns=(
        C("market", Kind.TEXT, "The market; blank: all."),
        FROM,
        TO,
        C("fee", Kind.MONEY, "What joining costs."),
        C("renewal", Kind.MONEY, "What a further year costs."),
        CURRENCY,
        C("cooling_off_days", Kind.WHOLE, "Days in which joining can be undone.", least=0),
        C("return_days", Kind.WHOLE, "Days in which a buyer can return goods.", least=0),
        C("buy_back_months", Kind.WHOLE, "Months in which stock is bought back from a leaver.", least=0),
        C("buy_back_share", Kind.NUMBER, "Share of the price paid for it: 0.9 is 90 %.", unit="0.000001"),
    ),
)

BUYBACK_REQUESTS = TableSpec(
    name="buyback_requests",
    meaning="A leaver's request that the company buy stock back.",
    key=("request",),
    time="asked",
    past=True,
    spans=(("asked", "decided"),),
    columns=(
        C("request", Kind.ID, "The id of the request.", required=True),
        MEMBER,
        C("asked", Kind.TIME, "When.", required=True),
        C("stock", Kind.MONEY, "What was paid for the stock offered."),
        C("refunded", Kind.MONEY, "What was paid back."),
        CURRENCY,
        C("decided", Kind.TIME, "When it was decided; blank: open."),
        C("outcome", Kind.CHOICE, "What was decided.", allowed=("refunded", "refused", "open")),
        REASON,
    ),
)

CLAIMS = TableSpec(
    name="claims",
    meaning="A claim about earnings or products that somebody made.",
    key=("claim",),
    time="time",
    past=True,
    columns=(
        C("claim", Kind.ID, "The id of the claim.", required=True),
        C("speaker", Kind.ID, "The member who made it.", refers_to="members"),
        C("time", Kind.TIME, "When.", required=True),
        C("text", Kind.TEXT, "What was said.", required=True),
        C("language", Kind.TEXT, "In which language."),
        C("evidence", Kind.TEXT, "What supports it."),
        C("action", Kind.TEXT, "What the company did."),
    ),
)

AUDITS = TableSpec(
    name="audits",
    meaning="A check of a member's conduct by the company.",
    key=("audit",),
    time="time",
    past=True,
    columns=(
        C("audit", Kind.ID, "The id of the check.", required=True),
        MEMBER,
        C("time", Kind.TIME, "When.", required=True),
        C("sample", Kind.TEXT, "What was looked at."),
        C("breach", Kind.FLAG, "Whether a breach was found."),
        C("withheld", Kind.MONEY, "Money withheld because of it."),
        CURRENCY,
        REASON,
    ),
)

CONDUCT = (TRAINING, TICKETS, CONTACTS, POSTS, AGREEMENTS, POLICIES, BUYBACK_REQUESTS, CLAIMS, AUDITS)

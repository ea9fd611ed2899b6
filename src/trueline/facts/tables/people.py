"""Who is known to the company, in which role and status, and who stands under whom."""

from __future__ import annotations

from trueline.facts.spec import ColumnSpec as C
from trueline.facts.spec import Kind, TableSpec

FROM = C("from", Kind.TIME, "From when it holds, inclusive; blank: always.")
TO = C("to", Kind.TIME, "Until when it holds, exclusive: a bare date is the first day on which it no longer holds.")
MEMBER = C("member", Kind.ID, "The member.", required=True, refers_to="members")

MEMBERS = TableSpec(
    name="members",
    meaning="A person or firm known to the company: participants and customers alike.",
    key=("member",),
    time="joined",
    spans=(("joined", "left"),),
    columns=(
        C("member", Kind.ID, "The id; everything else refers to it.", required=True),
        C("joined", Kind.TIME, "When the member joined."),
        C("left", Kind.TIME, "When the member left; the first moment outside."),
        C("country", Kind.TEXT, "Country of residence."),
        C("market", Kind.TEXT, "The market whose prices and rules apply."),
        C("currency", Kind.CURRENCY, "The currency the member is paid in; blank: the company's."),
        C("owner", Kind.TEXT, "Owner group: members that belong to one household or firm share the text."),
        C(
            "sponsor",
            Kind.ID,
            "Undated sponsor, for companies without an edges table; with one, sponsors are its tree sponsor.",
            refers_to="members",
            instead="edges",
        ),
        C("attribute.*", Kind.TEXT, "A free attribute of the member, such as attribute.scheme."),
    ),
)

ROLES = TableSpec(
    name="roles",
    meaning="A dated role of a member. Rows are added, never overwritten, so that the history stays.",
    key=("member", "role", "from"),
    time="from",
    spans=(("from", "to"),),
    columns=(
        MEMBER,
        C(
            "role",
            Kind.CHOICE,
            "A participant may earn; a customer and a discount buyer may not.",
            required=True,
            allowed=("participant", "customer", "discount buyer"),
        ),
        FROM,
        TO,
        C(
            "basis",
            Kind.CHOICE,
            "Whether the member chose the role or the company derived it from what the member does.",
            allowed=("self-declared", "by behaviour"),
        ),
    ),
)

POSITIONS = TableSpec(
    name="positions",
    meaning="A place in the trees, with its owner. Without this table each member is its own position.",
    key=("position",),
    columns=(
        C("position", Kind.ID, "The id of the position.", required=True),
        C("owner", Kind.ID, "The member who owns it; one member may own several.", required=True, refers_to="members"),
    ),
)

EDGES = TableSpec(
    name="edges",
    meaning="A dated link in a named tree. At any time a position has at most one parent in a tree.",
    time="from",
    spans=(("from", "to"),),
    columns=(
        C("tree", Kind.ID, "The tree: sponsor, placement, binary, matrix or any other name.", required=True),
        C("position", Kind.ID, "The position below.", required=True, refers_to="positions"),
        C("parent", Kind.ID, "The position above; blank: a root.", required=True, blank=True, refers_to="positions"),
        C("slot", Kind.TEXT, "The place under the parent, such as left or right."),
        FROM,
        TO,
        C("reason", Kind.TEXT, "Why the link was made or changed."),
    ),
)

STATUS = TableSpec(
    name="status",
    meaning="A dated status, identity check or hold of a member.",
    key=("member", "status", "kyc", "from"),
    time="from",
    spans=(("from", "to"),),
    columns=(
        MEMBER,
        C("status", Kind.CHOICE, "The status.", allowed=("active", "suspended", "terminated", "hold")),
        C("kyc", Kind.CHOICE, "The identity check.", allowed=("none", "pending", "passed", "failed")),
        FROM,
        TO,
        C("reason", Kind.TEXT, "Why."),
    ),
)

PEOPLE = (MEMBERS, ROLES, POSITIONS, EDGES, STATUS)

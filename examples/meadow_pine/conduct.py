"""Everything beside sales: expenses, rewards outside a run, opening state, help, promises and safeguards."""

from __future__ import annotations

from datetime import date, timedelta

from meadow_pine.catalogue import Rows, decimal
from meadow_pine.draws import below, chance, pick
from meadow_pine.network import gone, joined
from meadow_pine.people import MONTHS, Person, date_text, days_in, year_month
from meadow_pine.sales import Sales

MODULES = (("Welcome", True), ("Honest claims", True), ("Products and care", False), ("Serving customers", False))
_TOPICS = ("delivery", "account", "autoship", "commission", "return", "product")
_DILIGENCE = {"founder": 950, "seller": 850, "builder": 650, "ordinary": 500, "user": 250}


def stays(person: Person, month: int) -> bool:
    """Whether the person is there in a month of the story after the month of joining."""
    return person.month < month < MONTHS and person.here(month)


def after_joining(person: Person, days: int, *what: object) -> str:
    """A day within so many days after joining; blank when the person has left by then or the story has ended."""
    day = date.fromisoformat(joined(person)) + timedelta(days=1 + below(days, "days later", person.id, *what))
    return day.isoformat() if day.isoformat() < (gone(person) or date_text(MONTHS, 1)) else ""


def day_in(month: int, *what: object) -> str:
    """A day of a month."""
    return date_text(month, 1 + below(days_in(month), "day", month, *what))


def expenses(people: list[Person]) -> Rows:
    """What participants spend beside orders: renewals every year, and now and then tools, events and travel."""
    rows: Rows = []
    for person, month in _months(people):
        costs = []
        if (month - person.month) % 12 == 0:
            costs.append(("renewal", 2500, "USD", "ledger"))
        if chance(90, "tools", person.id, month):
            costs.append(("tools", 1200 + 100 * below(40, "tools cost", person.id, month), "USD", "survey"))
        if year_month(month)[1] == 5 and chance(200, "travel", person.id, month):
            currency = "CAD" if chance(200, "abroad", person.id, month) else "USD"
            costs.append(("travel", 8000 + 500 * below(50, "fare", person.id, month), currency, "survey"))
            costs.append(("events", 6000, "USD", "ledger"))
        if chance(25, "course", person.id, month):
            costs.append(("training", 4500, "USD", "ledger"))
        if person.kind == "builder" and chance(80, "phone", person.id, month):
            costs.append(("other", 3000, "USD", "assumption"))
        for kind, amount, currency, origin in costs:
            rows.append(
                {
                    "member": person.id,
                    "kind": kind,
                    "amount": decimal(amount),
                    "currency": currency,
                    "time": day_in(month, kind, person.id),
                    "origin": origin,
                }
            )
    return rows


def rewards_other(people: list[Person]) -> Rows:
    """A trip a year for one, prizes for some, and a payment by hand."""
    rows: Rows = []
    for month, kind, value, currency, reason in [
        (8, "trip", 120000, "USD", "most customers served in a year"),
        (20, "trip", 140000, "CAD", "most customers served in a year"),
        (32, "trip", 130000, "USD", "most customers served in a year"),
        (14, "prize", 7500, "USD", "spring competition"),
        (26, "prize", 7500, "USD", "spring competition"),
        (17, "manual", 4215, "USD", "order credited to the wrong member in July"),
    ]:
        there = [person for person in people if person.kind in {"seller", "founder"} and stays(person, month)]
        rows.append(
            {
                "member": pick(there, "reward", month).id,
                "kind": kind,
                "value": decimal(value),
                "currency": currency,
                "time": date_text(month, 15),
                "reason": reason,
            }
        )
    return rows


def volumes(people: list[Person]) -> Rows:
    """Volume without an order: a pilot before the first month, a promotion every December, and corrections."""
    rows: Rows = []

    def add(person: Person, volume: str, amount: int, time: str, reason: str) -> None:
        entry = {"member": person.id, "volume": volume, "amount": decimal(amount), "effective": time, "booked": ""}
        rows.append(entry | {"reason": reason})

    for number, founder in enumerate(people[:3]):
        for volume, amount in (("pv", 18000 - 3000 * number), ("cv", 19000 - 3000 * number)):
            add(founder, volume, amount, "2023-04-03", "imported total")
    for person, month in _months(people):
        if year_month(month)[1] == 12 and person.participates(month) and chance(120, "promotion", person.id, month):
            add(person, "pv", 2500, date_text(month, 20), "promotion")
        elif chance(6, "correction", person.id, month):
            add(person, "pv", -500 - 100 * below(9, "amount", person.id, month), day_in(month, person.id), "correction")
    return rows


def opening(people: list[Person]) -> tuple[Rows, Rows]:
    """Balances and state that the founders bring from the pilot."""
    as_of = "2023-04-01"
    balances = [
        {"member": founder.id, "what": what, "name": name, "value": decimal(value), "as_of": as_of}
        for number, founder in enumerate(people[:3])
        for what, name, value in [
            ("lifetime", "pv", 240000 - 50000 * number),
            ("lifetime", "cv", 250000 - 50000 * number),
        ]
    ]
    state = [
        {"tree": "placement", "position": founder.id, "name": "pilot cv", "value": decimal(value), "as_of": as_of}
        for founder, value in zip(people[:3], (250000, 200000, 150000), strict=True)
    ]
    return balances, state


def overrides(people: list[Person]) -> Rows:
    """Decisions before runs, each with its reason: parental leave, a failure of the shop, an exemption."""
    rows: Rows = []
    for month, what, value, reason in [
        (10, "active", "yes", "parental leave"),
        (22, "qualified", "yes", "shop was down on the last day"),
        (29, "exempt", "yes", "serious illness"),
    ]:
        there = [person for person in people if person.role == "participant" and stays(person, month + 2)]
        rows.append(
            {
                "member": pick([person for person in there if person.month < month], "override", month).id,
                "what": what,
                "value": value,
                "from": date_text(month, 1),
                "to": date_text(month + 1, 1),
                "reason": reason,
                "who": "commission manager",
            }
        )
    return rows


def training(people: list[Person]) -> Rows:
    """Modules offered on joining; some take them all, some none."""
    rows: Rows = []
    for person in people:
        if person.role != "participant":
            continue
        for number, (module, required) in enumerate(MODULES):
            completed = after_joining(person, 36, module)
            done = completed and chance(_DILIGENCE[person.kind] - 60 * number, "done", person.id, module)
            rows.append(
                {
                    "member": person.id,
                    "module": module,
                    "required": "yes" if required else "no",
                    "offered": joined(person),
                    "completed": completed if done else "",
                }
            )
    return rows


def tickets(people: list[Person]) -> Rows:
    """Questions, most of them answered within a day and solved."""
    rows: Rows = []
    for person, month in _months(people):
        if not chance(45, "ticket", person.id, month):
            continue
        number = f"T{1001 + len(rows)}"
        day = 1 + below(days_in(month) - 6, "opened", number)
        slow, solved = 1 + below(3, "slow", number), chance(930, "solved", number)
        again = solved and chance(80, "reopened", number)
        rows.append(
            {
                "ticket": number,
                "member": person.id,
                "topic": pick(_TOPICS, "topic", number),
                "opened": date_text(month, day) + f"T{8 + below(12, 'hour', number):02}:10:00",
                "answered": date_text(month, day + slow - 1) + "T20:30:00" if chance(970, "answered", number) else "",
                "solved": date_text(month, day + slow) + "T16:00:00" if solved else "",
                "reopened": date_text(month, day + slow + 1) + "T09:00:00" if again else "",
            }
        )
    return rows


def contacts(people: list[Person]) -> Rows:
    """Sponsors who are there welcome newcomers within a week or two, and call or visit them later on."""
    rows: Rows = []
    for person in people:
        sponsor, day = person.sponsor_in(person.month), after_joining(person, 12, "welcome")
        if sponsor is None or not (day and sponsor.participates(person.month) and person.participates(person.month)):
            continue
        if chance(_DILIGENCE[sponsor.kind], "welcome", person.id):
            rows.append({"member": person.id, "by": sponsor.id, "time": day + "T18:00:00", "channel": "call"})
    for person, month in _months(people):
        sponsor = person.sponsor_in(month)
        if sponsor is not None and sponsor.participates(month):
            often = _DILIGENCE[sponsor.kind] // (2 if month - person.month < 4 else 8)
            if chance(often, "contact", person.id, month):
                channel = pick(("call", "message", "message", "visit"), "channel", person.id, month)
                time = day_in(month, "contact", person.id) + "T18:00:00"
                rows.append({"member": person.id, "by": sponsor.id, "time": time, "channel": channel})
    return rows


def posts(people: list[Person]) -> Rows:
    """Meetings attended and posts written."""
    rows: Rows = []
    for person, month in _months(people):
        if not person.participates(month):
            continue
        for kind, rate, topic in (("meeting", 5, "monthly meeting"), ("post", 9, "product tips")):
            if chance(_DILIGENCE[person.kind] // rate, kind, person.id, month):
                time = date_text(month, 12) if kind == "meeting" else day_in(month, kind, person.id)
                rows.append({"member": person.id, "kind": kind, "time": time + "T19:00:00", "topic": topic})
    return rows


def agreements(people: list[Person]) -> Rows:
    """The terms, accepted on becoming a participant, and a new version in January 2025 by most."""
    rows: Rows = []
    for person in people:
        start = joined(person) if person.role == "participant" else ""
        if person.upgraded is not None:
            start = date_text(person.upgraded, 1)
        if start:
            version = "2023" if start < "2025-01-01" else "2025"
            rows.append({"member": person.id, "version": version, "accepted": start + "T07:30:00"})
            if version == "2023" and person.participates(22) and chance(900, "new terms", person.id):
                rows.append({"member": person.id, "version": "2025", "accepted": day_in(21, "terms", person.id)})
    return rows


def safeguards(people: list[Person], sales: Sales) -> tuple[Rows, Rows, Rows]:
    """Buy-back requests of leavers who had stock, claims that were looked at, and audits of participants."""
    requests: Rows = []
    claims: Rows = []
    audits: Rows = []
    stocked = {person.id for person, *_ in sales.resold}
    for person in people:
        if person.id in stocked and gone(person) and person.left is not None and chance(600, "buy-back", person.id):
            stock, outcome = (
                4000 + 500 * below(60, "stock", person.id),
                pick(("refunded", "refunded", "refused"), person.id),
            )
            requests.append(
                {
                    "request": f"B{len(requests) + 1:03}",
                    "member": person.id,
                    "asked": date_text(person.left, 3),
                    "stock": decimal(stock),
                    "refunded": decimal(stock * 9 // 10 if outcome == "refunded" else 0),
                    "currency": "USD",
                    "decided": date_text(person.left, 21),
                    "outcome": outcome,
                    "reason": "" if outcome == "refunded" else "bought more than twelve months ago",
                }
            )
    texts = ("You can replace your salary within a year.", "This soap heals eczema.", "Everybody here earns.")
    for person, month in _months(people):
        if person.participates(month) and chance(6, "claim", person.id, month):
            evidence, action = pick(
                (("none", "taken down and trained"), ("none", "warned"), ("", "open")), person.id, month
            )
            claim = {"claim": f"C{len(claims) + 1:03}", "speaker": person.id, "time": day_in(month, "claim", person.id)}
            wording = {"text": pick(texts, "claim", person.id, month), "language": "en"}
            claims.append(claim | wording | {"evidence": evidence, "action": action})
        if person.participates(month) and chance(15, "audit", person.id, month):
            breach = chance(180, "breach", person.id, month)
            audits.append(
                {
                    "audit": f"A{len(audits) + 1:03}",
                    "member": person.id,
                    "time": day_in(month, "audit", person.id),
                    "sample": "receipts of the last three months",
                    "breach": "yes" if breach else "no",
                    "withheld": decimal(2500 if breach else 0),
                    "currency": "USD",
                    "reason": "sales without receipts" if breach else "",
                }
            )
    return requests, claims, audits


POLICIES: Rows = [
    {
        "market": "US",
        "from": since,
        "to": until,
        "fee": "49.00",
        "renewal": "25.00",
        "currency": "USD",
        "cooling_off_days": cooling_off,
        "return_days": "30",
        "buy_back_months": "12",
        "buy_back_share": "0.9",
    }
    for since, until, cooling_off in [("2023-01-01", "2025-01-01", "14"), ("2025-01-01", "", "30")]
]
RATES_FX: Rows = [
    {"currency": "CAD", "rate": rate, "from": since}
    for since, rate in [
        ("2023-01-01", "0.7410"),
        ("2024-01-01", "0.7550"),
        ("2025-01-01", "0.6950"),
        ("2026-01-01", "0.7280"),
    ]
]


def _months(people: list[Person]) -> list[tuple[Person, int]]:
    """Every person with every month in which they stay, after that of joining."""
    return [(person, month) for person in people for month in range(MONTHS) if stays(person, month)]

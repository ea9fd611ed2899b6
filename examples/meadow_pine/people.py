"""The people of the company: when they join and leave, what they are like, and who stands under whom."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from meadow_pine.draws import below, chance, pick

MONTHS = 36
FIRST_YEAR, FIRST_MONTH = 2023, 4
FOUNDERS = 3
_FIRST_NAMES = """
    ada alba anton arlo bea bram cleo cora dario dina edda elio enzo esme fay felix gia hana hugo ida ines ivo
    jana joel juno kai kira lars lena leo lia lou mara milo mina nico nora otis pia quin rhea rosa saul signe
    theo tilda uma vera
"""
_LAST_NAMES = """
    alder ashby birch bloom brook burr clover cole dale dell elm fenn fern field ford glen grove hale hart hazel
    heath hill holt ives kent lake lane larch marsh mead moor nash oakes park pell reed ridge rowan rush sedge
    shaw stone thorn vale
"""

RATES = {
    # kind of person: (recruits a participant, wins a customer, orders goods to resell), permille per month
    "founder": (230, 110, 150),
    "builder": (300, 30, 120),
    "seller": (8, 330, 350),
    "ordinary": (32, 55, 60),
    "user": (0, 8, 10),
}
_RECRUIT_KINDS = {
    # kind of recruiter: what the recruit is like, per cent of builder, seller, ordinary; the rest are users
    "builder": (50, 3, 27),
    "founder": (9, 8, 48),
}


@dataclass
class Person:
    """A member. Months count from 0, the first of the story; ``day`` is the day of the month of joining.

    ``sponsors``: from which month (its first day, or the day of joining), who, and why; in order of time.
    ``left`` and ``upgraded``: the month on whose first day the person left, or turned from customer to participant.
    """

    id: str
    role: str
    kind: str
    month: int
    day: int
    placed_under: Person | None = None
    left: int | None = None
    upgraded: int | None = None
    sponsors: list[tuple[int, Person, str]] = field(default_factory=list)
    below: list[Person] = field(default_factory=list)

    def here(self, month: int) -> bool:
        """Whether the person is a member for the whole month, or joins in it."""
        return self.month <= month and (self.left is None or month < self.left)

    def participates(self, month: int) -> bool:
        """Whether the person is a participant in that month."""
        return self.here(month) and (
            self.role == "participant" or (self.upgraded is not None and self.upgraded <= month)
        )

    def active_upline(self, month: int) -> Person:
        """This person as a participant, or the nearest sponsor above who is one: who is credited in that month."""
        sponsor = self.sponsor_in(month)
        return self if self.participates(month) or sponsor is None else sponsor.active_upline(month)

    def sponsor_in(self, month: int) -> Person | None:
        """Who sponsors this person in that month."""
        return next((sponsor for since, sponsor, _ in reversed(self.sponsors) if since <= month), None)

    def team(self) -> Iterator[Person]:
        """This person and every participant sponsored below."""
        yield self
        for recruit in self.below:
            if recruit.role == "participant":
                yield from recruit.team()


def year_month(month: int) -> tuple[int, int]:
    """Month 0 -> (2023, 4)."""
    count = FIRST_YEAR * 12 + FIRST_MONTH - 1 + month
    return count // 12, count % 12 + 1


def date_text(month: int, day: int) -> str:
    """A day of a month as text, such as 2023-04-07."""
    return "{:04}-{:02}-{:02}".format(*year_month(month), day)


def days_in(month: int) -> int:
    """How many days a month has."""
    year, number = year_month(month)
    if number == 2:
        return 29 if year % 4 == 0 else 28
    return 30 if number in {4, 6, 9, 11} else 31


def invent() -> list[Person]:
    """Everybody who ever joins, in the order of joining; founders first, the first of them on top."""
    people: list[Person] = []
    top: Person | None = None
    for number in range(FOUNDERS):
        founder = _join(people, "participant", "founder", 0, 1 + number, top)
        top = top or founder
    for month in range(MONTHS):
        already_here = tuple(person for person in people if person.participates(month))
        for person in already_here:
            recruits, customers, _ = RATES[person.kind]
            if person.kind == "builder" and any(other.kind == "builder" for other in person.below):
                recruits //= 4  # has somebody who goes on, so the leg grows deep rather than wide
            if month > person.month and chance(recruits, "recruit", person.id, month):
                _join(people, "participant", _kind_of_recruit(person, month), month, _day(person, month, "r"), person)
            for attempt in range(2):
                if chance(customers, "customer", person.id, month, attempt):
                    role = "discount buyer" if chance(70, "discount", person.id, month, attempt) else "customer"
                    _join(people, role, "user", month, _day(person, month, attempt), person)
        if month + 1 < MONTHS:
            _leave_and_change(people, month + 1)
    return people


def _day(person: Person, month: int, what: object) -> int:
    """A day of joining that is not before the sponsor's own."""
    first = person.day if person.month == month else 1
    return first + below(days_in(month) - first + 1, "day", person.id, month, what)


def _join(people: list[Person], role: str, kind: str, month: int, day: int, sponsor: Person | None) -> Person:
    taken = {person.id for person in people}
    attempt = 0
    while True:
        first = pick(_FIRST_NAMES.split(), "first", len(people), attempt)
        name = f"{first}-{pick(_LAST_NAMES.split(), 'last', len(people), attempt)}"
        if name not in taken:
            break
        attempt += 1
    person = Person(name, role, kind, month, day)
    if sponsor is not None:
        person.placed_under = _placement(person, sponsor, month)
        person.sponsors.append((month, sponsor, "enrolment"))
        sponsor.below.append(person)
    people.append(person)
    return person


def _placement(person: Person, sponsor: Person, month: int) -> Person:
    """The sponsor, or for some participants somebody else in the sponsor's team who is there."""
    team = [
        other
        for other in sponsor.team()
        if other.participates(month) and (other.month, other.day) < (month, person.day)
    ]
    if person.role != "participant" or len(team) < 2 or not chance(400, "placed", person.id):
        return sponsor
    return pick(team, "team", person.id)


def _kind_of_recruit(recruiter: Person, month: int) -> str:
    builder, seller, ordinary = _RECRUIT_KINDS.get(recruiter.kind, (4, 6, 45))
    roll = below(100, "kind", recruiter.id, month)
    if roll < builder:
        return "builder"
    if roll < builder + seller:
        return "seller"
    return "ordinary" if roll < builder + seller + ordinary else "user"


def _leave_and_change(people: list[Person], month: int) -> None:
    """At the first of ``month`` some have left, and some customers become participants."""
    for person in people:
        if person.kind == "founder" or not person.here(month):
            continue
        rate = {"builder": 22, "seller": 12, "ordinary": 50, "user": 60}[person.kind]
        if month - person.month > 1 and chance(rate, "leave", person.id, month):
            person.left = month
            for other in person.below:
                if other.sponsor_in(month) is person and other.here(month) and not other.participates(month):
                    upline = person.active_upline(month)
                    upline.below.append(other)
                    other.sponsors.append((month, upline, "sponsor left"))
        elif person.role == "customer" and person.upgraded is None and month - person.month > 3:
            person.upgraded = month if chance(4, "upgrade", person.id, month) else None
            person.kind = "user" if person.upgraded is None else "ordinary"

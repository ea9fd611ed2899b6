"""The tables of people: members, roles, positions, trees and status."""

from __future__ import annotations

from itertools import pairwise

from meadow_pine.catalogue import Rows
from meadow_pine.draws import below, chance, pick
from meadow_pine.people import MONTHS, Person, date_text, days_in

SCHEMES = ("standard", "family")


def joined(person: Person) -> str:
    """The day of joining."""
    return date_text(person.month, person.day)


def gone(person: Person) -> str:
    """The day of leaving, or blank."""
    return "" if person.left is None else date_text(person.left, 1)


def members(people: list[Person]) -> Rows:
    """One row per person; a few live in one household."""
    rows = []
    for number, person in enumerate(people):
        household = number > 5 and chance(40, "household", person.id)
        rows.append(
            {
                "member": person.id,
                "joined": joined(person),
                "left": gone(person),
                "country": "US",
                "market": "US",
                "currency": "USD",
                "owner": f"household of {person.sponsors[0][1].id}" if household else "",
                "attribute.scheme": pick(SCHEMES, "scheme", person.id) if person.role == "participant" else "",
            }
        )
    return rows


def roles(people: list[Person]) -> Rows:
    """What people say they are, and for some what they turn out to be."""
    rows = []
    for person in people:
        start, end, turn = joined(person), gone(person), person.upgraded
        spans = [(person.role, start, end)]
        if turn is not None:
            spans = [(person.role, start, date_text(turn, 1)), ("participant", date_text(turn, 1), end)]
        rows += [_role(person, role, since, until, "self-declared") for role, since, until in spans]
        year_on = person.month + 12
        quiet = person.role == "participant" and not person.below and person.kind == "user"
        if quiet and person.here(year_on) and year_on < MONTHS:
            rows.append(_role(person, "customer", date_text(year_on, 1), end, "by behaviour"))
    return rows


def edges(people: list[Person]) -> Rows:
    """The sponsor tree, in which customers move up when their sponsor leaves, and the placement tree."""
    rows = []
    for person in people:
        if not person.sponsors:
            rows += [
                _link(tree, person.id, "", joined(person), "", "first member") for tree in ("sponsor", "placement")
            ]
            continue
        steps = [
            (joined(person) if place == 0 else date_text(month, 1), sponsor, reason)
            for place, (month, sponsor, reason) in enumerate(person.sponsors)
        ]
        rows += _dated("sponsor", person, steps)
        if person.placed_under is not None:
            reason = "enrolment" if person.placed_under is person.sponsors[0][1] else "placed in the team"
            moved = steps[1:] if person.role != "participant" else []
            rows += _dated("placement", person, [(joined(person), person.placed_under, reason), *moved])
    return rows


def status(people: list[Person]) -> Rows:
    """Participants are active once they joined, their identity is checked, and a few are held for a while."""
    rows = []
    for person in people:
        start, end = joined(person), gone(person)
        if person.role != "participant":
            rows.append(_status(person, "active", "none", start, end, ""))
        else:
            checked = (
                date_text(person.month + 1, 1 + below(12, "checked", person.id)) if person.month + 1 < MONTHS else ""
            )
            cuts = [start, *([checked] if checked and (not end or checked < end) else []), end]
            for place, (since, until) in enumerate(pairwise(cuts)):
                rows.append(_status(person, "active", "passed" if place else "pending", since, until, ""))
            month = person.month + 4 + below(8, "held", person.id)
            if chance(60, "hold", person.id) and person.here(month + 1) and month + 1 < MONTHS:
                since, until = date_text(month, 10), date_text(month, days_in(month))
                rows.append(_status(person, "hold", "passed", since, until, "bank details to be confirmed"))
        if end:
            rows.append(_status(person, "terminated", "", end, "", "left"))
    return rows


def _role(person: Person, role: str, since: str, until: str, basis: str) -> dict[str, str]:
    return {"member": person.id, "role": role, "from": since, "to": until, "basis": basis}


def _status(person: Person, what: str, kyc: str, since: str, until: str, reason: str) -> dict[str, str]:
    return {"member": person.id, "status": what, "kyc": kyc, "from": since, "to": until, "reason": reason}


def _dated(tree: str, person: Person, steps: list[tuple[str, Person, str]]) -> Rows:
    """Links of which each ends when the next starts; those that would hold for no time are left out."""
    ends = [since for since, _, _ in steps[1:]] + [""]
    return [
        _link(tree, person.id, parent.id, since, end, reason)
        for (since, parent, reason), end in zip(steps, ends, strict=True)
        if since != end
    ]


def _link(tree: str, position: str, parent: str, since: str, until: str, reason: str) -> dict[str, str]:
    return {
        "tree": tree,
        "position": position,
        "parent": parent,
        "slot": "",
        "from": since,
        "to": until,
        "reason": reason,
    }

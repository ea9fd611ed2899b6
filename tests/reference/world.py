"""Facts as plain rows of text, and what of them stands in one period (semantics, sections 3, 5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from tests.reference.orders import Line, Row, Shop, day_of, entries, in_order, moment_of, order_lines
from tests.reference.periods import Period

Seat = tuple[str | None, int | None]


def in_force(row: Row, day: date) -> bool:
    """From the day `from` on, up to but without the day `to`."""
    start, end = row.get("from"), row.get("to")
    return (not start or day_of(start) <= day) and (not end or day < day_of(end))


@dataclass
class World:
    """What the company knows at the end of one period."""

    period: Period
    members: list[str]
    joined: dict[str, date | None]
    facts: dict[str, Row]
    parents: dict[str, dict[str, str | None]]
    roles: dict[str, list[str]]
    status: dict[str, str]
    overrides: dict[str, dict[str, list[str]]]
    lines: dict[str, list[Line]]
    balances: list[Row] = field(default_factory=list)
    seats: dict[str, dict[str, Seat]] = field(default_factory=dict)
    openings: list[Row] = field(default_factory=list)
    shop: Shop | None = None

    def by_joining(self, member: str) -> tuple[bool, str, Any]:
        """Sort key: joining time, whoever has none first, then id."""
        text = self.facts[member].get("joined") or ""
        return bool(text), moment_of(text), in_order(member)


def joined_on(row: Row) -> date | None:
    return day_of(row["joined"]) if row.get("joined") else None


def stand(
    rows: dict[str, Any],
    period: Period,
    volumes: dict[str, Fraction],
    currency: str,
    late: str = "refused",
    known: date | None = None,
) -> World:
    """The world as it stands at the end of the period."""
    facts = {
        row["member"]: row
        for row in rows.get("members", [])
        if not row.get("joined") or day_of(row["joined"]) <= period.last
    }
    members = sorted(facts, key=in_order)
    joined = {member: joined_on(facts[member]) for member in members}
    overrides: dict[str, dict[str, list[str]]] = {member: {} for member in members}
    for row in rows.get("overrides", []):
        if row["member"] in facts and in_force(row, period.last):
            overrides[row["member"]].setdefault(row["what"], []).append(row.get("value") or "")
    status = {
        row["member"]: row["status"]
        for row in rows.get("status", [])
        if row["member"] in facts and in_force(row, period.last)
    }
    lines: dict[str, list[Line]] = {member: [] for member in members}
    shop = Shop(rows, period, volumes, currency, joined, late, known or period.last)
    for line in [*order_lines(shop), *entries(rows, period, joined)]:
        lines[line.member].append(line)
    for some in lines.values():
        some.sort(key=lambda one: (in_order(one.order), in_order(one.line)))
    return World(
        period,
        members,
        joined,
        facts,
        trees(rows, period, facts),
        roles(rows, period, facts),
        status,
        overrides,
        lines,
        until(rows, "balances", period),
        seats(rows, period, facts),
        until(rows, "state", period),
        shop,
    )


def until(rows: dict[str, Any], table: str, period: Period) -> list[Row]:
    """What the books said at the end of the period, latest last."""
    known = [row for row in rows.get(table, []) if not row.get("as_of") or day_of(row["as_of"]) <= period.last]
    return sorted(known, key=lambda row: row.get("as_of") or "")


def roles(rows: dict[str, Any], period: Period, facts: dict[str, Row]) -> dict[str, list[str]]:
    """Roles in force; a member without any row is a participant."""
    found: dict[str, list[str]] = {}
    for row in rows.get("roles", []):
        if row["member"] in facts:
            now = found.setdefault(row["member"], [])
            if in_force(row, period.last):
                now.append(row["role"])
    return {member: found.get(member, ["participant"]) for member in facts}


def trees(rows: dict[str, Any], period: Period, facts: dict[str, Row]) -> dict[str, dict[str, str | None]]:
    """Parents by tree: everybody is in every tree, roots have None."""
    found: dict[str, dict[str, str | None]] = {"sponsor": dict.fromkeys(facts)}
    for member, row in facts.items():
        found["sponsor"][member] = row.get("sponsor") or None
    for row in rows.get("edges", []):
        tree = found.setdefault(row["tree"], dict.fromkeys(facts))
        if row["position"] in facts and in_force(row, period.last):
            tree[row["position"]] = row.get("parent") or None
    for tree in found.values():
        for member, parent in tree.items():
            if parent not in facts:
                tree[member] = None
    return found


def seats(rows: dict[str, Any], period: Period, facts: dict[str, Row]) -> dict[str, dict[str, Seat]]:
    """Parent and slot of every edge in force, by tree and member."""
    found: dict[str, dict[str, Seat]] = {}
    for row in rows.get("edges", []):
        if row["position"] in facts and in_force(row, period.last):
            written = row.get("slot") or ""
            number = {"left": 1, "right": 2}.get(written) or (int(written) if written else None)
            found.setdefault(row["tree"], {})[row["position"]] = (row.get("parent") or None, number)
    return found

"""Facts as plain rows of text, and what of them stands in one period (semantics, sections 3, 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from tests.reference.orders import Line, Row, Shop, day_of, entries, in_force, in_order, moment_of, order_lines
from tests.reference.periods import Period
from tests.reference.positions import Positions

Seat = tuple[str | None, int | None]


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
    owners: dict[str, str] = field(default_factory=dict)  # of the further positions that are nodes

    def owner(self, member: str) -> str:
        """Who owns a node; of a member itself."""
        return self.owners.get(member, member)

    def positions_of(self, owner: str) -> list[str]:
        """The member itself and its nodes, in the order of their ids."""
        return [one for one in self.members if self.owner(one) == owner]

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
    netted: Sequence[Period] = (),
) -> World:
    """The world as it stands at the end of the period."""
    facts = {
        row["member"]: row
        for row in rows.get("members", [])
        if not row.get("joined") or day_of(row["joined"]) <= period.last
    }
    positions = Positions(rows)
    owners = {node: owner for node, owner in positions.owners.items() if owner in facts}
    facts |= {node: {**facts[owner], "sponsor": ""} for node, owner in owners.items()}
    shares: dict[str, list[str]] = {member: [member] for member in facts}
    for node, owner in owners.items():
        shares[owner].append(node)
    members = sorted(facts, key=in_order)
    joined = {member: joined_on(facts[member]) for member in members}
    overrides: dict[str, dict[str, list[str]]] = {member: {} for member in members}
    for row in rows.get("overrides", []):
        for one in shares.get(row["member"], []) if in_force(row, period.last) else []:
            overrides[one].setdefault(row["what"], []).append(row.get("value") or "")
    status = {
        one: row["status"]
        for row in rows.get("status", [])
        if in_force(row, period.last)
        for one in shares.get(row["member"], [])
    }
    lines: dict[str, list[Line]] = {member: [] for member in members}
    shop = Shop(rows, period, volumes, currency, joined, late, list(netted))
    for line in [*order_lines(shop), *entries(rows, period, joined)]:
        lines[line.member].append(line)
    for some in lines.values():
        some.sort(key=lambda one: (in_order(one.order), in_order(one.line)))
    return World(
        period,
        members,
        joined,
        facts,
        trees(rows, period, facts, positions),
        roles(rows, period, shares),
        status,
        overrides,
        lines,
        until(rows, "balances", period),
        seats(rows, period, facts, positions),
        [{**row, "node": positions.node(row["position"])} for row in until(rows, "state", period)],
        shop,
        owners,
    )


def until(rows: dict[str, Any], table: str, period: Period) -> list[Row]:
    """What the books said at the end of the period, latest last."""
    known = [row for row in rows.get(table, []) if not row.get("as_of") or day_of(row["as_of"]) <= period.last]
    return sorted(known, key=lambda row: row.get("as_of") or "")


def roles(rows: dict[str, Any], period: Period, shares: dict[str, list[str]]) -> dict[str, list[str]]:
    """Roles in force; a member without any row is a participant, and positions have the roles of their owner."""
    found: dict[str, list[str]] = {}
    for row in rows.get("roles", []):
        for one in shares.get(row["member"], []):
            now = found.setdefault(one, [])
            if in_force(row, period.last):
                now.append(row["role"])
    return {one: found.get(one, ["participant"]) for one in shares}


def trees(
    rows: dict[str, Any], period: Period, facts: dict[str, Row], positions: Positions
) -> dict[str, dict[str, str | None]]:
    """Parents by tree, None of roots: members are in every tree, nodes where they or somebody below have an edge."""
    everybody = [member for member in facts if member not in positions.owners]
    found: dict[str, dict[str, str | None]] = {"sponsor": dict.fromkeys(everybody)}
    for member in everybody:
        found["sponsor"][member] = positions.node(facts[member].get("sponsor") or "") or None
    for row in rows.get("edges", []):
        tree = found.setdefault(row["tree"], dict.fromkeys(everybody))
        below = positions.node(row["position"])
        if below in facts and in_force(row, period.last):
            tree[below] = positions.node(row.get("parent") or "") or None
    for tree in found.values():
        for member, parent in list(tree.items()):
            if parent not in facts:
                tree[member] = None
            else:
                tree.setdefault(str(parent), None)
    return found


def seats(
    rows: dict[str, Any], period: Period, facts: dict[str, Row], positions: Positions
) -> dict[str, dict[str, Seat]]:
    """Parent and slot of every edge in force, by tree and member."""
    found: dict[str, dict[str, Seat]] = {}
    for row in rows.get("edges", []):
        below = positions.node(row["position"])
        if below in facts and in_force(row, period.last):
            written = row.get("slot") or ""
            number = {"left": 1, "right": 2}.get(written) or (int(written) if written else None)
            found.setdefault(row["tree"], {})[below] = (positions.node(row.get("parent") or "") or None, number)
    return found

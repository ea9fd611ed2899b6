"""Facts as plain rows of text, and what of them stands in one period (semantics, sections 3, 5)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any

from tests.reference.language import number_of
from tests.reference.periods import Period, around
from tests.reference.rounding import minor_unit, rounded

Row = dict[str, Any]
Seat = tuple[str | None, int | None]


def in_order(name: Any) -> tuple[int, int, str]:
    """Sort key of an id: none first, ids of digits as numbers, then the others as text."""
    if name is None:
        return (0, 0, "")
    text = str(name)
    return (1, int(text), text) if text.isdecimal() else (2, 0, text)


def day_of(text: str) -> date:
    return date.fromisoformat(text[:10])


def moment_of(text: str) -> str:
    """A time as text that sorts; a day alone is its beginning."""
    return text if len(text) > 10 else text + "T00:00:00"


def in_force(row: Row, day: date) -> bool:
    """From the day `from` on, up to but without the day `to`."""
    start, end = row.get("from"), row.get("to")
    return (not start or day_of(start) <= day) and (not end or day < day_of(end))


@dataclass
class Line:
    """An order line after its returns, or (with order None) a volume entry."""

    member: str
    when: date
    order: str | None
    line: str | None
    texts: dict[str, Any]
    values: dict[str, Fraction]
    day: int | None
    month: int | None
    gone: bool = False
    moment: str = ""
    buyer: str = ""
    host: str | None = None


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

    def by_joining(self, member: str) -> tuple[bool, str, Any]:
        """Sort key: joining time, whoever has none first, then id."""
        text = self.facts[member].get("joined") or ""
        return bool(text), moment_of(text), in_order(member)


def joined_on(row: Row) -> date | None:
    return day_of(row["joined"]) if row.get("joined") else None


def stand(rows: dict[str, Any], period: Period, volumes: dict[str, Fraction], currency: str) -> World:
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
    for line in [*order_lines(rows, period, volumes, currency, joined), *entries(rows, period, joined)]:
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


def since(joined: date | None, when: date) -> tuple[int | None, int | None]:
    """Day and calendar month counted from joining, both beginning with 1."""
    if joined is None:
        return None, None
    months = (when.year - joined.year) * 12 + when.month - joined.month + 1
    return (when - joined).days + 1, months


def order_lines(
    rows: dict[str, Any], period: Period, volumes: dict[str, Fraction], currency: str, joined: dict[str, date | None]
) -> list[Line]:
    """Order lines up to the end of the period, less what came back inside the period of the order."""
    products = {row["sku"]: row for row in rows.get("products", [])}
    orders = {row["order"]: row for row in rows.get("orders", [])}
    returns: dict[tuple[str, str], list[Row]] = {}
    for row in rows.get("returns", []):
        returns.setdefault((row["order"], row["line"]), []).append(row)
    found = []
    for row in rows.get("order_lines", []):
        order = orders[row["order"]]
        member, when = order.get("credited") or order["buyer"], day_of(order["time"])
        if when > period.last or member not in joined:
            continue
        values: dict[str, Fraction] = {
            name: number_of(row["volume." + name]) for name in volumes if row.get("volume." + name)
        }
        for name in ("price", "quantity"):
            if row.get(name):
                values[name] = number_of(row[name])
        values["credit"] = number_of(row.get("credit") or "0")
        back = [one for one in returns.get((row["order"], row["line"]), []) if day_of(one["time"]) <= period.last]
        window = around(period.kind, when)
        if any(not window.holds(day_of(one["time"])) for one in back):
            raise ValueError("a return in a later period than its order")
        gone = net(values, back, volumes, minor_unit(currency)) if back else False
        product = products.get(row.get("sku", ""), {})
        if "quantity" in values and product.get("retail_price"):
            values["retail"] = values["quantity"] * number_of(product["retail_price"])
        if "price" in values and "quantity" in values and product.get("member_price"):
            values["margin"] = values["price"] - values["quantity"] * number_of(product["member_price"])
        texts = {"kind": order.get("kind"), "sku": row.get("sku"), "region": order.get("region")}
        texts["class"] = (product.get("classes") or "").split()
        day, month = since(joined[member], when)
        names = row["order"], row["line"]
        people = order["buyer"], order.get("host") or None
        found.append(Line(member, when, *names, texts, values, day, month, gone, moment_of(order["time"]), *people))
    return found


def net(values: dict[str, Fraction], back: list[Row], volumes: dict[str, Fraction], cent: Fraction) -> bool:
    """Take returns off a line in place; whether the whole line came back."""
    bought, returned = values["quantity"], sum((number_of(one["quantity"]) for one in back), Fraction(0))
    for name, unit in volumes.items():
        if name in values:
            values[name] = rounded(values[name] * (bought - returned) / bought, unit, "half up")
    if "price" in values:
        unpriced = sum((number_of(one["quantity"]) for one in back if not one.get("refund")), Fraction(0))
        refunds = sum((number_of(one["refund"]) for one in back if one.get("refund")), Fraction(0))
        if unpriced:
            values["price"] = rounded(values["price"] * (bought - unpriced) / bought, cent, "half up")
        values["price"] -= refunds
    values["quantity"] = bought - returned
    return returned >= bought


def entries(rows: dict[str, Any], period: Period, joined: dict[str, date | None]) -> list[Line]:
    """Volume entries up to the end of the period."""
    found = []
    for row in rows.get("volumes", []):
        when = day_of(row["effective"])
        if row["member"] in joined and when <= period.last:
            day, month = since(joined[row["member"]], when)
            found.append(
                Line(
                    row["member"],
                    when,
                    None,
                    None,
                    {},
                    {row["volume"]: number_of(row["amount"])},
                    day,
                    month,
                    moment=moment_of(row["effective"]),
                )
            )
    return found

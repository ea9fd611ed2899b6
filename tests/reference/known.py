"""What the company knew at a moment, and which rows of closed periods it learnt late (semantics, sections 5 and 10.1)."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from tests.reference.orders import Row, day_of, moment_of
from tests.reference.periods import read_period
from tests.reference.positions import Positions

Rows = dict[str, Any]
TIMES = {
    "members": "joined", "roles": "from", "edges": "from", "status": "from", "products": "from", "orders": "time",
    "volumes": "effective", "returns": "time", "rates_fx": "from", "balances": "as_of", "state": "as_of",
    "overrides": "from",
}  # fmt: skip
LATE = {
    "orders": ("order", "buyer", "credited", "host", "region", "time", "kind", "currency"),
    "order_lines": ("order", "line", "sku", "quantity", "price", "credit"),
    "volumes": ("member", "volume", "amount", "effective"),
    "returns": ("order", "line", "quantity", "time", "refund"),
    "edges": ("tree", "position", "parent", "slot", "from", "to"),
    "roles": ("member", "role", "from", "to"),
    "overrides": ("member", "what", "value", "from", "to"),
}
"""Tables whose rows can be late, and the columns that change what a closed period paid."""


def known_rows(rows: Rows, cut: str) -> Rows:
    """The rows booked before a moment, and of them only those whose member, position, order or line was known."""
    found = {name: [row for row in table if before(name, row, cut)] for name, table in tables(rows).items()}
    members = {row["member"] for row in found["members"]}
    found["positions"] = [row for row in found.get("positions", []) if row["owner"] in members]
    places = {row["position"] for row in found["positions"]} or members
    for name, table in found.items():
        if name != "members":
            found[name] = [row for row in table if row.get("member", None) in (None, *members)]
    for name in ("edges", "state"):
        found[name] = [row for row in found.get(name, []) if row["position"] in places]
    orders = {row["order"]: row for row in found.get("orders", [])}
    own = [row for row in found.get("order_lines", []) if row["order"] in orders]
    found["order_lines"] = [row for row in own if booked("orders", orders[row["order"]] | row) < cut]
    lines = {(row["order"], row["line"]) for row in found["order_lines"]}
    found["returns"] = [row for row in found.get("returns", []) if (row["order"], row["line"]) in lines]
    return {**found, "company": rows.get("company", {})}


def tables(rows: Rows) -> Rows:
    return {name: table for name, table in rows.items() if name != "company"}


def before(name: str, row: Row, cut: str) -> bool:
    return booked(name, row) < cut


def booked(name: str, row: Row) -> str:
    """The moment at which a row was known: when it counts where it is not said, always where that is not said."""
    text = str(row.get("booked") or row.get(TIMES.get(name, "")) or "")
    return moment_of(text) if text else ""


def known_in(rows: Rows, period: str) -> Rows:
    """What the run of a period knows in a world where something is booked; `lag` days after its end it is closed."""
    lag = rows.get("company", {}).get("lag")
    if lag is None:
        return rows
    cut = closed(period, int(lag))
    return known_rows(as_told(rows, cut), cut)


def closed(period: str, lag: int) -> str:
    """The moment from which on nothing that is booked gets into the run."""
    return moment_of((read_period(period).end + timedelta(days=lag)).isoformat())


def as_told(rows: Rows, cut: str) -> Rows:
    """The rows in the words that they had: one that was corrected has `_until`, the correction `_since`."""

    def told(row: Row) -> bool:
        return row.get("_since", "") < cut <= row.get("_until", "9")

    found = {
        name: [{key: text for key, text in row.items() if key[0] != "_"} for row in table if told(row)]
        for name, table in tables(rows).items()
    }
    return {**found, "company": rows.get("company", {})}


def learnt_late(old: Rows, new: Rows, first: date) -> list[str]:
    """Tables whose rows of the time before a day are not the same."""
    return [name for name in LATE if past_rows(old, name, first) != past_rows(new, name, first)]


def past_rows(rows: Rows, name: str, first: date) -> Counter[tuple[str, ...]]:
    """Rows of the time before a day, of whoever was there; an end that lies later is none yet."""
    there = {row["member"] for row in rows["members"] if not row.get("joined") or day_of(row["joined"]) < first}
    owner, orders = Positions(rows).owner_of, {row["order"]: row for row in rows.get("orders", [])}
    found: Counter[tuple[str, ...]] = Counter()
    for row in rows.get(name, []):
        time = (orders[row["order"]] if name == "order_lines" else row).get(TIMES.get(name, "time"), "")
        who = row.get("member") or owner.get(row.get("position", ""), row.get("position"))
        if (time and day_of(time) >= first) or who not in (None, *there):
            continue
        told = {column: row.get(column) or "" for column in (*LATE[name], *volumes(row))}
        if told.get("to") and day_of(told["to"]) >= first:
            told["to"] = ""
        found[tuple(f"{column}={told[column]}" for column in sorted(told) if told[column])] += 1
    return found


def volumes(row: Row) -> list[str]:
    return [column for column in row if column.startswith("volume.")]

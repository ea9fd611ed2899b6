"""When the company learnt of the rows of a random world: some late, some otherwise at first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from tests.reference.known import TIMES
from tests.reference.luck import Luck
from tests.reference.orders import moment_of
from tests.reference.periods import Period

Rows = dict[str, Any]
BOOKED = ("orders", "orders", "order_lines", "volumes", "returns", "edges", "roles", "overrides")


def book(luck: Luck, rows: Rows, periods: list[Period]) -> None:
    """Give some rows a day of booking, and correct some; each period is closed some days after its end."""
    rows["company"]["lag"] = luck.pick(["0", "0", "3"])
    if "positions" in rows:  # a place is one from the beginning: before its edges are known it would be its owner
        for edge in rows["edges"]:
            edge["booked"] = "2000-01-01"
    for name in dict.fromkeys(luck.some(BOOKED) or ["orders"]):  # no set: its order is not that of the seed
        for row in rows[name]:
            if luck.yes(4) and not (name == "edges" and needed(rows, row)):
                row["booked"] = later(luck, row.get(TIMES.get(name, "")) or periods[0].first.isoformat(), periods)
    for name in ("order_lines", "volumes", "edges", "overrides"):
        for row in list(rows[name]) if luck.yes(3) else []:
            if luck.yes(8) and not row.get("booked") and not (name == "edges" and needed(rows, row)):
                correct(luck, name, rows, row, periods)


def needed(rows: Rows, edge: Rows) -> bool:
    """Without a given seat nobody stands below it; without its edges a place is its owner, who may stand below it."""
    return edge["tree"] == "matrix" or "positions" in rows


def later(luck: Luck, time: str, periods: list[Period]) -> str:
    """A moment of some period, not before the row itself counts."""
    period = luck.pick(periods)
    day = period.first + timedelta(days=luck.whole(0, (period.end - period.first).days))
    return max(moment_of(time), moment_of(day.isoformat()))


def correct(luck: Luck, name: str, rows: Rows, row: Rows, periods: list[Period]) -> None:
    """Another row takes the place of this one some day."""
    day = later(luck, periods[0].first.isoformat(), periods)
    if row.get(TIMES.get(name, ""), "") > day:
        return
    new = {**row, "_since": day}
    row["_until"] = day
    if name == "order_lines":
        new["volume.pv"] = luck.pick(["0", "20"])
        new |= {"price": "7"} if luck.yes() else {}
    elif name == "volumes":
        new["amount"] = luck.pick(["0", "30", "-5"])
    elif "to" not in row:
        new["to"] = max(luck.pick(periods).end.isoformat(), row.get("from", ""))
        if new["to"] == row.get("from"):
            del new["to"]
    rows[name].append(new)

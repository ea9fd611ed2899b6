"""Random worlds in which `returns` changes by date and much comes back late, some of it booked later still."""

from __future__ import annotations

from datetime import timedelta

from tests.reference.any_dates import Plan, all_of, any_versions, told_as_one
from tests.reference.any_world import STARTS, Rows, any_world
from tests.reference.luck import Luck, seeded
from tests.reference.orders import day_of
from tests.reference.periods import Period, around
from tests.reference.worlds import Played

TOLD = {"closed": [(1, 4, 4)], "cadences": [(1, 3, 1)]}
"""The first answers of these parts of a plan: it has `returns`, and one cadence, so that it may recompute."""
PERIODS, MOST = 4, 10
SURE = {
    "rising": {
        "kind": "rebate", "base": "orders(pv)", "lines": "order line", "rate": "if(orders(pv) >= 80, 20%, 10%)",
        "cap per member": "30",
    },
    "above": {"kind": "level", "base": "orders(cv)", "rates": ["10%", "5%"]},
}  # fmt: skip
"""Bonuses that pay in nearly every world, one of them so that one order changes what another one brings."""


def returns_world(seed: int) -> Played:
    """The world of a seed: a plan of two or three versions that do not all take returns alike."""
    luck = seeded(seed)
    versions = [("", dict[str, Plan]())]
    while len({plan["returns"]["later"] for _, plan in versions if plan}) < 2:
        versions = any_versions(luck, told=TOLD, anew="returns")
    for _, plan in versions:
        plan["bonuses"] |= SURE
    rows, periods = any_world(luck, all_of(versions), versions[-1][0], PERIODS)
    while len(rows["members"]) > MOST:
        rows, periods = any_world(luck, all_of(versions), versions[-1][0], PERIODS)
    first = around(versions[0][1]["period"], STARTS[versions[0][1]["period"]])
    take_back(luck, rows, first)
    return told_as_one(luck, versions), rows, periods


def take_back(luck: Luck, rows: Rows, period: Period) -> None:
    """Pieces of every third order line or so come back, in one period or in several, the later ones too."""
    spans = [period]
    while len(spans) <= PERIODS:
        spans.append(around(period.kind, spans[-1].end))
    sold = {order["order"]: day_of(order["time"]) for order in rows["orders"]}
    for line in rows["order_lines"]:
        key = line["order"], line["line"]
        back = sum(int(row["quantity"]) for row in rows["returns"] if (row["order"], row["line"]) == key)
        left = 0 if "_since" in line else int(line["quantity"]) - back  # a correction of a line has its quantity
        while left and luck.yes(3):
            pieces = luck.whole(1, left)
            left -= pieces
            day = max(sold[line["order"]], within(luck, luck.pick(spans)))
            row = {"order": key[0], "line": key[1], "quantity": str(pieces), "time": f"{day}T23:59:59"}
            if "lag" in rows["company"] and luck.yes(3):
                row["booked"] = max(row["time"], f"{within(luck, luck.pick(spans))}T10:00:00")
            rows["returns"].append(row)


def within(luck: Luck, period: Period) -> object:
    """A day of the period."""
    return period.first + timedelta(days=luck.whole(0, (period.end - period.first).days - 1))

"""Random small worlds for a plan: at most 25 members, a few orders each, several periods."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from tests.reference.any_goods import Goods, leave_homes
from tests.reference.any_knowledge import book
from tests.reference.any_places import Places
from tests.reference.cadence import cadences, in_turn
from tests.reference.luck import Luck
from tests.reference.periods import Period, around, named

Rows = dict[str, Any]
STARTS = {
    "month": date(2024, 1, 1),
    "day": date(2024, 1, 30),
    "week": date(2024, 1, 22),
    "quarter": date(2024, 1, 1),
    "year": date(2023, 1, 1),
}
MOST_RUNS = 16
"""Of a plan with cadences no more periods are run than make so many runs, if it makes no more with one."""
IDS = [
    "1",
    "2",
    "3",
    "10",
    "20",
    "A",
    "B",
    "a1",
    "Z9",
    "100",
    "ab",
    "007x",
    "12",
    "M",
    "N",
    "O",
    "21",
    "22",
    "Q",
    "q",
    "30",
    "3a",
    "R",
    "S",
    "T",
]


def periods_of(luck: Luck, kind: str, until: str, least: int) -> list[Period]:
    """One to five periods in a row, at least so many and one that begins on a day or later; a year has two."""
    found = [around(kind, STARTS[kind])]
    count = 2 if kind == "year" else max(least, luck.pick([1, 2, 2, 3, 4, 5]))
    while len(found) < count or found[-1].first.isoformat() < until:
        found.append(around(kind, found[-1].end))
    return found


class Settlers:
    """One world in the making."""

    def __init__(self, luck: Luck, plan: dict[str, Any], periods: list[Period]) -> None:
        self.luck, self.plan, self.periods = luck, plan, periods
        self.start, self.end = periods[0].first, periods[-1].end
        self.runs = len(in_turn(plan, [named(periods[0]), named(periods[-1])]))
        count = luck.pick([1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 20, 25, 25])
        count = min(count, 6) if self.runs > MOST_RUNS else count
        self.ids = luck.mixed(IDS)[:count]
        self.joined: list[date] = []
        for _ in self.ids:
            early = self.start - timedelta(days=luck.whole(0, 80))
            day = self.inside(luck.pick(periods)) if luck.yes(3) else early
            self.joined.append(day)
        self.joined.sort()
        self.dated = len(plan["versions"]) > 1
        always = all("party host" in repr(version["bonuses"]) for version in plan["versions"])
        self.sparing = 3 if always else 16  # where nobody pays in goods for a while there is less to be used
        self.abroad = luck.yes(2 if self.runs > len(periods) else 4)
        self.rows: Rows = {
            "company": {"currency": plan["currency"], "volumes": dict(plan["volumes"])},
            "members": [], "roles": [],
            "edges": [],
            "orders": [], "order_lines": [], "volumes": [], "returns": [], "products": [], "balances": [],
            "overrides": [], "status": [], "state": [],
        }  # fmt: skip

    def inside(self, period: Period) -> date:
        """A day of the period, its first and last more often than others."""
        days = (period.end - period.first).days
        return period.first + timedelta(days=self.luck.pick([0, days - 1, self.luck.whole(0, days - 1)]))

    def above(self, k: int) -> str:
        """Somebody who was there before, near or far; nobody now and then."""
        luck = self.luck
        if k == 0 or luck.yes(16):
            return ""
        return self.ids[luck.pick([k - 1, k - 1, luck.whole(0, k - 1), luck.whole(0, k - 1), 0])]

    def rates(self) -> None:
        """What other currencies are worth: once from the beginning, and changing on days of their own."""
        luck = self.luck
        if "rates_fx" in self.rows:
            return
        self.rows["rates_fx"] = []
        for currency, rates in (("EUR", ["1.0837", "1.1"]), ("JPY", ["0.00671", "0.0071"]), ("KWD", ["3.2525"])):
            days = {"2020-01-01", *(self.inside(luck.pick(self.periods)).isoformat() for _ in range(2))}
            self.rows["rates_fx"] += [
                {"currency": currency, "rate": luck.pick(rates), "from": day} for day in sorted(days)
            ]

    def money(self, high: int = 60) -> str:
        luck = self.luck
        return luck.pick(
            [str(luck.whole(0, high)), f"{luck.whole(0, high)}.{luck.whole(0, 99):02}", "10", "33.33", "0.05"]
        )

    def volume(self, name: str) -> str:
        unit = self.plan["volumes"][name]
        if unit == "0.01":
            return self.money()
        return str(self.luck.whole(0, 60)) + (f".{self.luck.whole(0, 9)}" if unit == "0.1" else "")

    def all(self) -> Rows:
        rows, luck = self.rows, self.luck
        for k, member in enumerate(self.ids):
            self.settle(k, member)
        if any("currency" in one.get("limits", {}).get("payout", {}) for one in self.plan["versions"]):
            self.rates()
            for row in rows["members"]:
                row["currency"] = luck.pick(["", "", "EUR", "JPY", "KWD", self.plan["currency"]])
        leave_homes(luck, rows["members"], repr(self.plan["versions"]))
        rows["products"] = Goods(luck, self.periods, rows["members"], abroad=self.abroad).all()
        if self.abroad:
            self.rates()
        for period in self.periods:
            for _ in range(luck.whole(1, 3 * len(self.ids))):
                self.order(period)
            for _ in range(luck.whole(0, len(self.ids))):
                name = luck.pick(["pv", "pv", "cv"])
                sign = "-" if luck.yes(6) else ""
                entry = {"member": luck.pick(self.ids), "volume": name, "amount": sign + self.volume(name)}
                rows["volumes"].append({**entry, "effective": self.inside(period).isoformat()})
        self.opening()
        if "binary" in repr(self.plan):
            self.pairs()
        matrix = self.plan.get("trees", {}).get("matrix", {}).get("placed", {})
        if matrix and matrix.get("departures", "hole") == "hole":
            self.given_seats(int(matrix["width"]))
        if luck.yes(2 if self.dated else 4):
            Places(luck, self.ids, self.periods, rows, matrix).all()
        often = 2 if "late" in self.plan else 6 if self.dated or self.runs > len(self.periods) else 16
        if luck.yes(often):
            book(luck, rows, self.periods)
        return rows

    def pairs(self) -> None:
        """A tree of two slots, and what its sides bring along."""
        luck, free = self.luck, []
        for k, member in enumerate(self.ids):
            if free and not luck.yes(12):
                parent, slot = free.pop(luck.pick([0, luck.whole(0, len(free) - 1)]))
                written = luck.pick([slot, {"1": "left", "2": "right"}[slot]])
                self.rows["edges"].append({"tree": "binary", "position": member, "parent": parent, "slot": written})
            elif not k:
                self.rows["edges"].append({"tree": "binary", "position": member, "parent": ""})
            free += [(member, "1"), (member, "2")]
            if luck.yes(4):
                row = {"tree": "binary", "position": member, "name": luck.pick(["left", "right"])}
                self.rows["state"].append({**row, "value": luck.pick(["14", "70"])})

    def given_seats(self, width: int) -> None:
        """Some of the first members have their seats from the facts, and somebody becomes a root later."""
        luck = self.luck
        early = [m for m, day in zip(self.ids, self.joined, strict=True) if day < self.start][: width + 1]
        if early and luck.yes(3):
            self.rows["edges"].append({"tree": "matrix", "position": early[0], "parent": ""})
            for slot, member in enumerate(early[1:], start=1):
                seat = {"tree": "matrix", "position": member, "parent": early[0]}
                self.rows["edges"].append({**seat, "slot": str(slot)} if luck.yes() else seat)
        elif luck.yes(4):
            day = self.inside(self.periods[-1]).isoformat()
            self.rows["edges"].append({"tree": "matrix", "position": luck.pick(self.ids), "parent": "", "from": day})

    def settle(self, k: int, member: str) -> None:
        luck, rows = self.luck, self.rows
        row = {
            "member": member, "joined": self.joined[k].isoformat(), "country": luck.pick(["US", "CA"]),
            "market": luck.pick(["north", "south"]), "attribute.scheme": luck.pick(["DEFAULT", "EU"]),
            "attribute.package": luck.pick(["P1", "P2", "P3"]),
        }  # fmt: skip
        sponsor = self.above(k)
        if luck.yes(8):
            middle = self.inside(self.periods[-1]).isoformat()
            rows["edges"].append({"tree": "sponsor", "position": member, "parent": sponsor, "to": middle})
            rows["edges"].append({"tree": "sponsor", "position": member, "parent": self.above(k), "from": middle})
        else:
            row["sponsor"] = sponsor
        rows["members"].append(row)
        placed = sponsor if luck.yes() else self.above(k)
        if placed:
            rows["edges"].append({"tree": "placement", "position": member, "parent": placed})
        if luck.yes(3):
            role = {"member": member, "role": "customer"}
            if luck.yes(3):
                day = self.inside(luck.pick(self.periods)).isoformat()
                rows["roles"].append({**role, "to": day})
                rows["roles"].append({"member": member, "role": "participant", "from": day})
            else:
                rows["roles"].append(role)
        elif luck.yes(8):
            rows["roles"].append({"member": member, "role": luck.pick(["participant", "discount buyer"])})
        if luck.yes(8):
            status = {"member": member, "status": luck.pick(["suspended", "terminated", "hold"])}
            rows["status"].append({**status, "from": self.inside(luck.pick(self.periods)).isoformat()})
        self.override(member)

    def override(self, member: str) -> None:
        luck = self.luck
        for what in ("rank", "forced rank", "active", "exempt", "qualified"):
            if not luck.yes(10) or ("rank" in what and not self.plan.get("ranks")):
                continue
            value = luck.pick(list(self.plan["ranks"])) if "rank" in what else "yes"
            row = {"member": member, "what": what, "value": value}
            if luck.yes(3):
                row[luck.pick(["from", "to"])] = self.inside(luck.pick(self.periods)).isoformat()
            self.rows["overrides"].append(row)

    def order(self, period: Period) -> None:
        luck, rows = self.luck, self.rows
        k = luck.whole(0, len(self.ids) - 1)
        name = str(len(rows["orders"]) + 1) if luck.yes() else f"o{len(rows['orders'])}"
        day = self.inside(period)
        clock = luck.pick(["T00:00:00", "T12:30:00", "T23:59:59"])
        order = {"order": name, "buyer": self.ids[k], "time": day.isoformat() + clock}
        order |= {
            "kind": luck.pick(["own use", "customer", "joining pack", "autoship"]),
            "region": luck.pick(["north", "south"]),
        }
        if luck.yes(5):
            order["credited"] = luck.pick(self.ids)
            order["buyer"] = "" if luck.yes(4) else order["buyer"]
        hosts = {other["host"] for other in rows["orders"] if other.get("host") and other["time"][:10] <= order["time"]}
        if "party host" in repr(self.plan) and luck.yes():
            order["host"] = luck.pick(self.ids)
        if self.abroad and luck.yes(3):
            order["currency"] = luck.pick(["EUR", "EUR", "JPY", "KWD"])
        rows["orders"].append(order)
        for number in range(1, luck.pick([1, 1, 1, 1, 2, 2, 3, 3, 0]) + 1):
            quantity = luck.whole(1, 5)
            line = {
                "order": name,
                "line": str(number),
                "sku": luck.pick(["x1", "x-2", "x3"]),
                "quantity": str(quantity),
            }
            line |= {"price": self.price(order), "volume.pv": self.volume("pv"), "volume.cv": self.volume("cv")}
            if order["buyer"] in hosts and luck.yes(self.sparing):
                line["credit"] = luck.pick(
                    ["1", "0", "2"] if order.get("currency") == "JPY" else ["0.01", "0.25", "0.4"]
                )
            rows["order_lines"].append(line)
            if luck.yes(8):
                self.take_back(name, str(number), quantity, line["price"], day)

    def price(self, order: Rows) -> str:
        """An amount as the order's currency has it."""
        whole = {"JPY": "00", "KWD": ".25"}.get(order.get("currency", ""))
        return self.money() if whole is None else str(self.luck.whole(0, 60)) + whole

    def take_back(self, order: str, line: str, quantity: int, price: str, day: date) -> None:
        """One or two returns of a line, in the period of the order."""
        luck = self.luck
        left = quantity
        for _ in range(luck.whole(1, 2)):
            back = luck.whole(1, left)
            left -= back
            day = max(day, self.inside(luck.pick(self.periods))) if "returns" in self.plan and luck.yes() else day
            row = {"order": order, "line": line, "quantity": str(back), "time": day.isoformat() + "T23:59:59"}
            if luck.yes(3):
                row["refund"] = luck.pick(["0.01" if "." in price else "1", "1", "0"]) if price[:1] != "0" else "0"
            self.rows["returns"].append(row)
            if not left:
                break

    def opening(self) -> None:
        """What the members bring in: titles, ranks, what was added up or held in a row, money, given amounts."""
        luck, rows, plan = self.luck, self.rows, self.plan
        bonuses = [one for version in plan["versions"] for one in version["bonuses"].items()]
        given = dict.fromkeys(name for name, bonus in bonuses if bonus["kind"] == "given")
        looks_back = re.findall(r"(lifetime|streak)\((\w+)\)", repr(plan["versions"]))
        measures = [name for what, name in looks_back if what == "lifetime" and name in plan["measures"]]
        streaks = [name for what, name in looks_back if what == "streak"]
        ranks, rich = list(plan.get("ranks", {})), 2 if luck.yes(4) else 8
        for member in self.ids:
            for what in ("title", "rank"):
                if ranks and luck.yes(rich):
                    self.bring(member, what, [(one, one) for one in ranks])
            if luck.yes(rich):
                self.bring(member, "lifetime", [(name, self.money()) for name in measures or plan["measures"]])
            if streaks and luck.yes(rich):
                self.bring(member, "streak", [(name, str(luck.whole(1, 3))) for name in streaks])
            if luck.yes(rich):
                self.bring(member, "carried", [("", "2.5"), ("first", "1.25")])
            if luck.yes(rich):
                self.bring(member, "negative balance", [("", "7.25"), ("first", "0.75")])
            for name in given:
                if luck.yes():
                    sign = "-" if luck.yes(6) else ""
                    value = sign + self.money()
                    row = {"member": member, "what": "earned", "name": name, "value": value}
                    days = [self.inside(luck.pick(self.periods)).isoformat() for _ in range(luck.whole(0, 2))]
                    rows["balances"] += [{**row, "as_of": day} for day in dict.fromkeys(days)] or [row]

    def bring(self, member: str, what: str, options: list[tuple[str, str]]) -> None:
        """One opening balance, now and then another one from some day on."""
        name, value = self.luck.pick(options)
        row = {"member": member, "what": what, "name": name, "value": value}
        self.rows["balances"].append(row)
        if self.luck.yes(6):
            name, value = self.luck.pick(options)
            day = self.inside(self.luck.pick(self.periods)).isoformat()
            self.rows["balances"].append({**row, "name": name, "value": value, "as_of": day})


def any_world(luck: Luck, plan: dict[str, Any], until: str, least: int = 1) -> tuple[Rows, list[str]]:
    """Random facts for a plan, and the periods to run one after the other, beyond the day of its last version."""
    periods = periods_of(luck, plan["period"], until, least)
    if len(cadences(plan)) > 1:
        while len(periods) > 1 and len(in_turn(plan, [named(one) for one in periods])) > MOST_RUNS:
            periods.pop()
    return Settlers(luck, plan, periods).all(), [named(period) for period in periods]

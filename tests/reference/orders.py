"""Order lines, returns and volume entries as one period sees them (semantics, sections 5 and 10.1)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from tests.reference.language import number_of
from tests.reference.periods import Period, around
from tests.reference.rounding import minor_unit, rounded

Row = dict[str, Any]


def in_order(name: Any) -> tuple[int, int, str]:
    """Sort key of an id: none first, ids of digits as numbers, then the others as text."""
    if name is None:
        return (0, 0, "")
    text = str(name)
    return (1, int(text), text) if text.isdecimal() else (2, 0, text)


def day_of(text: str) -> date:
    return date.fromisoformat(text[:10])


def in_force(row: Row, day: date) -> bool:
    """From the day `from` on, up to but without the day `to`."""
    start, end = row.get("from"), row.get("to")
    return (not start or day_of(start) <= day) and (not end or day < day_of(end))


def moment_of(text: str) -> str:
    """A time as text that sorts; a day alone is its beginning, and none lies before all others."""
    return text + "T00:00:00" if len(text) == 10 else text


@dataclass
class Line:
    """An order line after its returns, what came back of one in a later period, or (with order None) a volume entry."""

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
    sold: dict[str, Fraction] | None = None  # of what came back: the numbers that a `where` tests

    @property
    def returned(self) -> bool:
        return self.sold is not None


def since(joined: date | None, when: date) -> tuple[int | None, int | None]:
    """Day and calendar month counted from joining, both beginning with 1."""
    if joined is None:
        return None, None
    months = (when.year - joined.year) * 12 + when.month - joined.month + 1
    return (when - joined).days + 1, months


@dataclass
class Shop:
    """What the order lines of a period are read with; `late` is what becomes of returns in later periods."""

    rows: dict[str, Any]
    period: Period
    volumes: dict[str, Fraction]
    currency: str
    joined: dict[str, date | None]
    late: str
    netted: list[Period]  # later ones: what came back in them leaves the orders of a period that is computed again

    def __post_init__(self) -> None:
        self.orders = {row["order"]: row for row in self.rows.get("orders", [])}
        self.back: dict[tuple[str, str], list[Row]] = {}
        for row in sorted(self.rows.get("returns", []), key=lambda one: moment_of(one["time"])):
            if day_of(row["time"]) <= self.period.last or self.leaves(row):
                self.back.setdefault((row["order"], row["line"]), []).append(row)

    def leaves(self, back: Row) -> bool:
        """Whether it came back after the period, in one of those that are netted."""
        day = day_of(back["time"])
        return day > self.period.last and any(one.holds(day) for one in self.netted)

    def credited(self, order: Row) -> str:
        return str(order.get("credited") or order["buyer"])

    def numbers(self) -> dict[str, int]:
        """The place of every order among those of its credited member."""
        found: dict[str, int] = {}
        count: dict[str, int] = {}
        for order in sorted(self.orders.values(), key=lambda one: (moment_of(one["time"]), in_order(one["order"]))):
            member = self.credited(order)
            count[member] = count.get(member, 0) + 1
            found[order["order"]] = count[member]
        return found

    def product(self, row: Row) -> Row:
        """The row of the product at the time of the order, in the market of the buyer."""
        order = self.orders[row["order"]]
        time, buyer = moment_of(order["time"]), order.get("buyer") or self.credited(order)
        markets = {one["member"]: one.get("market") or "" for one in self.rows["members"]}
        rows = [
            one
            for one in self.rows.get("products", [])
            if one["sku"] == row.get("sku")
            and (not one.get("from") or moment_of(one["from"]) <= time)
            and (not one.get("to") or time < moment_of(one["to"]))
        ]
        if any(markets.values()):
            rows = [one for one in rows if (one.get("market") or "") in ("", markets.get(buyer, ""))]
        elif len({one["market"] for one in rows if one.get("market")}) > 1:
            raise ValueError(f"order {order['order']} has the product of two markets")
        return max(rows, key=lambda one: (bool(one.get("market")), moment_of(one.get("from") or "")), default={})

    def converted(self, amount: Fraction, currency: str | None, row: Row) -> Fraction | None:
        """An amount of a line in the plan's currency, by the rate at the beginning of the order's period."""
        if not currency or currency == self.currency:
            return amount
        first = around(self.period.kind, day_of(self.orders[row["order"]]["time"])).first.isoformat()
        rates = [one for one in self.rows.get("rates_fx", []) if one["currency"] == currency]
        rates = [one for one in rates if moment_of(one["from"]) <= moment_of(first)]
        if not rates:
            return None
        rate = number_of(max(rates, key=lambda one: moment_of(one["from"]))["rate"])
        return rounded(amount * rate, minor_unit(self.currency), "half up")

    def worth(self, row: Row, back: list[Row]) -> tuple[dict[str, Fraction], bool]:
        """The numbers of a line after some returns, and whether all of it came back."""
        values = {name: number_of(row["volume." + name]) for name in self.volumes if row.get("volume." + name)}
        for name in ("price", "quantity"):
            if row.get(name):
                values[name] = number_of(row[name])
        product, own = self.product(row), self.orders[row["order"]].get("currency")
        finest = min(minor_unit(self.currency), minor_unit(own or self.currency))
        gone = net(values, back, self.volumes, finest) if back else False
        if product.get("commissionable") == "no":
            values |= {name: Fraction(0) for name in self.volumes if name in values}
        amounts: dict[str, Fraction | None] = {"credit": self.converted(number_of(row.get("credit") or "0"), own, row)}
        if "price" in values:
            amounts["price"] = self.converted(values.pop("price"), own, row)
        if "quantity" in values and product.get("retail_price"):
            retail = values["quantity"] * number_of(product["retail_price"])
            amounts["retail"] = self.converted(retail, product.get("currency"), row)
        if "quantity" in values and product.get("member_price"):
            cost = self.converted(values["quantity"] * number_of(product["member_price"]), product.get("currency"), row)
            price = amounts.get("price")
            amounts["margin"] = None if price is None or cost is None else price - cost
        return values | {name: amount for name, amount in amounts.items() if amount is not None}, gone

    def in_time(self, row: Row) -> tuple[list[Row], list[Row]]:
        """What leaves the order: it came back in its period, or is netted; and what else came back later."""
        window = around(self.period.kind, day_of(self.orders[row["order"]]["time"]))
        back = self.back.get((row["order"], row["line"]), [])
        gone = [one for one in back if window.holds(day_of(one["time"])) or self.leaves(one)]
        return gone, [one for one in back if one not in gone]


def order_lines(shop: Shop) -> list[Line]:
    """Order lines up to the end of the period, less what came back."""
    numbers, found = shop.numbers(), []
    for row in shop.rows.get("order_lines", []):
        order = shop.orders[row["order"]]
        member, when = shop.credited(order), day_of(order["time"])
        if when > shop.period.last or member not in shop.joined:
            continue
        in_time, later = shop.in_time(row)
        if later and shop.late == "refused":
            raise ValueError("a return in a later period than its order")
        values, gone = shop.worth(row, in_time + (later if shop.late == "netted" else []))
        number = {"order_number": Fraction(numbers[row["order"]])}
        texts = {"kind": order.get("kind"), "sku": row.get("sku"), "region": order.get("region")}
        texts["class"] = (shop.product(row).get("classes") or "").split()
        day, month = since(shop.joined[member], when)
        names = row["order"], row["line"]
        people = order["buyer"], order.get("host") or None
        moment = moment_of(order["time"])
        line = Line(member, when, *names, texts, values | number, day, month, gone, moment, *people)
        found.append(line)
        for k, back in enumerate(later if shop.late == "seen" else []):
            before, after = (shop.worth(row, in_time + later[:count])[0] for count in (k, k + 1))
            day, month = since(shop.joined[member], day_of(back["time"]))
            change = {name: after[name] - before[name] for name in after}
            found.append(
                replace(line, when=day_of(back["time"]), values=change, day=day, month=month, sold=line.values)
            )
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

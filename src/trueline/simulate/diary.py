"""What happened in a simulated company, month by month, and the facts that it makes."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from trueline.facts import NEVER, Company, Facts, Table
from trueline.facts.assembled import Coded, assembled
from trueline.facts.tables.sales import ORDERS
from trueline.period import Period
from trueline.simulate.buy_back import requests
from trueline.simulate.people import STILL, Int64s, People
from trueline.simulate.scenario import UNIT, Scenario

Chunk = dict[str, Int64s]
_SKUS = pa.array(["goods", "kit"])
_TREES = pa.array(["sponsor", "placement"])
_MODULE = "basics"
_FOR_RESALE = next(column.allowed for column in ORDERS.columns if column.name == "kind").index("for resale")


def numbered(count: int, first: int = 1) -> Any:
    """The texts of ``count`` whole numbers, as Arrow strings: they stand in the order of ids."""
    return pa.array(np.arange(first, first + count)).cast(pa.string())


@dataclass
class Diary:
    """Rows by month. Orders are numbered from 0 in the order in which they are entered, one line each."""

    scenario: Scenario
    orders: list[list[Chunk]] = field(default_factory=list)
    receipts: list[Chunk] = field(default_factory=list)
    expenses: list[Chunk] = field(default_factory=list)
    tickets: list[Chunk] = field(default_factory=list)
    posts: list[Chunk] = field(default_factory=list)

    def order(self, month: int, chunk: Chunk) -> None:
        """Enter orders of a month; months come one after the other."""
        while len(self.orders) <= month:
            self.orders.append([])
        if len(chunk["buyer"]):
            self.orders[month].append(chunk)

    def volume_of(self, month: int, volume: str, people: int) -> Int64s:
        """int64 (people): each person's own volume in a month so far."""
        found = np.zeros(people, dtype=np.int64)
        for chunk in self.orders[month] if month < len(self.orders) else ():
            np.add.at(found, chunk["buyer"], chunk[f"volume.{volume}"])
        return found

    def stock(self, people: int) -> Int64s:
        """int64 (people): units bought for resale and not sold so far."""
        found = np.zeros(people, dtype=np.int64)
        for chunk in (chunk for month in self.orders for chunk in month):
            resale = chunk["kind"] == _FOR_RESALE
            np.add.at(found, chunk["buyer"][resale], chunk["quantity"][resale])
        for chunk in self.receipts:
            np.subtract.at(found, chunk["seller"], chunk["quantity"])
        return found

    def facts(self, people: People, months: int, window: int | None) -> Facts:
        """The facts known at the end of month ``months`` − 1: everybody, and the orders of the last ``window`` months.

        With no window everything that ever happened is there, so that it can be analysed. What cannot happen in a
        simulated company, such as a trip, has its table without rows: it is known that there was none.
        """
        company = company_of(self.scenario)
        since = 0 if window is None else max(months - window, 0)
        starts = _starts(self.scenario.first, self.scenario.months + 1)
        book = _Book(company, people, starts, numbered(len(people)))
        before = sum(len(chunk["buyer"]) for month in self.orders[:since] for chunk in month)
        tables = book.people() | book.products(self.scenario)
        tables |= book.orders(
            [chunk for month in self.orders[since:] for chunk in month],
            before,
            self.scenario.volumes,
            returns=self.scenario.returns is not None,
        )
        if window is None:
            tables |= book.conduct(self.scenario, int(starts[months]))
            tables |= {"expenses": book.expenses(self.expenses), "receipts": book.receipts(self.receipts)}
            tables["rewards_other"] = book.nothing_else()
            if self.scenario.buy_back is not None:
                asked = requests(
                    self.scenario, self.scenario.buy_back, self.stock(len(people)), people, starts[: months + 1]
                )
                tables["buyback_requests"] = book.requests(asked)
            if self.scenario.tickets is not None:
                tables["tickets"] = book.tickets(self.tickets, int(starts[months]))
            if self.scenario.posts is not None:
                tables["posts"] = book.posts(self.posts)
        return Facts(company, tables)


def company_of(scenario: Scenario) -> Company:
    """The company of a scenario: its volumes are kept in hundredths."""
    volumes: dict[str, Fraction] = dict.fromkeys(scenario.volumes, UNIT)
    return Company(scenario.name, "UTC", scenario.currency, volumes)


def _starts(first: Period, count: int) -> Int64s:
    """The first second of each of so many months."""
    return np.array([first.back(-month).start_seconds for month in range(count)], dtype=np.int64)


@dataclass(frozen=True)
class _Book:
    """Makes tables of columns of people and chunks of rows."""

    company: Company
    who: People
    starts: Int64s
    ids: Any

    def people(self) -> dict[str, Table]:
        who, count = self.who, len(self.who)
        self_ids = Coded(np.arange(count, dtype=np.int32), self.ids)
        left = np.full(count, NEVER, dtype=np.int64)
        gone = who.left < STILL
        left[gone] = self.starts[who.left[gone] + 1]
        twice = np.concatenate([self_ids.codes, self_ids.codes])
        edges: dict[str, Any] = {
            "tree": Coded(np.repeat(np.arange(2, dtype=np.int32), count), _TREES),
            "position": Coded(twice, self.ids),
            "parent": Coded(np.concatenate([who.sponsor, who.placed]).astype(np.int32), self.ids),
            "from": np.concatenate([who.joined, who.joined]),
        }
        if np.any(who.slot >= 0):
            slots = np.concatenate([np.full(count, -1), who.slot]).astype(np.int32)
            edges["slot"] = Coded(slots, numbered(int(who.slot.max()) + 1))
        return {
            "members": self._table("members", {"member": self_ids, "joined": who.joined, "left": left}),
            "roles": self._table(
                "roles", {"member": self_ids, "role": who.customer.astype(np.int64), "from": who.joined, "to": left}
            ),
            "edges": self._table("edges", edges),
        }

    def products(self, scenario: Scenario) -> dict[str, Table]:
        items = [scenario.goods, *([scenario.kit] if scenario.kit else [])]
        columns: dict[str, Any] = {
            "sku": Coded(np.arange(len(items), dtype=np.int32), _SKUS),
            "kind": np.arange(len(items)),
            "member_price": np.array([item.price for item in items]),
            "retail_price": np.array([item.retail for item in items]),
        }
        for name in scenario.volumes:
            columns[f"volume.{name}"] = np.array([item.volumes.get(name, 0) for item in items])
        return {"products": self._table("products", columns)}

    def orders(self, chunks: list[Chunk], before: int, volumes: list[str], *, returns: bool) -> dict[str, Table]:
        """Orders with their lines and, with ``returns``, what came back of them."""
        rows = _joined(
            chunks, ["buyer", "seconds", "kind", "sku", "quantity", "price", "back", *(f"volume.{v}" for v in volumes)]
        )
        count = len(rows["buyer"])
        order = Coded(np.arange(count, dtype=np.int32), numbered(count, before + 1))
        lines: dict[str, Any] = {
            "order": order,
            "line": Coded(np.zeros(count, dtype=np.int32), pa.array(["1"])),
            "sku": Coded(rows["sku"].astype(np.int32), _SKUS),
            "quantity": rows["quantity"],
            "price": rows["price"],
        }
        lines |= {f"volume.{name}": rows[f"volume.{name}"] for name in volumes}
        columns = {"order": order, "buyer": self._member(rows["buyer"]), "time": rows["seconds"], "kind": rows["kind"]}
        found = {"orders": self._table("orders", columns), "order_lines": self._table("order_lines", lines)}
        if returns:
            back = np.flatnonzero(rows["back"] != NEVER)
            found["returns"] = self._table(
                "returns",
                {
                    "order": Coded(order.codes[back], order.dictionary),
                    "line": Coded(np.zeros(len(back), dtype=np.int32), pa.array(["1"])),
                    "quantity": rows["quantity"][back],
                    "time": rows["back"][back],
                    "refund": rows["price"][back],
                },
            )
        return found

    def expenses(self, chunks: list[Chunk]) -> Table:
        rows = _joined(chunks, ["member", "kind", "amount", "seconds"])
        columns: dict[str, Any] = {
            "member": self._member(rows["member"]),
            "kind": rows["kind"],
            "amount": rows["amount"],
            "time": rows["seconds"],
        }
        return self._table("expenses", columns | {"origin": "assumption"})

    def receipts(self, chunks: list[Chunk]) -> Table:
        rows = _joined(chunks, ["seller", "quantity", "price", "seconds"])
        count = len(rows["seller"])
        columns: dict[str, Any] = {
            "receipt": Coded(np.arange(count, dtype=np.int32), numbered(count)),
            "seller": self._member(rows["seller"]),
            "sku": Coded(np.zeros(count, dtype=np.int32), _SKUS),
            "quantity": rows["quantity"],
            "price": rows["price"],
            "time": rows["seconds"],
        }
        return self._table("receipts", columns | {"verification": "receipt"})

    def nothing_else(self) -> Table:
        """Rewards outside of runs: there are none, and that is known."""
        nothing = np.zeros(0, dtype=np.int64)
        return self._table(
            "rewards_other", {"member": self._member(nothing), "kind": nothing, "value": nothing, "time": nothing}
        )

    def tickets(self, chunks: list[Chunk], end: int) -> Table:
        """Requests; an answer that would come after the last month has not come."""
        rows = _joined(chunks, ["member", "opened", "answered"])
        count = len(rows["member"])
        answered = np.where(rows["answered"] < end, rows["answered"], NEVER)
        columns: dict[str, Any] = {
            "ticket": Coded(np.arange(count, dtype=np.int32), numbered(count)),
            "member": self._member(rows["member"]),
            "opened": rows["opened"],
            "answered": answered,
            "solved": answered,
        }
        return self._table("tickets", columns)

    def requests(self, rows: Chunk) -> Table:
        """Requests to buy goods back."""
        count = len(rows["member"])
        columns: dict[str, Any] = {
            "request": Coded(np.arange(count, dtype=np.int32), numbered(count)),
            "member": self._member(rows["member"]),
            "asked": rows["asked"],
            "stock": rows["stock"],
            "refunded": rows["refunded"],
            "decided": rows["decided"],
            "outcome": rows["outcome"],
        }
        return self._table("buyback_requests", columns)

    def posts(self, chunks: list[Chunk]) -> Table:
        rows = _joined(chunks, ["member", "seconds"])
        columns: dict[str, Any] = {"member": self._member(rows["member"]), "kind": "post", "time": rows["seconds"]}
        return self._table("posts", columns)

    def conduct(self, scenario: Scenario, end: int) -> dict[str, Table]:
        """Training and contacts: what would have come after somebody left, or after the last month, did not come."""
        who = self.who
        gone = np.where(who.left < STILL, self.starts[np.minimum(who.left + 1, len(self.starts) - 1)], NEVER)
        until = np.minimum(gone, end)
        found: dict[str, Table] = {}
        if scenario.training is not None:
            rows = np.flatnonzero(~who.customer)
            completed = np.where(who.completed[rows] < until[rows], who.completed[rows], NEVER)
            columns: dict[str, Any] = {
                "member": self._member(rows),
                "module": Coded(np.zeros(len(rows), dtype=np.int32), pa.array([_MODULE])),
                "required": np.ones(len(rows), dtype=np.bool_),
                "offered": who.joined[rows],
                "completed": completed,
            }
            found["training"] = self._table("training", columns)
        if scenario.contact is not None:
            rows = np.flatnonzero(~who.customer & (who.called < until))
            rows = rows[who.called[rows] < gone[who.sponsor[rows]]]
            columns = {
                "member": self._member(rows),
                "by": self._member(who.sponsor[rows]),
                "time": who.called[rows],
                "channel": Coded(np.zeros(len(rows), dtype=np.int32), pa.array(["call"])),
            }
            found["contacts"] = self._table("contacts", columns)
        return found

    def _member(self, numbers: Int64s) -> Coded:
        return Coded(numbers.astype(np.int32), self.ids)

    def _table(self, name: str, columns: dict[str, Any]) -> Table:
        return assembled(self.company, name, columns)


def _joined(chunks: list[Chunk], names: list[str]) -> Chunk:
    nothing = np.zeros(0, dtype=np.int64)
    return {name: np.concatenate([chunk[name] for chunk in chunks]) if chunks else nothing for name in names}

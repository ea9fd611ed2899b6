"""Random products: rows that follow one another, rows for one market, prices in several currencies."""

from __future__ import annotations

from tests.reference.any_places import Rows
from tests.reference.luck import Luck
from tests.reference.periods import Period

PRICES = {
    "x1": {"member_price": "7.5", "retail_price": "10", "classes": "tools", "kind": "product"},
    "x-2": {"member_price": "20", "retail_price": "29.99", "classes": "kit tools", "kind": "kit"},
    "x3": {"member_price": "0.33", "retail_price": "1", "classes": "", "kind": "product"},
}
MARKETS = ("north", "south")


class Goods:
    """The table of products of members who are at home in some markets, or in none."""

    def __init__(self, luck: Luck, periods: list[Period], members: list[Rows], *, abroad: bool) -> None:
        self.luck, self.periods, self.abroad = luck, periods, abroad
        self.homes = {member.get("market") or "" for member in members}

    def all(self) -> list[Rows]:
        """Of each product rows for all markets, without a gap unless both markets have rows of their own."""
        luck, found = self.luck, []
        for sku, prices in PRICES.items():
            general = {"sku": sku, **prices}
            local = luck.some(MARKETS) if luck.yes(3) else []
            if self.homes == {""}:  # nobody has a market: the row of one holds for everybody, those of two for nobody
                local = local[:1]
            for market in local:
                found += self.in_turn({**self.other(general), "market": market})
            if len(local) < 2 or "" in self.homes or luck.yes():
                found += self.in_turn(general)
        return luck.mixed(found)

    def in_turn(self, row: Rows) -> list[Rows]:
        """The row, now and then another from some day on: the old one ends then, or goes on beside it."""
        luck = self.luck
        if self.abroad and luck.yes(4):
            row["currency"] = luck.pick(["EUR", "EUR", "JPY"])
            if row["currency"] == "JPY":
                row |= {"member_price": "700", "retail_price": "1000"}
        if not luck.yes(4):
            return [row]
        period = luck.pick(self.periods)
        day = luck.pick([period.first, period.last, period.end]).isoformat()
        later = {**self.other(row), "from": day}
        return [{**row, "to": day} if luck.yes() else row, later]

    def other(self, row: Rows) -> Rows:
        """The same product with other words."""
        luck, found = self.luck, dict(row)
        for key, values in (
            ("member_price", ["6", "19.5", "0.4"]), ("retail_price", ["11", "35", "2.05"]),
            ("classes", ["", "tools", "kit"]), ("commissionable", ["no", "no", "yes"]),
        ):  # fmt: skip
            if luck.yes(3) and not (row.get("currency") == "JPY" and "price" in key):
                found[key] = luck.pick(values)
        return found


def leave_homes(luck: Luck, members: list[Rows], said: str) -> None:
    """Now and then nobody has a market, or somebody has none, where no rule of the plan asks for it."""
    if "market =" not in said and luck.yes(4):
        nobody = luck.yes(3)
        for row in members:
            if nobody or luck.yes(4):
                del row["market"]

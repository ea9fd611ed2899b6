"""What a random plan says of other periods: returns, late rows, cadences."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tests.reference.any_entitled import follow_orders
from tests.reference.any_maker import Maker, Plan
from tests.reference.cadence_parts import DECLARED, only_read
from tests.reference.late import UNTOUCHED
from tests.reference.plan import Book, texts

PARTS = {
    "week": ["day"], "month": ["week", "week", "week", "day"], "quarter": ["month", "month", "week"],
    "year": ["quarter", "quarter", "month"],
}  # fmt: skip


class PeriodMaker(Maker):
    """Rules beside the period of a run."""

    def returns(self) -> None:
        """What becomes of goods that come back in a later period."""
        luck = self.luck
        rule: Plan = {"later": luck.pick(["same amounts", "same amounts", "average", "recompute", "none"])}
        self.plan["returns"] = rule
        if rule["later"] == "recompute":
            self.maybe(rule, "ranks", ["stay", "recompute"], 2)
            return
        self.maybe(rule, "volume", ["this period", "none"], 2)
        book = Book(texts(self.plan))
        for bonus in self.plan["bonuses"].values():
            traced = bonus["kind"] == "match" or ("base" in bonus and book.traced(book.read(bonus["base"])))
            if bonus["kind"] in UNTOUCHED or (bonus["kind"] == "retail" and "base" not in bonus):
                continue
            if not traced or bonus.get("form") == "group":
                bonus["returns"] = "none"
            else:
                self.maybe(bonus, "returns", ["none", "average", "same amounts"], 4)

    def parts(self) -> None:
        """Some bonuses are paid more often than the plan is run, together with those that they read or feed."""
        luck, plan = self.luck, self.plan
        if one_cadence_only(plan):
            return
        links = {name: self.linked(name, bonus) for name, bonus in plan["bonuses"].items()}
        for name in luck.some(list(links)) or list(links):
            kind = luck.pick(PARTS[plan["period"]])
            group = together(name, links)
            if all(able(plan["bonuses"][one]) and plan["bonuses"][one].get("every", kind) == kind for one in group):
                for one in group:
                    plan["bonuses"][one]["every"] = kind
        self.read_each_other()
        for bonus in plan["bonuses"].values():
            others = [plan["bonuses"][one].get("every") for one in bonus.get("of", [])]
            if "returns" in plan and any(one != bonus.get("every") for one in others):
                bonus["returns"] = "none"
        for charge in plan["limits"].get("payout", {}).get("deductions", []):
            if self.earns({"who": charge.get("who", "")}):
                del charge["who"]

    def read_each_other(self) -> None:
        """A bonus that is paid more often asks now and then what one before it in the plan has earned."""
        before: dict[str, str] = {}
        for name, bonus in self.plan["bonuses"].items():
            kind = bonus.get("every", "")
            if kind in before and self.luck.yes(3):
                bonus["who"] = f'earned("{before[kind]}") {self.luck.pick([">= 1", "< 2", "= 0"])}'
            if kind and name in self.reach.bonuses:
                before[kind] = name

    def linked(self, name: str, bonus: Plan) -> set[str]:
        """The bonuses whose cadence must be its own: what it reads, and the boards that it feeds or that feed it."""
        feeders = {one for one, board in self.plan["bonuses"].items() if board.get("feeds") == name}
        feeds = {bonus["feeds"]} if "feeds" in bonus else set()
        return set(bonus.get("of", [])) | self.earns(bonus) | feeders | feeds

    def earns(self, bonus: Plan) -> set[str]:
        """The bonuses of which something reads what they have earned."""
        part = texts({**self.plan, "bonuses": {"one": bonus}, "limits": {}})
        read = only_read(part)
        said = repr([bonus, part.get("receivers"), *(read[key] for key in DECLARED)])
        return set(re.findall(r'earned\("([^"]+)"\)', said))

    def late(self) -> None:
        """What becomes of rows that the run of their period did not know; ranks as returns have them."""
        luck, returns = self.luck, self.plan.get("returns", {})
        ranks = luck.pick(["stay", "recompute"])
        if returns.get("later") == "recompute":
            returns["ranks"] = ranks
        self.plan["late"] = {"rows": "recompute", "ranks": ranks}
        if ranks == "recompute" and luck.yes():
            del self.plan["late"]["ranks"]

    def follow_orders(self) -> None:
        """Rates that follow the orders of the period."""
        for name, bonus in list(self.plan["bonuses"].items()):
            if bonus["kind"] not in ("rebate", "difference") or bonus.get("form") == "group":
                continue
            choice = self.luck.whole(1, 6)
            if choice <= 2:
                key = name.replace(" ", "_").replace("-", "_")
                trees = [tree for tree in self.reach.trees if not self.earns({"tree": tree})]
                follow_orders(self.luck, self.plan, key, bonus, trees)
            elif choice == 3:
                bonus["entitled"] = "at the end"


def one_cadence_only(plan: Plan) -> bool:
    """Whether it has what is refused beside `every`."""
    return "late" in plan or plan.get("returns", {}).get("later") == "recompute" or "forgiven after" in repr(plan)


def able(bonus: Plan) -> bool:
    """Whether a bonus may have a cadence of its own."""
    return bonus["kind"] not in ("party host", "given") and "paid in" not in bonus


def together(name: str, links: Mapping[str, set[str]]) -> set[str]:
    """A bonus with all that must have its cadence."""
    found, waiting = set(), [name]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += links.get(one, ())
    return found

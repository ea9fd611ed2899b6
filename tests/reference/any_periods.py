"""What a random plan says of other periods: returns, late rows, cadences."""

from __future__ import annotations

from tests.reference.any_entitled import follow_orders
from tests.reference.any_maker import Maker, Plan
from tests.reference.cadence_parts import DECLARED, only_read
from tests.reference.late import UNTOUCHED
from tests.reference.plan import Book, texts

PARTS = {"month": "week", "quarter": "month"}


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
        """Some bonuses are paid by the week, or by the month; none of these reads what a bonus has earned."""
        luck, plan = self.luck, self.plan
        if "late" in plan or plan.get("returns", {}).get("later") == "recompute" or "forgiven after" in repr(plan):
            return
        fed = {bonus["feeds"] for bonus in plan["bonuses"].values() if "feeds" in bonus}
        able = [
            bonus
            for name, bonus in plan["bonuses"].items()
            if bonus["kind"] not in ("party host", "given", "match")
            and name not in fed
            and not {"paid in", "feeds"} & set(bonus)
            and not self.earns(bonus)
        ]
        for bonus in luck.some(able) or able[:1]:
            bonus["every"] = PARTS[plan["period"]]
        weekly = {name for name, bonus in plan["bonuses"].items() if "every" in bonus}
        for bonus in plan["bonuses"].values():
            if "returns" in plan and weekly.intersection(bonus.get("of", [])):
                bonus["returns"] = "none"
        for charge in plan["limits"].get("payout", {}).get("deductions", []):
            if self.earns({"who": charge.get("who", "")}):
                del charge["who"]

    def earns(self, bonus: Plan) -> bool:
        """Whether something reads what a bonus has earned."""
        part = texts({**self.plan, "bonuses": {"one": bonus}, "limits": {}})
        read = only_read(part)
        return "earned(" in repr([bonus, *(read[key] for key in DECLARED)])

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

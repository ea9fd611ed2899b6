"""Random valid plans, reaching every key and option of the plan language."""

from __future__ import annotations

from tests.reference.any_gathering import GatheringMaker
from tests.reference.any_limits import LimitMaker
from tests.reference.any_maker import Plan
from tests.reference.any_periods import PARTS, PeriodMaker
from tests.reference.any_ranks import RankMaker
from tests.reference.any_tables import TableMaker
from tests.reference.any_trees import TreeMaker
from tests.reference.luck import Luck

RANKS = ("Member", "Silver", "Senior Manager", "Gold-Star")
KINDS = (
    "rebate", "retail", "customer", "level", "level", "level", "match", "difference", "difference", "generation",
    "infinity", "pool", "milestone", "given", "binary", "binary", "binary",
    "board", "pass up", "party host",
)  # fmt: skip
NAMES = ("first", "fast start", "unilevel", "team", "car-plan", "leaders")


class Planner(TreeMaker, RankMaker, TableMaker, GatheringMaker, LimitMaker, PeriodMaker):
    """The whole plan, part by part."""

    def all(self) -> Plan:
        luck, plan, reach = self.luck, self.plan, self.reach
        luck.part("tree")
        if luck.yes(3):
            plan["tree"] = "placement"
        reach.main = plan.get("tree", "sponsor")
        luck.part("frame")
        if luck.yes(3):
            plan["attributes"] = {"scheme": ["DEFAULT", "EU"], "package": ["P1", "P2", "P3"]}
            reach.schemes = True
        if luck.yes(6):
            plan["source"] = {
                "document": "invented",
                "url": "none",
                "seen": luck.pick(["full", "excerpt", "none"]),
                "status": luck.pick(["reference", "verified", "partial", "unverified"]),
                "note": "random",
            }
        luck.part("names of ranks")
        names = [name for name in RANKS if luck.yes()] if luck.yes(4) else list(RANKS[: luck.whole(0, 4)])
        reach.all_ranks = names
        plan["measures"]["own"] = "orders(pv)"
        reach.measures.append("own")
        luck.part("how much")
        counts = [luck.whole(0, 1), luck.whole(0, 2), luck.whole(0, 2), luck.whole(1, 4)]
        has_binary, ranks_first, early = luck.yes(3), luck.yes(), luck.yes(3)
        self.declare(counts[0])
        reach.trees = ["sponsor", "placement"]
        if has_binary:
            reach.trees.append("binary")
            reach.slotted.append("binary")
        self.declare(counts[1])
        luck.part("rounding")
        if luck.yes(4):
            plan["rounding"] = self.rounding()
        luck.part("receivers")
        if luck.yes(4):
            plan["receivers"] = luck.pick(["participant", "status = active", self.write.condition(reach)])
        if early:
            luck.part("early bird")
            self.add_bonus("early bird", "rebate")
        if not ranks_first:
            self.trees()
        self.ranks(names)
        if ranks_first:
            self.trees()
        self.declare(counts[2])
        self.tables()
        for k in range(counts[3]):
            luck.part(NAMES[k])
            boards = any(bonus["kind"] == "board" for bonus in plan["bonuses"].values())
            self.add_bonus(NAMES[k], "board" if boards and luck.yes(3) else luck.pick(KINDS))
        luck.part("limits")
        self.limits()
        luck.part("closed")
        has_returns, has_late = luck.yes(4), luck.yes(3)
        luck.part("returns")
        if has_returns:
            self.returns()
        if has_late:
            self.late()
        if luck.yes(6):
            plan["clauses"] = {"1. What is paid": ["bonuses." + next(iter(plan["bonuses"]))]}
        luck.part("orders")
        self.follow_orders()
        luck.part("cadences")
        if luck.yes(3) and plan["period"] in PARTS:
            self.parts()
        return {key: value for key, value in plan.items() if value}

    def declare(self, count: int) -> None:
        """Some more measures and conditions."""
        for _ in range(count):
            number = len(self.plan["measures"]) + len(self.plan["conditions"])
            self.luck.part(f"declared {number}")
            if self.luck.yes(3):
                self.plan["conditions"][f"c{number}"] = self.write.condition(self.reach, 2)
                self.reach.conditions.append(f"c{number}")
            else:
                self.plan["measures"][f"m{number}"] = self.write.number(self.reach)
                self.reach.measures.append(f"m{number}")

    def add_bonus(self, name: str, kind: str) -> None:
        """A bonus; it can be read by later ones unless it is rounded per member."""
        if (kind == "match" and not self.reach.bonuses) or (kind == "binary" and not self.reach.slotted):
            kind = "level"
        bonus: Plan = {"kind": kind}
        getattr(self, kind.replace(" ", "_"))(bonus)
        if bonus.get("lines", "member") != "member" and self.luck.yes():
            self.by_order(bonus)
        if kind != "pool" or "share value" in bonus:
            self.maybe(bonus, "rounding", self.rounding, 4)
        self.maybe(bonus, "who", lambda: self.luck.pick(["own > 0", self.write.condition(self.reach)]), 3)
        self.maybe(
            bonus, "cap per member", lambda: self.over(self.luck.pick(["5", "7.77", self.write.number(self.reach)])), 5
        )
        if kind != "party host":  # credit in kind is not held
            self.maybe(bonus, "hold until", self.hold, 6)
        if kind not in ("binary", "board", "party host"):
            months = ["1", "2", "3", "6", "12"]
            self.maybe(bonus, "paid in", lambda: self.luck.some(months) or months[:2], 8)
        self.maybe(bonus, "note", ["as the document says"], 12)
        boards = [one for one in self.plan["bonuses"].values() if one["kind"] == "board" and "feeds" not in one]
        if kind == "board" and boards and self.luck.yes():
            boards[-1]["feeds"] = name
        self.plan["bonuses"][name] = bonus
        rule = bonus.get("rounding") or self.plan.get("rounding", {})
        if rule.get("per") != "member":
            self.reach.bonuses.append(name)


def any_plan(luck: Luck) -> Plan:
    """A random valid plan."""
    return Planner(luck).all()

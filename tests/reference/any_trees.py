"""Derived and placed trees of a random plan."""

from __future__ import annotations

from typing import Any

from tests.reference.any_maker import Maker, Plan

TREES = ("matrix", "up", "queue")


class TreeMaker(Maker):
    """Trees that the plan makes."""

    def trees(self) -> None:
        luck, plan, reach = self.luck, self.plan, self.reach
        for name in ("slim", "led", "paid"):
            luck.part(name)
            if not luck.yes(3):
                continue
            base = luck.pick(reach.trees)
            test = luck.pick(["own >= 10", "own > 0 or days > 60", self.write.condition(reach)])
            if name == "led":
                plan["trees"][name] = {"from": base, "leaders": test}
            else:
                rule: Plan = {"from": base, "keep": test}
                plan["trees"][name] = rule
                if name == "paid":
                    rule["moves"] = {"moved": luck.pick(["own", "orders(cv)", "own + 1"])}
                    if luck.yes():
                        rule["moves"]["moved_too"] = self.write.simple(reach)
                    if not luck.yes(3):
                        rule["taker"] = {
                            "measure": luck.pick(["own", self.write.simple(reach)]),
                            "reaches": luck.pick(["10", "own + 5", "if(new, 5, 20)"]),
                        }
                        if luck.yes():
                            rule["taker"]["or"] = self.write.condition(reach, 0)
                        self.maybe(rule, "landing", ["onward", "lost", "lost"], 2)
                    reach.measures += rule["moves"]
            self.maybe(plan["trees"][name], "fixed", ["joined"], 4)
            reach.trees.append(name)
        for name in TREES:
            luck.part(name)
            if luck.yes(4):
                getattr(self, name)(plan["trees"])
                reach.trees.append(name)

    def matrix(self, trees: Plan) -> None:
        """A placed tree."""
        luck, reach = self.luck, self.reach
        width = luck.pick([1, 2, 2, 2, 3])
        rule: Plan = {"width": str(width)}
        self.maybe(rule, "under", reach.trees, 2)
        fills: list[Any] = ["breadth", "depth", "left", "right", f"slot {luck.whole(1, width)}", "alternate"]
        fills += [word for word in ("weaker", "smallest") for _ in range(2)]
        fills += [{word: luck.pick(["own", "orders(cv)", self.write.simple(reach)])} for word in ("weaker", "smallest")]
        self.maybe(rule, "fill", fills, 1)
        self.maybe(rule, "among", lambda: luck.pick(["own > 0", self.write.condition(reach)]), 4)
        self.maybe(rule, "departures", ["hole", "earliest child", "earliest child"], 2)
        trees["matrix"] = {"placed": rule}
        reach.numbered.append("matrix")
        reach.slotted += ["matrix"] if width == 2 else []

    def up(self, trees: Plan) -> None:
        """Recruits are passed up."""
        luck, reach = self.luck, self.reach
        rule: Plan = {
            "from": luck.pick(reach.trees),
            "passes up": luck.pick(["ordinal <= 2", "ordinal >= 2 and ordinal <= 4", self.write.condition(reach)]),
        }
        self.maybe(rule, "to", lambda: luck.pick(["own > 0", self.write.condition(reach)]), 3)
        self.maybe(rule, "fixed", ["joined"], 2)
        trees["up"] = rule

    def queue(self, trees: Plan) -> None:
        """One line in the order of joining."""
        rule: Plan = {"line": "joined"}
        self.maybe(rule, "among", lambda: self.luck.pick(["own > 0", self.write.condition(self.reach)]), 2)
        self.maybe(rule, "fixed", ["joined"], 2)
        trees["queue"] = rule
        self.reach.numbered.append("queue")

"""Bonuses of a random plan that gather: pools, milestones, two sides, boards."""

from __future__ import annotations

from typing import Any

from tests.reference.any_maker import MODES, Plan
from tests.reference.any_walks import WalkMaker


class GatheringMaker(WalkMaker):
    """What is paid on all that came together."""

    def pool(self, bonus: Plan) -> None:
        luck = self.luck
        inner = luck.pick(["own", "orders(price where kind = customer)", self.write.simple(self.reach), "participant"])
        bonus["fund"] = luck.pick([f"2% * company({inner})", f"company({inner}) / 3 + 10", "25"])
        bonus["shares"] = luck.pick(["own", "1", self.write.number(self.reach)])
        if self.reach.ranks and luck.yes():
            bonus["shares"] = {
                name: luck.pick(["1", "2", "own"])
                for name in luck.some(["none", *self.reach.ranks]) or self.reach.ranks
            }
        self.maybe(bonus, "unclaimed", ["carry", "carry", "company", "shared", "shared"], 2)
        if luck.yes(3):
            bonus["share value"] = {"to": luck.pick(["0.01", "0.001", "1"]), "mode": luck.pick(MODES)}
            return
        if luck.yes(3):
            del bonus["shares"]
            entries = [luck.pick(["5", "3", "1", "0.5"]) for _ in range(luck.whole(1, 4))]
            bonus["places"] = {"by": luck.pick(["own", self.write.number(self.reach)]), "shares": entries}
        self.maybe(bonus, "share cap", ["10%", "25%", "50%", "2/37%"], 3)
        if "share cap" not in bonus:
            self.maybe(bonus, "floor", ["1", "3", "10"], 3)

    def milestone(self, bonus: Plan) -> None:
        luck = self.luck
        name = luck.pick(self.reach.measures)
        named = luck.yes(3)
        steps: dict[str, Plan] = {}
        for k in range(1, luck.whole(2, 4)):
            when = f"{name} >= {5 * k * k}" if luck.yes() else self.write.condition(self.reach)
            step = {"when": when, "amount": str(k * 10)} | ({"name": f"step {k}"} if named else {})
            steps.setdefault(when, step)  # without names their words tell them apart
        bonus["steps"] = list(steps.values())
        self.maybe(bonus, "pays", ["highest", "each", "each"], 2)
        self.maybe(bonus, "again", ["never", "each period", "each period"], 2)
        if bonus.get("again", "never") == "never":
            self.maybe(bonus, "instalments", ["2", "3"], 2)
            if "instalments" in bonus:
                self.maybe(bonus, "while", lambda: self.write.condition(self.reach), 2)

    def binary(self, bonus: Plan) -> None:
        """Two sides; volumes written in the plan are multiples of every unit that a base may have."""
        luck = self.luck
        bonus["tree"] = luck.pick(self.reach.slotted)
        people = luck.yes(5)
        bonus["base"] = "if(new and own > 0, 1, 0)" if people else luck.pick(["own", self.write.sales()])
        if not people and luck.yes(3):
            bonus["base"] = self.write.sales(window=False)
            bonus["windows"] = luck.pick(["day", "week", "week", "period"])
        self.maybe(bonus, "sources", lambda: self.write.condition(self.reach), 5)
        self.maybe(bonus, "own", ["none", "weaker", "left", "right"], 3)
        self.maybe(bonus, "gathers", lambda: self.write.condition(self.reach), 4)
        size = 1 if people else 14
        self.maybe(bonus, "at least", [str(size), str(3 * size)], 4)
        how = luck.pick(["continuous", "continuous", "cycle", "cycle", "schedule"])
        if how == "schedule":
            steps = {str(size): "3", str(2 * size): "7.5", str(5 * size): "20.01"}
            bonus["schedule"] = steps | ({str(1000 * size): "unknown"} if luck.yes(4) else {})
        elif how == "cycle":
            bonus["cycle"] = luck.pick([str(size), [str(2 * size), str(size)], [str(3 * size), str(2 * size)]])
            self.maybe(bonus, "first cycle", [[str(2 * size), str(size)], [str(3 * size), str(3 * size)]], 2)
            if luck.yes():
                bonus["amount"] = luck.pick(["5", "2.505", "if(own > 10, 4, 0)", "20 * 95%"])
        else:
            self.maybe(bonus, "pays", ["ratio", "ratio", "matched"], 3)
        if how != "schedule":
            if "amount" not in bonus:
                bonus["rate"] = self.rate()
            most = [str(size), str(2 * size), "3.7", "-1", self.write.number(self.reach, 1)]
            self.maybe(bonus, "at most", most, 2)
            if "at most" in bonus:
                self.maybe(bonus, "excess", ["carry", "flush", "flush"], 2)
        limits: list[Any] = [{"at most": str(2 * size)}, {"for": str(luck.whole(1, 3))}]
        self.maybe(bonus, "carry", ["all", "none", "difference", *limits, limits[0] | limits[1]], 1)
        self.maybe(bonus, "on failing", ["keep", "flush", "flush"], 2)

    def board(self, bonus: Plan) -> None:
        luck = self.luck
        bonus["width"], bonus["height"] = luck.pick([("2", "2"), ("2", "1"), ("1", "1"), ("3", "1"), ("2", "2")])
        bonus["enters"] = luck.pick(["orders(quantity where sku = x1)", "orders(pv) / 20", "orders(quantity) * 0.5"])
        bonus["pays"] = luck.pick(["25", "3.33"])
        bonus["at most"] = luck.pick(["1", "3", "20", "20"])
        self.maybe(bonus, "sources", lambda: self.write.condition(self.reach), 4)
        self.maybe(bonus, "tree", self.reach.trees, 2)
        self.maybe(bonus, "enters at", ["sponsor", "oldest"], 2)
        self.maybe(bonus, "splits", ["yes", "no"], 2)
        self.maybe(bonus, "enters again", ["no", "sponsor", "oldest"], 2)

    def pass_up(self, bonus: Plan) -> None:
        luck = self.luck
        self.maybe(bonus, "tree", self.reach.trees, 2)
        self.maybe(bonus, "sources", lambda: self.write.condition(self.reach), 4)
        bonus["base"] = luck.pick(["own", self.write.sales(), self.write.number(self.reach)])
        bonus["rate"] = self.rate()
        bonus["floor"] = luck.pick(["1", "0.505", "own * 10%", self.write.number(self.reach)])

    def party_host(self, bonus: Plan) -> None:
        bonus["base"], bonus["rate"], bonus["pays in"] = self.write.sales(), self.rate(), "goods"
        self.maybe(bonus, "sources", lambda: self.write.condition(self.reach), 4)

    def given(self, bonus: Plan) -> None:
        """Its amounts are facts."""

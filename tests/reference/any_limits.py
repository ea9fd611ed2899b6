"""Limits and payout of a random plan."""

from __future__ import annotations

from typing import Any

from tests.reference.any_maker import Maker, Plan


class LimitMaker(Maker):
    """What is cut, carried and deducted."""

    def limits(self) -> None:
        luck, plan = self.luck, self.plan
        names = list(plan["bonuses"])
        limits: Plan = {}
        if luck.yes(3):
            limits["members"] = {"at most": luck.pick(["10", "3.335", "own * 10%", self.write.number(self.reach, 1)])}
            self.maybe(limits["members"], "over", ["period", "last 2 periods", "lifetime"], 2)
            if luck.yes(3):
                limits["members"]["exempt"] = self.spared(names)
        if luck.yes(5):
            limits["owners"] = {"at most": luck.pick(["12", "5.005", "own * 10%", self.write.number(self.reach, 1)])}
            self.maybe(limits["owners"], "over", ["period", "last 2 periods", "lifetime"], 2)
            if luck.yes(3):
                limits["owners"]["exempt"] = self.spared(names)
        if luck.yes(3):
            limits["company"] = {"at most": luck.pick(["12% * company(own)", "company(orders(price)) / 30", "33.333"])}
            self.maybe(limits["company"], "how", ["pro rata", "lower ranks first", "plan order"], 1)
            if luck.yes(4):
                limits["company"]["exempt"] = self.spared(names)
        counted = [name for name in names if plan["bonuses"][name]["kind"] != "party host"]
        if counted and luck.yes(4):
            limits["structures"] = [self.structure(counted) for _ in range(luck.whole(1, 2))]
        if luck.yes(3):
            limits["payout"] = {"from": luck.pick(["5", "20"])}
            self.maybe(limits["payout"], "below", ["carry", "lost"], 2)
            if luck.yes(3):
                limits["payout"] = {}
            owing = [{"forgiven after": str(luck.whole(1, 3))} for _ in range(2)]
            self.maybe(limits["payout"], "negative", ["carry", *owing], 1)
            self.maybe(limits["payout"], "currency", ["member"], 3)
            self.maybe(limits["payout"], "deductions", lambda: self.deductions(names), 2)
        plan["limits"] = limits

    def structure(self, names: list[str]) -> Plan:
        """A limit over some bonuses together."""
        luck = self.luck
        of = luck.some(names) or names[:1]
        most = luck.pick(["5% * company(own)", "company(orders(price)) / 50", "22.225"])
        rule: Plan = {"of": of, "at most": most}
        self.maybe(rule, "how", ["pro rata", "lower ranks first", "plan order"], 2)
        self.maybe(rule, "exempt", lambda: self.spared(of), 3)
        return rule

    def spared(self, names: list[str]) -> list[Any]:
        """Bonuses that a limit leaves alone, whole or the first so much of them."""
        luck = self.luck
        return [
            {"bonus": name, "up to": luck.pick(["2", "1.005", "own * 2%", self.write.number(self.reach, 1)])}
            if luck.yes()
            else name
            for name in luck.some(names) or names[:1]
        ]

    def deductions(self, names: list[str]) -> list[Plan]:
        """Charges that come off the payout."""
        luck = self.luck
        found: list[Plan] = []
        for name in ("service", "tax", "tools")[: luck.whole(1, 3)]:
            one: Plan = {"name": name}
            if luck.yes():
                one["amount"] = luck.pick(["2", "0.505", "own * 1%", self.write.number(self.reach, 1)])
            else:
                one["rate"] = luck.pick(["5%", "2/37%", "60%"])
                self.maybe(one, "of", lambda: luck.some(names) or names[:1], 2)
            self.maybe(one, "who", lambda: self.write.condition(self.reach), 3)
            found.append(one)
        return found

    def over(self, cap: str) -> Any:
        """A cap, now and then over several periods."""
        if not self.luck.yes():
            return cap
        return {"at most": cap, "over": self.luck.pick(["period", "last 2 periods", "last 3 periods", "lifetime"])}

    def hold(self) -> Any:
        """A condition, now and then with an end of patience."""
        when = self.write.condition(self.reach)
        if not self.luck.yes():
            return when
        return {"when": when, "for": str(self.luck.whole(1, 2))}

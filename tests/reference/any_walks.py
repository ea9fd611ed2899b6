"""Bonuses of a random plan that pay on sources."""

from __future__ import annotations

from typing import Any

from tests.reference.any_expression import AMOUNTS, quoted
from tests.reference.any_maker import PERCENTAGES, RATES, Maker, Plan


class WalkMaker(Maker):
    """Own sales and walks up a tree."""

    def base(self, bonus: Plan) -> None:
        """`base`, and what one source is."""
        luck = self.luck
        bonus["base"] = luck.pick(["own", "own", self.write.sales(), self.write.sales(), self.write.number(self.reach)])
        if luck.yes(3):
            bonus["base"] = self.write.sales()
            bonus["lines"] = luck.pick(["order", "order line", "member"])

    def by_order(self, bonus: Plan) -> None:
        """The size of the order decides: whether, at which rate, or by which row of rates."""
        luck, size = self.luck, f"order({self.luck.pick(AMOUNTS)})"
        moving = bonus.get("compression") in ("dynamic", "roll up")
        if "rate" in bonus and bonus["kind"] in ("rebate", "retail", "customer", "level") and not moving:
            bonus["rate"] = luck.pick([f"if({size} >= 40, 10%, 2/37%)", f"if({size} < source.own, 5%, 1%)"])
        elif isinstance(bonus.get("rates"), dict) and "0" in bonus["rates"] and not moving:
            bonus["rates on"] = luck.pick([size, f"{size} / 2 + own"])
        elif bonus["kind"] not in ("difference", "infinity"):
            bonus["if"] = luck.pick(
                [f"{size} >= 20", f"{size} > 5 and source.participant", f"{size} <= own or level = 0"]
            )

    def pairs(self, bonus: Plan, *, tree: bool = True) -> None:
        """What the walks with pairs share."""
        if tree:
            self.maybe(bonus, "tree", self.reach.trees, 2)
        self.maybe(bonus, "sources", lambda: self.write.condition(self.reach), 4)
        self.maybe(bonus, "if", lambda: self.write.pair(self.reach), 4)
        self.maybe(bonus, "cap per source", ["0.5", "1.005", "3"], 5)

    def rate(self, *, pair: bool = False, source: bool = True) -> str:
        """A rate as an expression."""
        luck = self.luck
        tables = [name for name in self.plan["tables"] if name.startswith("r_") and name != "r_open"]
        options = [luck.pick(RATES), "if(own >= 10, 10%, 5%)"]
        options += [*tables, *tables, f"{tables[0]} + 1%", f"max({tables[-1]}, 2%)"] if tables else []
        if pair:
            options += ["if(level = 1, 10%, 2/37%)", "5% * level"] if source else []
            options += (
                ["if(source.new, 10%, 2%)", f"min({tables[-1]}, source.{tables[-1]})"] if source and tables else []
            )
        return luck.pick(options)

    def rates(self, bonus: Plan, *, source: bool = True) -> int:
        """`rates` and `rates on`; how many places they have."""
        luck, reach = self.luck, self.reach
        most = luck.whole(1, 4)

        def row() -> list[Any]:
            return [self.scalar(luck.pick(PERCENTAGES)) for _ in range(luck.whole(1, most))]

        choice = luck.whole(1, 5)
        if choice <= 2 and reach.ranks:
            bonus["rates"] = {name: row() for name in luck.some(["none", *reach.ranks]) or reach.ranks}
            if luck.yes(4):
                bonus["rates on"] = luck.pick(["title", "given_rank", "rank"])
        elif choice == 3 and reach.schemes:
            bonus["rates"] = {"DEFAULT": row(), **({"EU": row()} if luck.yes() else {})}
            bonus["rates on"] = "scheme"
        elif choice == 4:
            bonus["rates"] = {"0": row(), "10": row(), "30.5": row()}
            own = luck.pick(["own", self.write.simple(reach)])
            bonus["rates on"] = luck.pick([own, "min(own, source.own)" if source else own])
        else:
            bonus["rates"] = row()
            return len(bonus["rates"])
        return max(len(one) for one in bonus["rates"].values())

    def rebate(self, bonus: Plan) -> None:
        self.base(bonus)
        bonus["rate"] = self.rate()
        if "r_open" in self.plan["tables"] and self.luck.yes():
            bonus["rate"] = "r_open"
        if "a_marginal" in self.reach.tables and self.luck.yes(3):
            bonus["base"], bonus["rate"] = "a_marginal", "100%"
            bonus.pop("lines", None)
        self.pairs(bonus, tree=False)

    def retail(self, bonus: Plan) -> None:
        if self.luck.yes(3):
            self.base(bonus)
        elif self.luck.yes():
            bonus["lines"] = self.luck.pick(["order", "order line"])
        self.maybe(bonus, "rate", self.rate, 2)
        self.pairs(bonus)

    def customer(self, bonus: Plan) -> None:
        self.base(bonus)
        bonus["rate"] = self.rate(pair=True)
        self.pairs(bonus)

    def level(self, bonus: Plan) -> None:
        self.base(bonus)
        self.walk(bonus)

    def match(self, bonus: Plan) -> None:
        bonus["of"] = self.luck.some(self.reach.bonuses) or self.reach.bonuses[:1]
        self.walk(bonus)

    def walk(self, bonus: Plan) -> None:
        luck = self.luck
        self.pairs(bonus)
        self.maybe(bonus, "from", ["self", "upline", "self"], 3)
        self.maybe(bonus, "compression", ["none", "standard", "dynamic", "dynamic", "roll up", "roll up"], 2)
        moving = bonus.get("compression") in ("dynamic", "roll up")
        if luck.yes(4):
            bonus["rate"], bonus["depth"] = self.rate(pair=True, source=not moving), str(luck.whole(1, 4))
        else:
            depth = self.rates(bonus, source=not moving)
            if luck.yes(4):
                bonus["cap per source"] = [luck.pick(["0.5", "1.005", "3"]) for _ in range(depth)]
        if bonus.get("compression") == "standard" or (moving and luck.yes()):
            bonus["counts"] = luck.pick(["own > 0", self.write.condition(self.reach)])

    def difference(self, bonus: Plan) -> None:
        luck = self.luck
        bonus["rate"] = luck.pick(["r_climb", self.rate()])
        if luck.yes(3):
            tree = luck.pick(self.reach.trees)
            bonus.update(
                form="group",
                tree=tree,
                base=luck.pick([f"group(own in {tree})", f"group(orders(cv) in {tree}) * 0.28"]),
            )
            return
        self.base(bonus)
        self.pairs(bonus)
        bonus.pop("if", None)
        self.maybe(bonus, "form", ["source"], 6)
        self.maybe(bonus, "start", ["5%", "r_cliff" if "r_cliff" in self.plan["tables"] else "1%"], 4)
        if luck.yes():
            bonus["ceiling"] = luck.pick(["10%", "20%", "6%", "12%"])
            self.maybe(bonus, "reserve", ["5%", "1%", "2/37%"], 2)
        self.maybe(bonus, "minimum", ["1%", "2/37%"], 3)
        self.maybe(bonus, "from", ["self", "upline"], 2)
        self.maybe(bonus, "unqualified", ["skipped", "consumes", "consumes"], 2)
        self.maybe(bonus, "stop at", lambda: self.write.condition(self.reach), 4)

    def generation(self, bonus: Plan) -> None:
        luck = self.luck
        self.base(bonus)
        self.pairs(bonus)
        self.rates(bonus)
        options = ["own >= 10", self.write.condition(self.reach)]
        if self.reach.ranks:
            options += ["same rank", "rank >= " + quoted(luck.pick(self.reach.ranks))]
        bonus["boundary"] = luck.pick(options)
        self.maybe(bonus, "first", ["0", "1", "2", "0"], 2)
        self.maybe(bonus, "leader volume", ["own generation", "generation above", "generation above"], 2)
        if bonus["boundary"] != "same rank":
            self.maybe(bonus, "empty", ["skipped", "counted", "skipped"], 2)

    def infinity(self, bonus: Plan) -> None:
        self.base(bonus)
        self.pairs(bonus)
        bonus.pop("if", None)
        bonus["rate"] = self.luck.pick(["r_climb", self.rate()])
        self.maybe(bonus, "from level", ["1", "2", "3"], 2)
        self.maybe(bonus, "pays", ["full", "difference", "difference"], 2)
        self.maybe(bonus, "when blocked", ["skip", "stop", "stop"], 2)
        self.maybe(bonus, "blocks", ["where paid", "always", "always"], 2)
        self.maybe(bonus, "ceiling", ["3%", "10%", "25%"], 2)

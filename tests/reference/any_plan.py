"""Random valid plans, reaching every key and option of the plan language."""

from __future__ import annotations

from typing import Any

from tests.reference.any_entitled import follow_orders
from tests.reference.any_expression import AMOUNTS, COMPARISONS, Reach, Writer, quoted
from tests.reference.cadence_parts import DECLARED, only_read
from tests.reference.late import UNTOUCHED
from tests.reference.luck import Luck
from tests.reference.plan import Book, texts

Plan = dict[str, Any]
PERCENTAGES = ("5%", "3%", "2/37%", "2.5%", "10%", "1%", "20%", "0%", "0")
RATES = ("5%", "3%", "2/37%", "2.5%", "10%", "1%", "20%")
MODES = ("half up", "half even", "half down", "down", "up", "floor", "ceiling")
RANKS = ("Member", "Silver", "Senior Manager", "Gold-Star")
KINDS = (
    "rebate", "retail", "customer", "level", "level", "level", "match", "difference", "difference", "generation",
    "infinity", "pool", "milestone", "given", "binary", "binary", "binary",
    "board", "pass up", "party host",
)  # fmt: skip
TREES = ("matrix", "up", "queue")
PARTS = {"month": "week", "quarter": "month"}
NAMES = ("first", "fast start", "unilevel", "team", "car-plan", "leaders")


class Planner:
    """One plan in the making: what has been declared can be read by what comes later."""

    def __init__(self, luck: Luck) -> None:
        self.luck, self.write = luck, Writer(luck)
        self.plan: dict[str, Any] = {
            "plan": "random", "currency": "USD",
            "period": luck.pick(["month"] * 6 + ["day", "week", "quarter", "year"]),
            "volumes": {"pv": "0.01", "cv": luck.pick(["0.1", "1"])}, "measures": {}, "conditions": {}, "tables": {},
            "trees": {}, "ranks": {}, "bonuses": {},
        }  # fmt: skip
        self.reach = Reach()

    def maybe(self, bonus: Plan, key: str, options: Any, of: int = 3) -> None:
        """A key that is given once in `of` times."""
        if self.luck.yes(of):
            bonus[key] = options() if callable(options) else self.luck.pick(options)

    def scalar(self, value: str) -> Any:
        """A value, now and then one that changes in February 2024."""
        if not self.luck.yes(12):
            return value
        return {"dated": {"2020-01-01": {"value": "0"}, "2024-02-01": {"value": value, "reference": "amended"}}}

    # Declarations

    def all(self) -> Plan:
        luck, plan, reach = self.luck, self.plan, self.reach
        if luck.yes(3):
            plan["tree"] = "placement"
        reach.main = plan.get("tree", "sponsor")
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
        names = [name for name in RANKS if luck.yes()] if luck.yes(4) else list(RANKS[: luck.whole(0, 4)])
        reach.all_ranks = names
        plan["measures"]["own"] = "orders(pv)"
        reach.measures.append("own")
        self.declare(luck.whole(0, 1))
        reach.trees = ["sponsor", "placement"]
        if luck.yes(3):
            reach.trees.append("binary")
            reach.slotted.append("binary")
        self.declare(luck.whole(0, 2))
        if luck.yes(4):
            plan["rounding"] = self.rounding()
        if luck.yes(4):
            plan["receivers"] = luck.pick(["participant", "status = active", self.write.condition(reach)])
        ranks_first = luck.yes()
        if luck.yes(3):
            self.add_bonus("early bird", "rebate")
        if not ranks_first:
            self.trees()
        self.ranks(names)
        if ranks_first:
            self.trees()
        self.declare(luck.whole(0, 2))
        self.tables()
        for k in range(luck.whole(1, 4)):
            self.add_bonus(NAMES[k], luck.pick(KINDS))
        self.limits()
        if luck.yes(4):
            self.returns()
        if luck.yes(3):
            self.late()
        if luck.yes(6):
            plan["clauses"] = {"1. What is paid": ["bonuses." + next(iter(plan["bonuses"]))]}
        self.follow_orders()
        if luck.yes(3) and plan["period"] in PARTS:
            self.parts()
        return {key: value for key, value in plan.items() if value}

    def declare(self, count: int) -> None:
        """Some more measures and conditions."""
        for _ in range(count):
            number = len(self.plan["measures"]) + len(self.plan["conditions"])
            if self.luck.yes(3):
                self.plan["conditions"][f"c{number}"] = self.write.condition(self.reach, 2)
                self.reach.conditions.append(f"c{number}")
            else:
                self.plan["measures"][f"m{number}"] = self.write.number(self.reach)
                self.reach.measures.append(f"m{number}")

    def trees(self) -> None:
        luck, plan, reach = self.luck, self.plan, self.reach
        for name in ("slim", "led", "paid"):
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

    def ranks(self, names: list[str]) -> None:
        luck, plan, reach = self.luck, self.plan, self.reach
        if not names:
            return
        tree = luck.pick(reach.trees)
        by = reach.schemes and luck.yes()
        if by:
            plan["ranks by"] = "scheme"
        circle = self.circle(quoted(luck.pick(names)), tree) if luck.yes() else []
        for place, name in enumerate(names):
            lower = quoted(luck.pick(names[: place + 1]))
            plan["ranks"][name] = self.rank(place, lower, tree, circle)
            if by:
                kinds = luck.pick([["DEFAULT"], ["EU"], ["DEFAULT", "EU"], ["DEFAULT", "EU"]])
                plan["ranks"][name] = {kind: self.rank(place, lower, tree, circle) for kind in kinds}
        reach.ranks = names
        if circle:
            reach.measures += ["deep", "around"]
            reach.conditions.append("firm")
        if luck.yes():
            plan["titles"] = {"rule": luck.pick(["best ever", "paid as", "falls", "falls"])}
            if plan["titles"]["rule"] == "falls":
                plan["titles"]["after"] = str(luck.whole(1, 3))
            self.maybe(plan["titles"], "grace", ["1", "2"], 2)
            if luck.yes(4) and plan["titles"]["rule"] == "best ever":
                del plan["titles"]["rule"]

    def circle(self, lower: str, tree: str) -> list[str]:
        """Measures, a condition and tables that read ranks, so that ranks read them of members below: such conditions."""
        luck, plan, word = self.luck, self.plan, self.luck.pick(["rank", "rank", "title"])
        reads = f"{word} {luck.pick(COMPARISONS)} {lower}"
        plan["measures"]["deep"] = luck.pick(
            [
                f"if({reads}, own, 1)", f"own - if({reads}, 5, 0)", f"own * if({reads}, 2, 0.5)",
                f"if({reads}, own / 3, 0) * own",
            ]
        )  # fmt: skip
        plan["conditions"]["firm"] = luck.pick(
            [f"not ({reads})", f"{reads} or own > 20", f"not (deep < 10) and {reads}", f"{reads} and deep > 3"]
        )
        plan["tables"]["n_rank"] = {"on": word, "values": {lower.strip('"'): "3", "none": "1"}, "otherwise": "2"}
        sums = [f"{luck.pick(['downline', 'frontline'])}({luck.pick(['deep', 'firm', 'n_rank'])} in {tree})"]
        inner = luck.pick(["deep", "deep", "firm", "n_rank"])
        first = luck.whole(1, 2)
        sums += [
            f"group(own cut at firm in {tree})", f"leg({luck.whole(1, 3)}, {inner} in {tree})",
            f"rest({luck.whole(1, 2)}, {inner} in {tree})", f"capped({luck.pick(['10', 'own'])}, {inner} in {tree})",
            f"levels({first} to {first + luck.whole(0, 2)}, {inner} in {tree})", f"legs(firm in {tree})",
            f"enrolled_legs(firm in {tree})", f"frontline(legs(firm in {tree}) in {tree})",
            f"leg(1, downline(deep in {tree}) in {tree})",
        ]  # fmt: skip
        one, other = luck.pick(sums), luck.pick(sums)
        plan["tables"]["n_deep"] = {"on": one, "cliff": {"0": "1", "5": "2", "20.5": "3"}, "otherwise": "-1"}
        numbers = [
            one, f"{one} + {other}", f"{one} - own", f"min({one}, {other})", f"highest(2, {one}, own, {other}, 4)",
            f"whole({one} / 3)", f"ratio({one}, {other}, 0.01)", f"if({one} > {other}, {one}, own)",
            f"if(frontline(firm in {tree}) >= 1, {one}, {other} * 2)", f"({one}) * ({other})", "n_deep", f"-{one}",
        ]  # fmt: skip
        names = ["around", "about", "beyond"]
        plan["measures"].update({name: luck.pick(numbers) for name in names})
        found = [f"{name} {luck.pick(COMPARISONS)} {luck.pick(['1', '2', '5', '20'])}" for name in names]
        return [*found, f"not ({found[0]} or {found[1]})", f"around + {luck.pick(numbers)} >= {other}"]

    def rank(self, place: int, lower: str, tree: str, circle: list[str]) -> str:
        luck, write = self.luck, self.write
        own = f"own >= {luck.pick([0, 5, 10, 20]) * (place + 1)}"
        if luck.yes(20):
            return "unknown"
        word = luck.pick(["rank", "rank", "rank", "title"])
        deep = [
            f"legs({word} >= {lower} in {tree}) >= {luck.whole(1, 2)}",
            f"enrolled_legs({word} >= {lower} in {tree}) >= 1",
            f"frontline({word} = {lower} in {tree}) >= 1",
            f"group(own cut at {word} >= {lower} in {tree}) >= {luck.pick([10, 30])}",
            f"downline({word} >= {lower} in {tree}) >= 2",
            f"levels(1 to 2, {word} >= {lower} in {tree}) >= 1",
        ]
        round_it = circle or deep
        other = luck.pick([write.condition(self.reach), luck.pick(round_it), luck.pick(round_it), luck.pick(deep), own])
        return luck.pick([own, f"{own} and {other}", f"{own} or {other}"])

    def tables(self) -> None:
        """One table of each form now and then: `r…` hold rates, `n…` numbers."""
        luck, plan, reach = self.luck, self.plan, self.reach
        made = list(plan["tables"])
        table: Plan
        plan["tables"]["r_cliff"] = {
            "on": luck.pick(["own", self.write.number(reach)]),
            "cliff": self.thresholds(RATES),
        }
        made.append("r_cliff")
        if luck.yes():
            plan["tables"]["r_cliff"]["otherwise"] = luck.pick(["0", "1%"])
        climb = {"1": "1%", "5": "2%", "15": "5%", "30": "2/37%", "60": "10%"}
        climb["30"] = luck.pick(["2/37%", "7.5%"])
        plan["tables"]["r_climb"] = {"on": luck.pick(["own", f"group(own{self.write.tree_of(reach)})"]), "cliff": climb}
        made.append("r_climb")
        if reach.ranks:
            table = {"on": luck.pick(["rank", "rank", "title", "given_rank"])}
            plan["tables"]["r_rank"] = table
            made.append("r_rank")
            if luck.yes():
                table["cliff"] = {name: self.scalar(luck.pick(RATES)) for name in reach.ranks}
            elif luck.yes():
                table["values"] = {name: luck.pick(PERCENTAGES) for name in ["none", *reach.ranks]}
            else:
                table["values"] = {name: luck.pick(PERCENTAGES) for name in luck.some(reach.ranks) or reach.ranks}
                table["otherwise"] = luck.pick(PERCENTAGES)
        if reach.schemes:
            plan["tables"]["n_package"] = {"on": "package", "values": {"P1": "1", "P2": "2", "P3": "3"}}
            made.append("n_package")
        if luck.yes(3):
            on = ["own", luck.pick(["days", "order_count()", self.write.simple(reach)])]
            rows = [
                {"at": [str(k * 5), str(k * luck.whole(1, 3))], "is": luck.pick(RATES)}
                for k in range(1, luck.whole(2, 4))
            ]
            plan["tables"]["r_joint"] = {"on": on, "joint": rows}
            made.append("r_joint")
            if luck.yes():
                plan["tables"]["r_joint"]["otherwise"] = "0.5%"
        if luck.yes(3):
            start = luck.pick(["0", "0", "5"])
            plan["tables"]["a_marginal"] = {
                "on": luck.pick(["own", "ordinal", self.write.simple(reach)]),
                "marginal": {
                    start: luck.pick(PERCENTAGES),
                    "10": "2/37%",
                    "30": luck.pick(PERCENTAGES),
                    "100.5": "20%",
                },
            }
            made.append("a_marginal")
        if luck.yes(4):
            plan["tables"]["r_open"] = {"on": "order_count()", "cliff": {"0": "2%", "3": "4%", "10 000": "unknown"}}
        reach.tables = made

    def thresholds(self, values: tuple[str, ...]) -> dict[str, Any]:
        luck = self.luck
        found, at = {}, 0
        for _ in range(luck.whole(1, 4)):
            found[str(at) if at else luck.pick(["0", "1"])] = self.scalar(luck.pick(values))
            at += luck.pick([5, 10, 20, 50])
        if luck.yes(6):
            found["20 000"] = "20%"
        return found

    def rounding(self) -> Plan:
        luck = self.luck
        return {
            "to": luck.pick(["0.01", "0.01", "0.05", "0.1", "1"]), "mode": luck.pick(MODES),
            "per": luck.pick(["line", "source", "bonus", "member"]),
        }  # fmt: skip

    # Bonuses

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
        bonus["steps"] = [
            {
                "when": f"{name} >= {5 * k * k}" if luck.yes() else self.write.condition(self.reach),
                "amount": str(k * 10),
            }
            for k in range(1, luck.whole(2, 4))
        ]
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


def any_plan(luck: Luck) -> Plan:
    """A random valid plan."""
    return Planner(luck).all()

"""Tables and roundings of a random plan."""

from __future__ import annotations

from typing import Any

from tests.reference.any_maker import MODES, PERCENTAGES, RATES, Maker, Plan


class TableMaker(Maker):
    """One table of each form now and then."""

    def tables(self) -> None:
        """One table of each form now and then: `r…` hold rates, `n…` numbers."""
        luck, plan, reach = self.luck, self.plan, self.reach
        made = list(plan["tables"])
        table: Plan
        luck.part("table cliff")
        plan["tables"]["r_cliff"] = {
            "on": luck.pick(["own", self.write.number(reach)]),
            "cliff": self.thresholds(RATES),
        }
        made.append("r_cliff")
        if luck.yes():
            plan["tables"]["r_cliff"]["otherwise"] = luck.pick(["0", "1%"])
        luck.part("table climb")
        climb = {"1": "1%", "5": "2%", "15": "5%", "30": "2/37%", "60": "10%"}
        climb["30"] = luck.pick(["2/37%", "7.5%"])
        plan["tables"]["r_climb"] = {"on": luck.pick(["own", f"group(own{self.write.tree_of(reach)})"]), "cliff": climb}
        made.append("r_climb")
        luck.part("table by rank")
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
        luck.part("table joint")
        if luck.yes(3):
            on = ["own", luck.pick(["days", "order_count()", self.write.simple(reach)])]
            counts = range(1, luck.whole(2, 4))
            second = sorted(k * luck.whole(1, 3) for k in counts)
            rows = [{"at": [str(k * 5), str(second[k - 1])], "is": luck.pick(RATES)} for k in counts]
            plan["tables"]["r_joint"] = {"on": on, "joint": rows}
            made.append("r_joint")
            if luck.yes():
                plan["tables"]["r_joint"]["otherwise"] = "0.5%"
        luck.part("table marginal")
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
        luck.part("table open")
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

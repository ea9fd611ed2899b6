"""Ranks and titles of a random plan."""

from __future__ import annotations

from tests.reference.any_expression import COMPARISONS, quoted
from tests.reference.any_maker import Maker


class RankMaker(Maker):
    """A ladder, and what reads ranks of members below."""

    def ranks(self, names: list[str]) -> None:
        luck, plan, reach = self.luck, self.plan, self.reach
        if not names:
            return
        luck.part("ladder")
        tree = luck.pick(reach.trees)
        by = reach.schemes and luck.yes()
        if by:
            plan["ranks by"] = "scheme"
        circle = self.circle(quoted(luck.pick(names)), tree) if luck.yes() else []
        for place, name in enumerate(names):
            luck.part("rank " + name)
            lower = quoted(luck.pick(names[: place + 1]))
            plan["ranks"][name] = self.rank(place, lower, tree, circle)
            if by:
                kinds = luck.pick([["DEFAULT"], ["EU"], ["DEFAULT", "EU"], ["DEFAULT", "EU"]])
                plan["ranks"][name] = {kind: self.rank(place, lower, tree, circle) for kind in kinds}
        reach.ranks = names
        if circle:
            reach.measures += ["deep", "around"]
            reach.conditions.append("firm")
        luck.part("titles")
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

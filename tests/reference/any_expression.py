"""Random valid expressions, by what they may read."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.reference.luck import Luck

VOLUMES = ("pv", "cv")
AMOUNTS = ("pv", "cv", "price", "retail", "margin", "quantity")
WINDOWS = ("period", "previous period", "last 2 periods", "lifetime", "first 10 days", "first 2 months")
COMPARISONS = (">=", ">", "<=", "<", "=", "!=")
NUMBERS = ("0", "0", "0", "1", "2", "5", "10", "25", "30.5", "100", "1 000")


def quoted(name: str) -> str:
    """A word as it stands in an expression."""
    return name if name.isidentifier() else f'"{name}"'


@dataclass
class Reach:
    """What an expression may read without going in a circle."""

    trees: list[str] = field(default_factory=list)
    measures: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    ranks: list[str] = field(default_factory=list)
    bonuses: list[str] = field(default_factory=list)
    all_ranks: list[str] = field(default_factory=list)
    schemes: bool = False
    main: str = "sponsor"
    slotted: list[str] = field(default_factory=list)
    numbered: list[str] = field(default_factory=list)

    def trees_only(self) -> Reach:
        return Reach(self.trees, self.measures, self.conditions, [], [], [], self.all_ranks, self.schemes, self.main)


class Writer:
    """Writes numbers and conditions of a member, a pair and a row."""

    def __init__(self, luck: Luck) -> None:
        self.luck = luck

    def row(self, depth: int = 1) -> str:
        luck = self.luck
        if depth and luck.yes(4):
            return luck.pick(
                [
                    f"{self.row(0)} and {self.row(0)}",
                    f"({self.row(0)} or {self.row(0)})",
                    f"not {self.row(0)}",
                ]
            )
        return luck.pick(
            [
                'kind = "own use"', "kind = customer", "kind != customer", "class = tools", "class != kit", "sku = x1",
                'sku != "x-2"', "region = north", "quantity >= 2", "price < 50", "retail > 10", "margin >= 0",
                "pv >= 1",
                "cv * 2 > 10", "day <= 20", "day > 5 and day <= 40", "credit = 0", "credit < 0.3", "order_number = 1", "order_number <= 2", "month = 1", "month <= 2",
            ]
        )  # fmt: skip

    def sales(self, *, plain: bool = False, window: bool = True) -> str:
        """`orders(…)`, with constants around it now and then."""
        luck = self.luck
        text = luck.pick(["pv", "pv", "cv", *AMOUNTS])
        if luck.yes(4):
            text += " where " + self.row()
        if window and luck.yes(5):
            text += ", " + luck.pick(WINDOWS)
        text = f"orders({text})"
        if plain:
            return text
        return luck.pick([text, text, text, f"{text} * 40%", f"0.28 * {text}", f"{text} / 4"])

    def own(self) -> str:
        """A number of a member that needs nobody else."""
        luck = self.luck
        choice = luck.whole(1, 12)
        if choice <= 6:
            return self.sales(plain=True)
        if choice == 7:
            where = f" where {self.row()}" if luck.yes() else ""
            window = ", " + luck.pick(WINDOWS) if luck.yes(3) else ""
            return f"largest_order({luck.pick(AMOUNTS)}{where}{window})"
        if choice == 8:
            window = ", " + luck.pick(WINDOWS) if luck.yes(3) else ""
            return luck.pick(["order_count()", f"order_count(where {self.row()}{window})"])
        return luck.pick(["days", "ordinal", "order_count()", "orders(pv)"])

    def tree_of(self, reach: Reach) -> str:
        """` in T`, or nothing for the main tree."""
        return " in " + self.luck.pick(reach.trees) if reach.main not in reach.trees or self.luck.yes() else ""

    def over(self, reach: Reach) -> str:
        """A tree function."""
        luck = self.luck
        inner = (
            self.simple(reach)
            if luck.yes(3)
            else luck.pick(["orders(pv)", "orders(cv)", self.condition(reach, 0), "1"])
        )
        test = self.condition(reach, 0)
        tree = self.tree_of(reach)
        k = luck.whole(1, 3)
        if luck.yes(6) and reach.slotted:
            return f"slot({luck.whole(1, 2)}, {inner} in {luck.pick(reach.slotted)})"
        if luck.yes(6) and reach.numbered:
            return f"position({luck.pick(reach.numbered)})"
        return luck.pick(
            [
                f"frontline({inner}{tree})", f"downline({inner}{tree})", f"group({inner}{tree})",
                f"group({inner} cut at {test}{tree})", f"levels({k} to {k + luck.whole(0, 2)}, {inner}{tree})",
                f"legs({test}{tree})", f"enrolled_legs({test}{tree})", f"leg({k}, {inner}{tree})",
                f"rest({k}, {inner}{tree})",
                f"capped({luck.pick(['20', 'orders(pv) + 5'])}, {inner}{tree})", f"parent({self.own()}{tree})",
                f"depth({luck.pick(reach.trees)})", f"customers({inner}{tree})", f"company({inner})",
            ]
        )  # fmt: skip

    def simple(self, reach: Reach) -> str:
        luck = self.luck
        names = [*reach.measures, *reach.tables]
        return luck.pick(names) if names and luck.yes() else self.own()

    def history(self, reach: Reach) -> str:
        luck = self.luck
        inner = self.simple(reach)
        return luck.pick(
            [
                f"previous({inner})", f"lifetime({inner})", f"last({luck.whole(1, 3)}, {inner})",
                f"streak({self.condition(reach, 0)})", f"lifetime({self.condition(reach, 0)})",
            ]
        )  # fmt: skip

    def number(self, reach: Reach, depth: int = 2) -> str:
        luck = self.luck
        choice = luck.whole(1, 14) if depth else luck.whole(1, 3)
        if choice <= 3:
            return self.simple(reach)
        if choice <= 6 and reach.trees:
            return self.over(reach)
        if choice == 7:
            return self.history(reach)
        if choice == 8 and reach.bonuses:
            return f'earned("{luck.pick(reach.bonuses)}")'
        if choice == 9:
            return f"owner({self.simple(reach)})"
        one, other = self.number(reach, depth - 1) if depth else "1", self.number(reach, 0)
        return luck.pick(
            [
                f"{one} + {other}", f"{one} - {other}", f"({one}) * {luck.pick(['2', '0.5', '12.5%'])}",
                f"({one}) / {luck.pick(['2', '3', '0.4'])}", f"min({one}, {other})", f"max({one}, {other}, 3)",
                f"highest({luck.whole(1, 3)}, {one}, {other}, 7)", f"if({self.condition(reach, 0)}, {one}, {other})",
                f"whole({one} / 3)", f"ratio({other}, {self.number(reach, 0)}, {luck.pick(['0.01', '1', '5%'])})",
                f"-{other}",
                f"(2 + {other}) * 3 - 1",
            ]
        )  # fmt: skip

    def condition(self, reach: Reach, depth: int = 1) -> str:
        luck = self.luck
        if depth and luck.yes(3):
            one, other = self.condition(reach, depth - 1), self.condition(reach, 0)
            return luck.pick([f"{one} and {other}", f"({one} or {other})", f"not ({one})"])
        choice = luck.whole(1, 12)
        if choice <= 4:
            number = self.number(reach, depth) if depth else self.simple(reach)
            return f"{number} {luck.pick(['>=', '>=', '>', '<', *COMPARISONS])} {luck.pick(NUMBERS)}"
        if choice <= 6 and reach.ranks:
            left = luck.pick(["rank", "rank", "title", "given_rank", "owner(rank)", "owner(title)"])
            right = luck.pick([*map(quoted, reach.ranks), "none", "previous(rank)", "previous(title)", "given_rank"])
            return f"{left} {luck.pick(COMPARISONS)} {right}"
        if choice == 7 and reach.all_ranks:
            return f"previous(rank) {luck.pick(COMPARISONS)} {quoted(luck.pick(reach.all_ranks))}"
        if choice == 8 and reach.conditions:
            return luck.pick(reach.conditions)
        if choice == 9 and reach.trees:
            return luck.pick(
                [f"kept({luck.pick(reach.trees)})", "parent(participant)" if reach.main in reach.trees else "new"]
            )
        if choice == 10 and reach.schemes:
            return luck.pick(["scheme = EU", "scheme != DEFAULT", "package = P2", "previous(participant)"])
        return luck.pick(
            [
                "participant", "participant", "customer", "new", "status = active", "status != hold", "country = US",
                'market = "north"', 'override("active")', 'override("exempt")', 'not override("qualified")',
                "days > 30", "owner(new)", f"owner({self.own()}) > 10",
            ]
        )  # fmt: skip

    def pair(self, reach: Reach) -> str:
        """A condition of a pair."""
        luck = self.luck
        options = [
            "level <= 2",
            "level > 1",
            "source.new",
            "source.participant",
            "source.days <= days",
            "source.customer",
        ]
        if reach.ranks:
            options += ["source.rank <= rank", f"source.rank < {quoted(luck.pick(reach.ranks))}"]
        if reach.schemes:
            options += ["source.scheme = EU"]
        options += [f"source.{name} >= {luck.pick([name, '5'])}" for name in reach.measures[:2]]
        options += [f"source.{name}" for name in reach.conditions[:1]]
        options += [f"source.{name} <= {name}" for name in reach.tables[:1]]
        text = luck.pick(options)
        return luck.pick([text, text, f"{text} or {self.condition(reach, 0)}", self.condition(reach)])

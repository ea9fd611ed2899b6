"""A plan as a mapping of texts, its dated values resolved for one day (semantics, section 1)."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from fractions import Fraction
from typing import Any

import yaml
from tests.reference.language import Binary, Name, Number, Rows, Unary, inside, number_of, read

Plan = dict[str, Any]


def load(plan: str | Plan) -> Plan:
    """YAML text or a mapping; every scalar becomes text."""
    if isinstance(plan, str):
        plan = yaml.load(plan, Loader=yaml.BaseLoader)  # noqa: S506 - this loader makes only texts, lists and mappings
    found: Plan = texts(plan)
    return found


def texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): texts(one) for key, one in value.items()}
    return [texts(one) for one in value] if isinstance(value, list) else str(value)


def dated(value: Any, day: date) -> Any:
    """The same structure with every dated value replaced by the entry in force on the day."""
    if isinstance(value, list):
        return [dated(one, day) for one in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"dated"}:
        past = [start for start in value["dated"] if date.fromisoformat(start) <= day]
        if not past:
            raise ValueError("no dated value is in force yet")
        entry = value["dated"][max(past)]
        return dated(entry["value"] if isinstance(entry, dict) and "value" in entry else entry, day)
    return {key: dated(one, day) for key, one in value.items()}


def versions(plan: Plan) -> list[Plan]:
    """The plan as it is from each of its dates on; the plan itself where it has none."""
    found = []
    for day in sorted(dates_in(plan)) or [date.min]:
        with suppress(ValueError):  # something has no value yet
            found.append(dated(plan, day))
    return found


def dates_in(value: Any) -> set[date]:
    """Every date from which some value counts."""
    if not isinstance(value, (dict, list)):
        return set()
    own = value["dated"] if isinstance(value, dict) and set(value) == {"dated"} else []
    parts = value.values() if isinstance(value, dict) else value
    return set(map(date.fromisoformat, own)).union(*map(dates_in, parts))


def known(value: str) -> Fraction | None:
    """A number or percentage; None for `unknown`."""
    return None if value == "unknown" else number_of(value)


class Book:
    """A plan for one period, its expressions read once each."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.currency: str = plan.get("currency", "USD")
        self.tree: str = plan.get("tree", "sponsor")
        self.volumes = {name: number_of(unit) for name, unit in plan.get("volumes", {}).items()}
        self.attributes: dict[str, list[str]] = plan.get("attributes", {})
        self.measures = {name: self.read(text) for name, text in plan.get("measures", {}).items()}
        self.conditions = {name: self.read(text) for name, text in plan.get("conditions", {}).items()}
        self.tables: dict[str, Plan] = plan.get("tables", {})
        self.trees: dict[str, Plan] = plan.get("trees", {})
        self.ranks: dict[str, Any] = plan.get("ranks", {})
        self.bonuses: dict[str, Plan] = plan.get("bonuses", {})
        self.moves = {name: tree for tree, rule in self.trees.items() for name in rule.get("moves", {})}

    def read(self, text: str) -> Any:
        return read(text)

    def late_returns(self) -> str:
        """What becomes of goods that come back in a later period: refused, netted, seen now or unseen."""
        rule = self.plan.get("returns")
        if rule is None:
            return "refused"
        if rule["later"] == "recompute":
            return "netted"
        return "unseen" if rule.get("volume", "this period") == "none" else "seen"

    def history(self) -> list[Any]:
        """Every `previous`, `lifetime`, `last` and `streak` written anywhere in the plan, innermost first."""
        found: dict[Any, None] = {}

        def search(tree: Any) -> None:
            for one in inside(tree):
                search(one)
            if getattr(tree, "function", None) in ("previous", "lifetime", "last", "streak"):
                found[tree] = None

        for text in expressions(self.plan):
            search(self.read(text))
        return list(found)

    def traced(self, tree: Any) -> bool:
        """Whether an expression is `orders(…)`, possibly × constants."""
        try:
            self.sales(tree)
        except ValueError:
            return False
        return True

    def sales(self, tree: Any) -> tuple[Fraction, Rows]:
        """A base that is `orders(…)`, possibly × constants, as (factor, orders)."""
        if isinstance(tree, Name) and tree.value in self.measures:
            return self.sales(self.measures[tree.value])
        if isinstance(tree, Rows) and tree.function == "orders":
            return Fraction(1), tree
        if isinstance(tree, Unary) and tree.op == "-":
            factor, rows = self.sales(tree.inner)
            return -factor, rows
        if isinstance(tree, Binary):
            if isinstance(tree.right, Number) and tree.op in ("*", "/"):
                factor, rows = self.sales(tree.left)
                return (factor * tree.right.value if tree.op == "*" else factor / tree.right.value), rows
            if isinstance(tree.left, Number) and tree.op == "*":
                factor, rows = self.sales(tree.right)
                return factor * tree.left.value, rows
        raise ValueError("lines by order need a base that is orders(…)")


def expressions(plan: Plan) -> list[str]:
    """Every text of the plan that is an expression."""
    found = [plan["receivers"]] if "receivers" in plan else []
    found += [*plan.get("measures", {}).values(), *plan.get("conditions", {}).values()]
    for table in plan.get("tables", {}).values():
        found += table["on"] if isinstance(table["on"], list) else [table["on"]]
    for rule in plan.get("trees", {}).values():
        taker = rule.get("taker", {})
        found += [rule[key] for key in ("keep", "leaders", "passes up", "to", "among") if key in rule]
        placed = rule.get("placed", {})
        found += [placed["among"]] if "among" in placed else []
        found += placed["fill"].values() if isinstance(placed.get("fill"), dict) else []
        found += [taker[key] for key in ("measure", "reaches", "or") if key in taker]
        found += rule.get("moves", {}).values()
    for rank in plan.get("ranks", {}).values():
        found += rank.values() if isinstance(rank, dict) else [rank]
    for bonus in plan.get("bonuses", {}).values():
        keys = (
            "who",
            "sources",
            "if",
            "base",
            "rate",
            "rates on",
            "cap per member",
            "hold until",
            "counts",
            "start",
            "stop at",
            "fund",
            "gathers",
            "at most",
            "amount",
            "enters",
            "floor",
            "while",
        )
        found += [limit_of(bonus[key])[0] for key in keys if key in bonus]
        found += [bonus["boundary"]] if bonus.get("boundary", "same rank") != "same rank" else []
        shares = bonus.get("shares", {})
        found += shares.values() if isinstance(shares, dict) else [shares]
        found += [bonus["places"]["by"]] if "places" in bonus else []
        found += [step["when"] for step in bonus.get("steps", [])]
    limits = plan.get("limits", {})
    shared = [limits[part] for part in ("members", "owners", "company") if part in limits]
    for rule in [*shared, *limits.get("structures", [])]:
        found += [rule["at most"], *(entry["up to"] for entry in rule.get("exempt", []) if isinstance(entry, dict))]
    for rule in limits.get("payout", {}).get("deductions", []):
        found += [rule[key] for key in ("amount", "who") if key in rule]
    return found


def limit_of(written: Any) -> tuple[str, str]:
    """A cap or condition, and the window or the number of periods that may be written with it."""
    if not isinstance(written, dict):
        return written, ""
    return written.get("at most") or written["when"], written.get("over") or written.get("for", "")

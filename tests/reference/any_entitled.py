"""Makes a rebate or a difference of a random plan follow the orders of the period (semantics, section 7.13)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.reference.luck import Luck

Plan = dict[str, Any]


def follow_orders(luck: Luck, plan: Plan, name: str, bonus: Plan, trees: Sequence[str]) -> None:
    """Give a bonus a table whose key follows the orders, and a base that counts them."""
    volume = luck.pick(["pv", "cv", "price"])
    where = luck.pick(["", "", " where quantity > 1"])
    lines = "order line" if where or luck.yes() else "order"
    counted = luck.pick([f"orders({volume}{where})", f"group(orders({volume}{where}))", f"group(orders({volume}))"])
    counted = counted if lines == "order line" or "group" in counted else f"orders({volume})"
    if "group" in counted:
        inside = luck.pick(["", *(f" in {tree}" for tree in trees)])
        counted = counted[:-1] + luck.pick(["", " cut at days > 60"]) + inside + ")"
    key = luck.pick(["{}", "last(2, {})", "lifetime({})", "{} + previous(own)", "{} + days / 4"]).format(counted)
    plan["measures"][f"key_{name}"] = key
    marks = sorted({luck.whole(0, 60) for _ in range(luck.whole(1, 4))})
    rates = [luck.pick(["2%", "5%", "10%", "12.5%", "2/37%"]) for _ in marks]
    table: Plan = {"on": f"key_{name}", "cliff": dict(zip(map(str, marks), rates, strict=True))}
    if luck.yes(3):
        table["otherwise"] = "1%"
    plan["tables"][f"rate_{name}"] = table
    base = luck.pick([f"orders({volume})", f"2 * orders({volume})", f"orders({volume}{where}) * 0.5"])
    if lines == "order":
        base = luck.pick([f"orders({volume})", f"0.3 * orders({volume})"])
    bonus.update({"base": base, "rate": f"rate_{name}", "lines": lines, "entitled": "before each order"})

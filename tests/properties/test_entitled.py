"""Rates that follow the orders of a period: both engines on random worlds, and what is true of every cut."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from tests.properties.two_engines import differences, fast, legal, whole_plan
from tests.reference.luck import Luck, seeded
from tests.reference.worlds import Played, seeded_world

BATCHES = 4
COUNT = 300
CUTS = ("before", "after", "after 2", "after 3", "minimum before", "minimum after")


def entitled_world(seed: int) -> Played:
    """A random world whose bonuses are a rebate and a difference that follow the orders."""
    luck = seeded(seed)
    plan, rows, periods = seeded_world(seed)
    plan = {**plan, "measures": dict(plan["measures"]), "tables": dict(plan.get("tables", {}))}
    for name, kind in (("stepped", "rebate"), ("climbing", "difference")):
        plan["bonuses"] = {**plan["bonuses"], name: bonus(luck, plan, name, kind)}
    return plan, rows, periods


def bonus(luck: Luck, plan: dict[str, Any], name: str, kind: str) -> dict[str, Any]:
    volume = luck.pick(["pv", "cv", "price"])
    where = luck.pick(["", "", " where quantity > 1"])
    lines = "order line" if where or luck.yes() else "order"
    counted = luck.pick([f"orders({volume}{where})", f"group(orders({volume}{where}))", f"group(orders({volume}))"])
    counted = counted if lines == "order line" or "group" in counted else f"orders({volume})"
    if "group" in counted:
        counted = counted[:-1] + luck.pick(["", " in placement", " cut at days > 60", ""]) + ")"
    key = luck.pick(["{}", "last(2, {})", "lifetime({})", "{} + previous(own)", "{} + days / 4"]).format(counted)
    plan["measures"][f"key_{name}"] = key
    marks = sorted({luck.whole(0, 60) for _ in range(luck.whole(1, 4))})
    rates = [luck.pick(["2%", "5%", "10%", "12.5%", "2/37%"]) for _ in marks]
    table: dict[str, Any] = {"on": f"key_{name}", "cliff": dict(zip(map(str, marks), rates, strict=True))}
    if luck.yes(3):
        table["otherwise"] = "1%"
    plan["tables"][f"rate_{name}"] = table
    base = luck.pick([f"orders({volume})", f"2 * orders({volume})", f"orders({volume}{where}) * 0.5"])
    if lines == "order":
        base = luck.pick([f"orders({volume})", f"0.3 * orders({volume})"])
    made: dict[str, Any] = {
        "kind": kind,
        "base": base,
        "rate": f"rate_{name}",
        "lines": lines,
        "entitled": "before each order",
    }
    if kind == "difference":
        extra = {
            "from": luck.pick(["self", "upline"]),
            "tree": luck.pick(["sponsor", "placement"]),
            "minimum": "1%",
            "unqualified": luck.pick(["skipped", "consumes"]),
            "ceiling": "8%",
            "who": "own > 5",
            "stop at": "days > 90",
            "start": "1%",
        }
        made.update({name: value for name, value in extra.items() if luck.yes()})
    elif luck.yes(3):
        made["cap per source"] = "0.5"
    return made


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(BATCHES))
def test_both_engines_agree(batch: int) -> None:
    found = {}
    for seed in range(batch, COUNT, BATCHES):
        plan, rows, periods = entitled_world(seed)
        disagreements = differences(plan, rows, periods)
        if disagreements:
            found[seed] = disagreements
    assert found == {}


def test_pieces_make_the_order_whole_again() -> None:
    cut = 0
    for seed in range(60):
        plan, rows, periods = entitled_world(seed)
        plan["bonuses"]["climbing"] = {**plan["bonuses"]["stepped"], "rate": "rate_stepped"}
        plan["bonuses"]["climbing"].pop("cap per source", None)
        plan["tables"]["rate_stepped"]["otherwise"] = "1%"  # every piece has a line
        for result in fast(whole_plan(plan, rows["company"].get("volumes", {})), legal(rows), periods):
            sums: dict[tuple[Any, ...], Fraction] = {}
            for line in result.lines("climbing"):
                key = (line.source, line.order, line.order_line)
                sums[key] = sums.get(key, Fraction(0)) + line.base
                cut += line.part in CUTS
            assert all(sums.values())
    assert cut > 20

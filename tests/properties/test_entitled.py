"""Rates that follow the orders of a period: both engines on random worlds, and what is true of every cut."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from tests.properties.two_engines import differences, fast_runs, legal, whole_plan
from tests.reference.any_entitled import follow_orders
from tests.reference.luck import Luck, seeded
from tests.reference.worlds import Played, seeded_world, until_refused

BATCHES = 4
COUNT = 300
CUTS = ("before", "after", "after 2", "after 3", "minimum before", "minimum after")


def entitled_world(seed: int) -> Played:
    """A random world whose bonuses are a rebate and a difference that follow the orders."""
    luck = seeded(seed)
    plan, rows, periods = seeded_world(seed, dated=False)
    plan = {**plan, "measures": dict(plan["measures"]), "tables": dict(plan.get("tables", {}))}
    for name, kind in (("stepped", "rebate"), ("climbing", "difference")):
        plan["bonuses"] = {**plan["bonuses"], name: bonus(luck, plan, name, kind)}
    return plan, rows, periods


def bonus(luck: Luck, plan: dict[str, Any], name: str, kind: str) -> dict[str, Any]:
    made: dict[str, Any] = {"kind": kind}
    follow_orders(luck, plan, name, made, ["placement"])
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
        whole = whole_plan(plan, rows["company"].get("volumes", {}))
        for result in until_refused(fast_runs(whole, legal(rows), periods)):
            sums: dict[tuple[Any, ...], Fraction] = {}
            for line in result.lines("climbing"):
                key = (line.source, line.order, line.order_line)
                sums[key] = sums.get(key, Fraction(0)) + line.base
                cut += line.part in CUTS
            assert all(sums.values())
    assert cut > 20

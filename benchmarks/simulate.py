"""How long a simulated company takes, and how much memory: people, months, plans.

Run as ``python benchmarks/simulate.py [--quick] [--people 100000] [--months 60]``. Each plan runs in a process of its
own. Nothing is asserted about time.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from measure import resident, seconds

from trueline.analyse.keeping import BookKeeper
from trueline.plan import load_plan
from trueline.run import run
from trueline.simulate import load_scenario, simulate
from trueline.simulate.simulation import Life, rewards, window

HERE = Path(__file__).parent
PLANS = ("reference-mlm", "reference-nm", "five-levels")
PARTS = ("invent", "facts", "run", "books", "whole facts")


def scenario(people: int, months: int) -> dict[str, Any]:
    """About so many people by the end, participants and customers, of whom six of ten buy or are bought from."""
    joiners = people * 51 // (100 * months)
    return {
        "scenario": "Measured",
        "first month": "2020-01",
        "months": months,
        "seed": 1,
        "people": {"start": max(people // 100, 1)},
        "joiners": {"per month": joiners},
        "recruiting": {"law": "preferential", "never": "1/2"},
        "placement": {"rule": "below sponsor", "width": 3},
        "effort": {1: "3/5", 4: "2/5"},
        "goods": {"price": 40, "retail": 50, "volumes": {"pv": 40, "cv": 36}},
        "kit": {"price": 49},
        "own use": {"chance": "1/3"},
        "customers": {"won": "1/20", "leaving": "1/15", "chance": "1/2"},
        "expenses": [{"kind": "tools", "amount": 12, "chance": "1/3"}],
        "leaving": {"by tenure": {1: "1/10", 4: "1/20"}, "by result": {"below": -100, "months": 3, "chance": "1/10"}},
    }


def measured(job: dict[str, Any]) -> dict[str, Any]:
    """One simulation in this process: seconds of its parts, and the most memory that the process held."""
    plan_file = load_plan(HERE.parent / "plans" / f"{job['plan']}.yaml")
    read = load_scenario(scenario(job["people"], job["months"]))
    simulate(load_scenario(scenario(500, 2)), plan_file)  # compiles
    spent = dict.fromkeys(PARTS, 0.0)

    def timed(part: str, work: Callable[..., Any], *given: Any) -> Any:
        taken, found = seconds(partial(work, *given))
        spent[part] += taken
        return found

    life, keeper, state = Life(read), BookKeeper(), None
    for _ in range(job["months"]):
        timed("invent", life.live)
        plan = plan_file.at(life.period)
        facts = timed("facts", life.facts, window(plan))
        result = timed("run", run, plan, facts, state, life.period)
        state = result.state
        timed("books", keeper.add, result)
        timed("invent", life.end, rewards(result, len(life.people)))
    whole = timed("whole facts", life.facts)
    timed("books", keeper.close, whole)
    size = {"people": len(life.people), "orders": whole["orders"].rows}
    memory = resident() // 2**20
    return {"plan": job["plan"], **size, "seconds": round(sum(spent.values()), 2), **spent, "peak MB": memory}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure simulations.")
    parser.add_argument("--quick", action="store_true", help="a small company, to see that it works")
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--months", type=int, default=60)
    parser.add_argument("--job", help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.job:
        print(json.dumps(measured(json.loads(wanted.job))))
        return
    people, months = (1000, 6) if wanted.quick else (wanted.people, wanted.months)
    print(f"{months} months, {len(os.sched_getaffinity(0))} processors")
    for plan in PLANS:
        job = json.dumps({"plan": plan, "people": people, "months": months})
        done = subprocess.run([sys.executable, __file__, "--job", job], stdout=subprocess.PIPE, check=True, text=True)
        found = json.loads(done.stdout)
        parts = ", ".join(f"{part} {found[part]:.1f}" for part in PARTS)
        print(f"{plan:<14} {found['people']:>8} people {found['orders']:>9} orders {found['seconds']:>7} s ({parts}), "
              f"peak {found['peak MB']} MB")  # fmt: skip


if __name__ == "__main__":
    main()

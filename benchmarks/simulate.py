"""How long a simulated company takes, and how much memory: people, months, plans.

Run as ``python benchmarks/simulate.py [--quick] [--people 100000] [--months 60]``. Each plan runs in a process of its
own. Nothing is asserted about time.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PLANS = ("reference-mlm", "reference-nm", "five-levels")


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
    from trueline.analyse.keeping import BookKeeper  # noqa: PLC0415 - the clock of a process starts before its imports
    from trueline.plan import load_plan  # noqa: PLC0415
    from trueline.run import run  # noqa: PLC0415
    from trueline.simulate import load_scenario, simulate  # noqa: PLC0415
    from trueline.simulate.simulation import Life, rewards, window  # noqa: PLC0415

    plan_file = load_plan(HERE.parent / "plans" / f"{job['plan']}.yaml")
    read = load_scenario(scenario(job["people"], job["months"]))
    simulate(load_scenario(scenario(500, 2)), plan_file)  # compiles
    spent = dict.fromkeys(("invent", "facts", "run", "books", "whole facts"), 0.0)

    def clock(part: str, since: float) -> float:
        now = time.perf_counter()
        spent[part] += now - since
        return now

    life, keeper, state = Life(read), BookKeeper(), None
    began = now = time.perf_counter()
    for _ in range(job["months"]):
        life.live()
        now = clock("invent", now)
        plan = plan_file.at(life.period)
        facts = life.facts(window(plan))
        now = clock("facts", now)
        result = run(plan, facts, state, life.period)
        state = result.state
        now = clock("run", now)
        keeper.add(result)
        now = clock("books", now)
        life.end(rewards(result, len(life.people)))
        now = clock("invent", now)
    whole = life.facts()
    now = clock("whole facts", now)
    keeper.close(whole)
    now = clock("books", now)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    size = {"people": len(life.people), "orders": whole["orders"].rows}
    return {"plan": job["plan"], **size, "seconds": round(now - began, 2), **spent, "peak MB": memory}


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
        parts = ", ".join(f"{part} {found[part]:.1f}" for part in ("invent", "facts", "run", "books", "whole facts"))
        print(f"{plan:<14} {found['people']:>8} people {found['orders']:>9} orders {found['seconds']:>7} s ({parts}), "
              f"peak {found['peak MB']} MB")  # fmt: skip


if __name__ == "__main__":
    main()

"""What runs in a process of its own: the times of one size of company, or the memory of one run.

``python benchmarks/measure.py JOB``, where the job is JSON; the figures come back as one line of JSON.
"""

from __future__ import annotations

import json
import resource
import sys
import time

PROCESS_STARTED = time.perf_counter()

from collections.abc import Callable  # noqa: E402 (the clock starts before the imports)
from typing import Any  # noqa: E402

from company import PERIOD, SHAPES, columns, facts_of, plan  # noqa: E402

from trueline.facts import Facts  # noqa: E402
from trueline.run import Result, run  # noqa: E402

PLAN = plan()
MODES = {"totals": False, "lines": True}
"""Name of a mode -> whether payment lines are kept."""
HASHED = 100_000
"""Up to so many members the tables of every number of threads are compared by their hashes."""


def compute(facts: Facts, mode: str, threads: int) -> Result:
    return run(PLAN, facts, None, PERIOD, lines=MODES[mode], threads=threads)


def seconds(work: Callable[[], Any]) -> tuple[float, Any]:
    started = time.perf_counter()
    found = work()
    return time.perf_counter() - started, found


def resident() -> int:
    """The most memory that this process has held, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def times(job: dict[str, Any]) -> dict[str, Any]:
    """Every shape, mode and number of threads in turn, round after round, so that a busy machine slows all alike."""
    for shape in SHAPES:
        warm = facts_of(columns(100, shape))
        for mode in MODES:
            compute(warm, mode, 1)
    companies = {shape: columns(job["members"], shape) for shape in SHAPES}
    building: dict[str, float] = {}
    facts: dict[str, Facts] = {}
    for shape, company in companies.items():
        building[shape], facts[shape] = seconds(lambda company=company: facts_of(company))
    cells: dict[tuple[str, str, int], list[float]] = {}
    about: dict[str, dict[str, int]] = {}
    hashes: dict[str, set[str]] = {}
    for turn in range(job["rounds"]):
        for shape in SHAPES:
            for mode in MODES:
                for threads in job["threads"]:
                    taken, result = seconds(lambda s=shape, m=mode, t=threads: compute(facts[s], m, t))
                    cells.setdefault((shape, mode, threads), []).append(taken)
                    if turn == 0 and job["members"] <= HASHED:
                        hashes.setdefault(f"{shape} {mode}", set()).add(json.dumps(result.hashes))
                    if mode == "lines":
                        counts = [len(bonus.lines) for bonus in result.bonuses.values() if bonus.lines is not None]
                        depth = int(result.tree("sponsor").depth.max())
                        about[shape] = {"depth": depth, "lines": sum(counts)}
                    del result
    return {
        "members": job["members"],
        "building": building,
        "about": about,
        "cells": [{"shape": s, "mode": m, "threads": t, "seconds": taken} for (s, m, t), taken in cells.items()],
        "hashes_agree": all(len(found) == 1 for found in hashes.values()) if hashes else None,
    }


def memory(job: dict[str, Any]) -> dict[str, Any]:
    """The peak of a process that builds the facts and computes them once."""
    compute(facts_of(columns(100, job["shape"])), job["mode"], job["threads"])
    started = resident()
    facts = facts_of(columns(job["members"], job["shape"]))
    built = resident()
    compute(facts, job["mode"], job["threads"])
    return {"before": started, "facts": built, "peak": resident()}


def cold(_job: dict[str, Any]) -> dict[str, Any]:
    """The first small company in a fresh process: imports, then the first run, then the second."""
    imported = time.perf_counter() - PROCESS_STARTED
    facts = facts_of(columns(100, "random"))
    first, _ = seconds(lambda: compute(facts, "lines", 1))
    second, _ = seconds(lambda: compute(facts, "lines", 1))
    return {"imports": imported, "first": first, "second": second}


JOBS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {"times": times, "memory": memory, "cold": cold}

if __name__ == "__main__":
    wanted = json.loads(sys.argv[1])
    print(json.dumps(JOBS[wanted["job"]](wanted)))

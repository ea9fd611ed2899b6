"""The peers beside the engine on the same companies, in turn, in a process of its own; whether totals are equal.

``python benchmarks/beside.py JOB``, where the job is JSON; the figures come back as one line of JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from company import SHAPES, Columns, Totals, columns, facts_of
from measure import compute, seconds
from peers import path_doubling, recursive_sql, walk

from trueline.facts import Facts
from trueline.run import Result


def works_of(company: Columns, shape: str) -> dict[str, Callable[[], Totals]]:
    """What computes a company, by the name of the peer; SQL takes a step per generation and is spared the deep tree."""
    works: dict[str, Callable[[], Totals]] = {"plain Python walk": lambda: walk.totals(company)}
    if shape == "random":
        works["DuckDB recursive SQL"] = recursive_sql.prepared(company)
    works["Polars path doubling"] = lambda: path_doubling.totals(company)
    return works


def beside(job: dict[str, Any], shape: str) -> list[dict[str, Any]]:
    """``equal`` compares every member's every bonus; a first round that loads and compiles is not counted."""
    company = columns(job["members"], shape)
    facts: Facts = facts_of(company)
    found = {
        name: {"peer": name, "shape": shape, "seconds": [], "engine": [], "equal": True, "work": work}
        for name, work in works_of(company, shape).items()
        if job["members"] <= job["limits"][name]
    }
    compute(facts, "totals", job["threads"])
    for _ in range(job["rounds"]):
        for peer in found.values():
            taken, result = seconds(lambda: compute(facts, "totals", job["threads"]))
            peer["engine"].append(taken)
            taken, totals = seconds(peer["work"])
            peer["seconds"].append(taken)
            peer["equal"] = peer["equal"] and equal(result, totals)
    return [{key: value for key, value in peer.items() if key != "work"} for peer in found.values()]


def equal(result: Result, totals: Totals) -> bool:
    """Whether every member earns the same cents from every bonus that the peer computed."""
    earned = {name: result.bonuses[name].earned[result.world.index] for name in totals}
    return all(np.array_equal(np.asarray(totals[name], dtype=np.int64), earned[name]) for name in totals)


if __name__ == "__main__":
    wanted = json.loads(sys.argv[1])
    print(json.dumps([row for shape in SHAPES for row in beside(wanted, shape)]))

"""How fast a month is computed: personal rebate, seven compressed levels, difference and pool, beside other ways.

Run as ``make bench`` or ``python benchmarks/run.py [--quick] [--sizes 10000,100000] [--json FILE]``. Nothing is
asserted about time; that the peers agree to the cent is. README.md beside this file says what the figures mean.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from company import SHAPES
from show import show

HERE = Path(__file__).parent
LIMITS = {"plain Python walk": 100_000, "DuckDB recursive SQL": 100_000, "Polars path doubling": 1_000_000}
"""The most members that each peer is given."""


def measured(script: str, job: dict[str, Any], **environment: str) -> Any:
    """One job in a process of its own."""
    command = [sys.executable, str(HERE / script), json.dumps(job)]
    done = subprocess.run(command, stdout=subprocess.PIPE, env={**os.environ, **environment}, check=True, text=True)
    return json.loads(done.stdout)


def size(members: int, threads: list[int], rounds: int) -> dict[str, Any]:
    """Times of the engine, then of the peers beside it; the first process also fills the cache of kernels."""
    common = {"members": members, "rounds": rounds}
    found: dict[str, Any] = measured("measure.py", {"job": "times", "threads": threads, **common})
    found["peers"] = measured("beside.py", {"threads": max(threads), "limits": LIMITS, **common})
    return found


def memory(members: int, threads: int) -> list[dict[str, Any]]:
    cells = [
        {"members": members, "shape": s, "mode": m, "threads": threads} for s in SHAPES for m in ("totals", "lines")
    ]
    return [{**cell, **measured("measure.py", {"job": "memory", **cell})} for cell in cells]


def cold_starts() -> dict[str, Any]:
    """A fresh process with an empty cache of kernels, and another one with the cache that the first has filled."""
    with tempfile.TemporaryDirectory() as cache:
        return {
            name: measured("measure.py", {"job": "cold"}, NUMBA_CACHE_DIR=cache) for name in ("compiling", "cached")
        }


def main() -> None:
    wanted = arguments()
    processors = len(os.sched_getaffinity(0))
    threads = sorted({1, processors})
    report = {
        "machine": {"processors": processors, "system": platform.platform(), "python": platform.python_version()},
        "rounds": wanted.rounds,
        "sizes": [size(members, threads, wanted.rounds) for members in wanted.sizes],
        "memory": [cell for members in wanted.sizes for cell in ([] if wanted.quick else memory(members, processors))],
        "cold": {} if wanted.quick else cold_starts(),
    }
    show(report)
    if wanted.json:
        Path(wanted.json).write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    if not all(peer["equal"] for size in report["sizes"] for peer in size["peers"]):
        sys.exit("The peers do not agree with the engine.")
    if any(size["hashes_agree"] is False for size in report["sizes"]):
        sys.exit("The number of threads changes the result.")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the engine.")
    parser.add_argument("--quick", action="store_true", help="tiny companies once; no memory and no cold start")
    parser.add_argument("--sizes", type=whole_numbers, help="numbers of members; default 10000,100000,1000000")
    parser.add_argument("--rounds", type=int, help="how often each figure is measured; default 5")
    parser.add_argument("--json", metavar="FILE", help="write every figure there")
    wanted = parser.parse_args()
    wanted.sizes = wanted.sizes or ([200, 2_000] if wanted.quick else [10_000, 100_000, 1_000_000])
    wanted.rounds = wanted.rounds or (1 if wanted.quick else 5)
    return wanted


def whole_numbers(text: str) -> list[int]:
    return [int(part.replace("_", "")) for part in text.split(",")]


if __name__ == "__main__":
    main()

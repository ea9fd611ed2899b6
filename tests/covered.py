"""How much of the core the tests reach, lines and branches, compiled kernels too: ``python -m tests.covered``.

Nothing can watch compiled code run. So the suite is measured as it is, without what cannot reach more of the core, and
then the tests of everything that has kernels once more with compiling switched off; what either reached counts. A test
that is too large without compiling is broken off, and what it reached by then counts. Prints each package of the core
and where it is not reached, and fails when one of them is below the floor. Not part of ``make test``: it takes minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import coverage

ROOT = Path(__file__).parents[1]
CORE = ("money", "network", "plan", "facts", "reckon", "run", "case", "explain", "cli")
MEASURES = ("analyse", "simulate", "compare", "report")
FLOOR = 95
"""Percent of the branches alone that the tests reach in each package, and so of lines and branches together."""
LEFT_OUT = [
    "tests/docs",  # whether pages are true: each starts commands of its own
    "tests/test_benchmarks.py",  # peers and timings
    "tests/test_examples_company.py",  # invents a company
    "tests/test_house.py",  # reads the sources
    "tests/test_wheel.py",  # builds and installs
]
"""What reaches nothing of the core in its own process that the others do not."""
PLAIN = [
    "tests/money",
    "tests/network",
    "tests/reckon",
    "tests/reference/test_by_hand.py",
    "tests/properties/test_two_engines.py",
    "tests/simulate/test_recruiting.py",
    "tests/analyse/test_books.py",
    "tests/analyse/test_positions.py",
    "tests/explain/test_promotion.py",
    "tests/test_cases.py",
]
"""What is run without compiling: kernels on small inputs, drawn worlds in both engines, worked examples."""


def measured(tests: list[str], data: Path, workers: int, **switches: str) -> int:
    """Run tests, writing what they reached into ``data``; the exit code of pytest."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", str(workers), "--cov=trueline", "--cov-branch"]
    environment = {**os.environ, "COVERAGE_FILE": str(data), **switches}
    return subprocess.run([*command, "--cov-report=", *tests], cwd=ROOT, env=environment, check=False).returncode


def report(data: list[Path], folder: Path) -> dict[str, Any]:
    """What all runs together reached, file by file."""
    found = coverage.Coverage(data_file=str(folder / "together"), branch=True)
    found.combine([str(one) for one in data], keep=True)
    found.json_report(outfile=str(folder / "together.json"))
    files: dict[str, Any] = json.loads((folder / "together.json").read_text(encoding="utf-8"))["files"]
    return files


def percent(files: dict[str, Any], package: str) -> tuple[float, float, float]:
    """How many of a package's lines, of its branches, and of both together are reached, of a hundred."""
    sums = [one["summary"] for name, one in files.items() if f"trueline/{package}/" in Path(name).as_posix()]
    lines, branches = sum(one["num_statements"] for one in sums), sum(one["num_branches"] for one in sums)
    reached = sum(one["covered_lines"] for one in sums), sum(one["covered_branches"] for one in sums)
    return 100 * reached[0] / lines, 100 * reached[1] / branches, 100 * sum(reached) / (lines + branches)


def places(files: dict[str, Any], package: str) -> list[str]:
    """Where the files of a package are not reached."""
    return [
        f"  {name}: lines {one['missing_lines']}, branches {one['missing_branches']}"
        for name, one in sorted(files.items())
        if f"trueline/{package}/" in Path(name).as_posix() and (one["missing_lines"] or one["missing_branches"])
    ]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--places", action="store_true", help="list what is not reached")
    parser.add_argument("--keep", type=Path, help="a folder for what was measured; what is there already counts too")
    parser.add_argument("--only", choices=["compiled", "plain", "neither"], help="measure only this part")
    return parser.parse_args()


def main() -> int:
    given = arguments()
    with tempfile.TemporaryDirectory() as name:
        folder = given.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        codes = []
        if given.only in {None, "compiled"}:
            codes.append(measured([f"--ignore={path}" for path in LEFT_OUT], folder / "compiled", given.workers))
        if given.only in {None, "plain"}:
            small = ["-p", "tests.small_only", *PLAIN]
            without = {"NUMBA_DISABLE_JIT": "1", "TRUELINE_WORLDS": "64"}
            codes.append(measured(small, folder / "plain", given.workers, **without))
        files = report([folder / part for part in ("compiled", "plain") if (folder / part).exists()], folder)
    below = 0
    for package in CORE + MEASURES:
        lines, branches, both = percent(files, package)
        below += min(both, branches) < FLOOR
        print(f"{package:8} {both:5.1f} %: lines {lines:5.1f}, branches {branches:5.1f}")  # noqa: T201 - a script
        if given.places:
            print("\n".join(places(files, package)))  # noqa: T201
    return int(any(codes) or below > 0)


if __name__ == "__main__":
    sys.exit(main())

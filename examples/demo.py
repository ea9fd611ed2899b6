"""The bundled company under both reference plans: check, run, explain, replay, and the two models compared.

    python examples/demo.py [STORE]

Each step is an ordinary command, printed before it runs; everything can be typed by hand.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
SEEDS = "5"
"""Simulated companies for each plan and way of working: enough for an interval, few enough to wait for."""


def step(title: str, *arguments: str) -> None:
    """Print and run one command; a failing one ends the demo with its exit code."""
    print(f"\n— {title}\n$ trueline {shlex.join(arguments)}", flush=True)
    done = subprocess.run([sys.executable, "-m", "trueline", *arguments], cwd=HOME, check=False)  # noqa: S603  # our own
    if done.returncode:
        sys.exit(done.returncode)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="trueline-demo-") as folder:
        store = sys.argv[1] if len(sys.argv) > 1 else folder
        page = str(HOME / "report.html")
        company, months = "examples/company", ("--period", "2026-01", "--to", "2026-03", "--out", store)
        step("The company's facts, checked", "facts", "check", company)
        step("Both plans, checked", "plan", "check", "plans/reference-mlm.yaml", "plans/reference-nm.yaml")
        step("Three months of multi-level marketing", "run", "plans/reference-mlm.yaml", company, *months)
        step("The same months of network marketing", "run", "plans/reference-nm.yaml", company, *months)
        run_mlm, run_nm = f"{store}/2026-03-reference-mlm", f"{store}/2026-03-reference-nm"
        step("What one member gets, down to the order line", "explain", run_nm, "gia-rowan")
        step("Why another member gets nothing from a bonus", "explain", run_mlm, "vera-hart", "--why-not", "level")
        step("What another member misses for the next rank", "explain", run_mlm, "dina-hart", "--next-rank")
        step("The run proves itself", "replay", run_nm)
        plans = ("plans/reference-mlm.yaml", "plans/reference-nm.yaml")
        history = ("--facts", company, "--scenario", "scenarios/recruiting-first.yaml", "--seeds", SEEDS)
        step(
            "The two models, measured: on the company and on simulated ones",
            "compare",
            *plans,
            *history,
            "--html",
            page,
        )
    if len(sys.argv) == 1:
        print("\nThese runs were removed again; make demo ARGS=runs keeps them in runs.")
    print(f"The report is in {page}: open it in a browser.")
    print("Go on with 'Your first plan' in README.md. For your own company: .venv/bin/trueline facts template FOLDER")


if __name__ == "__main__":
    main()

"""The benchmarks still run, and what they are measured against computes the same totals."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

RUN = Path(__file__).parents[1] / "benchmarks" / "run.py"


@pytest.mark.slow
def test_every_peer_computes_what_the_engine_computes(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"

    subprocess.run([sys.executable, str(RUN), "--quick", "--json", str(figures)], check=True, capture_output=True)

    report = json.loads(figures.read_text(encoding="utf-8"))
    peers = [peer for size in report["sizes"] for peer in size["peers"]]
    assert {peer["peer"] for peer in peers} == {
        "plain Python walk",
        "DuckDB recursive SQL",
        "Polars path doubling",
    }
    assert all(peer["equal"] for peer in peers)
    assert all(size["hashes_agree"] for size in report["sizes"])


@pytest.mark.slow
def test_a_simulation_is_measured_under_every_plan() -> None:
    script = RUN.with_name("simulate.py")

    done = subprocess.run([sys.executable, str(script), "--quick"], check=True, capture_output=True, text=True)

    assert [line.split()[0] for line in done.stdout.splitlines()[1:]] == [
        "reference-mlm",
        "reference-nm",
        "five-levels",
    ]

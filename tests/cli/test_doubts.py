"""What a command points at although nothing is refused: a promise above the whole, a period without anything."""

from __future__ import annotations

from pathlib import Path

import pytest

from trueline.cli.main import ExitCode, main

HOME = Path(__file__).resolve().parents[2]
PLAN = """\
plan: Doubtful
currency: USD
period: month
volumes: {pv: 0.01, cv: 0.01}
rounding: {to: 0.01, mode: half up}
bonuses:
  team: {kind: level, base: orders(cv), rates: [10%]}
  pool: {kind: pool, fund: FUND * company(orders(cv)), shares: orders(pv)}
"""


def plan(folder: Path, fund: str) -> str:
    path = folder / "plan.yaml"
    path.write_text(PLAN.replace("FUND", fund), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("fund", "total"),
    [
        ("3%", "at most 13% of CV\n"),
        ("90%", "at most 100% of CV\n"),
        ("3", "at most 310% of CV, more than all of it; is a percent sign missing?\n"),
    ],
)
def test_a_promise_above_the_whole(fund: str, total: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "check", plan(tmp_path, fund)]) == ExitCode.OK
    assert capsys.readouterr().out.endswith(total)


def test_a_period_with_nothing_in_it_and_a_chain(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = str(HOME / "examples" / "company")
    arguments = ["run", plan(tmp_path, "3%"), facts, "--period", "2026-03", "--to", "2026-04", "--dry"]
    assert main(arguments) == ExitCode.OK
    march, april = capsys.readouterr().out.split("\n\n")
    assert "Doubtful, 2026-03" in march
    assert "No bonus promised" not in march
    assert "No bonus promised anything: nothing that this plan pays on lies in 2026-04." in april


def test_nothing_below(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts, store = str(HOME / "examples" / "company"), str(tmp_path / "runs")
    assert main(["run", plan(tmp_path, "3%"), facts, "--period", "2026-03", "--out", store]) == ExitCode.OK
    stored = str(tmp_path / "runs" / "2026-03-doubtful")
    capsys.readouterr()
    assert main(["explain", stored, "rhea-burr", "--why-not", "team"]) == ExitCode.OK
    said = " ".join(capsys.readouterr().out.split())
    assert "no condition of yours fails, but there is nothing below you that it pays on." in said

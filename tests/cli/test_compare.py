"""``trueline compare``: over invented companies, as text, as data and as a page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.compare.test_what_is_compared import small
from tests.report.test_sides import comparison

from trueline.cli.comparison import comparison_text
from trueline.cli.main import ExitCode, main
from trueline.explain.text import as_text

PLANS = [str(Path(__file__).parents[2] / "plans" / f"{name}.yaml") for name in ("five-levels", "reference-nm")]


def test_effects_of_plan_and_way_are_printed() -> None:
    """Of the loss share a tenth is the plan's and two tenths the way's; of an unknown measure no row is there."""
    text = as_text(comparison_text(comparison()), 160)
    table = text[text.index("Plan against way of working") :]

    (row,) = [line for line in table.splitlines() if line.strip().startswith("Share with a loss")]
    assert row.split()[-4:] == ["+10.0", "pp", "+20.0", "pp"]
    assert "Gini" not in table


def test_over_a_scenario_as_data_and_as_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.html"
    few = ["--scenario", str(small(tmp_path)), "--seeds", "2", "--months", "1"]

    assert main(["compare", PLANS[0], *few, "--json", "--html", str(page)]) == ExitCode.OK

    (found,) = json.loads(capsys.readouterr().out)
    assert found["two by two"] == []
    assert "Five levels" in page.read_text(encoding="utf-8")


def test_periods_choose_among_facts_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["compare", *PLANS, "--scenario", str(small(tmp_path)), "--period", "2024-01"]

    assert main(given) == ExitCode.REFUSED
    assert "--period and --to choose among facts; a scenario has --months." in capsys.readouterr().err

"""What ``trueline simulate`` prints, writes and refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trueline.cli.main import main

HOME = Path(__file__).parents[2]
SCENARIO = str(HOME / "scenarios" / "customers-first.yaml")
PLAN = str(HOME / "plans" / "reference-nm.yaml")


def test_the_summary_as_json_and_the_facts_in_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "company"
    assert (
        main(["simulate", SCENARIO, "--plan", PLAN, "--months", "2", "--seed", "9", "--out", str(out), "--json"]) == 0
    )

    data = json.loads(capsys.readouterr().out)
    assert data["months"] == ["2024-01", "2024-02"]
    assert data["seed"] == 9
    assert data["participants at the end"] <= data["participants ever"]
    assert main(["facts", "check", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["hash"] == data["facts"]


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")

    assert main(["simulate", SCENARIO, "--plan", PLAN, "--months", "1", "--out", str(tmp_path)]) == 2
    assert "This is there already, and no empty folder. Name a new one." in capsys.readouterr().err
    assert main(["simulate", SCENARIO, "--plan", PLAN, "--months", "1", "--out", str(tmp_path / "mine.txt")]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_scenario_with_a_mistake_is_refused_at_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(Path(SCENARIO).read_text(encoding="utf-8").replace("goods:", "good:"), encoding="utf-8")

    assert main(["simulate", str(broken), "--plan", PLAN]) == 2
    err = capsys.readouterr().err
    assert "Unknown key 'good'. Did you mean 'goods'?" in err
    assert "Traceback" not in err


def test_a_way_of_working_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", SCENARIO, "--plan", PLAN, "--way", "customer first"]) == 2
    assert "'customer first' is no way of working. Did you mean 'customers first'?" in capsys.readouterr().err

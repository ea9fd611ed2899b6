"""``trueline analyse``: figures with definitions, unknown cells that name what is missing, and tables in a folder."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

from trueline.analyse.definitions import DEFINITIONS
from trueline.cli.main import ExitCode, main

ROOT = Path(__file__).resolve().parents[2]
MARCH = ("--period", "2026-03")


def asked(*more: str, company: str = "company") -> list[str]:
    return ["analyse", str(ROOT / "plans" / "reference-nm.yaml"), str(ROOT / "examples" / company), *MARCH, *more]


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("COLUMNS", "200")

    def run(*more: str, company: str = "company") -> str:
        assert main(asked(*more, company=company)) == ExitCode.OK
        return capsys.readouterr().out

    return run


def test_every_measure_with_its_meaning(printed: Any) -> None:
    text = printed("--by", "bonus")

    for measure in ("rewards_from_customers_share", "revenue_unknown_share", "net_loss_share", "without_joining_packs"):
        assert DEFINITIONS[measure].name in text
        assert DEFINITIONS[measure].meaning[:40] in text
    assert "  bonus team pool" in text
    assert "Split as the sales that its fund is made of" in text


def test_an_unknown_cell_names_the_tables(printed: Any) -> None:
    text = printed(company="company-minimal")

    rows = {line.partition("  ")[0]: line for line in text.splitlines()}
    assert "unknown: no receipts, expenses" in rows["Share with a profit"]
    assert "unknown: no rewards_other" in rows["Payout ratio"]
    assert "unknown" not in rows["Share ahead of the company"]
    assert "counting own" not in text, "what is unknown is not told three times"


def test_json_is_exact_and_complete(printed: Any) -> None:
    data = json.loads(printed("--json"))
    of_all = {one["measure"]: one for one in data["figures"] if not one["by"]}

    assert data["periods"] == ["2026-03"]
    assert set(data["rules"]) == {"sales", "team pool"}
    causes = [one for one in data["figures"] if one["measure"] == "rewards" and "cause" in one["by"]]
    assert sum(Fraction(one["value"]) for one in causes) == Fraction(of_all["rewards"]["value"])
    assert all(one["definition"] for one in data["figures"])


def test_tables_in_a_folder(printed: Any, tmp_path: Path) -> None:
    text = printed("--out", str(tmp_path / "new"))
    people, figures = (pq.read_table(tmp_path / "new" / f"{name}.parquet") for name in ("people", "figures"))

    assert f"Wrote figures and people to {tmp_path / 'new'}." in text
    assert people.num_rows == pacsv.read_csv(tmp_path / "new" / "people.csv").num_rows
    rewards = [row for row in figures.to_pylist() if (row["measure"], row["by"]) == ("rewards", "")]
    assert sum(people["rewards"].to_pylist()) == Fraction(rewards[0]["value"])
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "figures.csv", "figures.parquet", "people.csv", "people.parquet",
    ]  # fmt: skip


def test_what_cannot_be_asked_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(asked("--by", "bonsu")) == ExitCode.REFUSED
    told = capsys.readouterr().err
    assert "No figure is by 'bonsu'." in told
    assert "'bonus'" in told
    assert "There are: bonus, " in told
    assert main(asked("--to", "2026-02")) == ExitCode.REFUSED
    assert "--to names a later period." in capsys.readouterr().err
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(asked("--out", str(tmp_path / "file"))) == ExitCode.REFUSED
    assert "Name another folder." in capsys.readouterr().err

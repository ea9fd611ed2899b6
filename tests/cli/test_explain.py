"""``trueline explain`` on a stored run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trueline.cli.main import ExitCode, main
from trueline.facts import Facts
from trueline.period import Period
from trueline.plan import load_plan
from trueline.run import run
from trueline.run.store import save_run

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stored month of the example company under the reference plan."""
    plan_file = load_plan(ROOT / "plans" / "reference-mlm.yaml")
    facts = Facts.read(ROOT / "examples" / "company")
    period = Period.parse("2025-12")
    result = run(plan_file.at(period), facts, None, period)
    return save_run(tmp_path_factory.mktemp("store"), "month", result, plan_file, facts, None, None)


def test_the_statement(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(stored), "otis-hill"]) == ExitCode.OK
    assert "Statement of otis-hill for December 2025" in capsys.readouterr().out


def test_json_of_each_question(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kinds = []
    for question in ([], ["--why-not", "leaders pool"], ["--next-rank"], ["--bonus", "level", "--all"]):
        assert main(["explain", str(stored), "otis-hill", "--json", *question]) == ExitCode.OK
        kinds.append(json.loads(capsys.readouterr().out)["kind"])

    assert kinds == ["statement", "why not", "next rank", "statement"]


def test_one_bonus_only(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(stored), "otis-hill", "--json", "--bonus", "level"]) == ExitCode.OK
    assert [bonus["name"] for bonus in json.loads(capsys.readouterr().out)["bonuses"]] == ["level"]


def test_why_not_and_next_rank_as_text(stored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(stored), "otis-hill", "--why-not", "leaders pool"]) == ExitCode.OK
    assert "rank: Builder (at least Leader needed)" in capsys.readouterr().out
    assert main(["explain", str(stored), "otis-hill", "--next-rank"]) == ExitCode.OK
    assert "For Leader, one thing is missing" in capsys.readouterr().out


def test_the_page(stored: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.html"

    assert main(["explain", str(stored), "otis-hill", "--html", str(page)]) == ExitCode.OK
    assert str(page) in capsys.readouterr().out
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nobody"], "There is no member 'nobody'"),
        (["otis-hill", "--why-not", "poool"], "The plan has no bonus 'poool'"),
        (["otis-hill", "--next-rank", "--bonus", "level"], "Ask one question"),
        (["otis-hill", "--next-rank", "--html", "x.html"], "--html writes the statement"),
        (["otis-hill", "--html", "no/such/folder/x.html"], "Cannot be written"),
    ],
)
def test_refusals(stored: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(stored), *arguments]) == ExitCode.REFUSED
    assert words in capsys.readouterr().err


def test_no_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(tmp_path), "x"]) == ExitCode.REFUSED
    assert "no stored run" in capsys.readouterr().err

"""What ``trueline case`` prints, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from trueline.cli.main import main

PAGE = """\
case: page
title: Ten per cent of the next level
source: {seen: none, confidence: high, note: made by hand}
plan:
  plan: Small
  currency: USD
  period: month
  rounding: {to: 0.01, mode: half up, per: line}
  volumes: {pv: 1}
  bonuses: {level: {kind: level, base: orders(pv), rates: [10%]}}
members:
  - {id: A}
  - {id: B, sponsor: A, pv: 1 000}
expect:
  amounts: {A: {level: 100}}
variants:
  double:
    plan: {bonuses: {level: {rates: [20%]}}}
    expect: {amounts: {A: {level: 200}}}
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = Path("page.yaml")
    file.write_text(PAGE, encoding="utf-8")
    return file


def test_a_page_that_passes(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["case", str(page)]) == 0

    out, err = capsys.readouterr()
    assert out == "passed   page.yaml (2 values, 1 variant)\n1 page: 1 passed, 0 differs, 0 refused\n"
    assert err == ""


def test_a_page_that_differs(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page.write_text(
        PAGE.replace("{level: 100}", "{level: 101}").replace("{level: 200}", "{level: 0}"), encoding="utf-8"
    )

    assert main(["case", str(page)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "differs  page.yaml (2 of 2 values, 1 variant)",
        "         page.yaml:15:24: amounts A level: expected 101, got 100 (2024-01)",
        "         page.yaml:19:35: amounts A level: expected 0, got 200 (double, 2024-01)",
        "1 page: 0 passed, 1 differs, 0 refused",
    ]


def test_a_page_that_is_refused(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page.write_text(PAGE.replace("sponsor: A", "sponser: A"), encoding="utf-8")

    assert main(["case", str(page)]) == 2
    out, err = capsys.readouterr()
    assert out == "refused  page.yaml\n1 page: 0 passed, 0 differs, 1 refused\n"
    assert err.startswith(
        "page.yaml:13:13: 'sponser' is neither a key of a member nor declared by the plan. Did you mean 'sponsor'?"
    )


def test_a_plan_that_is_refused_is_shown_at_its_place_in_the_page(
    page: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page.write_text(PAGE.replace("kind: level, base", "kind: level, bass"), encoding="utf-8")

    assert main(["case", str(page)]) == 2
    assert "page.yaml:10:34: Unknown key 'bass'. Did you mean 'base'?" in capsys.readouterr().err


def test_a_folder_is_played_with_all_below_it(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path("more")
    (folder / "deep").mkdir(parents=True)
    for name in ("b.yaml", "deep/a.yaml", "notes.md"):
        (folder / name).write_text(PAGE, encoding="utf-8")

    assert main(["case", str(folder), str(page), str(page)]) == 0
    assert [line.split()[1] for line in capsys.readouterr().out.splitlines()[:-1]] == [
        "more/b.yaml",
        "more/deep/a.yaml",
        "page.yaml",
    ]


def test_one_refused_page_does_not_hide_the_others(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("wrong.yaml").write_text(PAGE.replace("{level: 100}", "{level: 1}"), encoding="utf-8")

    assert main(["case", "nowhere.yaml", "wrong.yaml", str(page)]) == 2
    out, err = capsys.readouterr()
    assert out.splitlines()[-1] == "3 pages: 1 passed, 1 differs, 1 refused"
    assert err == "nowhere.yaml: The page cannot be read: No such file or directory. Check the path.\n"


def test_a_folder_without_pages_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["case", str(tmp_path)]) == 2
    assert "There is no page in this folder. Pages are files that end in '.yaml'." in capsys.readouterr().err


def test_json_for_other_programs(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page.write_text(PAGE.replace("{level: 100}", "{level: 101}"), encoding="utf-8")
    Path("nothing.yaml").write_text("", encoding="utf-8")

    assert main(["case", "--json", str(page), "nothing.yaml"]) == 2
    first, second = json.loads(capsys.readouterr().out)
    assert first == {
        "file": "page.yaml",
        "outcome": "differs",
        "played": [
            {
                "variant": None,
                "period": "2024-01",
                "compared": 1,
                "differences": [{"line": 15, "column": 24, "what": "amounts A level", "expected": "101", "got": "100"}],
            },
            {"variant": "double", "period": "2024-01", "compared": 1, "differences": []},
        ],
        "findings": [],
    }
    assert (second["outcome"], second["played"], second["findings"][0]["message"]) == (
        "refused",
        [],
        "The file is empty.",
    )

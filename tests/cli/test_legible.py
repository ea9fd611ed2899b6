"""What is printed where the terminal, or the program behind a pipe, knows few letters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from trueline.cli.legible import _likeness

ROOT = Path(__file__).parents[2]
ENCODINGS = ["cp1252", "cp932"]
"""Windows in the west and in Japan."""


def printed(encoding: str, *arguments: str, folder: Path = ROOT) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "trueline", *arguments],
        env=os.environ | {"PYTHONIOENCODING": encoding, "PYTHONPATH": str(ROOT / "src")},
        cwd=folder,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode(encoding)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_plan_is_told_with_whatever_letters_there_are(encoding: str) -> None:
    told = printed(encoding, "plan", "show", "plans/reference-nm.yaml", "--markdown")
    whole = printed("utf-8", "plan", "show", "plans/reference-nm.yaml", "--markdown")

    assert "?" not in told
    plain = [line for line in whole.splitlines() if line.isascii()]
    assert [line for line in told.splitlines() if line in set(plain)] == plain


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_table_of_results_is_shown_whole(encoding: str, tmp_path: Path) -> None:
    run = ["run", "plans/reference-mlm.yaml", "examples/company", "--period", "2026-03", "--out"]
    shown = printed(encoding, *run, str(tmp_path / "store"))

    assert "Stored in" in shown
    assert "difference" in shown
    assert "?" not in shown
    assert "✓ active" in printed("utf-8", "explain", str(tmp_path / "store/2026-03-reference-mlm"), "hugo-vale")
    assert "+ active" in printed(encoding, "explain", str(tmp_path / "store/2026-03-reference-mlm"), "hugo-vale")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_data_are_the_same_in_every_encoding(encoding: str) -> None:
    whole = printed("utf-8", "plan", "show", "plans/reference-nm.yaml", "--json")

    assert not whole.isascii(), "the plan has no letter that could be lost"
    assert json.loads(printed(encoding, "plan", "show", "plans/reference-nm.yaml", "--json")) == json.loads(whole)


def test_a_page_is_utf_8_wherever_it_is_printed() -> None:
    page = ["plan", "show", "plans/reference-nm.yaml", "--html"]
    told = printed("latin-1", *page)

    assert 'charset="utf-8"' in told
    assert told.encode("latin-1").decode("utf-8") == printed("utf-8", *page)


@pytest.mark.parametrize(
    ("letter", "likeness"),
    [("━", "-"), ("┃", "|"), ("╇", "+"), ("−", "-"), ("é", "e"), ("ő", "o"), ("ﬁ", "fi"), ("…", "..."), ("株", "?")],
)
def test_what_a_letter_looks_like(letter: str, likeness: str) -> None:
    assert _likeness(letter) == likeness

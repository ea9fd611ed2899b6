"""What commands show on a terminal only, and how they end where the machine gives out."""

from __future__ import annotations

import errno
import io
import sys
from pathlib import Path

import click
import pytest
from tests.cli.test_main import register  # noqa: F401 - a fixture

from trueline.cli.main import ExitCode, main
from trueline.cli.progress import progress

HOME = Path(__file__).parents[2]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown_on(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Standard error as a terminal, from here on."""
    found = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", found)
    return found


def test_a_bar_says_what_is_done_and_how_much(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = shown_on(monkeypatch)
    with progress() as report:
        report("reading facts", 1, 2)

    assert "reading facts" in terminal.getvalue()
    assert "1/2" in terminal.getvalue()


def test_elsewhere_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as report:
        report("reading facts", 1, 2)

    assert capsys.readouterr().err == ""


def test_pages_are_counted_while_they_are_played(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = shown_on(monkeypatch)
    page = HOME / "cases" / "wtk_levels_20_5_4.yaml"

    assert main(["case", str(page), "--json"]) == ExitCode.OK
    assert f"1 of 1: {page}" in terminal.getvalue()
    assert "1 of 1" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "pay.csv"), ExitCode.REFUSED, "pay.csv: Cannot be written"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), ExitCode.REFUSED, "Cannot be written: Disk quota exceeded."),
        (OSError(errno.EIO, "Input/output error"), ExitCode.DEFECT, "Input/output error"),
        (click.Abort(), ExitCode.INTERRUPTED, "Interrupted."),
    ],
)
def test_where_the_machine_gives_out(
    register,  # noqa: ANN001, F811
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    code: ExitCode,
    said: str,
) -> None:
    def body() -> None:
        raise error

    register(body)

    assert main(["fake"]) == code
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (
            ["--period", "2024-01", "--to", "2024-Q2"],
            "--period names a month and --to a quarter; name two of one kind.",
        ),
        (["--period", "2024-02", "--to", "2024-01"], "--to names a later period."),
    ],
)
def test_a_span_has_two_ends_of_one_kind_in_their_order(
    capsys: pytest.CaptureFixture[str], span: list[str], said: str
) -> None:
    plan, facts = HOME / "plans" / "reference-mlm.yaml", HOME / "examples" / "company"

    assert main(["analyse", str(plan), str(facts), *span]) == ExitCode.REFUSED
    assert said in capsys.readouterr().err

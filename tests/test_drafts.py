"""Drafts of a store: a killed process leaves one, the next one removes it, and nobody touches one that is in use."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from trueline.files import draft_folder

WRITER = """
import sys
from pathlib import Path
from trueline.files import draft_folder
with draft_folder(Path(sys.argv[1])) as aside:
    (aside / "half").write_text("written")
    print(aside, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that stands in the middle of writing into the folder."""
    command = [sys.executable, "-c", WRITER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


def draft_of(process: subprocess.Popen[str]) -> Path:
    assert process.stdout
    return Path(process.stdout.readline().strip())


def test_a_draft_goes_away_with_its_files(tmp_path: Path) -> None:
    with draft_folder(tmp_path) as aside:
        (aside / "half").write_text("written")

    assert not [*tmp_path.iterdir()]


def test_what_a_killed_process_left_is_removed_by_the_next(tmp_path: Path, writer: subprocess.Popen[str]) -> None:
    left = draft_of(writer)
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    assert (left / "half").exists()

    with draft_folder(tmp_path) as aside:
        assert [*tmp_path.iterdir()] == [aside]


def test_two_write_at_the_same_time_and_neither_loses_anything(tmp_path: Path, writer: subprocess.Popen[str]) -> None:
    other = draft_of(writer)

    with draft_folder(tmp_path) as aside, draft_folder(tmp_path) as third:
        assert {*tmp_path.iterdir()} == {other, aside, third}
        assert (other / "half").read_text() == "written"
    assert [*tmp_path.iterdir()] == [other]

    writer.communicate()
    assert writer.returncode == 0
    assert not [*tmp_path.iterdir()]


def test_what_an_error_leaves_is_removed_at_once(tmp_path: Path) -> None:
    def fails() -> None:
        with draft_folder(tmp_path) as aside:
            (aside / "half").write_text("written")
            raise OSError("full")

    with pytest.raises(OSError, match="full"):
        fails()

    assert not [*tmp_path.iterdir()]

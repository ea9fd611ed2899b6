"""How a command ended, and what is wrong with that: run in this process, with a limit on its time."""

from __future__ import annotations

import contextlib
import hashlib
import io
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from trueline.cli.main import main

LONGEST = 20
"""Seconds of processor time within which every command must have its answer; of the clock, so many times more."""
PATIENCE = 6


class TooLong(BaseException):
    """The command did not answer in time."""


@dataclass
class Ended:
    """How a command ended: its exit code, what it wrote, and what is wrong with that."""

    code: int
    out: str
    err: str
    wrong: list[str] = field(default_factory=list)


ALARMS = (
    (signal.SIGVTALRM, signal.ITIMER_VIRTUAL, LONGEST),
    (signal.SIGALRM, signal.ITIMER_REAL, LONGEST * PATIENCE),
)


def _late(*_: object) -> None:
    raise TooLong


def done(arguments: list[str]) -> None:
    """Run a command that must be done, however long it takes: kernels are compiled on the way."""
    found = ended(arguments, limited=False)
    assert found.code == 0, found.err


def ended(arguments: list[str], *, limited: bool = True) -> Ended:
    """Run the command in this process and judge how it ended. Findings may stand in the document of ``--json``."""
    streams = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", errors=errors) for errors in ("strict", "replace")]
    for sign, timer, seconds in ALARMS:
        signal.signal(sign, _late)
        signal.setitimer(timer, seconds if limited else 0)
    try:
        with contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
            code = main(arguments)
    except TooLong:
        code = -1
    finally:
        for _, timer, _ in ALARMS:
            signal.setitimer(timer, 0)
    texts = []
    for stream in streams:
        stream.flush()
        texts.append(stream.buffer.getvalue().decode())
    found = Ended(code, *texts)
    if code not in {0, 1, 2}:
        found.wrong.append("hang" if code == -1 else f"exit {code}")
    if "Traceback" in found.err:
        found.wrong.append("traceback")
    if code == 2 and not found.err.strip() and not ("--json" in arguments and '"message"' in found.out):
        found.wrong.append("refused without a finding")
    return found


def half_written(store: Path) -> Iterator[str]:
    """What stands in a store although it is not whole."""
    for path in sorted(store.iterdir()):
        if path.name.startswith(".partial-"):
            yield f"{path.name} was left"
        elif path.name != "objects" and not (path / "manifest.json").is_file():
            yield f"{path.name} has no manifest"


def unsealed(store: Path) -> Iterator[str]:
    """Sealed files that are not what their names say."""
    for path in (store / "objects").rglob("*"):
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() != path.name:
            yield f"object {path.name} is not what its name says"


def left_aside(folder: Path) -> Iterator[str]:
    """Files and folders that were begun aside and stayed there."""
    for path in sorted(folder.rglob(".*")):
        yield f"{path.name} was left"

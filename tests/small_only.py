"""A plug-in that breaks off whatever test takes long, for measuring without compiling: ``-p tests.small_only``."""

from __future__ import annotations

import signal
from collections.abc import Generator
from pathlib import Path
from types import FrameType

import coverage
import pytest

MOST = 15
"""Seconds of processor time for one test; with compiling nearly all take less than one."""


WATCHER = str(Path(coverage.__file__).parent)


class TooLargeError(BaseException):
    """Nothing that a test calls may catch it."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, object, object]:
    broken_off = []

    def too_large(_: int, frame: FrameType | None) -> None:
        if frame is not None and frame.f_code.co_filename.startswith(WATCHER):  # it may hold its lock: a moment later
            signal.setitimer(signal.ITIMER_PROF, 0.01)
            return
        broken_off.append(True)
        raise TooLargeError

    before = signal.signal(signal.SIGPROF, too_large)
    signal.setitimer(signal.ITIMER_PROF, MOST)
    try:
        return (yield)
    except BaseException:
        if not broken_off:  # whatever a test makes of being broken off, it is not what it found
            raise
        pytest.skip("too large without compiling")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)

"""A plug-in that breaks off whatever test takes long, for measuring without compiling: ``-p tests.small_only``."""

from __future__ import annotations

import signal
from collections.abc import Generator

import pytest

MOST = 15
"""Seconds of processor time for one test; with compiling nearly all take less than one."""


class TooLargeError(BaseException):
    """Nothing that a test calls may catch it."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, object, object]:
    broken_off = []

    def too_large(*_: object) -> None:
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

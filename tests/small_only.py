"""A plug-in that breaks off whatever test takes long, for measuring without compiling: ``-p tests.small_only``."""

from __future__ import annotations

import signal
import time
from collections.abc import Generator

import pytest

MOST = 15
"""Seconds of processor time for one test; with compiling nearly all take less than one."""


class TooLargeError(BaseException):
    """Nothing that a test calls may catch it."""


def _too_large(*_: object) -> None:
    raise TooLargeError


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, object, object]:
    before = signal.signal(signal.SIGPROF, _too_large)
    signal.setitimer(signal.ITIMER_PROF, MOST)
    began = time.process_time()
    try:
        return (yield)
    except BaseException:
        if time.process_time() - began < MOST:
            raise
        pytest.skip("too large without compiling")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)

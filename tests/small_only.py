"""A plug-in that breaks off whatever test takes long, for measuring without compiling: ``-p tests.small_only``."""

from __future__ import annotations

import signal
from collections.abc import Generator

import pytest

MOST = 15
"""Seconds of processor time for one test; with compiling nearly all take less than one."""


def _too_large(*_: object) -> None:
    pytest.skip("too large without compiling")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, object, object]:
    signal.signal(signal.SIGPROF, _too_large)
    signal.setitimer(signal.ITIMER_PROF, MOST)
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)

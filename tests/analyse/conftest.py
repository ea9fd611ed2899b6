"""Books of the bundled companies, kept once for all tests of a worker."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from trueline.analyse.books import Books
from trueline.analyse.keeping import keep_books
from trueline.facts import Facts
from trueline.period import Period
from trueline.plan import load_plan

HOME = Path(__file__).resolve().parents[2]


@cache
def _bundled(company: str, plan: str) -> Books:
    facts = Facts.read(HOME / "examples" / company)
    return keep_books(
        load_plan(HOME / "plans" / f"reference-{plan}.yaml"), facts, Period.parse("2025-04"), Period.parse("2026-03")
    )


@pytest.fixture
def bundled() -> Callable[[str, str], Books]:
    """The books of a bundled company under ``mlm`` or ``nm`` over its last twelve months."""
    return _bundled

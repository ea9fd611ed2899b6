"""Every worked example once more through both engines: lines, breakage, banks and what is carried, variant by variant.

A page that the second engine cannot play is listed with the reason. A listed page that agrees fails, and so does one
that is small enough, so that the lists only shrink.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.properties.two_engines import compare
from tests.reference.engine import ReferenceResult
from tests.reference.engine import run as run_reference

from trueline.case.model import Chapter, Page
from trueline.case.page import read_page
from trueline.case.world import facts_of, tables_of
from trueline.plan import PlanFile
from trueline.plan.document import Document
from trueline.run import run
from trueline.run.past import Kept, PastRun

CASES = Path(__file__).resolve().parents[2] / "cases"
PAGES = sorted(path.relative_to(CASES).as_posix() for path in CASES.rglob("*.yaml"))
ONE_ENGINE: dict[str, str] = {}
"""Pages that the second engine cannot play, each with what it lacks."""
TOO_LARGE = {
    "matrix_capacity_2x12.yaml": "the second engine looks for each place among all members: hours for 9 001 people",
    "vendor_affiliate_23725.yaml": "the second engine walks every line for every member: hours for 9 300 people",
}
"""Pages that the second engine knows and would be at for too long, each with the reason."""
LARGE = 1000
"""So many members make a page too large for the second engine."""


def disagreements(page: Page, document: Document, chapters: Sequence[Chapter]) -> Iterator[str]:
    """Each period starts from the state that the one before has left, in both engines."""
    plan_file, state, past = PlanFile(document, ""), None, Kept()
    others: list[ReferenceResult] = []
    for chapter in chapters:
        plan, label = plan_file.at(chapter.period), chapter.period.label
        facts = facts_of(page, plan, chapter)
        result = run(plan, facts, state, chapter.period, past=past)
        past.add(PastRun(plan, facts, state, chapter.period))
        state = result.state
        rows: dict[str, Any] = dict(tables_of(page, plan, chapter))
        others.append(run_reference(document.data, rows, others[-1].state if others else None, label, others))
        yield from (f"{label}: {text}" for text in compare(result, others[-1]))


def all_disagreements(page: Page) -> Iterator[str]:
    yield from disagreements(page, page.plan, page.chapters)
    for variant in page.variants:
        yield from (f"{variant.name}: {text}" for text in disagreements(page, variant.plan, page.chapters))


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_both_engines_agree_on_a_page(name: str) -> None:
    page = read_page(CASES / name)
    if name in TOO_LARGE:
        assert len(page.members) > LARGE, f"{name} is small enough: take it from the list"
        return
    if name not in ONE_ENGINE:
        assert list(all_disagreements(page)) == []
        return
    try:
        left = list(all_disagreements(page))
    except Exception:  # noqa: BLE001 - whatever the second engine says to what it does not know
        return
    assert left, f"both engines agree on {name}: take it from the list"


def test_the_list_names_pages_that_are_there() -> None:
    assert sorted({*ONE_ENGINE, *TOO_LARGE} - set(PAGES)) == []

"""Every worked example agrees with the engine, in every period and variant."""

from __future__ import annotations

from pathlib import Path

import pytest

from trueline.case.page import read_page
from trueline.case.playing import play

CASES = Path(__file__).resolve().parents[1] / "cases"
PAGES = {path.relative_to(CASES).with_suffix("").as_posix(): path for path in sorted(CASES.rglob("*.yaml"))}


def test_there_are_pages() -> None:
    assert len(PAGES) >= 60


@pytest.mark.parametrize("name", PAGES)
def test_a_page_agrees(name: str) -> None:
    page = read_page(PAGES[name])
    played = list(play(page))

    assert [str(found) for part in played for found in part.differences] == []
    assert [part.variant for part in played if part.variant] == [variant.name for variant in page.variants]
    assert min(part.compared for part in played) > 0


@pytest.mark.parametrize("name", PAGES)
def test_a_page_bears_the_name_of_its_file_and_says_where_it_comes_from(name: str) -> None:
    page = read_page(PAGES[name])

    assert page.name == name
    assert bool(page.source.url) == (page.source.seen != "none")
    assert page.source.note
    assert page.source.disputed == name.endswith("_disputed")


def test_the_example_in_the_readme_agrees(tmp_path: Path) -> None:
    text = (CASES / "README.md").read_text(encoding="utf-8")
    page = tmp_path / "page.yaml"
    page.write_text(text.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")

    assert [part.differences for part in play(read_page(page))] == [()]

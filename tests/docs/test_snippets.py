"""Every command, plan and snippet of the documentation does what its page says."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

import pytest
from tests.docs.pages import HOME, Reader, blocks, compare, laid_over, missing_commands

PAGES = sorted(
    str(path.relative_to(HOME))
    for folder in ("tutorial", "howto", "concepts", "contributing")
    for path in (HOME / "docs" / folder).rglob("*.md")
)


@pytest.mark.parametrize("page", PAGES)
def test_page(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (HOME / page).read_text(encoding="utf-8")
    assert not missing_commands(text)
    for name in ("plans", "examples", "cases", "scenarios"):
        (tmp_path / name).symlink_to(HOME / name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "dumb")
    reader = Reader(tmp_path)
    for block in blocks(text):
        reader.follow(block)


def test_there_are_pages() -> None:
    assert len(PAGES) > 20


def test_left_out_lines_and_words_match_and_nothing_else_does() -> None:
    compare("a\n…\nd … f\n", "a\nb\nc\nd e f\n")
    with pytest.raises(AssertionError, match="Printed was"):
        compare("a\n…\nd\n", "a\nb\nc\n")


def test_a_part_is_laid_over_a_plan_key_by_key() -> None:
    whole = {"plan": "x", "bonuses": {"a": {"kind": "level"}}, "ranks": {"One": "c"}}
    part = {"bonuses": {"b": {"kind": "pool"}}, "ranks": {"Two": "d"}}
    assert laid_over(whole, part) == {
        "plan": "x",
        "bonuses": {"a": {"kind": "level"}, "b": {"kind": "pool"}},
        "ranks": {"Two": "d"},
    }


def test_every_page_is_in_the_index() -> None:
    index = (HOME / "docs" / "index.md").read_text(encoding="utf-8")
    listed = [line for line in index.splitlines() if "/" in line]
    pages = [page.removeprefix("docs/").removesuffix(".md") for page in PAGES]
    assert [page for page in pages if not any(fnmatch(page, line.replace("**", "*")) for line in listed)] == []

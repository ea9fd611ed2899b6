"""The report as people meet it: in a real browser, on a desk and on a phone, without network and without script."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from tests.report.browser import DESK, PHONE, needs_browser, opened

from trueline.compare.comparison import Comparison
from trueline.compare.over_facts import over_facts
from trueline.errors import Refused
from trueline.facts import Facts
from trueline.period import Period
from trueline.plan import load_plan
from trueline.report.page import Report, report_page, shown_definitions
from trueline.report.paper import report_paper
from trueline.report.part import part_of

HOME = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    """Both reference plans over one quarter of the bundled company."""
    plans = [load_plan(HOME / "plans" / f"reference-{name}.yaml") for name in ("mlm", "nm")]
    facts = Facts.read(HOME / "examples" / "company")
    return over_facts(plans, facts, Period.parse("2026-01"), Period.parse("2026-03"), sellers=12)


@pytest.fixture(scope="module")
def report(comparison: Comparison) -> Report:
    return Report("Two plans", (part_of(comparison, "history-1"),))


@pytest.fixture(scope="module")
def page(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("page") / "report.html"
    file.write_text(report_page(report), encoding="utf-8")
    return file


def test_the_same_comparison_gives_the_same_bytes(comparison: Comparison, page: Path) -> None:
    again = report_page(Report("Two plans", (part_of(comparison, "history-1"),)))
    assert again == page.read_text(encoding="utf-8")


def test_every_figure_shown_is_defined_on_the_page_and_linked_to_it(report: Report, page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links, places = set(re.findall(r'href="#(d-[^"]+)"', text)), set(re.findall(r'id="(d-[^"]+)"', text))
    assert links <= places
    assert places == {f"d-{definition.key}" for definition in shown_definitions(report)}


def test_the_text_of_both_plans_and_the_hash_of_the_facts_are_on_the_page(comparison: Comparison, page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert comparison.sides[0].books.facts.hash in text
    for side in comparison.sides:
        assert side.books.plan_hash in text
    assert text.count("rate_of_rank: {on: rank") == 1


@needs_browser
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_browser_shows_it_without_asking_for_anything_and_nothing_runs_off_the_side(
    page: Path, size: tuple[int, int]
) -> None:
    with opened(page, size) as (shown, asked):
        assert asked == []
        assert shown.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert shown.locator("script").count() == 0
        assert shown.locator("article.row").count() == 10
        assert shown.locator("h1").inner_text() == "Two plans"


@needs_browser
def test_pictures_have_names_for_those_who_do_not_see_them(page: Path) -> None:
    with opened(page) as (shown, _):
        pictures = shown.get_by_role("img").all()
        assert len(pictures) >= 5
        names = [
            picture.evaluate("node => node.querySelector('title').textContent + node.querySelector('desc').textContent")
            for picture in pictures
        ]
        assert len(set(names)) == len(names)
        assert all(len(name) > 60 for name in names)
        ids = shown.evaluate("[...document.querySelectorAll('[id]')].map(node => node.id)")
        assert len(set(ids)) == len(ids)


@needs_browser
def test_a_cell_on_the_page_is_the_figure_of_the_comparison(comparison: Comparison, page: Path) -> None:
    with opened(page) as (shown, _):
        row = shown.locator("tr", has=shown.locator('a[href="#d-gini"]')).first
        cells = [cell.inner_text() for cell in row.locator("td").all()]
    assert cells == [side.figures["gini"].text for side in comparison.sides]


@needs_browser
def test_everything_is_there_on_paper(page: Path) -> None:
    with opened(page) as (shown, _):
        shown.emulate_media(media="print")
        assert shown.locator("nav").is_hidden()
        assert shown.locator("figure").first.is_visible()
        assert shown.pdf()[:5] == b"%PDF-"


def test_the_paper_holds_the_same_figures_and_comes_out_the_same_twice(comparison: Comparison, report: Report) -> None:
    once = report_paper(report)
    assert once[:5] == b"%PDF-"
    assert report_paper(report) == once
    text = "\n".join(page.get_textpage().get_text_bounded() for page in pdfium.PdfDocument(once))
    for side in comparison.sides:
        assert side.figures["gini"].text in text
        assert side.books.plan_hash in text.replace("\r", "").replace("\n", "")


def test_paper_without_typst_is_refused_with_what_to_install(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(Refused, match=r"trueline\[pdf\]"):
        report_paper(report)


def test_the_first_history_begins_on_the_first_page_of_the_paper(comparison: Comparison, report: Report) -> None:
    paper = pdfium.PdfDocument(report_paper(report))
    first = paper[0].get_textpage().get_text_bounded()
    paper.close()

    assert "The plans" in first  # of the contents
    assert "How many of the statements hold" in first
    assert comparison.sides[1].name in first

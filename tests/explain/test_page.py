"""The page of a statement: complete, self-contained, and safe with any name."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from tests.explain.made import result_of
from tests.explain.test_texts import ORDERS, PLAN, SPONSORS

from trueline.explain import next_rank, statement
from trueline.explain.page import statement_page
from trueline.money import format_number
from trueline.run import Result

HOSTILE = {
    "ada": "<script>alert(1)</script>",
    "bo": "\"><img src=x onerror=alert('x')>",
    "cy": "{{ 7 * 7 }}",
    "di": "</style><b>",
    "eve": "a&amp;b",
    "flo": "javascript:alert(1)",
    "gus": "]]>'\"",
}
VOID = {"meta", "link", "img", "br", "hr", "input", "line", "rect", "circle"}


class Reader(HTMLParser):
    """Collects tags, attributes and text; unbalanced tags are an error."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def page_of(result: Result, member: str) -> str:
    return statement_page(statement(result, member), next_rank(result, member, most=1))


@pytest.fixture(scope="module")
def page() -> str:
    return page_of(result_of(PLAN, SPONSORS, {}, orders=ORDERS), "ada")


def test_nothing_is_fetched_and_nothing_runs(page: str) -> None:
    read = Reader(page)

    assert {"script", "link", "img", "iframe", "object", "base", "form"}.isdisjoint(tag for tag, _ in read.tags)
    for _, attributes in read.tags:
        assert {"src", "href", "srcset", "action", "onclick", "onload"}.isdisjoint(attributes)
    assert "http" not in page
    assert "url(" not in page
    assert "@import" not in page


def test_every_amount_of_the_statement_is_there(page: str) -> None:
    text = " ".join(" ".join(Reader(page).text).split())

    for amount in ("58.12", "40.00", "40.08", "3.00", "15.12", "23.30", "7.75", "1.93"):
        assert amount in text
    assert "March 2026" in text
    assert "233 × 10% = 23.30" in text


def test_pictures_and_tables_are_told_in_words(page: str) -> None:
    read = Reader(page)
    pictures = [attributes for tag, attributes in read.tags if tag == "svg"]

    assert pictures
    assert all(one.get("role") == "img" and one.get("aria-label") for one in pictures)
    assert ("html", {"lang": "en"}) in read.tags
    assert sum(tag == "h1" for tag, _ in read.tags) == 1
    labelled = [attributes["aria-labelledby"] for tag, attributes in read.tags if tag == "section"]
    assert {attributes.get("id") for _, attributes in read.tags} >= set(labelled)


def test_hostile_names_stay_text() -> None:
    sponsors = {HOSTILE[one]: HOSTILE[above] if above else None for one, above in SPONSORS.items()}
    orders = [(order, HOSTILE[member], pv) for order, member, pv in ORDERS]
    page = page_of(result_of(PLAN, sponsors, {}, orders=orders), HOSTILE["ada"])
    read = Reader(page)

    assert {"script", "img", "b"} & {tag for tag, _ in read.tags} <= {"b"}
    assert not any(re.match("on[a-z]+$", name) for _, attributes in read.tags for name in attributes)
    assert "<script>alert" not in page
    assert "</style><b>" not in page
    assert any("{{ 7 * 7 }}" in text for text in read.text)
    assert "49" not in re.findall(r"\b49\b", "".join(read.text))


@pytest.mark.parametrize("member", ["ada", "bo", "gus", "eve"])
def test_everybody_has_a_page(member: str) -> None:
    result = result_of(PLAN, SPONSORS, {}, orders=ORDERS)
    text = " ".join(Reader(page_of(result, member)).text)

    assert member in text
    assert format_number(result.payable(member), result.plan.money_unit) in text


def test_a_plan_without_ranks_or_measures_has_a_page() -> None:
    plan = "bonuses: {level: {kind: level, base: orders(pv), rates: [2/37%]}}\n"
    page = page_of(result_of(plan, SPONSORS, {"bo": 1000}), "ada")

    assert "2/37%" in page
    assert "0.540540…" in page

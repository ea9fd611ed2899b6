"""Periods in a chain and variants beside each other."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from trueline.case.model import Page
from trueline.case.playing import play
from trueline.errors import Refused

Read = Callable[[str], Page]


@pytest.fixture
def plain(small: str) -> str:
    """The small page without what no rule reads."""
    return small.replace("  attributes: {scheme: [EU, US]}\n", "").replace(", scheme: EU", "")


def outcome(page: Page) -> list[tuple[str, str, int, list[str]]]:
    return [
        (part.variant, part.period, part.compared, [found.got for found in part.differences]) for part in play(page)
    ]


def test_a_page_of_one_period(read: Read, plain: str) -> None:
    assert outcome(read(plain)) == [("", "2024-01", 1, [])]


def test_what_differs(read: Read, plain: str) -> None:
    assert outcome(read(plain.replace("{level: 100}", "{level: 99}"))) == [("", "2024-01", 1, ["100"])]


def test_every_period_starts_from_the_state_before(read: Read, plain: str) -> None:
    page = read(
        plain.partition("expect:")[0].replace("{own: orders(pv)}", "{own: orders(pv), all: lifetime(own)}")
        + """\
given: {B: {lifetime: {own: 500}}}
periods:
  - {period: 2024-01, expect: {measures: {B: {all: 1 500}}}}
  - {period: 2024-02, volumes: {B: {pv: 1}}, expect: {measures: {B: {all: 1 501}}}}
  - {period: 2024-03, volumes: {B: {}}, expect: {measures: {B: {all: 1 501, own: 0}}}}
"""
    )

    assert outcome(page) == [("", "2024-01", 1, []), ("", "2024-02", 1, []), ("", "2024-03", 2, [])]


def test_ranks_and_titles_may_be_given(read: Read, plain: str) -> None:
    page = read(
        plain.partition("expect:")[0]
        + """\
given: {A: {title: Gold}, B: {rank: Gold}}
periods:
  - {period: 2024-01, expect: {ranks: {A: none, B: Gold}, titles: {A: Gold, B: Gold}}}
  - {period: 2024-02, given: {B: {rank: none}}, expect: {ranks: {A: none, B: none}, titles: {A: Gold, B: Gold}}}
"""
    )

    assert outcome(page) == [("", "2024-01", 4, []), ("", "2024-02", 4, [])]


def test_variants_change_the_plan_and_nothing_else(read: Read, plain: str) -> None:
    page = read(
        plain
        + """\
variants:
  double: {plan: {bonuses: {level: {rates: [20%]}}}, expect: {amounts: {A: {level: 200}}}}
  nothing: {plan: {bonuses: {level: {who: rank >= Gold}}}, expect: {amounts: {A: {level: 0}}}}
"""
    )

    assert outcome(page) == [("", "2024-01", 1, []), ("double", "2024-01", 1, []), ("nothing", "2024-01", 1, [])]


def test_a_variant_of_several_periods_plays_them_all_and_compares_the_last(read: Read, plain: str) -> None:
    page = read(
        plain.partition("expect:")[0].replace("{own: orders(pv)}", "{own: orders(pv), all: lifetime(own)}")
        + """\
periods:
  - {period: 2024-01, expect: {measures: {B: {all: 1 000}}}}
  - {period: 2024-02, volumes: {B: {pv: 1}}, expect: {amounts: {A: {level: 0.10}}}}
variants:
  twice: {plan: {bonuses: {level: {rates: [20%]}}}, expect: {amounts: {A: {level: 0.20}}, measures: {B: {all: 1 001}}}}
"""
    )

    assert outcome(page) == [("", "2024-01", 1, []), ("", "2024-02", 1, []), ("twice", "2024-02", 2, [])]


def test_a_plan_that_is_wrong_is_refused_at_its_place(read: Read, plain: str) -> None:
    page = read(plain.replace("base: own", "base: owned"))

    with pytest.raises(Refused, match=r"page\.yaml:15:13: "):
        outcome(page)


def test_whoever_joins_later_is_nobody_that_a_bonus_pays(read: Read, plain: str) -> None:
    page = read(
        plain.partition("expect:")[0].replace("  - {id: A", "  - {id: C, joined: 2024-02-01}\n  - {id: A")
        + "expect: {payers: {level: [A]}}\n"
    )

    assert outcome(page) == [("", "2024-01", 1, [])]


def test_a_variant_may_expect_what_only_its_own_plan_has(read: Read, plain: str) -> None:
    page = read(
        plain
        + """\
variants:
  more:
    plan: {bonuses: {gift: {kind: rebate, base: own, rate: 5%}}}
    expect: {amounts: {A: {level: 100}, B: {gift: 50}}}
"""
    )

    assert outcome(page) == [("", "2024-01", 1, []), ("more", "2024-01", 2, [])]

"""Conditions of every form in a why-not and in what is missing: what there is and what is needed, from either side."""

from __future__ import annotations

import pytest
from tests.explain.made import result_of

from trueline.explain import next_rank, statement, why_not
from trueline.explain.answer_text import next_rank_text, why_not_text
from trueline.explain.text import as_text, statement_text

LINE = {"top": None, "mid": "top", "low": "mid"}
PLACES = {"top": {"country": "AT", "market": "EU"}, "mid": {"country": "AT", "market": "EU"}, "low": {"country": ""}}


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("100 <= own", "own: 40 (at least 100 needed)"),
        ("rank >= Guide", "rank: none (at least Guide needed)"),
        ("Guide <= rank", "rank: none (at least Guide needed)"),
        ("country = market", "country: AT (exactly EU needed)"),
        ("country = DE", "country: AT (exactly DE needed)"),
        ("country != AT", "country: AT (anything but AT needed)"),
        ("not (own < 50 or new)", "not (own < 50 or new): no"),
        ("if(own >= 50, participant, customer)", "if(own >= 50, participant, customer): no"),
        ('override("qualified")', "override(qualified): no"),
        ("streak(own >= 50) >= 1", "streak(own >= 50): 0 (at least 1 needed)"),
    ],
)
def test_a_condition_that_keeps_somebody_from_a_bonus(who: str, said: str) -> None:
    """Mid has 40 of its own and no rank."""
    plan = f"""
measures: {{own: orders(pv)}}
ranks: {{Guide: own >= 100}}
bonuses: {{b: {{kind: level, base: own, rates: [10%], who: '{who}'}}}}
"""
    result = result_of(plan, LINE, {"mid": 40, "low": 60}, members=PLACES)

    assert said in as_text(why_not_text(why_not(result, "mid", "b")))


def test_a_country_that_is_not_given_is_nothing() -> None:
    plan = "bonuses: {b: {kind: rebate, base: orders(pv), rate: 10%, who: country = AT}}"
    result = result_of(plan, LINE, {"low": 60}, members=PLACES)

    assert "country: nothing (exactly AT needed)" in as_text(why_not_text(why_not(result, "low", "b")))


def test_somebody_new_is_named_as_who_may_buy() -> None:
    """Low has nobody below: a leg of 100 has to come from somebody new."""
    plan = "measures: {own: orders(pv)}\nranks: {Guide: 'leg(1, own) >= 100'}\n"

    text = as_text(next_rank_text(next_rank(result_of(plan, LINE, {"mid": 40}), "low")))

    assert "+ 100 more pv bought by somebody new directly below low" in text


def test_what_moved_in_is_told_with_the_word() -> None:
    """Mid and low are too small and move their 40 and 60 to top, who pays itself a tenth of 200."""
    plan = """
measures: {own: orders(pv)}
trees: {slim: {from: sponsor, keep: own >= 61, taker: {measure: own, reaches: 61}, moves: {all_of_it: own}}}
bonuses: {b: {kind: rebate, base: all_of_it, rate: 10%}}
"""
    result = result_of(plan, LINE, {"top": 100, "mid": 40, "low": 60})

    assert result.amount("top", "b") == 20
    text = as_text(statement_text(statement(result, "top")))
    assert "moved in from low 60, mid 40" in text


def test_of_a_long_line_the_middle_is_counted() -> None:
    """Twelve stand between the source and the receiver: more than a picture shows."""
    line = {f"m{number}": f"m{number - 1}" if number else None for number in range(14)}
    plan = "bonuses: {b: {kind: level, base: orders(pv), compression: standard, counts: orders(pv) > 0, rates: [10%]}}"
    result = result_of(plan, line, {"m0": 5, "m13": 100})

    (level,) = statement(result, "m0").bonuses[0].levels

    assert [one.why for one in level.lines[0].between] == ["does not count as a level"] * 12

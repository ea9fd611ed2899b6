"""Legs that a rank counts while ranks are found, position by position: the largest of more than eight."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.explain.made import result_of

VALUES = (50, 10, 90, 20, 80, 30, 70, 40, 60, 100, 5)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        # each leg counts what somebody of rank Guide (25 or more) in it has: 100 90 80 70 60 50 40 30, and nothing thrice
        ("leg(1, score) >= 100", True),
        ("leg(3, score) >= 80", True),
        ("leg(3, score) > 80", False),
        ("leg(7, score) >= 40", True),
        ("leg(7, score) > 40", False),
        ("rest(2, score) >= 330", True),
        ("rest(2, score) > 330", False),
        ("rest(7, score) >= 30", True),
        ("rest(7, score) > 30", False),
    ],
)
@pytest.mark.parametrize("values", [VALUES, tuple(sorted(VALUES)), tuple(sorted(VALUES, reverse=True))])
def test_the_largest_of_eleven_legs(values: Sequence[int], condition: str, holds: bool) -> None:
    plan = f"""
measures: {{score: "if(rank >= Guide, orders(pv), 0)"}}
ranks: {{Guide: orders(pv) >= 25, Master: "{condition}"}}
"""
    legs = [f"m{number}" for number in range(len(values))]
    result = result_of(plan, {"top": None, **dict.fromkeys(legs, "top")}, dict(zip(legs, values, strict=True)))

    assert (result.rank("top") == "Master") is holds


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        # a has 70 and b 20, who is no Guide and counts 0; top has 30: 70 / 30 = 2.33..., in tenths 2.3, and 30 / 70 = 0.428...
        ("ratio(leg(1, score), orders(pv), 0.1) >= 2.3", True),
        ("ratio(leg(1, score), orders(pv), 0.1) > 2.3", False),
        ("ratio(orders(pv), leg(1, score), 0.01) <= 0.42", True),
        ("ratio(orders(pv), leg(1, score), 0.01) < 0.42", False),
        # the second leg has 0: what is divided by 0 is 0
        ("ratio(orders(pv), leg(2, score), 0.1) + orders(pv) >= 30", True),
        ("ratio(orders(pv), leg(2, score), 0.1) + orders(pv) > 30", False),
    ],
)
def test_a_ratio_of_what_ranks_below_bring(condition: str, *, holds: bool) -> None:
    plan = f"""
measures: {{score: "if(rank >= Guide, orders(pv), 0)"}}
ranks: {{Guide: orders(pv) >= 25, Master: "{condition}"}}
"""
    result = result_of(plan, {"top": None, "a": "top", "b": "top"}, {"top": 30, "a": 70, "b": 20})

    assert (result.rank("top") == "Master") is holds

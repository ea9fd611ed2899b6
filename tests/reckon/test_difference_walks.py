"""Where the walk of a difference bonus ends: by somebody who stops it without earning, found without walking there."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from tests.reckon.test_edges import agreed

PLAN: dict[str, Any] = {
    "plan": "walks", "currency": "USD", "period": "month", "volumes": {"pv": "0.01", "cv": "0.01"},
    "rounding": {"to": "0.01", "mode": "half up"},
    "tables": {"rate": {"on": "orders(pv)", "cliff": {"10": "3%", "20": "5%", "40": "10%"}}},
    "bonuses": {"gap": {"kind": "difference", "base": "orders(cv)", "rate": "rate", "stop at": "orders(pv) = 10"}},
}  # fmt: skip
STOPS, FIVE, TEN = "10", "20", "40"


def walked(points: list[str]) -> Any:
    """A line of members, the first at the top, with these points; the last one sells 100."""
    names = [f"M{place}" for place in range(len(points))]
    volumes = [(name, "pv", amount) for name, amount in zip(names, points, strict=True) if amount]
    rows = {
        "company": {"currency": "USD", "volumes": PLAN["volumes"]},
        "members": [
            {"member": name, "sponsor": names[place - 1] if place else "", "joined": "2024-01-01"}
            for place, name in enumerate(names)
        ],
        "volumes": [
            {"member": member, "volume": name, "amount": amount, "effective": "2024-01-15"}
            for member, name, amount in [*volumes, (names[-1], "cv", "100")]
        ],
    }
    return agreed(PLAN, rows)[0]


@pytest.mark.parametrize(
    ("points", "paid", "blocked", "rank"),
    [
        # nobody stops: 5 to the one right above, 5 more to the one at the top
        ([TEN, "", FIVE, ""], [5, 0, 5, 0], 0, 0),
        # the stopper between them earns nothing, and the walk does not get past it
        ([TEN, STOPS, FIVE, ""], [0, 0, 5, 0], 5, 0),
        # the stopper is the first of all members; nobody above would have earned
        ([STOPS, FIVE, ""], [0, 5, 0], 5, 0),
        # without it the same amount is left over for want of rank
        (["", FIVE, ""], [0, 5, 0], 0, 5),
        # the stopper stands above whoever earns last, and ends nothing
        ([STOPS, TEN, FIVE, ""], [0, 5, 5, 0], 0, 0),
    ],
)
def test_a_stopper_who_earns_nothing_ends_the_walk(points: list[str], paid: list[int], blocked: int, rank: int) -> None:
    result = walked(points)

    assert [result.amount(f"M{place}", "gap") for place in range(len(points))] == paid
    assert result.promised["gap"] == Fraction(10)
    assert result.breakage["gap"] == {name: n for name, n in (("blocked", blocked), ("rank", rank)) if n}

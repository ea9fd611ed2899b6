"""Kinds that gather volume, and of which nothing is taken, have less to gather when goods come back late: by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from tests.properties.two_engines import differences
from tests.reckon.binaries import plan_of, played, rows_of

Rows = dict[str, Any]
MONTHS = ["2024-01", "2024-02", "2024-03"]
SOLD = [
    ("o1", "L", "2024-01-05", "2", "100"),
    ("o2", "R", "2024-02-06", "1", "70"),
    ("o3", "R", "2024-03-20", "1", "100"),
]
BACK = {"order": "o1", "line": "1", "quantity": "1", "time": "2024-02-20"}
"""50 of the 100 of January's order come back in February."""


def sold_rows() -> Rows:
    return rows_of(
        [],
        orders=[{"order": order, "buyer": buyer, "time": time} for order, buyer, time, _, _ in SOLD],
        order_lines=[
            {"order": order, "line": "1", "quantity": many, "volume.pv": pv} for order, _, _, many, pv in SOLD
        ],
        returns=[BACK],
    )


@pytest.mark.parametrize("later", ["same amounts", "average", "none"])
@pytest.mark.parametrize(
    ("windows", "volume", "paid", "left"),
    [
        # 100 - 50 against 70 in February; nothing is left on the left side for the 20 + 100 of March
        ("period", "this period", ["0", "5", "0"], ["100", "0", "0"]),
        # 70 are matched on 6 February; of the 30 that stay 50 go on the 20th
        ("day", "this period", ["0", "7", "0"], ["100", "-20", "-20"]),
        ("week", "this period", ["0", "7", "0"], ["100", "-20", "-20"]),
        # nobody sees it: 70, then the last 30
        ("period", "none", ["0", "7", "3"], ["100", "30", "0"]),
    ],
)
def test_a_side_loses_what_came_back(later: str, windows: str, volume: str, paid: list[str], left: list[str]) -> None:
    plan = plan_of({"windows": windows}, returns={"later": later, "volume": volume})
    results = played(plan, sold_rows(), MONTHS[0], MONTHS[-1])

    assert [result.amount("YOU", "b") for result in results] == [Fraction(amount) for amount in paid]
    assert [result.bank("YOU", "b", "left") for result in results] == [Fraction(volume) for volume in left]
    assert differences(plan, sold_rows(), MONTHS) == []


def test_what_is_passed_up_is_of_what_stayed_sold() -> None:
    """What L sold anew in February is lessened by what came back of January."""
    plan = plan_of({}, returns={"later": "same amounts"})
    plan["bonuses"] = {"b": {"kind": "pass up", "base": "orders(pv)", "rate": "10%", "floor": "0"}}
    rows = sold_rows()
    rows["orders"].append({"order": "o4", "buyer": "L", "time": "2024-02-07"})
    rows["order_lines"].append({"order": "o4", "line": "1", "quantity": "1", "volume.pv": "80"})
    results = played(plan, rows, MONTHS[0], MONTHS[-1])

    # January 10 of L; February 7 of R and 10 % of L's 80 - 50; March 10 of R
    assert [result.amount("YOU", "b") for result in results] == [10, 7 + 3, 10]
    assert differences(plan, rows, MONTHS) == []

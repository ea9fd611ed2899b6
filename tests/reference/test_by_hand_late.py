"""Rows that the runs of closed periods did not know, by hand (semantics, section 10.1)."""

from __future__ import annotations

from typing import Any

import pytest
from tests.reference.by_hand import Rows, conserved, entry, members, pays, sale, text, with_sales
from tests.reference.engine import ReferenceResult
from tests.reference.known import known_rows
from tests.reference.worlds import played_chain

MONTHS = ["2024-01", "2024-02", "2024-03"]
TEAM = {"kind": "level", "base": "orders(pv)", "rates": ["10%"]}
RECOMPUTE = {"rows": "recompute"}


def played(rows: Rows, months: int = 2, late: Any = RECOMPUTE, **plan: Any) -> list[ReferenceResult]:
    """Months in which everything is known that was booked before they ended."""
    whole = {"volumes": {"pv": "0.01"}, "currency": "USD", "period": "month", "bonuses": {"b": TEAM}, **plan}
    whole |= {"late": late} if late else {}
    results = list(played_chain(whole, {**rows, "company": {"lag": "0"}}, MONTHS[:months]))
    for result in results:
        conserved(result)
    return results


def corrected(result: ReferenceResult, bonus: str = "corrections") -> list[tuple[str, str, int, str]]:
    """(receiver, bonus that it corrects, how many periods back, amount) of every line."""
    return [
        (one["receiver"], one["part"], one["level"], text(one["amount"]))
        for one in result.lines
        if one["bonus"] == bonus
    ]


def late(row: Rows, day: str) -> Rows:
    return {**row, "booked": day}


def shop(*booked: str, pv: str = "100") -> Rows:
    """Orders of B, below A, all of 10 January, booked on some days."""
    rows = with_sales(members("A B<A"), *(sale(str(k), "B", "2024-01-10", "50", pv) for k in range(len(booked))))
    rows["orders"] = [late(row, day) for row, day in zip(rows["orders"], booked, strict=True)]
    return rows


def test_a_late_order_is_paid_in_the_month_that_learns_of_it() -> None:
    """January knew 100 of 200: A had 10, and gets the other 10 in February, one month back."""
    january, february = played(shop("2024-01-10", "2024-02-03"))
    assert pays(january) == {"A": "10"}
    assert pays(february) == {}
    assert corrected(february) == [("A", "b", 1, "10")]
    assert text(february.payable["A"]) == "10"


def test_each_month_settles_only_what_it_has_learnt() -> None:
    """The second order is booked in February, the third in March: 10 each, and nothing twice."""
    _, february, march = played(shop("2024-01-10", "2024-02-03", "2024-03-03"), 3)
    assert corrected(february) == [("A", "b", 1, "10")]
    assert corrected(march) == [("A", "b", 2, "10")]


def test_without_a_rule_late_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="closed periods"):
        played(shop("2024-01-10", "2024-02-03"), late=None)


@pytest.mark.parametrize("row", [{"booked": "2024-01-31"}, {"time": "2024-02-01", "booked": "2024-02-03"}])
def test_what_was_known_in_time_is_not_late(row: Rows) -> None:
    rows = shop("2024-01-10", "2024-01-10")
    rows["orders"][1] |= row
    assert corrected(played(rows)[1]) == []


def test_a_moved_member_moves_the_pay() -> None:
    """That B stands below C since 15 January is booked in February: A's 10 were C's."""
    rows = members("A C B")
    rows["volumes"] = [entry("B", "100")]
    rows["edges"] = [
        {"tree": "sponsor", "position": "B", "parent": "A", "to": "2024-01-15"},
        late({"tree": "sponsor", "position": "B", "parent": "C", "from": "2024-01-15"}, "2024-02-09"),
    ]
    rows["edges"][0] |= {"to": "", "_until": "2024-02-09T00:00:00"}
    rows["edges"].append({**rows["edges"][0], "to": "2024-01-15", "_since": "2024-02-09T00:00:00", "_until": "9"})
    january, february = played(rows)
    assert pays(january) == {"A": "10"}
    assert corrected(february) == [("A", "b", 1, "-10"), ("C", "b", 1, "10")]
    assert (february.payable, {m: text(a) for m, a in february.carried.items()}) == ({"C": 10}, {"A": "-10"})


RANKED = {"b": {**TEAM, "rates": {"none": ["10%"], "Gold": ["20%"]}}}
GOLD = {"Gold": "downline(orders(pv)) >= 200"}


def test_ranks_are_found_anew_unless_they_stay() -> None:
    """With 200 A would have been Gold: 20 % of 200 is 40, less 10. Where ranks stay it is 10 % of 200, less 10."""
    rows = shop("2024-01-10", "2024-02-03")
    anew = played(rows, bonuses=RANKED, ranks=GOLD)[1]
    assert corrected(anew) == [("A", "b", 1, "30")]
    stay = played(rows, bonuses=RANKED, ranks=GOLD, late={**RECOMPUTE, "ranks": "stay"})[1]
    assert corrected(stay) == [("A", "b", 1, "10")]


@pytest.mark.parametrize(("ranks", "title", "life"), [("recompute", "Gold", 200), ("stay", "none", 100)])
def test_histories_go_on_from_the_months_as_they_come_out(ranks: str, title: str, life: int) -> None:
    """Recomputed, February has A's title of January and all 200 of B's life; else what January handed on."""
    rows = shop("2024-01-10", "2024-02-03")
    result = played(rows, ranks=GOLD, measures={"life": "lifetime(orders(pv))"}, late={**RECOMPUTE, "ranks": ranks})[1]
    assert result.titles["A"] == title
    assert result.measures["life"]["B"] == life


def test_what_came_back_this_month_is_returns_and_the_rest_corrections() -> None:
    """February learns of the second order (+10), and half of the first comes back (-5)."""
    rows = shop("2024-01-10", "2024-02-03")
    rows["order_lines"][0]["quantity"] = "2"
    rows["returns"] = [{"order": "0", "line": "1", "quantity": "1", "time": "2024-02-12"}]
    result = played(rows, returns={"later": "recompute", "ranks": "recompute"})[1]
    assert corrected(result) == [("A", "b", 1, "10")]
    assert corrected(result, "returns") == [("A", "b", 1, "-5")]


def test_a_return_that_was_booked_late() -> None:
    """It came back in February, which March learns: what February would have taken, 10, is a correction of `returns`."""
    rows = shop("2024-01-10")
    rows["returns"] = [{"order": "0", "line": "1", "quantity": "1", "time": "2024-02-12", "booked": "2024-03-01"}]
    _, february, march = played(rows, 3, returns={"later": "same amounts", "volume": "none"})
    assert (corrected(february, "returns"), corrected(march, "returns")) == ([], [])
    assert corrected(march) == [("A", "returns", 1, "-10")]


def test_a_return_in_the_month_of_the_order_that_was_booked_late() -> None:
    """Netted in January, had it been known: all of the 10 is taken, whatever returns of later months would take."""
    rows = shop("2024-01-10")
    rows["returns"] = [{"order": "0", "line": "1", "quantity": "1", "time": "2024-01-12", "booked": "2024-02-01"}]
    february = played(rows, returns={"later": "none"})[1]
    assert (corrected(february), corrected(february, "returns")) == ([("A", "b", 1, "-10")], [])


def test_a_late_order_that_comes_back_gives_back_what_was_corrected_for_it() -> None:
    """February pays A 10 for order 1 of January, as a correction; in March it comes back, and A gives back the 10."""
    rows = shop("2024-01-10", "2024-02-03")
    rows["returns"] = [{"order": "1", "line": "1", "quantity": "1", "time": "2024-03-12"}]
    _, february, march = played(rows, 3, returns={"later": "same amounts", "volume": "none"})
    assert (corrected(february), corrected(february, "returns")) == ([("A", "b", 1, "10")], [])
    assert (corrected(march), corrected(march, "returns")) == ([], [("A", "b", 2, "-10")])


def test_goods_of_closed_months_stay_as_they_were() -> None:
    """A late party order of January brings no credit in kind; the party of January that was known brought 10."""
    rows = shop("2024-01-10", "2024-02-03")
    for order in rows["orders"]:
        order["host"] = "A"
    party = {"kind": "party host", "base": "orders(pv)", "rate": "10%", "pays in": "goods"}
    result = played(rows, bonuses={"party": party})[1]
    assert corrected(result) == []
    assert {m: text(a) for m, a in result.goods.items()} == {"A": "10"}


def test_an_override_and_a_role_that_were_booked_late() -> None:
    """A was Gold by override (20 % for 10 %), and B's sponsor A no participant at all would have lost the 10."""
    rows = shop("2024-01-10")
    rows["overrides"] = [late({"member": "A", "what": "rank", "value": "Gold", "from": "2024-01-05"}, "2024-02-02")]
    assert corrected(played(rows, bonuses=RANKED, ranks=GOLD)[1]) == [("A", "b", 1, "10")]
    rows = shop("2024-01-10")
    rows["roles"] = [late({"member": "A", "role": "customer", "from": "2024-01-05"}, "2024-02-02")]
    assert corrected(played(rows)[1]) == [("A", "b", 1, "-10")]


def test_rows_of_who_joins_later_are_not_late() -> None:
    """C joins in February; the role and the place that are not dated are no rows of January."""
    rows = shop("2024-01-10")
    rows["members"].append({"member": "C", "joined": "2024-02-05"})
    rows["roles"] = [{"member": "C", "role": "participant"}]
    rows["edges"] = [{"tree": "placement", "position": "C", "parent": "A"}]
    assert len(played(rows, late=None)) == 2


def test_what_is_not_known_takes_along_what_belongs_to_it() -> None:
    rows = shop("2024-01-10", "2024-02-03")
    rows["returns"] = [{"order": "1", "line": "1", "quantity": "1", "time": "2024-01-12"}]
    known = known_rows(rows, "2024-02-01T00:00:00")
    assert [row["order"] for row in (*known["orders"], *known["order_lines"], *known["returns"])] == ["0", "0"]

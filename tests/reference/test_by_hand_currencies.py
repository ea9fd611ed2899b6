"""Amounts in other currencies, and credit in kind that is used, by hand (semantics, sections 5 and 7.12)."""

from __future__ import annotations

from typing import Any

import pytest
from tests.reference.by_hand import Rows, members, pays, played, sale, text, with_sales
from tests.reference.engine import run

PRODUCTS = [{"sku": "x", "member_price": "6", "retail_price": "10", "currency": "EUR"}]
RATES = [
    {"currency": "EUR", "rate": "1.10", "from": "2023-06-01"},
    {"currency": "EUR", "rate": "1.25", "from": "2024-01-10"},
    {"currency": "JPY", "rate": "0.0067", "from": "2024-01-01"},
]
OWN = {"kind": "rebate", "base": "orders(price)", "rate": "100%"}


def shop(*sales: tuple[Rows, Rows], rates: list[Rows] = RATES) -> Rows:
    return {**with_sales(members("A B<A"), *sales), "products": PRODUCTS, "rates_fx": rates}


def measured(rows: Rows, period: str = "2024-01", **measures: str) -> Any:
    return played(OWN, rows, period=period, measures=measures).measures


def test_one_rate_for_the_whole_period_is_that_of_its_first_instant() -> None:
    """The rate of 10 January is not that of January: 33.33 x 1.10 = 36.663, 36.66. In February 33.33 x 1.25 = 41.6625."""
    rows = shop(
        sale("1", "A", "2024-01-20", "33.33", "5", currency="EUR"), sale("2", "A", "2024-02-20", "33.33", "5", currency="EUR")
    )  # fmt: skip
    assert pays(played(OWN, rows)) == {"A": "36.66"}
    assert pays(played(OWN, rows, period="2024-02")) == {"A": "41.66"}


def test_an_earlier_order_keeps_the_factor_of_its_own_period() -> None:
    """Read from February: 33.33 of January at 1.10 and 33.33 of February at 1.25 are 36.66 + 41.66."""
    rows = shop(
        sale("1", "A", "2024-01-20", "33.33", "5", currency="EUR"), sale("2", "A", "2024-02-20", "33.33", "5", currency="EUR")
    )  # fmt: skip
    assert text(measured(rows, "2024-02", both="orders(price, lifetime)")["both"]["A"]) == "78.32"


def test_each_line_is_rounded_once() -> None:
    """Three lines of 0.05 EUR at 1.10 are 0.055 each: 0.06 + 0.06 + 0.06, not 0.165."""
    rows = shop(*(sale(str(k), "A", "2024-01-20", "0.05", "5", currency="EUR") for k in range(3)))
    assert pays(played(OWN, rows)) == {"A": "0.18"}


def test_returns_come_off_before() -> None:
    """1000 JPY for 3, one of them back: 666.67, x 0.0067 = 4.466689. Refunded 400: 600 x 0.0067 = 4.02."""
    order = sale("1", "A", "2024-01-20", "1000", "5", quantity="3", currency="JPY")
    back = {"order": "1", "line": "1", "quantity": "1", "time": "2024-01-25"}
    assert pays(played(OWN, {**shop(order), "returns": [back]})) == {"A": "4.47"}
    assert pays(played(OWN, {**shop(order), "returns": [{**back, "refund": "400"}]})) == {"A": "4.02"}


@pytest.mark.parametrize(
    ("more", "worth"),
    [
        ({}, "2.17"),  # 1.000 KWD for 3, one of them back: 0.667, x 3.25 = 2.16775
        ({"refund": "0.125"}, "2.84"),  # 0.875 x 3.25 = 2.84375
    ],
)
def test_a_currency_of_three_digits_keeps_them_until_it_is_converted(more: Rows, worth: str) -> None:
    """To the cent, 0.67 KWD would be 2.18 and 0.13 KWD off 1 would leave 2.83."""
    rates = [{"currency": "KWD", "rate": "3.25", "from": "2024-01-01"}]
    order = sale("1", "A", "2024-01-20", "1", "5", quantity="3", currency="KWD")
    back = {"order": "1", "line": "1", "quantity": "1", "time": "2024-01-25", **more}
    assert pays(played(OWN, {**shop(order, rates=rates), "returns": [back], "products": []})) == {"A": worth}


def test_margin_is_the_difference_of_converted_amounts() -> None:
    """Paid 1500 JPY x 0.0067 = 10.05; it cost 6 EUR x 1.10 = 6.60; sold at retail it is 10 EUR x 1.10 = 11."""
    rows = shop(sale("1", "A", "2024-01-20", "1500", "5", currency="JPY"))
    found = measured(rows, gain="orders(margin)", list="orders(retail)", paid="orders(price)", points="orders(pv)")
    assert {name: text(found[name]["A"]) for name in found} == {
        "gain": "3.45",
        "list": "11",
        "paid": "10.05",
        "points": "5",
    }


def test_without_a_rate_an_amount_is_refused_when_it_is_read() -> None:
    """There is no rate of JPY before 2024; the volume of the order can be read all the same."""
    rows = shop(sale("1", "A", "2023-12-20", "1500", "5", currency="JPY"))
    points = {"kind": "rebate", "base": "orders(pv)", "rate": "100%"}
    rows["members"] = [{**row, "joined": "2023-12-01"} for row in rows["members"]]
    assert pays(played(points, rows, period="2023-12")) == {"A": "5"}
    with pytest.raises(ValueError, match="price"):
        played(OWN, rows, period="2023-12")


def test_a_product_that_is_not_commissionable_counts_in_no_volume() -> None:
    """From 20 January on, so the order of the 19th counts 5 and that of the 20th nothing; prices count."""
    rows = shop(sale("1", "A", "2024-01-19", "10", "5"), sale("2", "A", "2024-01-20", "10", "5"))
    rows["products"] = [{"sku": "x", "to": "2024-01-20"}, {"sku": "x", "from": "2024-01-20", "commissionable": "no"}]
    found = measured(rows, points="orders(pv)", paid="orders(price)", many="order_count(where pv > 0)")
    assert {name: text(found[name]["A"]) for name in found} == {"points": "5", "paid": "20", "many": "1"}


def host(credit: str = "", **more: str) -> Rows:
    """A is the host of an order of 100 by B on the 5th, and buys for 20 on the 10th, of which some by credit."""
    used = sale("2", "A", "2024-01-10", "20", "0", **more)
    used[1]["credit"] = credit
    return shop(sale("1", "B", "2024-01-05", "100", "100", host="A"), used)


PARTY = {"kind": "party host", "base": "orders(pv)", "rate": "10%", "pays in": "goods"}


@pytest.mark.parametrize(("credit", "left"), [("", "10"), ("4", "6"), ("10", "0")])
def test_credit_used_comes_off_the_goods(credit: str, left: str) -> None:
    result = played(PARTY, host(credit))
    assert text(result.goods["A"]) == left
    assert result.payable == {}


def test_more_credit_than_there_is_is_refused() -> None:
    with pytest.raises(ValueError, match="more credit"):
        played(PARTY, host("10.01"))


def test_credit_is_of_the_currency_of_the_order() -> None:
    """5 EUR of credit at 1.10 are 5.50 of 10."""
    assert text(played(PARTY, host("5", currency="EUR")).goods["A"]) == "4.5"


def test_goods_that_were_paid_by_credit_can_be_left_out() -> None:
    """Lines without any credit: of A's 20 and 20 only the one of the 12th."""
    rows = host("4")
    head, line = sale("3", "A", "2024-01-12", "20", "7")
    rows["orders"].append(head)
    rows["order_lines"].append(line)
    found = measured(rows, free="orders(price where credit = 0)", partly="orders(price where credit > 0)")
    assert (text(found["free"]["A"]), text(found["partly"]["A"])) == ("20", "20")


def test_the_first_order_counts_whatever_is_in_it() -> None:
    """Order 1 has no lines, and is A's first all the same; order 2 is the second."""
    rows = shop(sale("1", "A", "2024-01-05", "10", "10"), sale("2", "A", "2024-01-06", "20", "20"))
    rows["order_lines"] = rows["order_lines"][1:]
    found = measured(rows, first="orders(pv where order_number = 1)", second="orders(pv where order_number = 2)")
    assert (found["first"]["A"], found["second"]["A"]) == (0, 20)


def test_of_equals_in_a_ranked_pool_the_earlier_order_is_first() -> None:
    """What comes back on the 1st is no order of A's; B's first is of the 2nd, though without lines, C's of the 4th."""
    rows = shop(sale("0", "A", "2023-12-20", "10", "10"), sale("2", "C", "2024-01-04", "20", "50"))
    rows["members"] = [{"member": m, "joined": "2023-12-01"} for m in "ABC"]
    rows["orders"] += [{"order": m, "buyer": m, "time": day} for m, day in (("B", "2024-01-02"), ("A", "2024-01-09"))]
    rows["returns"] = [{"order": "0", "line": "1", "quantity": "1", "time": "2024-01-01"}]
    pool = {"kind": "pool", "fund": "9", "places": {"by": "days", "shares": ["5", "3", "1"]}}
    plan = {"volumes": {"pv": "0.01"}, "period": "month", "bonuses": {"b": pool}, "returns": {"later": "none"}}
    first = run(plan, rows, None, "2023-12")
    assert pays(run(plan, rows, first.state, "2024-01", [first])) == {"B": "5", "C": "3", "A": "1"}

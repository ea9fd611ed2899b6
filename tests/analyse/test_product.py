"""Customers who come back, front-loading, stock and late orders: each worked by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest
from tests.analyse.by_hand import Rows, books_of, facts_of

from trueline.analyse.books import Books
from trueline.analyse.bunching import Goal, bunching, goal_of
from trueline.analyse.figure import Figures
from trueline.analyse.inventory import inventory
from trueline.analyse.product import product
from trueline.period import Period
from trueline.plan import Plan, load_plan


def member(name: str, sponsor: str = "", joined: str = "2024-12-01", left: str = "") -> dict[str, str]:
    return {"member": name, "joined": joined, "left": left, "sponsor": sponsor}


def bought(rows: list[tuple[str, str, str]], kind: str = "own use", quantity: str = "2") -> tuple[Rows, Rows]:
    """Orders and lines of (buyer, day, price); the volume of a line is its price."""
    orders = [
        {"order": f"{kind[0]}{i}", "buyer": who, "time": day, "kind": kind} for i, (who, day, _) in enumerate(rows)
    ]
    lines = [
        {"order": f"{kind[0]}{i}", "line": "1", "quantity": quantity, "price": price, "volume.pv": price}
        for i, (_, _, price) in enumerate(rows)
    ]
    return orders, lines


CUSTOMERS = [
    member("ada"),
    member("ben", "ada"),
    member("kim", "ada"),
    member("lea", "ben"),
    member("max", "ben", "2025-06-02"),
]
ROLES: Rows = [{"member": name, "role": "customer"} for name in ("kim", "lea", "max")]


def world(rows: list[tuple[str, str, str]], last: str = "2025-06", **rewards: list[int]) -> Books:
    orders, lines = bought(rows)
    facts = facts_of(CUSTOMERS, roles=ROLES, orders=orders, order_lines=lines)
    return books_of(facts, "2025-01", last, rewards)


def test_customers_who_buy_again_and_come_back() -> None:
    """To the end of June 2025. First orders: kim 10 January, lea 20 February, max 5 June.

    90 days back from 1 July is 2 April: kim and lea are asked; kim bought again after 22 days, lea after 100: 1/2.
    180 days back is 2 January: nobody's first order. Cohorts January, February, June; ordered in month k after:
    k = 1: January and February (June's July is not over): kim in February: 1/2. k = 3: kim in April no, lea in May yes.
    """
    rows = [
        ("kim", "2025-01-10", "10"),
        ("kim", "2025-02-01", "10"),
        ("lea", "2025-02-20", "10"),
        ("lea", "2025-05-31", "10"),
        ("max", "2025-06-05", "10"),
    ]
    figures = Figures.of(product(world(rows)))

    assert (figures["repeat_purchase"].value, figures["repeat_purchase"].count) == (Fraction(1, 2), 2)
    assert figures.items["repeat_purchase", (("days", "180"),)].value is None
    months = {figure.by[0][1]: figure for figure in figures.by("customer_retention") if len(figure.by) == 1}
    assert (months["1"].value, months["1"].count) == (Fraction(1, 2), 2)
    assert (months["2"].value, months["2"].count) == (0, 2)
    assert figures["customer_retention_3"].value == months["3"].value == Fraction(1, 2)
    assert months["6"].value is None
    each = figures.items["customer_retention", (("cohort", "2025-02"), ("month", "3"))]
    assert (each.value, each.count) == (1, 1)


def test_customers_per_participant_of_the_last_three_months() -> None:
    """April to June: lea and max ordered; ada ordered and ben was paid in May; kim ordered before. 2 over 2."""
    rows = [
        ("kim", "2025-01-10", "10"),
        ("lea", "2025-04-01", "9"),
        ("max", "2025-06-05", "9"),
        ("ada", "2025-06-09", "9"),
    ]
    figures = Figures.of(product(world(rows, ben=[0, 0, 0, 0, 100, 0])))

    assert (figures["customers_per_participant"].value, figures["customers_per_participant"].count) == (1, 2)


def test_revenue_of_newcomers_is_of_the_month_of_joining() -> None:
    """All joined in December 2024 but max, in June 2025. Revenue 60: max 20 of it in June. Customers: 20 of 50."""
    members = [*CUSTOMERS[:4], member("max", "ben", joined="2025-06-02")]
    orders, lines = bought([("kim", "2025-01-10", "30"), ("max", "2025-06-05", "20"), ("ada", "2025-06-09", "10")])
    facts = facts_of(members, roles=ROLES, orders=orders, order_lines=lines)
    figures = Figures.of(product(books_of(facts, "2025-01", "2025-06", {})))

    assert figures["revenue_new_share"].value == Fraction(1, 3)
    assert figures.items["revenue_new_share", (("buyer", "customers"),)].value == Fraction(2, 5)
    assert figures.items["revenue_new_share", (("buyer", "participants"),)].value == 0


def test_front_loaders_bought_most_of_the_year_in_the_first_month() -> None:
    """From 1 December 2024 twelve months are over on 1 December 2025. ada: 61 of 100 in 30 days; ben 60 of 100: not more.

    cleo left after half a year, dora never ordered; gus joined too late. What ada buys after a year does not count.
    """
    members = [
        member("ada"),
        member("ben"),
        member("cleo", left="2025-06-01"),
        member("dora"),
        member("gus", joined="2025-03-01"),
    ]
    rows = [
        ("ada", "2024-12-05", "61"),
        ("ada", "2025-03-05", "39"),
        ("ada", "2025-12-20", "500"),
        ("ben", "2024-12-30", "60"),
        ("ben", "2024-12-31", "40"),
        ("cleo", "2024-12-05", "90"),
        ("gus", "2025-03-05", "90"),
    ]
    orders, lines = bought(rows)
    figures = Figures.of(
        inventory(books_of(facts_of(members, orders=orders, order_lines=lines), "2024-12", "2025-12", {}))
    )

    assert (figures["front_loading"].value, figures["front_loading"].count) == (Fraction(1, 2), 2)
    assert figures["stock_cover"].missing == ("receipts",)


def test_stock_cover_and_the_use_of_the_buy_back() -> None:
    """Pieces bought for resale: ada 2 × 10 = 20, ben 10, cleo 10; one of ada's comes back.

    Receipts: ada 7 pieces in seven months, ben 10, cleo none. Cover of ada: 12 over 1 a month; of ben 0: lower median 0.
    cleo left with 10 pieces and asked; dora left without stock. Decided: cleo's, refunded after 20 days; eva's, refused
    after 10. Median of 10 and 20, the lower one: 10.
    """
    members = [member(name) for name in ("ada", "ben", "eva")] + [
        member(name, left="2025-05-10") for name in ("cleo", "dora")
    ]
    rows = [
        ("ada", "2025-01-05", "50"),
        ("ada", "2025-02-05", "50"),
        ("ben", "2025-01-09", "50"),
        ("cleo", "2025-01-09", "50"),
    ]
    orders, lines = bought(rows, "for resale", "10")
    receipts = [
        {"receipt": "1", "seller": "ada", "quantity": "7", "price": "70", "time": "2025-03-01"},
        {"receipt": "2", "seller": "ben", "quantity": "10", "price": "90", "time": "2025-03-02"},
    ]
    asked = [
        {"request": "1", "member": "cleo", "asked": "2025-05-01", "decided": "2025-05-21", "outcome": "refunded"},
        {"request": "2", "member": "eva", "asked": "2025-05-01", "decided": "2025-05-11", "outcome": "refused"},
        {"request": "3", "member": "dora", "asked": "2025-05-03", "outcome": "open"},
    ]
    back = [{"order": "f0", "line": "1", "quantity": "1", "time": "2025-01-20"}]
    facts = facts_of(members, orders=orders, order_lines=lines, receipts=receipts, buyback_requests=asked, returns=back)
    figures = Figures.of(inventory(books_of(facts, "2025-01", "2025-06", {})))

    assert (figures["stock_cover"].value, figures["stock_cover"].count) == (0, 2)
    assert (figures["buyback_asked_share"].value, figures["buyback_asked_share"].count) == (1, 1)
    assert figures["buyback_refused_share"].value == Fraction(1, 2)
    assert figures["buyback_days"].value == 10


def test_stock_cover_of_one_seller() -> None:
    """19 pieces kept, 7 sold in the seven months from December to June: 12 over 1 a month = 12 months."""
    orders, lines = bought([("ada", "2025-01-05", "50"), ("ada", "2025-02-05", "50")], "for resale", "10")
    receipts = [{"receipt": "1", "seller": "ada", "quantity": "7", "time": "2025-03-01"}]
    back = [{"order": "f0", "line": "1", "quantity": "1", "time": "2025-01-20"}]
    facts = facts_of([member("ada")], orders=orders, order_lines=lines, receipts=receipts, returns=back)

    assert Figures.of(inventory(books_of(facts, "2025-01", "2025-06", {})))["stock_cover"].value == 12


def plan_of(condition: str) -> Plan:
    text = (
        "plan: Goal\ncurrency: USD\nperiod: month\nvolumes: {pv: 0.01}\nrounding: {to: 0.01, mode: half up, per: line}\n"
        f"measures: {{own: orders(pv) + customers(orders(pv))}}\nconditions: {{active: {condition}}}\n"
        "bonuses: {own sales: {kind: rebate, base: orders(pv), rate: 10%, who: active}}\n"
    )
    return load_plan(text, "plan.yaml").at(Period.parse("2025-01"))


@pytest.mark.parametrize(
    ("condition", "amount"),
    [("participant and own >= 60", 60), ("own >= 100.5", Fraction(201, 2)), ("participant", None), ("own <= 5", None)],
)
def test_the_goal_is_read_from_the_plan(condition: str, amount: Fraction | None) -> None:
    assert goal_of(plan_of(condition)) == (None if amount is None else Goal(("pv",), Fraction(amount)))


def test_late_orders_that_just_reach_the_goal() -> None:
    """The goal is 60: near is 57 to 63. January's last five days begin on the 27th.

    Late: ada's 20 brings her from 40 to 60: near; ben's 30 comes after his customer's 30: near; cleo's 100 is not.
    Early: ada's 40 and cleo's 10 are not near, dora's 60 is: 1/3. 2/3 − 1/3 = 33 1/3 points.
    """
    members = [member("ada"), member("ben"), member("cleo"), member("dora"), member("kim", "ben")]
    rows = [
        ("ada", "2025-01-05", "40"),
        ("ada", "2025-01-28", "20"),
        ("kim", "2025-01-10", "30"),
        ("ben", "2025-01-31", "30"),
        ("cleo", "2025-01-02", "10"),
        ("cleo", "2025-01-27", "100"),
        ("dora", "2025-01-26", "60"),
    ]
    orders, lines = bought(rows)
    facts = facts_of(members, roles=[{"member": "kim", "role": "customer"}], orders=orders, order_lines=lines)
    books = books_of(facts, "2025-01", "2025-01", {})

    (figure,) = bunching(books, plan_of("participant and own >= 60"))

    assert (figure.value, figure.count) == (Fraction(100, 3), 3)
    assert bunching(books, plan_of("participant"))[0].value is None


def test_without_orders_nobody_knows() -> None:
    books = books_of(facts_of(CUSTOMERS), "2025-01", "2025-01", {})
    missing = ("orders", "order_lines", "orders.buyer")

    assert {figure.missing for figure in product(books)} == {missing}
    assert bunching(books, plan_of("own >= 60"))[0].missing == (*missing, "order_lines.volume.pv")

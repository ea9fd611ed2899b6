"""Who ends with a profit: by hand, and against sums over the rows of random worlds."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from tests.analyse.test_books import COMPANY, MARCH, books_of, line, member, order, products
from tests.properties.test_invariants import world_of
from tests.properties.two_engines import facts_of

from trueline.analyse.books import Books
from trueline.analyse.figure import Figures
from trueline.analyse.keeping import keep_books
from trueline.analyse.net import NetResults, net_figures, net_results, person_table
from trueline.period import Period
from trueline.plan import load_plan

Rows = dict[str, Any]
TWENTY = {"bonuses": {"own": {"kind": "level", "base": "orders(cv)", "rates": ["20%"]}}}


def receipt(name: str, seller: str, quantity: int, price: str, how: str = "receipt", **more: str) -> dict[str, str]:
    row = {"receipt": name, "seller": seller, "sku": "tea", "quantity": str(quantity), "price": price}
    return {**row, "time": "2024-03-20", "verification": how, **more}


def expense(who: str, amount: str, origin: str, kind: str = "travel", time: str = "2024-03-21") -> dict[str, str]:
    return {"member": who, "kind": kind, "amount": amount, "time": time, "origin": origin}


WORLD: Rows = {
    "company": COMPANY,
    "members": [member("ann"), member("bob", "ann"), member("cy", "bob")],
    "roles": [{"member": "cy", "role": "customer", "from": "2024-01-01"}],
    "products": [
        {"sku": "tea", "kind": "product", "member_price": "9"},
        {"sku": "box", "kind": "kit"},
        {"sku": "day", "kind": "event"},
    ],
    "orders": [order("1", "bob", "for resale"), order("2", "bob", "joining pack"), order("3", "cy", "customer"), order("4", "bob", "own use")],
    "order_lines": [
        {**line("1", "1", "tea", "100", "100"), "quantity": "10"},
        line("2", "1", "box", "0", "49"),
        {**line("3", "1", "tea", "30", "36"), "quantity": "3"},
        {**line("4", "1", "tea", "20", "20"), "quantity": "2"},
        line("4", "2", "day", "0", "15"),
    ],
    "returns": [{"order": "1", "line": "1", "quantity": "2", "time": "2024-03-25", "refund": "18"}],
    "receipts": [receipt("r1", "bob", 4, "60"), receipt("r2", "bob", 1, "14", "none")],
    "expenses": [expense("bob", "7.50", "survey"), expense("ann", "5", "ledger"), expense("ann", "2", "")],
    "rewards_other": [{"member": "bob", "kind": "trip", "value": "300", "time": "2024-03-30"}],
}  # fmt: skip


def person(results: NetResults, books: Books, name: str) -> dict[str, Any]:
    table = person_table(books, results).to_pylist()
    return next(row for row in table if row["member"] == name)


def test_one_person_by_hand() -> None:
    # bob buys 10 tea for 100.00, two come back for 18.00, and 2 more for 20.00: 10 left for 102.00, 10.20 each.
    # He sells five for 74.00; they cost 51.00: a margin of 23.00. ann is paid 20 % of his 80 and 20 = 20.00, bob 20 %
    # of cy's 30 = 6.00.
    books = books_of(TWENTY, WORLD)
    results = net_results(books)
    bob = person(results, books, "bob")

    assert {name: str(value) for name, value in bob.items() if name not in ("member", "first_month", "depth")} == {
        "recruits": "0", "rewards": "6.00", "other_rewards": "300.00", "purchases": "120.00", "kits": "49.00",
        "fees": "15.00", "refunds": "18.00", "receipts": "74.00", "cost_of_resold": "51.00", "cost_elsewhere": "0.00",
        "margin": "23.00", "not_resold": "51.00", "expenses_ledger": "0.00", "expenses_survey": "7.50",
        "expenses_assumption": "0.00", "before_resale": "-160.00", "net": "-93.50",
    }  # fmt: skip
    ann = person(results, books, "ann")
    assert (str(ann["net"]), str(ann["expenses_ledger"]), str(ann["expenses_assumption"])) == ("13.00", "5.00", "2.00")
    assert "cy" not in person_table(books, results)["member"].to_pylist(), "a customer's own use is no business result"


def test_shares_and_what_hangs_on_how_one_counts() -> None:
    books = books_of(TWENTY, WORLD)
    found = Figures.of(net_figures(books))

    assert [found[f"net_{name}_share"].value for name in ("profit", "break_even", "loss")] == [
        Fraction(1, 2),
        0,
        Fraction(1, 2),
    ]
    assert found["net_mean"].value == (Fraction("-93.50") + 13) / 2
    assert found["before_resale_mean"].value == (Fraction(-160) + 20) / 2
    # The 20.00 of own use are kept: worth their price, bob stands at −73.50. Without the sale that nothing verifies he
    # has 14.00 less.
    own = found.items["net_mean", (("counting", "own use and autoship at their price"),)]
    verified = found.items["net_mean", (("counting", "verified receipts only"),)]
    assert own.value == (Fraction("-73.50") + 13) / 2
    assert verified.value == (Fraction("-107.50") + 13) / 2
    assert found.items["net_loss_share", (("recruited", "somebody"),)].value == 0
    assert found.items["net_loss_share", (("recruited", "nobody"),)].value == 1


def test_goods_sold_beyond_what_was_bought_cost_the_member_price() -> None:
    # Twelve sold, ten left of what was bought: 102.00 and two more at 9.00.
    books = books_of(
        TWENTY, {**WORLD, "receipts": [receipt("r1", "bob", 8, "120"), receipt("r2", "bob", 4, "50", "declared")]}
    )
    results = net_results(books)
    bob = person(results, books, "bob")

    assert (str(bob["cost_of_resold"]), str(bob["cost_elsewhere"]), str(bob["margin"])) == ("102.00", "18.00", "50.00")
    assert (str(bob["not_resold"]), str(bob["net"])) == ("0.00", "-15.50")
    at = books.facts.members.index("bob")
    assert results.countings["verified receipts only"][at] == -1550 - 5000 + 1800


def test_the_band_of_breaking_even() -> None:
    lines = [
        {**line("1", "1", "tea", "0", "5.99")},
        {**line("2", "1", "tea", "30", "6")},
        {**line("3", "1", "tea", "0", "7")},
    ]
    people = [member("ann"), member("bob", "ann"), member("cat", "bob"), member("cy", "bob")]
    orders = [order("1", "ann", "own use"), order("2", "cy", "customer"), order("3", "bob", "own use")]
    rows = {
        **WORLD,
        "members": people,
        "orders": orders,
        "order_lines": lines,
        "returns": [],
        "receipts": [],
        "expenses": [],
    }
    found = Figures.of(net_figures(books_of(TWENTY, rows)))
    # ann −5.99, bob 6.00 − 7.00 = −1.00: a loss; cat 0.

    assert [found[f"net_{name}_share"].value for name in ("profit", "break_even", "loss")] == [
        0,
        Fraction(1, 3),
        Fraction(2, 3),
    ]


def test_nothing_missing_is_taken_for_zero() -> None:
    without = {name: rows for name, rows in WORLD.items() if name not in ("receipts", "expenses")}
    books = books_of(TWENTY, without)
    found = Figures.of(net_figures(books))

    assert (found["net_loss_share"].value, found["net_loss_share"].missing) == (None, ("receipts", "expenses"))
    assert found["before_resale_mean"].value == -70
    bob = person(net_results(books), books, "bob")
    assert (bob["net"], bob["margin"], bob["expenses_survey"], str(bob["before_resale"])) == (
        None,
        None,
        None,
        "-160.00",
    )
    what = [{name: text for name, text in row.items() if name != "sku"} for row in WORLD["receipts"]]
    assert Figures.of(net_figures(books_of(TWENTY, {**WORLD, "receipts": what})))["net_mean"].missing == (
        "receipts.sku",
    )
    unpriced = [{name: text for name, text in row.items() if name != "member_price"} for row in WORLD["products"]]
    more = {**WORLD, "products": unpriced, "receipts": [receipt("r1", "bob", 11, "120")]}
    assert Figures.of(net_figures(books_of(TWENTY, more)))["net_mean"].missing == ("products.member_price",)


def test_a_joining_pack_bought_before_the_role_begins_counts() -> None:
    roles = [{"member": "bob", "role": "participant", "from": "2024-03-10T12:00:00"}]
    orders = [
        order("1", "bob", "joining pack", "2024-03-10T11:00:00"),
        order("2", "bob", "own use", "2024-03-10T11:00:00"),
    ]
    rows = {
        **WORLD,
        "roles": roles,
        "orders": orders,
        "order_lines": [line("1", "1", "box", "0", "49"), line("2", "1", "tea", "9")],
    }
    rows |= {"returns": [], "receipts": []}
    books = books_of(TWENTY, rows)
    bob = person(net_results(books), books, "bob")

    assert (str(bob["kits"]), str(bob["purchases"])) == ("49.00", "0.00")


def furnished(seed: int) -> tuple[Books, Rows]:
    """The books of a random world with random receipts and expenses, and its rows."""
    plan, rows, periods = world_of(seed)
    luck = random.Random(seed)  # noqa: S311 - a repeatable batch, no secret
    people = [row["member"] for row in rows["members"]]
    first, last = Period.parse(periods[0]), Period.parse(periods[-1])
    days = [str(np.datetime64(luck.randrange(first.start_seconds, last.end_seconds), "s")) for _ in range(30)]
    sold = [
        {"receipt": str(k), "seller": luck.choice(people), "sku": luck.choice(["x1", "x-2", "x3"]), "time": luck.choice(days),
         "quantity": str(luck.randint(1, 4)), "price": f"{luck.randint(0, 9000) / 100:.2f}", "verification": luck.choice(["none", "receipt"])}
        for k in range(15)
    ]  # fmt: skip
    spent = [
        expense(
            luck.choice(people),
            f"{luck.randint(0, 5000) / 100:.2f}",
            luck.choice(["ledger", "survey", "assumption"]),
            time=luck.choice(days),
        )
        for _ in range(10)
    ]
    furnished_rows = {**rows, "receipts": sold, "expenses": spent}
    return keep_books(load_plan(plan, "plan"), facts_of(furnished_rows), first, last), furnished_rows


@pytest.mark.parametrize("seed", range(20_000, 20_030))
def test_the_net_results_sum_to_the_rows(seed: int) -> None:
    """V23: Σ net = retail margin + rewards − purchases not resold − fees − expenses, from the rows and to the cent."""
    books, rows = furnished(seed)
    results = net_results(books)
    there = {books.facts.members[row] for row in np.flatnonzero(results.population).tolist()}
    cent = books.facts.company.currency_unit
    begin, end = (str(np.datetime64(s, "s")) for s in (books.periods[0].start_seconds, books.periods[-1].end_seconds))

    def inside(row: Rows) -> bool:
        return begin <= (row["time"] + "T00:00:00")[:19] < end

    receipts = sum(Fraction(row["price"]) for row in rows["receipts"] if row["seller"] in there and inside(row))
    expenses = sum(Fraction(row["amount"]) for row in rows["expenses"] if row["member"] in there and inside(row))
    assert results.sold.receipts.sum() * cent == receipts
    assert results.expenses.sum() * cent == expenses
    rewards = sum(int(books.rewards[:, row].sum()) for row in np.flatnonzero(results.population).tolist())
    outlay = int((results.purchases + results.kits + results.fees - results.refunds).sum())
    elsewhere = int(results.sold.cost_elsewhere.sum())
    assert int(results.net.sum()) == rewards + int(receipts / cent) - elsewhere - outlay - int(expenses / cent)
    assert rewards == books.by_bonus.sum(), "nobody outside the population is paid"


@pytest.mark.parametrize("seed", range(20_000, 20_015))
def test_a_closed_system_loses_what_it_does_not_pay_back(seed: int) -> None:
    """V22: without sales outside, mean net = −(1 − φ) × mean spending − mean fees − mean other cost."""
    _, rows, periods = world_of(seed)
    orders = [{name: text for name, text in row.items() if name != "currency"} for row in rows["orders"]]
    rows = {
        name: given
        for name, given in rows.items()
        if name not in ("roles", "returns", "balances", "state", "overrides")
    }
    rows |= {
        "orders": orders,
        "receipts": [],
        "expenses": [expense(rows["members"][0]["member"], "50", "ledger", time=rows["orders"][0]["time"])]
        if rows["orders"]
        else [],
    }
    plan = {"plan": "x", "currency": rows["company"]["currency"], "period": Period.parse(periods[0]).kind, "volumes": {}, "rounding": {"to": "0.01", "mode": "half up", "per": "line"},
            "bonuses": {"up": {"kind": "level", "base": "orders(price)", "rates": ["35%"], "from": "self"}}}  # fmt: skip
    books = keep_books(load_plan(plan, "plan"), facts_of(rows), Period.parse(periods[0]), Period.parse(periods[-1]))
    results, cent = net_results(books), books.facts.company.currency_unit
    n, spending = int(results.population.sum()), int(results.paid.sum())
    if spending == 0:
        pytest.skip("nobody bought")
    payout = Fraction(int(results.rewards.sum()), spending)

    assert spending * cent == sum(Fraction(row["price"]) for row in rows["order_lines"])
    assert int(results.net.sum()) * cent / n == -(1 - payout) * spending * cent / n - Fraction(50, n)


def test_no_product_is_needed_to_know_what_was_paid() -> None:
    rows = {**WORLD, "products": products(tea="product", box="kit", day="event"), "receipts": [], "returns": []}
    assert net_results(books_of(TWENTY, rows, MARCH, MARCH)).paid.sum() == 18400

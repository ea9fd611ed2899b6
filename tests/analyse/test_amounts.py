"""Money of other currencies in measures: converted as a run does, at one factor for each currency and period."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
from tests.analyse.by_hand import Rows

from trueline.analyse.books import Books
from trueline.analyse.figure import Figures
from trueline.analyse.keeping import keep_books
from trueline.analyse.net import net_results
from trueline.analyse.orders import Orders
from trueline.analyse.people import People
from trueline.analyse.sales import Sales
from trueline.analyse.sources import revenue_sources, reward_sources
from trueline.facts import Company, Facts
from trueline.period import Period
from trueline.plan import load_plan

COMPANY = Company("Abroad", "UTC", "USD", {"cv": Fraction(1, 100)})
PLAN = """\
plan: Prices
currency: USD
period: month
rounding: {to: 0.01, mode: half up}
bonuses: {back: {kind: rebate, base: orders(price), rate: 100%}}
"""
RATES: Rows = [
    {"currency": "EUR", "rate": "1.10", "from": "2024-01-01"},
    {"currency": "EUR", "rate": "1.20", "from": "2024-01-20"},
    {"currency": "KWD", "rate": "3.2577", "from": "2024-01-01"},
    {"currency": "JPY", "rate": "0.0067", "from": "2024-01-01"},
]
JANUARY, FEBRUARY = Period.parse("2024-01"), Period.parse("2024-02")


def facts_of(sales: list[tuple[str, str, str]], returns: Rows | None = None, **more: Rows) -> Facts:
    """Orders of ann, numbered from 1: day, currency, price of four pieces."""
    rows: dict[str, Any] = {
        "members": [{"member": "ann", "joined": "2023-01-01"}],
        "orders": [
            {"order": str(n), "buyer": "ann", "time": day, "kind": "own use", "currency": currency}
            for n, (day, currency, _) in enumerate(sales, 1)
        ],
        "order_lines": [
            {"order": str(n), "line": "1", "sku": "tea", "quantity": "4", "price": price, "volume.cv": "1"}
            for n, (_, _, price) in enumerate(sales, 1)
        ],
        "rates_fx": RATES,
        **more,
    }
    return Facts.from_rows(COMPANY, rows | ({"returns": returns} if returns else {}))


def books_of(facts: Facts, plan: str = PLAN, last: Period = FEBRUARY) -> Books:
    return keep_books(load_plan(plan), facts, JANUARY, last)


def revenue(books: Books, period: Period) -> Fraction | None:
    return Figures.of(revenue_sources(books)).items["revenue", (("period", period.label),)].value


def test_a_month_has_one_rate_the_one_with_which_it_begins() -> None:
    """30.00 EUR on 25 January are 33.00 at 1.10, the rate of the 1st; 32.00 in February 38.40 at 1.20."""
    books = books_of(facts_of([("2024-01-25", "EUR", "30.00"), ("2024-02-25", "EUR", "32.00")]))

    assert [revenue(books, period) for period in books.periods] == [33, Fraction("38.40")]
    # the plan pays all prices back, at the same rates: what was bought is what came back
    assert (books.rewards.sum(axis=1) * books.unit).tolist() == [33, Fraction("38.40")]
    assert net_results(books).before_resale.tolist() == [0]


def test_a_refund_goes_at_the_rate_of_its_sale_and_what_is_left_is_rounded_once() -> None:
    """Of 0.99 EUR 0.49 are paid back in February: 0.50 × 1.10 = 0.55 are left. Apart it would be 1.09 − 0.54 (or 0.59).

    0.125 KWD, of which a piece of four comes back, is 0.094 (half up at its own digits) × 3.2577 = 0.31.
    """
    back: Rows = [
        {"order": "1", "line": "1", "quantity": "2", "time": "2024-02-10", "refund": "0.49"},
        {"order": "2", "line": "1", "quantity": "1", "time": "2024-01-11"},
    ]
    books = books_of(facts_of([("2024-01-25", "EUR", "0.99"), ("2024-01-10", "KWD", "0.125")], back), last_plan())

    sales = Sales.of(books.facts, JANUARY, FEBRUARY)
    assert (sales.paid - sales.refunded).tolist() == [55, 31]
    assert sales.paid.tolist() == [109, 41]  # 1.089 and 0.4072…


def last_plan() -> str:
    return PLAN + "returns: {later: none}\n"


def test_everything_with_a_date_goes_at_the_rate_of_its_period() -> None:
    """On 25 January a euro is 1.10 for the month, though 1.20 that day."""
    day = "2024-01-25"
    books = books_of(
        facts_of(
            [("2024-01-10", "USD", "0")],
            rewards_other=[{"member": "ann", "kind": "trip", "value": "100", "currency": "EUR", "time": day}],
            expenses=[{"member": "ann", "kind": "events", "amount": "10", "currency": "EUR", "time": day}],
            receipts=[
                {"receipt": "1", "seller": "ann", "sku": "tea", "quantity": "1", "price": "20", "currency": "EUR",
                 "time": day, "verification": "receipt"}
            ],
        )
    )  # fmt: skip
    net = net_results(books)

    assert (net.other_rewards[0], net.assumption[0], net.sold.receipts[0]) == (11_000, 1_100, 2_200)


def test_quarters_have_the_rate_of_their_first_day() -> None:
    plan = PLAN.replace("month", "quarter")
    facts = facts_of([("2024-02-25", "EUR", "30.00")])
    quarter = Period.parse("2024-Q1")
    books = keep_books(load_plan(plan), facts, quarter, quarter)

    assert revenue(books, quarter) == 33
    assert Orders(People.of(facts, quarter, quarter)).prices.cents.tolist() == [3300]


def test_without_a_rate_when_the_period_begins_it_is_unknown() -> None:
    """The only rate begins on 2 January: the run of January cannot convert either."""
    facts = facts_of(
        [("2024-01-25", "EUR", "30.00")], rates_fx=[{"currency": "EUR", "rate": "1", "from": "2024-01-02"}]
    )
    plan = PLAN.replace("orders(price)", "orders(quantity)")
    figures = Figures.of([*reward_sources(books_of(facts, plan)), *revenue_sources(books_of(facts, plan))])

    assert figures["revenue"].missing == ("rates_fx",)
    assert figures["revenue"].value is None


@pytest.mark.parametrize("seed", range(40))
def test_what_a_plan_pays_on_prices_is_what_is_measured_of_them(seed: int) -> None:
    """Any prices in any currencies, with goods that come back in the month in which they were sold."""
    luck = random.Random(seed)  # noqa: S311 - a repeatable batch, no secret
    sales, back = [], list[dict[str, str]]()
    digits = {"USD": 2, "EUR": 2, "KWD": 3, "JPY": 0, "": 2}
    for number in range(1, 30):
        day, currency = luck.randrange(1, 60), luck.choice(list(digits))
        date = f"2024-01-{day:02}" if day <= 31 else f"2024-02-{day - 31:02}"
        price = luck.randrange(1, 5000)
        sales.append((date, currency, str(Fraction(price) if not digits[currency] else price / 10 ** digits[currency])))
        if luck.random() < 0.4:
            row = {"order": str(number), "line": "1", "quantity": str(luck.randrange(1, 3)), "time": date}
            if luck.random() < 0.5:
                least = luck.randrange(0, price + 1)
                row["refund"] = f"{least / 10 ** digits[currency]:.{digits[currency]}f}"
            back.append(row)
    books = books_of(facts_of(sales, back))

    for row, period in enumerate(books.periods):
        assert revenue(books, period) == int(books.rewards[row].sum()) * books.unit

"""What statements say of amounts that closed periods bring: of which period they are, and of which goods."""

from __future__ import annotations

from tests.properties.test_returns_by_date import AGAIN, LATE, RISING, SAME, came_back, months, shop

from trueline.explain import statement
from trueline.explain.text import as_text, statement_text
from trueline.run import Result


def told(result: Result) -> str:
    return " ".join(as_text(statement_text(statement(result, "A")), width=100).split())


def test_a_return_names_the_goods_and_the_period_that_paid_for_them() -> None:
    """20 % of 200 in January, 40: half of it stands on order 0."""
    march = months(RISING, shop(came_back("0", "2024-03-12")), SAME, None, SAME)[2]

    assert "−20.00 USD: b of January 2024 on line 1 of order 0 of A, which came back." in told(march)


def test_a_period_that_is_computed_again_is_named() -> None:
    """As in `test_two_returns_that_are_learnt_in_one_month_whose_policy_is_new`."""
    rows = shop(came_back("0", "2024-02-12", booked="2024-03-05"), came_back("1", "2024-03-12"))
    march = told(months(RISING, rows, SAME, None, AGAIN, late=LATE)[2])

    assert "−20.00 USD: returns of February 2024, computed again." in march
    assert "−30.00 USD: b of January 2024, computed again." in march
    assert "10.00 USD: returns of February 2024, computed again." in march

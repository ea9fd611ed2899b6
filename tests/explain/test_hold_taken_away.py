"""What a bonus kept back is told on the statement of the period whose plan keeps nothing back any more."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.properties.two_engines import facts_of

from trueline.explain import statement
from trueline.explain.sentences import Voice
from trueline.period import Period
from trueline.plan import load_plan
from trueline.run import chain

LEVEL = {"kind": "level", "base": "orders(cv)", "rates": ["10%"]}
PLAN: dict[str, Any] = {
    "plan": "Kept",
    "currency": "USD",
    "period": "month",
    "volumes": {"cv": "0.01"},
    "rounding": {"to": "0.01", "mode": "half up"},
    "bonuses": {
        "up": {
            "dated": {
                "2024-01-01": {"value": {**LEVEL, "hold until": "orders(cv) >= 50"}},
                "2024-02-01": {"value": LEVEL},
            }
        }
    },
}
ROWS: dict[str, Any] = {
    "company": {"currency": "USD", "volumes": {"cv": "0.01"}},
    "members": [{"member": "ann", "joined": "2023-01-01"}, {"member": "bob", "sponsor": "ann", "joined": "2023-01-01"}],
    "orders": [
        {"order": "1", "buyer": "bob", "time": "2024-01-10"},
        {"order": "2", "buyer": "bob", "time": "2024-02-10"},
    ],
    "order_lines": [
        {"order": "1", "line": "1", "quantity": "1", "price": "100", "volume.cv": "100"},
        {"order": "2", "line": "1", "quantity": "1", "price": "20", "volume.cv": "20"},
    ],
}


def test_what_was_kept_is_paid_and_told_when_the_hold_is_gone() -> None:
    # January: 10 % of 100 are kept, ann bought nothing. February has no hold: 10 % of 20 and the 10.00.
    first, last = Period.parse("2024-01"), Period.parse("2024-02")
    january, february = chain(load_plan(PLAN, "plan.yaml"), facts_of(ROWS), None, first, last)
    told = statement(february, "ann", most=None)
    kept, paid = statement(january, "ann", most=None).bonuses[0], told.bonuses[0]

    assert [(cut.name, cut.amount) for cut in kept.cuts] == [("withheld", Fraction(-10))]
    assert [(cut.name, cut.amount) for cut in paid.cuts] == [("released", Fraction(10))]
    assert (paid.sum, paid.amount) == (2, 12)
    assert told.payout.bonuses == 12
    assert Voice(told).cut(paid.cuts[0]) == (
        "10.00 USD kept from earlier periods are paid now, because the bonus keeps nothing back any more (plan.yaml:1)."
    )

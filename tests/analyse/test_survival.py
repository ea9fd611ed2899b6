"""Kaplan-Meier by hand, and who counts as gone."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.analyse.by_hand import Rows, books_of, facts_of

from trueline.analyse.figure import Figures
from trueline.analyse.orders import Orders
from trueline.analyse.people import People
from trueline.analyse.survival import customers_stays, greenwood, median, participants_stays, staying, survival

DAYS, GONE = np.array([8, 3, 2, 3, 5]), np.array([True, True, False, True, False])
"""Five people: one lost from sight on day 2, two gone on day 3, one lost on day 5, one gone on day 8."""


def test_a_curve_by_hand() -> None:
    """Day 3: 4 at risk, 2 go: 1/2. Day 8: 1 at risk, 1 goes: 0. Greenwood on day 5: (1/2)² · 2/(4 · 2) = 1/16."""
    assert survival(DAYS, GONE, 3) == 1
    assert survival(DAYS, GONE, 4) == Fraction(1, 2)
    assert survival(DAYS, GONE, 8) == Fraction(1, 2)
    assert survival(DAYS, GONE, 9) is None  # nobody was followed for nine days
    assert median(DAYS, GONE) == 3
    assert greenwood(DAYS, GONE, 5) == pytest.approx(1 / 4)
    assert median(DAYS, np.zeros(5, dtype=np.bool_)) is None


@given(st.lists(st.integers(0, 50), min_size=1, max_size=40), st.integers(0, 60))
def test_without_losses_it_is_the_share_still_there(days: list[int], at: int) -> None:
    found = survival(np.array(days), np.ones(len(days), dtype=np.bool_), at)
    assert found == Fraction(sum(day >= at for day in days), len(days))


MEMBERS: Rows = [
    {"member": "quiet", "joined": "2025-01-01"},
    {"member": "steady", "joined": "2025-01-01"},
    {"member": "left", "joined": "2025-01-01", "left": "2025-03-02"},
    {"member": "new", "joined": "2025-08-01"},
    {"member": "back", "joined": "2025-01-01"},
    {"member": "paid", "joined": "2025-01-01"},
    {"member": "kim", "joined": "2025-01-01"},
    {"member": "lea", "joined": "2025-01-01"},
]
ROLES: Rows = [
    {"member": "kim", "role": "customer"},
    {"member": "lea", "role": "customer", "to": "2025-03-02"},
    {"member": "lea", "role": "participant", "from": "2025-03-02"},
]
BOUGHT = [
    ("quiet", "2025-01-10"),
    ("quiet", "2025-02-01"),
    *(("steady", f"2025-{month:02}-15") for month in range(1, 13)),
    ("left", "2025-02-10"),
    ("back", "2025-08-01"),
    ("kim", "2025-01-05"),
    ("kim", "2025-01-31"),
    ("lea", "2025-02-01"),
    *(("lea", f"2025-{month:02}-15") for month in range(3, 13)),
]
ORDERS = [{"order": str(i), "buyer": who, "time": day} for i, (who, day) in enumerate(BOUGHT)]
LINES = [{"order": str(i), "line": "1", "price": "10"} for i in range(len(BOUGHT))]


def test_going_is_leaving_or_the_last_sign_before_half_a_year_of_silence() -> None:
    """2025; 183 days before its end is 2 July, day 182 from 1 January; nobody is followed beyond it.

    quiet: silent after 1 February (day 31). steady: still there. left on 2 March (day 60). new began too late. back:
    212 days of silence from the first day: gone on day 0. paid has a reward of June and one of July: still there.
    kim, a customer: from 5 to 31 January, 26 days; lea was one from 1 February until she came to earn on 2 March: 29.
    """
    facts = facts_of(MEMBERS, roles=ROLES, orders=ORDERS, order_lines=LINES)
    rewards = {"paid": [0] * 5 + [5, 5] + [0] * 5}
    books = books_of(facts, "2025-01", "2025-12", rewards)
    people = People.of_books(books)

    found = participants_stays(books, people, Orders(people))
    bought = customers_stays(people, Orders(people))

    told = {facts.members[i]: (int(d), bool(g)) for i, d, g in zip(found.member, found.days, found.gone, strict=True)}
    assert told == {
        "quiet": (31, True),
        "steady": (182, False),
        "left": (60, True),
        "back": (0, True),
        "paid": (182, False),
        "lea": (122, False),
    }
    told = {
        facts.members[i]: (int(d), bool(g)) for i, d, g in zip(bought.member, bought.days, bought.gone, strict=True)
    }
    assert told == {"kim": (26, True), "lea": (29, True)}

    figures = Figures.of(staying(books))
    assert figures["attrition_12"].why == "nobody was followed so long"
    months = {figure.by[0][1]: figure.value for figure in figures.by("survival_participants")}
    assert months["3"] == Fraction(1, 2)  # quiet, left and back of six have gone within 91 days
    assert figures["tenure_customers"].value == Fraction(26 * 12, 365)


def test_without_orders_nobody_knows() -> None:
    figures = staying(books_of(facts_of(MEMBERS, roles=ROLES), "2025-01", "2025-12", {}))

    assert {figure.missing for figure in figures} == {("orders", "order_lines", "orders.buyer")}

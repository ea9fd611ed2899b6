"""Recruiting: worked by hand, and the identities that hold in every forest."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.analyse.by_hand import Rows, books_of, facts_of

from trueline.analyse.figure import Figures
from trueline.analyse.recruiting import recruiting

FORESTS = st.integers(1, 30).flatmap(
    lambda n: st.tuples(*(st.none() | st.integers(0, i - 1) if i else st.none() for i in range(n)))
)
"""For each member its sponsor among those before, or nobody."""


def line(member: str, sponsor: str = "", joined: str = "2025-01-05", left: str = "") -> dict[str, str]:
    return {"member": member, "joined": joined, "left": left, "sponsor": sponsor}


def order(name: str, buyer: str, day: str = "2025-01-20") -> dict[str, str]:
    return {"order": name, "buyer": buyer, "time": day}


MEMBERS: Rows = [
    line("ada"),
    line("ben", "ada"),
    line("cleo", "ada"),
    line("dora", "ben"),
    line("gus", "dora", joined="2025-02-10"),
    line("kim", "cleo"),
    line("lea", "kim"),
    line("max", "cleo"),
]
ROLES: Rows = [{"member": name, "role": "customer"} for name in ("kim", "lea", "max")]


def test_recruits_and_what_is_left_for_those_without() -> None:
    """Five participants: ada sponsored 2, ben 1, dora 1 (gus, in February), cleo and gus nobody.

    Recruits per participant = 4/5 = 1 − 1 root/5. Nobody recruited: cleo, gus = 2/5.
    Rewards in two months: ada 60, ben 20, cleo 10, dora 0, gus 5. Without recruits: (10 + 5)/2 = 7.50 each;
    per month there: cleo 2, gus 1: 15/3 = 5; with recruits: ada, ben, dora 2 each: 80/6. Ratio 5 ÷ 80/6 = 3/8.
    """
    rewards = {"ada": [2000, 4000], "ben": [2000, 0], "cleo": [1000, 0], "gus": [0, 500]}
    books = books_of(facts_of(MEMBERS, roles=ROLES), "2025-01", "2025-02", rewards)

    figures = Figures.of(recruiting(books))

    assert figures["recruits_per_participant"].value == Fraction(4, 5)
    assert figures["recruit_nobody_share"].value == Fraction(2, 5)
    shares = {figure.by[0][1]: figure.value for figure in figures.by("recruits_share")}
    assert shares == {"0": Fraction(2, 5), "1": Fraction(2, 5), "2": Fraction(1, 5), "3": 0, "4": 0, "5 or more": 0}
    goals = {figure.by[0][1]: figure.value for figure in figures.by("recruit_goal_share")}
    bounds = {figure.by[0][1]: figure.value for figure in figures.by("recruit_goal_bound")}
    assert (goals["2"], bounds["2"]) == (Fraction(1, 5), Fraction(2, 5))
    assert figures["reward_of_non_recruiters"].value == Fraction(15, 2)
    assert figures["reward_of_non_recruiters_ratio"].value == Fraction(3, 8)


def test_a_mean_below_zero_has_no_ratio() -> None:
    for rewards in ({"ada": [-2000, 0], "cleo": [1000, 0]}, {"ada": [2000, 0], "cleo": [-1000, 0]}):
        figures = Figures.of(recruiting(books_of(facts_of(MEMBERS, roles=ROLES), "2025-01", "2025-02", rewards)))
        assert figures["reward_of_non_recruiters_ratio"].value is None
        assert "below 0" in figures["reward_of_non_recruiters_ratio"].why


def test_own_customers_go_to_the_nearest_participant_above() -> None:
    """Buyers: kim is under cleo, lea under kim and so cleo's too; max never bought, ben is no customer."""
    orders = [order("1", "kim"), order("2", "lea"), order("3", "ben")]
    facts = facts_of(MEMBERS, roles=ROLES, orders=orders)
    books = books_of(
        facts, "2025-01", "2025-02", {}, {"cleo": [0, 1], "ben": [1, 0], "ada": [0, 0]}, ["Guide", "Mentor"]
    )

    figures = Figures.of(recruiting(books))

    found = {figure.by[0][1]: (figure.value, figure.count) for figure in figures.by("personal_customers")}
    assert found == {"no rank": (0, 2), "Guide": (0, 1), "Mentor": (1, 2)}
    least = {figure.by[0][1]: figure.value for figure in figures.by("personal_customers_least")}
    assert least == {"no rank": 0, "Guide": 0, "Mentor": 0}


def test_without_orders_nobody_knows_the_customers() -> None:
    figures = Figures.of(recruiting(books_of(facts_of(MEMBERS), "2025-01", "2025-02", {})))

    assert figures["personal_customers"].missing == ("orders",)


@settings(max_examples=60, deadline=None)
@given(FORESTS)
def test_counting_alone_fixes_the_mean_and_bounds_every_goal(sponsors: tuple[int | None, ...]) -> None:
    """V10: the mean is 1 − roots/n exactly. V11: at most 1/k of all can have recruited k."""
    members = [line(f"m{i}", "" if above is None else f"m{above}") for i, above in enumerate(sponsors)]
    figures = Figures.of(recruiting(books_of(facts_of(members), "2025-01", "2025-01", {})))

    roots = sum(above is None for above in sponsors)
    assert figures["recruits_per_participant"].value == 1 - Fraction(roots, len(sponsors))
    assert sum(figure.value or 0 for figure in figures.by("recruits_share")) == 1
    for share, bound in zip(figures.by("recruit_goal_share"), figures.by("recruit_goal_bound"), strict=True):
        assert share.value is not None
        assert bound.value is not None
        assert share.value <= bound.value <= Fraction(1, int(share.by[0][1]))

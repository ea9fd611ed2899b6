"""Training, support and community: each worked by hand, and what a company without the tables cannot know."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import sqrt
from pathlib import Path

import pytest
from tests.analyse.by_hand import Rows, books_of, facts_of

from trueline.analyse.books import Books
from trueline.analyse.bunching import bunching
from trueline.analyse.community import community
from trueline.analyse.effort import effort
from trueline.analyse.figure import Figure, Figures
from trueline.analyse.inventory import inventory
from trueline.analyse.people import People
from trueline.analyse.product import product
from trueline.analyse.recruiting import recruiting
from trueline.analyse.spread import spread
from trueline.analyse.support import support
from trueline.analyse.survival import staying
from trueline.analyse.training import training
from trueline.period import Period
from trueline.plan import load_plan

HOME = Path(__file__).resolve().parents[2]
ONE_ORDER: Rows = [{"order": "1", "buyer": "t0", "time": "2024-01-01"}]
ONE_LINE: Rows = [{"order": "1", "line": "1", "price": "1"}]


def joined(name: str, left: str = "", day: str = "2024-01-01", sponsor: str = "") -> dict[str, str]:
    return {"member": name, "joined": day, "left": left, "sponsor": sponsor}


def module(member: str, completed: str = "", *, required: bool = True) -> dict[str, str]:
    words = "yes" if required else "no"
    return {"member": member, "module": "Welcome", "required": words, "offered": "2024-01-01", "completed": completed}


def trained_world(members: Rows, modules: Rows, receipts: Rows | None = None) -> Figures:
    """Everybody is paid a little every month of 2024 and 2025, so that nobody falls silent."""
    facts = facts_of(members, training=modules, orders=ONE_ORDER, order_lines=ONE_LINE, receipts=receipts or [])
    return Figures.of(training(books_of(facts, "2024-01", "2025-12", {row["member"]: [1] * 24 for row in members})))


def test_those_who_left_before_they_could_finish_prove_nothing() -> None:
    """Six trained by day 30, of whom one leaves; six not, of whom three leave; three left in the first ten days.

    Naively 5/6 of the trained against 3/9 of the rest stay. From day 30 it is 5/6 against 3/6: 33 1/3 points.
    Without losses Greenwood is p (1 − p)/n. Completion: 6 of 15; what is not required counts for nothing.
    """
    members = [joined(f"t{i}") for i in range(6)] + [joined(f"u{i}") for i in range(6)]
    members += [joined(f"e{i}", "2024-01-10") for i in range(3)]
    for place, day in ((0, "2024-04-10"), (6, "2024-02-20"), (7, "2024-04-10"), (8, "2024-07-20")):
        members[place]["left"] = day
    modules = [module(f"t{i}", "2024-01-20") for i in range(6)] + [module(f"u{i}") for i in range(6)]
    modules += [module(f"e{i}") for i in range(3)] + [{**module("u0", "2024-01-05", required=False), "module": "Extra"}]

    figures = trained_world(members, modules)

    assert (figures["training_completion"].value, figures["training_completion"].count) == (Fraction(6, 15), 15)
    groups = {figure.by[0][1]: (figure.value, figure.count) for figure in figures.by("training_survival")}
    assert groups == {"completed": (Fraction(5, 6), 6), "not completed": (Fraction(1, 2), 6)}
    effect = figures["training_effect_survival"]
    assert effect.value == pytest.approx(Fraction(100, 3), abs=1e-4)
    assert effect.interval is not None
    margin = 195.9964 * sqrt(5 / 36 / 6 + 1 / 4 / 6)
    assert float(effect.interval[1] - effect.value) == pytest.approx(margin, abs=1e-3)
    assert figures["training_effect_first_sale"].missing == ("receipts",)


def test_each_day_counts_as_the_person_was_on_it() -> None:
    """Eight people; ten days of exposure for whoever leaves on day 9, thirty for the others, all in the first band.

    Trained from day 0: t0 (leaves), t1, t2: 10 + 30 + 30. t3 finishes on day 15: 15 days before, 15 after. Not: u0
    and u1 leave, u2 and u3 stay: 10 + 10 + 30 + 30. Trained 85 days, 1 exit; not 95 days, 2 exits: (1 · 95)/(2 · 85).
    """
    members = [joined(name, "2024-01-10" if name in ("t0", "u0", "u1") else "") for name in ("t0", "t1", "t2", "t3")]
    members += [joined(name, "2024-01-10" if name in ("u0", "u1") else "") for name in ("u0", "u1", "u2", "u3")]
    modules = [module(name, "2024-01-01") for name in ("t0", "t1", "t2")]
    modules += [module("t3", "2024-01-16")] + [module(name) for name in ("u0", "u1", "u2", "u3")]

    figure = trained_world(members, modules)["training_exit_ratio"]

    assert figure.value == pytest.approx(Fraction(19, 34), abs=1e-4)
    assert figure.interval is not None
    assert figure.interval[0] < figure.value < figure.interval[1]


def test_first_sales_after_the_landmark() -> None:
    """Five trained, of whom four have a first receipt in the year, and five not, of whom one; t0 sold on day 5 already."""
    members = [joined(f"t{i}") for i in range(6)] + [joined(f"u{i}") for i in range(5)]
    modules = [module(f"t{i}", "2024-01-20") for i in range(6)] + [module(f"u{i}") for i in range(5)]
    sold = [
        ("t0", "2024-01-06"),
        ("t0", "2024-05-01"),
        *((f"t{i}", "2024-06-01") for i in range(1, 5)),
        ("u0", "2024-03-01"),
    ]
    receipts = [{"receipt": str(i), "seller": who, "time": day} for i, (who, day) in enumerate(sold)]

    figure = trained_world(members, modules, receipts)["training_effect_first_sale"]

    assert (figure.value, figure.count) == (100 * (Fraction(4, 5) - Fraction(1, 5)), 10)


def test_tickets_wait_and_come_back() -> None:
    """Hours to the first answer: 2, 10, 30, never: the second of four is 10. Solved in 72 hours: 1 of 3 that could be.

    The fourth was opened on the last day and is not due. Two were solved, one of them was opened again.
    """
    ticket = {"member": "ada", "opened": "2024-01-02T00:00:00"}
    tickets = [
        {
            **ticket,
            "ticket": "1",
            "answered": "2024-01-02T02:00:00",
            "solved": "2024-01-05T00:00:00",
            "reopened": "2024-01-06",
        },
        {**ticket, "ticket": "2", "answered": "2024-01-02T10:00:00", "solved": "2024-01-05T00:00:01"},
        {**ticket, "ticket": "3", "answered": "2024-01-03T06:00:00"},
        {**ticket, "ticket": "4", "opened": "2024-01-31T00:00:00"},
        {**ticket, "ticket": "5", "opened": "2024-02-01T00:00:00", "answered": "2024-02-01T00:00:01"},
    ]
    figures = Figures.of(support(books_of(facts_of([joined("ada")], tickets=tickets), "2024-01", "2024-01", {})))

    assert (figures["support_first_answer"].value, figures["support_first_answer"].count) == (10, 4)
    assert (figures["support_solved"].value, figures["support_solved"].count) == (Fraction(1, 3), 3)
    assert (figures["support_reopened"].value, figures["support_reopened"].count) == (Fraction(1, 2), 2)

    unanswered = [{**ticket, "ticket": str(i), "answered": "2024-01-02" if i == 0 else ""} for i in range(3)]
    figures = Figures.of(support(books_of(facts_of([joined("ada")], tickets=unanswered), "2024-01", "2024-01", {})))
    assert figures["support_first_answer"].why == "most tickets were never answered"


def contact_in(legs: str) -> Figures:
    """Top has legs, each with its head and five below; in leg a five of the six are met in time, in leg b one.

    In leg a four of the five below are met by a within 7 days, and a by top; in leg b one is met in time, one on the
    eighth day and one by somebody else.
    """
    members = [joined("top", day="2023-12-01"), *(joined(leg, sponsor="top") for leg in legs)]
    members += [joined(f"{leg}{i}", sponsor=leg) for leg in legs for i in range(5)]
    contact = [("a", "top", "2024-01-08"), *((f"a{i}", "a", "2024-01-03") for i in range(4))]
    contact += [("b0", "b", "2024-01-02"), ("b1", "b", "2024-01-09"), ("b2", "a", "2024-01-02")]
    contacts = [{"member": who, "by": by, "time": day} for who, by, day in contact]
    return Figures.of(support(books_of(facts_of(members, contacts=contacts), "2024-01", "2024-02", {})))


def test_sponsors_are_in_contact_within_a_week() -> None:
    # Shares 0, 0, 1/6 and 5/6: by nearest rank the lower quartile is the first and the upper one the third.
    figures = contact_in("abcd")
    assert (figures["sponsor_contact"].value, figures["sponsor_contact"].count) == (Fraction(1, 4), 24)
    assert figures["sponsor_contact_spread"].value == Fraction(50, 3)


def test_two_legs_are_no_spread_between_uplines() -> None:
    figures = contact_in("ab")
    assert figures["sponsor_contact"].value == Fraction(1, 2)
    assert figures["sponsor_contact_spread"].value is None
    assert figures["sponsor_contact_spread"].why == "fewer than 4 first-level legs have 5 joiners or more"


def test_who_moved_is_still_the_newcomer_of_the_first_sponsor() -> None:
    """Kim joined under ben, who met her and left: under ada since. The contact is her sponsor's, the recruit is ben's."""
    members: Rows = [{"member": name, "joined": "2024-01-01"} for name in ("ada", "ben", "kim")]
    edges: Rows = [
        {"tree": "sponsor", "position": "ada", "parent": ""},
        {"tree": "sponsor", "position": "ben", "parent": "ada"},
        {"tree": "sponsor", "position": "kim", "parent": "ben", "from": "2024-01-01", "to": "2024-02-01"},
        {"tree": "sponsor", "position": "kim", "parent": "ada", "from": "2024-02-01"},
    ]
    contacts: Rows = [{"member": "kim", "by": "ben", "time": "2024-01-02"}]
    books = books_of(facts_of(members, edges=edges, contacts=contacts), "2024-01", "2024-03", {})

    assert Figures.of(support(books))["sponsor_contact"].value == Fraction(1, 2)
    assert People.of_books(books).recruits.tolist() == [1, 1, 0]


def test_who_takes_part_and_what_it_costs() -> None:
    """January: ada ordered and posted, ben was paid: 1/2. February: ada was paid, ben and kim posted: 0/1. Mean 1/4.

    Spending: ada's order 80 less a refund of 20, tools 10, travel 30: 10 of 100. kim is a customer: hers is not counted.
    """
    members = [joined("ada"), joined("ben", sponsor="ada"), joined("kim", sponsor="ada")]
    orders = [
        {"order": "1", "buyer": "ada", "time": "2024-01-05"},
        {"order": "2", "buyer": "kim", "time": "2024-01-06"},
    ]
    lines = [{"order": o, "line": "1", "quantity": "2", "price": "80"} for o in ("1", "2")]
    facts = facts_of(
        members,
        roles=[{"member": "kim", "role": "customer"}],
        orders=orders,
        order_lines=lines,
        returns=[{"order": "1", "line": "1", "quantity": "1", "time": "2024-01-09", "refund": "20"}],
        posts=[{"member": who, "kind": "post", "time": day} for who, day in (("ada", "2024-01-31"), ("ben", "2024-02-01"), ("kim", "2024-02-02"))],
        expenses=[{"member": "ada", "kind": kind, "amount": cost, "time": "2024-02-03"} for kind, cost in (("tools", "10"), ("travel", "30"))],
    )  # fmt: skip
    figures = Figures.of(community(books_of(facts, "2024-01", "2024-02", {"ben": [5, 0], "ada": [0, 5]})))

    assert (figures["community_activity"].value, figures["community_activity"].count) == (Fraction(1, 4), 2)
    assert figures["paid_training_share"].value == Fraction(1, 10)


def everything(books: Books, plan: str) -> list[Figure]:
    at = load_plan(HOME / "plans" / f"reference-{plan}.yaml").at(Period.parse("2026-03"))
    found = [
        figure
        for measure in (spread, recruiting, staying, product, inventory, training, support, community)
        for figure in measure(books)
    ]
    return [*found, *effort(books, at), *bunching(books, at)]


@pytest.mark.parametrize("plan", ["mlm", "nm"])
def test_the_bundled_company_fills_every_figure_it_has_tables_for(
    bundled: Callable[[str, str], Books], plan: str
) -> None:
    figures = Figures.of(everything(bundled("company", plan), plan))

    assert [figure.measure for figure in figures if figure.missing] == []
    for figure in figures:
        if figure.value is not None and figure.definition.unit == "share":
            assert 0 <= figure.value <= 1, figure


def test_the_minimal_company_says_what_it_cannot_know(bundled: Callable[[str, str], Books]) -> None:
    """Its tables are the same as the other's as far as they go, so every figure that it has is the same."""
    figures = Figures.of(everything(bundled("company-minimal", "nm"), "nm"))
    full = Figures.of(everything(bundled("company", "nm"), "nm"))

    unknown = {figure.measure: figure.missing for figure in figures if figure.missing}
    assert unknown["training_completion"] == unknown["training_effect_survival"]
    assert unknown["training_completion"] == ("training", "training.required", "training.completed")
    assert unknown["support_first_answer"] == unknown["support_solved"] == ("tickets",)
    assert unknown["sponsor_contact"] == ("contacts",)
    assert unknown["community_activity"] == ("posts",)
    assert unknown["paid_training_share"] == ("expenses",)
    assert unknown["stock_cover"] == ("receipts",)
    assert all(figure.value is None for figure in figures if figure.missing)
    for figure in figures:
        if not figure.missing:
            assert figure == full.items[figure.measure, figure.by]

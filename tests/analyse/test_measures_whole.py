"""Measures of people as a whole: the order of rows and the names of people change nothing; a known effect is found."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from tests.analyse.by_hand import facts_of

from trueline.analyse.books import Books
from trueline.analyse.figure import Figures
from trueline.analyse.keeping import keep_books
from trueline.analyse.measure import measure
from trueline.analyse.training import training
from trueline.facts import Facts
from trueline.facts.catalog import TABLES
from trueline.facts.spec import Kind
from trueline.period import Period
from trueline.plan import load_plan
from trueline.simulate import load_scenario, simulate

HOME = Path(__file__).resolve().parents[2]


def renamed_and_shuffled(facts: Facts) -> Facts:
    """The same company with another name for everybody, in the same order of names, and all rows in another order."""
    luck, tables = random.Random(7), {}  # noqa: S311 - rows are put in any order, nothing is kept secret
    for name, table in facts.tables.items():
        spec = TABLES[name]
        people = {
            column
            for column in table.columns
            if (declared := spec.column(column)) is not None
            and declared.kind is Kind.ID
            and (declared.refers_to in ("members", "positions") or (name, column) in _KEYS)
        }
        rows = [
            {key: _text(value, named=key in people) for key, value in row.items()}
            for row in facts.arrow(name).to_pylist()
        ]
        luck.shuffle(rows)
        tables[name] = rows
    return Facts.from_rows(facts.company, tables)


_KEYS = {("members", "member"), ("positions", "position")}


def _text(value: object, *, named: bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None:
        return ""
    return f"p-{value}" if named else str(value)


@pytest.mark.parametrize("plan", ["mlm", "nm"])
def test_names_and_the_order_of_rows_change_nothing(bundled: Callable[[str, str], Books], plan: str) -> None:
    books = bundled("company", plan)
    other = renamed_and_shuffled(books.facts)
    again = keep_books(load_plan(HOME / "plans" / f"reference-{plan}.yaml"), other, books.periods[0], books.periods[-1])

    first, second = measure(books, sellers=20).figures, measure(again, sellers=20).figures

    assert other.members != books.facts.members
    assert list(first) == list(second)


@pytest.fixture(scope="module")
def measured() -> Callable[[dict[str, str]], Figures]:
    def of(assumed: dict[str, str]) -> Figures:
        data = yaml.safe_load((HOME / "scenarios" / "customers-first.yaml").read_text(encoding="utf-8"))
        data |= {"people": {"start": 900, "founders": 3}, "training": {"completes": "60%", **assumed}}
        data.pop("sweep")
        books = simulate(load_scenario(data), load_plan(HOME / "plans" / "reference-nm.yaml")).books
        return Figures.of(training(books))

    return of


def within(figures: Figures, measure_: str, value: Fraction) -> bool:
    interval = figures[measure_].interval
    assert interval is not None
    return interval[0] <= value <= interval[1]


def test_a_course_that_does_nothing_is_seen_to_do_nothing(measured: Callable[[dict[str, str]], Figures]) -> None:
    """The simulated people complete it by lot, and it changes nothing: both intervals hold that."""
    figures = measured({})

    assert within(figures, "training_effect_survival", Fraction(0))
    assert within(figures, "training_exit_ratio", Fraction(1))


def test_a_course_that_halves_leaving_is_seen_to_halve_it(measured: Callable[[dict[str, str]], Figures]) -> None:
    figures = measured({"leaving": "1/2"})

    assert within(figures, "training_exit_ratio", Fraction(1, 2))
    assert not within(figures, "training_exit_ratio", Fraction(1))
    assert not within(figures, "training_effect_survival", Fraction(0))
    assert (figures["training_effect_survival"].value or 0) > 0


WEEKLY = """\
plan: Weekly
currency: USD
period: week
volumes: {cv: 0.01, pv: 0.01}
rounding: {to: 0.01, mode: half up, per: line}
conditions: {active: participant and orders(pv) >= 10}
ranks: {Guide: active}
bonuses: {network: {kind: level, base: orders(cv), from: self, rates: [10%, 5%]}}
"""
SOLD = [{"order": "1", "buyer": "a", "time": "2025-01-07"}, {"order": "2", "buyer": "b", "time": "2025-01-15"}]
OF = [
    {"order": order, "line": "1", "quantity": "1", "price": "30", "volume.cv": "30", "volume.pv": "12"}
    for order in ("1", "2")
]
TWO = [{"member": "a", "joined": "2025-01-01"}, {"member": "b", "joined": "2025-01-03", "sponsor": "a"}]


def of_two(last: str, **changed: list[dict[str, str]]) -> Figures:
    """Everything that is measured of two people in some weeks of 2025."""
    facts = facts_of(**({"members": TWO, "orders": SOLD, "order_lines": OF} | changed))
    books = keep_books(load_plan(WEEKLY, "plan.yaml"), facts, Period.parse("2025-W02"), Period.parse(last))
    return measure(books).figures


@pytest.mark.parametrize("last", ["2025-W02", "2025-W04"])
def test_a_company_of_two_is_measured_by_week(last: str) -> None:
    """In week 2 a sells 30 and gets 3.00; in week 3 b does, and a gets 1.50 of it. On one more sale of 100: 10 and 5."""
    figures = of_two(last)

    b_sold = last == "2025-W04"
    assert figures["reward_mean"].value == (Fraction(750, 200) if b_sold else Fraction(3, 2))
    assert figures["paid_share"].value == (1 if b_sold else Fraction(1, 2))
    assert figures["one_more_sale_own"].value == 10
    assert figures["one_more_sale_paid"].value == Fraction(10 + 15, 2)
    assert figures["recruits_per_participant"].value == Fraction(1, 2)
    assert figures["attrition_12"].why.startswith("nobody began early enough")


def test_nobody_joined_on_a_known_day() -> None:
    figures = of_two("2025-W04", members=[{"member": "a"}, {"member": "b"}])

    assert figures["reward_mean"].value == 3
    assert figures["front_loading"].value is None
    assert figures["revenue_new_share"].missing == ("members.joined",)
    assert {group.by[0][0] for group in figures.by("paid_share")} == {"year", "depth", "rank"}


def test_only_customers() -> None:
    roles = [{"member": name, "role": "customer"} for name in ("a", "b")]
    figures = of_two("2025-W04", roles=roles)

    assert figures["paid_share"].why == figures["recruit_nobody_share"].why == "nobody was there"
    assert figures["customers_per_participant"].why == "no participant ordered or was paid"
    assert figures["one_more_sale_own"].why == "nobody may earn in the period"


def test_orders_without_buyers_still_pay() -> None:
    figures = of_two("2025-W04", orders=[{"order": "1", "credited": "a", "time": "2025-01-07"}], order_lines=OF[:1])

    assert figures["reward_mean"].value == Fraction(3, 2)
    assert figures["one_more_sale_own"].value == 10
    for measure_ in ("explained_by_effort", "customers_per_participant", "attrition_12", "personal_customers"):
        assert figures[measure_].missing == ("orders.buyer",)

"""Pay for one more sale: rates read off the reference plans, the added sale against one written into the tables."""

from __future__ import annotations

import csv
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from trueline.analyse.added import OneMore
from trueline.analyse.books import Course
from trueline.analyse.figure import Figure, Figures
from trueline.analyse.onemore import MEASURES, one_more_sale, one_more_sale_in
from trueline.analyse.sample import Sample
from trueline.facts import Company, Facts
from trueline.period import Period
from trueline.plan import PlanFile, load_plan
from trueline.run import run

HOME = Path(__file__).resolve().parents[2]
MLM, NM = (load_plan(HOME / "plans" / f"reference-{name}.yaml") for name in ("mlm", "nm"))
COMPANY = HOME / "examples" / "company"
MONTH, LAST = Period.parse("2026-03"), Period.parse("2024-06")
CENT = Fraction(1, 100)
LINE = ["top", "upper", "middle", "seller", "buyer"]


def line(ranks: dict[str, str], columns: tuple[str, ...] = ("buyer", "credited"), pv: str = "100") -> Facts:
    """A line of participants, each under the one before, the last a customer; ranks are given."""
    edges = [
        {"tree": tree, "position": below, "parent": above}
        for tree in ("sponsor", "placement")
        for above, below in pairwise(LINE)
    ]
    rows = {
        "members": [{"member": member, "joined": "2025-01-01"} for member in LINE],
        "roles": [{"member": "buyer", "role": "customer"}],
        "edges": edges,
        "orders": [{"order": m, "time": "2026-03-10", "kind": "own use"} | dict.fromkeys(columns, m) for m in LINE],
        "order_lines": [{"order": m, "line": "1", "price": "90", "volume.pv": pv, "volume.cv": "80"} for m in LINE],
        "overrides": [{"member": member, "what": "rank", "value": rank} for member, rank in ranks.items()],
    }
    company = Company("Line", "UTC", "USD", {"pv": CENT, "cv": CENT}, {})
    return Facts.from_rows(company, {name: table for name, table in rows.items() if table})


def asked(plan: PlanFile, facts: Facts, most: int = 250) -> Figures:
    return Figures.of(one_more_sale_in(Course(((MONTH, plan.at(MONTH)),), None), facts, most=most))


def pay(figures: Figures) -> dict[tuple[str, str], Fraction | None]:
    return {(f.by[0][1], f.by[1][1]): f.value for f in figures.by("one_more_sale_pay")}


def test_nm_pays_everybody_the_rates_of_the_plan_file() -> None:
    """20 % on an own sale, 5, 4, 3 % at distances 1 to 3, 5 % to the pool when anybody sold to customers."""
    figures = asked(NM, line({}))

    rates = {"0": 20, "1": 5, "2": 4, "3": 3}
    assert {distance: value for (distance, _), value in pay(figures).items()} == rates
    assert figures["one_more_sale_own"].value == 20
    assert figures["one_more_sale_within_distance_spread"].value == 0
    assert figures["one_more_sale_paid"].value == Fraction(20 + 25 + 29 + 32, 4)
    assert figures["one_more_sale_pool"].value == 5
    assert figures["one_more_sale_own"].interval is None


def test_mlm_pays_by_rank_at_equal_distance() -> None:
    """Seller and middle are Members, upper is a Director, top an Executive; all sell once.

    Own sales: 4, 4, 16, 20. Distance 1 (difference and level): middle on seller 0 + 1; upper on middle 12 + 4; top on
    upper 4 + 5. Distance 2: upper on seller 12 + 3; top on middle 4 + 4. Distance 3: top on seller 4 + 3.
    """
    ranks = {"top": "Executive", "upper": "Director", "middle": "Member", "seller": "Member"}
    figures = asked(MLM, line(ranks))

    assert pay(figures) == {
        ("0", "Member"): 4,
        ("0", "Director"): 16,
        ("0", "Executive"): 20,
        ("1", "Member"): 1,
        ("1", "Director"): 16,
        ("1", "Executive"): 9,
        ("2", "Director"): 15,
        ("2", "Executive"): 8,
        ("3", "Executive"): 7,
    }
    assert figures["one_more_sale_rank_spread"].value == 16
    assert figures["one_more_sale_within_distance_spread"].value == Fraction(16, 100)  # 20 less 4 on an own sale
    assert figures["one_more_sale_own"].value == Fraction(4 + 4 + 16 + 20, 4)
    own = {figure.by[0][1]: (figure.value, figure.count) for figure in figures.by("one_more_sale_own")}
    assert own == {"Member": (4, 2), "Director": (16, 1), "Executive": (20, 1)}


def test_the_bundled_company_shows_the_two_structures() -> None:
    """NM: at each distance one rate for everybody, to the cent. MLM: at distance 1 a higher rank earns more."""
    facts = Facts.read(COMPANY)
    last, first = Period.parse("2026-03"), Period.parse("2023-04")
    nm, mlm = (Figures.of(one_more_sale(plan, facts, first, last)) for plan in (NM, MLM))

    assert {(distance, value) for (distance, _), value in pay(nm).items()} == set(
        zip("012345", (20, 5, 4, 3, 2, 1), strict=True)
    )
    assert nm["one_more_sale_within_distance_spread"].value == 0
    assert nm["one_more_sale_rank_spread"].value == 1
    at_one = [pay(mlm)["1", rank] for rank in ("Member", "Builder", "Leader")]
    assert None not in at_one
    assert at_one == sorted(at_one, key=lambda value: value or 0)
    assert mlm["one_more_sale_rank_spread"].value is not None
    assert mlm["one_more_sale_rank_spread"].value > 2
    assert nm["one_more_sale_lifts"].value == mlm["one_more_sale_lifts"].value == 0


@pytest.mark.parametrize("columns", [("buyer", "credited"), ("buyer",)])
def test_the_added_sale_is_one_that_tables_can_say(columns: tuple[str, ...]) -> None:
    """The same order written into the tables as text gives the same lines, whether or not sales are credited."""
    given = line({}, columns)
    more = OneMore.of(given, MONTH.end_seconds - 1, {"cv": Fraction(100)}, Fraction(100)).by(
        given.members.index("seller")
    )

    written = line({}, columns)
    rows = {name: [dict(row) for row in written.arrow(name).to_pylist()] for name in written.tables}
    order = {"order": "one more sale", "time": "2026-03-31T23:59:59", "kind": "customer", columns[-1]: "seller"}
    rows["orders"].append(order)
    rows["order_lines"].append(
        {"order": "one more sale", "line": "1", "price": "100", "volume.pv": "0", "volume.cv": "100"}
    )
    texts = {
        name: [{key: "" if value is None else str(value) for key, value in row.items()} for row in table]
        for name, table in rows.items()
    }
    said = Facts.from_rows(given.company, texts)

    for plan in (MLM, NM):
        ours, theirs = (run(plan.at(MONTH), facts, None, MONTH) for facts in (more, said))
        assert ours.hashes == theirs.hashes


def test_the_minimal_company_can_be_asked_and_one_without_lines_is_unknown() -> None:
    facts = Facts.read(HOME / "examples" / "company-minimal")
    first = Period.parse("2024-05")
    figures = Figures.of(one_more_sale(NM, facts, first, LAST))
    assert figures["one_more_sale_own"].value == 20

    with (HOME / "examples" / "company-minimal" / "members.csv").open(encoding="utf-8") as file:
        members = [{"member": row["member"], "joined": row["joined"]} for row in csv.DictReader(file)]
    bare = Facts.from_rows(facts.company, {"members": members})
    unknown = one_more_sale(NM, bare, first, LAST)
    assert [figure.measure for figure in unknown] == list(MEASURES)
    assert {figure.missing for figure in unknown} == {("orders", "order_lines.volume.cv")}


def test_a_sale_that_lifts_somebody_is_left_out() -> None:
    """Here the paying volume qualifies as well: at 60 one is active, and only the first member is below that."""
    plan = load_plan(
        "plan: Lift\ncurrency: USD\nperiod: month\nvolumes: {cv: 0.01}\n"
        "rounding: {to: 0.01, mode: half up, per: line}\nconditions: {active: participant and orders(cv) >= 60}\n"
        "bonuses: {own: {kind: rebate, base: orders(cv), rate: 10%, who: active}}\n",
        "plan.yaml",
    )
    rows = {
        "members": [{"member": name, "joined": "2026-01-01"} for name in ("ada", "ben", "cleo")],
        "orders": [{"order": name, "buyer": name, "time": "2026-03-02"} for name in ("ada", "ben", "cleo")],
        "order_lines": [
            {"order": name, "line": "1", "volume.cv": cv} for name, cv in (("ada", "10"), ("ben", "60"), ("cleo", "90"))
        ],
    }
    facts = Facts.from_rows(Company("Lift", "UTC", "USD", {"cv": CENT}), rows)

    figures = asked(plan, facts)

    assert figures["one_more_sale_lifts"].value == Fraction(1, 3)
    assert (figures["one_more_sale_own"].value, figures["one_more_sale_own"].count) == (10, 2)


PRICED = (
    "plan: Priced\ncurrency: USD\nperiod: month\nvolumes: {{cv: 0.01, pv: 0.01}}\n"
    "rounding: {{to: 0.01, mode: half up, per: line}}\n"
    "bonuses: {{own: {{kind: {kind}, base: orders({base}), rate: 10%}}}}\n"
)


def test_a_plan_may_pay_on_prices_but_a_sale_of_100_has_no_margin() -> None:
    priced, margins = (load_plan(PRICED.format(kind="rebate", base=base), "plan.yaml") for base in ("price", "margin"))

    assert asked(priced, line({}))["one_more_sale_own"].value == 10
    assert "margins" in asked(margins, line({}))["one_more_sale_own"].why


def test_a_sample_is_weighted_and_covers_the_truth() -> None:
    """Strata of 90 and 10: with twenty taken the large one gives 18 and the small one 2, and each stands for five."""
    members, strata = np.arange(100), np.repeat([0, 1], [90, 10])
    values = np.where(strata == 0, 10, 100) + members % 3
    sample = Sample.of(members, strata, 20)

    assert (len(sample.members), sample.full) == (20, False)
    assert np.bincount(sample.stratum).tolist() == [18, 2]
    ones = np.ones(20, dtype=np.int64)
    interval = sample.interval(values[sample.members], ones)
    assert interval is not None
    assert interval[0] <= Fraction(int(values.sum()), 100) <= interval[1]
    assert interval[0] < interval[1]
    everybody = Sample.of(members, strata, 100)
    assert everybody.full
    assert everybody.ratio(values, np.ones(100, dtype=np.int64)) == Fraction(int(values.sum()), 100)


def test_a_sampled_figure_says_so() -> None:
    facts = Facts.read(COMPANY)
    found = one_more_sale(MLM, facts, MONTH, MONTH, most=20)

    means = [figure for figure in found if figure.measure == "one_more_sale_own" and not figure.by]
    assert all(isinstance(figure, Figure) and figure.interval is not None for figure in means)
    spread = next(figure for figure in found if figure.measure == "one_more_sale_within_distance_spread")
    assert spread.why.startswith("of a sample")


def test_a_sale_that_lacks_what_somebody_qualifies_by_is_unknown_and_says_why() -> None:
    """Nobody is paid on margins, but who is active is said by one: a sale of 100 has no product and so no margin."""
    text = """
plan: Margins
currency: USD
period: month
volumes: {cv: 0.01, pv: 0.01}
rounding: {to: 0.01, mode: half up}
measures: {earned_on: orders(margin)}
conditions: {active: participant and earned_on >= 5}
bonuses: {level: {kind: level, base: orders(cv), rates: [10%], who: active}}
"""
    rows = {
        "members": [{"member": "a", "joined": "2025-01-01"}],
        "products": [{"sku": "tea", "member_price": "60"}],
        "orders": [{"order": "1", "buyer": "a", "time": "2026-03-10", "kind": "own use"}],
        "order_lines": [
            {
                "order": "1",
                "line": "1",
                "sku": "tea",
                "quantity": "1",
                "price": "90",
                "volume.pv": "1",
                "volume.cv": "1",
            }
        ],
    }
    facts = Facts.from_rows(Company("Margins", "UTC", "USD", {"pv": CENT, "cv": CENT}, {}), rows)
    found = one_more_sale(load_plan(text), facts, MONTH, MONTH)

    assert [one.measure for one in found] == list(MEASURES)
    assert {one.value for one in found} == {None}
    assert "the plan cannot be run so: Line 1 of order one more sale has no 'margin'" in found[0].why

"""Measures of plans with cadences: every cent of every part run once, in the period to which the part run belongs.

All of it is worked out by hand over a company of three: ann recruited bob, bob recruited cy; kim is cy's customer.
`fast` pays 20 and 10 % every week, `unilevel` 5 and 5 % and `match` half of fast every month. Prices are volumes.

    sale                         fast                  unilevel
    1  10 January    kim 100     W02  cy 20, bob 10    January   cy 5, bob 5
    2  30 January    cy  200     W05  bob 40, ann 20   January   bob 10, ann 10
    3  20 February   kim 300     W08  cy 60, bob 30    February  cy 15, bob 15
    4  27 February   bob 400     W09  ann 80           February  ann 20

W02 belongs to January, W05 (29 January to 4 February) and W08 to February, W09 (to 3 March) to March.
match: January half of cy's 20 to bob and of bob's 10 to ann; February of cy's 60 to bob and of bob's 40 + 30 to ann.

    January    ann 10 + 5 = 15             bob 10 + 5 + 10 + 10 = 35        cy 20 + 5 = 25     together  75
    February   ann 20 + 20 + 35 = 75       bob 40 + 30 + 15 + 30 = 115      cy 60 + 15 = 75    together 265
"""

from __future__ import annotations

from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.analyse.by_hand import Rows, facts_of
from tests.properties.test_cadences import BONUSES, MONTHLY, SEEDS, WEEKLY, plan_of, rows_of
from tests.properties.test_cadences import facts_of as company_of
from tests.properties.test_invariants import paced_world
from tests.properties.two_engines import facts_of as facts_of_world

from trueline.analyse.books import Books
from trueline.analyse.counterfactual import Otherwise, counterfactuals, if_recruiting_had_stopped, usual
from trueline.analyse.figure import Figures
from trueline.analyse.keeping import BookKeeper, keep_books
from trueline.analyse.measure import measure
from trueline.analyse.net import net_results
from trueline.analyse.onemore import one_more_sale
from trueline.compare.history import shifts
from trueline.compare.over_facts import over_facts
from trueline.errors import Refused
from trueline.facts import Facts
from trueline.period import Period
from trueline.plan import load_plan
from trueline.run import Result, State, chain, run
from trueline.run.past import Kept, PastRun
from trueline.run.store import StoredPast, StoredRun, load_run, run_name, save_run

JANUARY, FEBRUARY, MARCH = (Period.parse(f"2024-0{month}") for month in (1, 2, 3))
PEOPLE = ["ann", "bob", "cy"]

TWO_SPEEDS = """\
plan: Two speeds
currency: USD
period: month
volumes: {cv: 0.01}
rounding: {to: 0.01, mode: half up}
bonuses:
  fast: {kind: level, every: week, base: orders(cv), rates: [20%, 10%]}
  unilevel: {kind: level, base: orders(cv), rates: [5%, 5%]}
  match: {kind: match, of: [fast], rates: [50%]}
"""
MONTHS = TWO_SPEEDS.replace("every: week, ", "").replace("Two speeds", "One speed")
ONLY_WEEKS = TWO_SPEEDS[: TWO_SPEEDS.index("  unilevel")]

MEMBERS: Rows = [
    {"member": "ann", "joined": "2023-11-01"},
    {"member": "bob", "joined": "2023-11-02", "sponsor": "ann"},
    {"member": "cy", "joined": "2023-11-03", "sponsor": "bob"},
    {"member": "kim", "joined": "2023-11-04", "sponsor": "cy"},
]
SALES = [
    ("1", "kim", "customer", "2024-01-10", "100"), ("2", "cy", "own use", "2024-01-30", "200"),
    ("3", "kim", "customer", "2024-02-20", "300"), ("4", "bob", "own use", "2024-02-27", "400"),
]  # fmt: skip


def company(*more: tuple[str, str, str, str, str], members: Rows | None = None) -> Facts:
    """The company, with more members and sales."""
    sales = [*SALES, *more]
    return facts_of(
        [*MEMBERS, *(members or [])],
        roles=[{"member": "kim", "role": "customer", "from": "2023-11-04"}],
        orders=[{"order": n, "buyer": who, "kind": kind, "time": day} for n, who, kind, day, _ in sales],
        order_lines=[
            {"order": n, "line": "1", "quantity": "1", "price": cv, "volume.cv": cv} for n, _, _, _, cv in sales
        ],
        rewards_other=[{"member": "ann", "kind": "prize", "value": "10", "time": "2024-02-10"}],
    )


def books_of(plan: str = TWO_SPEEDS, last: Period = FEBRUARY, facts: Facts | None = None) -> Books:
    return keep_books(load_plan(plan), facts or company(), JANUARY, last)


def rewards(books: Books, row: int) -> list[int]:
    """What ann, bob and cy got in a period, in whole money."""
    cents = [int(books.rewards[row, books.facts.members.index(name)]) for name in PEOPLE]
    assert all(cent % 100 == 0 for cent in cents)
    return [cent // 100 for cent in cents]


# by hand ------------------------------------------------------------------------------------------------------------


def test_rewards_stand_in_the_month_to_which_their_week_belongs() -> None:
    books = books_of(last=MARCH)

    assert books.periods == [JANUARY, FEBRUARY, MARCH]
    assert [rewards(books, row) for row in range(3)] == [[15, 35, 25], [75, 115, 75], [80, 0, 0]]
    by_bonus = {name: (books.by_bonus[:, column] // 100).tolist() for column, name in enumerate(books.bonuses)}
    # fast: 30; 40 + 20 + 60 + 30; 80. unilevel: 10 + 20; 30 + 20. match: 10 + 5; 30 + 35; nobody stands above ann.
    assert by_bonus == {"fast": [30, 150, 80], "unilevel": [30, 50, 0], "match": [15, 65, 0]}


def test_where_the_money_of_two_cadences_comes_from() -> None:
    """Customers: fast 30 + 90, unilevel 10 + 30, match 15 of January, and of February bob's 30 and half of bob's own 30
    of fast on kim, 15: 220. Own use: fast 60, unilevel 20 + 20, match half of bob's 40 on cy, 20: 120.

    Own: cy on kim, fast 80 and unilevel 20. In the line: ann on cy, fast 20 and unilevel 10. Of a recruit: the rest.
    """
    figures = measure(books_of(), sellers=5).figures

    assert figures["rewards"].value == 340
    assert figures["rewards_from_customers_share"].value == Fraction(220, 340)
    assert figures["rewards_from_participants_share"].value == Fraction(120, 340)
    assert figures["rewards_of_own_sales_share"].value == Fraction(100, 340)
    assert figures["rewards_of_sponsored_share"].value == Fraction(210, 340)
    assert figures["rewards_of_line_share"].value == Fraction(30, 340)
    assert figures.items["rewards", (("period", "2024-02"),)].value == 265
    assert figures.items["rewards", (("bonus", "match"),)].value == 80
    # revenue goes by the day of the sale: 300 in January, 700 in February; 340 and the prize of 10 of 1000
    assert figures.items["revenue", (("period", "2024-01"),)].value == 300
    assert figures["payout_ratio"].value == Fraction(350, 1000)


def test_who_gets_it_and_who_ends_with_a_profit() -> None:
    """Of 340 ann has 90, bob 150, cy 100; cy bought for 200 and bob for 400. Gini: (2 × 150 − 2 × 90) / (3 × 340)."""
    books = books_of()
    figures, net = measure(books, sellers=5).figures, net_results(books)
    at = [books.facts.members.index(name) for name in PEOPLE]

    assert figures["reward_mean"].value == Fraction(340, 3)
    assert figures["gini"].value == Fraction(120, 1020)
    assert (net.before_resale[at] // 100).tolist() == [90, -250, -100]
    assert figures["before_resale_profit_share"].value == Fraction(1, 3)
    assert figures["before_resale_loss_share"].value == Fraction(2, 3)
    assert figures["before_resale_mean"].value == Fraction(-260, 3)


def test_had_participants_bought_nothing() -> None:
    """What is left of 340 is what customers caused, 220: the weeks pay without sales 2 and 4, and so does match."""
    books = books_of()
    figures = Figures.of(counterfactuals(books, usual(books)))

    for how in ("held", "recomputed"):
        by = (("qualifications", how),)
        assert figures.items["without_participant_orders", by].value == Fraction(220, 340)
        assert figures.items["without_joining_packs", by].value == 1


def test_had_recruiting_stopped_the_week_across_the_end_of_the_month_knows_it() -> None:
    """On the way eve joins on 31 January and flo on 1 February, both below cy; both buy 100 on 2 February, in W05.

    In February these add fast 20 to cy and 10 to bob, unilevel 5 and 5, match half of cy's 20 to bob and of bob's 10 to
    ann: 55 each. Without flo, who came in February, 265 + 55 of 265 + 110.
    """
    new: Rows = [{"member": name, "joined": day, "sponsor": "cy"} for name, day in
                 (("eve", "2024-01-31"), ("flo", "2024-02-01"))]  # fmt: skip
    facts = company(*((name, name, "own use", "2024-02-02", "100") for name in ("eve", "flo")), members=new)
    books = books_of(facts=facts)
    figures = Figures.of(counterfactuals(books, [if_recruiting_had_stopped(facts, FEBRUARY, FEBRUARY)]))

    assert int(books.rewards[1].sum()) == 37_500
    for how in ("held", "recomputed"):
        by = (("from", "2024-02"), ("qualifications", how))
        assert figures.items["if_recruiting_had_stopped", by].value == Fraction(320, 375)


def test_pay_for_one_more_sale_is_what_the_week_and_the_month_pay_on_it() -> None:
    """A sale of 100 on the last day of W08. By cy: bob 20 + 5, ann 10 + 5 and half of bob's 20; by bob: ann 20 + 5.

    zoe joins on 27 February: she was not there in time, so she makes none.
    """
    zoe: Rows = [{"member": "zoe", "joined": "2024-02-27", "sponsor": "cy"}]
    figures = Figures.of(one_more_sale(load_plan(TWO_SPEEDS), company(members=zoe), JANUARY, FEBRUARY))

    by_distance = {figure.by[0][1]: (figure.value, figure.count) for figure in figures.by("one_more_sale_pay")}
    assert by_distance == {"0": (0, 3), "1": (25, 2), "2": (25, 1)}
    assert figures["one_more_sale_paid"].value == Fraction(50 + 25 + 0, 3)
    assert figures["one_more_sale_lifts"].value == 0
    again = measure(books_of(facts=company(members=zoe))).figures
    assert [again[name] for name in ("one_more_sale_paid", "one_more_sale_own")] == [
        figures[name] for name in ("one_more_sale_paid", "one_more_sale_own")
    ]


def test_a_week_that_lifts_somebody_is_a_sale_that_lifts() -> None:
    """Active is who sold 100 (or 101) in the period of the run. In February bob sold 400, ann and cy nothing; in W08
    nobody anything. So a sale of 100 makes ann and cy active in the month and each of the three in the week, and with
    101 asked nobody anywhere.
    """
    limits = "conditions: {active: participant and orders(cv) >= NUMBER}\nbonuses:"
    plan = TWO_SPEEDS.replace("bonuses:", limits).replace("20%, 10%]", "20%, 10%], who: active")
    lifts = {}
    for asked in (100, 101):
        found = one_more_sale(load_plan(plan.replace("NUMBER", str(asked))), company(), JANUARY, FEBRUARY)
        lifts[asked] = Figures.of(found)["one_more_sale_lifts"].value

    assert lifts == {100: 1, 101: 0}


def test_two_plans_one_with_weeks_and_one_without_are_set_side_by_side() -> None:
    """By the month fast pays ann 80 on sale 4 in February, and match ann half of bob's 50 of January and 30 of February:
    30 + 20 + 80 + 25 + 15 = 170, which were 90. bob and cy get in February what they got in January and February.
    """
    before, after = books_of(), books_of(MONTHS)
    everybody = shifts(before, after)[0]

    assert [sum(amounts) for amounts in zip(rewards(after, 0), rewards(after, 1), strict=True)] == [170, 150, 100]
    assert (everybody.before, everybody.after) == (340, 420)
    assert (everybody.people, everybody.gain, everybody.lose, everybody.same) == (3, 1, 0, 2)
    # sale 4 is own use and bob's: fast 80. bob's 50 of January are 10 of kim's and 40 of cy's sale, of February kim's.
    assert {words: value for words, value in everybody.causes.items() if value} == {"participants' own use": 80}

    found = over_facts([load_plan(TWO_SPEEDS), load_plan(MONTHS)], company(), JANUARY, FEBRUARY, sellers=3)
    assert [side.figures["rewards"].value for side in found.sides] == [340, 420]
    assert found.shifts[0] == everybody


# parts are whole plans ----------------------------------------------------------------------------------------------


def of_span(books: Books) -> list[Any]:
    """Every figure that does not tell periods apart, with what the engine answers again."""
    whole = measure(books, sellers=10).figures
    alone = ("reward", "paid_share", "top_", "gini", "net_", "before_resale", "payout", "one_more_sale", "without_")
    return [one for one in whole if one.measure.startswith(alone) and "period" not in dict(one.by)]


def test_a_plan_of_weeks_only_measured_over_a_month_of_whole_weeks_is_the_weekly_plan() -> None:
    """February 2027 is W05 to W08."""
    facts = company(
        ("5", "cy", "own use", "2027-02-03", "120.10"), ("6", "kim", "customer", "2027-02-09", "33.33"),
        ("7", "bob", "own use", "2027-02-28", "75"),
    )  # fmt: skip
    month = Period.parse("2027-02")
    by_month = keep_books(load_plan(ONLY_WEEKS), facts, month, month)
    weekly = ONLY_WEEKS.replace("period: month", "period: week").replace("every: week, ", "")
    by_week = keep_books(load_plan(weekly), facts, Period.parse("2027-W05"), Period.parse("2027-W08"))

    # 20 and 10 % of 120.10 and 75, and on kim's 33.33 6.67 and 3.33: 24.02 + 12.01 + 15 + 10
    assert int(by_month.rewards.sum()) == 6103
    assert len(by_week.periods) == 4
    assert np.array_equal(by_month.rewards[0], by_week.rewards.sum(axis=0))
    assert np.array_equal(by_month.cube[0], by_week.cube.sum(axis=0))
    assert np.array_equal(by_month.by_member, by_week.by_member)
    months = of_span(by_month)
    assert len(months) > 40
    assert months == of_span(by_week)


@pytest.mark.parametrize("seed", SEEDS)
def test_months_in_a_plan_of_quarters_are_the_plan_of_months(seed: int) -> None:
    facts = company_of(rows_of(seed))
    quarters = plan_of(BONUSES.replace("{kind:", "{every: month, kind:"), "quarter")
    quarter, first, last = Period.parse("2024-Q1"), JANUARY, MARCH
    by_quarter = keep_books(load_plan(quarters), facts, quarter, quarter)
    by_month = keep_books(load_plan(plan_of(BONUSES)), facts, first, last)

    assert int(by_month.rewards.sum()) > 0
    assert np.array_equal(by_quarter.rewards[0], by_month.rewards.sum(axis=0))
    assert np.array_equal(by_quarter.cube[0], by_month.cube.sum(axis=0))
    assert np.array_equal(by_quarter.by_member, by_month.by_member)
    assert np.array_equal(by_quarter.participants, by_month.participants)
    found, again = (counterfactuals(books, usual(books)[:2]) for books in (by_quarter, by_month))
    assert found == again


# every cent once ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_every_cent_of_every_run_is_measured_once_in_its_period(seed: int) -> None:
    """Caps, pools, banks, matches of weekly pay and a limit of the month; weeks of January to March."""
    facts = company_of(rows_of(seed))
    text = plan_of(WEEKLY + MONTHLY + "  on weeks: {kind: match, of: [levels, gap], rates: [30%, 10%]}\n")
    plan = load_plan(text.replace("limits: {payout", "limits: {members: {at most: 120}, payout"))
    books = keep_books(plan, facts, JANUARY, MARCH)
    results = list(chain(plan, facts, None, JANUARY, MARCH))

    for row, period in enumerate(books.periods):
        mine = [result for result in results if result.world.period.ends_in("month") == period]
        assert mine[-1].world.period == period
        assert len(mine) in (5, 6)
        found = np.zeros(len(facts.members), dtype=np.int64)
        for result in mine:
            for name, bonus in result.bonuses.items():
                cut = sum((value for kind, value in result.breakage[name].items() if kind == "capped"), Fraction(0))
                lines = sum((line.amount for line in result.lines(bonus=name)), Fraction(0))
                assert lines == int(bonus.earned.sum()) * books.unit + cut
                np.add.at(found, result.world.id_rank, bonus.earned)
        assert np.array_equal(books.rewards[row], found)
        for column, name in enumerate(books.bonuses):
            earned = [result.bonuses[name].earned.sum() for result in mine if name in result.bonuses]
            assert int(books.by_bonus[row, column]) == int(sum(earned))
    assert np.array_equal(books.cube.sum(axis=(2, 3, 4)), books.by_bonus)
    assert np.array_equal(books.by_member.sum(axis=(1, 2)), books.rewards.sum(axis=0))
    assert int(books.rewards.sum()) > 0


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_changed_changes_no_part_run(seed: int) -> None:
    """Held or recomputed, the figure of the same history is 1, weeks counted."""
    facts = company_of(rows_of(seed))
    plan = plan_of(WEEKLY + MONTHLY).replace("measures:", "ranks: {Maker: own >= 100}\nmeasures:")
    plan = plan.replace("rates: [10%, 5%, 2%]", "rates: {none: [5%], Maker: [10%, 5%]}")
    books = keep_books(load_plan(plan), facts, JANUARY, MARCH)
    same = Otherwise("without_joining_packs", facts, JANUARY, np.ones(len(facts.members), dtype=np.bool_))

    found = counterfactuals(books, [same])

    assert [one.value for one in found] == [1, 1, 1]
    assert {one.count for one in found} == {int(books.rewards.sum())}


@pytest.mark.parametrize("first", range(20_000, 20_500, 100))
def test_every_cent_of_drawn_plans_with_cadences_is_measured_once_and_again_by_the_same_history(first: int) -> None:
    """The next two random worlds that have cadences and somebody who is paid."""
    tried, seeds = 0, count(first)
    while tried < 2:
        plan_rows, rows, periods = paced_world(next(seeds))
        if not any("every" in bonus for bonus in plan_rows["bonuses"].values()):
            continue
        plan_file, facts = load_plan(plan_rows, "plan"), facts_of_world(rows)
        first_run, last_run = Period.parse(periods[0]), Period.parse(periods[-1])
        kind = plan_file.at(first_run).kinds[-1]
        span = (first_run.ends_in(kind), last_run.ends_in(kind))
        books = keep_books(plan_file, facts, *span)
        earned = [0] * len(books.periods)
        for result in chain(plan_file, facts, None, *span):
            row = books.periods.index(result.world.period.ends_in(kind))
            earned[row] += sum(int(bonus.earned.sum()) for bonus in result.bonuses.values())

        assert books.rewards.sum(axis=1).tolist() == books.cube.sum(axis=(1, 2, 3, 4)).tolist() == earned
        assert int(books.by_member.sum()) == sum(earned)
        everybody = np.ones(len(facts.members), dtype=np.bool_)
        found = counterfactuals(books, [Otherwise("without_joining_packs", facts, span[0], everybody)])
        assert {one.value for one in found} <= {Fraction(1), None}
        tried += sum(earned) > 0


# going on from stored runs ------------------------------------------------------------------------------------------


def stored(folder: Path, first: str, last: str, plan: str = TWO_SPEEDS) -> StoredRun:
    """A store of runs made one by one from the first on; the last of them."""
    plan_file, facts, state, earlier, past = load_plan(plan), company(), None, None, Kept()
    for result in chain(plan_file, facts, None, Period.parse(first), Period.parse(last)):
        name = run_name(result.plan.name, result.world.period)
        earlier = load_run(save_run(folder, name, result, plan_file, facts, state, None, earlier))
        past.add(PastRun(result.plan, facts, state, result.world.period))
        state = result.state
    assert earlier is not None
    return earlier


@pytest.mark.parametrize("last", ["2024-01", "2024-W05", "2024-W07", "2024-W08"])
def test_a_store_is_gone_on_from_wherever_in_the_month_it_stands(tmp_path: Path, last: str) -> None:
    earlier = stored(tmp_path, "2024-W01", last)
    opening = earlier.state()
    books = keep_books(load_plan(TWO_SPEEDS), company(), FEBRUARY, FEBRUARY, state=opening, past=StoredPast(earlier))

    assert rewards(books, 0) == [75, 115, 75]
    figures = Figures.of(counterfactuals(books, usual(books)))
    # of February's 265 customers caused 90 + 30 + 30 + 15
    assert figures["without_participant_orders"].value == Fraction(165, 265)


def test_a_history_that_began_within_the_month_is_measured_from_its_first_week(tmp_path: Path) -> None:
    """Its first run is that of W06, so sale 2 was never paid: fast 90, unilevel 50, match 30 and half of bob's 30."""
    earlier = stored(tmp_path, "2024-W06", "2024-W07")
    opening = earlier.state()
    books = keep_books(load_plan(TWO_SPEEDS), company(), FEBRUARY, FEBRUARY, state=opening, past=StoredPast(earlier))

    assert rewards(books, 0) == [20 + 15, 30 + 15 + 30, 75]


def test_weeks_that_are_not_known_are_refused_with_the_way_out() -> None:
    plan_file, facts = load_plan(TWO_SPEEDS), company()
    state: State | None = None
    result: Result | None = None
    for result in chain(plan_file, facts, None, Period.parse("2024-W01"), Period.parse("2024-W06")):
        state = result.state

    with pytest.raises(Refused) as refused:
        keep_books(plan_file, facts, FEBRUARY, FEBRUARY, state=state)
    assert "The state is that at the end of 2024-W06, which belongs to 2024-02" in str(refused.value)
    assert "Go on from the run of 2024-01" in str(refused.value)


def test_weeks_are_no_periods_to_measure_by() -> None:
    week = Period.parse("2024-W05")
    with pytest.raises(Refused, match="pays by week and month and is measured by the month; 2024-W05 is a week"):
        keep_books(load_plan(TWO_SPEEDS), company(), week, week)


def test_a_keeper_wants_the_run_of_the_month_after_its_weeks() -> None:
    plan_file, facts, keeper = load_plan(TWO_SPEEDS), company(), BookKeeper()
    week = run(plan_file.at(Period.parse("2024-W01")), facts, None, Period.parse("2024-W01"))
    later = run(plan_file.at(Period.parse("2024-W05")), facts, None, Period.parse("2024-W05"))
    keeper.add(week)

    with pytest.raises(ValueError, match=r"2024-W05 belongs to 2024-02, and the run of 2024-01 is missing"):
        keeper.add(later)
    with pytest.raises(ValueError, match=r"The run of 2024-01 is missing"):
        keeper.close(facts)

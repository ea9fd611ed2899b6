"""A simulated company is facts like any others: clean when read back, and the same in every run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.simulate.companies import small

from trueline.analyse.keeping import BookKeeper, keep_books
from trueline.analyse.net import net_results
from trueline.cli.main import main
from trueline.errors import Refused
from trueline.facts import Facts
from trueline.facts.write import write_facts
from trueline.plan import load_plan
from trueline.run import chain
from trueline.simulate import simulate
from trueline.simulate.read import load_scenario, working
from trueline.simulate.simulation import Life, lived, window

PLANS = Path(__file__).parents[2] / "plans"
SCENARIOS = Path(__file__).parents[2] / "scenarios"
REFERENCE = [PLANS / "reference-mlm.yaml", PLANS / "reference-nm.yaml"]


@pytest.mark.parametrize("plan", REFERENCE, ids=lambda path: path.stem)
def test_the_whole_history_read_back_from_text_gives_the_same_runs(plan: Path, tmp_path: Path) -> None:
    plan_file = load_plan(plan)
    life = Life(small())
    by_month = [result.hashes for result in lived(life, plan_file, 8)]
    facts = life.facts()
    write_facts(facts, tmp_path / "company")

    assert main(["facts", "check", str(tmp_path / "company")]) == 0
    read = Facts.read(tmp_path / "company")
    first, last = life.scenario.first, life.period
    again = [result.hashes for result in chain(plan_file, read, None, first, last)]

    assert read.hash == facts.hash
    assert again == by_month


@pytest.mark.parametrize("plan", REFERENCE, ids=lambda path: path.stem)
def test_books_kept_month_by_month_are_those_of_the_whole_history(plan: Path) -> None:
    books = simulate(small(), load_plan(plan)).books
    again = keep_books(load_plan(plan), books.facts, books.periods[0], books.periods[-1])

    for name in ("rewards", "by_bonus", "cube", "by_member", "ranks", "participants"):
        assert np.array_equal(getattr(books, name), getattr(again, name)), name
    assert books.rewards.sum() > 0


def test_every_table_that_the_scenario_speaks_of_has_rows() -> None:
    facts = simulate(small(), load_plan(REFERENCE[0])).facts

    for table in (
        "members",
        "roles",
        "edges",
        "orders",
        "order_lines",
        "receipts",
        "expenses",
        "training",
        "contacts",
        "tickets",
        "posts",
    ):
        assert facts[table].rows > 0, table
    assert facts["rewards_other"].rows == 0
    kinds = facts["orders"]["kind"]
    assert {kinds.values[code] for code in np.unique(kinds.codes)} == {
        "own use",
        "customer",
        "joining pack",
        "for resale",
    }


def test_the_same_seed_gives_the_same_bytes_whatever_the_threads() -> None:
    plan = load_plan(REFERENCE[0])

    one, two = simulate(small(), plan, threads=1), simulate(small(), plan, threads=2)

    assert one.facts.hash == two.facts.hash
    assert np.array_equal(one.rewards, two.rewards)
    assert simulate(small(), plan, 6).facts.hash != one.facts.hash


def test_a_shorter_simulation_is_the_beginning_of_a_longer_one() -> None:
    plan = load_plan(REFERENCE[0])

    short, long = simulate(small(), plan, months=3), simulate(small(), plan, months=5)

    count = len(short.people)
    assert np.array_equal(short.people.sponsor, long.people.sponsor[:count])
    assert np.array_equal(short.people.joined, long.people.joined[:count])
    rows = short.facts["orders"].rows
    assert np.array_equal(short.facts["orders"]["time"].seconds, long.facts["orders"]["time"].seconds[:rows])


def test_what_people_earn_decides_who_stays() -> None:
    generous = """
plan: Generous
currency: USD
period: month
volumes: {pv: 0.01}
rounding: {to: 0.01, mode: half up, per: line}
bonuses: {gift: {kind: level, from: self, base: orders(pv), rates: [500%]}}
"""
    poor = generous.replace("500%", "1%")
    scenario = small(leaving={"by result": {"below": 0, "months": 1, "chance": 1}}, joiners={"per month": 0})

    stay, go = (simulate(scenario, load_plan(text)).people for text in (generous, poor))

    assert len(stay.participants(8)) > 2 * len(go.participants(8))


def test_net_results_by_which_people_stay_are_those_that_are_measured() -> None:
    life, keeper = Life(small(leaving={"chance": "1/10"})), BookKeeper()
    for result in lived(life, load_plan(REFERENCE[0]), 8):
        keeper.add(result)
    inside = np.zeros(len(life.people), dtype=np.int64)
    for month in life._nets:
        inside[: len(month)] += month
    measured = net_results(keeper.close(life.facts()))

    participants = ~life.people.customer
    assert np.array_equal(measured.net[participants], inside[participants])
    assert np.array_equal(measured.population, participants)
    assert measured.lacking == {}


def test_a_way_of_working_changes_what_the_scenario_leaves_open() -> None:
    scenario = load_scenario(SCENARIOS / "customers-first.yaml")
    other = working(scenario, "recruiting first")

    assert other.joiners.rate > scenario.joiners.rate
    assert other.qualifying is not None
    assert scenario.qualifying is None
    assert (other.goods, other.effort, other.start, other.seed) == (
        scenario.goods, scenario.effort, scenario.start, scenario.seed,
    )  # fmt: skip
    assert replace(other, name="", data={}) == replace(
        load_scenario(SCENARIOS / "recruiting-first.yaml"), name="", data={}
    )


def test_stock_is_never_sold_twice() -> None:
    played = simulate(small(months=12), load_plan(REFERENCE[0]))
    orders, lines, receipts = (played.facts[name] for name in ("orders", "order_lines", "receipts"))
    bought = np.zeros(len(played.people), dtype=np.int64)
    resale = orders["kind"].codes == orders["kind"].values.index("for resale")
    np.add.at(bought, played.facts.index_of("orders", "buyer")[resale], lines["quantity"].numbers[resale])
    sold = np.zeros(len(played.people), dtype=np.int64)
    np.add.at(sold, played.facts.index_of("receipts", "seller"), receipts["quantity"].numbers)

    assert np.array_equal(bought - sold, played.people.stock)
    assert (played.people.stock >= 0).all()


def test_nobody_buys_before_joining_or_after_leaving() -> None:
    played = simulate(small(months=12), load_plan(REFERENCE[1]))
    facts = played.facts
    for table, column in (("orders", "buyer"), ("expenses", "member"), ("receipts", "seller"), ("contacts", "by")):
        who, when = facts.index_of(table, column), facts.effective(table)
        assert (when >= facts["members"]["joined"].seconds[who]).all()
        assert (when < facts["members"]["left"].seconds_or(2**62)[who]).all()


def test_a_sponsor_is_a_participant_who_is_there_when_somebody_joins() -> None:
    people = simulate(small(months=12), load_plan(REFERENCE[1])).people
    below = np.flatnonzero(people.sponsor >= 0)
    sponsor = people.sponsor[below]

    assert not people.customer[sponsor].any()
    assert (people.joined[sponsor] <= people.joined[below]).all()
    assert (people.left[sponsor] >= people.month[below]).all()
    assert (people.recruits[np.unique(sponsor)] >= 0).all()
    recruited = np.bincount(sponsor[~people.customer[below]], minlength=len(people))
    assert np.array_equal(recruited, people.recruits)


def test_windows_of_a_plan_decide_how_many_months_it_is_given() -> None:
    text = """
plan: Windows
currency: USD
period: month
volumes: {pv: 0.01}
rounding: {to: 0.01, mode: half up, per: line}
measures: {a: "orders(pv, last 3 periods)", b: "orders(pv, previous period)"}
bonuses: {own: {kind: rebate, base: a, rate: 1%}}
"""
    plan = load_plan(text).at(small().first)

    assert window(plan) == 3
    assert window(load_plan(text.replace("last 3 periods", "lifetime")).at(small().first)) is None
    assert window(load_plan(REFERENCE[0]).at(small().first)) == 1


@pytest.mark.parametrize("window_text", ["last 3 periods", "lifetime", "previous period", "first 40 days"])
def test_a_plan_with_a_longer_window_runs_the_same_on_the_whole_history(window_text: str) -> None:
    plan_file = load_plan(f"""
plan: Windows
currency: USD
period: month
volumes: {{pv: 0.01}}
rounding: {{to: 0.01, mode: half up, per: line}}
bonuses: {{own: {{kind: rebate, lines: order, base: "orders(pv, {window_text})", rate: 1%}}}}
""")
    life = Life(small())
    by_month = [result.hashes["earnings"] for result in lived(life, plan_file, 6)]

    assert by_month == [r.hashes["earnings"] for r in chain(plan_file, life.facts(), None, small().first, life.period)]


def test_a_plan_that_does_not_fit_is_refused_with_the_way_out() -> None:
    text = "plan: P\ncurrency: USD\nperiod: week\nvolumes: {bv: 1}\nrounding: {to: 0.01, mode: half up}\n"

    with pytest.raises(Refused, match="plan:3:9: The plan pays by week; a simulated company goes by months"):
        simulate(small(), load_plan(text))
    with pytest.raises(Refused, match="reads the volume 'bv', which the scenario 'Small' does not have"):
        simulate(small(), load_plan(text.replace("week", "month")))


SPEEDS = """
plan: Two speeds
currency: USD
period: month
volumes: {cv: 0.01, pv: 0.01}
rounding: {to: 0.01, mode: half up, per: line}
measures: {own: orders(pv), recent: "orders(pv, last 3 periods)"}
conditions: {active: recent >= 40}
ranks: {Guide: own >= 80}
bonuses:
  fast: {kind: level, every: week, base: orders(cv), rates: [10%, 5%], who: active}
  steady: {kind: rebate, every: week, base: recent, rate: 1%}
  daily: {kind: rebate, every: day, base: orders(cv), rate: 1%}
  unilevel: {kind: level, base: orders(cv), rates: {none: [2%], Guide: [5%, 5%]}}
  match: {kind: match, of: [fast], rates: [20%]}
limits: {members: {at most: 60}}
"""


@pytest.mark.parametrize("changed", ["", "returns", "recruiting first"])
def test_weeks_and_days_lived_are_those_of_the_whole_history(changed: str) -> None:
    """What a month is given, the orders of a few months, is enough for the weeks that begin in the month before."""
    scenario = small(returns={"share": "1/5", "within": 10}) if changed == "returns" else small()
    scenario = working(scenario, changed) if changed == "recruiting first" else scenario
    rule = "bonuses:" if changed != "returns" else "returns: {later: same amounts, volume: none}\nbonuses:"
    text = SPEEDS.replace("bonuses:", rule)
    if changed == "returns":  # only what comes from orders can be traced
        text = text.replace("base: recent,", "base: recent, returns: none,").replace(
            "rates: [20%]}", "rates: [20%], returns: none}"
        )
    plan_file, life = load_plan(text), Life(scenario)
    keeper, by_run = BookKeeper(), []
    for result in lived(life, plan_file, 4):
        by_run.append((result.period, result.hashes["earnings"], result.hashes["lines"]))
        keeper.add(result)
    facts = life.facts()
    again = list(chain(plan_file, facts, None, scenario.first, life.period))

    assert by_run == [(one.period, one.hashes["earnings"], one.hashes["lines"]) for one in again]
    assert len(by_run) == 4 + 17 + 121  # January to April 2024: months, weeks that end in them, days
    books, whole = keeper.close(facts), keep_books(plan_file, facts, scenario.first, life.period)
    for name in ("rewards", "by_bonus", "cube", "by_member", "ranks", "participants"):
        assert np.array_equal(getattr(books, name), getattr(whole, name)), name
    assert (books.by_bonus.sum(axis=0) != 0).all()
    assert int(books.rewards.sum()) == sum(int(bonus.earned.sum()) for one in again for bonus in one.bonuses.values())


def test_what_the_weeks_pay_decides_who_stays() -> None:
    """Nobody stays on a loss, and five times what one bought, paid every week, is none."""
    generous = """
plan: Generous
currency: USD
period: month
volumes: {pv: 0.01}
rounding: {to: 0.01, mode: half up, per: line}
bonuses: {gift: {kind: level, every: week, from: self, base: orders(pv), rates: [500%]}}
"""
    scenario = small(leaving={"by result": {"below": 0, "months": 1, "chance": 1}}, joiners={"per month": 0})

    stay, go = (simulate(scenario, load_plan(text)) for text in (generous, generous.replace("500%", "1%")))

    assert len(stay.people.participants(8)) > 2 * len(go.people.participants(8))
    assert np.array_equal(stay.rewards, stay.books.rewards.sum(axis=0))

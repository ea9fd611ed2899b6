"""Weekly and monthly pay in one plan: what an operator runs, stores, replays, asks and is refused."""

from __future__ import annotations

import json
from collections import defaultdict
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.run.company import FILES, write_company

from trueline.cli.main import trueline
from trueline.errors import Refused
from trueline.explain.statement import statement
from trueline.facts import Facts
from trueline.period import Period, in_turn
from trueline.plan import load_plan
from trueline.run import chain, run
from trueline.run.difference import Made, difference
from trueline.run.past import Kept, PastRun
from trueline.run.replay import replay
from trueline.run.state_file import read_state, write_state
from trueline.run.store import load_run

PLAN = """\
plan: Two speeds
currency: USD
period: month
volumes: {pv: 0.01}
rounding: {to: 0.01, mode: half up}
measures: {own: orders(pv)}
ranks: {Guide: own >= 50}
bonuses:
  fast: {kind: level, every: week, base: orders(pv), lines: order, rates: {none: [10%], Guide: [20%]}, hold until: own > 0}
  months: {kind: level, base: own, rates: [5%, 5%]}
  match: {kind: match, of: [fast], rates: [50%]}
limits: {payout: {from: 10}}
"""
RETURNS = PLAN.replace("[50%]", "[50%], returns: none") + "returns: {later: same amounts}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_company(tmp_path / "facts")
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "returns.yaml").write_text(RETURNS.replace("base: own", "base: orders(pv)"), encoding="utf-8")
    return tmp_path


def names(folder: Path) -> list[str]:
    return sorted(path.parent.name for path in (folder / "runs").glob("*/manifest.json"))


def said(result: Result) -> str:
    """What a command says: its output, or why it refuses."""
    return result.output + str(result.exception or "")


def run_months(folder: Path, *more: str, plan: str = "plan.yaml") -> Result:
    return CliRunner().invoke(
        trueline, ["run", str(folder / plan), str(folder / "facts"), "--out", str(folder / "runs"), *more]
    )


def test_months_run_their_weeks_in_between(folder: Path) -> None:
    done = run_months(folder, "--period", "2024-01", "--to", "2024-02", "--json")

    assert done.exit_code == 0, done.output
    assert [row["period"] for row in json.loads(done.output)] == [
        "2024-W01", "2024-W02", "2024-W03", "2024-W04", "2024-01", "2024-W05", "2024-W06", "2024-W07", "2024-W08",
        "2024-02",
    ]  # fmt: skip
    assert names(folder)[:2] == ["2024-01-two-speeds", "2024-02-two-speeds"]
    assert names(folder)[-1] == "2024-W08-two-speeds"
    for name in names(folder):
        replayed = CliRunner().invoke(trueline, ["replay", str(folder / "runs" / name)])
        assert replayed.exit_code == 0, replayed.output


def test_a_week_at_a_time_comes_to_the_same_as_a_chain_of_months(folder: Path) -> None:
    run_months(folder, "--period", "2024-01")
    (folder / "runs").rename(folder / "whole")
    last: list[str] = []
    for week in ("2024-W01", "2024-W02"):
        assert run_months(folder, "--period", week, *last).exit_code == 0
        last = ["--state", str(folder / "runs" / f"{week}-two-speeds")]
    assert run_months(folder, "--period", "2024-01", *last).exit_code == 0  # W03 and W04 come with the month

    for name in ("2024-W01", "2024-W04", "2024-01"):
        one, other = (load_run(folder / store / f"{name}-two-speeds") for store in ("whole", "runs"))
        assert one.manifest["hashes"] == other.manifest["hashes"]
        assert one.state().hash == other.state().hash


def test_a_run_out_of_turn_is_refused_with_the_one_that_is_due(folder: Path) -> None:
    run_months(folder, "--period", "2024-W04")
    state = str(folder / "runs" / "2024-W04-two-speeds")

    week = run_months(folder, "--period", "2024-W05", "--state", state)
    later = run_months(folder, "--period", "2024-02", "--state", state)
    earlier = run_months(folder, "--period", "2024-W04", "--state", state)

    for refused in (week, later):
        assert refused.exit_code == 1
        assert "The state is that at the end of 2024-W04; the next run of this plan is that of 2024-01." in said(
            refused
        )
        assert "Run 2024-01 first." in said(refused)
    assert earlier.exit_code == 1
    assert "Name the run that came before 2024-W04." in said(earlier)
    assert names(folder) == ["2024-W04-two-speeds"]


def test_periods_that_no_run_has_and_one_name_for_several_runs_are_refused(folder: Path) -> None:
    quarter = run_months(folder, "--period", "2024-Q1")
    named = run_months(folder, "--period", "2024-01", "--name", "january")

    assert "The plan pays by week and month, 2024-Q1 is a quarter." in said(quarter)
    assert "--name works for one run; 2024-01 has several" in said(named)
    assert not (folder / "runs").exists()


def test_the_state_keeps_both_cadences_and_is_read_back_as_it_was(folder: Path) -> None:
    facts, plan = Facts.read(folder / "facts"), load_plan(PLAN)
    *_, last = chain(plan, facts, None, Period.parse("2024-01"), Period.parse("2024-02"))
    write_state(folder / "state.parquet", last.state)
    back = read_state(folder / "state.parquet")

    assert dict(back.cadences) == {"week": "2024-W08", "month": "2024-02"}
    assert back.hash == last.state.hash
    assert "week/held:fast" in back.columns
    assert not [name for name in back.columns if name.startswith("since:")]  # the month has taken them up


def test_a_state_of_a_plan_without_cadences_goes_on_with_them(folder: Path) -> None:
    facts = Facts.read(folder / "facts")
    before = load_plan(PLAN.replace("every: week, ", ""))
    first = run(before.at(Period.parse("2024-01")), facts, None, Period.parse("2024-01"))
    *weeks, month = chain(load_plan(PLAN), facts, first.state, Period.parse("2024-02"), Period.parse("2024-02"))

    assert not first.state.cadences
    assert [one.period for one in weeks] == ["2024-W05", "2024-W06", "2024-W07", "2024-W08"]
    assert [one.rank("3") for one in (first, weeks[0], month)] == ["Guide", None, "Guide"]
    assert dict(month.state.cadences) == {"week": "2024-W08", "month": "2024-02"}


def test_a_statement_of_a_part_run_says_where_the_rank_comes_from(folder: Path) -> None:
    facts = Facts.read(folder / "facts")
    results = {one.period: one for one in chain(
        load_plan(PLAN), facts, None, Period.parse("2024-01"), Period.parse("2024-02")
    )}  # fmt: skip

    assert statement(results["2024-W06"], "2").standing.how == "earlier"
    assert statement(results["2024-W06"], "2").standing.rank == "Guide"
    assert statement(results["2024-02"], "2").standing.how == "none"
    assert results["2024-W06"].amount("2", "fast") == Fraction("31.01")  # 20 % of 75 and of 80.05
    assert results["2024-02"].amount("1", "match") == Fraction("15.51")  # half of what 2 was paid in February's weeks


@pytest.mark.parametrize("period", ["2024-W06", "2024-02"])
def test_explain_answers_for_a_part_run_and_for_the_whole(folder: Path, period: str) -> None:
    run_months(folder, "--period", "2024-01", "--to", "2024-02")
    stored = str(folder / "runs" / f"{period}-two-speeds")

    for words in ([], ["--next-rank"], ["--why-not", "match" if period == "2024-02" else "fast"]):
        shown = CliRunner().invoke(trueline, ["explain", stored, "1", *words])
        assert shown.exit_code == 0, (words, shown.exception)
        assert "Two speeds" in shown.output or "fast" in shown.output or "match" in shown.output


def test_a_return_is_shown_in_the_run_that_is_due(folder: Path) -> None:
    run_months(folder, "--period", "2024-W01", "--to", "2024-W02", plan="returns.yaml")
    shown = CliRunner().invoke(
        trueline,
        ["return", "preview", str(folder / "facts"), "o2", "--state", str(folder / "runs" / "2024-W02-two-speeds")],
    )

    assert shown.exit_code == 0, shown.output
    assert "2024-W03" in shown.output
    assert "20.00" in shown.output  # 10 % of 199.99 were paid to 2 in W02


def test_the_plan_is_told_with_its_cadences(folder: Path) -> None:
    shown = CliRunner().invoke(trueline, ["plan", "show", str(folder / "plan.yaml")])

    assert "Run weekly and monthly" in shown.output
    assert "It is computed and paid every week." in shown.output
    assert CliRunner().invoke(trueline, ["plan", "check", str(folder / "plan.yaml")]).exit_code == 0


def test_measures_of_a_month_hold_what_its_weeks_paid(folder: Path) -> None:
    shown = CliRunner().invoke(
        trueline, ["analyse", str(folder / "plan.yaml"), str(folder / "facts"), "--period", "2024-01", "--json"]
    )
    plan, month = load_plan(folder / "plan.yaml"), Period.parse("2024-01")
    paid: dict[str, Fraction] = defaultdict(Fraction)
    for result in chain(plan, Facts.read(folder / "facts"), None, month, month):
        for bonus in result.bonuses:
            paid[bonus] += result.total(bonus)

    assert shown.exit_code == 0, said(shown)
    figures = [one for one in json.loads(shown.output)["figures"] if one["measure"] == "rewards"]
    assert {one["by"]["bonus"]: Fraction(one["value"]) for one in figures if list(one["by"]) == ["bonus"]} == paid
    assert [Fraction(one["value"]) for one in figures if not one["by"]] == [sum(paid.values())]
    assert paid["fast"] > 0


def test_circles_are_looked_for_in_each_run_by_itself() -> None:
    """A rank by what the weeks paid, and a weekly bonus by rank: each reads what the other left."""
    turned = PLAN.replace("Guide: own >= 50", 'Guide: earned("fast") >= 10')
    assert load_plan(turned).check()
    with pytest.raises(Refused, match="These need each other"):
        load_plan(turned.replace("every: week, ", "")).check()


def test_two_runs_of_a_week_are_told_apart_and_compared_with_another_system(folder: Path) -> None:
    run_months(folder, "--period", "2024-W06", "--name", "one")
    (folder / "other.yaml").write_text(PLAN.replace("none: [10%]", "none: [12%]"), encoding="utf-8")
    run_months(folder, "--period", "2024-W06", "--name", "two", plan="other.yaml")
    (folder / "legacy.csv").write_text("member,bonus,amount\n2,fast,15.51\n", encoding="utf-8")
    one, two = (str(folder / "runs" / name) for name in ("one", "two"))

    different = CliRunner().invoke(trueline, ["diff", one, two])
    same = CliRunner().invoke(trueline, ["reconcile", one, str(folder / "legacy.csv")])

    assert "3.10" in said(different)  # 2 % of 155.05, line by line: 1.50 + 1.60
    assert same.exit_code == 0, said(same)


def test_two_months_of_a_plan_with_weeks_are_told_apart(folder: Path) -> None:
    """The old state stands at the new month's door, which comes after another week."""
    run_months(folder, "--period", "2024-01", "--to", "2024-02")
    one, two = (load_run(folder / "runs" / f"{month}-two-speeds") for month in ("2024-01", "2024-02"))

    paid = {}
    for stored in (one, two):
        result = stored.result()
        paid[stored] = {
            bonus: sum(result.amount(member, bonus) for member in result.member_ids) for bonus in ("months", "match")
        }

    for first, second in ((one, two), (two, one)):
        totals = {total.bonus: total for total in difference(Made.of(first), Made.of(second)).totals}
        for bonus in ("months", "match"):
            assert (totals[bonus].before, totals[bonus].after) == (paid[first][bonus], paid[second][bonus])
    assert paid[one] != paid[two]


def test_a_statement_says_that_the_limit_is_lessened(folder: Path) -> None:
    facts, month = Facts.read(folder / "facts"), Period.parse("2024-01")
    plan = load_plan(PLAN.replace("limits: {", "limits: {members: {at most: 30}, "))
    *_, last = chain(plan, facts, None, month, month)
    (cut,) = (cut for bonus in statement(last, "1").bonuses for cut in bonus.cuts if bonus.name == "months")

    # of 30 the weeks have paid 10; 5 % of 100 + 199.99 are 15.00, half of the 20 of o2 10.00: 20 × 15 / 25 = 12
    assert cut.amount == Fraction(-3)
    assert cut.words == "30, less what bonuses of shorter cadences paid"


def test_stored_runs_find_the_one_of_their_own_cadence_for_what_came_back(folder: Path) -> None:
    """Order o1 of W02 brought 10.00 weekly and 5.00 monthly; it comes back in W07."""
    run_months(folder, "--period", "2024-01", plan="returns.yaml")
    back = "order,line,quantity,time\no1,1,1,2024-02-14\n"
    (folder / "facts" / "returns.csv").write_text(back, encoding="utf-8")
    before = "2024-01"
    for period in ("2024-W05", "2024-W06", "2024-W07", "2024-W08", "2024-02"):
        state = str(folder / "runs" / f"{before}-two-speeds")
        done = run_months(folder, "--period", period, "--state", state, plan="returns.yaml")
        assert done.exit_code == 0, said(done)
        before = period

    week, month = (load_run(folder / "runs" / f"{name}-two-speeds").result() for name in ("2024-W07", "2024-02"))
    assert [(one.receiver, one.part, one.level, one.amount) for one in week.lines("returns")] == [("1", "fast", 5, -10)]
    assert [(one.receiver, one.part, one.level, one.amount) for one in month.lines("returns")] == [
        ("1", "months", 1, -5)
    ]
    for name in names(folder):
        assert replay(load_run(folder / "runs" / name)).same


@pytest.mark.parametrize(
    ("day", "done", "due", "closed"),
    [
        ("2024-02-07", "2024-W08", "2024-02", "2024-02-26"),  # W06 was paid without it
        ("2024-02-27", "2024-W08", "2024-02", ""),  # the open W09
        ("2024-02-27", "2024-02", "2024-W09", "2024-03-01"),  # February was paid without it
        ("2024-03-01", "2024-02", "2024-W09", ""),  # W09 reaches into the open March
    ],
)
def test_a_row_is_late_where_a_run_of_any_cadence_closed_its_time(
    folder: Path, day: str, done: str, due: str, closed: str
) -> None:
    facts, plan, past, state = Facts.read(folder / "facts"), load_plan(PLAN), Kept(), None
    for period in in_turn(Period.parse("2024-W01"), Period.parse(done), ("week", "month")):
        past.add(PastRun(plan.at(period), facts, state, period))
        state = run(plan.at(period), facts, state, period, past=past).state
    new = FILES["orders.csv"] + f"o6,1,{day}\n", FILES["order_lines.csv"] + "o6,1,x,1,60,50\n"
    later = Facts.read(write_company(folder / "facts", orders=new[0], order_lines=new[1]))
    at = Period.parse(due)

    if closed:
        with pytest.raises(Refused, match=f"Rows of orders, order_lines before {closed} are not those"):
            run(plan.at(at), later, state, at, past=past)
    else:
        assert run(plan.at(at), later, state, at, past=past).measure("1", "own") == 50

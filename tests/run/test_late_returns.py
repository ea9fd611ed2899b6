"""Goods that come back after the run of their period, and rows that are booked late: by hand and by recomputation."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from trueline.cli.main import trueline
from trueline.errors import Refused
from trueline.facts import Company, Facts
from trueline.period import Period
from trueline.plan import PlanFile, load_plan
from trueline.run import Result, chain, run
from trueline.run.past import Kept, PastRun
from trueline.run.replay import replay
from trueline.run.store import load_run

JANUARY, FEBRUARY, MARCH = (Period.parse(f"2024-0{month}") for month in (1, 2, 3))
LEVEL = {"kind": "level", "base": "orders(pv)", "rates": ["10%", "5%"]}
USUAL = {
    "plan": "returns",
    "currency": "USD",
    "period": "month",
    "volumes": {"pv": "0.01"},
    "rounding": {"to": "0.01", "mode": "half up"},
}
ORDERS = [
    {"order": "o1", "buyer": "C", "time": "2024-01-05", "quantity": "3", "pv": "100"},
    {"order": "o2", "buyer": "C", "time": "2024-01-20", "quantity": "1", "pv": "50"},
    {"order": "o3", "buyer": "C", "time": "2024-02-05", "quantity": "1", "pv": "40"},
]
"""A stands above B, B above C: level 1 is B's, level 2 A's."""


def back(order: str, time: str, quantity: int = 1, **more: str) -> dict[str, str]:
    return {"order": order, "line": "1", "quantity": str(quantity), "time": time, **more}


def line(sold: dict[str, str]) -> dict[str, str]:
    """The only line of an order."""
    return {"order": sold["order"], "line": "1", "quantity": sold["quantity"], "volume.pv": sold["pv"]}


def facts_of(returns: list[dict[str, str]] | None = None, orders: Any = None, **tables: Any) -> Facts:
    company = Company("Late", "UTC", "USD", {"pv": Fraction(1, 100)}, {})
    members = [
        {"member": one, "sponsor": above, "joined": "2023-01-01"} for one, above in (("A", ""), ("B", "A"), ("C", "B"))
    ]
    sold = ORDERS if orders is None else orders
    kept = [{key: one[key] for key in ("order", "buyer", "host", "time", "booked") if key in one} for one in sold]
    lines = [line(one) for one in sold]
    return Facts.from_rows(
        company, {"members": members, "orders": kept, "order_lines": lines, "returns": returns or [], **tables}
    )


def plan_of(bonuses: dict[str, Any] | None = None, **more: Any) -> PlanFile:
    return load_plan({**USUAL, "bonuses": bonuses or {"team": LEVEL}, **more}, "returns")


def months(plan: PlanFile, facts: Facts, last: Period = MARCH) -> list[Result]:
    return list(chain(plan, facts, None, JANUARY, last))


def taken(result: Result, bonus: str = "returns") -> dict[tuple[str, str], Fraction]:
    """By receiver and bonus."""
    found: dict[tuple[str, str], Fraction] = {}
    for line in result.lines(bonus):
        key = (line.receiver, line.part)
        found[key] = found.get(key, Fraction(0)) + line.amount
    return found


def test_the_same_amounts_are_taken_back() -> None:
    """January paid B 15.00 and A 7.50 on 150; a third of the line of 100 brought 3.33 and 1.67."""
    january, february, march = months(
        plan_of(returns={"later": "same amounts"}), facts_of([back("o1", "2024-02-10"), back("o1", "2024-03-01", 2)])
    )

    assert january.amount("B", "team") == 15
    assert taken(february) == {("B", "team"): Fraction("-3.33"), ("A", "team"): Fraction("-1.67")}
    assert taken(march) == {("B", "team"): Fraction("-6.67"), ("A", "team"): Fraction("-3.33")}  # 10 and 5 in all
    assert [(line.source, line.order, line.order_line, line.level) for line in march.lines("returns")] == [
        ("C", "o1", "1", 2)
    ] * 2


@pytest.mark.parametrize(
    ("lines", "policy"), [(one, two) for one in ("order", "order line") for two in ("same amounts", "average")]
)
def test_what_was_paid_on_entries_of_volume_is_no_part_of_a_returned_order(lines: str, policy: str) -> None:
    """An entry of 200 has its own payment line, without an order: the order of 50 brought 5.00 and 2.50, no more."""
    entry = {"member": "C", "volume": "pv", "amount": "200", "effective": "2024-01-07"}
    plan = plan_of({"team": {**LEVEL, "lines": lines}}, returns={"later": policy})
    january, february = months(plan, facts_of([back("o2", "2024-02-10")], volumes=[entry]), FEBRUARY)

    assert january.amount("B", "team") == 35
    assert taken(february) == {("B", "team"): Fraction(-5), ("A", "team"): Fraction("-2.5")}


def test_an_average_is_taken_back() -> None:
    """Of what B was paid on 150, 15 less a cap of 9, the returned 50 of o2 are a third: 3."""
    capped = {**LEVEL, "rates": ["10%"], "cap per member": "9"}
    _, february = months(
        plan_of({"team": capped}, returns={"later": "average"}), facts_of([back("o2", "2024-02-10")]), FEBRUARY
    )

    assert taken(february) == {("B", "team"): Fraction(-3)}


def test_no_more_is_taken_than_was_paid() -> None:
    """B's 15 were capped to 9: the line of 100 brought 10 × 9/15 = 6."""
    capped = {**LEVEL, "rates": ["10%"], "cap per member": "9"}
    _, february = months(
        plan_of({"team": capped}, returns={"later": "same amounts"}),
        facts_of([back("o1", "2024-02-10", 3)]),
        FEBRUARY,
    )

    assert taken(february) == {("B", "team"): Fraction(-6)}


def test_what_came_back_in_its_own_period_is_not_taken_again() -> None:
    """One of three came back in January: 66.67 of pv, B 11.67. The other two bring back the rest of that line, 6.67."""
    january, february = months(
        plan_of(returns={"later": "same amounts"}),
        facts_of([back("o1", "2024-01-25"), back("o1", "2024-02-10", 2)]),
        FEBRUARY,
    )

    assert january.amount("B", "team") == Fraction("11.67")
    assert taken(february)["B", "team"] == Fraction("-6.67")


def test_a_match_gives_back_what_stands_on_it() -> None:
    """A matches half of B's team bonus: 7.50 in January. B gives back 10 of 15, so A gives back 5."""
    bonuses = {
        "team": {**LEVEL, "rates": ["10%"]},
        "match": {"kind": "match", "of": ["team"], "rates": ["50%"]},
    }
    january, february = months(
        plan_of(bonuses, returns={"later": "same amounts"}), facts_of([back("o1", "2024-02-10", 3)]), FEBRUARY
    )

    assert january.amount("A", "match") == Fraction("7.50")
    assert taken(february) == {("B", "team"): Fraction(-10), ("A", "match"): Fraction(-5)}
    assert february.amount("A", "match") == 2  # half of B's 4 in February: the match does not see what was taken


def test_nothing_is_taken_and_a_bonus_may_say_so_alone() -> None:
    bonuses = {"team": LEVEL, "gift": {**LEVEL, "returns": "none"}}
    facts = facts_of([back("o1", "2024-02-10", 3)])

    assert {bonus for _, bonus in taken(months(plan_of(bonuses, returns={"later": "same amounts"}), facts)[1])} == {
        "team"
    }
    assert taken(months(plan_of(returns={"later": "none"}), facts)[1]) == {}


def test_one_bonus_alone_may_take() -> None:
    """10 % and 5 % of the 100 of o1; the fund stays what it was."""
    bonuses = {
        "team": {**LEVEL, "returns": "same amounts"},
        "gift": LEVEL,
        "fund": {"kind": "pool", "fund": "10", "shares": "1"},
    }
    february = months(plan_of(bonuses, returns={"later": "none"}), facts_of([back("o1", "2024-02-10", 3)]))[1]

    assert taken(february) == {("B", "team"): -10, ("A", "team"): -5}


@pytest.mark.parametrize(("volume", "own", "largest"), [(None, -60, 40), ("none", 40, 40)])
def test_measures_see_the_goods_leave_and_bases_do_not(volume: str | None, own: int, largest: int) -> None:
    rule = {"later": "same amounts"} | ({"volume": volume} if volume else {})
    measures = {
        "own": "orders(pv)",
        "team_pv": "group(orders(pv))",
        "big": "largest_order(pv)",
        "boxes": "orders(quantity)",
        "two_months": "orders(pv, last 2 periods)",
        "bought": "order_count()",
    }
    january, february = months(
        plan_of(measures=measures, returns=rule), facts_of([back("o1", "2024-02-10", 3)]), FEBRUARY
    )

    assert january.measure("C", "own") == 150
    assert february.measure("C", "own") == february.measure("A", "team_pv") == own
    assert february.measure("C", "big") == largest
    assert february.measure("C", "boxes") == (1 if volume else -2)
    assert february.measure("C", "two_months") == 150 + own
    assert february.measure("C", "bought") == 1
    assert february.amount("B", "team") == 4  # 10 % of the 40 sold in February


def test_a_where_tests_the_line_as_it_was_sold() -> None:
    measures = {"large": "orders(pv where quantity >= 3)"}
    _, february = months(
        plan_of(measures=measures, returns={"later": "none"}), facts_of([back("o1", "2024-02-10")]), FEBRUARY
    )

    assert february.measure("C", "large") == Fraction("-33.33")


def test_a_debt_arises_and_is_earned_back() -> None:
    _, february, march = months(
        plan_of({"team": {**LEVEL, "rates": ["10%"]}}, returns={"later": "same amounts"}),
        facts_of(
            [back("o1", "2024-02-10", 3)],
            [*ORDERS, {"order": "o4", "buyer": "C", "time": "2024-03-02", "quantity": "1", "pv": "100"}],
        ),
    )

    assert (february.payable("B"), february.carried("B")) == (0, -6)
    assert (march.payable("B"), march.carried("B")) == (4, 0)


def test_limits_do_not_count_what_is_taken() -> None:
    """February's 4 of B are capped to 3; the 10 taken make no room."""
    _, february = months(
        plan_of(
            {"team": {**LEVEL, "rates": ["10%"]}},
            returns={"later": "same amounts"},
            limits={"members": {"at most": "3"}},
        ),
        facts_of([back("o2", "2024-02-10")]),
        FEBRUARY,
    )

    assert february.amount("B", "team") == 3
    assert taken(february) == {("B", "team"): Fraction(-1)}  # 5 of 15, of which January paid 3


def test_closed_periods_are_computed_again() -> None:
    """Without o1 January's rank falls, and with it the rate of A: 20 % of 150 were paid, 10 % of 50 are due."""
    ranks = {"Star": "group(orders(pv)) >= 100"}
    bonuses = {"team": {**LEVEL, "rates": {"none": ["10%", "10%"], "Star": ["20%", "20%"]}}}
    facts = facts_of([back("o1", "2024-02-10", 3)])
    stay, anew = (
        months(plan_of(bonuses, ranks=ranks, returns={"later": "recompute", "ranks": how}), facts, FEBRUARY)[1]
        for how in ("stay", "recompute")
    )

    assert taken(stay) == {("A", "team"): Fraction(-20), ("B", "team"): Fraction(-20)}
    assert taken(anew) == {("A", "team"): Fraction(-25), ("B", "team"): Fraction(-25)}
    assert (stay.title("A"), anew.title("A")) == ("Star", None)


def test_a_return_without_the_run_of_its_period_is_refused() -> None:
    plan = plan_of(returns={"later": "same amounts"})

    with pytest.raises(Refused, match="Something of 2024-01 came late, and its run is not known here"):
        run(plan.at(FEBRUARY), facts_of([back("o1", "2024-02-10")]), None, FEBRUARY)


# booked late ------------------------------------------------------------------------------------------------------

VOLUME = {"member": "B", "volume": "pv", "amount": "5", "effective": "2024-01-09"}
LATE_ORDER = {"order": "o9", "buyer": "C", "time": "2024-01-28", "booked": "2024-02-20", "quantity": "1", "pv": "200"}


def month_by_month(plan: PlanFile, facts: Facts, last: Period = MARCH) -> list[Result]:
    """Each month with what was booked by its end only, as a company does it."""
    past, state, found = Kept(), None, []
    for period in JANUARY.to(last):
        known = facts.known_by(period.end_seconds)
        found.append(run(plan.at(period), known, state, period, past=past))
        past.add(PastRun(plan.at(period), known, state, period))
        state = found[-1].state
    return found


def test_a_late_order_is_never_lost_silently() -> None:
    with pytest.raises(Refused, match="Rows of orders, order_lines before 2024-02-01 are not those"):
        month_by_month(plan_of(), facts_of(orders=[*ORDERS, LATE_ORDER]))


@pytest.mark.parametrize(
    ("orders", "tables", "told"),
    [
        (
            [*ORDERS, LATE_ORDER],
            {},
            "knew: order o9 is new (facts/orders:5); line 1 of order o9 is new (facts/order_lines:5). ",
        ),
        (ORDERS[1:], {}, "knew: order o1 is gone; line 1 of order o1 is gone. "),
        (
            [{**ORDERS[0], "pv": "99.9"}, *ORDERS[1:]],
            {},
            "knew: line 1 of order o1 has changed (facts/order_lines:2). ",
        ),
        ([{**ORDERS[0], "buyer": "B"}, *ORDERS[1:]], {}, "knew: order o1 has changed (facts/orders:2). "),
        (ORDERS, {"volumes": [VOLUME, VOLUME]}, "knew: an entry of B is new (facts/volumes:3). "),
        (ORDERS, {"volumes": []}, "knew: an entry of B is gone. "),
        (
            [{**one, "time": "2024-01-07"} for one in ORDERS[:2]] + [{**ORDERS[2], "time": "2024-01-08"}],
            {},
            "(facts/orders:2); order o2 has changed (facts/orders:3); order o3 is new (facts/orders:4); line 1 of order ",
        ),
        (
            [{**ORDERS[0], "order": f"n{k}"} for k in range(4)],
            {},
            "order n2 is new (facts/orders:4); order n3 is new (facts/orders:5), and 8 more. ",
        ),
    ],
)
def test_rows_that_are_not_those_of_a_closed_month_are_named(orders: Any, tables: Any, told: str) -> None:
    """January knew o1, o2 and an entry of 5; o3 is February's. The first row of a table is its line 2."""
    plan = plan_of()
    was, now = facts_of(volumes=[VOLUME]), facts_of(orders=orders, **({"volumes": [VOLUME]} | tables))
    january = run(plan.at(JANUARY), was, None, JANUARY)
    past = Kept([PastRun(plan.at(JANUARY), was, None, JANUARY)])

    with pytest.raises(Refused) as refused:
        run(plan.at(FEBRUARY), now, january.state, FEBRUARY, past=past)
    assert told in str(refused.value)


def test_a_late_order_is_paid_in_the_next_run() -> None:
    january, february, march = month_by_month(
        plan_of(late={"rows": "recompute"}), facts_of(orders=[*ORDERS, LATE_ORDER])
    )

    assert january.amount("B", "team") == 15
    assert taken(february, "corrections") == {("B", "team"): 20, ("A", "team"): 10}
    assert taken(march, "corrections") == {}


@pytest.mark.parametrize("later", ["same amounts", "average", "recompute"])
def test_what_was_corrected_for_a_late_order_is_taken_when_it_comes_back(later: str) -> None:
    """Of 200 booked late February corrected 20 for B and 10 for A; in March it comes back, and so does o2 of 50."""
    ranks = {"ranks": "recompute"} if later == "recompute" else {}
    plan = plan_of(late={"rows": "recompute"}, returns={"later": later, **ranks})
    facts = facts_of([back("o9", "2024-03-10"), back("o2", "2024-03-10")], [*ORDERS, LATE_ORDER])
    _, february, march = month_by_month(plan, facts)

    assert taken(february, "corrections") == {("B", "team"): 20, ("A", "team"): 10}
    assert taken(march) == {("B", "team"): -25, ("A", "team"): Fraction("-12.50")}


def test_a_late_order_leaves_credit_in_kind_as_it_was() -> None:
    """C hosts: 10 % of 100 in January is 10; a late 50 changes nothing of it; 10 % of 20 in February makes it 12."""
    bonuses = {"team": LEVEL, "host": {"kind": "party host", "base": "orders(pv)", "rate": "10%", "pays in": "goods"}}
    sold = [
        {"order": "p1", "buyer": "C", "host": "C", "time": "2024-01-05", "quantity": "1", "pv": "100"},
        {**LATE_ORDER, "host": "C", "pv": "50"},
        {"order": "p2", "buyer": "C", "host": "C", "time": "2024-02-05", "quantity": "1", "pv": "20"},
    ]
    january, february, _ = month_by_month(plan_of(bonuses, late={"rows": "recompute"}), facts_of(orders=sold))

    assert (january.goods("C"), february.goods("C")) == (10, 12)
    assert taken(february, "corrections") == {("B", "team"): 5, ("A", "team"): Fraction(5, 2)}


def test_a_corrected_edge_moves_the_pay() -> None:
    """From 10 January C stood below A, which was booked in February only: B gives 15 back, A loses 7.50 and gets 15."""
    edges = [
        {"tree": "sponsor", "position": "B", "parent": "A"},
        {"tree": "sponsor", "position": "C", "parent": "B", "to": "2024-01-10"},
        {"tree": "sponsor", "position": "C", "parent": "A", "from": "2024-01-10", "booked": "2024-02-20"},
    ]
    members = [{"member": one, "joined": "2023-01-01"} for one in "ABC"]
    was = facts_of(members=members, edges=[*edges[:1], {"tree": "sponsor", "position": "C", "parent": "B"}])
    now = facts_of(members=members, edges=edges)
    plan = plan_of(late={"rows": "recompute"})
    january = run(plan.at(JANUARY), was, None, JANUARY)
    past = Kept([PastRun(plan.at(JANUARY), was, None, JANUARY)])
    february = run(plan.at(FEBRUARY), now, january.state, FEBRUARY, past=past)

    assert taken(february, "corrections") == {("B", "team"): -15, ("A", "team"): Fraction("7.50")}


def test_somebody_who_joins_later_and_an_edge_that_ends_later_are_not_late() -> None:
    edges = [
        {"tree": "sponsor", "position": "B", "parent": "A"},
        {"tree": "sponsor", "position": "C", "parent": "B", "to": "2024-02-10"},
        {"tree": "sponsor", "position": "C", "parent": "A", "from": "2024-02-10"},
        {"tree": "sponsor", "position": "D", "parent": "C"},
    ]
    members = [{"member": one, "joined": "2023-01-01"} for one in "ABC"]
    was = facts_of(members=members, edges=[*edges[:1], {"tree": "sponsor", "position": "C", "parent": "B"}])
    now = facts_of(members=[*members, {"member": "D", "joined": "2024-02-02"}], edges=edges)
    plan = plan_of()
    january = run(plan.at(JANUARY), was, None, JANUARY)
    past = Kept([PastRun(plan.at(JANUARY), was, None, JANUARY)])

    assert run(plan.at(FEBRUARY), now, january.state, FEBRUARY, past=past).amount("A", "team") == 4


def test_a_currency_of_finer_amounts_that_comes_later_changes_no_closed_month() -> None:
    """Dinars have three digits, so from February on every price is kept in thousandths; what January says is the same."""
    rate = {"currency": "KWD", "rate": "3.25", "from": "2024-02-01"}
    lines = [{**line(one), "price": one["pv"]} for one in ORDERS]
    was, now = facts_of(order_lines=lines), facts_of(order_lines=lines, rates_fx=[rate])
    plan = plan_of()
    january = run(plan.at(JANUARY), was, None, JANUARY)
    past = Kept([PastRun(plan.at(JANUARY), was, None, JANUARY)])

    assert [facts["order_lines"]["price"].unit for facts in (was, now)] == [Fraction(1, 100), Fraction(1, 1000)]
    assert run(plan.at(FEBRUARY), now, january.state, FEBRUARY, past=past).amount("B", "team") == 4  # 10 % of 40


def test_a_run_that_settles_closed_months_is_replayed(tmp_path: Path) -> None:
    """From the store alone: the run of February finds January's sealed inputs by the state that it took."""
    plan = "plan: small\ncurrency: USD\nperiod: month\nvolumes: {pv: 0.01}\nrounding: {to: 0.01, mode: half up}\n"
    plan += "bonuses: {team: {kind: level, base: orders(pv), rates: [10%]}}\nreturns: {later: same amounts}\n"
    file = tmp_path / "plan.yaml"
    file.write_text(plan + "late: {rows: recompute}\n", encoding="utf-8")
    shop = tmp_path / "shop"
    shop.mkdir()
    tables = {
        "company.yaml": "company: S\ntime zone: UTC\ncurrency: USD\nvolumes: {pv: 0.01}\n",
        "members.csv": "member,sponsor,joined\nA,,2023-01-01\nB,A,2023-01-01\n",
        "orders.csv": "order,buyer,time,booked\n1,B,2024-01-05,\n2,B,2024-01-30,2024-02-10\n",
        "order_lines.csv": "order,line,quantity,volume.pv\n1,1,2,100\n2,1,1,60\n",
        "returns.csv": "order,line,quantity,time\n1,1,1,2024-02-12\n",
    }
    for name, text in tables.items():
        (shop / name).write_text(text, encoding="utf-8")
    store = str(tmp_path / "runs")
    for period, more in (
        ("2024-01", ["--booked-before", "2024-02-01"]),
        ("2024-02", ["--state", f"{store}/2024-01-small"]),
    ):
        done = CliRunner().invoke(trueline, ["run", str(file), str(shop), "--period", period, "--out", store, *more])
        assert done.exit_code == 0, done.output
    february = load_run(tmp_path / "runs" / "2024-02-small")

    assert taken(february.result()) == {("A", "team"): -5}
    assert taken(february.result(), "corrections") == {("A", "team"): 6}
    assert replay(february).same


def test_facts_without_orders_have_nothing_to_take_back() -> None:
    """Members' totals alone, and a plan with a rule for returns: what January paid stays, and nothing is asked for."""
    plan = load_plan(
        "plan: Totals\ncurrency: USD\nperiod: month\nvolumes: {cv: 0.01}\nrounding: {to: 0.01, mode: half up}\n"
        "bonuses: {level: {kind: level, base: orders(cv), rates: [10%]}}\nreturns: {later: same amounts}\n",
        "plan.yaml",
    )
    rows = {
        "members": [{"member": "ann"}, {"member": "bob", "sponsor": "ann"}],
        "volumes": [{"member": "bob", "volume": "cv", "amount": "100", "effective": "2024-01-10"}],
    }
    facts = Facts.from_rows(Company("Totals", "UTC", "USD", {"cv": Fraction(1, 100)}), rows)
    january = Period.parse("2024-01")
    results = list(chain(plan, facts, None, january, january.next()))
    assert [result.total("level") for result in results] == [10, 0]
    assert [result.total("returns") for result in results] == [0, 0]


def test_totals_that_change_late_are_corrected_without_orders() -> None:
    """A company that keeps totals only: 10 more of January are known in February, and pay B 1 and A 0.50."""
    members = [
        {"member": one, "sponsor": above, "joined": "2023-01-01"} for one, above in (("A", ""), ("B", "A"), ("C", "B"))
    ]
    entry = {"member": "C", "volume": "pv", "effective": "2024-01-05"}
    company = Company("Totals", "UTC", "USD", {"pv": Fraction(1, 100)}, {})
    knew, knows = (
        Facts.from_rows(company, {"members": members, "volumes": [{**entry, "amount": amount}]})
        for amount in ("100", "110")
    )
    plan = plan_of(late={"rows": "recompute"})
    january = run(plan.at(JANUARY), knew, None, JANUARY)
    past = Kept()
    past.add(PastRun(plan.at(JANUARY), knew, None, JANUARY))
    february = run(plan.at(FEBRUARY), knows, january.state, FEBRUARY, past=past)

    assert taken(february, "corrections") == {("B", "team"): 1, ("A", "team"): Fraction("0.5")}

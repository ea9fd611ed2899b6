"""Bonuses that are paid in runs of their own, by hand (semantics, section 7.14)."""

from __future__ import annotations

from typing import Any

import pytest
from tests.reference.by_hand import Rows, conserved, members, pays, text
from tests.reference.cadence import Cadences, cadence_chain, in_turn
from tests.reference.engine import ReferenceResult
from tests.reference.periods import named

MONTHS = ["2024-01", "2024-02"]
WEEKLY = {"kind": "rebate", "base": "orders(pv)", "rate": "10%", "every": "week"}
MONTHLY = {"kind": "rebate", "base": "orders(pv)", "rate": "5%"}


def bought(**days: str) -> Rows:
    """A buys: `d30="100"` is 100 on 30 January; days beyond 31 are of February."""
    rows = members("A")
    for name, amount in days.items():
        day = int(name[1:])
        date = f"2024-01-{day:02}" if day <= 31 else f"2024-02-{day - 31:02}"
        rows["volumes"].append({"member": "A", "volume": "pv", "amount": amount, "effective": date})
    return rows


def played(rows: Rows, months: int = 2, **plan: Any) -> dict[str, ReferenceResult]:
    """Every run by its period, in the order of the runs."""
    whole = {
        "volumes": {"pv": "0.01"},
        "currency": "USD",
        "period": "month",
        "bonuses": {"w": WEEKLY, "m": MONTHLY},
        **plan,
    }
    results = {one.period: one for one in cadence_chain(whole, rows, MONTHS[:months])}
    for result in results.values():
        conserved(result)
    return results


def test_runs_go_in_the_order_of_their_last_days() -> None:
    """W05 ends on 4 February, so January's weeks are W01 (from Monday the 1st) to W04 (to the 28th)."""
    assert list(played(bought(), 1)) == ["2024-W01", "2024-W02", "2024-W03", "2024-W04", "2024-01"]
    assert list(played(bought()))[5:] == ["2024-W05", "2024-W06", "2024-W07", "2024-W08", "2024-02"]


def test_a_sale_at_the_end_of_a_month_belongs_to_two_periods() -> None:
    """100 on Tuesday, 30 January: 10 % by the week that ends in February, 5 % by January."""
    found = played(bought(d30="100"))
    assert {period: pays(one, "w") for period, one in found.items() if pays(one, "w")} == {"2024-W05": {"A": "10"}}
    assert {period: pays(one, "m") for period, one in found.items() if pays(one, "m")} == {"2024-01": {"A": "5"}}


def test_what_the_weeks_paid_is_read_by_the_month_in_which_they_end() -> None:
    """10 in W04 are January's, 20 in W05 (30 January) and 30 in W06 are February's 50."""
    found = played(bought(d23="100", d30="200", d38="300"), measures={"weeks": 'earned("w")'})
    assert [text(found[month].measures["weeks"]["A"]) for month in MONTHS] == ["10", "50"]


def test_a_limit_of_the_month_is_lessened_by_what_the_weeks_paid() -> None:
    """10 of 12 are gone in January: 2 of its 5 are paid. In February 20 + 30 are above 12: nothing is left, nothing cut back."""
    found = played(bought(d23="100", d30="200", d38="300"), limits={"members": {"at most": "12"}})
    # January's own 5 % are of 300: 15; February's of 300: 15
    assert [pays(found[month], "m") for month in MONTHS] == [{"A": "2"}, {}]
    assert pays(found["2024-W05"], "w") == {"A": "20"}


def test_what_a_limit_spares_of_the_weeks_is_theirs_over_the_month() -> None:
    """Of the 10 of W04 the first 4 are spared, 6 count: 6 of 12 are left for the month's 5."""
    exempt = [{"bonus": "w", "up to": "4"}]
    found = played(bought(d23="100"), 1, limits={"members": {"at most": "10", "exempt": exempt}})
    assert pays(found["2024-01"], "m") == {"A": "4"}


def test_ranks_in_a_week_are_those_of_the_month_before() -> None:
    """Gold by 50 of January: the weeks of February pay 20 %, those of January the 10 % of nobody's rank."""
    tables = {"r": {"on": "rank", "values": {"none": "10%", "Gold": "20%"}}}
    found = played(
        bought(d2="100", d38="100"), tables=tables, ranks={"Gold": "orders(pv) >= 50"},
        bonuses={"w": {**WEEKLY, "rate": "r"}},
    )  # fmt: skip
    assert (pays(found["2024-W01"], "w"), pays(found["2024-W06"], "w")) == ({"A": "10"}, {"A": "20"})
    assert [found[one].ranks["A"] for one in ("2024-W04", "2024-01", "2024-W05")] == ["none", "Gold", "Gold"]


def test_ranks_before_the_first_month_are_those_of_the_balances() -> None:
    rows = bought(d2="100")
    rows["balances"] = [{"member": "A", "what": "rank", "name": "Gold", "value": "Gold"}]
    found = played(rows, 1, ranks={"Gold": "orders(pv) >= 500"}, bonuses={"w": {**WEEKLY, "who": "rank = Gold"}})
    assert pays(found["2024-W01"], "w") == {"A": "10"}
    assert (found["2024-W04"].ranks["A"], found["2024-01"].ranks["A"]) == ("Gold", "none")


def test_who_joins_after_the_last_month_brings_rank_and_title_along() -> None:
    """B joins on 1 February with both: the weeks before February's run pay 10 % of 50 by each of them."""
    rows = bought()
    rows["members"].append({"member": "B", "joined": "2024-02-01"})
    rows["volumes"].append({"member": "B", "volume": "pv", "amount": "50", "effective": "2024-02-02"})
    rows["balances"] = [{"member": "B", "what": what, "name": "Gold", "value": "Gold"} for what in ("rank", "title")]
    bonuses = {what: {**WEEKLY, "who": f"{what} = Gold"} for what in ("rank", "title")}
    found = played(rows, ranks={"Gold": "orders(pv) >= 500"}, bonuses=bonuses)
    assert [pays(found["2024-W05"], what) for what in bonuses] == [{"B": "5"}, {"B": "5"}]
    assert (found["2024-02"].ranks["B"], found["2024-02"].titles["B"]) == ("none", "Gold")


def test_histories_count_weeks() -> None:
    """The week before W03 is W02, with 70; for the month there is none before."""
    measures = {"before": "previous(orders(pv))"}
    found = played(
        bought(d9="70", d16="30"), 1, measures=measures, bonuses={"w": {**WEEKLY, "base": "before"}, "m": MONTHLY}
    )
    assert pays(found["2024-W03"], "w") == {"A": "7"}
    assert (found["2024-W04"].measures["before"]["A"], found["2024-01"].measures["before"]["A"]) == (30, 0)


def test_there_is_one_account_for_all_runs() -> None:
    """10 of W01 wait for 12, W02 brings 4 more: 14 are paid. The month's 7 wait and are paid with W05's 10."""
    found = played(bought(d2="100", d9="40", d30="100"), limits={"payout": {"from": "12"}})
    carried = {period: text(one.carried["A"]) for period, one in found.items() if one.carried.get("A")}
    paid = {period: text(one.payable["A"]) for period, one in found.items() if one.payable.get("A")}
    # January pays 5 % of 240: 12, which is enough by itself; W05 brings 10
    assert paid == {"2024-W02": "14", "2024-01": "12"}
    assert carried == {
        "2024-W01": "10",
        **dict.fromkeys(("2024-W05", "2024-W06", "2024-W07", "2024-W08", "2024-02"), "10"),
    }


def test_charges_by_a_rate_are_of_every_run_and_sums_of_the_month() -> None:
    """10 % of 10 in the week; in the month 10 % of 5, then 2. `of: [m]` says nothing to a week."""
    charges = [
        {"name": "tax", "rate": "10%"}, {"name": "fee", "amount": "2"}, {"name": "fund", "rate": "20%", "of": ["m"]},
    ]  # fmt: skip
    found = played(bought(d2="100"), 1, limits={"payout": {"deductions": charges}})
    taken = {
        period: {k: text(v) for k, v in one.deductions["A"].items()} for period, one in found.items() if one.deductions
    }
    assert taken == {"2024-W01": {"tax": "1"}, "2024-01": {"tax": "0.5", "fee": "2", "fund": "1"}}


def test_every_cadence_takes_back_what_is_its_own() -> None:
    """Sold in W02, back in W04: W04 takes back its 10; the month has both and pays on nothing."""
    rows = members("A")
    rows["orders"] = [{"order": "1", "buyer": "A", "time": "2024-01-09", "kind": "own use"}]
    rows["order_lines"] = [{"order": "1", "line": "1", "sku": "x", "quantity": "1", "price": "9", "volume.pv": "100"}]
    rows["returns"] = [{"order": "1", "line": "1", "quantity": "1", "time": "2024-01-23"}]
    found = played(rows, 1, returns={"later": "same amounts", "volume": "none"})
    assert pays(found["2024-W02"], "w") == {"A": "10"}
    assert pays(found["2024-W04"], "returns") == {"A": "-10"}
    assert (pays(found["2024-01"], "m"), pays(found["2024-01"], "returns")) == ({}, {})


@pytest.mark.parametrize(
    ("day", "until", "late"),
    [
        ("d38", 9, "2024-02"),  # 7 February lies in W06, which W08 closed: the month that comes next refuses it
        ("d58", 9, ""),  # 27 February is in the open W09 and in the open month
        ("d58", 10, "2024-W09"),  # the month is closed, the week that began in it is not
    ],
)
def test_a_row_is_late_where_a_run_of_any_cadence_closed_its_time(day: str, until: int, late: str) -> None:
    plan = {"volumes": {"pv": "0.01"}, "currency": "USD", "period": "month", "bonuses": {"w": WEEKLY, "m": MONTHLY}}
    periods, chain = in_turn(plan, ["2024-01", "2024-03"]), Cadences(plan)
    for period in periods[:until]:
        chain.run(period, bought(d10="100"))
    assert named(periods[until]) == ("2024-02" if until == 9 else "2024-W09")
    if late:
        with pytest.raises(ValueError, match="learnt late"):
            chain.run(periods[until], bought(d10="100", **{day: "50"}))
    else:
        chain.run(periods[until], bought(d10="100", **{day: "50"}))

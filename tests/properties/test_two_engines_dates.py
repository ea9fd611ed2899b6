"""Plans whose rules change by date, worked out by hand and played by both engines (semantics, section 12)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from tests.properties.two_engines import differences, fast, legal, slow, whole_plan
from tests.reference.by_hand import Rows

from trueline.errors import Refused
from trueline.run import Result

MONTHS = ["2024-01", "2024-02", "2024-03", "2024-04"]
REBATE = {"kind": "rebate", "base": "own", "rate": "10%"}


def dated(*values: Any) -> dict[str, Any]:
    """A value from January on, another from February on, and so on; None where it goes on."""
    rows = {f"{month}-01": {"value": value} for month, value in zip(MONTHS, values, strict=False) if value is not None}
    return {"dated": rows}


def a_hundred_a_month(**more: Any) -> Rows:
    """A has 100 pv in each month."""
    entries = [{"member": "A", "volume": "pv", "amount": "100", "effective": f"{month}-05"} for month in MONTHS]
    company = {"currency": "USD", "volumes": {"pv": "0.01"}}
    return {"company": company, "members": [{"member": "A", "joined": "2024-01-01"}], "volumes": entries, **more}


def plan_of(bonuses: Any, measures: Any = None, **more: Any) -> dict[str, Any]:
    plan = {"plan": "dates", "currency": "USD", "period": "month", "volumes": {"pv": "0.01"}}
    return plan | {"measures": {"own": "orders(pv)", **(measures or {})}, "bonuses": bonuses, **more}


def both(plan: dict[str, Any], rows: Rows, periods: list[str]) -> list[Result]:
    """The runs of the fast engine, after the second one has said the same."""
    assert differences(plan, rows, periods) == []
    return fast(whole_plan(plan, {"pv": "0.01"}), legal(rows), periods)


def payable(found: list[Result]) -> list[Fraction]:
    return [one.payable("A") for one in found]


def test_what_was_held_is_released_when_nothing_holds_it_any_more() -> None:
    """10 of January wait for 1 000 pv; February's plan asks for nothing."""
    held = {**REBATE, "hold until": "own > 1 000"}
    found = both(plan_of({"b": dated(held, REBATE)}), a_hundred_a_month(), MONTHS[:3])

    assert payable(found) == [0, 20, 10]
    assert found[0].held("A", "b") == 10


def test_what_a_dropped_bonus_holds_waits_until_it_is_there_again() -> None:
    """January's 10 wait through February, in which there is no such bonus."""
    held, other = {**REBATE, "hold until": "own > 1 000"}, {**REBATE, "rate": "1%"}
    bonuses = dated({"b": held, "c": other}, {"c": other}, {"b": {**REBATE, "hold until": "own > 0"}, "c": other})
    found = both(plan_of(bonuses), a_hundred_a_month(), MONTHS[:3])

    assert payable(found) == [1, 1, 21]


def test_what_was_held_without_an_end_is_one_period_old_when_it_gets_one() -> None:
    """January's 10 and February's 10 are both of February for March's plan, whose patience is 1: gone in March."""
    held = {**REBATE, "hold until": "own > 1 000"}
    patient = {**REBATE, "hold until": {"when": "own > 1 000", "for": "1"}}
    found = both(plan_of({"b": dated(held, None, patient)}), a_hundred_a_month(), MONTHS)

    assert [one.held("A", "b") for one in found] == [10, 20, 10, 10]
    assert [int(one.payout.expired[0, 0]) for one in found] == [0, 0, 2000, 1000]


@pytest.mark.parametrize(
    ("expression", "values"),
    [
        ("lifetime(own)", [100, 0, 200, 300]),
        ("last(2, own)", [100, 0, 100, 200]),
        ("last(3, own)", [100, 0, 200, 200]),
        ("previous(own)", [0, 0, 0, 100]),
        ("streak(own > 0)", [1, 0, 1, 2]),
    ],
)
def test_history_that_one_month_does_not_read(expression: str, values: list[int]) -> None:
    """February reads nothing: a lifetime goes on after it, in windows it counts 0, the others begin again."""
    plan = plan_of({"b": REBATE}, {"m": dated(expression, "0", expression)})
    found = both(plan, a_hundred_a_month(), MONTHS)

    assert [one.measure("A", "m") for one in found] == values


def test_a_longer_window_knows_what_the_shorter_one_kept() -> None:
    """March reads three months, and of January nothing was kept."""
    plan = plan_of({"b": REBATE}, {"m": dated("last(2, own)", None, "last(3, own)")})

    assert [one.measure("A", "m") for one in both(plan, a_hundred_a_month(), MONTHS)] == [100, 200, 200, 300]


@pytest.mark.parametrize(("over", "paid"), [("lifetime", [10, 10, 5, 0]), ("last 2 periods", [10, 10, 10, 5])])
@pytest.mark.parametrize("where", ["cap per member", "members", "owners"])
def test_a_cap_of_15_that_is_not_there_in_february(over: str, paid: list[int], where: str) -> None:
    """What January let through counts for life; for a window of two months February, without the cap, is 0."""
    cap = {"at most": "15", "over": over}
    if where == "cap per member":
        plan = plan_of({"b": dated({**REBATE, where: cap}, REBATE, {**REBATE, where: cap})})
    else:
        plan = plan_of({"b": REBATE}, limits=dated({where: cap}, {}, {where: cap}))

    assert payable(both(plan, a_hundred_a_month(), MONTHS)) == paid


def test_a_step_that_was_dropped_is_not_paid_twice() -> None:
    """The step of 50 is paid in January, away in February and there again in March, behind another one."""
    one, other = {"when": "own >= 50", "amount": "50"}, {"when": "own >= 20", "amount": "20"}
    steps = {"kind": "milestone", "pays": "each", "steps": dated([one], [other], [other, one])}

    assert payable(both(plan_of({"b": steps}), a_hundred_a_month(), MONTHS[:3])) == [50, 20, 0]


def test_a_step_is_known_by_its_name_where_it_has_one() -> None:
    """The same name with other words is the same step; without a name other words are another step."""
    old, new = {"when": "own >= 50", "amount": "50"}, {"when": "own >= 60", "amount": "60"}
    named = {"kind": "milestone", "steps": dated([old | {"name": "car"}], [new | {"name": "car"}])}
    unnamed = {"kind": "milestone", "steps": dated([old], [new])}

    assert payable(both(plan_of({"b": named}), a_hundred_a_month(), MONTHS[:2])) == [50, 0]
    assert payable(both(plan_of({"b": unnamed}), a_hundred_a_month(), MONTHS[:2])) == [50, 60]


def test_parts_to_come_of_more_instalments_than_there_are_are_refused() -> None:
    bonus = {"kind": "milestone", "steps": [{"when": "own >= 50", "amount": "9"}], "instalments": dated("3", "2")}
    plan, rows = plan_of({"b": bonus}), a_hundred_a_month()

    with pytest.raises(Refused, match=r"Member A is due 2 parts more of step 1 of 'b'\. They are not parts"):
        fast(whole_plan(plan, {"pv": "0.01"}), legal(rows), MONTHS[:2])
    with pytest.raises(ValueError, match="2 parts to come of 2"):
        slow(plan, rows, MONTHS[:2])


def test_a_bonus_of_another_kind_leaves_the_bank_alone() -> None:
    """A has 100 on the left and nothing on the right; after a month as a rebate the bank is matched with 40."""
    sides = [{"tree": "binary", "position": m, "parent": "A", "slot": slot} for m, slot in (("L", "1"), ("R", "2"))]
    entries = [
        {"member": m, "volume": "pv", "amount": amount, "effective": day}
        for m, amount, day in (("L", "100", "2024-01-05"), ("A", "30", "2024-02-05"), ("R", "40", "2024-03-05"))
    ]
    rows = a_hundred_a_month(edges=sides, volumes=entries)
    rows["members"] = [{"member": m, "joined": "2024-01-01"} for m in ("A", "L", "R")]
    pairs = {"kind": "binary", "tree": "binary", "base": "own", "rate": "10%"}

    assert payable(both(plan_of({"b": dated(pairs, REBATE, pairs)}), rows, MONTHS[:3])) == [0, 3, 4]


def test_a_week_that_begins_to_pay_in_february() -> None:
    """5 % monthly, and from February 10 % weekly: January has weeks too, and pays nothing in them."""
    monthly, weekly = {**REBATE, "rate": "5%"}, {**REBATE, "every": "week"}
    plan = plan_of(dated({"m": monthly}, {"m": monthly, "w": weekly}))
    found = both(plan, a_hundred_a_month(), MONTHS[:2])

    paid = {one.world.period.label: one.payable("A") for one in found if one.payable("A")}
    assert paid == {"2024-01": 5, "2024-W06": 10, "2024-02": 5}  # 5 January and 5 February
    assert [one.world.period.label for one in found][:2] == ["2024-W01", "2024-W02"]


def test_a_tree_does_not_become_narrower_than_it_is_filled() -> None:
    plan = plan_of({"b": {"kind": "level", "tree": "matrix", "base": "own", "rates": ["10%"]}})
    plan["trees"] = {"matrix": {"placed": {"width": dated("2", "1")}}}
    rows = a_hundred_a_month()
    rows["members"] += [{"member": m, "joined": "2024-01-01", "sponsor": "A"} for m in ("B", "C")]

    with pytest.raises(Refused, match="Member C stands in slot 2 of tree 'matrix', which is 1 wide"):
        fast(whole_plan(plan, {"pv": "0.01"}), legal(rows), MONTHS[:2])
    with pytest.raises(ValueError, match="a slot that the tree has not"):
        slow(plan, rows, MONTHS[:2])


def test_seats_that_begin_to_be_weighed_by_another_measure() -> None:
    """B, and C below it, stand in A's slot 1 with 100 pv: D takes slot 2. B's 60 cv of February nobody has added up for
    March, so that both slots weigh 0 and E goes down the first one, below C, where it would go below D.
    """
    plan = plan_of({"b": {"kind": "level", "tree": "matrix", "base": "own", "rates": ["10%"]}}, {"cvs": "orders(cv)"})
    fill = dated({"weaker": "own"}, None, {"weaker": "cvs"})
    plan["trees"] = {"matrix": {"placed": {"width": "2", "fill": fill}}}
    plan["volumes"] = {"pv": "0.01", "cv": "0.01"}
    rows = a_hundred_a_month(company={"currency": "USD", "volumes": {"pv": "0.01", "cv": "0.01"}})
    days = {"A": "2024-01-01", "B": "2024-01-02", "C": "2024-01-03", "D": "2024-02-03", "E": "2024-03-03"}
    rows["members"] = [{"member": m, "joined": day, "sponsor": "A" if m != "A" else ""} for m, day in days.items()]
    rows["volumes"] = [
        {"member": m, "volume": name, "amount": amount, "effective": day}
        for m, name, amount, day in (("B", "pv", "100", "2024-01-05"), ("B", "cv", "60", "2024-02-05"))
    ]
    found = both(plan, rows, MONTHS[:3])

    assert [found[1].parent("matrix", one) for one in "BCD"] == ["A", "B", "A"]
    assert found[2].parent("matrix", "E") == "C"

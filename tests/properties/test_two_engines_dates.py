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
PAIRS = {"kind": "binary", "tree": "binary", "base": "own", "rate": "10%"}


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


def test_what_was_held_is_released_once_in_a_month_in_which_the_bonus_rests() -> None:
    """January's 10 are held. From February the bonus holds nothing back, and is computed in March only: the 10 are paid
    in February, and not once more in March.
    """
    held = {**REBATE, "hold until": "own > 1 000"}
    plan = plan_of({"b": dated(held, {**REBATE, "paid in": ["3"]})})

    assert payable(both(plan, a_hundred_a_month(), MONTHS)) == [0, 10, 10, 0]


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


def test_a_patience_that_becomes_shorter() -> None:
    """January's 10 and February's 10 could wait for three months; March's plan waits for one, and both are over it."""
    long = {**REBATE, "hold until": {"when": "own > 1 000", "for": "3"}}
    short = {**REBATE, "hold until": {"when": "own > 1 000", "for": "1"}}
    found = both(plan_of({"b": dated(long, None, short)}), a_hundred_a_month(), MONTHS)

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

    assert payable(both(plan_of({"b": dated(PAIRS, REBATE, PAIRS)}), rows, MONTHS[:3])) == [0, 3, 4]


def test_a_side_that_is_kept_without_ages_for_a_month() -> None:
    """`for: 2` matches volume in the month in which it comes and in the next one. A's 100 on the left are of January.

    February keeps them without ages, and they count as come then: March, with `for: 2` again, matches 40 of them.
    Under `for: 2` all along they expire at the end of February, and March has nothing to match.
    """
    aged = {**PAIRS, "carry": {"for": "2"}}
    sides = [{"tree": "binary", "position": m, "parent": "A", "slot": slot} for m, slot in (("L", "1"), ("R", "2"))]
    came = [
        {"member": m, "volume": "pv", "amount": amount, "effective": day}
        for m, amount, day in (("L", "100", "2024-01-05"), ("R", "40", "2024-03-05"))
    ]
    rows = a_hundred_a_month(edges=sides, volumes=came)
    rows["members"] = [{"member": m, "joined": "2024-01-01"} for m in ("A", "L", "R")]

    assert payable(both(plan_of({"b": dated(aged, PAIRS, aged)}), rows, MONTHS[:3])) == [0, 0, 4]
    assert payable(both(plan_of({"b": aged}), rows, MONTHS[:3])) == [0, 0, 0]


def test_a_side_of_what_is_not_in_the_tree_waits_with_its_ages() -> None:
    """A's second position has 100 on the left, of December. It has no edge in February, whose plan knows no ages.

    With `for: 3` they are one month old in January, and still in February; so March matches 40 of them, and the other
    60 expire at its end. April's 40 find nothing.
    """
    aged = {**PAIRS, "carry": {"for": "3"}}
    seats = (("A-2", "A", "1"), ("L", "A-2", "1"), ("R", "A-2", "2"))
    rows = a_hundred_a_month(
        positions=[{"position": seat, "owner": seat[:1]} for seat in ("A", "A-2", "L", "R")],
        edges=[
            {"tree": "binary", "position": "A", "parent": ""},
            *(
                {"tree": "binary", "position": seat, "parent": parent, "slot": slot, **when}
                for seat, parent, slot in seats
                for when in ({"from": "2023-12-01", "to": "2024-02-10"}, {"from": "2024-03-01"})
            ),
        ],
        volumes=[
            {"member": m, "volume": "pv", "amount": amount, "effective": day}
            for m, amount, day in (("L", "100", "2023-12-05"), ("R", "40", "2024-03-05"), ("R", "40", "2024-04-05"))
        ],
    )
    rows["members"] = [{"member": m, "joined": "2023-12-01"} for m in ("A", "L", "R")]
    found = both(
        plan_of(
            {
                "b": {
                    "dated": {
                        "2023-12-01": {"value": aged},
                        "2024-02-01": {"value": PAIRS},
                        "2024-03-01": {"value": aged},
                    }
                }
            }
        ),
        rows,
        ["2023-12", *MONTHS],
    )

    assert [one.in_tree("binary", "A-2") for one in found] == [True, True, False, True, True]
    assert payable(found) == [0, 0, 0, 4, 0]


def test_a_fund_below_0_lessens_what_was_carried() -> None:
    """10 % of 100 are 10 in January, and nobody has shares. February's entries come to -30, its fund to -3: 7 are left.

    March's come to -80: 7 less 8 count as 0, and April's 10 % of 50 begin anew.
    """
    amounts = (("100", "2024-01-05"), ("-30", "2024-02-05"), ("-80", "2024-03-05"), ("50", "2024-04-05"))
    rows = a_hundred_a_month(
        volumes=[{"member": "A", "volume": "pv", "amount": amount, "effective": day} for amount, day in amounts]
    )
    fund = {"kind": "pool", "fund": "10% * company(own)", "shares": "0", "unclaimed": "carry"}
    found = both(plan_of({"b": fund}), rows, MONTHS[:4])

    assert [one.promised["b"] for one in found] == [10, 7, 0, 5]


def test_weeks_that_pay_nothing_remember_nothing() -> None:
    """Who may be paid was Guide before. Weeks begin to pay on 5 February, and until then no week asks for a rank.

    The week of 5 February begins `previous(rank)`, finds none and pays nothing; that of 12 February pays 10 % of 100.
    """
    weekly = {**REBATE, "every": "week"}
    plan = plan_of({"dated": {
        "2020-01-01": {"value": {"m": {**REBATE, "rate": "5%"}}},
        "2024-02-05": {"value": {"m": {**REBATE, "rate": "5%"}, "w": weekly}, "reference": "amended"},
    }}) | {"ranks": {"Guide": "own >= 0"}, "receivers": "previous(rank) >= Guide"}  # fmt: skip
    rows = a_hundred_a_month(
        volumes=[
            {"member": "A", "volume": "pv", "amount": "100", "effective": day} for day in ("2024-02-06", "2024-02-13")
        ]
    )
    found = both(plan, rows, MONTHS[:2])

    weeks = {one.world.period.label: one.payable("A") for one in found if "W" in one.world.period.label}
    assert (weeks["2024-W06"], weeks["2024-W07"]) == (0, 10)


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


def test_a_tree_that_becomes_wider_has_free_seats_beside_those_that_are_taken() -> None:
    """One wide, A, B and C are a line. Two wide from February on, A has a free seat for D, and B keeps its own."""
    plan = plan_of({"b": {"kind": "level", "tree": "matrix", "base": "own", "rates": ["10%"]}})
    plan["trees"] = {"matrix": {"placed": {"width": dated("1", "2")}}}
    rows = a_hundred_a_month()
    days = {"A": "2024-01-01", "B": "2024-01-02", "C": "2024-01-03", "D": "2024-02-03"}
    rows["members"] = [{"member": m, "joined": day, "sponsor": "A" if m != "A" else ""} for m, day in days.items()]
    found = both(plan, rows, MONTHS[:2])

    assert [found[1].parent("matrix", one) for one in "BCD"] == ["A", "B", "A"]


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


def test_credit_in_kind_is_used_also_while_no_bonus_pays_it() -> None:
    """A is host of 300 in January: 30 in goods, of which A uses 10 in February, when the bonus pays money, and 20 in
    March; in April nothing is left, and who uses one more is refused by both engines.
    """
    party = {"kind": "party host", "base": "orders(pv)", "rate": "10%", "pays in": "goods"}
    uses = ["", "10", "20", "1"]
    orders = [
        {"order": str(number), "buyer": "A", "time": f"{month}-05", "host": "A" if number == 1 else ""}
        for number, month in enumerate(MONTHS, start=1)
    ]
    lines = [
        {"order": str(n), "line": "1", "quantity": "1", "price": "50", "volume.pv": "300", "credit": credit}
        for n, credit in enumerate(uses, start=1)
    ]
    rows = a_hundred_a_month(volumes=[], orders=orders, order_lines=lines)
    plan = plan_of({"b": dated(party, REBATE)})
    found = both(plan, rows, MONTHS[:3])

    assert [one.goods("A") for one in found] == [30, 20, 0]
    assert payable(found) == [0, 30, 30]
    with pytest.raises(Refused, match=r"Member A used 1\.00 more of credit in kind than there was"):
        fast(whole_plan(plan, {"pv": "0.01"}), legal(rows), MONTHS)
    with pytest.raises(ValueError, match="A uses more credit than there is"):
        slow(plan, rows, MONTHS)


@pytest.mark.parametrize(("first", "corrected"), [("money", 10), ("goods", 0)])
def test_a_late_order_of_a_month_in_which_the_bonus_paid_otherwise(first: str, corrected: int) -> None:
    """A's 100 of January are booked in February. If January paid 10 % in money they are 10 now, whatever February pays
    in; credit in kind of January stays as it was.
    """
    party = {"kind": "party host", "base": "orders(pv)", "rate": "10%", "pays in": "goods"}
    order = {"order": "1", "buyer": "A", "host": "A", "time": "2024-01-05", "booked": "2024-02-02"}
    lines = [{"order": "1", "line": "1", "quantity": "1", "price": "50", "volume.pv": "100"}]
    rows = a_hundred_a_month(volumes=[], orders=[order], order_lines=lines)
    rows["company"] = rows["company"] | {"lag": "0"}
    bonus = dated(REBATE, party) if first == "money" else dated(party, REBATE)
    found = both(plan_of({"b": bonus}, late={"rows": "recompute"}), rows, MONTHS[:2])

    assert payable(found) == [0, corrected]


def test_what_a_bonus_holds_waits_while_it_pays_in_goods() -> None:
    """January's 10 are held; nothing is released by the months of credit in kind, and all of it by April's money."""
    held = {**REBATE, "hold until": "own > 1 000"}
    party = {"kind": "party host", "base": "orders(pv)", "rate": "10%", "pays in": "goods"}
    found = both(plan_of({"b": dated(held, party, None, REBATE)}), a_hundred_a_month(), MONTHS)

    assert payable(found) == [0, 0, 0, 20]


def test_a_rank_that_comes_below_another_moves_nobody() -> None:
    """A is Silver in January; of February's ladder Bronze is new, and January's Silver is Silver still."""
    ranks = dated({"Silver": "own >= 50"}, {"Bronze": "own >= 10", "Silver": "own >= 500"})
    bonus = {**REBATE, "who": "previous(rank) >= Silver"}
    found = both(plan_of({"b": bonus}, ranks=ranks), a_hundred_a_month(), MONTHS[:3])

    assert [one.rank("A") for one in found] == ["Silver", "Bronze", "Bronze"]
    assert [one.title("A") for one in found] == ["Silver"] * 3
    assert payable(found) == [0, 10, 0]


def test_a_rank_that_is_dropped_must_not_be_held() -> None:
    """As a title Silver stays and is refused; a title that is as paid is Gold, and nobody asks for Silver again."""
    ladder = {"Silver": "own >= 50", "Gold": "own >= 500"}
    ranks = dated(ladder, {"Gold": "own >= 10"}, {"Gold": "own >= 10"})
    plan, rows = plan_of({"b": REBATE}, ranks=ranks), a_hundred_a_month()

    with pytest.raises(Refused, match="The state holds rank 'Silver', which the plan no longer has"):
        fast(whole_plan(plan, {"pv": "0.01"}), legal(rows), MONTHS[:2])
    with pytest.raises(ValueError, match="the state holds rank Silver"):
        slow(plan, rows, MONTHS[:2])

    later = plan_of(
        {"b": REBATE}, ranks=dated(ladder, {"Silver": "own >= 50", "Gold": "own >= 10"}, {"Gold": "own > 0"})
    )
    assert [one.title("A") for one in both(later, rows, MONTHS[:3])] == ["Silver", "Gold", "Gold"]


def test_a_fund_that_was_carried_is_given_away_under_another_rule() -> None:
    """Nobody has shares in January and February: January carries its 10, February's plan keeps all 20 of its fund."""
    pool = {"kind": "pool", "fund": "10% * company(own)", "shares": "if(own > 100, 1, 0)"}
    carries, keeps = {**pool, "unclaimed": "carry"}, {**pool, "unclaimed": "company"}
    found = both(plan_of({"b": dated(carries, keeps)}), a_hundred_a_month(), MONTHS[:3])

    assert [dict(one.breakage["b"]) for one in found] == [{"carried": 10}, {"unclaimed": 20}, {"unclaimed": 10}]


def test_a_bonus_under_another_name_is_another_bonus() -> None:
    """What b holds is not paid by c, which is b in all but its name; it waits for b."""
    held, paid = {**REBATE, "hold until": "own > 1 000"}, {**REBATE, "hold until": "own > 0"}
    found = both(plan_of(dated({"b": held}, {"c": paid}, {"b": paid})), a_hundred_a_month(), MONTHS[:3])

    assert payable(found) == [0, 10, 20]


def test_a_bank_that_is_counted_in_another_unit() -> None:
    """75.5 on the left of A: whole points cannot count them, and hundredths of them can."""
    sides = [{"tree": "binary", "position": m, "parent": "A", "slot": slot} for m, slot in (("L", "1"), ("R", "2"))]
    entries = [
        {"member": m, "volume": "pv", "amount": amount, "effective": day}
        for m, amount, day in (("L", "75.5", "2024-01-05"), ("R", "40", "2024-02-05"))
    ]
    rows = a_hundred_a_month(edges=sides, volumes=entries)
    rows["members"] = [{"member": m, "joined": "2024-01-01"} for m in ("A", "L", "R")]
    pairs = {"kind": "binary", "tree": "binary", "base": "own", "rate": "10%"}

    finer = plan_of({"b": dated(pairs, {**pairs, "base": "own / 100"})})
    assert payable(both(finer, rows, MONTHS[:2])) == [0, Fraction("0.04")]
    coarser = plan_of({"b": dated(pairs, {**pairs, "base": "whole(own)"})})
    with pytest.raises(Refused, match=r"kept in 1/100, finer than the plan's 1"):
        fast(whole_plan(coarser, {"pv": "0.01"}), legal(rows), MONTHS[:2])
    with pytest.raises(ValueError, match="a bank is kept finer than the base counts"):
        slow(coarser, rows, MONTHS[:2])


def test_a_cadence_that_changes_is_refused_from_its_date() -> None:
    """January is paid by the month; from February the same bonus would be paid by the week."""
    plan, rows = plan_of({"b": dated(REBATE, {**REBATE, "every": "week"})}), a_hundred_a_month()
    whole = whole_plan(plan, {"pv": "0.01"})

    assert differences(plan, rows, MONTHS[:2]) == []
    assert payable(fast(whole, legal(rows), MONTHS[:1])) == [10]
    with pytest.raises(Refused, match="'b' is paid by the month on another date"):
        fast(whole, legal(rows), MONTHS[:2])


def test_places_that_are_kept_for_a_while() -> None:
    """B stands below A, who leads. In February nothing is kept and nobody leads: both are roots. In March the tree is
    kept again, and January's places count.
    """
    tree = {"from": "sponsor", "leaders": "own >= 50"}
    kept = {**tree, "fixed": "joined"}
    trees = {"led": dated(kept, {**tree, "leaders": "own >= 500"}, {**kept, "leaders": "own >= 500"})}
    plan = plan_of({"b": {"kind": "level", "tree": "led", "base": "own", "rates": ["10%"]}}, trees=trees)
    rows = a_hundred_a_month()
    rows["members"] += [{"member": "B", "joined": "2024-01-02", "sponsor": "A"}]

    assert [one.parent("led", "B") for one in both(plan, rows, MONTHS[:3])] == ["A", None, "A"]


def test_months_in_a_row_that_members_bring_in() -> None:
    """A had five months in a row before January; without orders in February nothing of it is left."""
    rows = a_hundred_a_month(balances=[{"member": "A", "what": "streak", "name": "buys", "value": "5"}])
    rows["volumes"] = [row for row in rows["volumes"] if row["effective"] != "2024-02-05"]
    plan = plan_of({"b": REBATE}, {"row": "streak(buys)"}, conditions={"buys": "own > 0"})

    assert [one.measure("A", "row") for one in both(plan, rows, MONTHS[:3])] == [6, 0, 1]


def test_a_month_in_which_nothing_came_back_takes_the_state_as_it_was_handed_on() -> None:
    """B joins in February and is said to bring in a title. The chain began in January, which did not know B.

    `returns` would compute January again, with what is known now; but nothing came back, and B has the title earned.
    """
    rows = a_hundred_a_month(balances=[{"member": "B", "what": "title", "name": "Master", "value": "Master"}])
    rows["company"]["lag"] = "0"
    rows["members"].append({"member": "B", "joined": "2024-02-10"})
    rows["volumes"].append({"member": "B", "volume": "pv", "amount": "5", "effective": "2024-02-12"})
    more = {
        "ranks": {"Guide": "own >= 5", "Master": "own >= 1 000"},
        "returns": {"later": "recompute", "ranks": "recompute"},
    }
    found = both(plan_of({"b": REBATE}, **more), rows, MONTHS[:2])

    assert found[1].title("B") == "Guide"

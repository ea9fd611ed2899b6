"""Published examples and small worlds of binaries, boards, placed trees and money taken back, worked out by hand."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.reference.by_hand import Rows, entry, lost, members, pays, played, sale, with_sales
from tests.reference.engine import ReferenceResult, run

BINARY = {"kind": "binary", "tree": "binary", "base": "orders(pv)"}


def sides(rows: Rows, text: str) -> Rows:
    """`L<YOU1 R<YOU2`: L in slot 1 and R in slot 2 below YOU."""
    edges = [
        {"tree": "binary", "position": word.split("<")[0], "parent": word.split("<")[1][:-1], "slot": word[-1]}
        for word in text.split()
    ]
    return {**rows, "edges": edges}


def bank(result: ReferenceResult, member: str) -> list[Fraction]:
    return [side.volume for side in result.banks[member, "b"]]


def legs(left: str, right: str) -> Rows:
    return sides(members(f"YOU L<YOU:{left} R<YOU:{right}"), "L<YOU1 R<YOU2")


def test_a_percentage_of_the_weaker_side() -> None:
    # 6 000 and 5 000 at 10 %: 500, and 1 000 stay
    result = played({**BINARY, "rate": "10%"}, legs("6000", "5000"))
    assert (pays(result), bank(result, "YOU")) == ({"YOU": "500"}, [1000, 0])


def test_two_months_with_and_without_what_was_carried() -> None:
    # mlmforge: 200 and 500 pay 20 and leave 300; then 400 and 100 + 300 pay 40. With a full flush the second month pays 10
    tree = "L1<You1 R1<You2 L2<L11 L3<L12 R2<R11 R3<R12"
    people = "You L1<You R1<You L2<L1:100 L3<L1:100 R2<R1:300 R3<R1:200"
    rows = sides(members(people), tree)
    rows["volumes"] += [entry("L2", "400", "2024-02"), entry("R2", "100", "2024-02")]
    for carry, second in (("all", "40"), ("none", "10")):
        bonus = {**BINARY, "rate": "10%", "who": "not parent(participant in binary)", "carry": carry}
        first = played(bonus, rows)
        again = played(bonus, rows, first.state, "2024-02")
        assert (pays(first), pays(again)) == ({"You": "20"}, {"You": second})


def test_cycles_find_the_stronger_side_each_time() -> None:
    # 500 and 400 with [200, 100]: 300/300, then the tie takes 200 from the left: 100/200, then 0/0
    result = played({**BINARY, "cycle": ["200", "100"], "amount": "10"}, legs("500", "400"))
    assert (pays(result), bank(result, "YOU")) == ({"YOU": "30"}, [0, 0])


def test_the_first_cycle_of_a_life_differs() -> None:
    # two and one new people make the first pair, then one and one
    bonus = {**BINARY, "cycle": "1", "first cycle": ["2", "1"], "amount": "50"}
    rows = legs("3", "2")
    first = played(bonus, rows)
    rows["volumes"] += [entry("L", "1", "2024-02"), entry("R", "1", "2024-02")]
    assert pays(first) == {"YOU": "100"}
    assert pays(played(bonus, rows, first.state, "2024-02")) == {"YOU": "50"}


def test_a_schedule_takes_its_step_from_both_sides() -> None:
    bonus = {**BINARY, "schedule": {"250": "40", "500": "unknown", "2000": "400"}, "carry": {"at most": "5000"}}
    result = played(bonus, legs("2000", "8000"))
    assert (pays(result), bank(result, "YOU")) == ({"YOU": "400"}, [0, 5000])
    assert result.banks["YOU", "b"][1].flushed == {"over limit": 1000}


def test_what_is_above_the_limit_is_flushed_and_named() -> None:
    # 300 could be matched, 100 may: 10 are paid, 20 are flushed with the 200 volume behind them
    result = played({**BINARY, "rate": "10%", "at most": "100", "excess": "flush"}, legs("300", "400"))
    assert (pays(result), lost(result), bank(result, "YOU")) == ({"YOU": "10"}, {"flushed": "20"}, [0, 0])


def test_a_board_of_six_below_the_top() -> None:
    # seven entries: the sixth below the top pays 25, and two boards with two below each go on
    bonus = {
        "kind": "board", "width": "2", "height": "2", "enters": "orders(pv)", "pays": "25", "at most": "100",
        "enters again": "sponsor",
    }  # fmt: skip
    names = ["Alex", "Jane", "Jack", "Tom", "Ann", "Andy", "Jason"]
    rows = members("Alex Jane<Alex Jack<Alex Tom<Jane Ann<Jane Andy<Jack Jason<Jack")
    orders = [sale(f"o{k}", name, f"2024-01-0{k}", "5", "1") for k, name in enumerate(names, start=1)]
    result = played(bonus, with_sales(rows, *orders))
    assert pays(result) == {"Alex": "25"}
    assert [seats[0] for seats in result.state.boards["b"].open] == ["Jane", "Jack"]
    assert result.state.boards["b"].open[0] == ["Jane", "Tom", "Ann", "Alex", None, None, None]


def test_the_fourth_recruit_spills_over() -> None:
    # mlmforge: three wide; D is placed below A, and 100 × 40 % × 5 % = 2 on each of two levels
    rows = members("Root A<Root B<Root C<Root D<Root:100")
    for day, row in enumerate(rows["members"], start=1):
        row["joined"] = f"2024-01-0{day}"
    tree = {"matrix": {"placed": {"width": "3"}}}
    bonus = {"kind": "level", "tree": "matrix", "base": "orders(pv) * 40%", "rates": ["5%", "5%"]}
    result = played(bonus, rows, trees=tree)
    assert result.parents["matrix"]["D"] == "A"
    assert pays(result) == {"A": "2", "Root": "2"}


def test_first_recruits_are_passed_up() -> None:
    # YOU's first three pass to S, the fourth stays; Anthony's first passes to YOU
    rows = members("S YOU<S E1<YOU E2<YOU E3<YOU Anthony<YOU Carol<Anthony:100")
    for day, row in enumerate(rows["members"], start=1):
        row["joined"] = f"2024-01-0{day}"
    tree = {"coded": {"from": "sponsor", "passes up": "ordinal <= 3"}}
    result = played({"kind": "level", "base": "orders(pv)", "rates": ["1%"]}, rows, trees=tree)
    assert {m: result.parents["coded"][m] for m in ("E1", "E3", "Anthony", "Carol")} == {
        "E1": "S", "E3": "S", "Anthony": "YOU", "Carol": "YOU",
    }  # fmt: skip


def test_the_upline_has_its_floor_before_a_leader_keeps_the_rest() -> None:
    # leaves hand on 4 % of 1000 and of 200; B needs 12 more for its floor of 20, C's 40 pay them, 28 stay
    bonus = {"kind": "pass up", "base": "orders(pv)", "rate": "4%", "floor": "20"}
    result = played(bonus, members("A B<A:200 C<B:1000"))
    # B hands 8 + 12 to A, who needs 20 and keeps nothing
    assert pays(result) == {"B": "28"}
    assert lost(result) == {"no upline": "20"}


def test_a_return_is_taken_back_and_owed() -> None:
    # Purium: 50 were paid on 500; the goods come back when 30 are earned, and 20 are owed
    plan: dict[str, Any] = {
        "volumes": {"pv": "0.01"}, "currency": "USD", "period": "month", "returns": {"later": "same amounts"},
        "bonuses": {"b": {"kind": "level", "base": "orders(pv)", "rates": ["10%"]}},
    }  # fmt: skip
    orders = sale("o1", "NEW", "2024-01-05", "500", "500"), sale("o2", "NEW", "2024-02-03", "300", "300")
    rows = with_sales(members("ENR NEW<ENR"), *orders)
    rows["returns"] = [{"order": "o1", "line": "1", "quantity": "1", "time": "2024-02-10"}]
    first = run(plan, rows, None, "2024-01")
    second = run(plan, rows, first.state, "2024-02", [first])
    assert (pays(second), pays(second, "returns")) == ({"ENR": "30"}, {"ENR": "-50"})
    assert second.carried == {"ENR": -20}


def test_a_debt_is_forgiven_when_it_is_old() -> None:
    # 10 owed from January: 4 are earned back in February, 6 forgiven at the end of March
    rows = members("A")
    rows["volumes"] = [entry("A", "-10"), entry("A", "4", "2024-02")]
    bonus = {"kind": "rebate", "base": "orders(pv)", "rate": "100%"}
    limits = {"payout": {"negative": {"forgiven after": "2"}}}
    state, seen = None, []
    for month in ("2024-01", "2024-02", "2024-03"):
        result = played(bonus, rows, state, month, limits=limits)
        state = result.state
        seen.append((result.carried.get("A", 0), result.forgiven.get("A", 0)))
    assert seen == [(-10, 0), (-6, 0), (0, 6)]


def test_orders_without_hosts_promise_no_host_anything() -> None:
    bonus = {"kind": "party host", "base": "orders(pv)", "rate": "10%", "pays in": "goods"}
    rows = with_sales(
        members("A B<A"), sale("o1", "B", "2024-01-05", "1", "200", host="A"), sale("o2", "B", "2024-01-06", "1", "50")
    )
    result = played(bonus, rows)
    assert (result.goods, result.payable, result.promised["b"]) == ({"A": 20}, {}, 20)

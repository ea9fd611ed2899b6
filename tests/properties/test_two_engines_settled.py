"""What the two engines once read differently off the page, worked out by hand and played by both of them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from tests.properties.test_two_engines_dates import MONTHS, both, dated, plan_of
from tests.properties.two_engines import fast, legal, slow, whole_plan
from tests.reference.by_hand import Rows, entry, members, sale, with_sales

from trueline.errors import Refused
from trueline.run import Result

COMPANY = {"currency": "USD", "volumes": {"pv": "0.01"}}


def paid(found: Result, bonus: str) -> dict[str, Fraction]:
    """What a bonus pays after its limits, by member."""
    payout, unit = found.payout, found.plan.money_unit
    row = payout.bonuses.index(bonus)
    sums = {m: int((payout.earned - payout.capped)[row, found.index(m)]) * unit for m in found.member_ids}
    return {m: amount for m, amount in sums.items() if amount}


def not_paid(found: Result, bonus: str = "b") -> dict[str, Fraction]:
    return {name: amount for name, amount in found.breakage[bonus].items() if amount}


# 7.4: who is an empty leader, and what the unpaid part is called


def four_in_a_line(**more: Any) -> Rows:
    """S under A under B under R."""
    return {"company": COMPANY, **members("R B<R A<B S<A"), **more}


def said(what: str, *who: str) -> list[dict[str, str]]:
    return [{"member": one, "what": what, "value": "yes"} for one in who]


@pytest.mark.parametrize(
    ("first", "leader_volume", "empty", "paid_to", "breakage"),
    [
        ("0", "own generation", "counted", {"S": 10}, {"unqualified": 4}),
        ("1", "own generation", "counted", {"B": 4}, {"unqualified": 10}),
        ("0", "generation above", "counted", {"B": 4}, {"unqualified": 10}),
        ("1", "generation above", "counted", {"B": 10}, {"no upline": 4}),
        ("0", "own generation", "skipped", {"S": 10}, {"no upline": 4}),
        ("1", "own generation", "skipped", {}, {"no upline": 14}),
        ("0", "generation above", "skipped", {}, {"no upline": 14}),
        ("1", "generation above", "skipped", {}, {"no upline": 14}),
    ],
)
def test_what_a_generation_that_is_not_paid_is_called(
    first: str, leader_volume: str, empty: str, paid_to: dict[str, int], breakage: dict[str, int]
) -> None:
    """S sells 100, at 10 % and then 4 %. S, A and B are leaders, R is none; A does not meet `who`.

    With its own volume S begins with itself: S holds generation 0, A 1, B 2. Otherwise A holds 0 and B 1. Only S has a
    group with volume: where empty leaders are skipped S alone is one, and A is not even there to be unqualified.
    """
    bonus = {
        "kind": "generation", "base": "own", "rates": ["10%", "4%"], "boundary": 'override("active")', "first": first,
        "leader volume": leader_volume, "empty": empty, "who": 'not override("exempt")',
    }  # fmt: skip
    rows = four_in_a_line(overrides=said("active", "S", "A", "B") + said("exempt", "A"), volumes=[entry("S", "100")])
    (found,) = both(plan_of({"b": bonus}), rows, MONTHS[:1])

    assert (paid(found, "b"), not_paid(found)) == (paid_to, breakage)
    assert found.promised["b"] == 14


@pytest.mark.parametrize(
    ("first", "leader_volume", "paid_to", "breakage"),
    [
        ("0", "own generation", {"S": 10, "B": 10, "R": 4}, {"unqualified": 4}),
        ("1", "own generation", {"R": 10}, {"unqualified": 10}),
        ("0", "generation above", {"B": 10, "R": 4}, {"unqualified": 10}),
        ("1", "generation above", {"R": 10}, {}),
    ],
)
def test_uplines_that_share_a_generation_have_a_promise_each(
    first: str, leader_volume: str, paid_to: dict[str, int], breakage: dict[str, int]
) -> None:
    """S and A have no rank, B and R are Gold, and everybody counts those of the own rank or higher below.

    S is of generation 0 for itself and of 1 for A (of 0 where S does not count), of 0 for B, who counts no one without a
    rank, and of 1 for R, who counts B. Where nobody is of a generation nothing was promised, so nobody is missing.
    """
    bonus = {
        "kind": "generation", "base": "own", "rates": ["10%", "4%"], "boundary": "same rank", "first": first,
        "leader volume": leader_volume, "who": 'not override("exempt")',
    }  # fmt: skip
    gold = [{"member": one, "what": "rank", "value": "Gold"} for one in ("B", "R")]
    rows = four_in_a_line(overrides=gold + said("exempt", "A"), volumes=[entry("S", "100")])
    (found,) = both(plan_of({"b": bonus}, ranks={"Gold": "1 = 2"}), rows, MONTHS[:1])

    assert (paid(found, "b"), not_paid(found)) == (paid_to, breakage)
    assert found.promised["b"] == sum(paid_to.values()) + sum(breakage.values())


@pytest.mark.parametrize("exempt", [False, True])
def test_a_group_in_which_goods_only_came_back_is_empty_and_one_that_sold_is_not(exempt: bool) -> None:
    """All but S lead, at 10 % for generation 0 and 5 % for 1. January: S buys 60, B 20, R 40.

        S's 60: A 6, B 3 · B's 20: B 2, R 1 · R's 40: R 4, and nobody above for 2

    In February S and R buy as much again, and what S and B bought in January comes back. In A's group measures see
    60 − 60 = 0, in B's −20, but the bonus pays on 60 and on nothing: A leads and B does not.

        S's 60: A 6, R 3 · R's 40: R 4, and nobody above for 2

    Where R may not be paid, R holds its generations all the same: 1 + 4 and 3 + 4 are `unqualified`, the 2 are not.
    """
    bonus = {
        "kind": "generation", "base": "orders(pv)", "rates": ["10%", "5%"], "boundary": 'override("active")',
        "first": "0", "empty": "skipped", "who": 'not override("exempt")',
    }  # fmt: skip
    sales = [
        sale("o1", "S", "2024-01-05", "60", "60"), sale("o2", "B", "2024-01-05", "20", "20"),
        sale("o3", "R", "2024-01-05", "40", "40"), sale("o4", "S", "2024-02-05", "60", "60"),
        sale("o5", "R", "2024-02-05", "40", "40"),
    ]  # fmt: skip
    overrides = said("active", "R", "B", "A") + said("exempt", *["R"] * exempt)
    rows = with_sales(four_in_a_line(overrides=overrides), *sales)
    rows["returns"] = [{"order": o, "line": "1", "quantity": "1", "time": "2024-02-10"} for o in ("o1", "o2")]
    plan = plan_of({"b": bonus}, {"group": "group(orders(pv) cut at active)"}, returns={"later": "same amounts"})
    plan["conditions"] = {"active": 'override("active")'}
    january, february = both(plan, rows, MONTHS[:2])

    assert [february.measure(m, "group") for m in ("A", "B", "R")] == [0, -20, 40]
    top = {} if exempt else {"R": 5}
    assert paid(january, "b") == {"A": 6, "B": 5} | top
    assert not_paid(january) == {"no upline": 2} | ({"unqualified": 5} if exempt else {})
    top = {} if exempt else {"R": 7}
    assert paid(february, "b") == {"A": 6} | top
    assert not_paid(february) == {"no upline": 2} | ({"unqualified": 7} if exempt else {})
    back = {} if exempt else {"R": -1}
    assert paid(february, "returns") == {"A": -6, "B": -5} | back


# 6.2: a seat below who has not joined yet


def below_who_joins_in_february() -> tuple[dict[str, Any], Rows]:
    """N stands under B, who joins in February; both have an edge without dates."""
    plan = plan_of({"b": {"kind": "level", "tree": "matrix", "base": "own", "rates": ["10%"]}})
    plan["trees"] = {"matrix": {"placed": {"width": "2"}}}
    rows: Rows = {"company": COMPANY, **members("A B<A N<A:50")}
    rows["members"][1]["joined"] = "2024-02-05"
    rows["volumes"].append(entry("N", "70", "2024-02"))
    above = {"A": "", "B": "A", "N": "B"}
    rows["edges"] = [{"tree": "matrix", "position": m, "parent": p, "slot": "1"} for m, p in above.items()]
    return plan, rows


def test_a_seat_below_who_has_not_joined_is_refused() -> None:
    plan, rows = below_who_joins_in_february()

    with pytest.raises(Refused, match=r"Member N stands under B in tree 'matrix', and B has not joined by then\."):
        fast(whole_plan(plan, {"pv": "0.01"}), legal(rows), MONTHS[:2])
    with pytest.raises(ValueError, match="N stands below B, who has not joined"):
        slow(plan, legal(rows), MONTHS[:2])


def test_a_seat_dated_from_the_day_on_which_the_one_above_joins() -> None:
    """January seats N as a newcomer below A, in slot 1, and A has 5; the edge of February moves N below B, whose seat
    that is now, and B has 7.
    """
    plan, rows = below_who_joins_in_february()
    for edge in rows["edges"][1:]:
        edge["from"] = "2024-02-05"
    january, february = both(plan, rows, MONTHS[:2])

    assert (january.parent("matrix", "N"), paid(january, "b")) == ("A", {"A": 5})
    assert (february.parent("matrix", "N"), paid(february, "b")) == ("B", {"B": 7})


# 7.10: open boards whose width and height change by date


def boards(*shapes: tuple[str, str]) -> dict[str, Any]:
    """Each pv is an entry on the oldest board, of these widths and heights from month to month."""
    board = {"kind": "board", "enters": "orders(pv)", "enters at": "oldest", "pays": "10", "at most": "9"}
    return plan_of({"b": dated(*({**board, "width": width, "height": height} for width, height in shapes))})


def entering(*days: tuple[str, str]) -> Rows:
    """Sponsor tree A over the others; each enters on its day."""
    rows = members("A " + " ".join(f"{one}<A" for one, _ in days if one != "A"))
    orders = (sale(f"o{k}", one, day, "5", "1") for k, (one, day) in enumerate(days))
    return {"company": COMPANY, **with_sales(rows, *orders)}


def test_open_boards_of_another_number_of_seats_are_refused() -> None:
    """A waits on a board of 3 seats when boards get 2."""
    plan, rows = boards(("2", "1"), ("1", "1")), entering(("A", "2024-01-05"))

    with pytest.raises(Refused, match="The state holds boards of 3 seats, 'b' has 2"):
        fast(whole_plan(plan, {"pv": "0.01"}), legal(rows), MONTHS[:2])
    with pytest.raises(ValueError, match="the state holds boards of other seats than 2"):
        slow(plan, legal(rows), MONTHS[:2])


def test_boards_of_another_shape_with_as_many_seats_keep_who_sits_where() -> None:
    """January: A over B, C and a free seat. February: one below the other, A B C and free; D fills it, A has 10, and
    what is below the one seat under A is the new board: B C D and free, which E fills: B has 10.
    """
    days = [("A", "2024-01-05"), ("B", "2024-01-06"), ("C", "2024-01-07"), ("D", "2024-02-05"), ("E", "2024-02-06")]
    january, february = both(boards(("3", "1"), ("1", "3")), entering(*days), MONTHS[:2])

    assert (paid(january, "b"), paid(february, "b")) == ({}, {"A": 10, "B": 10})


# 7.14: a limit, and what shorter cadences have paid below 0


def weekly_and_monthly(every: dict[str, str], **more: Any) -> dict[str, Any]:
    """All of one's pv weekly (or monthly), and 10 % of one's cv monthly."""
    weekly = {"kind": "rebate", "base": "orders(pv)", "rate": "100%", **every}
    plan = plan_of({"w": weekly, "m": {"kind": "rebate", "base": "orders(cv)", "rate": "10%"}}, **more)
    return plan | {"volumes": {"pv": "0.01", "cv": "0.01"}}


def sold(*amounts: tuple[str, str, str]) -> Rows:
    entries = [{"member": "A", "volume": v, "amount": amount, "effective": day} for v, amount, day in amounts]
    company = {"currency": "USD", "volumes": {"pv": "0.01", "cv": "0.01"}}
    return {"company": company, "members": [{"member": "A", "joined": "2024-01-01"}], "volumes": entries}


def monthly(found: list[Result]) -> list[Fraction]:
    return [paid(one, "m").get("A", Fraction(0)) for one in found if one.world.period.kind == "month"]


@pytest.mark.parametrize("every", [{"every": "week"}, {}])
@pytest.mark.parametrize("limit", ["members", "owners"])
def test_an_amount_below_0_makes_room_under_a_limit_that_is_used_up(limit: str, every: dict[str, str]) -> None:
    """At most 20 over two months, from February on 12. January lets 20 through: February has nothing left, not −8.

    February: −5 of a week and 10 of the month. 5 of the 10 go, and the month comes to 0, be the −5 weekly or monthly.
    March: 30, and since February let 0 through 12 of them.
    """
    at_most = {"dated": {"2024-01-01": {"value": "20"}, "2024-02-01": {"value": "12"}}}
    plan = weekly_and_monthly(every, limits={limit: {"at most": at_most, "over": "last 2 periods"}})
    rows = sold(
        ("cv", "200", "2024-01-05"), ("pv", "-5", "2024-02-06"), ("cv", "100", "2024-02-05"),
        ("cv", "300", "2024-03-05"),
    )  # fmt: skip

    assert monthly(both(plan, rows, MONTHS[:3])) == [20, 5, 12]


@pytest.mark.parametrize("every", [{"every": "week"}, {}])
@pytest.mark.parametrize("how", ["pro rata", "lower ranks first", "plan order"])
@pytest.mark.parametrize("limit", ["company", "structures"])
def test_a_limit_of_the_company_below_0_is_0_before_it_makes_room(limit: str, how: str, every: dict[str, str]) -> None:
    """−5 of a week and 10 of the month under a limit of −3, which is 0: 5 stay."""
    rule: dict[str, Any] = {"at most": "-3", "how": how}
    limits = {limit: rule if limit == "company" else [rule | {"of": ["w", "m"]}]}
    rows = sold(("pv", "-5", "2024-02-06"), ("cv", "100", "2024-02-05"))

    assert monthly(both(weekly_and_monthly(every, limits=limits), rows, MONTHS[:2])) == [0, 5]


def test_a_limit_finer_than_a_cent_is_rounded_down_before_it_makes_room() -> None:
    """At most 3.339 is 3.33; the week's −0.50 makes it 3.83, and the company's limit of 1.509, with the −0.50, 2.00."""
    limits = {"members": {"at most": "3.339"}, "company": {"at most": "1.509", "how": "lower ranks first"}}
    rows = sold(("pv", "-0.5", "2024-02-06"), ("cv", "100", "2024-02-05"))
    found = both(weekly_and_monthly({"every": "week"}, limits=limits), rows, MONTHS[:2])

    assert monthly(found) == [0, 2]
    cuts = {row["limit"]: Fraction(row["amount"]) for row in found[-1].table("cuts").to_pylist()}
    assert cuts == {"members": Fraction("6.17"), "company": Fraction("1.83")}


def test_a_tree_that_no_weekly_bonus_walks_gives_no_place_in_a_week_whatever_its_name() -> None:
    """B leads from the 20th of January on, so C stands below B when January gives the places, and not below A.

    The weekly bonus writes the words "where paid", which are no mention of the tree. 10 % of C's 100 go to B.
    """
    weekly = {
        "kind": "infinity", "base": "orders(pv) * 0", "rate": "1%", "blocks": "where paid", "every": "week",
    }  # fmt: skip
    level = {"kind": "level", "base": "orders(pv)", "tree": "paid", "rates": ["10%"]}
    trees = {"paid": {"from": "sponsor", "leaders": "orders(pv) > 0", "fixed": "joined"}}
    bought = [{"member": m, "volume": "pv", "amount": v, "effective": day} for m, v, day in (
        ("A", "1", "2024-01-03"), ("B", "5", "2024-01-20"), ("C", "100", "2024-01-25"),
    )]  # fmt: skip
    rows = {"company": COMPANY, **members("A B<A C<B"), "volumes": bought}
    found = both(plan_of({"w": weekly, "m": level}, trees=trees), rows, MONTHS[:1])

    assert [paid(one, "m") for one in found if one.world.period.kind == "month"] == [{"A": Fraction("0.5"), "B": 10}]

"""Two sides that are matched: what the page of semantics says step by step, and what holds of every bank."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from tests.reckon.binaries import THREE, Member, plan_of, played, rows_of

from trueline.errors import Refused
from trueline.reckon.bonus import sides
from trueline.run import Result

JANUARY, FEBRUARY = "2024-01-10", "2024-02-10"


def bank(result: Result, member: str = "YOU") -> list[Fraction]:
    return [result.bank(member, "b", side) for side in ("left", "right")]


def row(result: Result, side: str, member: str = "YOU") -> dict[str, Any]:
    found = [r for r in result.table("bank").to_pylist() if (r["member"], r["side"]) == (member, side)]
    assert len(found) == 1
    return found[0]


# cycles -----------------------------------------------------------------------------------------------------------


def one_by_one(
    left: int, right: int, first: tuple[int, int], then: tuple[int, int], limit: int
) -> tuple[int, int, int]:
    """Cycles as the page says them: one after the other."""
    a, b, count = left, right, 0
    while count < limit:
        x, y = first if count == 0 else then
        if a >= b and a >= x and b >= y:
            a, b = a - x, b - y
        elif b > a and b >= x and a >= y:
            a, b = a - y, b - x
        else:
            break
        count += 1
    return count, left - a, right - b


def test_cycles_by_division_are_cycles_one_by_one() -> None:
    luck = random.Random(7)  # noqa: S311 - a repeatable batch, no secret
    for _ in range(3000):
        y = luck.randint(1, 4)
        then = (y + luck.randint(0, 5), y)
        first_weak = luck.randint(1, 4)
        first = (first_weak + luck.randint(0, 5), first_weak)
        done = luck.random() < 0.5
        left, right = luck.randint(0, 60), luck.randint(0, 60)
        limit = luck.choice([0, 1, 2, 3, 7, sides.NO_LIMIT])
        rule = sides.Rule(sides.CYCLES, 0, *then, *first, False, False, sides.ALL, -1)

        found = sides.matched(rule, np.zeros(0, dtype=np.int64), left, right, limit, done)

        assert tuple(map(int, found)) == one_by_one(left, right, then if done else first, then, limit)


def test_a_billion_cycles_cost_a_division() -> None:
    volumes = [("L", JANUARY, "300000000000"), ("R", JANUARY, "299999999999")]
    result = played(plan_of({"cycle": ["2", "1"], "amount": "0.01"}), rows_of(volumes))[0]

    # the sides take turns, two cycles take 3 from both: 99 999 999 999 such pairs leave 3 and 2, enough for one more
    assert result.amount("YOU", "b") == Fraction(2 * 99_999_999_999 + 1, 100)
    assert bank(result) == [1, 1]


# carrying ---------------------------------------------------------------------------------------------------------


def test_volume_lives_for_its_periods_and_leaves_oldest_first() -> None:
    volumes = [("L", JANUARY, "100"), ("L", FEBRUARY, "70"), ("R", FEBRUARY, "60"), ("R", "2024-04-10", "500")]
    months = played(plan_of({"carry": {"for": "3"}}), rows_of(volumes), last="2024-05")

    # February takes 60 of January's 100; January's other 40 end with March, February's 70 with April, which takes them
    assert [month.amount("YOU", "b") for month in months] == [0, 6, 0, 7, 0]
    assert [bank(month) for month in months] == [[100, 0], [110, 0], [70, 0], [0, 430], [0, 430]]
    assert row(months[2], "left")["expired"] == 40


def test_a_debt_is_paid_before_anything_is_matched() -> None:
    volumes = [("L", JANUARY, "-30"), ("R", JANUARY, "50"), ("L", FEBRUARY, "100")]
    for bonus in ({}, {"carry": {"for": "2"}}, {"carry": {"for": "6"}}):
        months = played(plan_of(bonus), rows_of(volumes), last="2024-02")

        assert bank(months[0]) == [-30, 50]
        assert months[1].amount("YOU", "b") == 5  # 10 % of 50; 100 − 30 stand on the left
        assert bank(months[1]) == [20, 0]


def test_a_debt_does_not_expire_and_is_not_flushed() -> None:
    volumes = [("L", JANUARY, "-30"), ("R", JANUARY, "50")]
    for bonus in ({"carry": {"for": "1"}}, {"carry": "none"}, {"carry": {"at most": "1"}}, {"carry": "difference"}):
        months = played(plan_of(bonus), rows_of(volumes), last="2024-03")

        assert bank(months[2])[0] == -30


def test_own_volume_goes_where_the_plan_says() -> None:
    volumes = [("YOU", JANUARY, "40"), ("L", JANUARY, "100"), ("R", JANUARY, "30")]
    for own, matched in (("none", 30), ("weaker", 70), ("left", 30), ("right", 70)):
        result = played(plan_of({"own": own}), rows_of(volumes))[0]

        assert result.amount("YOU", "b") == Fraction(matched, 10)
        assert sum(bank(result)) == sum((100, 30, 0 if own == "none" else 40)) - 2 * matched


def test_weeks_end_with_the_month() -> None:
    # 2024-01-29 to 31 and 2024-02-01 to 04 are one week of the calendar and two windows
    volumes = [(who, day, "50") for who in ("L", "R") for day in ("2024-01-01", "2024-01-31", "2024-02-01")]
    months = played(plan_of({"windows": "week", "at most": "30", "excess": "flush"}), rows_of(volumes), last="2024-02")

    assert [(line.level, line.amount) for month in months for line in month.lines()] == [(1, 3), (5, 3), (1, 3)]
    assert [month.breakage["b"] for month in months] == [{"flushed": 4}, {"flushed": 2}]


def test_the_first_cycle_in_life_is_not_asked_again() -> None:
    heads = [("L", JANUARY, "2"), ("R", JANUARY, "1"), ("L", FEBRUARY, "1"), ("R", FEBRUARY, "1")]
    bonus = {"cycle": "1", "first cycle": ["2", "1"], "amount": "10"}
    months = played(plan_of(bonus), rows_of(heads), last="2024-02")

    assert [month.amount("YOU", "b") for month in months] == [10, 10]
    assert [bank(month) for month in months] == [[0, 0], [0, 0]]


@pytest.mark.parametrize("carry", ["none", "difference"])
def test_a_first_cycle_that_was_not_reached_is_still_the_first(carry: str) -> None:
    """January brings one to each side: no cycle of two against one, and what is there is lost. In February one and one
    are none again, in March two against one are the first.
    """
    heads = [
        (who, f"2024-0{month}-10", volume)
        for month, sides in enumerate((("1", "1"), ("1", "1"), ("2", "1")), 1)
        for who, volume in zip(("L", "R"), sides, strict=True)
    ]
    bonus = {"cycle": "1", "first cycle": ["2", "1"], "amount": "10", "carry": carry}
    months = played(plan_of(bonus), rows_of(heads), last="2024-03")

    assert [month.amount("YOU", "b") for month in months] == [0, 0, 10]


def test_an_opening_bank_comes_from_the_facts() -> None:
    state = [
        {"tree": "binary", "position": "YOU", "name": "left", "value": "300", "as_of": "2023-12-31"},
        {"tree": "binary", "position": "YOU", "name": "left", "value": "999", "as_of": "2023-11-30"},
        {"tree": "other", "position": "YOU", "name": "right", "value": "77"},
    ]
    result = played(plan_of({}), rows_of([("L", JANUARY, "400"), ("R", JANUARY, "100")], state=state))[0]

    assert result.amount("YOU", "b") == 10
    assert bank(result) == [600, 0]


def test_other_bonuses_read_what_a_binary_pays() -> None:
    plan = plan_of({"cap per member": "7", "who": "participant"})
    plan["bonuses"]["match"] = {"kind": "match", "of": ["b"], "rates": ["50%"]}
    members = (("TOP", "", ""), ("YOU", "TOP", "left"), ("L", "YOU", "left"), ("R", "YOU", "right"))
    result = played(plan, rows_of([("L", JANUARY, "100"), ("R", JANUARY, "100")], members))[0]

    assert result.amount("YOU", "b") == 7
    assert result.breakage["b"] == {"capped": 3}
    assert result.amount("TOP", "match") == Fraction(7, 2)


def test_a_placed_tree_of_two_places_has_two_sides() -> None:
    """Spill-over: YOU recruits all; the first two stand below YOU, the next two below the first."""
    recruits = [(name, f"2024-01-0{day}") for day, name in enumerate("ABCD", 2)]
    rows = {
        "company": {"currency": "USD", "volumes": {"pv": "0.01"}},
        "members": [{"member": "YOU", "joined": "2024-01-01"}, *({"member": m, "joined": d} for m, d in recruits)],
        "edges": [{"tree": "sponsor", "position": name, "parent": "YOU"} for name, _ in recruits],
        "volumes": [
            {"member": name, "volume": "pv", "amount": amount, "effective": JANUARY}
            for name, amount in (("A", "10"), ("B", "300"), ("C", "100"), ("D", "40"))
        ],
    }
    trees = {"two": {"placed": {"width": "2", "under": "sponsor"}}}
    result = played(plan_of({"tree": "two"}, trees=trees), rows)[0]

    assert {name: result.parent("two", name) for name in "ABCD"} == {"A": "YOU", "B": "YOU", "C": "A", "D": "A"}
    assert result.amount("YOU", "b") == 15  # 10 + 100 + 40 on the left, 300 on the right
    assert result.amount("A", "b") == 4


# what holds of every bank -----------------------------------------------------------------------------------------


def any_tree(luck: random.Random, count: int) -> list[Member]:
    free = [("0", 1), ("0", 2)]
    members: list[Member] = [("0", "", "")]
    for number in range(1, count):
        above, slot = free.pop(luck.randrange(len(free)))
        members.append((str(number), above, str(slot)))
        free += [(str(number), 1), (str(number), 2)]
    return members


def any_bonus(luck: random.Random) -> dict[str, Any]:
    bonus: dict[str, Any] = {
        "own": luck.choice(["none", "weaker", "left", "right"]),
        "windows": luck.choice(["period", "day", "week"]),
        "carry": luck.choice(
            ["all", "none", "difference", {"at most": "150"}, {"for": "2"}, {"at most": "80", "for": "3"}]
        ),
        "on failing": luck.choice(["keep", "flush"]),
        "who": luck.choice(["participant", "orders(pv) >= 50"]),
    }
    if luck.random() < 0.4:
        bonus["gathers"] = "orders(pv) >= 20"
    form = luck.choice(["rate", "ratio", "cycles", "amount", "schedule"])
    if form in ("cycles", "amount"):
        bonus |= {"cycle": luck.choice(["30", ["60", "30"]])}
        if luck.random() < 0.5:
            bonus["first cycle"] = ["50", "20"]
    bonus |= {
        "rate": {"rate": "7%"}, "ratio": {"rate": "7%", "pays": "ratio"}, "cycles": {"rate": "3%"},
        "amount": {"amount": "1.37"}, "schedule": {"schedule": {"20": "1", "60": "4", "150": "12.50"}},
    }[form]  # fmt: skip
    if form != "schedule" and luck.random() < 0.6:
        bonus |= {"at most": luck.choice(["2", "orders(pv)"]), "excess": luck.choice(["carry", "flush"])}
    return bonus


@pytest.mark.parametrize("seed", range(12))
def test_every_unit_of_volume_is_accounted_for(seed: int) -> None:
    luck = random.Random(seed)  # noqa: S311 - as above
    members = any_tree(luck, 25)
    volumes = [
        (luck.choice(members)[0], f"2024-{month:02}-{luck.randint(1, 28):02}", str(luck.randint(-20, 120)))
        for month in (1, 2, 3, 4) for _ in range(30)
    ]  # fmt: skip
    before: dict[tuple[str, str], Fraction] = {}
    for result in played(plan_of(any_bonus(luck)), rows_of(volumes, members), last="2024-04"):
        found = result.bonuses["b"].bank
        assert found is not None
        left = found.opening + found.new - found.taken - found.flushed.sum(axis=0)
        assert np.array_equal(left, found.closing)
        assert (found.taken >= 0).all()
        assert (found.flushed[1:] >= 0).all()  # what does not gather may be below 0
        assert result.promised["b"] == result.total("b") + sum(result.breakage["b"].values(), Fraction(0))
        for name, *_ in members:
            for place, side in enumerate(("left", "right")):
                opened = int(found.opening[place, result.index(name)]) * found.scale
                assert opened == before.get((name, side), 0)
                before[name, side] = result.bank(name, "b", side)


@pytest.mark.parametrize("seed", range(4))
def test_a_narrow_tree_of_any_depth_gives_the_same_as_a_walk(seed: int) -> None:
    """Everybody's sides are the sums over the two legs, counted here by walking up from every source."""
    luck = random.Random(100 + seed)  # noqa: S311 - as above
    members = [("0", "", "")] + [(str(k), str(k - 1), luck.choice(["1", "2"])) for k in range(1, 300)]
    volumes = [(str(k), JANUARY, str(luck.randint(0, 99))) for k in range(300)]
    result = played(plan_of({}), rows_of(volumes, members))[0]

    came = {name: [0, 0] for name, *_ in members}
    parent = {name: (above, int(slot or 0)) for name, above, slot in members}
    for name, _, amount in volumes:
        above, slot = parent[name]
        while above:
            came[above][slot - 1] += int(amount)
            above, slot = parent[above]
    for name, both in came.items():
        assert bank(result, name) == [max(both) - min(both) if side == max(both) and min(both) != max(both) else 0
                                      for side in both]  # fmt: skip
        assert result.amount(name, "b") == Fraction(min(both), 10)


# refused ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ((*THREE[:2], ("R", "YOU", "left")), "Members L and R stand in slot 1 of YOU in tree 'binary'"),
        ((*THREE[:2], ("R", "YOU", "")), "Member R has no slot under its parent in tree 'binary'"),
        ((*THREE[:2], ("R", "YOU", "3")), "Member R stands in slot 3 of tree 'binary'; 'b' has two sides"),
        ((*THREE[:2], ("R", "YOU", "0")), "'0' is no slot"),
        ((*THREE[:2], ("R", "YOU", "A")), "'A' is no slot"),
    ],
)
def test_places_that_are_none_are_refused(members: tuple[Member, ...], message: str) -> None:
    with pytest.raises(Refused) as refused:
        played(plan_of({}), rows_of([], members))

    assert message in str(refused.value.findings[0])


def test_a_step_whose_amount_is_unknown_is_refused_when_it_is_reached() -> None:
    plan = plan_of({"schedule": {"100": "5", "500": "unknown"}})

    assert played(plan, rows_of([("L", JANUARY, "499"), ("R", JANUARY, "900")]))[0].amount("YOU", "b") == 5
    with pytest.raises(Refused, match="YOU reaches step 500 of 'b', whose amount is unknown"):
        played(plan, rows_of([("L", JANUARY, "500"), ("R", JANUARY, "900")]))

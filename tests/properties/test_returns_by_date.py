"""Goods that come back under a policy that changes by date, by hand and in both engines (semantics, section 10.1)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from tests.properties.test_two_engines_dates import MONTHS, both, dated, plan_of
from tests.properties.two_engines import differences
from tests.reference.any_returns import returns_world
from tests.reference.by_hand import Rows, sale, with_sales
from tests.reference.worlds import played_chain, until_refused

from trueline.run import Result

SAME, AVERAGE = ({"later": later, "volume": "none"} for later in ("same amounts", "average"))
NONE, AGAIN = {"later": "none", "volume": "none"}, {"later": "recompute"}
FLAT = {"kind": "rebate", "base": "orders(pv)", "rate": "10%", "lines": "order"}
RISING = {**FLAT, "rate": "if(own >= 200, 20%, 10%)"}
CAPPED = {**FLAT, "cap per member": "10"}
TWO_ORDERS = ("1", "1")
LATE = {"rows": "recompute", "ranks": "stay"}


def came_back(order: str, day: str, quantity: str = "1", booked: str = "") -> dict[str, str]:
    return {"order": order, "line": "1", "quantity": quantity, "time": day, "booked": booked or day}


def shop(*returns: dict[str, str], pieces: tuple[str, ...] = TWO_ORDERS, pv: str = "100") -> Rows:
    """A buys orders 0, 1, … on 10 January, each of so many pieces and so much pv."""
    company = {"currency": "USD", "volumes": {"pv": "0.01"}, "lag": "0"}
    rows: Rows = {"company": company, "members": [{"member": "A", "joined": "2024-01-01"}]}
    sales = [sale(str(k), "A", "2024-01-10", "50", pv, quantity=quantity) for k, quantity in enumerate(pieces)]
    return {**with_sales(rows, *sales), "returns": list(returns)}


def taken(result: Result, bonus: str = "returns") -> dict[str, Fraction]:
    """What is taken, or given, by the bonus of which it was paid; of no order where months are computed again."""
    found: dict[str, Fraction] = {}
    for line in result.lines(bonus):
        key = f"{line.part} {line.level}" + (f" of {line.order}" if line.order else "")
        found[key] = found.get(key, Fraction(0)) + line.amount
    return found


def months(bonus: Any, rows: Rows, *policies: Any, **more: Any) -> list[Result]:
    """January pays under the first policy; every month says the next one."""
    plan = plan_of({"b": bonus}, returns=dated(*policies), **more)
    return both(plan, rows, MONTHS[: len(policies)])


@pytest.mark.parametrize("paid", [SAME, AVERAGE])
@pytest.mark.parametrize(
    ("bonus", "january", "february", "march"),
    [
        # 10 each: February takes 10 for order 0, and January without order 1 as well is 10 less.
        (FLAT, 20, {"b 1 of 0": -10}, {"b 2": -10}),
        # 20 % of 200, 20 each. Order 0 alone, at 10 %, is 10: January falls by 30. But 20 were taken for what is now 10.
        (RISING, 40, {"b 1 of 0": -20}, {"b 2": -30, "returns 1": 10}),
        # 20 cut to 10, so 5 each. Order 0 alone is 10, and January stays 10; but for it only 5 have been taken.
        (CAPPED, 10, {"b 1 of 0": -5}, {"returns 1": -5}),
    ],
)
def test_what_was_taken_stays_taken_when_the_plan_begins_to_recompute(
    paid: Any, bonus: Any, january: int, february: dict[str, int], march: dict[str, int]
) -> None:
    """Order 0 comes back in February, order 1 in March: of all that January paid nothing is left."""
    found = months(bonus, shop(came_back("0", "2024-02-12"), came_back("1", "2024-03-12")), paid, None, AGAIN)

    assert [taken(one) for one in found[1:]] == [february, march]
    assert found[0].amount("A", "b") == january
    assert january + sum(february.values()) + sum(march.values()) == 0


@pytest.mark.parametrize("paid", [SAME, AVERAGE])
@pytest.mark.parametrize(
    ("bonus", "january", "february", "march"),
    [
        (FLAT, 20, {"b 1": -10}, {"b 2 of 1": -10}),
        # January without order 0 is 10 % of 100: 30 less than 40. Order 1 brought what February left of it: 10.
        (RISING, 40, {"b 1": -30}, {"b 2 of 1": -10}),
        # Without order 0 nothing is cut any more, and the 10 that stay are all for order 1.
        (CAPPED, 10, {}, {"b 2 of 1": -10}),
    ],
)
def test_what_was_computed_again_stays_so_when_the_plan_begins_to_take_the_same_amounts(
    paid: Any, bonus: Any, january: int, february: dict[str, int], march: dict[str, int]
) -> None:
    """Order 0 comes back in February, order 1 in March: of all that January paid nothing is left."""
    found = months(bonus, shop(came_back("0", "2024-02-12"), came_back("1", "2024-03-12")), AGAIN, None, paid)

    assert [taken(one) for one in found[1:]] == [february, march]
    assert found[0].amount("A", "b") == january
    assert january + sum(february.values()) + sum(march.values()) == 0


@pytest.mark.parametrize(
    ("bonus", "policies", "february", "march"),
    [
        # What February let go stays sold: January with order 0 alone is 10, in all three plans.
        (FLAT, (NONE, NONE, AGAIN), {}, {"b 2": -10}),
        (RISING, (NONE, NONE, AGAIN), {}, {"b 2": -30}),
        (CAPPED, (NONE, NONE, AGAIN), {}, {}),
        # February takes what order 0 brought, March lets order 1 go: what it brings alone stays, 10.
        (FLAT, (AGAIN, AGAIN, NONE), {"b 1": -10}, {}),
        (RISING, (AGAIN, AGAIN, NONE), {"b 1": -30}, {}),
        (CAPPED, (AGAIN, AGAIN, NONE), {}, {}),
        # The same amounts of one order, and nothing of the other, whichever comes first: half of 20, of 40, of 10.
        (FLAT, (NONE, NONE, SAME), {}, {"b 2 of 1": -10}),
        (RISING, (SAME, SAME, NONE), {"b 1 of 0": -20}, {}),
        (CAPPED, (NONE, NONE, AVERAGE), {}, {"b 2 of 1": -5}),
    ],
)
def test_what_one_month_lets_go_no_other_takes(
    bonus: Any, policies: Any, february: dict[str, int], march: dict[str, int]
) -> None:
    rows = shop(came_back("0", "2024-02-12"), came_back("1", "2024-03-12"))

    assert [taken(one) for one in months(bonus, rows, *policies)[1:]] == [february, march]


@pytest.mark.parametrize(
    ("policies", "taken_in"),
    [
        ((SAME, SAME, AGAIN, SAME), [{"b 1 of 0": -3}, {"b 2": -3}, {"b 3 of 0": -3}]),
        ((AGAIN, AGAIN, SAME, AGAIN), [{"b 1": -3}, {"b 2 of 0": -3}, {"b 3": -3}]),
        ((AVERAGE, AVERAGE, AGAIN, NONE), [{"b 1 of 0": -3}, {"b 2": -3}, {}]),
        ((NONE, NONE, AGAIN, AVERAGE), [{}, {"b 2": -3}, {"b 3 of 0": -3}]),
    ],
)
def test_pieces_of_one_order_that_come_back_under_several_policies(
    policies: Any, taken_in: list[dict[str, int]]
) -> None:
    """9 were paid for three pieces, and each month one comes back: 3 each time, but where a month takes nothing."""
    days = ["2024-02-12", "2024-03-12", "2024-04-12"]
    rows = shop(*(came_back("0", day) for day in days), pieces=("3",), pv="90")

    assert [taken(one) for one in months(FLAT, rows, *policies)[1:]] == taken_in


@pytest.mark.parametrize(
    ("policies", "corrections"),
    [
        # The goods came back in February, which would have taken 20, as what it took: the month that learns of it
        # recomputes, but what came back under February's policy is February's to take.
        ((SAME, SAME, AGAIN), {"returns 1": -20}),
        # February would have computed January again: order 1 alone is 10 of 40. March pays what February owed.
        ((AGAIN, AGAIN, SAME), {"b 2": -30}),
        ((NONE, NONE, AGAIN), {}),
    ],
)
def test_a_return_that_is_booked_late_is_taken_by_the_policy_of_its_own_month(
    policies: Any, corrections: dict[str, int]
) -> None:
    """Order 0 came back in February, which is known in March."""
    march = months(RISING, shop(came_back("0", "2024-02-12", booked="2024-03-05")), *policies, late=LATE)[2]

    assert (taken(march), taken(march, "corrections")) == ({}, corrections)


def test_two_returns_that_are_learnt_in_one_month_whose_policy_is_new() -> None:
    """Order 0 came back in February and is known in March: a correction of 20. Then order 1 comes back: January falls
    from 40 to 10, and February would have taken 10 for order 0, not 20. 40 paid, and 40 taken.
    """
    rows = shop(came_back("0", "2024-02-12", booked="2024-03-05"), came_back("1", "2024-03-12"))
    march = months(RISING, rows, SAME, None, AGAIN, late=LATE)[2]

    assert (taken(march, "corrections"), taken(march)) == ({"returns 1": -20}, {"b 2": -30, "returns 1": 10})


def test_an_order_that_is_booked_late_raises_what_a_closed_month_took() -> None:
    """January knew order 0 alone: 10 %, 10, which February took back. In March order 1 is known: 20 % of 200 are 30
    more, and 20 were to be taken for order 0. What stays, 20, is what 20 % of order 1 are.
    """
    rows = shop(came_back("0", "2024-02-12"))
    rows["orders"][1]["booked"] = "2024-03-05"
    january, february, march = months(RISING, rows, SAME, None, SAME, late=LATE)

    assert (january.amount("A", "b"), taken(february)) == (10, {"b 1 of 0": -10})
    assert taken(march, "corrections") == {"b 2": 30, "returns 1": -10}


def test_a_return_of_the_month_of_the_sale_that_is_booked_late_is_not_taken_twice() -> None:
    """One of two pieces came back in January, which February learns, and corrects by 5. The other one comes back in
    March: 5 more. (Both pieces brought 10 in January's run.)
    """
    rows = shop(came_back("0", "2024-01-12", booked="2024-02-05"), came_back("0", "2024-03-12"), pieces=("2",))
    january, february, march = months(FLAT, rows, SAME, None, SAME, late=LATE)

    assert (january.amount("A", "b"), taken(february, "corrections")) == (10, {"b 1": -5})
    assert taken(march) == {"b 2 of 0": -5}


def test_an_order_that_was_booked_late_gives_back_what_was_corrected_for_it() -> None:
    """January knew order 0 alone: 10. February learns of order 1, and January comes to 40: 30 more. In March order 1
    comes back, half of 40, and in April order 0, the other half: of 40 nothing is left.
    """
    rows = shop(came_back("1", "2024-03-12"), came_back("0", "2024-04-12"))
    rows["orders"][1]["booked"] = "2024-02-05"
    january, february, march, april = months(RISING, rows, SAME, None, None, SAME, late=LATE)

    assert (january.amount("A", "b"), taken(february, "corrections")) == (10, {"b 1": 30})
    assert (taken(march), taken(april)) == ({"b 2 of 1": -20}, {"b 3 of 0": -20})


def test_an_order_that_comes_back_in_the_month_that_learns_of_it() -> None:
    """February corrects 30 for order 1, and takes 20 of the 40 back at once."""
    rows = shop(came_back("1", "2024-02-12"))
    rows["orders"][1]["booked"] = "2024-02-20"
    february = months(RISING, rows, SAME, SAME, late=LATE)[1]

    assert (taken(february, "corrections"), taken(february)) == ({"b 1": 30}, {"b 1 of 1": -20})


def test_the_same_amounts_are_those_that_the_month_has_just_corrected() -> None:
    """Order 0 came back in February, which recomputes, and is known in March: January without it is 10 of 40. Order 1
    comes back in March, and what it brings is those 10, not half of the 40: of 40 nothing is left, and no more is taken.
    """
    rows = shop(came_back("0", "2024-02-12", booked="2024-03-05"), came_back("1", "2024-03-12"))
    march = months(RISING, rows, AGAIN, None, SAME, late=LATE)[2]

    assert (taken(march, "corrections"), taken(march)) == ({"b 2": -30}, {"b 2 of 1": -10})


GIFT = {**FLAT, "rate": "5%"}
OWN_SAME, OWN_NONE = {**GIFT, "returns": "same amounts"}, {**GIFT, "returns": "none"}


@pytest.mark.parametrize(
    ("later", "gifts", "gives_back"),
    [
        # As the plan of February says of the gift, whatever January's said.
        (NONE, (OWN_SAME, GIFT), 0),
        (NONE, (GIFT, OWN_SAME), -5),
        (SAME, (OWN_NONE, GIFT), -5),
        (SAME, (GIFT, OWN_NONE), 0),
        # February has no gift any more: nothing where nothing is taken, else as January said.
        (NONE, (OWN_SAME, None), 0),
        (SAME, (OWN_NONE, None), 0),
        (SAME, (GIFT, None), -5),
        (NONE, (GIFT, None), 0),
    ],
)
def test_a_bonus_gives_back_as_the_plan_says_when_the_goods_come_back(later: Any, gifts: Any, gives_back: int) -> None:
    """5 % of 100. Another bonus takes the same amounts in any case, so that February's run asks for January's."""
    team = {**FLAT, "returns": "same amounts"}
    bonuses = dated(*({"team": team} | ({"gift": gift} if gift else {}) for gift in gifts))
    plan = plan_of(bonuses, returns=dated(SAME, later))
    _, february = both(plan, shop(came_back("0", "2024-02-12")), MONTHS[:2])

    assert taken(february) == {"team 1 of 0": -10} | ({"gift 1 of 0": gives_back} if gives_back else {})


@pytest.mark.parametrize("gift", [GIFT, OWN_SAME, OWN_NONE])
def test_a_plan_that_recomputes_asks_no_bonus_of_an_earlier_one(gift: Any) -> None:
    """January is computed again with all it paid: 15 % of 100."""
    plan = plan_of({"team": FLAT, "gift": dated(gift, GIFT)}, returns=dated(SAME, AGAIN))
    _, february = both(plan, shop(came_back("0", "2024-02-12")), MONTHS[:2])

    assert taken(february) == {"team 1": -10, "gift 1": -5}


def test_the_engines_agree_on_drawn_returns() -> None:
    """And the worlds reach what they are for: lines of `returns` under every policy that takes."""
    taking: set[str] = set()
    for seed in (*range(2, 8), 26):  # goods of the last one come back under `average`
        plan, rows, periods = returns_world(seed)
        assert differences(plan, rows, periods) == [], seed
        for one in until_refused(played_chain(plan, rows, periods)):
            if any(line["bonus"] == "returns" for line in one.lines):
                taking.add(one.work.book.plan["returns"]["later"])

    assert taking >= {"same amounts", "average", "recompute"}

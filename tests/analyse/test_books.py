"""Books: every reward cent once, with the cause, the nearness and the distance of the sale that it was paid on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.analyse.by_hand import facts_of as company_of
from tests.properties.test_invariants import world_of
from tests.properties.two_engines import facts_of

from trueline.analyse.books import Books, Cause, Nearness
from trueline.analyse.groups import ranks as ranks_of
from trueline.analyse.keeping import BookKeeper, keep_books
from trueline.analyse.measure import measure
from trueline.period import Period
from trueline.plan import load_plan
from trueline.run import chain
from trueline.run.past import Kept, PastRun

COMPANY = {"currency": "USD", "volumes": {"cv": "0.01"}}
MARCH = Period.parse("2024-03")
PLAN: dict[str, Any] = {
    "plan": "Small",
    "currency": "USD",
    "period": "month",
    "volumes": {"cv": "0.01"},
    "rounding": {"to": "0.01", "mode": "half up", "per": "line"},
}


def member(name: str, sponsor: str | None = None, joined: str = "2024-01-01") -> dict[str, str | None]:
    return {"member": name, "joined": joined, "sponsor": sponsor}


def order(name: str, buyer: str, kind: str | None, time: str = "2024-03-10") -> dict[str, str | None]:
    return {"order": name, "buyer": buyer, "time": time, "kind": kind}


def line(name: str, number: str, sku: str, cv: str, price: str | None = None) -> dict[str, str]:
    return {"order": name, "line": number, "sku": sku, "quantity": "1", "price": price or cv, "volume.cv": cv}


def products(**kinds: str) -> list[dict[str, str]]:
    return [{"sku": sku, "kind": kind} for sku, kind in kinds.items()]


WORLD: dict[str, Any] = {
    "company": COMPANY,
    # ann – bob – { cy (customer) ; dan – eve }
    "members": [member("ann"), member("bob", "ann"), member("cy", "bob"), member("dan", "bob"), member("eve", "dan")],
    "roles": [{"member": "cy", "role": "customer", "from": "2024-01-01"}],
    "products": products(tea="product", box="kit", day="event"),
    "orders": [
        order("1", "cy", "customer"),
        order("2", "dan", "joining pack"),
        order("3", "dan", "autoship"),
        order("4", "eve", None),
        order("5", "bob", "for resale"),
        order("6", "eve", "own use"),
    ],
    "order_lines": [
        line("1", "1", "tea", "100"),
        line("2", "1", "tea", "40"),
        line("2", "2", "box", "10"),
        line("3", "1", "tea", "30"),
        line("4", "1", "tea", "20"),
        line("4", "2", "day", "60"),
        line("5", "1", "tea", "200"),
        line("6", "1", "tea", "80"),
    ],
}


def books_of(plan: dict[str, Any], rows: dict[str, Any] = WORLD, first: Period = MARCH, last: Period = MARCH) -> Books:
    return keep_books(load_plan({**PLAN, **plan}, "plan"), facts_of(rows), first, last)


def by_cause(books: Books, bonus: str) -> dict[Cause, int]:
    sums = books.cube[:, books.bonuses.index(bonus)].sum(axis=(0, 2, 3))
    return {cause: int(sums[cause]) for cause in Cause if sums[cause]}


def balanced(books: Books) -> None:
    """Every cent stands once in each view."""
    assert np.array_equal(books.cube.sum(axis=(2, 3, 4)), books.by_bonus)
    assert np.array_equal(books.by_bonus.sum(axis=1), books.rewards.sum(axis=1))
    assert np.array_equal(books.by_member.sum(axis=(1, 2)), books.rewards.sum(axis=0))
    assert np.array_equal(books.cube.sum(axis=(0, 1, 4)), books.by_member.sum(axis=0))


@pytest.mark.parametrize("seed", range(20_000, 20_040))
def test_every_cent_once_on_random_worlds(seed: int) -> None:
    plan, rows, periods = world_of(seed)
    facts, keeper = facts_of(rows), BookKeeper()
    results = list(chain(load_plan(plan, "plan"), facts, None, Period.parse(periods[0]), Period.parse(periods[-1])))
    for result in results:
        keeper.add(result)
    books = keeper.close(facts)

    balanced(books)
    for row, result in enumerate(results):
        for column, bonus in enumerate(books.bonuses):
            assert books.by_bonus[row, column] * books.unit == result.total(bonus)
        for place, name in enumerate(facts.members):
            if not result.has_member(name):
                assert books.ranks[row, place] == -2
                assert books.rewards[row, place] == 0
                continue
            owner_of = result.world.facts.owner_of
            seats = [name, *(seat for seat, owner in owner_of.items() if owner == name and result.has_member(seat))]
            earned = sum(result.amount(seat, bonus) for seat in seats for bonus in books.bonuses)
            assert books.rewards[row, place] * books.unit == earned
            rank = int(books.ranks[row, place])
            assert (books.rank_names[rank] if rank >= 0 else None) == result.rank(name)


@pytest.mark.parametrize("lines", ["member", "order", "order line"])
def test_causes_of_a_level_bonus(lines: str) -> None:
    # bob's upline ann: 10 % of everything at distance 1 (bob 200) and 5 % at 2 (cy 100, dan 80) ; bob: 10 % of cy, dan,
    # 5 % of eve ; dan: 10 % of eve's 160.
    books = books_of(
        {"bonuses": {"up": {"kind": "level", "base": "orders(cv)", "lines": lines, "rates": ["10%", "5%"]}}}
    )

    balanced(books)
    assert by_cause(books, "up") == {
        Cause.CUSTOMER: 1000 + 500,  # cy: bob 10 %, ann 5 %
        Cause.OWN_USE: 800 + 400,  # eve's 80: dan 10 %, bob 5 %
        Cause.AUTOSHIP: 300 + 150,  # dan's 30: bob, ann
        Cause.RESALE: 2000,  # bob's 200: ann
        Cause.JOINING: 500 + 250,  # dan's pack, the tea in it too
        Cause.FEE: 600 + 300,  # eve's event
        Cause.UNKNOWN: 200 + 100,  # eve's tea of an order without a kind
    }
    bonus = books.cube[0, 0].sum(axis=0)
    # bob on cy's order: his own customer, at level 1. Sponsored: ann on bob, and on cy as bob's customer; bob on dan;
    # dan on eve. Further down the line: ann on dan, bob on eve.
    assert bonus[Nearness.OWN, 1] == 1000
    assert bonus[Nearness.SPONSORED, 1] == 2000 + 800 + 1600
    assert bonus[Nearness.SPONSORED, 2] == 500
    assert bonus[Nearness.LINE, 2] == 400 + 800
    assert bonus.sum() == 1000 + 4400 + 500 + 1200


def test_people_placed_by_others_are_told_from_the_sponsor_line() -> None:
    # The placement tree is ann – eve – bob: bob is above eve's place by sponsorship only, ann is not above herself.
    tree = [("eve", "ann"), ("bob", "eve"), ("ann", "")]
    edges = [{"tree": "placement", "position": low, "parent": high} for low, high in tree]
    line_ = [
        {"tree": "sponsor", "position": m["member"], "parent": m["sponsor"]} for m in WORLD["members"] if m["sponsor"]
    ]
    people = [{"member": m["member"], "joined": m["joined"]} for m in WORLD["members"]]
    plan = {"tree": "placement", "bonuses": {"up": {"kind": "level", "base": "orders(cv)", "rates": ["10%", "5%"]}}}
    books = books_of(plan, {**WORLD, "members": people, "edges": [*edges, *line_]})

    # eve's 160: ann 16.00, further down her line. bob's 200: eve 20.00, who stands below him; ann 10.00, who sponsored him.
    assert books.cube[0, 0].sum(axis=(0, 2)).tolist() == [0, 1000, 1600, 2000, 0]


def test_a_line_of_many_causes_is_split_by_largest_remainder() -> None:
    # eve's 160 in one line: 80 own use, 60 an event, 20 not said. 0.1 % of 160.00 are 16 cents: 8, 6, 2.
    # 0.07 %: 11.2, rounded 11: 5.5, 4.125, 1.375: floors 5, 4, 1, and the cent left to the largest remainder, own use.
    bonus = {"kind": "rebate", "base": "orders(cv)", "rate": "0.07%", "who": "days > 60 and ordinal = 1"}
    rows = {**WORLD, "members": [*WORLD["members"][:3], member("dan", "bob", "2024-02-20"), member("eve", "dan")]}
    books = books_of({"bonuses": {"own": bonus}}, rows)
    eve = books.facts.members.index("eve")

    assert books.by_member[eve].sum(axis=1)[[Cause.OWN_USE, Cause.FEE, Cause.UNKNOWN]].tolist() == [6, 4, 1]
    assert books.rewards[0, eve] == 11


@pytest.mark.parametrize(
    ("lines", "mixed"), [("order", {Cause.FEE: 225, Cause.UNKNOWN: 75}), ("order line", {Cause.FEE: 300})]
)
def test_pieces_of_a_cut_order_are_of_its_causes(lines: str, mixed: dict[Cause, int]) -> None:
    # From 50 on 10 %, from 100 on 20 %. eve: the 80 of order 4 are cut at 50, and 3.00 are paid on the rest: a piece of
    # tea 20 and event 60 alike, or of the line of the event that is cut. Order 6: 20 at 10 %, 60 at 20 %. dan: order 3 at
    # 10 %. bob: 50 at 10 %, 100 at 20 %.
    bonus = {"kind": "rebate", "base": "orders(cv)", "rate": "steps", "lines": lines, "entitled": "before each order"}
    table = {"on": "orders(cv)", "cliff": {"50": "10%", "100": "20%"}}
    books = books_of({"tables": {"steps": table}, "bonuses": {"own": bonus}})

    balanced(books)
    assert by_cause(books, "own") == {Cause.AUTOSHIP: 300, Cause.RESALE: 2500, Cause.OWN_USE: 1400, **mixed}


def test_a_cap_takes_from_every_line_in_proportion() -> None:
    # bob is due 1000 (cy) + 800 (dan: 300 autoship, 500 pack) + 800 (eve) = 2600; a cap of 13.00 halves each.
    bonus = {
        "kind": "level",
        "base": "orders(cv)",
        "lines": "order line",
        "rates": ["10%", "5%"],
        "cap per member": "13",
    }
    books = books_of({"bonuses": {"up": bonus}})
    bob = books.facts.members.index("bob")

    balanced(books)
    assert books.by_member[bob].sum(axis=1).tolist() == [500, 200, 150, 0, 250, 150, 50, 0]


def test_a_limit_of_the_company_is_shared_by_the_lines_that_it_cut() -> None:
    plan = {
        "bonuses": {"up": {"kind": "level", "base": "orders(cv)", "lines": "order line", "rates": ["10%", "5%"]}},
        "limits": {"company": {"at most": "35.50", "how": "pro rata"}},  # of 71.00
    }
    books = books_of(plan)

    balanced(books)
    assert books.by_bonus.sum() == 3550
    assert by_cause(books, "up")[Cause.CUSTOMER] == 750


def test_a_match_has_the_mix_of_what_it_matches() -> None:
    # dan earns 16.00 on eve: 8 own use, 6 event, 2 not said; bob matches a half: 4, 3, 1. ann matches bob's 26.00 less
    # the 8.00 of eve: his causes are 10 customer, 3 autoship, 5 pack and 4, 3, 1 of eve.
    bonuses = {
        "up": {"kind": "level", "base": "orders(cv)", "rates": ["10%", "5%"]},
        "match": {"kind": "match", "of": ["up"], "rates": ["50%"]},
    }
    books = books_of({"bonuses": bonuses})

    balanced(books)
    assert by_cause(books, "match") == {
        Cause.CUSTOMER: 500,
        Cause.OWN_USE: 400 + 200,
        Cause.AUTOSHIP: 150,
        Cause.JOINING: 250,
        Cause.FEE: 300 + 150,
        Cause.UNKNOWN: 100 + 50,
    }
    assert "matches" in books.rules["match"]


def test_a_group_measure_has_the_mix_of_the_group() -> None:
    # dan's group: pack 50, autoship 30, own use 80, event 60, unknown 20 = 240; 1 % of it.
    bonus = {"kind": "rebate", "base": "group(orders(cv))", "rate": "1%", "who": "ordinal = 2"}
    books = books_of({"bonuses": {"team": bonus}})

    assert by_cause(books, "team") == {
        Cause.OWN_USE: 80, Cause.AUTOSHIP: 30, Cause.JOINING: 50, Cause.FEE: 60, Cause.UNKNOWN: 20,
    }  # fmt: skip


def test_a_pool_has_the_mix_of_its_fund() -> None:
    # 540 of volume; 10 % make 54.00, whoever gets them.
    pool = {"kind": "pool", "fund": "10% * company(orders(cv))", "shares": "orders(cv)"}
    books = books_of({"bonuses": {"pool": pool}})

    assert by_cause(books, "pool") == {
        Cause.CUSTOMER: 1000,
        Cause.OWN_USE: 800,
        Cause.AUTOSHIP: 300,
        Cause.RESALE: 2000,
        Cause.JOINING: 500,
        Cause.FEE: 600,
        Cause.UNKNOWN: 200,
    }
    assert books.cube[0, 0, :, Nearness.NOBODY, 0].sum() == 5400


def test_a_difference_on_groups_is_split_over_the_legs() -> None:
    # Groups: bob 540 (20 %), dan 240 (10 %), eve 160 and cy 100 (5 %); ann as bob.
    # bob: 20 % of his 200, 15 % of cy's 100, 10 % of dan's 80 and eve's 160; dan: 10 % of his 80, 5 % of eve's; eve 5 %.
    # ann: 20 % less 20 % of all: nothing.
    plan = {
        "measures": {"group_cv": "group(orders(cv))"},
        "tables": {"rate": {"on": "group_cv", "cliff": {"100": "5%", "200": "10%", "500": "20%"}}},
        "bonuses": {"diff": {"kind": "difference", "form": "group", "base": "group_cv", "rate": "rate"}},
    }
    books = books_of(plan)
    bob, dan = (books.facts.members.index(name) for name in ("bob", "dan"))

    balanced(books)
    assert books.rewards[0].tolist() == [0, 7900, 0, 1600, 800]
    assert books.by_member[bob, :, Nearness.OWN].tolist() == [1500, 0, 0, 4000, 0, 0, 0, 0]
    assert books.by_member[bob, :, Nearness.SPONSORED].tolist() == [0, 0, 300, 0, 500, 0, 0, 0]
    assert books.by_member[bob, :, Nearness.LINE].tolist() == [0, 800, 0, 0, 0, 600, 200, 0]
    assert books.by_member[dan].sum(axis=0).tolist() == [800, 800, 0, 0, 0]
    assert not books.by_member[books.facts.members.index("ann")].any()


def test_a_pair_is_split_as_all_that_stands_below() -> None:
    # ann's sides: bob 200 and cy 100 on the left, dan 80 and eve 160 on the right: 10 % of 240 are 24.00 on 540. cy is
    # the customer of bob, whom ann sponsored; dan and eve are further down her line. 24.00 × 100 / 540 = 444.44 cents, …:
    # the four cents that the floors leave go to for resale, not said, event and own use.
    places = [("bob", "ann", "left"), ("dan", "ann", "right"), ("cy", "bob", "left"), ("eve", "dan", "left")]
    edges = [{"tree": "binary", "position": low, "parent": high, "slot": slot} for low, high, slot in places]
    line_ = [
        {"tree": "sponsor", "position": m["member"], "parent": m["sponsor"]} for m in WORLD["members"] if m["sponsor"]
    ]
    people = [{"member": m["member"], "joined": m["joined"]} for m in WORLD["members"]]
    pair = {"kind": "binary", "tree": "binary", "base": "orders(cv)", "rate": "10%", "carry": "none"}
    rows = {**WORLD, "members": people, "edges": [*edges, {"tree": "binary", "position": "ann", "parent": ""}, *line_]}
    books = books_of({"bonuses": {"pair": pair}}, rows)

    balanced(books)
    assert books.rewards[0].tolist() == [2400, 0, 0, 0, 0]
    assert books.by_member[0, :, Nearness.SPONSORED].tolist() == [444, 0, 0, 889, 0, 0, 0, 0]
    assert books.by_member[0, :, Nearness.LINE].tolist() == [0, 356, 133, 0, 222, 267, 89, 0]


def test_what_is_passed_up_is_split_as_the_leg_it_came_from() -> None:
    # 10 % of everybody's own sales go up one step: bob keeps 10.00 of cy and 8.00 of dan, whose leg is dan's 80 and eve's
    # 160: 8.00 × 50 / 240 = 166.67 cents of the pack, 100 autoship, 266.67 own use, 200 event, 66.67 not said.
    books = books_of({"bonuses": {"up": {"kind": "pass up", "base": "orders(cv)", "rate": "10%", "floor": "0"}}})
    bob = books.facts.members.index("bob")

    balanced(books)
    assert books.rewards[0, bob] == 1800
    assert books.by_member[bob, :, Nearness.OWN].tolist() == [1000, 0, 0, 0, 0, 0, 0, 0]
    assert books.by_member[bob, :, Nearness.SPONSORED].tolist() == [0, 0, 100, 0, 167, 0, 0, 0]
    assert books.by_member[bob, :, Nearness.LINE].tolist() == [0, 267, 0, 0, 0, 200, 66, 0]


def test_a_head_count_has_no_sale() -> None:
    books = books_of({"bonuses": {"heads": {"kind": "level", "base": "if(new, 100, 0)", "rates": ["10%"]}}},
                     {**WORLD, "members": [*WORLD["members"], member("flo", "eve", "2024-03-05")]})  # fmt: skip

    assert by_cause(books, "heads") == {Cause.OTHER: 1000}


def test_a_role_counts_as_it_was_at_the_time_of_the_order() -> None:
    # dan becomes a participant on the 15th at noon; the order a second before is a customer's.
    roles = [
        {"member": "dan", "role": "customer", "from": "2024-01-01", "to": "2024-03-15T12:00:00"},
        {"member": "dan", "role": "participant", "from": "2024-03-15T12:00:00"},
    ]
    orders = [
        order("1", "dan", "own use", "2024-03-15T11:59:59"),
        order("2", "dan", "own use", "2024-03-15T12:00:00"),
        order("3", "eve", "customer"),
    ]
    lines = [line("1", "1", "tea", "10"), line("2", "1", "tea", "30"), line("3", "1", "tea", "50")]
    rows = {**WORLD, "roles": roles, "orders": orders, "order_lines": lines}
    books = books_of({"bonuses": {"own": {"kind": "rebate", "base": "orders(cv)", "rate": "10%"}}}, rows)

    assert by_cause(books, "own") == {Cause.CUSTOMER: 100, Cause.OWN_USE: 300, Cause.RESALE: 500}


def test_volume_without_an_order_has_no_cause() -> None:
    volumes = [{"member": "cy", "volume": "cv", "amount": "50", "effective": "2024-03-02"}]
    bonus = {"kind": "level", "base": "orders(cv)", "rates": ["10%"], "sources": "customer"}
    books = books_of({"bonuses": {"up": bonus}}, {**WORLD, "volumes": volumes})

    assert by_cause(books, "up") == {Cause.CUSTOMER: 1000, Cause.OTHER: 500}


def test_facts_that_grow_month_by_month_give_the_same_books() -> None:
    """A member who joins later moves every index; the books know members by id."""
    rows = {
        "company": COMPANY,
        "members": [member("m"), member("z", "m"), member("a", "z", "2024-04-02")],
        "products": products(tea="product"),
        "orders": [order("1", "z", "autoship"), order("2", "a", "own use", "2024-04-05")],
        "order_lines": [line("1", "1", "tea", "100"), line("2", "1", "tea", "70")],
    }
    plan = load_plan(
        {**PLAN, "bonuses": {"up": {"kind": "level", "base": "orders(cv)", "rates": ["10%", "5%"]}}}, "plan"
    )
    small = {
        **rows,
        "members": rows["members"][:2],
        "orders": rows["orders"][:1],
        "order_lines": rows["order_lines"][:1],
    }
    april, keeper = MARCH.next(), BookKeeper()
    keeper.add(first := next(chain(plan, facts_of(small), None, MARCH, MARCH)))
    keeper.add(next(chain(plan, facts_of(rows), first.state, april, april)))
    grown, at_once = keeper.close(facts_of(rows)), keep_books(plan, facts_of(rows), MARCH, april)

    assert grown.facts.members == ["a", "m", "z"]
    assert grown.rewards.tolist() == [[0, 1000, 0], [0, 350, 700]]
    for name in ("rewards", "by_bonus", "cube", "by_member", "ranks"):
        assert np.array_equal(getattr(grown, name), getattr(at_once, name)), name
    with pytest.raises(KeyError, match="Member a "):
        keeper.close(facts_of(small))


BACK: dict[str, Any] = {
    "company": COMPANY,
    # ann – bob – cy (customer); in April cy's tea of March comes back
    "members": [member("ann"), member("bob", "ann"), member("cy", "bob")],
    "roles": [{"member": "cy", "role": "customer", "from": "2024-01-01"}],
    "products": products(tea="product"),
    "orders": [
        order("1", "cy", "customer"),
        order("2", "bob", "own use"),
        order("3", "bob", "own use", "2024-04-02"),
    ],
    "order_lines": [line("1", "1", "tea", "100"), line("2", "1", "tea", "60"), line("3", "1", "tea", "60")],
    "returns": [{"order": "1", "line": "1", "quantity": "1", "time": "2024-04-09"}],
}
TAKES: dict[str, Any] = {
    "bonuses": {"up": {"kind": "level", "base": "orders(cv)", "rates": ["10%", "5%"]}},
    "returns": {"later": "same amounts"},
}


def test_what_is_taken_back_lessens_the_cause_of_what_came_back() -> None:
    books = books_of(TAKES, BACK, MARCH, MARCH.next())
    # March: bob 10.00 and ann 5.00 on cy's 100, ann 6.00 on bob's 60. April: ann 6.00 on bob's 60; cy's come off again
    assert books.by_bonus.tolist() == [[2100, 0], [600, -1500]]
    taken = books.cube[1, books.bonuses.index("returns")].sum(axis=2)
    assert taken[Cause.CUSTOMER].tolist() == [-1000, -500, 0, 0, 0]  # own customer of bob, sponsored by ann
    assert taken.sum() == -1500
    # over both months nothing is left of the customer's sale
    assert books.cube.sum(axis=(0, 1, 3, 4))[Cause.CUSTOMER] == 0


def test_one_more_sale_of_a_month_in_which_something_came_back() -> None:
    """The last month is run again with one more sale; what is taken back needs the run of the month before."""
    figures = measure(books_of(TAKES, BACK, MARCH, MARCH.next())).figures
    # ann stands on top and gets nothing on her own sale; on bob's sale of 100 she gets 10.00
    assert figures["one_more_sale_paid"].value == 5


def test_books_go_on_from_a_run_of_the_month_before() -> None:
    """April alone, from what March left: the same April as in the chain of both, the other histories included."""
    plan, facts, april = load_plan({**PLAN, **TAKES}, "plan"), facts_of(BACK), MARCH.next()
    march = next(chain(plan, facts, None, MARCH, MARCH))
    past = Kept([PastRun(plan.at(MARCH), facts, None, MARCH)])
    books = keep_books(plan, facts, april, april, state=march.state, past=past)

    assert books.by_bonus.tolist() == [[600, -1500]]
    figures = measure(books).figures
    assert figures["one_more_sale_paid"].value == 5
    # Without the own orders of participants April pays nothing and takes the 15.00 back all the same
    assert figures["without_participant_orders"].why == "there are no rewards to compare with"


def test_a_run_without_lines_is_refused() -> None:
    plan = load_plan({**PLAN, "bonuses": {"own": {"kind": "rebate", "base": "orders(cv)", "rate": "10%"}}}, "plan")
    result = next(chain(plan, facts_of(WORLD), None, MARCH, MARCH, lines=False))

    with pytest.raises(ValueError, match="has no lines"):
        BookKeeper().add(result)


# plans that change --------------------------------------------------------------------


def test_a_rank_put_into_the_ladder_later_stands_in_its_place() -> None:
    """Ann is Gold in January and Ruby in February, which is a rank below Gold since then: Gold is her highest."""
    old = {"Silver": "orders(cv) >= 1", "Gold": "orders(cv) >= 100"}
    new = {"Silver": "orders(cv) >= 1", "Ruby": "orders(cv) >= 50", "Gold": "orders(cv) >= 100"}
    ranks = {"dated": {"2024-01-01": {"value": old}, "2024-02-01": {"value": new}}}
    plan = load_plan({**PLAN, "bonuses": {}, "ranks": ranks}, "amended")
    entries = [("2024-01-05", "100"), ("2024-02-05", "60")]
    volumes = [{"member": "ann", "volume": "cv", "amount": cv, "effective": day} for day, cv in entries]
    facts = company_of([{"member": "ann"}], volumes=volumes)
    books = keep_books(plan, facts, Period.parse("2024-01"), Period.parse("2024-02"))

    assert books.rank_names == ["Silver", "Ruby", "Gold"]
    assert books.ranks[:, 0].tolist() == [2, 1]
    assert [group.by for group in ranks_of(books)] == [(("rank", "Gold"),)]


# companies at their edges ---------------------------------------------------------------------------------------------


def test_goods_that_come_back_late_in_the_last_period_are_no_obstacle() -> None:
    """One of two that bob bought for 100 in February comes back in March: 10 %, so ann gives 5 back. One more sale of
    100 brings ann 10 when bob makes it and nobody anything when she does: 5 on average.
    """
    facts = company_of(
        [{"member": "ann", "joined": "2023-01-01"}, {"member": "bob", "sponsor": "ann", "joined": "2023-01-01"}],
        orders=[{"order": "1", "buyer": "bob", "time": "2024-02-05"}],
        order_lines=[{"order": "1", "line": "1", "quantity": "2", "price": "100", "volume.cv": "100"}],
        returns=[{"order": "1", "line": "1", "quantity": "1", "time": "2024-03-05"}],
    )
    level = {"up": {"kind": "level", "base": "orders(cv)", "rates": ["10%"]}}
    plan = load_plan({**PLAN, "returns": {"later": "same amounts"}, "bonuses": level}, "returns")
    books = keep_books(plan, facts, Period.parse("2024-02"), MARCH)

    assert books.rewards.tolist() == [[1000, 0], [-500, 0]]
    assert measure(books, otherwise=False).figures["one_more_sale_paid"].value == 5


def test_a_period_before_anybody_joined_has_figures_that_are_unknown() -> None:
    facts = company_of(
        [{"member": "ann", "joined": "2024-04-01"}],
        orders=[{"order": "1", "buyer": "ann", "time": "2024-04-05"}],
        order_lines=[{"order": "1", "line": "1", "quantity": "1", "price": "100", "volume.cv": "100"}],
    )
    level = {"up": {"kind": "level", "base": "orders(cv)", "rates": ["10%"]}}
    books = keep_books(load_plan({**PLAN, "bonuses": level}, "plan"), facts, MARCH, MARCH)
    found = measure(books).figures

    assert not books.participants.any()
    assert {found[name].value for name in ("gini", "explained_by_position", "net_profit_share")} == {None}

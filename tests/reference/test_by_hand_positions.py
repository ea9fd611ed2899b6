"""Several positions of one member, and limits of owners, by hand (semantics, sections 5.1 and 10.4)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from tests.reference.by_hand import Rows, entry, lost, members, pays, played, text

OWNERS = {"ann": "ann", "ann-2": "ann", "ann-3": "ann", "ben": "ben", "cleo": "cleo", "dan": "dan"}
TEAM = {"kind": "binary", "tree": "binary", "base": "orders(pv)", "rate": "10%"}


def edge(tree: str, position: str, parent: str = "", slot: str = "", **more: str) -> Rows:
    return {"tree": tree, "position": position, "parent": parent, "slot": slot, **more}


def centres(**columns: Any) -> Rows:
    """Ann has a centre at the top and one at the head of each leg; ben and cleo stand below her left one."""
    rows = members("ann:60 ben<ann:300 cleo<ann:200 dan<ann:400", **columns)
    rows["positions"] = [{"position": position, "owner": owner} for position, owner in OWNERS.items()]
    rows["edges"] = [
        edge("binary", "ann-2", "ann", "left"), edge("binary", "ann-3", "ann", "right"),
        edge("binary", "ben", "ann-2", "left"), edge("binary", "cleo", "ann-2", "right"),
        edge("binary", "dan", "ann-3", "left"),
    ]  # fmt: skip
    return rows


def payable(result: Any) -> dict[str, str]:
    return {member: text(amount) for member, amount in result.payable.items() if amount}


def test_every_centre_earns_and_the_owner_is_paid() -> None:
    """Top: left 300 + 200, right 400, so 400 at 10 %. Left centre: 300 and 200, so 200 at 10 %. Right: one side only."""
    result = played(TEAM, centres())
    assert pays(result) == {"ann": "40", "ann-2": "20"}
    assert payable(result) == {"ann": "60"}


@pytest.mark.parametrize(
    ("who", "paid"), [("own >= 50", {"ann": "40"}), ("owner(own) >= 50", {"ann": "40", "ann-2": "20"})]
)
def test_a_centre_has_no_orders_and_its_owner_qualifies_it(who: str, paid: dict[str, str]) -> None:
    assert pays(played({**TEAM, "who": who}, centres(), measures={"own": "orders(pv)"})) == paid


def test_a_centre_is_as_old_as_its_owner_and_no_recruit() -> None:
    """Three recruits in sponsor are 1, 2, 3; a centre is outside of it. Six nodes in all, two of them centres of ann."""
    measures = {
        "age": "days", "place": "ordinal", "all": "company(1)", "up": "depth(sponsor)", "deep": "depth(binary)",
        "mine": "owner(orders(pv))", "front": "frontline(1 in sponsor)",
    }  # fmt: skip
    found = played(TEAM, centres(), measures=measures, conditions={"inside": "kept(sponsor)"}).measures
    assert found["age"] == dict.fromkeys(OWNERS, 31)  # joined on 1 January
    assert found["place"] == {"ann": 0, "ann-2": 0, "ann-3": 0, "ben": 1, "cleo": 2, "dan": 3}
    assert found["all"] == dict.fromkeys(OWNERS, 6)
    assert found["deep"] == {"ann": 0, "ann-2": 1, "ann-3": 1, "ben": 2, "cleo": 2, "dan": 2}
    assert found["mine"] == {"ann": 60, "ann-2": 60, "ann-3": 60, "ben": 300, "cleo": 200, "dan": 400}
    assert found["inside"] == {one: not one.startswith("ann-") for one in OWNERS}
    assert found["front"]["ann"] == 3


def test_a_sponsor_of_its_own_gives_a_centre_an_ordinal() -> None:
    """Ben, cleo, dan and ben's ann-2: all joined on one day, so by id: ann-2 is 1, and ben's only recruit."""
    rows = centres()
    rows["edges"] += [edge("sponsor", "ann"), edge("sponsor", "ann-2", "ben")]
    found = played(TEAM, rows, measures={"place": "ordinal", "front": "frontline(1 in sponsor)"}).measures
    assert found["place"]["ann-2"] == 1
    assert found["front"]["ben"] == 1


def test_without_an_own_id_the_lowest_position_is_the_member() -> None:
    """Positions 9 and 10 of ann: 9 is ann, who is in every tree, 10 is a node of its own."""
    rows = members("ann ben:50")
    rows["positions"] = [
        {"position": one, "owner": owner} for one, owner in (("9", "ann"), ("10", "ann"), ("ben", "ben"))
    ]
    rows["edges"] = [edge("placement", "10", "9"), edge("placement", "9"), edge("placement", "ben", "10")]
    result = played({"kind": "level", "tree": "placement", "base": "orders(pv)", "rates": ["10%", "4%"]}, rows)
    assert pays(result) == {"10": "5", "ann": "2"}
    assert payable(result) == {"ann": "7"}


def test_positions_that_never_meet_all_stand_for_the_member() -> None:
    """Ann's place p in placement and q in binary are both ann: five are there, nobody more."""
    rows = members("ann ben:50")
    rows["positions"] = [
        {"position": one, "owner": owner} for one, owner in (("p", "ann"), ("q", "ann"), ("ben", "ben"))
    ]
    rows["edges"] = [edge("placement", "ben", "p"), edge("placement", "p"), edge("binary", "q")]
    result = played({"kind": "level", "tree": "placement", "base": "orders(pv)", "rates": ["10%"]}, rows)
    assert pays(result) == {"ann": "5"}
    assert sorted(result.ranks) == ["ann", "ben"]


def test_a_place_whose_edge_has_ended_is_a_root_while_somebody_stands_below() -> None:
    """On 20 January both edges of ann-2 end, in the second tree nobody stands below it."""
    rows = members("ann ben:50")
    rows["positions"] = [{"position": one, "owner": one[:3]} for one in ("ann", "ann-2", "ben")]
    rows["edges"] = [edge("placement", "ann"), edge("placement", "ann-2", "ann", to="2024-01-20")]
    rows["edges"] += [edge("other", "ann-2", "ann", to="2024-01-20"), edge("placement", "ben", "ann-2")]
    bonus = {"kind": "level", "tree": "placement", "base": "orders(pv)", "rates": ["10%", "4%"]}
    result = played(bonus, rows)
    assert pays(result) == {"ann-2": "5"}
    assert result.parents["placement"] == {"ann": None, "ann-2": None, "ben": "ann-2"}
    assert result.parents["other"] == {"ann": None, "ben": None}


def test_newcomers_and_lines_leave_further_positions_out() -> None:
    trees = {"matrix": {"placed": {"width": "2"}}, "queue": {"line": "joined"}}
    result = played({**TEAM, "rate": "1%"}, centres(), trees=trees)
    assert result.parents["matrix"] == {"ann": None, "ben": "ann", "cleo": "ann", "dan": "ben"}
    assert result.parents["queue"] == {"ann": None, "ben": "ann", "cleo": "ben", "dan": "cleo"}


def test_roles_status_and_ranks_given_to_the_owner_hold_for_every_place() -> None:
    rows = centres()
    rows["status"] = [{"member": "ann", "status": "suspended"}]
    rows["overrides"] = [{"member": "ann", "what": "rank", "value": "Gold"}]
    result = played(TEAM, rows, ranks={"Gold": "orders(pv) >= 1000"})
    assert pays(result) == {}
    assert [result.ranks[one] for one in ("ann", "ann-2", "ann-3", "ben")] == ["Gold", "Gold", "Gold", "none"]


def test_the_smallest_payout_debts_and_charges_are_the_owners() -> None:
    """40 + 20 reach 50 together. Of 60, 25 % are taken: 15. What ann owes, 70, would leave 10 owing."""
    tax = [{"name": "tax", "rate": "25%", "of": ["b"]}]
    result = played(TEAM, centres(), limits={"payout": {"from": "50", "deductions": tax}})
    assert payable(result) == {"ann": "60"}
    assert result.deductions["ann"] == {"tax": 15}
    owing = {**centres(), "balances": [{"member": "ann", "what": "negative balance", "name": "", "value": "70"}]}
    result = played(TEAM, owing)
    assert (payable(result), result.carried) == ({}, {"ann": Fraction(-10)})


def test_a_limit_of_members_is_that_of_each_place() -> None:
    result = played(TEAM, centres(), limits={"members": {"at most": "25"}})
    assert pays(result) == {"ann": "25", "ann-2": "20"}


def test_a_limit_of_owners_is_over_all_places() -> None:
    """60 are cut to 45 in proportion: 40 x 45 / 60 = 30 and 20 x 45 / 60 = 15."""
    result = played(TEAM, centres(), limits={"owners": {"at most": "45"}})
    assert pays(result) == {"ann": "30", "ann-2": "15"}
    assert lost(result) == {"capped": "15"}


def test_a_limit_of_owners_is_that_of_the_member_and_may_leave_bonuses_out() -> None:
    """Half of ann's own 60 is 30, though her centres have no orders; the rebate of 6 stands outside."""
    own = {"kind": "rebate", "base": "orders(pv)", "rate": "10%"}
    limits = {"owners": {"at most": "orders(pv) / 2", "exempt": ["own"]}}
    result = played(TEAM, centres(), bonuses={"b": TEAM, "own": own}, limits=limits)
    assert pays(result) == {"ann": "20", "ann-2": "10"}
    assert pays(result, "own")["ann"] == "6"


def test_units_left_over_go_to_the_lowest_place() -> None:
    """20.01 over 40 and 20 is 13.34 and 6.67; 20.00 is 13.33 1/3 and 6.66 2/3: the unit goes to the larger remainder."""
    assert pays(played(TEAM, centres(), limits={"owners": {"at most": "20.01"}})) == {"ann": "13.34", "ann-2": "6.67"}
    assert pays(played(TEAM, centres(), limits={"owners": {"at most": "20"}})) == {"ann": "13.33", "ann-2": "6.67"}


def test_a_cap_that_looks_back_counts_before_the_limit_of_owners() -> None:
    """limits.members lets 40 through in January, though the owner gets 30: of 70 over two months 30 are left."""
    limits = {"members": {"at most": "70", "over": "last 2 periods"}, "owners": {"at most": "45"}}
    first = played(TEAM, centres(), limits=limits)
    again = centres()
    again["volumes"] += [entry(m, v, "2024-02") for m, v in (("ben", "300"), ("dan", "400"))]
    second = played(TEAM, again, first.state, "2024-02", limits=limits)
    # bank of ann: left 500 - 400 = 100, right 0; February brings 300 left and 400 right: 400 are matched, 40 is earned
    assert second.earnings["ann", "b"]["earned"] == 40
    assert pays(second)["ann"] == "30"


def test_a_position_with_the_id_of_another_member_is_refused() -> None:
    rows = members("ann ben:50 cat")
    rows["positions"] = [{"position": "ann", "owner": "ann"}, {"position": "cat", "owner": "ann"}]
    rows["edges"] = [edge("placement", "cat", "ann"), edge("placement", "ann")]
    with pytest.raises(ValueError, match="id of a member"):
        played(TEAM, rows)

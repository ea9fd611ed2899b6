"""Differences to another system are grouped by the cause that was planted, and sum up exactly."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from trueline.cli.main import main
from trueline.errors import Refused
from trueline.facts import Company, Facts
from trueline.period import Period
from trueline.plan import load_plan
from trueline.run.difference import Made
from trueline.run.legacy import Legacy, read_legacy
from trueline.run.reconcile import NO_BONUS, NOT_HERE, NOT_THERE, OPEN, SMALL, Reconciled, reconcile

COMPANY = Company("Moved", "UTC", "USD", {"cv": Fraction(1, 100)})
PLAN = """
plan: Ten per cent
currency: USD
period: month
volumes: {cv: 0.01}
rounding: {to: 0.01, mode: half up}
conditions: {active: orders(cv) >= 20}
bonuses:
  level: {kind: level, base: orders(cv), rates: [10%], who: active}
"""
MEMBERS = [
    {"member": "ann"},
    *({"member": name, "sponsor": "ann"} for name in ("bob", "cat", "dan")),
    {"member": "eve", "sponsor": "bob"},
]
# ann buys 20 and is active; bob buys 100 and returns it; eve buys 50.25 below bob, who is then not active.
ORDERS = [("1", "ann", "20"), ("2", "bob", "100"), ("3", "cat", "40"), ("4", "eve", "50.25")]


def made() -> Made:
    facts = Facts.from_rows(
        COMPANY,
        {
            "members": MEMBERS,
            "orders": [{"order": order, "buyer": buyer, "time": "2024-01-10"} for order, buyer, _ in ORDERS],
            "order_lines": [
                {"order": order, "line": "1", "quantity": "1", "price": cv, "volume.cv": cv} for order, _, cv in ORDERS
            ],
            "returns": [{"order": "2", "line": "1", "quantity": "1", "time": "2024-01-20"}],
        },
    )
    return Made("run", load_plan(PLAN, "plan.yaml"), facts, None, Period.parse("2024-01"))


def against(amounts: dict[str, str]) -> Reconciled:
    return reconcile(
        made(), Legacy("legacy.csv", {(member, ""): Fraction(text) for member, text in amounts.items()}, by_bonus=False)
    )


def test_the_same_amounts_agree() -> None:
    # ann: 10 % of cat's 40 = 4.00; bob is not active once his order has come back
    found = against({"ann": "4.00"})
    assert (found.ours, found.theirs, found.agreed, found.groups) == (4, 4, 1, ())


def test_a_system_that_forgets_returns_is_found_out() -> None:
    # Without the return: ann 10 % of (100 + 40) = 14.00; bob, active with 100, 10 % of 50.25 = 5.03
    found = against({"ann": "14.00", "bob": "5.03"})
    assert [(group.cause, len(group.gaps), group.sum) for group in found.groups] == [
        ("returns are not taken off there", 2, Fraction("15.03"))
    ]


def test_a_system_that_pays_the_unqualified_is_found_out() -> None:
    found = against({"ann": "4.00", "bob": "5.03"})
    assert [group.cause for group in found.groups] == ["qualifications of receivers are not looked at there"]


def test_what_nothing_explains_is_said_to_be_open_and_strangers_and_cents_are_apart() -> None:
    found = against({"ann": "4.01", "zoe": "7.00", "dan": "3.33"})
    assert {group.cause: [gap.member for gap in group.gaps] for group in found.groups} == {
        NOT_HERE: ["zoe"],
        SMALL: ["ann"],
        OPEN: ["dan"],
    }


def test_a_bonus_that_the_plan_does_not_have_is_named() -> None:
    amounts = {("ann", "levels"): Fraction("4.00")}  # the plan calls it 'level'
    found = reconcile(made(), Legacy("legacy.csv", amounts, by_bonus=True))
    assert {group.cause: [(gap.member, gap.bonus, gap.gap) for gap in group.gaps] for group in found.groups} == {
        NO_BONUS: [("ann", "levels", 4)],
        OPEN: [("ann", "level", -4)],
    }


def test_who_is_missing_there_is_named() -> None:
    found = against({"dan": "0"})
    assert [(group.cause, [gap.member for gap in group.gaps]) for group in found.groups] == [(NOT_THERE, ["ann"])]


@pytest.mark.parametrize(
    "amounts", [{"ann": "4.00"}, {"ann": "14.00", "zoe": "1.00"}, {"bob": "-3.10", "dan": "9.99"}, {}]
)
def test_groups_sum_to_the_difference_of_the_totals(amounts: dict[str, str]) -> None:
    found = against(amounts)
    assert sum((group.sum for group in found.groups), Fraction(0)) == found.theirs - found.ours


SEATS = """
plan: Two seats
currency: USD
period: month
tree: placement
volumes: {cv: 0.01}
rounding: {to: 0.01, mode: half up}
bonuses:
  level: {kind: level, base: orders(cv), rates: [10%, 5%]}
"""


def seated() -> Made:
    """c1 – c2 – b1: ann has c1 and c2, bob b1. Bob's 100 brings c2 10.00 (level 1) and c1, which is ann, 5.00."""
    facts = Facts.from_rows(
        COMPANY,
        {
            "members": [{"member": "ann"}, {"member": "bob"}],
            "positions": [{"position": seat, "owner": owner} for seat, owner in zip(PLACES, OWNERS, strict=True)],
            "edges": [
                {"tree": "sponsor", "position": "c1"},
                {"tree": "sponsor", "position": "b1", "parent": "c1"},
                *(
                    {"tree": "placement", "position": seat, "parent": up}
                    for seat, up in zip(PLACES, ("", *PLACES), strict=False)
                ),
            ],
            "orders": [{"order": "1", "buyer": "bob", "time": "2024-01-10"}],
            "order_lines": [{"order": "1", "line": "1", "quantity": "1", "price": "100", "volume.cv": "100"}],
        },
    )
    return Made("run", load_plan(SEATS, "plan.yaml"), facts, None, Period.parse("2024-01"))


PLACES, OWNERS = ("c1", "c2", "b1"), ("ann", "ann", "bob")


@pytest.mark.parametrize(
    ("theirs", "agreed", "gaps"),
    [
        ({"ann": "15.00"}, 1, []),  # all that the member gets
        ({"ann": "5.00", "c2": "10.00"}, 2, []),  # by position, the first under the member's id …
        ({"c1": "5.00", "c2": "10.00"}, 2, []),  # … or under its own
        ({"c2": "10.00"}, 1, [("ann", Fraction("-5.00"))]),
        ({"ann": "14.00"}, 0, [("ann", Fraction("-1.00"))]),
        ({"ann": "15.00", "b1": "2.00"}, 1, [("bob", Fraction("2.00"))]),  # bob's only position is bob
    ],
)
@pytest.mark.parametrize("bonus", ["", "level"])
def test_positions_are_compared_as_the_other_system_pays_them(
    bonus: str, theirs: dict[str, str], agreed: int, gaps: list[tuple[str, Fraction]]
) -> None:
    amounts = {(name, bonus): Fraction(text) for name, text in theirs.items()}
    found = reconcile(seated(), Legacy("legacy.csv", amounts, by_bonus=bool(bonus)))
    assert found.ours == 15
    assert found.agreed == agreed
    assert [(gap.member, gap.gap) for group in found.groups for gap in group.gaps] == gaps


def test_names_that_are_not_known_here_are_shown_beside_those_that_may_be_meant() -> None:
    """Another system writes `Level` for the bonus and has a typing error in a member; `zzz` is like nobody."""
    amounts = {("ann", "Level"): Fraction(4), ("bbob", "level"): Fraction(1), ("zzz", "level"): Fraction(1)}
    found = reconcile(made(), Legacy("legacy.csv", amounts, by_bonus=True))

    assert found.meant == {"Level": "Did you mean 'level'?", "bbob": "Did you mean 'bob'?"}


def test_a_legacy_file_with_mistakes_is_refused_with_every_place(tmp_path: Path) -> None:
    path = tmp_path / "legacy.csv"
    path.write_text('member,bonus,amount\nann,level,"1,50"\n,level,2.00\nbob,level,x\n', encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_legacy(path)
    assert [(finding.line, finding.column) for finding in refused.value.findings] == [(2, 3), (3, 1), (4, 3)]
    path.write_text("member,sum\nann,1\n", encoding="utf-8")
    with pytest.raises(Refused, match=r"no column 'sum'.*\n?.*Column 'amount' is missing|Column 'amount' is missing"):
        read_legacy(path)


def test_rows_of_one_member_add_up_and_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "legacy.csv"
    path.write_bytes(b"\xef\xbb\xbfmember,amount\r\nann,1.50\r\nann,2.50\r\n")
    found = read_legacy(path)
    assert found.amounts == {("ann", ""): 4}
    assert not found.by_bonus


def test_the_commands_say_by_their_exit_code_whether_anything_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = Path(__file__).parents[2]
    arguments = [
        "run",
        str(home / "plans/reference-nm.yaml"),
        str(home / "examples/company"),
        "--period",
        "2026-02",
        "--to",
        "2026-03",
        "--out",
        str(tmp_path / "runs"),
    ]
    assert main(arguments) == 0
    march, february = (tmp_path / "runs" / f"2026-0{month}-reference-nm" for month in (3, 2))
    assert main(["diff", str(march), str(march)]) == 0
    assert main(["diff", str(february), str(march), "--json"]) == 1
    assert main(["diff", str(february), "--plan", str(home / "plans/reference-mlm.yaml")]) == 1
    legacy = tmp_path / "legacy.csv"
    legacy.write_text("member,bonus,amount\nnobody,sales,1.00\n", encoding="utf-8")
    assert main(["reconcile", str(march), str(legacy)]) == 1
    assert main(["diff", str(march), str(march), "--order", "facts,plan"]) == 2
    assert "the member is not in this run" in capsys.readouterr().out

"""A complete closed month of a real company: every survivor, amount and rebate to the cent."""

from __future__ import annotations

import csv
import os
from fractions import Fraction
from pathlib import Path

import pytest
from tests.reference.engine import ReferenceResult, run

HERE = Path(__file__).resolve()
DATA = Path(os.environ.get("TRUELINE_SHARED", HERE.parents[3] / "shared")) / "payroll" / "santegra"


def table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def facts() -> dict[str, list[dict[str, str]]]:
    members = table("members.csv")
    orders = {row["order"]: row for row in table("eu_orders_expected.csv")}
    start = "2016-01-01"
    return {
        "members": [
            {"member": r["member"], "joined": start, "sponsor": r["sponsor"], "attribute.scheme": r["scheme"]}
            for r in members
        ],
        "volumes": [
            {"member": r["member"], "volume": "pv", "amount": r["pv"], "effective": "2016-01-15"} for r in members
        ],
        "overrides": [
            {"member": r["member"], "what": "forced rank", "value": r["forced_rank"].title()}
            for r in members
            if r["forced_rank"]
        ],
        "orders": [
            {"order": o, "buyer": r["buyer"], "time": "2016-01-10T12:00:00", "kind": "own use"}
            for o, r in orders.items()
        ],
        "order_lines": [
            {"order": o, "line": "1", "sku": "x", "quantity": "1", "price": r["amount"], "volume.pv": "0",
             "volume.sales": r["amount"]}
            for o, r in orders.items()
        ],
    }  # fmt: skip


@pytest.fixture(scope="module")
def month() -> ReferenceResult:
    if not DATA.is_dir():
        pytest.skip(f"the payroll data are not at {DATA}")
    plan = (HERE.parent / "santegra_by_reference.yaml").read_text(encoding="utf-8")
    return run(plan, facts(), None, "2016-01")


def test_survivors(month: ReferenceResult) -> None:
    rows = table("expected.csv")
    expected = {
        r["member"]: (r["compressed_parent"] or None, Fraction(r["compressed_pv"]), Fraction(r["team_volume"]))
        for r in rows
        if r["compressed_parent"] != "COMPRESSED"
    }
    tree, pv, tv = month.parents["phase1"], month.measures["compressed"], month.measures["tv"]
    found = {m: (tree[m], pv[m], tv[m]) for m in tree}
    assert len(expected) == 626
    assert found == expected


def test_amounts(month: ReferenceResult) -> None:
    columns = {
        "personal_bonus": ("personal",),
        "team_bonus": ("team", "team eu"),
        "courtesy_bonus": ("courtesy",),
        "override_bonus": ("override", "override eu"),
        "infinity_bonus": ("infinity",),
    }
    expected, found = {}, {}
    for row in table("expected.csv"):
        for column, bonuses in columns.items():
            amount = sum(
                (month.earnings.get((row["member"], b), {}).get("payable", Fraction(0)) for b in bonuses), Fraction(0)
            )
            if amount:
                found[row["member"], column] = amount
            if Fraction(row[column] or 0):
                expected[row["member"], column] = Fraction(row[column])
    wrong = {
        key: (found.get(key), expected.get(key)) for key in {*found, *expected} if found.get(key) != expected.get(key)
    }
    assert not wrong
    assert len(expected) == 999


def test_rebates(month: ReferenceResult) -> None:
    expected = sorted((r["order"], r["paid_to"], Fraction(r["amount_paid"])) for r in table("eu_orders_expected.csv"))
    found = sorted(
        (line["order"], line["receiver"], line["amount"])
        for line in month.lines
        if line["bonus"].startswith("order rebate")
    )
    assert len(expected) == 62
    assert found == expected


def test_conservation(month: ReferenceResult) -> None:
    for bonus, promised in month.promised.items():
        paid = sum((e["earned"] - e["capped"] for (_, b), e in month.earnings.items() if b == bonus), Fraction(0))
        assert promised == paid + sum(month.breakage[bonus].values(), Fraction(0)), bonus

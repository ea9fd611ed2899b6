"""The two reference plans: each statement that they embody, proved on small networks and on the bundled company."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from trueline.facts import Company, Facts
from trueline.period import Period
from trueline.plan import load_plan
from trueline.plan.bonuses import LevelBonus
from trueline.run import Result, run

HOME = Path(__file__).resolve().parent.parent
MLM, NM = (load_plan(HOME / "plans" / f"reference-{name}.yaml") for name in ("mlm", "nm"))
MONTH = Period.parse("2026-03")
CENT = Fraction(1, 100)
LINE = ["top", "upper", "middle", "seller", "buyer"]
"""Each placed under the one before; the buyer is the seller's customer."""


def network(ranks: dict[str, str], sponsor_of: dict[str, str] | None = None) -> Facts:
    """A line of participants with given ranks; recruiters may differ from the line of placement."""
    sponsors = dict(zip(LINE[1:], LINE, strict=False)) | (sponsor_of or {})
    placed = dict(zip(LINE[1:], LINE, strict=False))
    edges = [{"tree": "sponsor", "position": m, "parent": p} for m, p in sponsors.items()]
    edges += [{"tree": "placement", "position": m, "parent": p} for m, p in placed.items()]
    orders = [{"order": m, "buyer": m, "time": "2026-03-10", "kind": "own use"} for m in LINE]
    volume = {"volume.pv": "100", "volume.cv": "80"}
    rows: dict[str, Any] = {
        "members": [{"member": m, "joined": "2025-01-01"} for m in LINE],
        "roles": [{"member": "buyer", "role": "customer"}],
        "edges": edges,
        "orders": orders,
        "order_lines": [{"order": m, "line": "1", "quantity": "1", "price": "100"} | volume for m in LINE],
        "overrides": [{"member": m, "what": "rank", "value": rank} for m, rank in ranks.items()],
    }
    company = Company("Line", "UTC", "USD", {"pv": CENT, "cv": CENT}, {})
    return Facts.from_rows(company, {name: table for name, table in rows.items() if table})


def rates(result: Result, receiver: str, source: str, bonus: str) -> list[Fraction]:
    return [line.rate for line in result.lines(bonus, receiver) if line.source == source]


def test_mlm_a_higher_rank_earns_a_higher_rate_on_the_same_sale_at_the_same_distance() -> None:
    plan = MLM.at(MONTH)
    paid = []
    for rank in plan.ranks:
        result = run(plan, network({"middle": rank}), None, MONTH)
        paid.append(sum(rates(result, "middle", "seller", "level"), Fraction(0)))
    assert all(lower < higher for lower, higher in pairwise(paid)), paid


def test_mlm_every_rank_but_the_first_needs_a_downline() -> None:
    alone = {name: text for name, text in MLM.document.data["ranks"].items() if "legs(" not in text}
    assert list(alone) == ["Member"]


@pytest.mark.parametrize("rank", [None, *NM.at(MONTH).ranks])
def test_nm_no_rank_changes_the_pay_for_a_sale(rank: str | None) -> None:
    plan = NM.at(MONTH)
    plain = run(plan, network({}), None, MONTH)
    given = run(plan, network(dict.fromkeys(LINE[:4], rank) if rank else {}), None, MONTH)
    assert list(given.lines()) == list(plain.lines())


def test_nm_whoever_recruited_the_seller_the_sale_pays_the_same() -> None:
    plan = NM.at(MONTH)
    by_line = run(plan, network({}), None, MONTH)
    by_another = run(plan, network({}, {"seller": "top", "middle": "top"}), None, MONTH)
    assert list(by_another.lines()) == list(by_line.lines())
    assert rates(by_line, "middle", "seller", "sales") == [Fraction(5, 100)]


def test_nm_the_same_distance_pays_the_same_rate_at_every_position() -> None:
    result = run(NM.at(MONTH), network({}), None, MONTH)
    by_distance: dict[int, set[Fraction]] = {}
    for line in result.lines("sales"):
        by_distance.setdefault(line.level, set()).add(line.rate)
    assert all(len(found) == 1 for found in by_distance.values())
    assert by_distance[0] == {Fraction(20, 100)}


@pytest.mark.parametrize("credited", ["seller", ""])
def test_nm_a_sale_to_a_customer_is_recognised_whoever_the_order_is_credited_to(credited: str) -> None:
    facts = network({})
    orders = [
        {"order": m, "buyer": m, "time": "2026-03-10", "kind": "own use", "credited": ""} for m in LINE if m != "buyer"
    ] + [{"order": "buyer", "buyer": "buyer", "time": "2026-03-10", "kind": "customer", "credited": credited}]
    result = run(NM.at(MONTH), facts.with_rows("orders", orders, "orders"), None, MONTH)

    assert {m: (result.measure(m, "served"), result.rank(m)) for m in LINE} == {
        "top": (0, None),
        "upper": (0, None),
        "middle": (0, None),
        "seller": (1, "Host"),
        "buyer": (0, None),
    }
    assert result.amount("seller", "sales") == Fraction(2 * 80 * 20, 100)  # the own order and the customer's


def test_nm_rates_have_one_row_for_everybody() -> None:
    bonus = NM.at(MONTH).bonuses["sales"]
    assert isinstance(bonus, LevelBonus)
    assert bonus.rates is not None
    assert bonus.rates.on is None


@pytest.mark.parametrize("plan_file", [MLM, NM], ids=["mlm", "nm"])
def test_both_promise_forty_per_cent_of_commissionable_volume(plan_file: Any) -> None:
    facts = Facts.read(HOME / "examples" / "company")
    state = None
    for label in ("2026-01", "2026-02", "2026-03"):
        period = Period.parse(label)
        result = run(plan_file.at(period), facts, state, period)
        state = result.state
        volume = company_volume(facts, period)
        assert volume > 0
        without_pool = sum(amount for name, amount in result.promised.items() if "pool" not in name)
        assert without_pool == volume * Fraction(35, 100)
        pool = sum(amount for name, amount in result.promised.items() if "pool" in name)
        assert abs(pool - volume * Fraction(5, 100)) <= CENT / 2
        for name in result.bonuses:
            assert result.promised[name] == result.total(name) + sum(result.breakage[name].values())


def company_volume(facts: Facts, period: Period) -> Fraction:
    """Commissionable volume of a month, less what came back, added up row by row."""
    orders, lines, returns = facts["orders"], facts["order_lines"], facts["returns"]
    when = {orders["order"].text(row): int(orders["time"].seconds[row]) for row in range(orders.rows)}
    back: dict[tuple[str, str], int] = {}
    for row in range(returns.rows):
        key = returns["order"].text(row), returns["line"].text(row)
        back[key] = back.get(key, 0) + int(returns["quantity"].numbers[row])
    total = Fraction(0)
    for row in range(lines.rows):
        order, line = lines["order"].text(row), lines["line"].text(row)
        if not period.start_seconds <= when[order] < period.end_seconds:
            continue
        quantity, cents = int(lines["quantity"].numbers[row]), int(lines["volume.cv"].numbers[row])
        left = Fraction(cents * (quantity - back.get((order, line), 0)), quantity)
        total += Fraction(int(left + Fraction(1, 2)), 100)
    return total

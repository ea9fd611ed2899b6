"""What is true of every plan with cadences: parts are whole plans, and nobody's pay depends on how a chain is made."""

from __future__ import annotations

import datetime as dt
import random
from fractions import Fraction
from typing import Any

import pytest

from trueline.facts import Company, Facts
from trueline.period import Period
from trueline.plan import load_plan
from trueline.run import Result, chain, run
from trueline.run.past import Kept, PastRun

SEEDS = range(31_000, 31_005)
FIRST, LAST = Period.parse("2024-W02"), Period.parse("2024-W11")

BONUSES = """
  levels: {kind: level, base: orders(pv), rates: [10%, 5%, 2%], lines: order, cap per member: 90}
  gap: {kind: difference, base: orders(pv), rate: step}
  match: {kind: match, of: [levels], rates: [20%], compression: standard, counts: active}
  pairs: {kind: binary, tree: binary, base: orders(pv), rate: 10%, at most: 250, carry: {at most: "900", for: 3}}
  goals: {kind: milestone, pays: each, steps: [{when: life >= 300, amount: 5}, {when: steady >= 2, amount: 7}]}
  pool: {kind: pool, fund: 3% * company(orders(pv)), shares: "max(0, recent)", unclaimed: carry}
  held: {kind: rebate, base: orders(pv), rate: 4%, hold until: {when: active, for: 2}}
"""
WEEKLY = BONUSES.replace("{kind:", "{every: week, kind:")
MONTHLY = """
  months: {kind: level, base: orders(pv), rates: [6%, 3%]}
  growth: {kind: rebate, base: orders(pv), rate: 'if(previous(own) > 0, 3%, 1%)'}
"""
HEAD = """
plan: Cadences
currency: USD
period: {period}
volumes: {{pv: 1}}
rounding: {{to: 0.01, mode: half up}}
measures:
  own: orders(pv)
  life: lifetime(orders(pv))
  recent: last(3, orders(pv))
  steady: streak(active)
conditions: {{active: own >= 60}}
tables:
  step: {{on: group(own), cliff: {{0: 0%, 200: 5%, 600: 9%}}}}
limits: {{payout: {{from: 12}}}}
{returns}
bonuses:
"""


def plan_of(bonuses: str, period: str = "month", returns: str = "") -> str:
    return HEAD.format(period=period, returns=returns) + bonuses


def rows_of(seed: int) -> dict[str, list[dict[str, Any]]]:
    """A small binary company with sales over ten weeks; newcomers join on the way."""
    luck = random.Random(seed)  # noqa: S311 - a repeatable batch, no secret
    first = dt.date(2024, 1, 8)
    members, edges, orders, lines = [], [], [], []
    free = [("M0", "left"), ("M0", "right")]
    for number in range(14):
        name = f"M{number}"
        day = first + dt.timedelta(days=0 if number < 6 else luck.randrange(60))
        members.append({"member": name, "joined": day.isoformat()})
        if number == 0:
            edges.append({"tree": "binary", "position": name, "parent": None})
            continue
        above = f"M{luck.randrange(number)}"
        edges.append({"tree": "sponsor", "position": name, "parent": above})
        seat, slot = free.pop(luck.randrange(len(free)))
        edges.append({"tree": "binary", "position": name, "parent": seat, "slot": slot})
        free += [(name, "left"), (name, "right")]
        joined = dt.date.fromisoformat(members[int(seat[1:])]["joined"])
        if joined > day:  # nobody sits below somebody who is not there
            members[-1]["joined"] = joined.isoformat()
    for number in range(60):
        seller = luck.choice(members)
        day = max(dt.date.fromisoformat(seller["joined"]), first + dt.timedelta(days=luck.randrange(70)))
        who = seller["member"]
        orders.append({"order": f"{number}", "buyer": who, "credited": who, "time": day.isoformat()})
        lines.append({"order": f"{number}", "line": "1", "quantity": "2", "volume.pv": str(luck.randrange(10, 400))})
    return {"members": members, "edges": edges, "orders": orders, "order_lines": lines}


def facts_of(rows: dict[str, list[dict[str, Any]]]) -> Facts:
    company = Company(name="Cadences", currency="USD", volumes={"pv": Fraction(1)}, attributes={})
    return Facts.from_rows(company, rows, place="test")


def amounts(result: Result) -> dict[tuple[str, str], Fraction]:
    pairs = {(member, name): result.amount(member, name) for member in result.member_ids for name in result.bonuses}
    return {pair: amount for pair, amount in pairs.items() if amount}


def of_kind(results: list[Result], kind: str) -> dict[str, Result]:
    return {result.period: result for result in results if result.plan.period == kind}


@pytest.mark.parametrize("seed", SEEDS)
def test_bonuses_that_are_all_weekly_pay_what_they_pay_in_a_weekly_plan(seed: int) -> None:
    facts = facts_of(rows_of(seed))
    whole = list(chain(load_plan(plan_of(BONUSES, "week")), facts, None, FIRST, LAST))
    parts = of_kind(list(chain(load_plan(plan_of(WEEKLY + MONTHLY)), facts, None, FIRST, LAST)), "week")
    alone = of_kind(list(chain(load_plan(plan_of(WEEKLY)), facts, None, FIRST, LAST)), "week")

    assert sum(len(amounts(result)) for result in whole) > 100
    assert {result.period for result in whole} == set(parts) == set(alone)
    for result in whole:
        assert amounts(parts[result.period]) == amounts(result)
        assert parts[result.period].breakage == result.breakage
        for member in result.member_ids:  # without other bonuses the account is the same too
            assert alone[result.period].payable(member) == result.payable(member)
            assert alone[result.period].carried(member) == result.carried(member)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_cadence_beside_them_does_not_change_the_bonuses_of_the_month(seed: int) -> None:
    facts = facts_of(rows_of(seed))
    first, last = Period.parse("2024-01"), Period.parse("2024-03")
    months = of_kind(list(chain(load_plan(plan_of(WEEKLY + MONTHLY)), facts, None, first, last)), "month")

    for result in chain(load_plan(plan_of(MONTHLY)), facts, None, first, last):
        assert amounts(months[result.period]) == amounts(result)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_chain_is_its_runs_one_by_one_and_pays_every_cent_once(seed: int) -> None:
    facts = facts_of(rows_of(seed))
    plan = load_plan(plan_of(WEEKLY + MONTHLY))
    whole = list(chain(plan, facts, None, FIRST, LAST))
    state, known, earned, paid = None, Kept(), Fraction(0), Fraction(0)
    for result in whole:
        period = Period.parse(result.period)
        one = run(plan.at(period), facts, state, period, past=known)
        known.add(PastRun(plan.at(period), facts, state, period))
        assert one.hashes == result.hashes
        state = one.state
        for member in one.member_ids:
            earned += sum((one.amount(member, name) for name in one.bonuses), Fraction(0))
            paid += one.payable(member)
    last = whole[-1]
    waiting = sum((last.carried(member) for member in last.member_ids), Fraction(0))
    held = (
        sum((result.payout.withheld.sum() - result.payout.released.sum() for result in whole), 0) * last.plan.money_unit
    )
    assert earned == paid + waiting + held


@pytest.mark.parametrize("seed", SEEDS)
def test_no_order_of_rows_changes_a_hash(seed: int) -> None:
    rows = rows_of(seed)
    luck = random.Random(seed)  # noqa: S311 - a repeatable batch, no secret
    mixed = {table: luck.sample(given, len(given)) for table, given in rows.items()}
    plan = load_plan(plan_of(WEEKLY + MONTHLY))

    before = [result.hashes for result in chain(plan, facts_of(rows), None, FIRST, LAST)]
    assert [result.hashes for result in chain(plan, facts_of(mixed), None, FIRST, LAST)] == before


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_paid_on_goods_that_come_back_is_taken_back_by_every_cadence(seed: int) -> None:
    rows = rows_of(seed)
    luck = random.Random(seed)  # noqa: S311 - a repeatable batch, no secret
    rows["returns"] = []
    for order in luck.sample(rows["orders"], 8):
        day = dt.date.fromisoformat(order["time"]) + dt.timedelta(days=luck.randrange(0, 25))
        rows["returns"].append({"order": order["order"], "line": "1", "quantity": "1", "time": day.isoformat()})
    bonuses = "  levels: {kind: level, base: orders(pv), rates: [10%, 5%]}\n"
    rule = "returns: {later: same amounts, volume: none}"
    both = bonuses.replace("{kind", "{every: week, kind") + MONTHLY.replace("previous(own) > 0", "own > 0")
    facts = facts_of(rows)
    parts = of_kind(list(chain(load_plan(plan_of(both, returns=rule)), facts, None, FIRST, LAST)), "week")

    for result in chain(load_plan(plan_of(bonuses, "week", rule)), facts, None, FIRST, LAST):
        assert amounts(parts[result.period]) == amounts(result)
    assert any(("returns" in name) for result in parts.values() for _, name in amounts(result))

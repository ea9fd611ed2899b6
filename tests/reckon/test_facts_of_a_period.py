"""What a run makes of facts at their edges: booking cut-offs, currencies, prices that are not given, positions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from trueline.facts import Company, Facts
from trueline.period import Period
from trueline.plan import load_plan
from trueline.run import Result, run

Rows = dict[str, Any]
JANUARY = Period.parse("2024-01")
LEVEL = {"kind": "level", "base": "orders(pv)", "rates": ["10%"]}
LINE = [("1", ""), ("2", "1"), ("3", "2")]
MEMBERS = [{"member": member, "sponsor": sponsor, "joined": "2023-01-01"} for member, sponsor in LINE]
VOLUMES = [{"member": member, "volume": "pv", "amount": "100", "effective": "2024-01-10"} for member, _ in LINE]
EURO = [{"currency": "EUR", "rate": "1.5", "from": "2020-01-01"}]


def facts_of(**tables: Any) -> Facts:
    company = Company("Edge", "UTC", "USD", {"pv": Fraction(1, 100)}, {})
    return Facts.from_rows(company, {"members": MEMBERS, **tables})


def result_of(bonuses: Rows, facts: Facts, **more: Any) -> Result:
    usual = {"plan": "edge", "currency": "USD", "period": "month", "volumes": {"pv": "0.01"}}
    plan = {**usual, "rounding": {"to": "0.01", "mode": "half up"}, **more, "bonuses": bonuses}
    return run(load_plan(plan, "edge").at(JANUARY), facts, None, JANUARY)


def test_a_member_who_joins_after_the_cut_off_leaves_everybody_else_in_place() -> None:
    """The newcomer's undated sponsor must not become the sponsor of the last member known."""
    newcomer = {"member": "0", "sponsor": "1", "joined": "2024-02-20"}
    facts = facts_of(members=[*MEMBERS, newcomer], volumes=VOLUMES)
    cut = result_of({"b": LEVEL}, facts.known_by(Period.parse("2024-02").start_seconds))

    assert [cut.parent("sponsor", member) for member, _ in LINE] == [None, "1", "2"]
    assert cut.hashes == result_of({"b": LEVEL}, facts_of(volumes=VOLUMES)).hashes


def test_an_order_credited_to_somebody_not_yet_known_is_not_the_buyers() -> None:
    facts = facts_of(
        members=[*MEMBERS, {"member": "9", "joined": "2024-02-20"}],
        orders=[{"order": "a", "buyer": "3", "credited": "9", "time": "2024-01-05"}],
        order_lines=[{"order": "a", "line": "1", "volume.pv": "100"}],
    )
    cut = result_of({"b": LEVEL}, facts.known_by(Period.parse("2024-02").start_seconds))

    assert cut.total() == 0

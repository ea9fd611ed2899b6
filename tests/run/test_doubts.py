"""What a run says of itself when something may not be meant so; and the names of stored runs."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from trueline.cli.main import trueline
from trueline.facts import Company, Facts
from trueline.period import Period
from trueline.plan import load_plan
from trueline.run import chain, run
from trueline.run.store import run_name

MARCH = Period.parse("2026-03")


def doubts(measures: dict[str, str], names: list[tuple[str, str]]) -> list[tuple[str, ...]]:
    """Of two months; each member brings in an opening balance of one (kind, name)."""
    plan: dict[str, Any] = {"plan": "Doubts", "currency": "USD", "period": "month", "volumes": {"pv": "1"}}
    plan |= {"rounding": {"to": "0.01", "mode": "half up"}, "measures": measures}
    plan["conditions"] = {"active": "own >= 1", "loyal": "streak(active) >= 2"}
    rows: dict[str, Any] = {
        "members": [{"member": f"m{place}", "joined": "2026-03-01"} for place, _ in enumerate(names)],
        "balances": [
            {"member": f"m{place}", "what": what, "name": name, "value": "5", "as_of": "2026-02-28"}
            for place, (what, name) in enumerate(names)
        ],
        "volumes": [{"member": "m0", "volume": "pv", "amount": "1", "effective": "2026-03-02"}],
    }
    facts = Facts.from_rows(Company("Test", "UTC", "USD", {"pv": Fraction(1)}, {}), rows, "test")
    return [one.doubts for one in chain(load_plan(plan, "plan.yaml"), facts, None, MARCH, MARCH.next())]


def test_opening_balances_that_nothing_reads_are_named_in_the_run_that_opens() -> None:
    measures = {"own": "orders(pv)", "other": "orders(pv)", "all": "lifetime(own)"}
    names = [("lifetime", "own"), ("lifetime", "owm"), ("lifetime", "owm"), ("lifetime", "other"), ("streak", "active")]

    first, second = doubts(measures, names)

    assert first == (
        "The plan reads no opening lifetime of 'other', which 1 member brought in. Known here: 'own'.",
        "The plan reads no opening lifetime of 'owm', which 2 members brought in. Did you mean 'own'?",
    )
    assert second == ()


def test_a_plan_without_lifetimes_can_have_mistaken_none() -> None:
    assert doubts({"own": "orders(pv)"}, [("lifetime", "anything")]) == [(), ()]


def test_a_lifetime_of_an_expression_without_a_name_has_no_opening() -> None:
    first, _ = doubts({"own": "orders(pv)", "all": "lifetime(orders(pv))"}, [("lifetime", "pv")])

    assert first == (
        "The plan reads no opening lifetime of 'pv', which 1 member brought in. lifetime(…) of a named measure reads one.",
    )


def test_a_period_without_members_says_so(tmp_path: Path) -> None:
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts" / "company.yaml").write_text("company: Early\ntime zone: UTC\ncurrency: USD\n")
    (tmp_path / "facts" / "members.csv").write_text("member,joined\nb,2026-05-07\na,2026-06-01\n")
    plan = tmp_path / "plan.yaml"
    plan.write_text("plan: Early\ncurrency: USD\nperiod: month\nrounding: {to: 0.01, mode: half up}\n")
    words = ["run", str(plan), str(tmp_path / "facts"), "--period", "2026-04", "--dry"]

    text, data = (CliRunner().invoke(trueline, [*words, *more]) for more in ([], ["--json"]))

    assert "Nobody is there in 2026-04: the first member joins on 2026-05-07." in text.stdout
    assert json.loads(data.stdout)[0]["doubts"] == ["Nobody is there in 2026-04: the first member joins on 2026-05-07."]


@pytest.mark.parametrize(
    ("plan", "name"),
    [
        ("MLM Reference: plan 2", "mlm-reference-plan-2"),
        ("План выплат", "план-выплат"),
        ("План наград", "план-наград"),
        ("報酬", "報酬"),
        ("की", "की"),
        ("Caf\u00e9", "caf\u00e9"),
        ("Cafe\u0301", "caf\u00e9"),
    ],
)
def test_a_run_is_named_after_the_letters_of_its_plan(plan: str, name: str) -> None:
    assert run_name(plan, MARCH) == f"2026-03-{name}"


def test_names_without_letters_and_long_names_stay_apart() -> None:
    names = [run_name(plan, MARCH) for plan in ("★", "☆", "計" * 100, "計" * 101)]

    assert len(set(names)) == 4
    assert all(len(name.encode()) < 160 for name in names)


def test_money_of_members_who_are_no_longer_in_the_facts_is_told() -> None:
    """10 of ann and 5 of ben wait, cat owes 3.50; in April ben and cat are missing from the members."""
    plan: dict[str, Any] = {"plan": "Gone", "currency": "USD", "period": "month", "volumes": {"pv": "1"}}
    plan |= {"rounding": {"to": "0.01", "mode": "half up"}, "limits": {"payout": {"from": "50", "below": "carry"}}}
    plan["bonuses"] = {"own": {"kind": "rebate", "base": "orders(pv)", "rate": "10%", "hold until": "country = US"}}
    balances = [("ann", "carried", "10"), ("ben", "carried", "5"), ("cat", "negative balance", "3.50")]
    rows: dict[str, Any] = {
        "members": [{"member": name, "country": "FR"} for name, _, _ in balances],
        "balances": [{"member": name, "what": what, "value": value} for name, what, value in balances],
        "volumes": [{"member": "ben", "volume": "pv", "amount": "20", "effective": "2026-03-02"}],
    }
    company = Company("Test", "UTC", "USD", {"pv": Fraction(1)}, {})
    whole, months = load_plan(plan, "plan.yaml"), (MARCH, MARCH.next())
    march = run(whole.at(months[0]), Facts.from_rows(company, rows, "test"), None, months[0])
    left = {"members": rows["members"][:1], "volumes": [], "balances": []}
    april = run(whole.at(months[1]), Facts.from_rows(company, left, "test"), march.state, months[1])

    assert march.doubts == ()
    (doubt,) = april.doubts
    assert doubt == (
        "The state knows ben, cat, not there in 2026-04: 7.00 that wait for them and 3.50 that they owe stay in the "
        "state and in no figure of this run. Keep members in the facts as long as money waits."
    )

"""What a result answers and how its columns are kept: numbers, conditions, ranks, texts, and counts beyond int64."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from trueline.errors import Refused
from trueline.facts import Company, Facts
from trueline.period import Period
from trueline.plan import load_plan
from trueline.run import Result, run
from trueline.run.difference import Made, difference
from trueline.run.legacy import Legacy, read_legacy
from trueline.run.reconcile import reconcile

COMPANY = Company("Kinds of values", "UTC", "USD", {"pv": Fraction(1, 100)})
JANUARY = Period.parse("2024-01")
PLAN = """
plan: Values
currency: USD
period: month
volumes: {pv: 0.01}
rounding: {to: 0.01, mode: half up}
measures:
  own: orders(pv)
  third: orders(pv) / 3
  home: if(country = US, 1, 0)
  square: own * own
conditions:
  large: own >= 100
ranks: {Star: large}
bonuses:
  team: {kind: level, base: orders(pv), rates: [10%], rounding: {to: 0.01, mode: down, per: line}}
"""
MEMBERS = [("ann", "", "US"), ("bob", "ann", ""), ("cat", "ann", "DE")]
VOLUMES = {"ann": "100", "bob": "33.35", "cat": "20"}


def facts_of(volumes: dict[str, str] = VOLUMES) -> Facts:
    return Facts.from_rows(
        COMPANY,
        {
            "members": [{"member": name, "sponsor": above, "country": land} for name, above, land in MEMBERS],
            "volumes": [
                {"member": name, "volume": "pv", "amount": amount, "effective": "2024-01-10"}
                for name, amount in volumes.items()
            ],
        },
    )


def result_of(text: str = PLAN, facts: Facts | None = None, *, lines: bool = True) -> Result:
    return run(load_plan(text, "plan.yaml").at(JANUARY), facts or facts_of(), None, JANUARY, lines=lines)


def test_every_kind_of_value_is_answered_and_kept_as_what_it_is() -> None:
    result = result_of()
    table = result.members.to_pydict()

    assert [result.measure(name, "third") for name in ("ann", "bob")] == [Fraction(100, 3), Fraction(3335, 300)]
    assert [result.measure(name, "large") for name in ("ann", "bob")] == [True, False]
    assert [result.measure(name, "rank") for name in ("ann", "bob")] == ["Star", None]
    assert [result.measure(name, "country") for name in ("ann", "bob", "cat")] == ["US", None, "DE"]
    assert table["large"] == [True, False, False]
    assert table["rank"] == ["Star", None, None]
    assert table["third"] == ["100/3", "667/60", "20/3"], "no decimal says a third"


def test_a_count_beyond_int64_is_kept_to_the_last_digit() -> None:
    """4 · 10^10 times itself, in units of 0.0001: 1.6 · 10^25 of them."""
    result = result_of(facts=facts_of({"ann": "40000000000", "bob": "1"}))

    assert result.measure("ann", "square") == 16 * 10**20
    assert [Fraction(str(value)) for value in result.members.to_pydict()["square"]] == [16 * 10**20, 1, 0]


def test_what_a_bonus_does_not_have_is_nothing() -> None:
    result = result_of(lines=False)

    assert result.bank("ann", "team", "left") == 0
    assert list(result.lines("team")) == []


def test_a_system_that_rounds_otherwise_is_found_out_by_the_bonus_that_has_its_own_rounding() -> None:
    """10 % of 33.35 and of 20: 3.33 + 2.00 rounded down here, 3.34 + 2.00 there."""
    ours = Made("run", load_plan(PLAN, "plan.yaml"), facts_of(), None, JANUARY)
    assert ours.result().amount("ann", "team") == Fraction("5.33")

    found = reconcile(ours, Legacy("legacy.csv", {("ann", ""): Fraction("5.34")}, by_bonus=False))

    (group,) = found.groups
    assert "round" in group.cause
    assert [(gap.member, gap.ours, gap.theirs) for gap in group.gaps] == [("ann", Fraction("5.33"), Fraction("5.34"))]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "The file cannot be read: No such file or directory. Check the path."),
        ("member,amount,amount\nann,1,2\n", "'amount' stands twice. Keep one of the two."),
    ],
)
def test_a_file_of_another_system_that_cannot_be_used(text: str | None, said: str, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / "legacy.csv").write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_legacy(tmp_path / "legacy.csv")
    assert said in str(refused.value)


def test_runs_that_cannot_be_set_side_by_side_are_refused() -> None:
    ours = Made("run", load_plan(PLAN, "plan.yaml"), facts_of(), None, JANUARY)
    weekly = load_plan(PLAN.replace("period: month", "period: week"), "plan.yaml")
    with pytest.raises(Refused, match="One run is of a month, the other of a week"):
        difference(ours, Made("other", weekly, facts_of(), None, Period.parse("2024-W02")))
    with pytest.raises(ValueError, match="The order names each of facts, trees, plan, state once"):
        difference(ours, ours, ["facts", "facts", "plan", "state"])

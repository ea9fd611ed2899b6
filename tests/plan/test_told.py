"""Sentences that the golden plan does not need: conditions inside one another, limits, holds, promises."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from trueline.period import Period
from trueline.plan import Plan, load_plan
from trueline.plan.promise import total_by_base
from trueline.plan.telling import Bullets, Grid, Heading, Paragraph, tell

HEAD: dict[str, Any] = {
    "plan": "Told",
    "currency": "USD",
    "period": "month",
    "volumes": {"pv": "1"},
    "rounding": {"to": "0.01", "mode": "half up"},
    "ranks": {"Guide": "orders(pv) >= 10", "Master": "orders(pv) >= 50"},
    "trees": {"slim": {"from": "sponsor", "keep": "new", "moves": {"moved": "orders(pv)"}}},
}
LEVEL = {"kind": "level", "base": "orders(pv)", "rates": ["1%"]}


def plan_of(**more: Any) -> Plan:
    return load_plan({**HEAD, **more}, "told.yaml").at(Period.parse("2024-01"))


def told(**more: Any) -> str:
    """All sentences of a plan, one below the other."""
    found: list[str] = []
    for block in tell(plan_of(**more)):
        if isinstance(block, (Paragraph, Heading)):
            found.append(block.text)
        elif isinstance(block, Bullets):
            found.extend(block.items)
        elif isinstance(block, Grid):
            found.extend(" | ".join(row) for row in (block.head, *block.rows))
    return "\n".join(found)


@pytest.mark.parametrize(
    ("measure", "words"),
    [
        ("-1 * orders(pv)", "minus own PV"),
        ("-20% * orders(pv)", "minus 20% of own PV"),
        ("-1 * (150% * orders(pv))", "minus 150% of own PV"),
        ("2 * (orders(pv) * 3)", "6 times own PV"),
        ("orders(pv) * 10% * 2", "20% of own PV"),
        ("orders(pv) / 4 * 2", "own PV divided by 2"),
        ("-2 * -1 * orders(pv)", "2 times own PV"),
        ("3 * orders(pv) * days", "3 times own PV times days since joining"),
    ],
)
def test_constants_of_a_product_are_said_once(measure: str, words: str) -> None:
    assert f"**m**: {words}." in told(measures={"m": measure}, bonuses={"b": LEVEL})


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ("country = market", "for whom country is the same as market."),
        ("country != market", "for whom country is not the same as market."),
        ("not (country = market)", "for whom country is not the same as market."),
        ("parent(new)", "for whom the member directly above joined in this period."),
        ("not parent(new)", "for whom the member directly above does not match: joined in this period."),
        ("owner(new)", "for whom the owner joined in this period."),
        (
            "if(new, participant, customer)",
            "who (is a participant where the condition holds that it joined in this period, otherwise is a customer).",
        ),
        ("10 <= orders(pv)", "who has own PV of at least 10."),
    ],
)
def test_conditions(condition: str, sentence: str) -> None:
    assert f"**told** is met by a member {sentence}" in told(conditions={"told": condition})


@pytest.mark.parametrize(
    ("measure", "sentence"),
    [
        ("if(new, 1, 0)", "1 if the member joined in this period, otherwise 0."),
        ("company(new)", "number of all members who joined in this period."),
        ("orders(pv where not (kind = autoship))", "own PV from order lines with not (kind “autoship”)."),
    ],
)
def test_measures(measure: str, sentence: str) -> None:
    assert f"**told**: {sentence}" in told(measures={"told": measure})


def test_limits() -> None:
    text = told(
        bonuses={"b": LEVEL, "c": LEVEL},
        limits={
            "members": {"at most": "100", "over": "last 3 periods"},
            "owners": {"at most": "200", "over": "lifetime", "exempt": ["b"]},
            "structures": [
                {"of": ["b"], "at most": "5% * company(orders(pv))", "how": "lower ranks first"},
                {"of": ["b", "c"], "at most": "50", "how": "plan order"},
            ],
            "payout": {"from": "20", "below": "lost", "negative": {"forgiven after": "3"}},
        },
    )

    for sentence in (
        "A member is paid at most 100 over all bonuses over 3 periods.",
        "An owner is paid at most 200 over all positions and bonuses in a life, not counting b.",
        "All of b costs at most 5% of the company's PV; above it the lowest ranks are cut first.",
        "B and c together cost at most 50; above it the last bonuses of the plan are cut first.",
        "Amounts below 20.00 USD are lost.",
        "A sum below 0 is owed for 3 × month, then forgiven; what is earned goes to it first.",
    ):
        assert sentence in text


def test_holds_caps_and_months_of_a_bonus() -> None:
    text = told(
        bonuses={
            "b": {
                **LEVEL,
                "hold until": {"when": "new", "for": "2"},
                "paid in": ["3"],
                "cap per member": {"at most": "5", "over": "lifetime"},
            }
        }
    )

    for sentence in (
        "At most 5 per member in a life.",
        "Earnings are kept back until the member is one who joined in this period.",
        "What is still kept back 2 × month later stays with the company.",
        "It is paid only in periods that end in March.",
    ):
        assert sentence in text


def test_tables_by_what_moved_and_by_country() -> None:
    text = told(
        tables={
            "t": {"on": "moved", "cliff": {"0": "1", "10": "2"}},
            "u": {"on": "country", "values": {"DE": "1"}, "otherwise": "0"},
        }
    )

    assert "**t**: by *moved*; the last row reached holds for the whole amount." in text
    assert "**moved**: own PV, with what moved to the member in the tree *slim*." in text
    assert "DE | 1\notherwise | 0" in text


@pytest.mark.parametrize(
    ("bonus", "promised"),
    [
        ({"kind": "infinity", "rate": "t"}, {"PV": Fraction(12, 100)}),  # full: each distinct rate once
        ({"kind": "infinity", "rate": "t", "pays": "difference"}, {"PV": Fraction(7, 100)}),
        ({"kind": "infinity", "rate": "4%", "ceiling": "9%"}, {"PV": Fraction(9, 100)}),
        ({"kind": "infinity", "rate": "r"}, {}),  # worked out: nothing is known
        ({"kind": "difference", "rate": "t"}, {"PV": Fraction(7, 100)}),
        ({"kind": "difference", "rate": "t", "ceiling": "6%"}, {"PV": Fraction(6, 100)}),
        ({"kind": "rebate", "rate": "if(new, t, 2%)"}, {"PV": Fraction(7, 100)}),
        ({"kind": "rebate", "rate": "if(new, t, r)"}, {}),
        ({"kind": "rebate", "rate": "10%", "base": "half"}, {"PV": Fraction(5, 100)}),
        ({"kind": "rebate", "rate": "10%", "base": "half * 28%"}, {"PV": Fraction(14, 1000)}),
        ({"kind": "level", "rate": "t", "depth": "2"}, {"PV": Fraction(14, 100)}),
        ({"kind": "difference", "rate": "nobody_knows"}, {"PV": Fraction(0)}),  # of unknown values the best known
    ],
)
def test_what_a_bonus_promises_of_its_base(bonus: dict[str, str], promised: dict[str, Fraction]) -> None:
    plan = plan_of(
        measures={"half": "orders(pv) * 50%", "r": "ratio(orders(pv), 1000, 0.01)"},
        tables={
            "t": {"on": "rank", "cliff": {"Guide": "5%", "Master": "7%"}},
            "nobody_knows": {"on": "rank", "cliff": {"Guide": "unknown"}},
        },
        bonuses={"b": {"base": "orders(pv)", **bonus}},
    )

    assert total_by_base(plan) == promised


def test_sources_that_exclude_one_another_are_not_added_up() -> None:
    """Whoever is new brings 10 %, whoever is not 4 %, and everybody 1 %: at most 11 %."""
    rebate = {"kind": "rebate", "base": "orders(pv)"}
    plan = plan_of(
        bonuses={
            "fresh": {**rebate, "rate": "10%", "sources": "new"},
            "old": {**rebate, "rate": "4%", "sources": "not new"},
            "all": {**rebate, "rate": "1%"},
        }
    )

    assert total_by_base(plan) == {"PV": Fraction(11, 100)}


@pytest.mark.parametrize(
    ("rules", "sentences"),
    [
        (
            {"returns": {"later": "same amounts"}},
            [
                "When goods come back in a later period than they were sold in, each member gives back what they brought.",
                "Of kept and fund, what was paid on them stays paid.",
                "Of even, each member gives back the average of what was paid on so much.",
                "Volumes of the period in which they come back are less by them.",
            ],
        ),
        (
            {"returns": {"later": "none", "volume": "none"}},
            [
                "When goods come back in a later period than they were sold in, what was paid on them stays paid.",
                "Of even, each member gives back the average of what was paid on so much.",
                "Volumes of the period in which they come back are as if nothing had come back.",
            ],
        ),
        (
            {"returns": {"later": "none"}, "late": {"rows": "recompute", "ranks": "stay"}},
            [
                "When goods come back in a later period than they were sold in, what was paid on them stays paid.",
                "Of even, each member gives back the average of what was paid on so much.",
                "Volumes of the period in which they come back are less by them.",
                "When facts are booked late, closed periods are computed again, and the differences are settled.",
                "Ranks of closed periods stay as they were.",
            ],
        ),
    ],
)
def test_what_becomes_of_goods_that_come_back(rules: dict[str, Any], sentences: list[str]) -> None:
    bonuses = {
        "team": LEVEL,
        "kept": {**LEVEL, "returns": "none"},
        "even": {**LEVEL, "returns": "average"},
        "fund": {"kind": "pool", "fund": "1% * company(orders(pv))", "shares": "orders(pv)"},
    }
    lines = told(bonuses=bonuses, **rules).splitlines()
    start = lines.index("Returns and late bookings") + 1

    assert lines[start : start + len(sentences) + 1] == [*sentences, "What is promised"]


def test_closed_periods_that_are_computed_again() -> None:
    lines = told(bonuses={"team": LEVEL}, returns={"later": "recompute", "ranks": "recompute"}).splitlines()
    start = lines.index("Returns and late bookings") + 1

    assert lines[start : start + 2] == [
        (
            "When goods come back in a later period than they were sold in, the period of the sale is computed again without "
            "them, and the differences are settled."
        ),
        "Ranks of closed periods are found anew.",
    ]
    assert "Returns and late bookings" not in told(bonuses={"team": LEVEL})

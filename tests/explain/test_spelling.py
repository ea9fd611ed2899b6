"""Expressions back in words: what is told reads as the same rule again."""

from __future__ import annotations

import pytest

from trueline.explain.words import spell
from trueline.period import Period
from trueline.plan import Plan, load_plan
from trueline.plan.steps import ExprStep

HEAD = {
    "plan": "Words",
    "currency": "USD",
    "period": "month",
    "volumes": {"pv": "0.5", "cv": "1"},
    "attributes": {"scheme": ["old", "new one"]},
    "rounding": {"to": "0.01", "mode": "half up"},
    "trees": {"slim": {"from": "sponsor", "keep": "participant"}, "seats": {"placed": {"width": "3"}}},
    "ranks": {"Guide": "orders(pv) >= 10", "Senior Guide": "orders(pv) >= 50"},
    "tables": {"rate": {"on": "rank", "cliff": {"Guide": "5%"}}},
    "bonuses": {"fast start": {"kind": "rebate", "base": "orders(pv)", "rate": "5%"}},
}

NUMBERS = (
    "orders(pv where kind = autoship and quantity >= 2)",
    "orders(pv where class != tools, last 3 periods)",
    "orders(cv, previous period) + orders(cv, lifetime)",
    "orders(pv, first 60 days) - orders(pv, first 2 months)",
    'largest_order(price where sku != "A 1")',
    "order_count() + order_count(where day <= 30)",
    "order_count(where price >= 20, last 2 periods)",
    "frontline(participant in slim)",
    "customers(orders(pv) > 0)",
    "downline(orders(pv))",
    'group(orders(pv) cut at rank >= "Senior Guide" in slim)',
    "levels(2 to 4, orders(pv))",
    "legs(rank >= Guide) + enrolled_legs(rank = Guide in slim)",
    "leg(2, group(orders(pv))) + rest(1, group(orders(pv)))",
    "capped(orders(pv) * 2, group(orders(pv)))",
    "company(orders(pv)) / 3",
    "parent(orders(pv) in slim)",
    "owner(orders(pv))",
    "depth(slim) + depth(sponsor)",
    "slot(3, orders(pv) in seats) + position(seats)",
    "min(orders(pv), days) + max(orders(pv), 3) + highest(2, orders(pv), days, 7)",
    "if(new or customer, orders(pv), 0)",
    "whole(orders(pv) / 100)",
    "ratio(orders(pv), orders(cv), 0.01)",
    "previous(orders(pv)) + lifetime(orders(pv)) + last(3, orders(pv))",
    "streak(orders(pv) >= 10)",
    'earned("fast start")',
    "(orders(pv) + days) * 3",
    "orders(pv) - (days - 3)",
    "orders(pv) - days - 3",
    "-orders(pv) + 4",
    "-(orders(pv) + 4)",
    "orders(pv) * 2.5%",
    "orders(pv) / 7 * rate",
    "orders(pv) * (2 * days)",
    "1 000 - orders(pv) * 0.5",
)
CONDITIONS = (
    "not (participant and new)",
    "not participant and new",
    "(participant or new) and customer",
    "participant or new and customer",
    "not (orders(pv) >= 10)",
    "orders(pv) >= days + 3",
    "rank > none and title != Guide",
    "given_rank = \"Senior Guide\"",
    "scheme = \"new one\" or scheme != old",
    "country != market",
    "status = active",
    "kept(slim)",
    "override(\"active\")",
    "parent(rank) >= rank",
    "previous(rank) < Guide",
    "ordinal <= 2",
)  # fmt: skip


def plan_with(kind: str, written: str) -> Plan:
    return load_plan({**HEAD, kind: {"told": written}}, "words.yaml").at(Period.parse("2026-03"))


def spelled(plan: Plan) -> str:
    step = plan.steps["told"]
    assert isinstance(step, ExprStep)
    return spell(plan, step.expression)


@pytest.mark.parametrize(
    ("kind", "written"), [("measures", one) for one in NUMBERS] + [("conditions", one) for one in CONDITIONS]
)
def test_what_is_told_reads_as_the_same_rule(kind: str, written: str) -> None:
    """Every step of both plans is the same: functions, scales, brackets."""
    plan = plan_with(kind, written)

    assert plan_with(kind, spelled(plan)).steps == plan.steps

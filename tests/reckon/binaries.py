"""Small companies with two sides below everybody, for tests of binary bonuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.properties.two_engines import facts_of

from trueline.period import Period
from trueline.plan import load_plan
from trueline.run import Result, chain

Rows = dict[str, Any]
Member = tuple[str, str, str]
"""Id, the member above in the tree ``binary``, and the slot there."""

THREE: tuple[Member, ...] = (("YOU", "", ""), ("L", "YOU", "left"), ("R", "YOU", "right"))


def plan_of(bonus: Mapping[str, Any], **more: Any) -> Rows:
    """A plan with one binary bonus named ``b``; 10 % unless it says how it pays."""
    pays = {} if {"rate", "amount", "schedule"} & set(bonus) else {"rate": "10%"}
    usual = {"kind": "binary", "tree": "binary", "base": "orders(pv)"}
    return {
        "plan": "two sides", "currency": "USD", "period": "month", "volumes": {"pv": "0.01"},
        "rounding": {"to": "0.01", "mode": "half up"},
        **more,
        "bonuses": {"b": {**usual, **pays, **bonus}},
    }  # fmt: skip


def rows_of(volumes: Sequence[tuple[str, str, str]], members: Sequence[Member] = THREE, **more: Any) -> Rows:
    """Facts of members and their volumes: (member, day, amount)."""
    edges = [{"tree": "sponsor", "position": name, "parent": above} for name, above, _ in members]
    sides = [{"tree": "binary", "position": name, "parent": above, "slot": slot} for name, above, slot in members]
    return {
        "company": {"currency": "USD", "volumes": {"pv": "0.01"}},
        "members": [{"member": name, "joined": "2023-01-01"} for name, *_ in members],
        "edges": [*edges, *sides],
        "volumes": [
            {"member": name, "volume": "pv", "amount": amount, "effective": day} for name, day, amount in volumes
        ],
        **more,
    }


def played(plan: Rows, rows: Rows, first: str = "2024-01", last: str = "") -> list[Result]:
    """The months from ``first`` to ``last`` in a chain."""
    return list(
        chain(load_plan(plan, "two sides"), facts_of(rows), None, Period.parse(first), Period.parse(last or first))
    )

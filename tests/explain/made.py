"""Small companies for tests: a plan as text, members, sponsors and volumes, and the result of one month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from trueline.facts import Company, Facts
from trueline.period import Period
from trueline.plan import load_plan
from trueline.run import Result, run

MONTH = "2026-03"
HEAD = """\
plan: Test
currency: USD
period: month
volumes: {pv: 1}
rounding: {to: 0.01, mode: half up, per: line}
"""

Row = dict[str, str | None]


def result_of(
    plan: str,
    sponsors: Mapping[str, str | None],
    volumes: Mapping[str, int],
    *,
    orders: Sequence[tuple[str, str, int]] = (),
    members: Mapping[str, Mapping[str, str]] | None = None,
    attributes: Mapping[str, tuple[str, ...]] | None = None,
    roles: Mapping[str, str] | None = None,
    more: Mapping[str, Sequence[Row]] | None = None,
) -> Result:
    """The month of a plan (its head is added): volumes are entries, orders are (id, member, pv) on the tenth."""
    about = members or {}
    tables: dict[str, list[Row]] = {
        "members": [{"member": member, "joined": "2025-01-01", **about.get(member, {})} for member in sponsors],
        "edges": [{"tree": "sponsor", "position": one, "parent": above} for one, above in sponsors.items()],
        "volumes": [
            {"member": one, "volume": "pv", "amount": str(pv), "effective": f"{MONTH}-05", "reason": "total"}
            for one, pv in volumes.items()
        ],
        "orders": [{"order": order, "buyer": one, "time": f"{MONTH}-10"} for order, one, _ in orders],
        "order_lines": [
            {"order": order, "line": "1", "quantity": "1", "price": str(pv), "volume.pv": str(pv)}
            for order, _, pv in orders
        ],
        "roles": [{"member": member, "role": role} for member, role in (roles or {}).items()],
        **{name: list(rows) for name, rows in (more or {}).items()},
    }
    company = Company("Test", "UTC", "USD", {"pv": Fraction(1)}, dict(attributes or {}))
    filled: dict[str, Any] = {name: rows for name, rows in tables.items() if rows or name in ("orders", "order_lines")}
    facts = Facts.from_rows(company, filled, "test")
    return run(load_plan(HEAD + plan, "plan.yaml").at(Period.parse(MONTH)), facts, None, Period.parse(MONTH))

"""Random companies for the measures: those of the engines, without what would make a history that cannot be."""

from __future__ import annotations

from typing import Any

import pytest
from tests.properties import test_invariants as invariants

Rows = dict[str, Any]


def world_of(seed: int) -> tuple[Rows, Rows, list[str]]:
    """Plan, facts and periods; nobody uses credit in kind, since drawn uses may be more than there is.

    Measures refuse plans with cadences, so every bonus is paid by the plan's period.
    """
    plan, rows, periods = invariants.world_of(seed)
    if "lag" in rows["company"]:
        pytest.skip("measures read one delivery of facts, this world has one for each period")
    lines = [{name: text for name, text in row.items() if name != "credit"} for row in rows["order_lines"]]
    bonuses = {
        name: {key: value for key, value in bonus.items() if key != "every"} for name, bonus in plan["bonuses"].items()
    }
    return plan | {"bonuses": bonuses}, rows | {"order_lines": lines}, periods


def in_one_currency(rows: Rows) -> Rows:
    """The same orders, all in the currency of the company."""
    orders = [{name: text for name, text in row.items() if name != "currency"} for row in rows["orders"]]
    return rows | {"orders": orders}

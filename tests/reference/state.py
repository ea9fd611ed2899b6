"""What one period hands to the next (semantics, section 12)."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests.reference.language import Call, Name, number_of
from tests.reference.side import Entries


@dataclass
class Standing:
    """A member's title and what the title rules count."""

    title: str = "none"
    misses: int = 0
    best: str = "none"
    below: int = 0


@dataclass
class State:
    """Values by written expression and member; titles, milestones, what is held and carried, pools."""

    values: dict[Call, dict[str, Any]] = field(default_factory=dict)
    standings: dict[str, Standing] = field(default_factory=dict)
    steps: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    held: dict[tuple[str, str], Fraction] = field(default_factory=dict)
    carried: dict[str, Fraction] = field(default_factory=dict)
    pools: dict[str, Fraction] = field(default_factory=dict)
    banks: dict[tuple[str, str], list[Entries]] = field(default_factory=dict)
    first_cycles: dict[str, set[str]] = field(default_factory=dict)


def opening(balances: list[dict[str, Any]], history: list[Call]) -> State:
    """The state before the first run: titles, lifetime sums and carried amounts from the balances."""
    state = State()
    carried: dict[tuple[str, str], Fraction] = {}
    for row in balances:
        member = row["member"]
        if row["what"] == "title":
            state.standings[member] = Standing(title=row["name"])
        elif row["what"] == "carried":
            carried[member, row.get("name") or ""] = number_of(row["value"])
        elif row["what"] == "lifetime":
            for call in history:
                if call.function == "lifetime" and call.arguments[0] == Name(row["name"]):
                    sums = state.values.setdefault(call, {})
                    sums[member] = number_of(row["value"])
    for (member, _), amount in carried.items():
        state.carried[member] = state.carried.get(member, Fraction(0)) + amount
    return state

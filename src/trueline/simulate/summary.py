"""What came of a simulation, in a few figures for people and programs. Measures proper are taken by ``analyse``."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from trueline.money import format_number
from trueline.money.columns import total
from trueline.simulate.simulation import Simulation


def summary(played: Simulation) -> dict[str, Any]:
    """Counts of people and orders, revenue and rewards (exact texts), and the hash of the facts."""
    people, facts = played.people, played.facts
    last = len(played.books.periods) - 1
    joined = ~people.customer
    revenue = Fraction(total(facts["order_lines"]["price"].numbers)) * facts.company.currency_unit
    if facts.has("returns"):
        revenue -= Fraction(total(facts["returns"]["refund"].numbers)) * facts.company.currency_unit
    ever = int(joined.sum())
    return {
        "scenario": played.scenario.name,
        "way": played.scenario.way,
        "plan": played.books.plan,
        "seed": played.scenario.seed,
        "months": [played.books.periods[0].label, played.books.periods[-1].label],
        "currency": played.scenario.currency,
        "participants ever": ever,
        "participants at the end": int((joined & (people.left > last)).sum()),
        "customers ever": int(people.customer.sum()),
        "customers at the end": int((people.customer & (people.left > last)).sum()),
        "recruited nobody": format_number(Fraction(int((joined & (people.recruits == 0)).sum()) * 1000 // ever, 10))
        + " %",
        "orders": facts["orders"].rows,
        "revenue": format_number(revenue, facts.company.currency_unit),
        "rewards": format_number(
            int(np.sum(played.rewards)) * facts.company.currency_unit, facts.company.currency_unit
        ),
        "participants ever paid": int((played.rewards > 0).sum()),
        "facts": facts.hash,
    }


def summary_text(data: dict[str, Any]) -> str:
    """The same as lines of text."""
    way = f", {data['way']}" if data["way"] else ""
    first, last = data["months"]
    lines = [
        f"{data['scenario']}{way}: {data['plan']}, {first} to {last}, seed {data['seed']}",
        f"Participants: {data['participants ever']} ever, {data['participants at the end']} at the end.",
        f"Recruited nobody: {data['recruited nobody']} of them.",
        f"Customers: {data['customers ever']} ever, {data['customers at the end']} at the end.",
        f"Orders: {data['orders']}, {data['revenue']} {data['currency']}.",
        f"Rewards: {data['rewards']} {data['currency']} to {data['participants ever paid']} participants.",
        f"Facts: {data['facts']}",
    ]
    return "\n".join(lines)

"""`milestone` (semantics, section 7.8)."""

from __future__ import annotations

from fractions import Fraction

from tests.reference.language import number_of
from tests.reference.lines import Kind, Outcome, Piece


def milestone(kind: Kind) -> Outcome:
    """Steps reached, once in a life or every period; their amounts are final."""
    kind.outcome.exactly = True
    for member in kind.values.world.members:
        for step in due(kind, member):
            amount = number_of(kind.bonus["steps"][step - 1]["amount"])
            kind.outcome.promised += amount
            if kind.who(member):
                kind.pay(member, Piece(member, None, None, amount), step, Fraction(1))
            else:
                kind.outcome.lost("unqualified", amount)
    return kind.outcome


def due(kind: Kind, member: str) -> list[int]:
    """The numbers of the steps to pay now."""
    reached = [k for k, step in enumerate(kind.bonus["steps"], start=1) if kind.values.holds(step["when"], member)]
    before = kind.values.state.steps.get((kind.name, member), [])
    once = kind.bonus.get("again", "never") == "never"
    if kind.bonus.get("pays", "highest") == "each":
        return [k for k in reached if not once or k not in before]
    return [k for k in reached[-1:] if not once or k > max(before, default=0)]

"""`pass up` (semantics, section 7.11): a leader keeps its amount after the upline has its floor."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from tests.reference.amounts import rounding_of
from tests.reference.lines import Kind, Outcome, Piece
from tests.reference.rounding import floors, rounded

NOTHING = Fraction(0)


def pass_up(kind: Kind) -> Outcome:
    """Bottom-up, everybody in the tree."""
    values, bonus, outcome = kind.values, kind.bonus, kind.outcome
    outcome.exactly = True
    unit, mode, _ = rounding_of(values.book, bonus)
    rate, least = (values.book.read(bonus[key]) for key in ("rate", "floor"))
    own: dict[str, Fraction] = {}
    for member in values.world.members:
        counts = "sources" not in bonus or values.holds(bonus["sources"], member)
        exact = (
            max(values.number(rate, member) * values.number(kind.values.book.read(bonus["base"]), member), NOTHING)
            if counts
            else NOTHING
        )
        own[member] = rounded(exact, unit, mode)
        outcome.promised += exact
        outcome.lost("rounded", exact - own[member])
        if member not in kind.forest.parent:
            outcome.lost("no upline", own[member])
    passed: dict[str, Fraction] = {}
    for member in sorted(kind.forest.parent, key=lambda m: -len(kind.forest.uplines(m))):
        front = kind.forest.below[member]
        came = sum((passed[c] for c in front), NOTHING)
        guaranteed = max(floor(values.number(least, member) / unit) * unit, NOTHING)
        keeps = max(came - max(guaranteed - own[member], NOTHING), NOTHING) if kind.who(member) else NOTHING
        passed[member] = own[member] + came - keeps
        if keeps:
            parts = floors([keeps * passed[c] / came for c in front], keeps, unit)
            for c, part in zip(front, parts, strict=True):
                if part:
                    kind.pay(member, Piece(c, None, None, part), 1, Fraction(1))
        if kind.forest.parent[member] is None:
            outcome.lost("no upline", passed[member])
    return outcome

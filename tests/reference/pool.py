"""`pool` (semantics, section 7.7)."""

from __future__ import annotations

from fractions import Fraction

from tests.reference.amounts import rounding_of
from tests.reference.language import number_of
from tests.reference.lines import Kind, Outcome, Paid
from tests.reference.rounding import floors, rounded
from tests.reference.world import in_order


def pool(kind: Kind) -> Outcome:
    """A fund split by shares."""
    values, bonus, outcome = kind.values, kind.bonus, kind.outcome
    unit, mode, _ = rounding_of(values.book, bonus)
    fresh = values.number(values.book.read(bonus["fund"]), None)
    fund = max(rounded(fresh, unit, mode), Fraction(0)) + values.state.pools.get(kind.name, Fraction(0))
    outcome.promised = fund
    shares = {m: share_of(kind, m) for m in values.world.members if kind.who(m)}
    holders = sorted((m for m, share in shares.items() if share > 0), key=in_order)
    if not holders:
        outcome.lost("carried" if bonus.get("unclaimed") == "carry" else "unclaimed", fund)
        return outcome
    total = sum((shares[m] for m in holders), Fraction(0))
    if "share value" in bonus:
        per = bonus["share value"]
        value = rounded(fund / total, number_of(per["to"]), per.get("mode", "half up"))
        amounts = [rounded(value * shares[m], unit, mode) for m in holders]
        outcome.lost("rounded", fund - sum(amounts, Fraction(0)))
    else:
        amounts = floors([fund * shares[m] / total for m in holders], fund, unit)
    outcome.exactly = True
    for member, amount in zip(holders, amounts, strict=True):
        outcome.lines.append(Paid(kind.name, member, None, None, None, "", 0, Fraction(0), shares[member], amount))
    return outcome


def share_of(kind: Kind, member: str) -> Fraction:
    """The member's shares, by its exact paid-as rank where they are written by rank."""
    shares = kind.bonus["shares"]
    if isinstance(shares, dict):
        shares = shares.get(kind.values.name("rank", member).name, "0")
    return kind.values.number(kind.values.book.read(shares), member)

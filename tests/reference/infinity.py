"""`infinity` (semantics, section 7.5)."""

from __future__ import annotations

from fractions import Fraction

from tests.reference.difference import best_rates
from tests.reference.language import number_of
from tests.reference.lines import Kind, Outcome, Piece


def infinity(kind: Kind) -> Outcome:
    """Every source pays upwards without end, each payer raising what the next must have."""
    for piece in kind.pieces():
        walk(kind, piece)
    return kind.outcome


def promise(kind: Kind, ceiling: Fraction | None, full: bool) -> Fraction:
    """The most that could be paid per unit of base."""
    if ceiling is not None:
        return ceiling
    rates = {rate for rate in best_rates(kind) if rate > 0}
    return sum(rates, Fraction(0)) if full else max(rates, default=Fraction(0))


def walk(kind: Kind, piece: Piece) -> None:
    bonus, values = kind.bonus, kind.values
    rate = values.book.read(bonus["rate"])
    ceiling = number_of(bonus["ceiling"]) if "ceiling" in bonus else None
    full = bonus.get("pays", "full") == "full"
    always = bonus.get("blocks", "where paid") == "always"
    first = int(bonus.get("from level", "1"))
    most = promise(kind, ceiling, full)
    kind.outcome.promised += most * piece.base
    before, left, handed, name = Fraction(0), ceiling, Fraction(0), "rank"
    uplines = kind.forest.uplines(piece.source)
    if not uplines:
        name = "no upline"
    for distance, u in enumerate(uplines, start=1):
        share = values.number(rate, u) if kind.who(u) else Fraction(0)
        if share == 0:
            continue
        if distance < first:
            before = max(before, share) if always else before
            continue
        if share <= before:
            if bonus.get("when blocked", "skip") == "stop":
                name = "blocked"
                break
            continue
        if left is not None and left <= 0:
            break
        amount = share if full else share - before
        amount = amount if left is None else min(amount, left)
        kind.pay(u, piece, distance, amount)
        handed += amount
        before = share
        left = None if left is None else left - amount
    kind.outcome.lost(name, (most - handed) * piece.base)

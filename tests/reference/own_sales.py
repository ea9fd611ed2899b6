"""`rebate`, `retail`, `customer` and `given` (semantics, sections 7.1 and 13)."""

from __future__ import annotations

from fractions import Fraction

from .language import number_of
from .lines import Kind, Outcome, Piece
from .values import Pair


def rebate(kind: Kind) -> Outcome:
    """Members are paid on their own base."""
    text = None if kind.bonus["kind"] == "rebate" else kind.bonus.get("base", "orders(margin where kind = customer)")
    for piece in kind.pieces(text):
        settle(kind, piece.source, piece, 0)
    return kind.outcome


def customer(kind: Kind) -> Outcome:
    """The nearest participant above a customer is paid on the customer's base."""
    for piece in kind.pieces():
        if not kind.values.name("customer", piece.source):
            continue
        uplines = kind.forest.uplines(piece.source)
        receiver = next((u for u in uplines if kind.values.name("participant", u)), None)
        if receiver is not None:
            settle(kind, receiver, piece, 1)
    return kind.outcome


def settle(kind: Kind, receiver: str, piece: Piece, level: int) -> None:
    """Pay one receiver, or say why not."""
    rate = kind.values.number(
        kind.values.book.read(kind.bonus.get("rate", "100%")), receiver, Pair(piece.source, level)
    )
    kind.outcome.promised += rate * piece.base
    if not kind.who(receiver):
        kind.outcome.lost("unqualified", rate * piece.base)
    elif not kind.allowed(receiver, piece.source, level):
        kind.outcome.lost("blocked", rate * piece.base)
    else:
        kind.pay(receiver, piece, level, rate)


def given(kind: Kind) -> Outcome:
    """Amounts that are facts."""
    sums: dict[str, Fraction] = {}
    for row in kind.values.world.balances:
        if row["what"] == "earned" and row["name"] == kind.name and row["member"] in kind.values.world.facts:
            sums[row["member"]] = sums.get(row["member"], Fraction(0)) + number_of(row["value"])
    for member in kind.values.world.members:
        amount = sums.get(member, Fraction(0))
        kind.outcome.promised += amount
        if not kind.who(member):
            kind.outcome.lost("unqualified", amount)
        elif amount:
            kind.pay(member, Piece(member, None, None, amount), 0, Fraction(1))
    return kind.outcome

"""`rebate`, `retail`, `customer` and `given` (semantics, sections 7.1 and 13)."""

from __future__ import annotations

from fractions import Fraction

from tests.reference.entitled import Course, Part
from tests.reference.language import number_of
from tests.reference.lines import Kind, Outcome, Piece
from tests.reference.orders import day_of, moment_of
from tests.reference.over_trees import seller


def rebate(kind: Kind) -> Outcome:
    """Members are paid on their own base."""
    if kind.bonus.get("entitled") == "before each order":
        course = Course(kind, kind.bonus["rate"])
        for piece in kind.pieces():
            for part in course.parts(piece, [piece.source]):
                settle(kind, piece.source, part.piece, 0, part)
        return kind.outcome
    for piece in kind.pieces():
        settle(kind, piece.source, piece, 0)
    return kind.outcome


def retail(kind: Kind) -> Outcome:
    """Members earn the margin on what they sell, and what customers bought of them."""
    for piece in kind.pieces(kind.bonus.get("base", "orders(margin where kind = customer)")):
        if kind.values.name("customer", piece.source):
            to_seller(kind, piece)
        else:
            settle(kind, piece.source, piece, 0)
    return kind.outcome


def customer(kind: Kind) -> Outcome:
    """The nearest participant above a customer is paid on the customer's base."""
    for piece in kind.pieces():
        if kind.values.name("customer", piece.source):
            to_seller(kind, piece)
    return kind.outcome


def to_seller(kind: Kind, piece: Piece) -> None:
    """Pay the nearest participant above, if there is one."""
    receiver = seller(kind.values, kind.forest, piece.source)
    if receiver is not None:
        settle(kind, receiver, piece, 1)


def settle(kind: Kind, receiver: str, piece: Piece, level: int, now: Part | None = None) -> None:
    """Pay one receiver, or say why not."""
    if now is not None:
        rate = now.rates[receiver]
    else:
        rate = kind.values.number(kind.values.book.read(kind.bonus.get("rate", "100%")), receiver, piece.pair(level))
    kind.outcome.promised += rate * piece.base
    if not kind.who(receiver):
        kind.outcome.lost("unqualified", rate * piece.base)
    elif not kind.allowed(receiver, piece, level):
        kind.outcome.lost("blocked", rate * piece.base)
    else:
        kind.pay(receiver, piece, level, rate, now.name if now else "")


def given(kind: Kind) -> Outcome:
    """Amounts that are facts, and final."""
    kind.outcome.exactly = True
    sums = {member: Fraction(0) for member in kind.values.world.facts}
    period, first = kind.values.world.period, kind.values.beside.first
    for member in sums:
        rows = [
            row
            for row in kind.values.world.balances
            if (row["what"], row["name"], row["member"]) == ("earned", kind.name, member)
        ]
        inside = [row for row in rows if row.get("as_of") and day_of(row["as_of"]) >= period.first]
        before = sorted((row for row in rows if row not in inside), key=lambda row: moment_of(row.get("as_of") or ""))
        counting = inside or (before[-1:] if first else [])
        sums[member] = sum((number_of(row["value"]) for row in counting), Fraction(0))
    for member in kind.values.world.members:
        amount = sums.get(member, Fraction(0))
        kind.outcome.promised += amount
        if not kind.who(member):
            kind.outcome.lost("unqualified", amount)
        elif amount:
            kind.pay(member, Piece(member, None, None, amount), 0, Fraction(1))
    return kind.outcome

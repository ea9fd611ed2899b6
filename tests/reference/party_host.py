"""`party host` (semantics, section 7.12): credit in kind for who was host of an order."""

from __future__ import annotations

from fractions import Fraction

from tests.reference.facts_of import column, counts
from tests.reference.lines import Kind, Outcome, Piece


def party_host(kind: Kind) -> Outcome:
    """One line per order with a host."""
    values, outcome = kind.values, kind.outcome
    outcome.in_goods = True
    factor, rows = values.book.sales(values.book.read(kind.bonus["base"]))
    rate = values.book.read(kind.bonus["rate"])
    sums: dict[tuple[str, str, str], Fraction] = {}
    for source in values.world.members:
        if "sources" in kind.bonus and not values.holds(kind.bonus["sources"], source):
            continue
        for line in values.world.lines[source]:
            if (
                line.order is not None
                and not line.returned
                and line.host in values.world.facts
                and counts(values, rows, line)
            ):
                key = (str(line.host), source, line.order)
                sums[key] = sums.get(key, Fraction(0)) + factor * column(line, rows.volume)
    for (host, source, order), base in sums.items():
        share = values.number(rate, host)
        outcome.promised += share * base
        if not kind.who(host):
            outcome.lost("unqualified", share * base)
        elif base:
            kind.pay(host, Piece(source, order, None, base), 0, share)
    return outcome

"""What caused a sale: who bought, and as what. Every order line has exactly one cause."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from trueline.facts import ALWAYS, NEVER, Facts
from trueline.facts.columns import Bools, Int32s, Int64s, Table, translated


class Cause(IntEnum):
    """What caused a reward or a piece of revenue: who bought, and as what. One order line has one cause."""

    CUSTOMER = 0  # the buyer was no participant at the time of the order
    OWN_USE = 1  # a participant's order marked own use
    AUTOSHIP = 2  # a participant's order marked autoship
    RESALE = 3  # a participant's order marked for resale, or for a customer
    JOINING = 4  # a joining pack, or a line of a kit
    FEE = 5  # a line of a fee, a tool or an event
    UNKNOWN = 6  # a participant's order whose use is not said
    OTHER = 7  # rewards that no sale caused: entries without an order, given amounts, company money


CAUSES = len(Cause)
_OF_KIND = {
    "own use": Cause.OWN_USE,
    "autoship": Cause.AUTOSHIP,
    "for resale": Cause.RESALE,
    "customer": Cause.RESALE,
}
_OF_PRODUCT = {"kit": Cause.JOINING, "tool": Cause.FEE, "fee": Cause.FEE, "event": Cause.FEE}


def causes_of_lines(facts: Facts) -> NDArray[np.int8]:
    """int8 (order lines): the :class:`Cause` of each row of ``order_lines``.

    What was bought comes first: a line of a joining pack (kind of the order) or of a kit is JOINING, of a fee, a tool
    or an event FEE, whoever bought it. Else the buyer decides: a customer's order is CUSTOMER, a participant's is what
    its kind says, and UNKNOWN where it says nothing.
    """
    orders, lines = facts["orders"], facts["order_lines"]
    bought = _by_order(facts)[order_rows(facts)]
    pack = _words(orders, "kind", {"joining pack": Cause.JOINING})[order_rows(facts)]
    product = np.full(lines.rows, -1, dtype=np.int8)
    if facts.has("products") and "sku" in lines and "kind" in facts["products"]:
        table = facts["products"]
        of_sku = np.full(len(table["sku"].dictionary) + 1, -1, dtype=np.int8)
        of_sku[table["sku"].codes] = _words(table, "kind", _OF_PRODUCT)
        of_sku[-1] = -1
        product = of_sku[translated(lines["sku"], table["sku"].dictionary)]
    return np.where(pack >= 0, pack, np.where(product >= 0, product, bought)).astype(np.int8)


def order_rows(facts: Facts) -> Int64s:
    """int64 (order lines): the row of each line's order in ``orders``."""
    ids = facts["orders"]["order"]
    row = np.full(len(ids.dictionary) + 1, -1, dtype=np.int64)
    row[ids.codes] = np.arange(facts["orders"].rows)
    found: Int64s = row[translated(facts["order_lines"]["order"], ids.dictionary)]
    return found


def buyers(facts: Facts) -> Int32s:
    """int32 (orders): index into ``facts.members`` of who bought; the credited member where no buyer is given; −1."""
    orders = facts["orders"]
    found = np.full(orders.rows, -1, dtype=np.int32)
    for name in ("credited", "buyer"):
        if name in orders:
            found = np.where(orders[name].blank, found, facts.index_of("orders", name)).astype(np.int32)
    return found


def participants_at(facts: Facts, member: Int32s, seconds: Int64s) -> Bools:
    """Boolean (k): whether each member was a participant at its moment; one without any roles row always is."""
    if not facts.has("roles"):
        return np.ones(len(member), dtype=np.bool_)
    table = facts["roles"]
    owner = facts.index_of("roles", "member")
    without = np.ones(len(facts.members), dtype=np.bool_)
    without[owner] = False
    rows = np.flatnonzero(table["role"].codes == table["role"].values.index("participant"))
    rows = rows[np.argsort(owner[rows], kind="stable")]
    since = table["from"].seconds_or(ALWAYS) if "from" in table else np.full(table.rows, ALWAYS)
    until = table["to"].seconds_or(NEVER) if "to" in table else np.full(table.rows, NEVER)
    first = np.searchsorted(owner[rows], member, side="left")
    last = np.searchsorted(owner[rows], member, side="right")
    found = without[member]
    for place in range(int((last - first).max(initial=0))):  # people change roles once or twice
        at = np.flatnonzero(first + place < last)
        row = rows[first[at] + place]
        found[at] |= (since[row] <= seconds[at]) & (seconds[at] < until[row])
    return found


def _by_order(facts: Facts) -> NDArray[np.int8]:
    """int8 (orders): the cause as the buyer and the kind of the order say it."""
    orders = facts["orders"]
    kind = _words(orders, "kind", _OF_KIND)
    use = np.where(kind >= 0, kind, Cause.UNKNOWN)
    if "buyer" in orders:  # without a buyer the order's own word is all there is
        for_customer = _words(orders, "kind", {"customer": Cause.CUSTOMER}) == Cause.CUSTOMER
        use = np.where(orders["buyer"].blank & for_customer, Cause.CUSTOMER, use)
    buyer = buyers(facts)
    outside = (buyer >= 0) & ~participants_at(facts, np.maximum(buyer, 0), orders["time"].seconds)
    return np.where(outside, Cause.CUSTOMER, use).astype(np.int8)


def _words(table: Table, column: str, meaning: dict[str, Cause]) -> NDArray[np.int8]:
    """int8 (n): the cause that a word of a column stands for; −1 for any other, and without the column."""
    if column not in table:
        return np.full(table.rows, -1, dtype=np.int8)
    codes = np.array([meaning.get(word, -1) for word in table[column].values] + [-1], dtype=np.int8)
    return codes[table[column].codes]

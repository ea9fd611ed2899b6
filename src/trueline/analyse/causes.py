"""What caused a sale: who bought, and as what. Every order line has exactly one cause."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trueline.analyse.books import Cause
from trueline.analyse.people import People
from trueline.facts import Facts
from trueline.facts.columns import Table, translated
from trueline.period import Period

_OF_KIND = {
    "own use": Cause.OWN_USE,
    "autoship": Cause.AUTOSHIP,
    "for resale": Cause.RESALE,
    "customer": Cause.RESALE,
}
_OF_PRODUCT = {"kit": Cause.JOINING, "tool": Cause.FEE, "fee": Cause.FEE, "event": Cause.FEE}


def causes_of_lines(facts: Facts, last: Period) -> NDArray[np.int8]:
    """int8 (order lines): the :class:`Cause` of each row of ``order_lines``.

    What was bought comes first: a line of a joining pack (kind of the order) or of a kit is JOINING, of a fee, a tool
    or an event FEE, whoever bought it. Else the buyer decides: a customer's order is CUSTOMER, a participant's is what
    its kind says, and UNKNOWN where it says nothing.
    """
    orders, lines = facts["orders"], facts["order_lines"]
    of_line = facts.sold.order_of_line
    bought = _by_order(facts, last)[of_line]
    pack = _words(orders, "kind", {"joining pack": Cause.JOINING})[of_line]
    product = np.full(lines.rows, -1, dtype=np.int8)
    if facts.has("products") and "sku" in lines and "kind" in facts["products"]:
        table = facts["products"]
        of_sku = np.full(len(table["sku"].dictionary) + 1, -1, dtype=np.int8)
        of_sku[table["sku"].codes] = _words(table, "kind", _OF_PRODUCT)
        of_sku[-1] = -1
        product = of_sku[translated(lines["sku"], table["sku"].dictionary)]
    return np.where(pack >= 0, pack, np.where(product >= 0, product, bought)).astype(np.int8)


def _by_order(facts: Facts, last: Period) -> NDArray[np.int8]:
    """int8 (orders): the cause as the buyer and the kind of the order say it."""
    orders = facts["orders"]
    kind = _words(orders, "kind", _OF_KIND)
    use = np.where(kind >= 0, kind, Cause.UNKNOWN)
    if "buyer" in orders:  # without a buyer the order's own word is all there is
        for_customer = _words(orders, "kind", {"customer": Cause.CUSTOMER}) == Cause.CUSTOMER
        use = np.where(orders["buyer"].blank & for_customer, Cause.CUSTOMER, use)
    buyer = facts.first_named("orders", "buyer", "credited")
    outside = (buyer >= 0) & ~People.of(facts, last, last).when(buyer, orders["time"].seconds)
    return np.where(outside, Cause.CUSTOMER, use).astype(np.int8)


def _words(table: Table, column: str, meaning: dict[str, Cause]) -> NDArray[np.int8]:
    """int8 (n): the cause that a word of a column stands for; −1 for any other, and without the column."""
    if column not in table:
        return np.full(table.rows, -1, dtype=np.int8)
    codes = np.array([meaning.get(word, -1) for word in table[column].values] + [-1], dtype=np.int8)
    return codes[table[column].codes]

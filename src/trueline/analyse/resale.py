"""What participants sold on to end buyers, and what those goods had cost them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from trueline.analyse.amounts import amounts
from trueline.analyse.books import Books, Int64s
from trueline.analyse.sales import Sales
from trueline.facts import ALWAYS, Facts
from trueline.facts.columns import Bools, Column, Int32s, Table, translated
from trueline.reckon.world import dated_rows

VERIFIED = ("receipt", "shipped by company")


@dataclass(frozen=True)
class Resale:
    """int64 per member of the facts, minor units. ``receipts`` is what end buyers paid.

    ``cost`` is what the goods sold had cost the seller, at the average price paid for the product in the span, refunds
    taken off. More sold than bought in the span: the rest costs the member price of the day, ``cost_elsewhere``.
    ``doubtful`` and ``doubtful_elsewhere`` are the parts of receipts and of cost elsewhere on sales that nothing
    verifies. ``lacking`` names what is missing to know all this.
    """

    receipts: Int64s
    cost: Int64s
    cost_elsewhere: Int64s
    doubtful: Int64s
    doubtful_elsewhere: Int64s
    lacking: tuple[str, ...] = ()


def resale(books: Books, sales: Sales, mine: Bools, population: Bools) -> Resale:
    """The receipts of the span by sellers of the population; ``mine`` are the sales that are somebody's purchases."""
    facts, count = books.facts, len(population)
    if not facts.has("receipts"):
        return _nothing(count, ("receipts",))
    table = facts["receipts"]
    if table.rows == 0:
        return _nothing(count, ())
    seconds, seller = table["time"].seconds, facts.index_of("receipts", "seller")
    inside = (seconds >= books.periods[0].start_seconds) & (seconds < books.periods[-1].end_seconds)
    rows = np.flatnonzero(inside & population[seller])
    price = amounts(facts, table, "price", seconds, books.kind)
    lacking = list(price.lacking) if price.unknown[rows].any() else []
    for name in ("sku", "quantity"):
        if rows.size and (name not in table or table[name].blank[rows].any()):
            lacking.append(f"receipts.{name}")
    lines = facts["order_lines"]
    if rows.size and "sku" not in lines:
        lacking.append("order_lines.sku")
    if lacking or rows.size == 0:
        return _nothing(count, tuple(lacking))
    verified = np.zeros(table.rows, dtype=np.bool_)
    if "verification" in table:
        verified = np.isin(table["verification"].codes, [table["verification"].values.index(word) for word in VERIFIED])
    receipts, doubtful = _summed(count, seller[rows], price.cents[rows]), np.zeros(count, dtype=np.int64)
    unsure = rows[~verified[rows]]
    np.add.at(doubtful, seller[unsure], price.cents[unsure])
    goods = _Goods.of(facts, sales, mine, seller[rows], table["sku"].take(rows))
    units = goods.summed(table["quantity"].numbers[rows])
    sure = goods.summed(np.where(verified[rows], table["quantity"].numbers[rows], 0))
    over, over_sure = np.maximum(units - goods.bought, 0), np.maximum(sure - goods.bought, 0)
    cost = _average(goods.paid, units - over, goods.bought)
    elsewhere, missing = _elsewhere(books, goods, table["sku"], (over, over_sure))
    if missing:
        return _nothing(count, missing)
    found = [_summed(count, goods.member, values) for values in (cost, *elsewhere)]
    return Resale(receipts, found[0], found[1], doubtful, found[2])


def _nothing(count: int, lacking: tuple[str, ...]) -> Resale:
    zeros = np.zeros((5, count), dtype=np.int64)
    return Resale(zeros[0], zeros[1], zeros[2], zeros[3], zeros[4], lacking)


def _summed(count: int, index: Int32s | Int64s, values: Int64s) -> Int64s:
    found = np.zeros(count, dtype=np.int64)
    np.add.at(found, index, values)
    return found


@dataclass(frozen=True)
class _Goods:
    """One entry per seller and product that was sold: units ``bought`` and what was ``paid`` for them.

    ``sold`` is the entry of each receipt; ``sku`` are codes of the receipts' column.
    """

    member: Int64s
    sku: Int64s
    bought: Int64s
    paid: Int64s
    sold: Int64s

    @classmethod
    def of(cls, facts: Facts, sales: Sales, mine: Bools, seller: Int32s, sku: Column) -> _Goods:
        """``seller`` and ``sku`` are those of the receipts; the codes of products are the receipts'."""
        many = len(sku.dictionary) + 1
        keys, sold = np.unique(seller.astype(np.int64) * many + sku.codes, return_inverse=True)
        code = translated(facts["order_lines"]["sku"], sku.dictionary)[sales.rows]
        rows = np.flatnonzero(mine & (code >= 0))
        wanted = sales.payer[rows].astype(np.int64) * many + code[rows]
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        rows, place = rows[keys[place] == wanted], place[keys[place] == wanted]
        bought = _summed(len(keys), place, (sales.quantity - sales.back)[rows])
        paid = _summed(len(keys), place, (sales.paid - sales.refunded)[rows])
        return cls(keys // many, keys % many, bought, paid, sold.reshape(-1).astype(np.int64))

    def summed(self, values: Int64s) -> Int64s:
        """A column of the receipts by entry."""
        return _summed(len(self.member), self.sold, values)


def _average(paid: Int64s, units: Int64s, bought: Int64s) -> Int64s:
    """int64 (k): the cost of ``units`` of what was bought for ``paid``, half even."""
    found = np.zeros_like(paid)
    rows = np.flatnonzero(bought > 0)
    for row in rows[units[rows] < bought[rows]].tolist():
        found[row] = round(Fraction(int(paid[row]) * int(units[row]), int(bought[row])))
    whole = rows[units[rows] >= bought[rows]]
    found[whole] = paid[whole]
    return found


def _elsewhere(
    books: Books, goods: _Goods, sku: Column, over: tuple[Int64s, Int64s]
) -> tuple[tuple[Int64s, Int64s], tuple[str, ...]]:
    """The cost of units that were not bought in the span, of all and of those beyond the verified; what is missing."""
    cost, sure = np.zeros_like(goods.paid), np.zeros_like(goods.paid)
    for row in np.flatnonzero(over[0]).tolist():
        price = _member_price(books, sku.values[int(goods.sku[row])], int(goods.member[row]))
        if price is None:
            return (cost, sure), ("products.member_price",)
        cost[row], sure[row] = int(over[0][row]) * price, int(over[1][row]) * price
    return (cost, cost - sure), ()


def _member_price(books: Books, sku: str, member: int) -> int | None:
    """The member price of a product for a member at the end of the span, in minor units; None where there is none."""
    facts, last = books.facts, books.periods[-1].end_seconds - 1
    if not facts.has("products") or "member_price" not in facts["products"]:
        return None
    table = facts["products"]
    rows = np.flatnonzero((table["sku"].codes == _code(table, sku)) & dated_rows(table, books.periods[-1]))
    rows = rows[[_fits(facts, table, row, member) for row in rows.tolist()]] if rows.size else rows
    if rows.size == 0:
        return None
    since = table["from"].seconds_or(ALWAYS)[rows] if "from" in table else np.zeros(len(rows), dtype=np.int64)
    named = ~table["market"].blank[rows] if "market" in table else np.zeros(len(rows), dtype=np.bool_)
    row = int(rows[np.lexsort((since, named))[-1]])  # as a run: the market's own row before one for all
    price = amounts(facts, table.take(np.array([row])), "member_price", np.array([last]), books.kind)
    return None if price.unknown[0] else int(price.cents[0])


def _code(table: Table, sku: str) -> int:
    return table["sku"].values.index(sku) if sku in table["sku"].values else -2


def _fits(facts: Facts, table: Table, row: int, member: int) -> bool:
    """Whether a row of products holds in the market of a member."""
    if "market" not in table or not (wanted := table["market"].text(row)) or "market" not in facts["members"]:
        return True
    people = facts["members"]
    at = int(np.flatnonzero(facts.index_of("members", "member") == member)[0])
    return people["market"].text(at) == wanted

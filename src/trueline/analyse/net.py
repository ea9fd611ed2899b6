"""Who ends with a profit: what everybody got and paid, person by person, and the shares that follow.

    net = rewards + retail margin − purchases not resold − kits − fees − expenses

Retail margin is what end buyers paid (receipts) less what the goods cost the seller; purchases not resold are prices
paid for goods, less refunds and less the cost of what was resold. Trips and prizes are shown apart: nobody can spend
them. What people use themselves counts as spent; figures by ``counting`` say how much hangs on that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from fractions import Fraction

import numpy as np
import pyarrow as pa

from trueline.analyse.amounts import Amounts, amounts
from trueline.analyse.books import Books, Cause, Int64s
from trueline.analyse.figure import Figure
from trueline.analyse.groups import Group, groups
from trueline.analyse.people import People
from trueline.analyse.resale import Resale, resale
from trueline.analyse.sales import Sales
from trueline.analyse.sources import RECRUITING
from trueline.analyse.spread import PERCENTILES, percentile
from trueline.facts.columns import Bools
from trueline.money.columns import total
from trueline.run.exact_columns import scaled_column

ORIGINS = ("ledger", "survey", "assumption")
BAND = 1
"""Net results nearer to 0 than this many units of the currency break even."""
By = tuple[tuple[str, str], ...]
Lacking = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class NetResults:
    """One entry per member of the facts, int64 in minor units of the currency; 0 for those outside ``population``.

    ``population``: everybody who was a participant at any time of the span, and whoever got a reward.
    ``purchases`` are prices paid for goods (kits apart), ``refunds`` what was paid back on any line; ``fees`` are lines
    of fees, tools and events; ``used`` is the part of purchases marked own use or autoship, less refunds. ``expenses``
    come from the table of that name, by origin; a blank origin is an assumption. ``lacking`` names what a column of
    the same name could not know; the column is then 0 and no result rests on it.
    """

    population: Bools
    rewards: Int64s
    other_rewards: Int64s
    purchases: Int64s
    used: Int64s
    kits: Int64s
    fees: Int64s
    refunds: Int64s
    sold: Resale
    ledger: Int64s
    survey: Int64s
    assumption: Int64s
    lacking: dict[str, tuple[str, ...]]

    @property
    def paid(self) -> Int64s:
        """What each paid the company, refunds taken off."""
        return self.purchases + self.kits + self.fees - self.refunds

    @property
    def before_resale(self) -> Int64s:
        """Rewards less what was paid to the company: known wherever prices are."""
        return self.rewards - self.paid

    @property
    def margin(self) -> Int64s:
        """What end buyers paid less what the goods cost the seller."""
        return self.sold.receipts - self.sold.cost - self.sold.cost_elsewhere

    @property
    def expenses(self) -> Int64s:
        return self.ledger + self.survey + self.assumption

    @property
    def net(self) -> Int64s:
        """The net result, with everything that is known of it."""
        return self.before_resale + self.sold.cost + self.margin - self.expenses

    @property
    def countings(self) -> dict[str, Int64s]:
        """The net result counted otherwise: with what people use themselves worth its price (as far as it was not
        resold), and without the sales to end buyers that nothing verifies.
        """
        kept = np.clip(self.purchases - self.refunds - self.sold.cost, 0, None)
        doubtful = self.sold.doubtful - self.sold.doubtful_elsewhere
        return {
            "own use and autoship at their price": self.net + np.minimum(self.used, kept),
            "verified receipts only": self.net - doubtful,
        }


def net_results(books: Books) -> NetResults:
    """What everybody got and paid in the periods of the books.

    A line counts for whoever paid it (payer, else buyer, else credited member) and was a participant at that moment;
    joining packs, kits and fees count also before it.
    """
    facts, people = books.facts, People.of_books(books)
    rewards = _in_minor(books)
    population = books.participants | (rewards != 0)
    sales = Sales.of(facts, books.periods[0], books.periods[-1])
    payer = np.maximum(sales.payer, 0)
    fixed = np.isin(sales.cause, RECRUITING)
    mine = (sales.payer >= 0) & population[payer] & (fixed | people.when(sales.payer, sales.seconds))
    used = np.isin(sales.cause, (Cause.OWN_USE, Cause.AUTOSHIP))

    def summed(rows: Bools, values: Int64s) -> Int64s:
        found = np.zeros(len(population), dtype=np.int64)
        np.add.at(found, payer[mine & rows], values[mine & rows])
        return found

    lacking = {"paid": sales.lacking} if sales.lacking else {}
    other = _dated(books, "rewards_other", "value", population, lacking)
    ledger, survey, assumption = (_expenses(books, origin, population, lacking) for origin in ORIGINS)
    sold = resale(books, sales, mine, population)
    if sold.lacking:
        lacking["sold"] = sold.lacking
    return NetResults(
        population,
        rewards,
        other,
        summed(~fixed, sales.paid),
        summed(used, sales.paid - sales.refunded),
        summed(sales.cause == Cause.JOINING, sales.paid),
        summed(sales.cause == Cause.FEE, sales.paid),
        summed(np.ones_like(fixed), sales.refunded),
        sold,
        ledger,
        survey,
        assumption,
        lacking,
    )


def net_figures(books: Books, results: NetResults | None = None) -> list[Figure]:
    """Profit, break-even and loss of everybody, with mean and percentiles; by cohort, tenure, depth and rank, and by
    whether somebody was recruited. ``before_resale_…`` needs prices only; ``net_…`` also receipts and expenses.
    """
    found = results or net_results(books)
    people, unit = People.of_books(books), books.facts.company.currency_unit
    some = people.recruits > 0
    apart = [Group((("recruited", "somebody"),), some), Group((("recruited", "nobody"),), ~some)]
    figures = list(_of_group(found, unit, np.ones_like(some), ()))
    for group in [*groups(books, people), *apart]:
        if (group.members & found.population).any():
            figures += _of_group(found, unit, group.members, group.by)
    return figures


def person_table(books: Books, results: NetResults) -> pa.Table:
    """One row per person of the population: month of joining, depth, recruits, and every part of the net result."""
    people, unit = People.of_books(books), books.facts.company.currency_unit
    rows = np.flatnonzero(results.population)
    month = [str(np.datetime64(m, "M")) if m >= 0 else None for m in people.cohort[rows].tolist()]
    table: dict[str, pa.Array] = {
        "member": pa.array([books.facts.members[row] for row in rows.tolist()], pa.string()),
        "first_month": pa.array(month, pa.string()),
        "depth": pa.array(people.tree.depth[rows]),
        "recruits": pa.array(people.recruits[rows]),
    }
    for name, values in _columns(results).items():
        table[name] = scaled_column(values[rows], unit)
    for name, reason in results.lacking.items():
        for column in _RESTS_ON[name] & set(table) if reason else ():
            table[column] = pa.nulls(len(rows), table[column].type)
    return pa.table(table)


_RESTS_ON = {
    "paid": {"purchases", "kits", "fees", "refunds", "not_resold", "before_resale", "net"},
    "sold": {"receipts", "cost_of_resold", "cost_elsewhere", "margin", "not_resold", "net"},
    "expenses": {f"expenses_{origin}" for origin in ORIGINS} | {"net"},
    "rewards_other": {"other_rewards"},
}
"""What is unknown -> the columns that are then not shown."""


def _columns(results: NetResults) -> dict[str, Int64s]:
    found = {one.name: getattr(results, one.name) for one in fields(results)}
    sold = results.sold
    names = {"rewards", "other_rewards", "purchases", "kits", "fees", "refunds"}
    columns = {name: found[name] for name in found if name in names}
    columns |= {"receipts": sold.receipts, "cost_of_resold": sold.cost, "cost_elsewhere": sold.cost_elsewhere}
    columns |= {"margin": results.margin, "not_resold": results.purchases - results.refunds - sold.cost}
    columns |= {f"expenses_{origin}": found[origin] for origin in ORIGINS}
    return columns | {"before_resale": results.before_resale, "net": results.net}


def _of_group(found: NetResults, unit: Fraction, members: Bools, by: By) -> Iterator[Figure]:
    rows = found.population & members
    yield from _shares("before_resale", found.before_resale[rows], unit, by, found.lacking.get("paid", ()))
    needed = (found.lacking.get(name, ()) for name in ("paid", "sold", "expenses"))
    missing = tuple(dict.fromkeys(table for tables in needed for table in tables))
    yield from _shares("net", found.net[rows], unit, by, missing)
    if not by:
        for counting, values in found.countings.items():
            yield from _shares("net", values[rows], unit, (("counting", counting),), missing)


def _shares(name: str, results: Int64s, unit: Fraction, by: By, missing: tuple[str, ...]) -> Iterator[Figure]:
    """Shares, mean and percentiles of one kind of result (int64 [k], minor units)."""
    n, band = len(results), int(BAND / unit)
    parts = {
        f"{name}_profit_share": results >= band,
        f"{name}_break_even_share": (results > -band) & (results < band),
        f"{name}_loss_share": results <= -band,
    }
    if missing or n == 0:
        why = "" if missing else "nobody was there"
        for measure in (*parts, f"{name}_mean", f"{name}_percentile"):
            yield Figure(measure, None, by, n, missing=missing, why=why)
        return
    for measure, part in parts.items():
        yield Figure(measure, Fraction(int(part.sum()), n), by, n)
    yield Figure(f"{name}_mean", Fraction(total(np.ascontiguousarray(results)), n) * unit, by, n)
    rising = np.sort(results)
    for p in PERCENTILES:
        yield Figure(f"{name}_percentile", percentile(rising, p) * unit, (*by, ("percentile", str(p))), n)


def _in_minor(books: Books) -> Int64s:
    """int64 (members): rewards of the span in minor units of the company's currency."""
    ratio = books.unit / books.facts.company.currency_unit
    return np.asarray(books.rewards.sum(axis=0) * ratio.numerator // ratio.denominator)


def _dated(
    books: Books, name: str, column: str, population: Bools, lacking: Lacking, only: Bools | None = None
) -> Int64s:
    """int64 (members): Σ of a dated column of money over the span, for the population."""
    found = np.zeros(len(population), dtype=np.int64)
    if not books.facts.has(name):
        lacking[name] = (name,)
        return found
    rows, known = _in_span(books, name, column, population)
    if known.unknown[rows].any():
        lacking[name] = known.lacking
    if only is not None:
        rows = rows[only[rows]]
    np.add.at(found, books.facts.index_of(name, "member")[rows], known.cents[rows])
    return found


def _in_span(books: Books, name: str, column: str, population: Bools) -> tuple[Int64s, Amounts]:
    table = books.facts[name]
    seconds = table["time"].seconds
    inside = (seconds >= books.periods[0].start_seconds) & (seconds < books.periods[-1].end_seconds)
    rows = np.flatnonzero(inside & population[books.facts.index_of(name, "member")])
    return rows, amounts(books.facts, table, column, seconds, books.kind)


def _expenses(books: Books, origin: str, population: Bools, lacking: Lacking) -> Int64s:
    """int64 (members): expenses of one origin."""
    if not books.facts.has("expenses"):
        return _dated(books, "expenses", "amount", population, lacking)
    table = books.facts["expenses"]
    said, blank = np.zeros(table.rows, dtype=np.bool_), np.ones(table.rows, dtype=np.bool_)
    if "origin" in table:
        said, blank = table["origin"].codes == table["origin"].values.index(origin), table["origin"].blank
    only = said | blank if origin == "assumption" else said
    return _dated(books, "expenses", "amount", population, lacking, only)

"""Order lines of a run: who they count for, what is left after returns, and the tests of a ``where``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from trueline.facts import ALWAYS
from trueline.facts.columns import id_order, translated
from trueline.money.rounding import Mode, round_ratio
from trueline.plan.nodes import Window
from trueline.plan.steps import VolumeStep
from trueline.plan.typed import Cell, OrderSum, Ref, Typed, parts_of
from trueline.reckon.currencies import Factors, factors_of
from trueline.reckon.evaluate import Values, evaluate, multiply, plus, times
from trueline.reckon.returns import Back, late_returns, netted
from trueline.reckon.units import to_unit
from trueline.reckon.world import Bools, Int32s, Int64s, World

_DAY = 86_400

Lacking = npt.NDArray[np.int8]
NOT_GIVEN, FOREIGN = 1, 2
"""Why a row lacks a number: a cell that it needs is blank, or an amount is of another currency and has no rate."""


@dataclass
class Entries:
    """Rows of order lines, or of volume entries without an order (``order`` −1), of members present.

    ``member`` is canonical; ``order`` and ``line`` are places in the order of ids, found by ``places`` when somebody
    asks; ``seconds`` is the effective time;
    ``columns`` holds the volumes left after returns and every other column as int64; ``lacking`` says of a
    column which rows do not have it (``NOT_GIVEN``, then it stands as 0, or ``FOREIGN``); ``codes`` the texts' codes.
    ``apart``: the rows are late returns; ``columns`` are the line as it was sold, which a ``where`` tests, and these
    are the amounts to be added, below 0.
    """

    member: Int32s
    places: Callable[[], tuple[Int64s, Int64s]]
    seconds: Int64s
    columns: dict[str, Int64s]
    lacking: dict[str, Lacking]
    codes: dict[str, Int32s]
    words: dict[str, list[str]]
    rows: Int64s
    tags: Callable[[str], Bools]
    apart: dict[str, Int64s] | None = None

    def __len__(self) -> int:
        return len(self.member)

    @cached_property
    def _found(self) -> tuple[Int64s, Int64s]:
        return self.places()

    @property
    def order(self) -> Int64s:
        return self._found[0]

    @property
    def line(self) -> Int64s:
        return self._found[1]


class RowLookup:
    """Columns of order lines, as a ``where`` reads them; what the rows lack is refused."""

    def __init__(self, world: World, entries: Entries) -> None:
        self.world = world
        self.entries = entries

    def reference(self, ref: Ref) -> Values:
        raise TypeError("an order line has no member columns")

    def order_sum(self, node: OrderSum) -> Values:
        raise TypeError("an order line stands alone")

    def level(self) -> Values:
        raise TypeError("an order line has no level")

    def cell(self, cell: Cell) -> Values:
        name = cell.column
        if name in self.entries.codes:
            return self.entries.codes[name]
        if name in ("day", "month"):
            return self.since_joining(name)
        if name == "order_number":
            return order_numbers(self.world)[self.entries.rows]
        return given(self.world, self.entries, name)

    def words(self, part: Typed) -> list[str]:
        if not isinstance(part, Cell):
            return []
        if part.column not in self.entries.words:
            message = f"The plan reads '{part.column}' of order lines, which the facts do not have."
            raise self.world.refuse(message, f"Add the column '{part.column}', or leave it out of the plan.")
        return self.entries.words[part.column]

    def has_tag(self, word: str) -> Values:
        return self.entries.tags(word)

    def since_joining(self, name: str) -> Values:
        """Days or months of each line counted from joining; see ``day`` and ``month`` in the semantics."""
        joined = joining(self.world)[self.entries.member]
        if np.any(joined == ALWAYS):
            member = self.world.ids[int(self.entries.member[int(np.argmax(joined == ALWAYS))])]
            raise self.world.refuse(
                f"Member {member} has no joining date, which a window since joining needs.", "Add 'joined'."
            )
        if name == "day":
            return np.asarray(self.entries.seconds // _DAY - joined // _DAY + 1)
        return np.asarray(month_number(self.entries.seconds) - month_number(joined) + 1)


def numbers_of(world: World, entries: Entries, name: str) -> Int64s:
    """A column of numbers, 0 where it is not given; refused when the facts do not have it at all."""
    if len(entries) == 0:
        return np.zeros(0, dtype=np.int64)
    if name not in entries.columns:
        raise world.refuse(
            f"The facts lack '{name}' of order lines, which the plan reads.", f"Add 'volume.{name}' or the prices."
        )
    return entries.columns[name]


def given(world: World, entries: Entries, name: str) -> Int64s:
    """As :func:`numbers_of`, refused also where one of the rows lacks it."""
    values = numbers_of(world, entries, name)
    missing = np.flatnonzero(entries.lacking.get(name, np.zeros(0, dtype=np.int8)))
    if missing.size:
        lines, row = world.facts["order_lines"], int(entries.rows[missing[0]])
        at = f"Line {lines['line'].text(row)} of order {lines['order'].text(row)}"
        if entries.lacking[name][missing[0]] == FOREIGN:
            message = f"{at} has its '{name}' in another currency than {world.plan.currency}, without a rate."
            raise world.refuse(message, "Give rates_fx a rate in force on the first day of the order's period.")
        remedy = _REMEDIES.get(name, "Give it, 0 where there is none.")
        raise world.refuse(f"{at} has no '{name}', which the plan reads.", remedy)
    return values


def counted(world: World, entries: Entries, name: str) -> Int64s:
    """The amounts that a sum adds: as :func:`given`, of late returns what left."""
    values = given(world, entries, name)
    return values if entries.apart is None else entries.apart[name]


_REMEDIES = {
    name: f"Give the line's SKU a {price}_price in force on the day of the order."
    for name, price in (("margin", "member"), ("retail", "retail"))
}


def month_number(seconds: Int64s) -> Int64s:
    """Months since January 1970, by calendar."""
    return seconds.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)


def joining(world: World) -> Int64s:
    """Seconds of joining per member; ALWAYS where it is not given."""
    if "joining" not in world.cache:
        members = world.facts["members"]
        found = np.full(world.size, ALWAYS, dtype=np.int64)
        if "joined" in members:
            place = world.index[world.facts.index_of("members", "member")]
            found[place[place >= 0]] = members["joined"].seconds_or(ALWAYS)[place >= 0]
        world.cache["joining"] = found
    cached: Int64s = world.cache["joining"]
    return cached


def by_joining(world: World, wanted: Bools) -> Int32s:
    """The wanted members in the order of joining (without a time: first), then id."""
    rows = np.flatnonzero(wanted)
    return rows[np.lexsort((world.id_rank[rows], joining(world)[rows]))].astype(np.int32)


def order_entries(world: World) -> Entries:
    """Order lines of members present, effective before the end of the period, less what came back."""
    if "orders" not in world.cache:
        world.cache["orders"] = _Reader(world).entries()
    entries: Entries = world.cache["orders"]
    return entries


def late_entries(world: World) -> Entries | None:
    """What came back later than it was sold, where measures see it in the period in which it came back."""
    rule = world.plan.returns
    if rule is None or not rule.volume or not world.facts.has("returns"):
        return None
    if "late returns" not in world.cache:
        world.cache["late returns"] = _Reader(world).late()
    entries: Entries = world.cache["late returns"]
    return entries


def order_numbers(world: World) -> Int64s:
    """int64 [order lines]: the order's number among all orders of its credited member, by time, then id; from 1."""
    if "order numbers" not in world.cache:
        entries = order_entries(world)
        rows = np.lexsort((entries.order, entries.seconds, entries.member))
        member, order = entries.member[rows], entries.order[rows]
        fresh = np.append(True, member[1:] != member[:-1])[: len(rows)]
        count = np.cumsum(fresh | np.append(True, order[1:] != order[:-1])[: len(rows)])
        before = np.maximum.accumulate(np.where(fresh, count - 1, 0)) if len(rows) else count
        found = np.zeros(world.facts["order_lines"].rows, dtype=np.int64)
        found[entries.rows[rows]] = count - before
        world.cache["order numbers"] = found
    cached: Int64s = world.cache["order numbers"]
    return cached


class _Reader:
    def __init__(self, world: World) -> None:
        self.world = world
        self.facts = world.facts
        for name in ("orders", "order_lines"):
            if not self.facts.has(name):
                raise world.refuse(f"The facts have no table '{name}', which the plan reads.", "Add the table.")
        self.lines = self.facts["order_lines"]
        self.orders = self.facts["orders"]

    @cached_property
    def order_row(self) -> Int64s:
        """Row of the order of each line."""
        ids = self.orders["order"]
        row_by_code = np.full(len(ids.values) + 1, -1, dtype=np.int64)
        row_by_code[ids.codes] = np.arange(self.orders.rows)
        found: Int64s = row_by_code[translated(self.lines["order"], ids.dictionary)]
        return found

    def entries(self) -> Entries:
        seconds = self.orders["time"].seconds[self.order_row]
        rows = np.flatnonzero((self._line_members >= 0) & (seconds < self.world.period.end_seconds))
        back = netted(self.world, self.lines.rows)
        return self._entries(rows, seconds[rows], self._amounts(np.arange(self.lines.rows), back))

    def late(self) -> Entries:
        """What came back later than it was sold, at the time of the return: see ``Entries.apart``."""
        late = late_returns(self.world)
        there = self._line_members[late.line] >= 0
        before, after = self._amounts(late.line, late.before), self._amounts(late.line, late.after)
        sold = order_entries(self.world)
        place = np.full(self.lines.rows, -1, dtype=np.int64)
        place[sold.rows] = np.arange(len(sold))
        rows = np.flatnonzero(there)
        columns = {name: values[place[late.line[rows]]] for name, values in sold.columns.items()}
        found = self._entries(late.line[rows], late.seconds[rows], columns, whole=False)
        apart = {name: plus(after[name], -before[name])[rows] for name in after}
        return replace(found, apart=apart)

    @cached_property
    def _line_members(self) -> Int32s:
        return self._members()[self.order_row]

    def _entries(self, rows: Int64s, seconds: Int64s, amounts: dict[str, Int64s], *, whole: bool = True) -> Entries:
        """Entries of some lines; ``whole`` says that the amounts are of all lines."""
        of_order, member = self.order_row[rows], self._line_members[rows]
        columns = {name: values[rows] for name, values in amounts.items()} if whole else amounts
        lacking = {name: why[rows] for name, why in self._lacking().items()}
        codes: dict[str, Int32s] = {}
        words: dict[str, list[str]] = {}
        for name in ("kind", "region"):
            if name in self.orders:
                codes[name] = self.orders[name].codes[of_order]
                words[name] = self.orders[name].values
        if "sku" in self.lines:
            codes["sku"], words["sku"] = self.lines["sku"].codes[rows], self.lines["sku"].values
        return Entries(
            np.ascontiguousarray(member, dtype=np.int32),
            lambda: (id_places(self.orders["order"])[of_order], id_places(self.lines["line"])[rows]),
            seconds,
            columns,
            lacking,
            codes,
            words,
            rows,
            lambda word: self._tagged(word)[rows],
        )

    def _members(self) -> Int32s:
        """Canonical member per order: credited, else buyer; −1 when neither is there."""
        found = np.full(self.orders.rows, -1, dtype=np.int32)
        for name in ("buyer", "credited"):
            if name in self.orders:
                index = self.facts.index_of("orders", name)
                there = np.where(index >= 0, self.world.index[np.maximum(index, 0)], -1)
                found = np.where(self.orders[name].blank, found, there).astype(np.int32)
        return found

    def _amounts(self, rows: Int64s, back: Back) -> dict[str, Int64s]:
        """Volumes, price, quantity, retail and margin of some lines, less what came ``back`` of each."""
        lines, plan = self.lines, self.world.plan
        quantity = lines["quantity"].numbers[rows] if "quantity" in lines else np.ones(len(rows), dtype=np.int64)
        left = quantity - back.quantity
        found: dict[str, Int64s] = {"quantity": left}
        for volume, unit in plan.volumes.items():
            name = f"volume.{volume}"
            if name in lines:
                found[volume] = _netted(to_unit(self.world, lines[name], unit, volume)[rows], quantity, left)
                found[volume][self._idle[rows]] = 0
        if "credit" in lines:
            found["credit"] = self.credit(rows)
        if "price" in lines:
            price = self._money(lines["price"])[rows]
            paid = plus(_netted(price, quantity, left + back.refunded), -back.refunds)
            found["price"] = self._order_factors.converted(paid, rows)
            member, retail = self._product_prices()
            if member is not None:
                cost = self._product_factors.converted(multiply(left, member[rows]), rows)
                found["margin"] = plus(found["price"], times(cost, -1))
            if retail is not None:
                found["retail"] = self._product_factors.converted(multiply(left, retail[rows]), rows)
        return found

    def credit(self, rows: Int64s) -> Int64s:
        """What was paid with credit in kind, of some lines."""
        return self._order_factors.converted(self._money(self.lines["credit"])[rows], rows)

    @cached_property
    def _order_factors(self) -> Factors:
        """What converts the prices of lines into the plan's currency."""
        column = self.orders.columns.get("currency")
        codes = self.order_row if column is None else column.codes[self.order_row]
        return self._factors(column, codes)

    @cached_property
    def _product_factors(self) -> Factors:
        """What converts the prices of the lines' products."""
        table = self.facts["products"]
        column = table.columns.get("currency")
        rows = self._product_rows
        return self._factors(column, rows if column is None else np.append(column.codes, -1)[rows])

    def _factors(self, column: Any, codes: Any) -> Factors:
        plan, seconds = self.world.plan, self.orders["time"].seconds[self.order_row]
        return factors_of(self.facts, plan.currency, self.world.period.kind, column, codes, seconds)

    @cached_property
    def _idle(self) -> Bools:
        """Boolean [lines]: the product does not count in volumes."""
        idle = np.zeros(self.lines.rows, dtype=np.bool_)
        if self.facts.has("products") and "sku" in self.lines and "commissionable" in self.facts["products"]:
            column = self.facts["products"]["commissionable"]
            no = ~column.flags & ~column.blank
            if no.any():
                idle = np.append(no, False)[self._product_rows]
        return idle

    def _lacking(self) -> dict[str, Lacking]:
        """Per column, why a line lacks it: its own cell, its product's price, or the currency of either."""
        nothing = np.zeros(self.lines.rows, dtype=np.bool_)
        blank = {name.removeprefix("volume."): column.blank for name, column in self.lines.columns.items()}
        found = {name: blank[name].astype(np.int8) for name in ("quantity", *self.world.plan.volumes) if name in blank}
        foreign = self._order_factors.unknown
        quantity, price = blank.get("quantity", nothing), blank.get("price", nothing)
        found["price"] = _why(price, foreign)
        if self.facts.has("products") and "sku" in self.lines:
            table, row = self.facts["products"], self._product_rows
            abroad = self._product_factors.unknown
            for name, needed, other in (("member", price | quantity, foreign | abroad), ("retail", quantity, abroad)):
                if f"{name}_price" in table:
                    of_line = np.append(table[f"{name}_price"].blank, True)[row]
                    found["margin" if name == "member" else "retail"] = _why(needed | of_line, other)
        return found

    def _money(self, column: Any) -> Int64s:
        """A money column in the plan's minor unit."""
        return to_unit(self.world, column, self.world.plan.money_unit, column.name)

    def _product_prices(self) -> tuple[Int64s | None, Int64s | None]:
        """Member price and retail price per line, by SKU, market and day."""
        if not self.facts.has("products") or "sku" not in self.lines:
            return None, None
        row = self._product_rows
        table = self.facts["products"]
        found: list[Int64s | None] = []
        for name in ("member_price", "retail_price"):
            if name not in table:
                found.append(None)
                continue
            prices = np.append(self._money(table[name]), 0)
            found.append(prices[row])
        return found[0], found[1]

    @cached_property
    def _product_rows(self) -> Int64s:
        """Row of the product of each line: of its SKU, the latest row in force on the order's day; −1 without one."""
        table = self.facts["products"]
        sku = translated(self.lines["sku"], table["sku"].dictionary)
        seconds = self.orders["time"].seconds[self.order_row]
        since = table["from"].seconds_or(ALWAYS) if "from" in table else np.full(table.rows, ALWAYS)
        until = (
            table["to"].seconds_or(np.iinfo(np.int64).max)
            if "to" in table
            else np.full(table.rows, np.iinfo(np.int64).max)
        )
        market = self._market_mismatch(table)
        found = np.full(self.lines.rows, -1, dtype=np.int64)
        for row in np.argsort(since, kind="stable"):
            fits = (sku == table["sku"].codes[row]) & (since[row] <= seconds) & (seconds < until[row])
            found[fits & ~market(int(row))] = row
        return found

    def _market_mismatch(self, table: Any) -> Callable[[int], Bools]:
        members = self.facts["members"]
        if "market" not in table or "market" not in members or "buyer" not in self.orders:
            return lambda row: np.zeros(self.lines.rows, dtype=np.bool_)
        row_of = np.full(len(self.facts.members) + 1, -1, dtype=np.int64)
        row_of[self.facts.index_of("members", "member")] = np.arange(members.rows)
        buyer = self.facts.index_of("orders", "buyer")
        texts = [*members["market"].values, ""]
        code = np.append(members["market"].codes, -1)[row_of[buyer]][self.order_row]

        def mismatch(row: int) -> Bools:
            wanted = table["market"].text(row)
            if not wanted:
                return np.zeros(self.lines.rows, dtype=np.bool_)
            return np.asarray(code != (texts.index(wanted) if wanted in texts else -2))

        return mismatch

    def _tagged(self, word: str) -> Bools:
        if not self.facts.has("products") or "classes" not in self.facts["products"]:
            raise self.world.refuse("The facts have no class tags of products, which the plan reads.", "Add 'classes'.")
        table = self.facts["products"]
        has = np.array([word in text.split() for text in _texts(table["classes"])] + [False])
        return np.asarray(has[self._product_rows])


def credit_used(world: World) -> Int64s:
    """int64 [n]: what members, as buyers, paid with credit in kind in the period, in minor units."""
    used = np.zeros(world.size, dtype=np.int64)
    facts = world.facts
    if not facts.has("order_lines") or "credit" not in facts["order_lines"] or "buyer" not in facts["orders"]:
        return used
    reader = _Reader(world)
    order = reader.order_row
    seconds = facts["orders"]["time"].seconds[order]
    index = facts.index_of("orders", "buyer")[order]
    buyer = np.where(index >= 0, world.index[np.maximum(index, 0)], -1)
    now = (seconds >= world.period.start_seconds) & (seconds < world.period.end_seconds) & (buyer >= 0)
    rows = np.flatnonzero(now)
    np.add.at(used, buyer[rows], reader.credit(rows))
    return used


def id_places(column: Any) -> Int64s:
    """The place of each row's id in the order of ids."""
    order = id_order(column.dictionary)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    found: Int64s = place[column.codes]
    return found


def _why(blank: Bools, foreign: Bools) -> Lacking:
    return np.where(blank, NOT_GIVEN, np.where(foreign, FOREIGN, 0)).astype(np.int8)


def _texts(column: Any) -> list[str]:
    values = [*column.values, ""]
    return [values[code] for code in column.codes.tolist()]


def _netted(values: Int64s, quantity: Int64s, left: Int64s) -> Int64s:
    """Values × left / quantity, half up, only where something came back."""
    found = values.copy()
    for row in np.flatnonzero(left != quantity):
        found[row] = round_ratio(int(values[row]) * int(left[row]), int(quantity[row]), Mode.HALF_UP)
    return found


def volume_entries(world: World, volume: str) -> Entries | None:
    """Signed entries of one volume without an order; None without such a table."""
    if not world.facts.has("volumes"):
        return None
    table = world.facts["volumes"]
    names = table["volume"].values
    member = world.index[world.facts.index_of("volumes", "member")]
    seconds = table["effective"].seconds
    keep = (table["volume"].codes == (names.index(volume) if volume in names else -2)) & (member >= 0)
    rows = np.flatnonzero(keep & (seconds < world.period.end_seconds))
    amounts = to_unit(world, table["amount"].take(rows), world.plan.volumes[volume], volume)
    nobody = np.full(len(rows), -1, dtype=np.int64)
    return Entries(
        np.ascontiguousarray(member[rows], dtype=np.int32),
        lambda: (nobody, nobody),
        seconds[rows],
        {volume: amounts},
        {},
        {},
        {},
        rows,
        _no_tags,
    )


def _no_tags(word: str) -> Bools:
    raise TypeError("an entry without an order has no product")


def in_window(world: World, window: Window, seconds: Int64s) -> Bools:
    """Which effective times fall into a window that ends with this period (or before it)."""
    period = world.period
    start, end = period.start_seconds, period.end_seconds
    if window.form == "previous period":
        start, end = period.previous().start_seconds, start
    elif window.form == "last periods":
        start = period.back(window.count - 1).start_seconds
    elif window.form == "lifetime":
        start = ALWAYS
    return np.asarray((seconds >= start) & (seconds < end))


def select(world: World, step: VolumeStep, entries: Entries) -> Int64s:
    """Rows that a volume step counts: in its window and meeting its ``where``."""
    keep = in_window(world, step.window, entries.seconds)
    rows = np.flatnonzero(keep)
    if step.where is None and not step.window.form.startswith("first"):
        return rows
    part = take(entries, rows)
    lookup = RowLookup(world, part)
    found = np.ones(len(rows), dtype=np.bool_)
    if step.where is not None:
        found &= np.broadcast_to(evaluate(step.where, lookup), found.shape)
    if step.window.form.startswith("first") and len(part):
        unit = "day" if step.window.form == "first days" else "month"
        found &= lookup.since_joining(unit) <= step.window.count
    return rows[found]


def take(entries: Entries, rows: Int64s) -> Entries:
    """Some of the rows."""
    return Entries(
        entries.member[rows],
        lambda: (entries.order[rows], entries.line[rows]),
        entries.seconds[rows],
        {name: values[rows] for name, values in entries.columns.items()},
        {name: why[rows] for name, why in entries.lacking.items()},
        {name: codes[rows] for name, codes in entries.codes.items()},
        entries.words,
        entries.rows[rows],
        lambda word: entries.tags(word)[rows],
        None if entries.apart is None else {name: values[rows] for name, values in entries.apart.items()},
    )


def reads_only_dates(step: VolumeStep) -> bool:
    """Whether entries without an order can meet the step's ``where``: it tests nothing that they lack."""
    waiting = [step.where] if step.where is not None else []
    while waiting:
        part = waiting.pop()
        if isinstance(part, Cell) and part.column not in ("day", "month"):
            return False
        waiting.extend(parts_of(part))
    return True

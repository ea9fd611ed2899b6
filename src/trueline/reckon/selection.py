"""Which rows of orders a measure counts: those in its window that meet its ``where``."""

from __future__ import annotations

import numpy as np

from trueline.facts import ALWAYS
from trueline.plan.nodes import Window
from trueline.plan.steps import VolumeStep
from trueline.plan.typed import Cell, OrderSum, Ref, Typed, parts_of
from trueline.reckon.entries import Entries, given, take
from trueline.reckon.evaluate import Values, evaluate
from trueline.reckon.joining import joining, month_number
from trueline.reckon.orders import order_numbers
from trueline.reckon.world import Bools, Int64s, World

_DAY = 86_400


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


def in_window(world: World, window: Window, seconds: Int64s) -> Bools:
    """Which effective times fall into a window that ends with this period (or before it)."""
    period = world.period
    start, end = period.start_seconds, period.end_seconds
    if window.form == "previous period":
        start, end = period.start_back(1), start
    elif window.form == "last periods":
        start = period.start_back(window.count - 1)
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


def reads_only_dates(step: VolumeStep) -> bool:
    """Whether entries without an order can meet the step's ``where``: it tests nothing that they lack."""
    waiting = [step.where] if step.where is not None else []
    while waiting:
        part = waiting.pop()
        if isinstance(part, Cell) and part.column not in ("day", "month"):
            return False
        waiting.extend(parts_of(part))
    return True

"""Rows of order lines or of volume entries, as columns; what a row lacks is refused when it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from trueline.reckon.world import Bools, Int32s, Int64s, World

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


_COLUMNS = {
    "price": "Add the column 'price' to order_lines.",
    "quantity": "Add the column 'quantity' to order_lines.",
    "retail": "Add 'sku' and 'quantity' to order_lines and 'retail_price' to products.",
    "margin": "Add 'sku', 'quantity' and 'price' to order_lines and 'member_price' to products.",
}


def numbers_of(world: World, entries: Entries, name: str) -> Int64s:
    """A column of numbers, 0 where it is not given; refused when the facts do not have it at all."""
    if len(entries) == 0:
        return np.zeros(0, dtype=np.int64)
    if name not in entries.columns:
        remedy = (
            f"Add the column 'volume.{name}' to order_lines: what each whole line brings, quantity included."
            if name in world.plan.volumes
            else _COLUMNS.get(name, f"Add what '{name}' is made of: columns.md of the template lists the columns.")
        )
        raise world.refuse(f"The facts lack '{name}' of order lines, which the plan reads.", remedy)
    return entries.columns[name]


def given(world: World, entries: Entries, name: str) -> Int64s:
    """As :func:`numbers_of`, refused also where one of the rows lacks it."""
    values = numbers_of(world, entries, name)
    if name in entries.lacking:
        refuse_lacking(world, entries.lacking[name], entries.rows, name)
    return values


def refuse_lacking(world: World, why: Lacking, rows: Int64s, name: str) -> None:
    """Refuse the first of some order lines (``rows`` of the facts) that lacks a column."""
    missing = np.flatnonzero(why)
    if missing.size == 0:
        return
    lines, row = world.facts["order_lines"], int(rows[missing[0]])
    at = f"Line {lines['line'].text(row)} of order {lines['order'].text(row)}"
    if why[missing[0]] == FOREIGN:
        message = f"{at} has its '{name}' in another currency than {world.plan.currency}, without a rate."
        raise world.refuse(message, "Give rates_fx a rate in force on the first day of the order's period.")
    remedy = _REMEDIES.get(name, "Give it, 0 where there is none.")
    raise world.refuse(f"{at} has no '{name}', which the plan reads.", remedy)


def counted(world: World, entries: Entries, name: str) -> Int64s:
    """The amounts that a sum adds: as :func:`given`, of late returns what left."""
    values = given(world, entries, name)
    return values if entries.apart is None else entries.apart[name]


_REMEDIES = {
    name: f"Give the line's SKU a {price}_price in force on the day of the order."
    for name, price in (("margin", "member"), ("retail", "retail"))
}

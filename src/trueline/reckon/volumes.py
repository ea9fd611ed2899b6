"""Volume steps: a member's own order lines and entries in a window, summed, the largest order, or counted."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from trueline.kernel import kernel
from trueline.money.columns import total
from trueline.plan.steps import VolumeStep
from trueline.reckon.entries import Entries, counted, given, numbers_of, refuse_lacking, take
from trueline.reckon.evaluate import Values, fit, largest, plus
from trueline.reckon.orders import late_entries, order_entries, volume_entries
from trueline.reckon.selection import reads_only_dates, select
from trueline.reckon.wide import places, summed
from trueline.reckon.world import Int32s, Int64s, World


def volume(world: World, step: VolumeStep) -> Values:
    """Numbers [n] in units of the step's scale."""
    if step.how == "sum":
        return _sum(world, step)
    entries = order_entries(world)
    chosen = take(entries, select(world, step, entries))
    if step.how == "count":
        chosen = take(chosen, np.flatnonzero(given(world, chosen, "quantity") > 0))
        values = np.zeros(len(chosen), dtype=np.int64)
    else:
        values = given(world, chosen, step.volume)
    return _per_order(world, step, chosen, values)


def _sum(world: World, step: VolumeStep) -> Values:
    out: Values = np.zeros(world.size, dtype=np.int64)
    for entries in parts(world, step):
        rows = select(world, step, entries)
        if len(rows):
            chosen = take(entries, rows)
            out = plus(out, gathered(world.size, chosen.member, counted(world, chosen, step.volume)))
    return out


def parts(world: World, step: VolumeStep) -> list[Entries]:
    """The tables that feed a sum: entries without an order where the step can read them, and order lines.

    A company may hand over a volume as entries only; then its order lines need no column of it.
    """
    found: list[Entries] = []
    if step.volume in world.plan.volumes and reads_only_dates(step):
        entries = volume_entries(world, step.volume)
        if entries is not None:
            found.append(entries)
    lines = world.facts.has("order_lines") and (not found or f"volume.{step.volume}" in world.facts["order_lines"])
    if lines or not found:
        found.append(order_entries(world))
        late = late_entries(world) if step.late else None
        if late is not None:
            found.append(late)
    return found


def order_totals(world: World) -> Callable[[str, Int64s], Values]:
    """Gives a volume of some orders (places in the order of ids, −1 for none: 0), each over all its lines.

    Refused where a line of one of these orders lacks it, as a sum of orders is.
    """
    found: dict[str, Values] = {}

    def totals(name: str, orders: Int64s) -> Values:
        entries = order_entries(world)
        if name not in found:
            size = int(entries.order.max(initial=0)) + 1
            found[name] = gathered(size, entries.order.astype(np.int32), numbers_of(world, entries, name))
        if name in entries.lacking:
            lacking = np.flatnonzero(entries.lacking[name])
            read = lacking[np.isin(entries.order[lacking], orders)]
            refuse_lacking(world, entries.lacking[name][read], entries.rows[read], name)
        return np.where(orders >= 0, found[name][np.maximum(orders, 0)], 0)

    return totals


def _per_order(world: World, step: VolumeStep, chosen: Entries, values: Values) -> Values:
    out = np.zeros(world.size, dtype=np.int64)
    if len(chosen) == 0:
        return out
    _, first, inverse = np.unique(chosen.order, return_index=True, return_inverse=True)
    member = chosen.member[first]
    if step.how == "count":
        add_to(out, member, np.ones(len(first), dtype=np.int64))
        return out
    sums = gathered(len(first), inverse.astype(np.int32), values)
    order = np.lexsort((places(sums)[0], member))
    last = order[np.append(member[order][1:] != member[order][:-1], True)]
    found = out.astype(sums.dtype)
    found[member[last]] = sums[last]
    return fit(found)


def gathered(size: int, index: Int32s, values: Values) -> Values:
    """Σ of the values by index: numbers [size], exact whatever their size."""

    def sums(part: Int64s) -> Int64s:
        out = np.zeros(size, dtype=np.int64)
        add_to(out, index, part)
        return out

    return summed(sums, values)


def add_columns(out: Int64s, values: Int64s) -> None:
    """Add a column to ``out``; ``OverflowError`` before anything could wrap."""
    if largest(out) + largest(values) >= 2**63:
        raise OverflowError("A volume is too large for its unit; declare a coarser unit.")
    out += values


def add_to(out: Int64s, index: Int32s, values: Int64s) -> None:
    """out[index] += values; ``OverflowError`` before anything could wrap."""
    if total(np.abs(values)) + largest(out) >= 2**63:
        raise OverflowError("A volume is too large for its unit; declare a coarser unit.")
    scatter(index, np.ascontiguousarray(values), out)


@kernel
def scatter(index: Int32s, values: Int64s, out: Int64s) -> None:
    """out[index[k]] += values[k]; the caller has checked the size. O(k)."""
    for row in range(index.size):
        out[index[row]] += values[row]

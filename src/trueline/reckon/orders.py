"""The entries of a run: order lines of members present, late returns, and volume entries without an order."""

from __future__ import annotations

import numpy as np

from trueline.reckon.entries import Entries, refuse_lacking
from trueline.reckon.line_reader import line_reader
from trueline.reckon.units import to_unit
from trueline.reckon.world import Bools, Int64s, World


def order_entries(world: World) -> Entries:
    """Order lines of members present, effective before the end of the period, less what came back."""
    if "orders" not in world.cache:
        world.cache["orders"] = line_reader(world).entries()
    entries: Entries = world.cache["orders"]
    return entries


def late_entries(world: World) -> Entries | None:
    """What came back later than it was sold, where measures see it in the period in which it came back."""
    rule = world.plan.returns
    if rule is None or not rule.volume or not world.facts.has("returns"):
        return None
    if "late returns" not in world.cache:
        world.cache["late returns"] = line_reader(world).late(order_entries(world))
    entries: Entries = world.cache["late returns"]
    return entries


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


def order_numbers(world: World) -> Int64s:
    """int64 [order lines]: the order's number among all orders of its credited member, by time, then id; from 1."""
    if "order numbers" not in world.cache:
        reader = line_reader(world)
        members, seconds = reader.members, reader.orders["time"].seconds
        rows = np.lexsort((reader.orders["order"].id_places, seconds, members))
        place = np.arange(len(rows))
        fresh = np.append(True, members[rows][1:] != members[rows][:-1])[: len(rows)]
        number = np.empty(len(rows), dtype=np.int64)
        number[rows] = place - np.maximum.accumulate(np.where(fresh, place, 0)) + 1
        world.cache["order numbers"] = number[reader.order_row]
    cached: Int64s = world.cache["order numbers"]
    return cached


def credit_used(world: World) -> Int64s:
    """int64 [n]: what members, as buyers, paid with credit in kind in the period, in minor units."""
    used = np.zeros(world.size, dtype=np.int64)
    facts = world.facts
    if not facts.has("order_lines") or "credit" not in facts["order_lines"] or "buyer" not in facts["orders"]:
        return used
    reader = line_reader(world)
    order = reader.order_row
    seconds = facts["orders"]["time"].seconds[order]
    index = facts.index_of("orders", "buyer")[order]
    buyer = np.append(world.index, -1)[index]
    now = (seconds >= world.period.start_seconds) & (seconds < world.period.end_seconds) & (buyer >= 0)
    rows = np.flatnonzero(now)
    refuse_lacking(world, reader.lacking["credit"][rows], rows, "credit")
    np.add.at(used, buyer[rows], reader.credit(rows))
    return used

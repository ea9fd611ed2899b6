"""party host: credit in kind on the orders of one's parties (docs/semantics.md, section 7.12)."""

from __future__ import annotations

import numpy as np

from trueline.plan.bonuses import PartyHostBonus
from trueline.reckon.lines import PAID, UNQUALIFIED, Batch
from trueline.reckon.results import BonusResult
from trueline.reckon.settler import Settler
from trueline.reckon.sources import SourceList, source_list
from trueline.reckon.world import Int32s, World


def party_host(world: World, bonus: PartyHostBonus, *, keep: bool) -> BonusResult:
    """A rate on each order with a host. Cost O(orders)."""
    every = source_list(world, bonus.sources)
    hosts = _hosts(world)
    of_order = np.where(every.order >= 0, hosts[np.maximum(every.order, 0)], -1).astype(np.int32)
    rows = np.flatnonzero(of_order >= 0)
    sources = SourceList(every.member[rows], every.base[rows], every.order[rows], every.line[rows])
    host = of_order[rows]
    rate = world.numbers(bonus.rate)[host]
    pays = world.flags(bonus.terms.who)[host]
    count = len(rows)
    settler = Settler(world, bonus.terms, bonus.rate_scale, bonus.sources.base.scale, None, keep=keep)
    nothing = np.zeros(count, dtype=np.int64)
    reason = np.where(pays, PAID, UNQUALIFIED).astype(np.int8)
    paid, lost = np.where(pays, rate, 0), np.where(pays, 0, rate)
    settler.take(
        sources,
        Batch(np.arange(count, dtype=np.int64), host, nothing, paid, nothing.astype(np.int8), lost, reason, rate),
    )
    return settler.result()


def _hosts(world: World) -> Int32s:
    """The host of every order by place in the order of ids; −1 without one, or where the host is not there."""
    if not world.facts.has("orders"):
        return np.full(1, -1, dtype=np.int32)
    orders = world.facts["orders"]
    places = orders["order"].id_places
    found = np.full(int(places.max(initial=0)) + 1, -1, dtype=np.int32)
    if "host" in orders:
        index = world.facts.index_of("orders", "host")
        found[places] = np.append(world.index, -1)[index]
    return found

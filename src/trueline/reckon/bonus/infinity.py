"""infinity: a rate without a limit of depth, blocked by the same or a higher rate (docs/semantics.md, 7.5)."""

from __future__ import annotations

import numpy as np

from trueline.kernel import kernel
from trueline.network.pointers import ancestor_pointer, next_higher
from trueline.plan.bonuses import InfinityBonus
from trueline.reckon.evaluate import times, whole_column
from trueline.reckon.lines import BLOCKED, NO_UPLINE, PAID, RANK, Batch
from trueline.reckon.sources import SourceList
from trueline.reckon.world import Int32s, Int64s, World

_NO_LIMIT = np.int64(2**62)


class Infinity:
    """Holders of an infinity rate above each source. Cost per source: ``from level`` and the distinct rates."""

    def __init__(self, world: World, bonus: InfinityBonus) -> None:
        self.world = world
        self.bonus = bonus
        self.scale = bonus.scale
        self.tree = world.trees[bonus.tree]
        rate = whole_column(times(world.column(bonus.rate), bonus.rate_times), world.size, "A rate")
        self.rate = np.where(world.flags(bonus.terms.who), rate, 0)
        self.positive = ancestor_pointer(self.tree, self.rate > 0)
        self.higher = next_higher(self.tree, self.rate)
        distinct = bonus.distinct if bonus.distinct is not None else tuple(np.unique(rate[rate > 0]).tolist())
        limit = max(distinct, default=0) if not bonus.full else sum(distinct)
        self.top = np.int64(bonus.ceiling if bonus.ceiling is not None else limit)

    def walk(self, sources: SourceList) -> Batch:
        bonus, count = self.bonus, len(sources)
        room = max(16, count * 4)
        while True:
            source, receiver, rate = (
                np.empty(room, dtype=np.int64),
                np.empty(room, dtype=np.int32),
                np.empty(room, dtype=np.int64),
            )
            paid, ended = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int64)
            size = holders(
                sources.member,
                self.tree.depth,
                self.rate,
                self.positive,
                self.higher,
                bonus.from_level,
                bonus.full,
                bonus.stops,
                bonus.always,
                _NO_LIMIT if bonus.ceiling is None else np.int64(bonus.ceiling),
                source,
                receiver,
                rate,
                paid,
                ended,
            )
            if size >= 0:
                break
            room *= 2
        source, receiver, rate = source[:size], receiver[:size], rate[:size]
        ended = np.where(self.tree.parent[sources.member] < 0, NO_UPLINE, ended)
        rest = self.top - paid
        return Batch(
            source,
            receiver,
            (self.tree.depth[sources.member[source]] - self.tree.depth[receiver]).astype(np.int64),
            rate,
            np.zeros(size, dtype=np.int8),
            np.zeros(size, dtype=np.int64),
            np.full(size, PAID, dtype=np.int8),
            np.full(count, self.top, dtype=np.int64),
            [(code, np.where(ended == code, rest, 0)) for code in (NO_UPLINE, BLOCKED, RANK)],
        )


@kernel
def holders(
    member: Int32s,
    depth: Int32s,
    rates: Int64s,
    positive: Int32s,
    higher: Int32s,
    from_level: int,
    full: bool,
    stops: bool,
    always: bool,
    limit: int | np.int64,
    source: Int64s,
    receiver: Int32s,
    rate: Int64s,
    paid_out: Int64s,
    ended: Int64s,
) -> int:
    """Write a row per payment; returns how many, or −1 when the rows given are too few."""
    size = 0
    for k in range(member.size):
        s = member[k]
        u = positive[s]
        highest, left, taken = np.int64(0), np.int64(limit), np.int64(0)
        end = 5
        while u >= 0:
            p = rates[u]
            if depth[s] - depth[u] < from_level:
                if always:
                    highest = max(highest, p)
                u = positive[u]
                continue
            if p <= highest:
                if stops:
                    end = 3
                    break
                u = higher[u]
                continue
            if left <= 0:
                break
            given = min(p if full else p - highest, left)
            if size >= source.size:
                return -1
            source[size], receiver[size], rate[size] = k, u, given
            size += 1
            taken += given
            highest = p
            left -= given
            u = positive[u] if stops else higher[u]
        paid_out[k] = taken
        ended[k] = end
    return size

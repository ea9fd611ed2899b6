"""difference in source form: each upline earns its rate less the rate already paid below (docs/semantics.md, 7.3)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trueline.kernel import kernel
from trueline.network.pointers import ancestor_pointer, next_higher
from trueline.plan.bonuses import DifferenceBonus
from trueline.reckon.evaluate import times, whole_column
from trueline.reckon.lines import BLOCKED, NO_UPLINE, PAID, RANK, RESERVED, UNQUALIFIED, Batch
from trueline.reckon.sources import SourceList
from trueline.reckon.world import Int32s, Int64s, World

Rows = tuple[Int64s, Int32s, Int64s, NDArray[np.int8], Int64s, Int64s, Int64s]
"""What a kernel of gaps writes: source, receiver, rate, part, and per source paid, reserved, ended."""
_NO_LIMIT = np.int64(2**62)


class Difference:
    """Gaps of each source. Walks jump to the next upline with a higher rate: the cost per source is the number of
    distinct rates above it, whatever the depth of the tree.
    """

    def __init__(self, world: World, bonus: DifferenceBonus) -> None:
        self.world = world
        self.bonus = bonus
        self.scale = bonus.scale
        self.tree = world.trees[bonus.tree]
        who = world.flags(bonus.terms.who)
        rate = whole_column(times(world.column(bonus.rate), bonus.rate_times), world.size, "A rate")
        stop = world.flags(bonus.stop) if bonus.stop else np.zeros(world.size, dtype=np.bool_)
        self.own_stop = stop
        self.rate = rate if bonus.consumes else np.where(who, rate, -1)
        self.stop = stop if bonus.consumes else stop & who
        self.who = who
        self.higher = next_higher(self.tree, self.rate)
        self.stopper = self._stoppers()
        top = bonus.ceiling if bonus.ceiling is not None else bonus.top
        self.top = np.int64(rate.max(initial=0) if top is None else top)

    def _stoppers(self) -> Int32s:
        """int32 [n]: the nearest member strictly above who ends the walk."""
        return ancestor_pointer(self.tree, self.stop)

    def walk(self, sources: SourceList) -> Batch:
        bonus, count = self.bonus, len(sources)
        start = np.zeros(self.world.size, dtype=np.int64)
        if bonus.start is not None:
            start = whole_column(times(self.world.column(bonus.start), bonus.start_times), self.world.size, "A start")
        begun = start[sources.member]
        limit = _NO_LIMIT if bonus.ceiling is None else np.int64(bonus.ceiling)
        room = max(16, count * 4)
        while True:
            source, receiver = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int32)
            rate, part = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int8)
            paid, reserved, ended = (np.empty(count, dtype=np.int64) for _ in range(3))
            size = self.fill(sources, begun, limit, (source, receiver, rate, part, paid, reserved, ended))
            if size >= 0:
                break
            room *= 2
        return self._batch(
            sources, source[:size], receiver[:size], rate[:size], part[:size], begun, paid, reserved, ended
        )

    def fill(self, sources: SourceList, begun: Int64s, limit: np.int64, rows: Rows) -> int:
        """Write the gaps of the sources; see :func:`gaps`."""
        bonus = self.bonus
        return gaps(
            sources.member,
            begun,
            limit,
            self.tree.parent,
            self.tree.depth,
            self.rate,
            self.higher,
            self.stopper,
            self.stop,
            self.own_stop,
            self.who,
            bonus.from_self,
            bonus.reserve,
            bonus.minimum,
            *rows,
        )

    def _batch(
        self,
        sources: SourceList,
        source: Int64s,
        receiver: Int32s,
        rate: Int64s,
        part: NDArray[np.int8],
        begun: Int64s,
        paid: Int64s,
        reserved: Int64s,
        ended: Int64s,
    ) -> Batch:
        level = (self.tree.depth[sources.member[source]] - self.tree.depth[receiver]).astype(np.int64)
        fits = self.who[receiver]
        promised = np.maximum(self.top - begun, 0)
        rest = promised - paid - reserved
        within = rest > 0  # what is paid beyond the promise is negative `rank`, wherever the walk ended
        blocked, none = (ended == BLOCKED) & within, (ended == NO_UPLINE) & within
        return Batch(
            source,
            receiver,
            level,
            np.where(fits, rate, 0),
            part,
            np.where(fits, 0, rate),
            np.where(fits, PAID, UNQUALIFIED).astype(np.int8),
            promised,
            [
                (RESERVED, reserved),
                (BLOCKED, np.where(blocked, rest, 0)),
                (NO_UPLINE, np.where(none, rest, 0)),
                (RANK, np.where(blocked | none, 0, rest)),
            ],
        )


@kernel
def gaps(
    member: Int32s,
    begun: Int64s,
    limit: int | np.int64,
    parent: Int32s,
    depth: Int32s,
    rates: Int64s,
    higher: Int32s,
    stopper: Int32s,
    stop: NDArray[np.bool_],
    own_stop: NDArray[np.bool_],
    who: NDArray[np.bool_],
    from_self: bool,
    reserve: int,
    minimum: int,
    source: Int64s,
    receiver: Int32s,
    rate: Int64s,
    part: NDArray[np.int8],
    paid_out: Int64s,
    reserved_out: Int64s,
    ended: Int64s,
) -> int:
    """Write a row per gap; returns how many, or −1 when the rows given are too few. ``paid_out`` is what rows take.

    Longer than a screen: every step reads and changes what is paid, left, taken and used, and a part of it in a kernel
    of its own would take them all and give them all back.
    """
    size = 0
    for k in range(member.size):
        s = member[k]
        paid = begun[k]
        left = limit - paid
        first = parent[s]
        own = from_self and first != -2
        u = s if own else first
        used = minimum == 0
        taken = np.int64(0)
        kept = np.int64(0)
        end = 5 if (first >= 0 or own) else 1
        if own_stop[s] and not own:
            end = 3 if first >= 0 else 1
            u = -1
        if left <= 0:
            u = -1
        while u >= 0:
            gap = rates[u] - paid
            if gap > 0:
                given = min(gap, left)
                if given > 0:
                    if size >= source.size:
                        return -1
                    source[size], receiver[size], rate[size], part[size] = k, u, given, 0
                    size += 1
                    taken += given
                paid += gap
                left -= gap
            elif rates[u] >= 0:
                if u == first and reserve > 0:
                    kept = max(min(np.int64(reserve), left), np.int64(0))
                    left -= reserve
                if gap == 0 and not used and who[u] and left > 0:
                    given = min(np.int64(minimum), left)
                    if size >= source.size:
                        return -1
                    source[size], receiver[size], rate[size], part[size] = k, u, given, 3
                    size += 1
                    taken += given
                    left -= given
                    used = True
            if left <= 0:
                break
            if stop[u] or (u == s and own_stop[s]):
                end = 3
                break
            if u == s:
                u = first
                continue
            if rates[u] > paid - 1 and not used:  # the next equal one may still be owed the minimum
                u = parent[u]
                continue
            following = higher[u]
            barrier = stopper[u]
            if barrier >= 0 and (following < 0 or depth[barrier] > depth[following]):
                end = 3
                break
            u = following
        paid_out[k] = taken
        reserved_out[k] = kept
        ended[k] = end
    return size

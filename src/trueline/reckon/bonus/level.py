"""level and match: rates by distance, with every compression (docs/semantics.md, sections 7.2 and 7.6)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trueline.kernel import kernel
from trueline.network.pointers import ancestor_pointer, next_allowed
from trueline.plan.arithmetic import number_type
from trueline.plan.bonuses import LevelBonus
from trueline.reckon.evaluate import evaluate
from trueline.reckon.lines import BLOCKED, DEPTH, NO_UPLINE, PAID, RANK, UNQUALIFIED, Batch
from trueline.reckon.rates import RateRows
from trueline.reckon.sources import SourceList
from trueline.reckon.volumes import gathered
from trueline.reckon.world import Int32s, Int64s, MemberLookup, PairLookup, World

_NUMBERED, _SEARCHED, _ROLLED = range(3)


class Level:
    """Holders of the levels of each source. Cost per source: the number of levels, whatever the depth of the tree."""

    def __init__(self, world: World, bonus: LevelBonus) -> None:
        self.world = world
        self.bonus = bonus
        self.tree = world.trees[bonus.tree]
        self.who = world.flags(bonus.terms.who)
        self.rows = RateRows(world, bonus.rates, bonus.terms.name) if bonus.rates else None
        if bonus.rates is not None:
            self.scale = bonus.rates.scale
        else:
            assert bonus.rate is not None  # a level bonus has one of the two
            self.scale = number_type(bonus.rate).scale
        self.first = 0 if bonus.from_self else 1
        self.counts = world.flags(bonus.counts) if bonus.counts else np.ones(world.size, dtype=np.bool_)
        self.upward = ancestor_pointer(self.tree, self.counts) if bonus.counts else self.tree.parent
        self.form = {"none": _NUMBERED, "standard": _NUMBERED, "dynamic": _SEARCHED, "roll up": _ROLLED}[
            bonus.compression
        ]
        self.allowed = self._allowed()

    def _allowed(self) -> NDArray[np.int32]:
        """int32 [levels, n]: the member itself or the nearest above who can be paid at each level."""
        if self.form == _NUMBERED:
            return np.zeros((1, 1), dtype=np.int32)
        able = self.who & self.counts
        found = np.empty((self.bonus.depth, self.world.size), dtype=np.int32)
        before: NDArray[np.bool_] | None = None
        for level in range(self.bonus.depth):
            payable = able & self._paid_at(level)
            if before is not None and np.array_equal(payable, before):
                found[level] = found[level - 1]
            else:
                found[level] = next_allowed(self.tree, payable.astype(np.uint64), 0)
            before = payable
        return found

    def _paid_at(self, level: int) -> NDArray[np.bool_]:
        """Bool [n]: the receiver's own rate at a level is above 0 (dynamic: everybody where no row has one)."""
        if self.rows is None:
            assert self.bonus.rate is not None
            rate = evaluate(self.bonus.rate, MemberLookup(self.world))
            return np.broadcast_to(np.asarray(rate > 0), (self.world.size,))
        if self.form == _SEARCHED and self.rows.best[level] == 0:
            return np.ones(self.world.size, dtype=np.bool_)
        return np.asarray((self.rows.matrix[:, level] != 0)[self.rows.of_member])

    def walk(self, sources: SourceList) -> Batch:
        depth, count = self.bonus.depth, len(sources)
        source = np.empty(count * depth, dtype=np.int64)
        receiver = np.empty(count * depth, dtype=np.int32)
        place = np.empty(count * depth, dtype=np.int64)
        reached = np.empty(count, dtype=np.int64)
        size = climb(
            sources.member,
            self.tree.parent,
            self.upward,
            self.counts,
            self.allowed,
            self.form,
            self.bonus.from_self,
            depth,
            source,
            receiver,
            place,
            reached,
        )
        source, receiver, place = source[:size], receiver[:size], place[:size]
        pairs = PairLookup(self.world, sources.member[source], receiver, place + self.first, sources.order[source])
        if self.rows is None:
            return self._by_pair(sources, pairs, source)
        return self._by_rows(self.rows, pairs, source, place, reached)

    def _fits(self, pairs: PairLookup) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        who = self.who[pairs.receiver]
        if self.bonus.sources.pair is None:
            return who, who
        return who, np.asarray(who & evaluate(self.bonus.sources.pair, pairs))

    def _by_rows(self, rows: RateRows, pairs: PairLookup, source: Int64s, place: Int64s, reached: Int64s) -> Batch:
        row = rows.of_pairs(pairs)
        rate, best = rows.matrix[row, place], rows.best[place]
        who, fits = self._fits(pairs)
        rows.refuse_unknown(rate, pairs, fits)
        paid = np.where(fits, np.maximum(rate, 0), 0)
        beyond = rows.length[row] <= place
        reason = np.where(~who, UNQUALIFIED, np.where(~fits, BLOCKED, np.where(beyond, DEPTH, RANK)))
        tail = np.append(np.cumsum(rows.best[::-1])[::-1], 0)
        return Batch(
            source,
            pairs.receiver,
            pairs.levels,
            paid,
            np.zeros(len(source), dtype=np.int8),
            best - paid,
            reason.astype(np.int8),
            np.full(len(reached), tail[0], dtype=np.int64),
            [(NO_UPLINE, tail[reached])],
        )

    def _by_pair(self, sources: SourceList, pairs: PairLookup, source: Int64s) -> Batch:
        assert self.bonus.rate is not None
        rate = np.broadcast_to(evaluate(self.bonus.rate, pairs), source.shape)
        who, fits = self._fits(pairs)
        promised = gathered(len(sources), source.astype(np.int32), rate)
        return Batch(
            source,
            pairs.receiver,
            pairs.levels,
            np.where(fits, rate, 0),
            np.zeros(len(source), dtype=np.int8),
            np.where(fits, 0, rate),
            np.where(fits, PAID, np.where(who, BLOCKED, UNQUALIFIED)).astype(np.int8),
            promised,
        )


@kernel
def climb(
    member: Int32s,
    parent: Int32s,
    upward: Int32s,
    counts: NDArray[np.bool_],
    allowed: NDArray[np.int32],
    form: int,
    from_self: bool,
    depth: int,
    source: Int64s,
    receiver: Int32s,
    place: Int64s,
    reached: Int64s,
) -> int:
    """Write the holder of each level of each source; returns how many. ``reached`` is the number of levels held."""
    size = 0
    for k in range(member.size):
        s = member[k]
        if form == 1:
            u = s if from_self and parent[s] != -2 else parent[s]
        else:
            u = s if from_self and counts[s] and parent[s] != -2 else upward[s]
        level = 0
        while level < depth and u >= 0:
            holder = u
            if form == 1:
                holder = allowed[level, u]
                if holder < 0:
                    break
                u = parent[holder]
            else:
                if form == 2 and allowed[level, u] >= 0:
                    holder = allowed[level, u]
                u = upward[u]
            source[size] = k
            receiver[size] = holder
            place[size] = level
            size += 1
            level += 1
        reached[k] = level
    return size

"""generation: rates by distance counted in leaders (docs/semantics.md, section 7.4)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trueline.kernel import kernel
from trueline.network import ABSENT
from trueline.network.pointers import ancestor_pointer
from trueline.network.sums import group_sum_cut
from trueline.plan.bonuses import GenerationBonus
from trueline.reckon.evaluate import Values, evaluate
from trueline.reckon.lines import BLOCKED, DEPTH, NO_UPLINE, RANK, UNQUALIFIED, Batch
from trueline.reckon.rates import RateRows
from trueline.reckon.sources import SourceList
from trueline.reckon.wide import summed
from trueline.reckon.world import Int32s, Int64s, PairLookup, World


class Generation:
    """Leaders above each source. Cost per source: the generations; with ``same rank`` also the uplines between."""

    def __init__(self, world: World, bonus: GenerationBonus) -> None:
        self.world = world
        self.bonus = bonus
        self.scale = bonus.rates.scale
        self.rows = RateRows(world, bonus.rates, bonus.terms.name)
        self.tree = world.trees[bonus.tree]
        self.who = world.flags(bonus.terms.who)
        present = self.tree.parent != ABSENT
        leaders = present if bonus.boundary is None else world.flags(bonus.boundary) & present
        if bonus.skip_empty and bonus.boundary is not None:
            leaders = leaders & (self._groups(leaders) != 0)
        self.leaders = np.ascontiguousarray(leaders)
        self.above = ancestor_pointer(self.tree, self.leaders)
        self.ranks = world.numbers("rank")

    def _groups(self, leaders: NDArray[np.bool_]) -> Values:
        """[n] the base of each member's group, cut at leaders."""
        base = self.world.column(self.bonus.sources.base.step)
        return summed(lambda x: group_sum_cut(self.tree, x, leaders), base)

    def walk(self, sources: SourceList) -> Batch:
        bonus, count, depth = self.bonus, len(sources), self.bonus.rates.depth
        same = bonus.boundary is None
        room = max(16, count * depth)
        while True:
            source, receiver = np.empty(room, dtype=np.int64), np.empty(room, dtype=np.int32)
            place, reached = np.empty(room, dtype=np.int64), np.empty(count, dtype=np.int64)
            levels = len(self.world.plan.ranks) + 1
            if same:
                size = same_rank(
                    sources.member,
                    self.tree.parent,
                    self.ranks,
                    levels,
                    bonus.first,
                    bonus.leader_in_own,
                    depth,
                    source,
                    receiver,
                    place,
                )
            else:
                size = leaders_above(
                    sources.member,
                    self.leaders,
                    self.above,
                    bonus.first,
                    bonus.leader_in_own,
                    depth,
                    source,
                    receiver,
                    place,
                    reached,
                )
            if size >= 0:
                break
            room *= 2
        return self._batch(sources, source[:size], receiver[:size], place[:size], None if same else reached)

    def _batch(
        self, sources: SourceList, source: Int64s, receiver: Int32s, place: Int64s, reached: Int64s | None
    ) -> Batch:
        rows = self.rows
        pairs = PairLookup(
            self.world, sources.member[source], receiver, place + self.bonus.first, sources.order[source]
        )
        row = rows.of_pairs(pairs)
        rate, best = rows.matrix[row, place], rows.best[place]
        who = self.who[receiver]
        fits = who
        if self.bonus.sources.pair is not None:
            fits = np.asarray(who & evaluate(self.bonus.sources.pair, pairs))
        rows.refuse_unknown(rate, pairs, fits)
        paid = np.where(fits, np.maximum(rate, 0), 0)
        beyond = rows.length[row] <= place
        reason = np.where(~who, UNQUALIFIED, np.where(~fits, BLOCKED, np.where(beyond, DEPTH, RANK)))
        promised = np.zeros(len(sources), dtype=np.int64)
        rest: list[tuple[int, Int64s]] = []
        if reached is None:
            np.add.at(promised, source, best)
        else:
            tail = np.append(np.cumsum(rows.best[::-1])[::-1], 0)
            promised[:] = tail[0]
            rest.append((NO_UPLINE, tail[reached]))
        return Batch(
            source,
            receiver,
            pairs.levels,
            paid,
            np.zeros(len(source), dtype=np.int8),
            best - paid,
            reason.astype(np.int8),
            promised,
            rest,
        )


@kernel
def leaders_above(
    member: Int32s,
    leader: NDArray[np.bool_],
    above: Int32s,
    first: int,
    in_own: bool,
    depth: int,
    source: Int64s,
    receiver: Int32s,
    place: Int64s,
    reached: Int64s,
) -> int:
    """Write the leader of each generation of each source; ``reached`` is the number of rates with a leader."""
    size = 0
    for k in range(member.size):
        s = member[k]
        generation = np.int64(0)
        u = above[s]
        if leader[s] and in_own:
            if first == 0:
                u = s
            else:
                generation = np.int64(1)
        held = np.int64(0)
        while u >= 0 and generation < first + depth:
            if generation >= first:
                source[size], receiver[size], place[size] = k, u, generation - first
                size += 1
                held = generation - first + 1
            generation += 1
            u = above[u]
        reached[k] = held
    return size


@kernel
def same_rank(
    member: Int32s,
    parent: Int32s,
    ranks: Int64s,
    levels: int,
    first: int,
    in_own: bool,
    depth: int,
    source: Int64s,
    receiver: Int32s,
    place: Int64s,
) -> int:
    """As :func:`leaders_above`, the leaders for a receiver being members of its rank or higher; −1 when rows run out.

    Ends when the highest rank has had all its generations, or at the root.
    """
    size = 0
    passed = np.zeros(levels, dtype=np.int64)
    for k in range(member.size):
        s = member[k]
        passed[:] = 0
        if first == 0 and in_own:
            u = s if parent[s] != -2 else -2  # who is not in the tree is no generation of it
        else:
            if in_own:
                passed[ranks[s] + 1] += 1
            u = parent[s]
        while u >= 0 and passed[levels - 1] < first + depth:
            generation = np.int64(0)
            for code in range(ranks[u] + 1, levels):
                generation += passed[code]
            if first <= generation < first + depth:
                if size >= source.size:
                    return -1
                source[size], receiver[size], place[size] = k, u, generation - first
                size += 1
            passed[ranks[u] + 1] += 1
            u = parent[u]
    return size

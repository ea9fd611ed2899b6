"""Where the lines of a bonus start: members with a base, their orders, or the lines of these."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trueline.plan.bonuses import Sources
from trueline.reckon.entries import given, take
from trueline.reckon.selection import select
from trueline.reckon.volumes import gathered, parts
from trueline.reckon.world import Int32s, Int64s, World

BLOCK = 1 << 16
"""Sources computed at a time, so that intermediate columns stay in the processor's cache."""


@dataclass(frozen=True)
class SourceList:
    """Where lines start, arrays of one length. ``order`` and ``line`` are places in the order of ids, −1 for none.

    ``piece`` numbers the pieces of orders that thresholds cut (``bonus/entitled.py``).
    """

    member: Int32s
    base: Int64s
    order: Int64s
    line: Int64s
    piece: Int64s | None = None

    def __len__(self) -> int:
        return len(self.member)

    def slice(self, start: int, stop: int) -> SourceList:
        piece = None if self.piece is None else self.piece[start:stop]
        return SourceList(
            self.member[start:stop], self.base[start:stop], self.order[start:stop], self.line[start:stop], piece
        )

    def pick(self, rows: Int64s) -> SourceList:
        """Some of the sources."""
        piece = None if self.piece is None else self.piece[rows]
        return SourceList(self.member[rows], self.base[rows], self.order[rows], self.line[rows], piece)


def source_list(world: World, sources: Sources) -> SourceList:
    """Sources with a base, ordered by member; one per member, order or order line."""
    allowed = world.flags(sources.condition) if sources.condition else None
    base = sources.base
    if base.grain == "member" or base.volume is None:
        values = world.column(base.step)
        keep = values != 0 if allowed is None else (values != 0) & allowed
        member = np.flatnonzero(keep).astype(np.int32)
        nobody = np.full(len(member), -1, dtype=np.int64)
        return SourceList(member, values[member], nobody, nobody)
    found = _by_order(world, sources)
    keep = (found.base != 0) if allowed is None else (found.base != 0) & allowed[found.member]
    rows = np.flatnonzero(keep)
    return SourceList(found.member[rows], found.base[rows], found.order[rows], found.line[rows])


def _by_order(world: World, sources: Sources) -> SourceList:
    base, volume = sources.base, sources.base.volume
    assert volume is not None
    member, order, line, values = [], [], [], []
    for entries in parts(world, volume):
        chosen = take(entries, select(world, volume, entries))
        member.append(chosen.member)
        order.append(chosen.order)
        line.append(chosen.line if base.grain == "order line" else np.full(len(chosen), -1, dtype=np.int64))
        values.append(given(world, chosen, volume.volume))
    keys = np.stack([np.concatenate(member).astype(np.int64), np.concatenate(order), np.concatenate(line)])
    if keys.shape[1] == 0:
        nothing = np.zeros(0, dtype=np.int64)
        return SourceList(nothing.astype(np.int32), nothing, nothing, nothing)
    groups, inverse = np.unique(keys, axis=1, return_inverse=True)
    sums = gathered(groups.shape[1], inverse.reshape(-1).astype(np.int32), np.concatenate(values))
    return SourceList(groups[0].astype(np.int32), sums * base.sign, groups[1], groups[2])

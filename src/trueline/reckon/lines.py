"""Who gets which rate on which source: what a kind gives, and the payment lines that come of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trueline.reckon.world import Int32s, Int64s, World

REASONS = (
    "paid",
    "no upline",
    "unqualified",
    "blocked",
    "depth",
    "rank",
    "reserved",
    "capped",
    "unclaimed",
    "carried",
    "rounded",
    "flushed",
)
"""Names of breakage; the place of each is its code in a batch (docs/semantics.md, section 7)."""
PAID, NO_UPLINE, UNQUALIFIED, BLOCKED, DEPTH, RANK, RESERVED, CAPPED, UNCLAIMED, CARRIED, ROUNDED, FLUSHED = range(
    len(REASONS)
)

PARTS = ("", "gross", "less", "minimum")
Codes = NDArray[np.int8] | NDArray[np.int32]
"""Parts of lines: places in the parts of their bonus."""


@dataclass
class Batch:
    """What one block of sources gives: a row per holder of a level.

    ``source`` indexes the block's sources; ``rate`` is paid to ``receiver`` and ``lost`` goes to breakage ``reason`` on
    the same row, both in units of the bonus's rate scale. ``rest`` are losses of a source that nobody holds;
    ``promised`` is the rate promised per source.
    """

    source: Int64s
    receiver: Int32s
    level: Int64s
    rate: Int64s
    part: Codes
    lost: Int64s
    reason: NDArray[np.int8]
    promised: Int64s
    rest: list[tuple[int, Int64s]] = field(default_factory=list)


@dataclass
class Lines:
    """Payment lines of one bonus, columns of one length; amounts in minor units."""

    source: Int32s
    order: Int64s
    line: Int64s
    receiver: Int32s
    part: Codes
    level: Int64s
    rate: Int64s
    base: Int64s
    amount: Int64s
    apportioned: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.receiver)


def joined(batches: list[Lines]) -> Lines:
    """Several blocks as one."""
    if len(batches) == 1:
        return batches[0]
    names = Lines.__dataclass_fields__
    return Lines(*(np.concatenate([getattr(batch, name) for batch in batches]) for name in names))


def line_order(world: World, lines: Lines, *first: NDArray[Any], rows: Int64s | None = None) -> Int64s:
    """Lines, or some ``rows`` of them, in their one order: by the keys ``first`` (the most important one first), then
    source id, order, order line, level, part.
    """
    rank = np.append(world.id_rank, -1)
    keys = (lines.part, lines.level, lines.line, lines.order, rank[lines.source], *reversed(first))
    if rows is None:
        return np.lexsort(keys)
    return rows[np.lexsort(tuple(key[rows] for key in keys))]

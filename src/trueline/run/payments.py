"""Payment lines of a run, one by one and in their order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from trueline.reckon.lines import line_order
from trueline.reckon.results import BonusResult
from trueline.reckon.world import Int64s, World


@dataclass(frozen=True)
class Line:
    """One payment line: ``amount`` = ``base`` × ``rate`` as rounded; ``level`` counts as the bonus's kind says."""

    bonus: str
    receiver: str
    source: str | None
    order: str | None
    order_line: str | None
    part: str
    level: int
    rate: Fraction
    base: Fraction
    amount: Fraction
    apportioned: bool


def payment_order(world: World, found: BonusResult) -> Int64s:
    """Rows of a bonus's lines: by receiver, source, order, order line, level, part. None were kept: no rows."""
    if found.lines is None:
        return np.zeros(0, dtype=np.int64)
    return line_order(world, found.lines, world.id_rank[found.lines.receiver])


def payment_lines(world: World, found: BonusResult, receiver: int | None = None) -> Iterator[Line]:
    """A bonus's lines in their order, or those of one receiver (canonical index)."""
    lines, rows = found.lines, payment_order(world, found)
    if lines is None:
        return
    if receiver is not None:
        rows = rows[lines.receiver[rows] == receiver]
    ids, minor = world.ids, world.plan.money_unit
    orders = world.order_texts(lines.order[rows]).to_pylist()
    order_lines = world.order_line_texts(lines.line[rows]).to_pylist()
    for row, order, order_line in zip(rows.tolist(), orders, order_lines, strict=True):
        source = int(lines.source[row])
        yield Line(
            found.name,
            ids[int(lines.receiver[row])],
            ids[source] if source >= 0 else None,
            order,
            order_line,
            found.parts[int(lines.part[row])],
            int(lines.level[row]),
            int(lines.rate[row]) * found.rate_scale,
            int(lines.base[row]) * found.base_scale,
            int(lines.amount[row]) * minor,
            bool(lines.apportioned[row]),
        )

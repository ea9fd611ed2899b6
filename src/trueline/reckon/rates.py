"""Which row of rates a receiver or a pair reads, and the rate at a level."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from trueline.plan.bonuses import Rates
from trueline.plan.rates import receiver_only
from trueline.plan.typed import TextType
from trueline.reckon.evaluate import Values, beside, evaluate
from trueline.reckon.world import Int64s, MemberLookup, PairLookup, World

UNKNOWN = np.int64(-1)


@dataclass
class RateRows:
    """Rates of one bonus in one run. ``matrix`` int64 [rows + 1, depth]; the last row is 0 for keys without a row."""

    world: World
    rates: Rates
    name: str

    @cached_property
    def matrix(self) -> NDArray[np.int64]:
        depth = self.rates.depth
        rows = [
            [UNKNOWN if rate is None else np.int64(rate) for rate in row] + [np.int64(0)] * (depth - len(row))
            for row in self.rates.rows
        ]
        return np.array([*rows, [np.int64(0)] * depth], dtype=np.int64).reshape(len(rows) + 1, depth)

    @cached_property
    def best(self) -> Int64s:
        """int64 [depth] highest known rate of any row at each level."""
        return np.array([self.rates.best(level) for level in range(self.rates.depth)], dtype=np.int64)

    @cached_property
    def length(self) -> Int64s:
        """int64 [rows + 1]: levels up to the last rate that is not 0."""
        positive = self.matrix != 0
        places = np.arange(1, self.rates.depth + 1)
        return np.asarray(np.where(positive, places, 0).max(axis=1), dtype=np.int64)

    @cached_property
    def by_receiver(self) -> bool:
        return receiver_only(self.rates.on)

    @cached_property
    def of_member(self) -> Int64s:
        """int64 [n]: the row of each receiver, where rows depend on the receiver only."""
        if self.rates.on is None:
            return np.zeros(self.world.size, dtype=np.int64)
        values = evaluate(self.rates.on, MemberLookup(self.world))
        words = MemberLookup(self.world).words(self.rates.on)
        return np.broadcast_to(self._rows(values, words), (self.world.size,))

    def of_pairs(self, pairs: PairLookup) -> Int64s:
        """int64 [pairs]: the row that each pair reads."""
        if self.by_receiver:
            return np.asarray(self.of_member[pairs.receiver])
        assert self.rates.on is not None
        values = evaluate(self.rates.on, pairs)
        return np.broadcast_to(self._rows(values, pairs.words(self.rates.on)), pairs.receiver.shape)

    def _rows(self, values: Values, words: list[str]) -> Int64s:
        none = len(self.rates.rows)
        if self.rates.form == "threshold":
            values = beside(values, *(int(key) for key in self.rates.keys))
            marks = np.array(self.rates.keys, dtype=object if values.dtype == object else np.int64)
            row = np.searchsorted(marks, values, side="right") - 1
            return np.where(row >= 0, row, none)
        out = np.full(values.shape, none, dtype=np.int64)
        assert self.rates.on is not None
        for number, key in enumerate(self.rates.keys):
            text = isinstance(self.rates.on.type, TextType)
            mark = (words.index(str(key)) if key in words else -2) if text else key
            out = np.where(values == mark, np.int64(number), out)
        return out

    def refuse_unknown(self, rate: Int64s, pairs: PairLookup, holds: NDArray[np.bool_]) -> None:
        """Refuse the run when a line needs a rate that the plan does not know."""
        rows = np.flatnonzero((rate == UNKNOWN) & holds)
        if rows.size:
            member, level = self.world.ids[int(pairs.receiver[rows[0]])], int(pairs.levels[rows[0]])
            raise self.world.refuse(
                f"Bonus '{self.name}' has an unknown rate at level {level}, which member {member} reaches.",
                "Find the rate in the plan document.",
            )

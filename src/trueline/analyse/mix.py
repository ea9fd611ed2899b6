"""What a number of a run is made of: how much of it each cause of a sale brought.

A number that is a sum of order lines splits exactly. Sums over a tree, moved volume and history split as their
argument does; a product splits as the factor that is made of sales. Numbers that no sale is in have no mix.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from trueline.analyse.books import Cause
from trueline.money.columns import total
from trueline.plan.nodes import Window
from trueline.plan.steps import EarnedStep, ExprStep, FoldStep, HistoryStep, MovedStep, TableStep, VolumeStep
from trueline.plan.typed import COUNT, Add, Choice, Highest, Multiply, Ratio, Ref, Typed, Whole
from trueline.reckon.entries import Entries, numbers_of, take
from trueline.reckon.evaluate import Values, evaluate, fit, largest, multiply, plus, times
from trueline.reckon.folds import fold
from trueline.reckon.selection import select
from trueline.reckon.trees import moved
from trueline.reckon.volumes import gathered, parts
from trueline.reckon.world import Int64s, MemberLookup, World

_COLUMN = "§mix"
_NO_MIX = ("kept", "depth", "legs", "enrolled_legs")
_ROOM = 2**60
"""Weights are kept below this, so that no sum of the eight of a row leaves int64."""

CAUSES = len(Cause)


class Mixes:
    """The mixes of one run. ``causes`` is the cause of each row of ``order_lines``; ``earned`` gives, for a bonus that
    others are paid on, how much of each cause every member earned, int64 (n, causes).
    """

    def __init__(self, world: World, causes: NDArray[np.int8], earned: dict[str, Int64s]) -> None:
        self.world = world
        self.causes = causes
        self.earned = earned
        self._found: dict[str, Values | None] = {}

    def of_members(self, key: str, *, nothing: bool = False) -> Int64s:
        """int64 (n, causes): a step's mix for every member, in proportion; OTHER, or ``nothing``, where no sale is."""
        return weights(self._of(key), self.world.size, nothing=nothing)

    def of_company(self, expression: Typed) -> Int64s:
        """int64 (1, causes): the mix of a number of the company."""
        found = self._node(expression)
        return weights(None if found is None else found[:1], 1)

    def of_sales(self) -> Int64s:
        """int64 (1, causes): the mix of all sales of the period, by prices paid; by a volume where prices are not
        given.
        """
        for name in ("price", *self.world.plan.volumes):
            step = VolumeStep("sum", name, None, Window("period", 1, 0), COUNT)
            tables = [chosen for chosen in self.entries(step) if len(chosen)]
            if all(name in chosen.columns and not self._lacks(chosen, name) for chosen in tables):
                mixes = [self._summed(chosen, name, np.zeros(len(chosen), dtype=np.int32), 1) for chosen in tables]
                return weights(np.sum(mixes, axis=0), 1) if mixes else weights(None, 1)
        return weights(None, 1)

    def of_orders(self, step: VolumeStep, *, lines: bool) -> tuple[Int64s, Int64s]:
        """Keys (k, 2) of orders and, if ``lines``, of their lines (places in the order of ids, −1 for entries without
        an order), sorted, and their mixes int64 (k, causes).
        """
        keys, owner, columns = [], [], []
        for chosen in self.entries(step):
            line = chosen.line if lines else np.full(len(chosen), -1, dtype=np.int64)
            keys.append(np.stack([chosen.order, line], axis=1))
            owner.append(self.causes_of(chosen))
            columns.append(numbers_of(self.world, chosen, step.volume))
        groups, inverse = np.unique(np.concatenate(keys), axis=0, return_inverse=True)
        cell = inverse.reshape(-1) * CAUSES + np.concatenate(owner)
        found = gathered(len(groups) * CAUSES, cell.astype(np.int32), np.concatenate(columns))
        return groups, weights(found.reshape(-1, CAUSES), len(groups))

    def entries(self, step: VolumeStep) -> list[Entries]:
        """The order lines and the entries without an order that a volume step counts."""
        return [take(entries, select(self.world, step, entries)) for entries in parts(self.world, step)]

    def causes_of(self, entries: Entries) -> NDArray[np.int8]:
        """int8 (k): the cause of each row; OTHER for entries without an order."""
        if not entries.codes and "quantity" not in entries.columns:  # rows of the table of volumes
            return np.full(len(entries), Cause.OTHER, dtype=np.int8)
        return self.causes[entries.rows]

    @staticmethod
    def _lacks(entries: Entries, name: str) -> bool:
        return name in entries.lacking and bool(np.any(entries.lacking[name]))

    def _summed(self, entries: Entries, name: str, index: NDArray[np.int32], size: int) -> Values:
        cell = index.astype(np.int64) * CAUSES + self.causes_of(entries)
        values = numbers_of(self.world, entries, name)
        return gathered(size * CAUSES, cell.astype(np.int32), values).reshape(size, CAUSES)

    def _of(self, key: str) -> Values | None:
        """Numbers (n, causes) of a step in units of its scale; None when no sale is in it."""
        if key not in self._found:
            self._found[key] = None  # what needs itself through members below has no mix of its own
            self._found[key] = self._step(key)
        return self._found[key]

    def _step(self, key: str) -> Values | None:
        step = self.world.plan.steps[key]
        if isinstance(step, VolumeStep):
            return self._volume(step)
        if isinstance(step, ExprStep):
            return self._node(step.expression)
        if isinstance(step, TableStep):
            return self._of(step.keys[0])
        if isinstance(step, HistoryStep):
            return self._of(step.argument)
        if isinstance(step, EarnedStep):
            return self.earned.get(step.bonus)
        if isinstance(step, FoldStep) and step.argument and step.function not in _NO_MIX:
            return self._fold(step, step.argument)
        if isinstance(step, MovedStep):
            argument = self._of(step.argument)
            swapped = replace(step, argument=_COLUMN)
            return None if argument is None else self._columns(argument, lambda: moved(self.world, swapped))
        return None

    def _volume(self, step: VolumeStep) -> Values:
        tables = self.entries(step)
        if step.how == "count":
            tables = [chosen for chosen in tables if "quantity" in chosen.columns]
        name = "quantity" if step.how == "count" else step.volume
        found: Values = np.zeros((self.world.size, CAUSES), dtype=np.int64)
        for chosen in tables:
            if len(chosen):
                found = plus(found, self._summed(chosen, name, chosen.member, self.world.size))
        return found

    def _fold(self, step: FoldStep, key: str) -> Values | None:
        argument = self._of(key)
        if argument is None:
            return None
        if step.function == "company":
            sums = [total(column) if column.dtype != object else sum(column) for column in argument.T.copy()]
            return np.broadcast_to(fit(np.array(sums, dtype=object)), argument.shape)
        legs = step.function in ("leg", "rest", "capped")  # which legs count is no matter of causes
        swapped = replace(step, argument=_COLUMN, function="frontline" if legs else step.function)
        return self._columns(argument, lambda: fold(self.world, swapped))

    def _columns(self, argument: Values, compute: Callable[[], Values]) -> Values:
        """The engine's own function over the column of each cause."""
        columns = []
        try:
            for column in argument.T:
                self.world.columns[_COLUMN] = np.ascontiguousarray(column)
                columns.append(compute() if column.any() else np.zeros(self.world.size, dtype=np.int64))
        finally:
            self.world.columns.pop(_COLUMN, None)
        return np.stack(columns, axis=1)

    def _node(self, node: Typed) -> Values | None:
        if isinstance(node, Ref):
            return self._of(node.step)
        if isinstance(node, Add):
            sides = ((self._node(node.left), node.left_times), (self._node(node.right), node.right_times))
            parts = [times(side, many) for side, many in sides if side is not None]
            return plus(*parts) if len(parts) == 2 else parts[0] if parts else None
        if isinstance(node, Multiply):
            left, other = self._node(node.left), node.right
            if left is None:
                left, other = self._node(node.right), node.left
            return None if left is None else multiply(left, self._value(other))
        if isinstance(node, (Whole, Ratio)):
            return self._node(node.part if isinstance(node, Whole) else node.left)
        if isinstance(node, Choice):
            return self._picked((node.then, node.other), np.where(self._value(node.condition)[:, 0], 0, 1))
        if isinstance(node, Highest):
            values = [times(self._value(part)[:, 0], n) for part, n in zip(node.parts, node.times, strict=True)]
            return self._picked(node.parts, np.argsort(np.stack(values), axis=0, kind="stable")[-node.k])
        return None

    def _picked(self, parts_: tuple[Typed, ...], which: Int64s) -> Values | None:
        """For each member the mix of the part that its value is."""
        mixes = [self._node(part) for part in parts_]
        if all(mix is None for mix in mixes):
            return None
        nothing = np.zeros((self.world.size, CAUSES), dtype=np.int64)
        stacked = np.stack([nothing if mix is None else mix for mix in mixes])
        return stacked[which, np.arange(self.world.size)]

    def _value(self, node: Typed) -> Values:
        found = evaluate(node, MemberLookup(self.world))
        return np.broadcast_to(found, (self.world.size,))[:, None]


def weights(mix: Values | None, size: int, *, nothing: bool = False) -> Int64s:
    """int64 (size, causes): a mix as weights, in proportion: nothing below 0, all below 2**60; OTHER where no sale is.

    Weights beyond that lose their lowest binary digits.
    """
    if mix is None:
        found = np.zeros((size, CAUSES), dtype=np.int64)
    else:
        positive = np.maximum(mix, 0)
        extra = max(largest(positive).bit_length() - _ROOM.bit_length() + 1, 0)
        found = fit(positive >> extra).astype(np.int64) if extra else positive.astype(np.int64)
    if not nothing:
        found[found.sum(axis=1) == 0, Cause.OTHER] = 1
    return found

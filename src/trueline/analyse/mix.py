"""What a number of a run is made of: how much of it each cause of a sale brought.

A number that is a sum of order lines splits exactly, and so do sums over a tree and moved volume; a product splits as
the factor that is made of sales. Everything that rounds, looks up, chooses or remembers keeps its value: the value is
split as what goes into it, so that each term of a sum weighs what it is worth there. Numbers that no sale is in have no
mix (docs/concepts/what-the-measures-mean.md).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from trueline.analyse.books import Cause
from trueline.money.apportion import apportion_groups
from trueline.money.columns import total
from trueline.plan.nodes import Window
from trueline.plan.steps import EarnedStep, ExprStep, FoldStep, HistoryStep, MovedStep, TableStep, VolumeStep
from trueline.plan.typed import (
    COUNT,
    Add,
    Choice,
    Highest,
    Multiply,
    NumberType,
    Ratio,
    Ref,
    Type,
    Typed,
    Whole,
    common_scale,
    whole_multiplier,
)
from trueline.reckon.entries import Entries, counted, take
from trueline.reckon.evaluate import Values, evaluate, fit, largest, multiply, plus, times
from trueline.reckon.folds import fold
from trueline.reckon.orders import order_entries
from trueline.reckon.selection import select
from trueline.reckon.trees import moved
from trueline.reckon.volumes import gathered, parts
from trueline.reckon.world import Int64s, MemberLookup, World

_COLUMN = "§mix"
_NO_MIX = ("kept", "depth", "legs", "enrolled_legs")
_BY_LEGS = ("leg", "rest", "capped")
_ROOM = 58
"""Weights of all members together keep to so many binary digits, so that every sum of some of them is an int64."""
_DIGITS = 6
"""A value that is split as what goes into it is split to a millionth of its unit."""

CAUSES = len(Cause)


@dataclass(frozen=True)
class Mix:
    """How much of a number each cause brought: ``parts`` (n, causes) × ``scale``."""

    parts: Values
    scale: Fraction

    def of(self, factor: Fraction) -> Mix:
        """This number × a factor other than 0."""
        return Mix(self.parts if factor > 0 else times(self.parts, -1), self.scale * abs(factor))

    def at(self, scale: Fraction) -> Values:
        """The parts in units of a scale that divides this one."""
        return times(self.parts, whole_multiplier(self.scale, scale))


class Mixes:
    """The mixes of one run. ``causes`` is the cause of each row of ``order_lines``; ``earned`` gives, for a bonus that
    others are paid on, how much of each cause every member earned, int64 (n, causes).
    """

    def __init__(self, world: World, causes: NDArray[np.int8], earned: dict[str, Int64s]) -> None:
        self.world = world
        self.causes = causes
        self.earned = earned
        self._found: dict[str, Mix | None] = {}

    def of_members(self, key: str, *, nothing: bool = False) -> Int64s:
        """int64 (n, causes): a step's mix for every member, in proportion; OTHER, or ``nothing``, where no sale is."""
        mix = self._of(key)
        return weights(None if mix is None else mix.parts, self.world.size, nothing=nothing)

    def of_company(self, expression: Typed) -> Int64s:
        """int64 (1, causes): the mix of a number of the company."""
        mix = self._node(expression)
        return weights(None if mix is None else mix.parts[:1], 1)

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
            columns.append(counted(self.world, chosen, step.volume))
        groups, inverse = np.unique(np.concatenate(keys), axis=0, return_inverse=True)
        cell = inverse.reshape(-1) * CAUSES + np.concatenate(owner)
        found = gathered(len(groups) * CAUSES, cell.astype(np.int32), np.concatenate(columns))
        return groups, weights(found.reshape(-1, CAUSES), len(groups))

    def entries(self, step: VolumeStep) -> list[Entries]:
        """The order lines and, of a sum, what came back late and the entries without an order that a step counts."""
        tables = parts(self.world, step) if step.how == "sum" else [order_entries(self.world)]
        return [take(entries, select(self.world, step, entries)) for entries in tables]

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
        values = counted(self.world, entries, name)
        return gathered(size * CAUSES, cell.astype(np.int32), values).reshape(size, CAUSES)

    def _of(self, key: str) -> Mix | None:
        """The mix of a step; None when no sale is in it."""
        if key not in self._found:
            self._found[key] = None  # what needs itself through members below has no mix of its own
            self._found[key] = self._step(key)
        return self._found[key]

    def _step(self, key: str) -> Mix | None:
        step = self.world.plan.steps[key]
        if isinstance(step, VolumeStep):
            mix = Mix(self._volume(step), _scale(step.type))
            return mix if step.how == "sum" else self._worth(mix, self.world.column(key), step.type)
        if isinstance(step, ExprStep):
            return self._node(step.expression)
        if isinstance(step, TableStep):
            made = next((mix for mix in map(self._of, step.keys) if mix is not None), None)
            return self._worth(made, self.world.column(key), step.type)
        if isinstance(step, HistoryStep):
            return self._worth(self._of(step.argument), self.world.column(key), step.type)
        if isinstance(step, EarnedStep):
            earned = self.earned.get(step.bonus)
            return None if earned is None else Mix(earned, _scale(step.type))
        if isinstance(step, FoldStep) and step.argument and step.function not in _NO_MIX:
            return self._fold(key, step, step.argument)
        if isinstance(step, MovedStep):
            argument = self._of(step.argument)
            swapped = replace(step, argument=_COLUMN)
            return None if argument is None else self._columns(argument, lambda: moved(self.world, swapped))
        return None

    def _worth(self, made: Mix | None, values: Values, type_: Type) -> Mix | None:
        """A number split as what goes into it: each member's value in the proportion of the causes that ``made`` has
        on its side of 0, to a millionth of its unit, by largest remainder. Where there are none, the number has none.
        """
        if made is None:
            return None
        flat = np.broadcast_to(values, (self.world.size,))
        below = flat < 0
        weight = weights(np.where(below[:, None], -made.parts, made.parts), len(flat), nothing=True)
        due = np.where(weight.any(axis=1), np.where(below, -flat, flat), 0)
        digits = _DIGITS - max(len(str(largest(due) * 10**_DIGITS)) - 18, 0)  # 18 digits are an int64
        fine = fit(times(due, 10**digits) if digits >= 0 else due // 10**-digits)
        row = np.repeat(np.arange(len(flat)), CAUSES)
        parts = apportion_groups(fine, weight.reshape(-1), row).reshape(-1, CAUSES)
        return Mix(np.where(below[:, None], -parts, parts), _scale(type_) / Fraction(10) ** digits)

    def _volume(self, step: VolumeStep) -> Values:
        name = "quantity" if step.how == "count" else step.volume
        found: Values = np.zeros((self.world.size, CAUSES), dtype=np.int64)
        for chosen in self.entries(step):
            if len(chosen):
                found = plus(found, self._summed(chosen, name, chosen.member, self.world.size))
        return found

    def _fold(self, key: str, step: FoldStep, of: str) -> Mix | None:
        argument = self._of(of)
        if argument is None:
            return None
        if step.function == "company":
            sums = [total(column) if column.dtype != object else sum(column) for column in argument.parts.T.copy()]
            return Mix(np.broadcast_to(fit(np.array(sums, dtype=object)), argument.parts.shape), argument.scale)
        if step.function in _BY_LEGS:  # which legs count is no matter of causes
            legs = replace(step, argument=_COLUMN, function="frontline")
            made = self._columns(argument, lambda: fold(self.world, legs))
            return self._worth(made, self.world.column(key), step.type)
        swapped = replace(step, argument=_COLUMN)
        return self._columns(argument, lambda: fold(self.world, swapped))

    def _columns(self, argument: Mix, compute: Callable[[], Values]) -> Mix:
        """The engine's own function over the column of each cause."""
        columns = []
        try:
            for column in argument.parts.T:
                self.world.columns[_COLUMN] = np.ascontiguousarray(column)
                columns.append(compute() if column.any() else np.zeros(self.world.size, dtype=np.int64))
        finally:
            self.world.columns.pop(_COLUMN, None)
        return Mix(np.stack(columns, axis=1), argument.scale)

    def _node(self, node: Typed) -> Mix | None:
        if isinstance(node, Ref):
            return self._of(node.step)
        if isinstance(node, Add):
            return _sum(self._terms((node.left, node.right), (node.left_times, node.right_times), node.type))
        if isinstance(node, Multiply):
            return self._product(node)
        if isinstance(node, (Whole, Ratio)):
            made = self._node(node.part if isinstance(node, Whole) else node.left)
            return None if made is None else self._worth(made, self._value(node), node.type)
        if isinstance(node, Choice):
            terms = self._terms((node.then, node.other), (node.then_times, node.other_times), node.type)
            return self._picked(terms, np.where(self._value(node.condition), 0, 1))
        if isinstance(node, Highest):
            return self._highest(node)
        return None

    def _product(self, node: Multiply) -> Mix | None:
        """As the factor that is made of sales; a rate that a table finds by sales is no such factor beside another."""
        factors = sorted((node.left, node.right), key=self._looks_up)
        for factor, other in (factors, reversed(factors)):
            mix = self._node(factor)
            if mix is not None:
                return Mix(multiply(mix.parts, self._value(other)[:, None]), mix.scale * _scale(other.type))
        return None

    def _looks_up(self, node: Typed) -> bool:
        return isinstance(node, Ref) and isinstance(self.world.plan.steps[node.step], TableStep)

    def _highest(self, node: Highest) -> Mix | None:
        """As the part that the value is; where no sale is in that part, as the others: a bound of so much."""
        values = [times(self._value(part), n) for part, n in zip(node.parts, node.times, strict=True)]
        terms = self._terms(node.parts, node.times, node.type)
        mix = self._picked(terms, np.argsort(np.stack(values), axis=0, kind="stable")[-node.k])
        bound = self._worth(_sum(terms), self._value(node), node.type)
        if mix is None or bound is None:
            return None
        scale = common_scale(mix.scale, bound.scale)
        return Mix(np.where(mix.parts.any(axis=1, keepdims=True), mix.at(scale), bound.at(scale)), scale)

    def _terms(self, parts: tuple[Typed, ...], many: tuple[int, ...], type_: Type) -> list[Mix | None]:
        """The mix of each part × its multiplier, which brings it to units of ``type_``."""
        mixes = [self._node(part) for part in parts]
        return [
            None if mix is None or n == 0 else mix.of(n * _scale(type_) / _scale(part.type))
            for part, mix, n in zip(parts, mixes, many, strict=True)
        ]

    def _picked(self, mixes: list[Mix | None], which: Int64s) -> Mix | None:
        """For each member the mix of the part that its value is."""
        found = [mix for mix in mixes if mix is not None]
        if not found:
            return None
        scale = common_scale(*(mix.scale for mix in found))
        nothing = np.zeros((self.world.size, CAUSES), dtype=np.int64)
        stacked = np.stack([nothing if mix is None else mix.at(scale) for mix in mixes])
        return Mix(stacked[which, np.arange(self.world.size)], scale)

    def _value(self, node: Typed) -> Values:
        return np.broadcast_to(evaluate(node, MemberLookup(self.world)), (self.world.size,))


def _scale(type_: Type) -> Fraction:
    if not isinstance(type_, NumberType):
        raise TypeError(type_)
    return type_.scale


def _sum(mixes: list[Mix | None]) -> Mix | None:
    """Terms without sales weigh nothing: they are split as the others."""
    found = [mix for mix in mixes if mix is not None]
    if not found:
        return None
    scale = common_scale(*(mix.scale for mix in found))
    return Mix(reduce(plus, (mix.at(scale) for mix in found)), scale)


def weights(mix: Values | None, size: int, *, nothing: bool = False) -> Int64s:
    """int64 (size, causes): a mix as weights, in proportion: nothing below 0; OTHER where no sale is, unless
    ``nothing``. All together are below 2**58; beyond that they lose their lowest binary digits.
    """
    if mix is None:
        found = np.zeros((size, CAUSES), dtype=np.int64)
    else:
        positive = np.maximum(mix, 0)
        many = int(positive.sum(dtype=object)) if largest(positive) >= 2**_ROOM // max(positive.size, 1) else 0
        extra = max(many.bit_length() - _ROOM, 0)
        found = fit(positive >> extra).astype(np.int64) if extra else positive.astype(np.int64)
    if not nothing:
        found[found.sum(axis=1) == 0, Cause.OTHER] = 1
    return found

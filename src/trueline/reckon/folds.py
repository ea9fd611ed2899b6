"""Functions over a tree: other members' values brought to each member."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from trueline.network import Tree
from trueline.network.legs import legs_capped, legs_rest, legs_with, legs_with_enrolled
from trueline.network.pointers import ancestor_pointer
from trueline.network.sums import downline_sum, frontline_sum, group_sum, group_sum_cut, levels_sum
from trueline.plan.steps import FoldStep
from trueline.reckon.evaluate import Values, fit
from trueline.reckon.slots import slots_of
from trueline.reckon.volumes import gathered
from trueline.reckon.wide import legs_up_to, legs_without, nth_leg, summed
from trueline.reckon.world import World


def fold(world: World, step: FoldStep) -> Values:
    """The column of a function over a tree; members that are not in the tree have 0, false or none."""
    tree = world.trees[step.tree]
    if step.function == "kept":
        return np.asarray(tree.rank_of >= 0)
    if step.function == "depth":
        return np.maximum(tree.depth, 0).astype(np.int64)
    if step.function == "position":  # of a line: the place in it
        return world.positions.get(step.tree, (tree.depth + 1).astype(np.int64))
    if step.argument is None:
        raise TypeError(step)
    if step.function == "parent":
        return _at_parent(world, tree, step.argument)
    if step.function == "owner":
        return world.column(step.argument)[world.owner]
    counting = world.columns[step.argument].dtype == np.bool_
    if step.function in ("legs", "enrolled_legs"):
        flag = world.flags(step.argument)
        return legs_with(tree, flag) if step.function == "legs" else legs_with_enrolled(tree, flag, sponsors(world))
    values = world.flags(step.argument).astype(np.int64) if counting else world.column(step.argument)
    return _FOLDS[step.function](world, tree, values, step)


def _at_parent(world: World, tree: Tree, key: str) -> Values:
    values = world.column(key)
    none = -1 if values.dtype == np.int64 and _is_rank(world, key) else 0
    above = tree.parent
    found: Values = np.where(above >= 0, values[np.maximum(above, 0)], np.asarray(none, dtype=values.dtype))
    return found


def _is_rank(world: World, key: str) -> bool:
    step = world.plan.steps.get(key)  # none for a column that a measure put beside those of the plan
    return step is not None and str(step.type) == "rank"


def _group(world: World, tree: Tree, values: Values, step: FoldStep) -> Values:
    if step.cut is None:
        return summed(lambda x: group_sum(tree, x), values)
    cut = world.flags(step.cut)
    return summed(lambda x: group_sum_cut(tree, x, cut), values)


def _slot(world: World, tree: Tree, values: Values, step: FoldStep) -> Values:
    """The group of the member in slot k directly below."""
    groups = summed(lambda x: group_sum(tree, x), values)
    rows = np.flatnonzero((slots_of(world, step.tree) == step.k) & (tree.parent >= 0))
    return gathered(world.size, tree.parent[rows], groups[rows])


def _customers(world: World, tree: Tree, values: Values, step: FoldStep) -> Values:
    """Σ over customers whose nearest participant above is the member."""
    holder = ancestor_pointer(tree, world.flags("participant"))
    rows = np.flatnonzero(world.flags("customer") & (holder >= 0))
    return gathered(world.size, holder[rows], values[rows])


def _rest(world: World, tree: Tree, values: Values, step: FoldStep) -> Values:
    if values.dtype != object:
        try:
            return legs_rest(tree, np.ascontiguousarray(values), step.k)
        except OverflowError:
            pass
    return legs_without(tree, values, step.k)


def _capped(world: World, tree: Tree, values: Values, step: FoldStep) -> Values:
    cap = world.column(step.cap or "")
    if object not in (values.dtype, cap.dtype):
        try:
            return legs_capped(tree, np.ascontiguousarray(values), np.ascontiguousarray(cap))
        except OverflowError:
            pass
    return legs_up_to(tree, values, cap)


_FOLDS: dict[str, Callable[[World, Tree, Values, FoldStep], Values]] = {
    "frontline": lambda world, tree, x, step: summed(lambda v: frontline_sum(tree, v), x),
    "customers": _customers,
    "downline": lambda world, tree, x, step: summed(lambda v: downline_sum(tree, v), x),
    "group": _group,
    "levels": lambda world, tree, x, step: summed(lambda v: levels_sum(tree, v, step.k, step.last), x),
    "leg": lambda world, tree, x, step: nth_leg(tree, np.ascontiguousarray(x), step.k),
    "rest": _rest,
    "slot": _slot,
    "capped": _capped,
    "company": lambda world, tree, x, step: fit(np.asarray(sum(x.tolist()), dtype=object)),
}


def sponsors(world: World) -> Values:
    return world.trees["sponsor"].parent

"""Functions over a tree: other members' values brought to each member."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from trueline.money.columns import total
from trueline.network import Tree
from trueline.network.legs import leg_nth, legs_capped, legs_rest, legs_with, legs_with_enrolled
from trueline.network.pointers import ancestor_pointer
from trueline.network.sums import downline_sum, frontline_sum, group_sum, group_sum_cut, levels_sum
from trueline.plan.steps import FoldStep
from trueline.reckon.evaluate import Values, fit
from trueline.reckon.volumes import add_to
from trueline.reckon.world import Int64s, World


def fold(world: World, step: FoldStep) -> Values:
    """The column of a function over a tree; members that are not in the tree have 0, false or none."""
    tree = world.trees[step.tree]
    if step.function == "kept":
        return np.asarray(tree.rank_of >= 0)
    if step.function == "depth":
        return np.maximum(tree.depth, 0).astype(np.int64)
    if step.argument is None:
        raise TypeError(step)
    if step.function == "parent":
        return _at_parent(world, tree, step.argument)
    counting = world.columns[step.argument].dtype == np.bool_
    if step.function in ("legs", "enrolled_legs"):
        flag = world.flags(step.argument)
        return legs_with(tree, flag) if step.function == "legs" else legs_with_enrolled(tree, flag, sponsors(world))
    values = world.flags(step.argument).astype(np.int64) if counting else world.numbers(step.argument)
    return _FOLDS[step.function](world, tree, values, step)


def _at_parent(world: World, tree: Tree, key: str) -> Values:
    values = world.column(key)
    none = -1 if values.dtype == np.int64 and _is_rank(world, key) else 0
    above = tree.parent
    found: Values = np.where(above >= 0, values[np.maximum(above, 0)], np.asarray(none, dtype=values.dtype))
    return found


def _is_rank(world: World, key: str) -> bool:
    return str(world.plan.steps[key].type) == "rank"


def _group(world: World, tree: Tree, values: Int64s, step: FoldStep) -> Values:
    return group_sum(tree, values) if step.cut is None else group_sum_cut(tree, values, world.flags(step.cut))


def _customers(world: World, tree: Tree, values: Int64s, step: FoldStep) -> Values:
    """Σ over customers whose nearest participant above is the member."""
    out = np.zeros(world.size, dtype=np.int64)
    holder = ancestor_pointer(tree, world.flags("participant"))
    rows = np.flatnonzero(world.flags("customer") & (holder >= 0))
    add_to(out, holder[rows], values[rows])
    return out


_FOLDS: dict[str, Callable[[World, Tree, Int64s, FoldStep], Values]] = {
    "frontline": lambda world, tree, x, step: frontline_sum(tree, x),
    "customers": _customers,
    "downline": lambda world, tree, x, step: downline_sum(tree, x),
    "group": _group,
    "levels": lambda world, tree, x, step: levels_sum(tree, x, step.k, step.last),
    "leg": lambda world, tree, x, step: leg_nth(tree, x, step.k),
    "rest": lambda world, tree, x, step: legs_rest(tree, x, step.k),
    "capped": lambda world, tree, x, step: legs_capped(tree, x, world.numbers(step.cap or "")),
    "company": lambda world, tree, x, step: fit(np.asarray(total(x), dtype=object)),
}


def sponsors(world: World) -> Values:
    return world.trees["sponsor"].parent

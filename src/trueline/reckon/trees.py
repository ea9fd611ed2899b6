"""Derived trees and the measures that a compression moves."""

from __future__ import annotations

import numpy as np

from trueline.network import ABSENT, Tree
from trueline.network.compression import move, reattach, remove, remove_to
from trueline.network.pointers import ancestor_pointer, nearest_reaching
from trueline.plan.steps import MovedStep, TreeStep, tree_key
from trueline.reckon.evaluate import Values, times
from trueline.reckon.wide import places, summed
from trueline.reckon.world import Int32s, World


def derived(world: World, step: TreeStep) -> Tree:
    """The tree of a ``trees`` entry (docs/semantics.md, section 6)."""
    base = world.trees[step.base]
    flag = world.flags(step.condition)
    if step.form == "leaders":
        return reattach(base, flag)
    if step.form == "keep":
        return remove(base, flag)
    return remove_to(base, flag & (base.parent != ABSENT), takers_of(world, step), onward=step.onward)


def takers_of(world: World, step: TreeStep) -> Int32s:
    """int32 [n]: the upline that takes over what a member leaves; negative for nobody."""
    base = world.trees[step.base]
    if step.measure is None or step.reaches is None:
        return ancestor_pointer(base, world.flags(step.condition))
    value, need = (
        times(world.column(key), many)
        for key, many in zip((step.measure, step.reaches), step.reaches_times, strict=True)
    )
    if object in (value.dtype, need.dtype):  # only their order matters
        value, need = places(value, need)
    always = world.flags(step.always) if step.always else np.zeros(world.size, dtype=np.bool_)
    return nearest_reaching(base, np.ascontiguousarray(value), np.ascontiguousarray(need), always)


def moved(world: World, step: MovedStep) -> Values:
    """Numbers [n]: own value and what moved to the member; 0 for removed members."""
    rule = world.plan.steps[tree_key(step.tree)]
    assert isinstance(rule, TreeStep)
    base = world.trees[rule.base]
    present = base.parent != ABSENT
    keep = world.flags(rule.condition) & present
    target = np.where(present, takers_of(world, rule), ABSENT).astype(np.int32)
    return summed(lambda x: move(x, keep, target, onward=rule.onward)[0], world.column(step.argument))

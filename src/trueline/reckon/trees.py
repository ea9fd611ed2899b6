"""Derived trees and the measures that a compression moves."""

from __future__ import annotations

import numpy as np

from trueline.network import ABSENT, ROOT, Tree, build
from trueline.network.compression import move, reattach, remove, remove_to
from trueline.network.passing import pass_up
from trueline.network.pointers import ancestor_pointer, nearest_reaching
from trueline.plan.steps import DerivedTree, LineStep, MovedStep, PlacedStep, TreeStep, tree_key
from trueline.reckon.evaluate import Values, times
from trueline.reckon.joining import by_joining
from trueline.reckon.places import keep_places, kept_places
from trueline.reckon.placing import placed
from trueline.reckon.wide import places as reduced
from trueline.reckon.wide import summed
from trueline.reckon.world import Bools, Int32s, World


def derived(world: World, name: str, step: DerivedTree) -> Tree:
    """The tree of a ``trees`` entry (docs/semantics.md, section 6)."""
    if isinstance(step, PlacedStep):
        return placed(world, name, step)
    if not step.fixed:
        nobody = np.zeros(world.size, dtype=np.bool_)
        return _found(world, name, step, nobody, np.full(world.size, ABSENT, dtype=np.int32))
    places = kept_places(world, name)
    known = places.known
    found = _found(world, name, step, known, places.parent).parent
    parent = np.where(known, places.parent, found).astype(np.int32)
    fresh = np.flatnonzero(~known)
    fresh = fresh[np.argsort(world.id_rank[fresh])]
    places.number[fresh] = places.given + 1 + np.arange(fresh.size)
    places.given += fresh.size
    places.parent = parent
    keep_places(world, name, places)
    return build(name, parent)


def _found(world: World, name: str, step: TreeStep | LineStep, known: Bools, kept: Int32s) -> Tree:
    """The tree by its form; ``known`` members are taken to stand where they were ``kept``."""
    if isinstance(step, LineStep):
        return build(name, _line(world, step, known, kept))
    base, flag = world.trees[step.base], world.flags(step.condition)
    if step.form in ("keep", "taker"):
        stays = np.where(known, kept != ABSENT, flag) & (base.parent != ABSENT)
        if step.form == "keep":
            return remove(base, stays)
        return remove_to(base, stays, takers_of(world, step, stays), onward=step.onward)
    if known.any():
        base = remove(base, ~known | (kept != ABSENT))
    if step.form == "leaders":
        return reattach(base, flag)
    taking = np.ones(world.size, dtype=np.bool_) if step.to is None else world.flags(step.to)
    return build(name, pass_up(base, flag, taking, known, kept))


def _line(world: World, step: LineStep, known: Bools, kept: Int32s) -> Int32s:
    """Newcomers behind the last of the line that was kept (with nothing kept: all), in the order of joining."""
    inside = ~known if step.among is None else ~known & world.flags(step.among)
    inside[world.further] = False
    rows = by_joining(world, inside)
    parent = np.where(known, kept, ABSENT).astype(np.int32)
    if rows.size:
        parent[rows] = np.append(_last_of(parent), rows[:-1])
    return parent


def _last_of(parent: Int32s) -> int:
    """Who has nobody below in a line; ``ROOT`` when the line is empty."""
    last = parent != ABSENT
    last[parent[parent >= 0]] = False
    found = np.flatnonzero(last)
    return int(found[0]) if found.size else ROOT


def takers_of(world: World, step: TreeStep, stays: Bools) -> Int32s:
    """int32 [n]: the upline that takes over what a member leaves; negative for nobody. ``stays``: who does not."""
    base = world.trees[step.base]
    if step.measure is None or step.reaches is None:
        return ancestor_pointer(base, stays)
    value, need = (
        times(world.column(key), many)
        for key, many in zip((step.measure, step.reaches), step.reaches_times, strict=True)
    )
    if object in (value.dtype, need.dtype):  # only their order matters
        value, need = reduced(value, need)
    always = world.flags(step.always) if step.always else np.zeros(world.size, dtype=np.bool_)
    return nearest_reaching(base, np.ascontiguousarray(value), np.ascontiguousarray(need), always)


def moved(world: World, step: MovedStep) -> Values:
    """Numbers [n]: own value and what moved to the member; 0 for removed members."""
    keep, target, onward = landing(world, step)
    return summed(lambda x: move(x, keep, target, onward=onward)[0], world.column(step.argument))


def landing(world: World, step: MovedStep) -> tuple[Bools, Int32s, bool]:
    """Of a moved measure: who keeps its own, to whom the others' moves (negative: nobody), and whether onward."""
    rule = world.plan.steps[tree_key(step.tree)]
    assert isinstance(rule, TreeStep)
    stays = world.trees[step.tree].parent != ABSENT
    present = world.trees[rule.base].parent != ABSENT
    target = np.where(present, takers_of(world, rule, stays), ABSENT).astype(np.int32)
    return stays, target, rule.onward

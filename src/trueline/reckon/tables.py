"""Looking up tables for every member: exact rows, cliffs, slices, joint thresholds."""

from __future__ import annotations

import numpy as np

from trueline.plan.steps import TableStep
from trueline.plan.typed import TextType
from trueline.reckon.evaluate import Values, beside, fit, multiply, plus, times
from trueline.reckon.world import Bools, Int64s, World

UNKNOWN = np.int64(-(2**62))
"""Stands for ``unknown`` while a column is looked up; never leaves this module."""


def table(world: World, step: TableStep, name: str) -> Values:
    """int64 [n] in units of the table's scale; refused when anybody's key falls on ``unknown``."""
    keys = [times(world.column(key), many) for key, many in zip(step.keys, step.key_times, strict=True)]
    if step.form == "marginal":
        return _slices(step, keys[0])
    if step.form == "joint":
        found = _joint(step, keys)
    elif step.form == "cliff":
        found = _cliff(step, keys[0])
    else:
        found = _exact(world, step, keys[0])
    unknown = np.flatnonzero(found == UNKNOWN)
    if unknown.size:
        member = world.ids[int(unknown[0])]
        more = f" and {unknown.size - 1} more" if unknown.size > 1 else ""
        raise world.refuse(
            f"Table '{name}' is unknown for member {member}{more}.", "Find the value in the plan document."
        )
    return found


def values_of(step: TableStep) -> Int64s:
    return np.array([UNKNOWN if row.value is None else row.value for row in step.rows], dtype=np.int64)


def otherwise_of(step: TableStep) -> np.int64:
    return UNKNOWN if step.otherwise is None else np.int64(step.otherwise)


def _cliff(step: TableStep, key: Values) -> Int64s:
    key = beside(key, *(int(row.at[0]) for row in step.rows))
    marks = np.array([row.at[0] for row in step.rows], dtype=key.dtype if key.dtype == object else np.int64)
    row = np.searchsorted(marks, key, side="right") - 1
    return np.where(row >= 0, values_of(step)[np.maximum(row, 0)], otherwise_of(step))


def _exact(world: World, step: TableStep, key: Values) -> Int64s:
    type_ = world.plan.steps[step.keys[0]].type
    words = world.words.get(step.keys[0], [])
    out = np.full(key.shape, otherwise_of(step), dtype=np.int64)
    hit: Bools = np.zeros(key.shape, dtype=np.bool_)
    for row, value in zip(step.rows, values_of(step), strict=True):
        mark = row.at[0]
        if isinstance(type_, TextType):
            mark = words.index(str(mark)) if mark in words else -2
        same = key == mark
        out[same] = value
        hit |= same
    if not step.has_otherwise and not hit.all():
        member = world.ids[int(np.argmin(hit))]
        raise world.refuse(f"Member {member} has a value that a table does not list.", "Add it or 'otherwise'.")
    return out


def _joint(step: TableStep, keys: list[Values]) -> Int64s:
    out = np.full(keys[0].shape, otherwise_of(step), dtype=np.int64)
    for row, value in zip(step.rows, values_of(step), strict=True):
        reached = np.ones(keys[0].shape, dtype=np.bool_)
        for key, mark in zip(keys, row.at, strict=True):
            reached &= np.asarray(key >= mark, dtype=np.bool_)
        out[reached] = value
    return out


def _slices(step: TableStep, key: Values) -> Values:
    """Σ rate × (the part of the key inside each slice), each slice at its own rate."""
    if any(row.value is None for row in step.rows):
        raise ValueError("A marginal table cannot hold 'unknown'.")
    marks = [int(row.at[0]) for row in step.rows]
    key = beside(key, *marks)
    total: Values = np.zeros(key.shape, dtype=np.int64)
    for index, row in enumerate(step.rows):
        upper = np.minimum(key, marks[index + 1]) if index + 1 < len(marks) else key
        inside = np.maximum(upper - marks[index], 0)
        total = plus(total, multiply(fit(inside), np.asarray(row.value, dtype=np.int64)))
    return total

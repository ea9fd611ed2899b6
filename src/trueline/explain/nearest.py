"""Who in a downline is nearest to a condition: how many of its parts fail and by how much, for everybody at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trueline.explain.records import Records
from trueline.plan.steps import ExprStep
from trueline.plan.typed import Both, Compare, NumberType, RankConst, Ref, Typed
from trueline.reckon.evaluate import evaluate, times
from trueline.reckon.world import PairLookup

Scores = NDArray[np.int64]

PART = 1_000_000
"""Score of one failing part; a comparison adds how much of it is missing, in thousandths."""

_NEVER = 1_000 * PART


def short_of(records: Records, key: str, members: NDArray[np.int32]) -> Scores:
    """int64 [members]: how far each is from a condition step, 0 where it holds; of alternatives the nearest counts."""
    step = records.plan.steps[key]
    if isinstance(step, ExprStep):
        return _node(records, step.expression, members)
    return np.where(np.broadcast_to(records.world.column(key), (records.world.size,))[members], 0, PART)


def _node(records: Records, node: Typed, members: NDArray[np.int32]) -> Scores:
    if isinstance(node, Both):
        parts = np.stack([_node(records, part, members) for part in node.parts])
        scores: Scores = parts.sum(axis=0) if node.operator == "and" else parts.min(axis=0)
        return scores
    if isinstance(node, Ref) and not node.source:
        return short_of(records, node.step, members)
    lookup = PairLookup(records.world, members, members, np.zeros(len(members), dtype=np.int64))
    holds = np.broadcast_to(evaluate(node, lookup), members.shape).astype(np.bool_)
    code = _asked_rank(node)
    if code is not None:
        return np.where(holds, 0, _rank(records, code, members))
    return np.where(holds, 0, PART + _missing(node, lookup, len(members)))


def _missing(node: Typed, lookup: PairLookup, count: int) -> Scores:
    """Thousandths of what a comparison of numbers asks for that are missing."""
    if not isinstance(node, Compare) or not isinstance(node.left.type, NumberType) or node.operator not in (">=", ">"):
        return np.zeros(count, dtype=np.int64)
    left = times(evaluate(node.left, lookup), node.left_times).astype(object)
    right = times(evaluate(node.right, lookup), node.right_times).astype(object)
    part = np.broadcast_to((right - left) * 1_000 // np.maximum(np.abs(right), 1), (count,))
    clipped: Scores = np.clip(part, 0, 1_000).astype(np.int64)
    return clipped


def _asked_rank(node: Typed) -> int | None:
    """The lowest rank that would be enough, where an expression asks for one."""
    if not isinstance(node, Compare) or not isinstance(node.left, Ref) or not isinstance(node.right, RankConst):
        return None
    if node.left.step != "rank" or node.right.code < 0 or node.operator not in (">=", ">", "="):
        return None
    return node.right.code + (node.operator == ">")


def _rank(records: Records, code: int, members: NDArray[np.int32]) -> Scores:
    """How far each is from a rank's condition, by its own ladder; at least one part."""
    step = records.rank_step
    none = np.full(len(members), _NEVER, dtype=np.int64)
    if code >= len(records.plan.ranks):
        return none
    ladder_of = np.broadcast_to(records.world.column(step.by), (records.world.size,))[members] if step.by else 0
    for number, (_, conditions) in enumerate(step.ladders):
        condition = conditions[code]
        if condition is not None:
            none = np.where(ladder_of == number, np.maximum(short_of(records, condition, members), PART), none)
    return none

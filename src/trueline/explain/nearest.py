"""Who in a downline is nearest to a condition: how many of its parts fail, for everybody at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trueline.explain.records import Records
from trueline.plan.steps import ExprStep, RankStep
from trueline.plan.typed import Both, Compare, RankConst, Ref, Typed
from trueline.reckon.evaluate import evaluate
from trueline.reckon.world import PairLookup

Counts = NDArray[np.int64]


def failing(records: Records, key: str, members: NDArray[np.int32]) -> Counts:
    """int64 [members]: how many parts of a condition step fail; of alternatives the one with the fewest."""
    step = records.plan.steps[key]
    if isinstance(step, ExprStep):
        return _node(records, step.expression, members)
    return np.where(np.broadcast_to(records.world.column(key), (records.world.size,))[members], 0, 1)


def _node(records: Records, node: Typed, members: NDArray[np.int32]) -> Counts:
    if isinstance(node, Both):
        parts = np.stack([_node(records, part, members) for part in node.parts])
        counts: Counts = parts.sum(axis=0) if node.operator == "and" else parts.min(axis=0)
        return counts
    if isinstance(node, Ref) and not node.source:
        return failing(records, node.step, members)
    lookup = PairLookup(records.world, members, members, np.zeros(len(members), dtype=np.int64))
    holds = np.broadcast_to(evaluate(node, lookup), members.shape).astype(np.bool_)
    if _asks_rank(node):
        assert isinstance(node, Compare)
        assert isinstance(node.right, RankConst)
        return np.where(holds, 0, _rank(records, node.right.code + (node.operator == ">"), members))
    return np.where(holds, 0, 1)


def _asks_rank(node: Typed) -> bool:
    return (
        isinstance(node, Compare)
        and isinstance(node.left, Ref)
        and node.left.step == "rank"
        and isinstance(node.right, RankConst)
        and node.right.code >= 0
        and node.operator in (">=", ">", "=")
    )


def _rank(records: Records, code: int, members: NDArray[np.int32]) -> Counts:
    """How much of a rank's condition fails, by the ladder of each member; at least 1."""
    step = records.plan.steps["rank"]
    assert isinstance(step, RankStep)
    none = np.full(len(members), 1_000, dtype=np.int64)
    if code >= len(records.plan.ranks):
        return none
    ladder_of = np.broadcast_to(records.world.column(step.by), (records.world.size,))[members] if step.by else 0
    for number, (_, conditions) in enumerate(step.ladders):
        condition = conditions[code]
        if condition is not None:
            none = np.where(ladder_of == number, np.maximum(failing(records, condition, members), 1), none)
    return none

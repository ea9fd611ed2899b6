"""Dated edges turned into the parents at one moment, and the canonical numbering of members."""

from __future__ import annotations

import numpy as np

from trueline.network.columns import Pointers, Values, pointers, values
from trueline.network.tree import ABSENT, preorder_positions


def parents_at(
    n: int, position: Pointers, parent: Pointers, from_seconds: Values, to_seconds: Values, at: int
) -> Pointers:
    """int32 [n]: the parents valid at ``at``; ``ABSENT`` for a position without a valid edge.

    The edges are columns of equal length, in any order: ``position`` and ``parent`` are indices (``parent`` may
    be ``ROOT``), times are int64 seconds and an edge is valid when from <= at < to; an open edge ends at the
    largest int64. ``ValueError`` when two edges of a position are valid at once. O(n + edges).
    """
    count = position.size
    valid = np.flatnonzero((values(from_seconds, count) <= at) & (at < values(to_seconds, count)))
    who, above = pointers(position, count)[valid], pointers(parent, count)[valid]
    strange = np.flatnonzero((who < 0) | (who >= n))
    if strange.size:
        raise ValueError(f"An edge belongs to {who[strange[0]]}, which is none of {n} positions.")
    times = np.bincount(who, minlength=n)
    twice = np.flatnonzero(times > 1)
    if twice.size:
        raise ValueError(f"{twice.size} positions have two parents at the same time; first: {twice[0]}.")
    out = np.full(n, ABSENT, dtype=np.int32)
    out[who] = above
    return out


def preorder_index(parent: Pointers, tie_rank: Values) -> Pointers:
    """int32 [n], a permutation: the canonical index of each row, given the parents by row.

    In canonical order parents come before children, every subtree is contiguous, and siblings and roots follow
    ``tie_rank`` (int64 [n], distinct: for instance the rank of the id), so that the order of rows does not
    matter. Rows that are ``ABSENT`` come last, by ``tie_rank``. O(n log n). Errors as in
    :func:`trueline.network.tree.build`; ``ValueError`` when two ranks are equal.
    """
    n = parent.size
    above, ties = pointers(parent, n), values(tie_rank, n)
    rows = np.argsort(ties, kind="stable").astype(np.int32)
    if np.any(ties[rows[1:]] == ties[rows[:-1]]):
        raise ValueError("Two rows have the same tie rank.")
    here = above[rows] != ABSENT
    present, absent = rows[here], rows[~here]
    index = preorder_positions(above, present)
    index[absent] = np.arange(present.size, n, dtype=np.int32)
    return index

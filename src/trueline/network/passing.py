"""Trees in which some members go up to whom their upline belongs (docs/semantics.md, section 6.3)."""

from __future__ import annotations

import numpy as np

from trueline.kernel import kernel
from trueline.network.columns import Flags, Pointers, flags, pointers
from trueline.network.tree import ABSENT, ROOT, Tree


def pass_up(tree: Tree, passes: Flags, taking: Flags, known: Flags, kept: Pointers) -> Pointers:
    """int32 [n]: whom each member belongs to, ``ROOT`` or ``ABSENT``. O(n).

    Whoever ``passes`` belongs to whom its upline belongs, unless that is a root; the others to their upline. Then the
    nearest member at or above that is ``taking`` takes. ``known`` members have the parent ``kept`` for them.
    """
    n = tree.count
    out, taker = np.empty(n, dtype=np.int32), np.empty(n, dtype=np.int32)
    ask = flags(taking, n)
    hand_up(tree.order, tree.parent, flags(passes, n), ask, flags(known, n), pointers(kept, n), taker, out)
    return out


@kernel
def hand_up(
    order: Pointers,
    parent: Pointers,
    passes: Flags,
    taking: Flags,
    known: Flags,
    kept: Pointers,
    taker: Pointers,
    out: Pointers,
) -> None:
    """One pass from the top; ``taker`` [n] becomes the nearest taking member at or above."""
    for i in range(parent.size):
        out[i] = kept[i] if known[i] else ABSENT
        taker[i] = i if taking[i] else ROOT
    for i in order:
        above = parent[i]
        if above >= 0 and not taking[i]:
            taker[i] = taker[above]
        if known[i]:
            continue
        if above < 0:
            out[i] = ROOT
        else:
            belongs = out[above] if passes[i] and parent[above] >= 0 else above
            out[i] = taker[belongs] if belongs >= 0 else ROOT

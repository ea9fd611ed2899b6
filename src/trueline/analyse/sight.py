"""Whose sale it is, seen from who is paid for it: line by line, or for everything below in a tree."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from trueline.analyse.books import Cause, Nearness
from trueline.kernel import kernel
from trueline.network import Tree
from trueline.network.pointers import ancestor_pointer
from trueline.plan.steps import BuiltinStep
from trueline.plan.typed import CONDITION
from trueline.reckon.builtins import builtin
from trueline.reckon.world import Bools, Int32s, Int64s, World

_OWN, _SPONSORED, _LINE, _PLACED = (int(near) for near in list(Nearness)[:4])
_ROOM = 60
"""Sums of weights keep to so many binary digits."""


class Sight:
    """The nearness of members to one another in one run. ``seller`` int32 (n + 1) is the participant whose sale a
    member's is (itself, or the nearest above a customer; −1), ``sponsor`` who sponsored that one; the last entry stands
    for nobody. Further positions see and are seen as their ``owner`` int32 (n + 1).
    """

    def __init__(self, world: World) -> None:
        self.tree = world.trees["sponsor"]
        self.owner: Int32s = np.append(world.owner, -1).astype(np.int32)
        participant = builtin(world, BuiltinStep("participant", CONDITION))
        assert participant is not None
        flags = np.ascontiguousarray(np.broadcast_to(participant, (world.size,)), dtype=np.bool_)
        seller = np.where(flags, np.arange(world.size, dtype=np.int32), ancestor_pointer(self.tree, flags))
        self.seller: Int32s = self.owner[np.append(np.where(seller >= 0, seller, -1), -1)]
        sponsor = np.where(self.seller >= 0, np.append(self.tree.parent, -1)[self.seller], -1)
        self.sponsor: Int32s = self.owner[np.where(sponsor >= 0, sponsor, -1)]

    def near(self, receiver: Int32s, source: Int32s) -> Int64s:
        """int64 (k): the :class:`Nearness` of each source (−1: nobody) to its receiver."""
        receiver, source = self.owner[receiver], self.owner[source]
        first, asked = self.tree.rank_of[receiver], self.tree.rank_of[source]
        below = (first < asked) & (asked < first + self.tree.size[receiver])  # a subtree is an interval of the preorder
        near = np.where(below, Nearness.LINE, Nearness.PLACED)
        near = np.where(self.sponsor[source] == receiver, Nearness.SPONSORED, near)
        near = np.where((self.seller[source] == receiver) | (source == receiver), Nearness.OWN, near)
        return np.where(source < 0, Nearness.NOBODY, near).astype(np.int64)

    def legs(self, tree: Tree, mix: Int64s, cut: Bools) -> Int64s:
        """int64 (n, causes, nearness): for c below m in ``tree``, the mix of c's group as m sees it.

        ``mix`` int64 (n, causes) is each member's own. A group that is ``cut`` counts for the member above and no
        further. Sums beyond 2**60 lose their lowest binary digits. Cost O(n × depth).
        """
        whole = int(mix.sum(dtype=object))
        values = mix >> max(whole.bit_length() - _ROOM, 0)
        out = np.zeros((len(mix), len(Cause), len(Nearness)), dtype=np.int64)
        first, size = self.tree.rank_of, self.tree.size
        look_up(tree.parent, values, cut, self.owner, self.seller, self.sponsor, first, size, out)
        return out


@kernel
def look_up(
    parent: Int32s,
    values: Int64s,
    cut: Bools,
    owner: Int32s,
    seller: Int32s,
    sponsor: Int32s,
    first: Int32s,
    size: Int32s,
    out: NDArray[np.int64],
) -> None:
    """Walk up from every member with sales and add them to each group that holds it; the caller bounds the sums."""
    for s in range(values.shape[0]):
        if not values[s].any():
            continue
        child, above = s, parent[s]
        while above >= 0:
            seen = owner[above]
            if seller[s] == seen:
                near = _OWN
            elif sponsor[s] == seen:
                near = _SPONSORED
            elif first[seen] < first[s] < first[seen] + size[seen]:
                near = _LINE
            else:
                near = _PLACED
            for cause in range(values.shape[1]):
                out[child, cause, near] += values[s, cause]
            if cut[child]:
                break
            child, above = above, parent[above]

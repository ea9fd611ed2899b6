"""difference in group form: own rate on the group less the legs' rates on theirs (docs/semantics.md, 7.3)."""

from __future__ import annotations

import numpy as np

from trueline.plan.bonuses import GroupBonus
from trueline.reckon.evaluate import whole_column
from trueline.reckon.lines import PAID, UNQUALIFIED, Batch
from trueline.reckon.sources import SourceList
from trueline.reckon.volumes import gathered
from trueline.reckon.world import World

_GROSS, _LESS = 1, 2


class Group:
    """A line for the member's group and one for each leg. O(1) per member."""

    def __init__(self, world: World, bonus: GroupBonus) -> None:
        self.scale = bonus.scale
        self.tree = world.trees[bonus.tree]
        self.who = world.flags(bonus.terms.who)
        self.rate = whole_column(world.column(bonus.rate), world.size, "A rate")

    def walk(self, sources: SourceList) -> Batch:
        member = sources.member
        above = self.tree.parent[member]
        legs = np.flatnonzero(above >= 0)
        less = -np.minimum(self.rate[member[legs]], self.rate[above[legs]])
        legs, less = legs[less != 0], less[less != 0]
        own = np.arange(len(member))[self.rate[member] != 0]
        source = np.concatenate([own, legs])
        receiver = np.concatenate([member[own], above[legs]]).astype(np.int32)
        rate = np.concatenate([self.rate[member[own]], less])
        fits = self.who[receiver]
        promised = gathered(len(sources), source.astype(np.int32), rate)
        part = np.repeat([_GROSS, _LESS], [len(own), len(legs)]).astype(np.int8)
        return Batch(
            source,
            receiver,
            (part == _LESS).astype(np.int64),
            np.where(fits, rate, 0),
            part,
            np.where(fits, 0, rate),
            np.where(fits, PAID, UNQUALIFIED).astype(np.int8),
            promised,
        )

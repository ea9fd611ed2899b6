"""rebate, retail, customer: own sales and own customers' sales (docs/semantics.md, section 7.1)."""

from __future__ import annotations

import numpy as np

from trueline.network.pointers import ancestor_pointer
from trueline.plan.arithmetic import number_type
from trueline.plan.bonuses import OwnBonus
from trueline.reckon.evaluate import evaluate
from trueline.reckon.lines import BLOCKED, NO_UPLINE, PAID, UNQUALIFIED, Batch
from trueline.reckon.sources import SourceList
from trueline.reckon.world import Bools, Int32s, Int64s, PairLookup, World


class Own:
    """Receivers of a rebate, retail or customer bonus. O(1) per source."""

    def __init__(self, world: World, bonus: OwnBonus) -> None:
        self.world = world
        self.bonus = bonus
        self.scale = number_type(bonus.rate).scale
        self.who = world.flags(bonus.terms.who)
        self.receiver = self._receivers()

    def _receivers(self) -> Int32s:
        """int32 [n]: who is paid on a member's sale; negative for nobody."""
        world, kind = self.world, self.bonus.terms.kind
        self_paid = np.arange(world.size, dtype=np.int32)
        if self.bonus.tree is None:  # a rebate
            return self_paid
        above = ancestor_pointer(world.trees[self.bonus.tree], world.flags("participant"))
        customer = world.flags("customer")
        return np.where(customer, above, self_paid if kind == "retail" else np.int32(-3)).astype(np.int32)

    def rates(self, sources: SourceList, held: Int64s, pairs: PairLookup) -> Int64s:
        """The rate of each pair; ``held`` are the sources that have a receiver."""
        return np.broadcast_to(evaluate(self.bonus.rate, pairs), held.shape)

    def walk(self, sources: SourceList) -> Batch:
        receiver = self.receiver[sources.member]
        held = np.flatnonzero(receiver >= 0)
        level = (receiver[held] != sources.member[held]).astype(np.int64)
        pairs = PairLookup(self.world, sources.member[held], receiver[held], level, sources.order[held])
        rate = self.rates(sources, held, pairs)
        who = self.who[receiver[held]]
        fits: Bools = who
        if self.bonus.sources.pair is not None:
            fits = who & evaluate(self.bonus.sources.pair, pairs)
        promised = np.zeros(len(sources), dtype=rate.dtype)
        promised[held] = rate
        reason = np.where(fits, PAID, np.where(who, BLOCKED, UNQUALIFIED)).astype(np.int8)
        nobody: Int64s = np.zeros(len(sources), dtype=np.int64)
        return Batch(
            held,
            receiver[held],
            level,
            np.where(fits, rate, 0),
            np.zeros(len(held), dtype=np.int8),
            np.where(fits, 0, rate),
            reason,
            promised,
            [(NO_UPLINE, nobody)],
        )

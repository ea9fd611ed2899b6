"""Who stands between a source and a receiver: the levels they hold, or why they were passed over."""

from __future__ import annotations

from fractions import Fraction

from trueline.explain.checks import Check, Checker, deciding
from trueline.explain.model import Between
from trueline.explain.rates import percent
from trueline.explain.records import Records
from trueline.explain.trace import Holder, Trace
from trueline.network import Tree
from trueline.plan.bonuses import (
    DifferenceBonus,
    GenerationBonus,
    InfinityBonus,
    LevelBonus,
    OwnBonus,
)

NOT_PAID = {
    "unqualified": "is not qualified for this bonus",
    "blocked": "a condition of this bonus does not hold",
    "depth": "has no rate from that level on",
    "rank": "has no rate there at this rank",
}
"""Reasons of breakage about the holder of a level, in words."""


class Passage:
    """Answers for the lines of one traced bonus."""

    def __init__(self, traced: Trace) -> None:
        self.traced = traced
        self.records: Records = traced.records
        self.bonus = traced.bonus
        self._checks: dict[tuple[str, int], Check] = {}

    def distance(self, source: int, receiver: int) -> int | None:
        """Steps up the tree from source to receiver."""
        tree = self.traced.tree
        if tree is None or source == receiver:
            return 0
        return int(tree.depth[source] - tree.depth[receiver])

    def between(self, place: int, receiver: int, level: int) -> tuple[Between, ...]:
        """Everybody strictly between a source and the receiver of its line at a level, nearest to the source first."""
        tree, source = self.traced.tree, int(self.traced.sources.member[place])
        if tree is None or source == receiver:
            return ()
        holders: dict[int, Holder] = {}
        for holder in self.traced.holders(place):
            holders.setdefault(holder.member, holder)
        return tuple(self._one(place, member, holders.get(member), level) for member in path(tree, source, receiver))

    def _one(self, place: int, member: int, holder: Holder | None, level: int) -> Between:
        name = self.records.id(member)
        if holder is not None:
            return self._holder(place, name, holder)
        why, check = self._passed(place, member, level)
        return Between(name, None, Fraction(0), why, check)

    def _holder(self, place: int, name: str, holder: Holder) -> Between:
        if holder.rate:
            return Between(name, holder.level, holder.rate, "", None)
        why = NOT_PAID.get(holder.reason, holder.reason)
        check = self._check(self.bonus.terms.who, holder.member) if holder.reason == "unqualified" else None
        if holder.reason == "blocked" and self.bonus.sources.pair is not None:
            source, order = int(self.traced.sources.member[place]), int(self.traced.sources.order[place])
            checker = Checker(self.records, holder.member, source, holder.level, order)
            check = deciding(checker.node(self.bonus.sources.pair))
        return Between(name, holder.level, Fraction(0), f"holds level {holder.level} but {why}", check)

    def _passed(self, place: int, member: int, level: int) -> tuple[str, Check | None]:
        """Why somebody holds nothing of a source."""
        bonus, records = self.bonus, self.records
        who = bonus.terms.who
        if isinstance(bonus, LevelBonus):
            if bonus.counts and not records.holds(bonus.counts, member):
                return "does not count as a level", self._check(bonus.counts, member)
            if not records.holds(who, member):
                return "is not qualified for this bonus", self._check(who, member)
            return f"has no rate at level {level}", None
        if isinstance(bonus, (DifferenceBonus, InfinityBonus)):
            if not records.holds(who, member):
                return "is not qualified for this bonus", self._check(who, member)
            moment = self.traced.moment(place, member)
            rate = records.number(bonus.rate, member) if moment is None else moment.rate
            then = "" if moment is None else f" {moment.when}"
            return f"has a rate of {percent(rate)}{then}, not above what was already given", None
        if isinstance(bonus, GenerationBonus):
            boundary = self._check(bonus.boundary, member) if bonus.boundary else None
            if bonus.boundary is None or boundary is not None or bonus.skip_empty:
                return "does not count as a leader here", boundary
            return "leads the group of this sale, a generation that this bonus does not pay", None
        if isinstance(bonus, OwnBonus):
            return "is no participant", None
        return "", None

    def _check(self, key: str, member: int) -> Check | None:
        """The part of a condition that fails; None where it holds."""
        if (key, member) not in self._checks:
            self._checks[key, member] = deciding(Checker(self.records, member).step(key))
        found = self._checks[key, member]
        return None if found.holds else found


def path(tree: Tree, source: int, receiver: int) -> list[int]:
    """Members strictly between, from the source upwards."""
    found: list[int] = []
    above = int(tree.parent[source])
    while above >= 0 and above != receiver:
        found.append(above)
        above = int(tree.parent[above])
    return found

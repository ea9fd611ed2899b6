"""Trees as they are and as a plan derives them (semantics, section 6)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.reference.world import in_order


class Forest:
    """Parents of the members that are in the tree, and everything that follows from them."""

    def __init__(
        self,
        parent: dict[str, str | None],
        moved: dict[str, dict[str, Fraction]] | None = None,
        slot: dict[str, int] | None = None,
    ) -> None:
        self.parent = parent
        self.moved = moved or {}
        self.slot = slot or {}
        self.below: dict[str, list[str]] = {member: [] for member in parent}
        for member in sorted(parent, key=in_order):
            above = parent[member]
            if above is not None:
                self.below[above].append(member)
        for member in parent:
            self.uplines(member)

    def uplines(self, member: str) -> list[str]:
        """Everybody above, nearest first; nobody for a member that is not in the tree."""
        found: list[str] = []
        above = self.parent.get(member)
        while above is not None:
            if len(found) > len(self.parent):
                raise ValueError(f"{member} is above itself")
            found.append(above)
            above = self.parent[above]
        return found

    def everybody_below(self, member: str) -> list[str]:
        found, waiting = [], list(self.below.get(member, []))
        while waiting:
            one = waiting.pop()
            found.append(one)
            waiting += self.below[one]
        return found


    def in_slot(self, member: str, number: int) -> str | None:
        """Who sits in a slot directly below a member."""
        return next((c for c in self.below.get(member, []) if self.slot.get(c) == number), None)

    def group(self, top: str | None) -> list[str]:
        """A member and everybody below; nobody for an empty slot."""
        return [] if top is None else [top, *self.everybody_below(top)]


def derived(values: Any, rule: dict[str, Any]) -> Forest:
    """The tree that a rule makes of another."""
    old = values.forest(rule["from"])
    if "leaders" in rule:
        return Forest({m: first(old.uplines(m), lambda u: values.holds(rule["leaders"], u)) for m in old.parent})
    stays = {m: values.holds(rule["keep"], m) for m in old.parent}
    taker = {m: takes(values, rule, old, m, stays) for m in old.parent if not stays[m]}
    lost = rule.get("landing", "onward") == "lost"
    final: dict[str, str | None] = {}
    for gone, to in taker.items():
        end = to
        while end is not None and not stays[end]:
            end = None if lost else taker[end]
        final[gone] = end
    parent = {
        m: above if above is None or stays[above] else final[above] for m, above in old.parent.items() if stays[m]
    }
    moved: dict[str, dict[str, Fraction]] = {}
    for name, text in rule.get("moves", {}).items():
        sums = dict.fromkeys(values.world.members, Fraction(0))
        for m in old.parent:
            to = m if stays[m] else final[m]
            if to is not None:
                sums[to] += values.number(values.book.read(text), m)
        moved[name] = sums
    return Forest(parent, moved)


def takes(values: Any, rule: dict[str, Any], old: Forest, gone: str, stays: dict[str, bool]) -> str | None:
    """Who takes what a removed member leaves."""
    taker = rule.get("taker")
    if taker is None:
        return first(old.uplines(gone), lambda u: stays[u])
    needed = values.of(taker["reaches"], gone)
    return first(
        old.uplines(gone),
        lambda u: values.of(taker["measure"], u) >= needed or ("or" in taker and values.holds(taker["or"], u)),
    )


def first(uplines: list[str], test: Any) -> str | None:
    return next((one for one in uplines if test(one)), None)

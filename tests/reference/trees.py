"""Trees as they are and as a plan derives them (semantics, section 6)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.reference.orders import in_order


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


Known = dict[str, tuple[bool, str | None]]


def derived(values: Any, rule: dict[str, Any], known: Known) -> Forest:
    """The tree that a rule makes of another; `known` is what the state keeps of it (`fixed: joined`)."""
    if "line" in rule:
        return monoline(values, rule, known)
    old = values.forest(rule["from"])
    if "keep" in rule:
        return compressed(values, rule, old, known)
    old = without(old, {m for m, (inside, _) in known.items() if not inside})
    above = passed_up(values, rule, old, known) if "passes up" in rule else led(values, rule, old)
    return Forest(above | {m: parent for m, (inside, parent) in known.items() if inside})


def without(old: Forest, gone: set[str]) -> Forest:
    """The tree without some members, their frontline attached to the nearest that remains."""
    return Forest({m: first(old.uplines(m), lambda u: u not in gone) for m in old.parent if m not in gone})


def led(values: Any, rule: dict[str, Any], old: Forest) -> dict[str, str | None]:
    """Everybody below the nearest upline that leads."""
    return {m: first(old.uplines(m), lambda u: values.holds(rule["leaders"], u)) for m in old.parent}


def passed_up(values: Any, rule: dict[str, Any], old: Forest, known: Known) -> dict[str, str | None]:
    """Top down: who is passed up is taken by the one that has its parent."""
    above: dict[str, str | None] = {}
    waiting = [m for m, parent in old.parent.items() if parent is None]
    while waiting:
        m = waiting.pop()
        waiting += old.below[m]
        parent = old.parent[m]
        if m in known:
            above[m] = known[m][1]
            continue
        stays = parent is None or old.parent[parent] is None or not values.holds(rule["passes up"], m)
        taken = parent if stays or parent is None else above[parent]
        if taken is not None and "to" in rule:
            taken = first([taken, *old.uplines(taken)], lambda u: values.holds(rule["to"], u))
        above[m] = taken
    return above


def monoline(values: Any, rule: dict[str, Any], known: Known) -> Forest:
    """One line of everybody, in the order of joining; who is known stays where it stood."""
    inside: dict[str, str | None] = {m: parent for m, (here, parent) in known.items() if here}
    last = next((m for m in inside if m not in inside.values()), None)
    for m in sorted(values.world.members, key=values.world.by_joining):
        if m not in known and m not in values.world.owners and ("among" not in rule or values.holds(rule["among"], m)):
            inside[m] = last
            last = m
    return Forest(inside)


def compressed(values: Any, rule: dict[str, Any], old: Forest, known: Known) -> Forest:
    """Removal and volume compression."""
    stays = {m: known[m][0] if m in known else values.holds(rule["keep"], m) for m in old.parent}
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
    parent |= {m: above for m, (inside, above) in known.items() if inside}
    moved: dict[str, dict[str, Fraction]] = {}
    for name, text in rule.get("moves", {}).items():
        sums = dict.fromkeys(values.world.members, Fraction(0))
        for m in [*parent, *final]:
            to = m if m in parent else final[m]
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

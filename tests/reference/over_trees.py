"""Functions over a tree (semantics, section 3). Whoever is not in the tree has 0, false or none."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.reference.language import Call
from tests.reference.trees import Forest

TREE_CALLS = (
    "frontline", "customers", "downline", "group", "levels", "legs", "enrolled_legs", "leg", "rest", "capped", "parent",
    "depth", "kept", "slot", "position",
)  # fmt: skip


def total(numbers: Any) -> Fraction:
    return sum(numbers, Fraction(0))


def over_tree(values: Any, call: Call, member: str) -> Any:
    """The value of a tree function for one member."""
    name, given = call.function, call.arguments
    forest = values.forest(call.tree)
    inside = member in forest.parent
    if name == "kept":
        return inside
    if name == "depth":
        return Fraction(len(forest.uplines(member)))
    if name == "position":
        return Fraction(place(values, str(call.tree), forest, member)) if inside else Fraction(0)
    if name == "parent":
        above = forest.parent.get(member)
        return values.nothing(given[0]) if above is None else values.value(given[0], above)
    if not inside:
        return Fraction(0)
    front = forest.below[member]
    if name == "frontline":
        return total(values.number(given[0], c) for c in front)
    if name == "customers":
        mine = [
            c
            for c in forest.everybody_below(member)
            if values.name("customer", c) and seller(values, forest, c) == member
        ]
        return total(values.number(given[0], c) for c in mine)
    if name == "downline":
        return total(values.number(given[0], c) for c in forest.everybody_below(member))
    if name == "group":
        if call.cut is None:
            return total(values.number(given[0], c) for c in [member, *forest.everybody_below(member)])
        own = values.number(given[0], member)
        return own + total(values.value(call, c) for c in front if not values.value(call.cut, c))
    if name == "levels":
        low, high, inner = given
        now, sum_ = front, Fraction(0)
        for distance in range(1, high + 1):
            if distance >= low:
                sum_ += total(values.number(inner, c) for c in now)
            now = [below for c in now for below in forest.below[c]]
        return sum_
    if name in ("legs", "enrolled_legs"):
        return Fraction(sum(1 for c in front if leg_has(values, call, forest, c, member)))
    if name == "capped":
        most = values.number(given[0], member)
        return total(min(values.number(given[1], c), most) for c in front)
    k = int(values.number(given[0], member))
    if name == "slot":
        return total(values.number(given[1], c) for c in forest.group(forest.in_slot(member, k)))
    sizes = sorted((values.number(given[1], c) for c in front), reverse=True)
    if name == "rest":
        return total(sizes[k:])
    return sizes[k - 1] if k <= len(sizes) else Fraction(0)


def place(values: Any, tree: str, forest: Forest, member: str) -> int:
    """The position for life in a placed tree, or the place in a monoline."""
    if tree in values.placings:
        number: int = values.placings[tree].positions[member]
        return number
    return len(forest.uplines(member)) + 1


def leg_has(values: Any, call: Call, forest: Forest, top: str, member: str) -> bool:
    """Whether somebody in a leg meets the condition (and, for enrolled legs, was enrolled by the member)."""
    for one in [top, *forest.everybody_below(top)]:
        enrolled = call.function == "legs" or values.forest("sponsor").parent.get(one) == member
        if enrolled and values.value(call.arguments[0], one):
            return True
    return False


def seller(values: Any, forest: Forest, member: str) -> str | None:
    """The nearest participant above."""
    return next((u for u in forest.uplines(member) if values.name("participant", u)), None)

"""What a condition lacks: the shortest list of what is missing, with what to add."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from trueline.explain.checks import Checker, rank_condition
from trueline.explain.nearest import short_of
from trueline.explain.origins import argument_of, leg_values
from trueline.explain.raising import Deposits, Raising, merged
from trueline.explain.records import Records, Value
from trueline.explain.words import spell
from trueline.network import Tree
from trueline.network.pointers import ancestor_pointer
from trueline.network.queries import downline, frontline, leg_of
from trueline.plan.steps import ExprStep, FoldStep
from trueline.plan.typed import (
    Both,
    Compare,
    ConditionType,
    Const,
    Negate,
    NumberType,
    RankConst,
    Ref,
    Typed,
    references,
)
from trueline.reckon.slots import slots_of
from trueline.reckon.world import Bools, Int32s

DEEPEST = 3
"""How many legs within legs are followed: a rank that needs legs whose ranks need legs."""

LEGS_SHOWN = 5
"""Legs shown below a condition that limits what each of them counts for."""

SPARE = 2
"""Legs shown beyond those that are needed."""

_INVERSE = {">=": "<", ">": "<=", "<=": ">", "<": ">=", "=": "!=", "!=": "="}


@dataclass(frozen=True)
class Nearest:
    """A leg that does not count yet, the person in it who is nearest, and what that person lacks."""

    leg: str
    person: str
    lacks: tuple[Lack, ...]


@dataclass(frozen=True)
class LegRoom:
    """What a leg brings to a condition on legs, and how much more of it would count."""

    leg: str
    value: Fraction
    room: Fraction


@dataclass(frozen=True)
class Lack:
    """One missing part of a condition.

    ``add`` is one way to close the gap, exact; ``known`` is false where no added volume can (a role, a decision,
    somebody new). For legs and counts of people ``missing`` counts them and ``nearest`` lists candidates, the nearest
    first; for conditions that limit what each leg counts for ``legs`` says how much more of each would count.
    """

    words: str
    about: str
    operator: str
    have: Value
    need: Value
    missing: Fraction | None
    known: bool
    add: Deposits
    nearest: tuple[Nearest, ...] = ()
    legs: tuple[LegRoom, ...] = ()


Lacks = tuple[Lack, ...]


def cost(lacks: Lacks) -> tuple[int, int, Fraction]:
    """Compares lists of what is missing: what nothing can be done about, how many parts, how much of each."""
    share = sum((_share(lack) for lack in lacks), Fraction(0))
    return sum(not lack.known for lack in lacks), sum(1 + len(lack.nearest) for lack in lacks), share


def _share(lack: Lack) -> Fraction:
    if lack.missing is None or not isinstance(lack.need, Fraction) or lack.need <= 0:
        return Fraction(1)
    return lack.missing / lack.need


class Lacking:
    """Takes conditions apart into what is missing."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.plan = records.plan
        self.raising = Raising(records)

    def step(self, member: int, key: str, deep: int = 0, *, wanted: bool = True) -> Lacks:
        """What a condition step lacks; nothing where it is as wanted."""
        step = self.plan.steps[key]
        if self.records.holds(key, member) == wanted:
            return ()
        if isinstance(step, ExprStep):
            return self.node(member, step.expression, deep, wanted=wanted)
        about = Checker(self.records, member).step(key).words
        return (Lack(about, about, "=", not wanted, wanted, None, False, ()),)

    def node(self, member: int, node: Typed, deep: int = 0, *, wanted: bool = True) -> Lacks:
        """What a condition expression lacks."""
        if bool(self.records.value(node, member)) == wanted:
            return ()
        if isinstance(node, Negate):
            return self.node(member, node.part, deep, wanted=not wanted)
        if isinstance(node, Both):
            parts = [self.node(member, part, deep, wanted=wanted) for part in node.parts]
            if (node.operator == "and") == wanted:
                return tuple(dict.fromkeys(lack for part in parts for lack in part))
            return min(parts, key=cost)
        if isinstance(node, Ref) and not node.source:
            return self.step(member, node.step, deep, wanted=wanted)
        if isinstance(node, Compare):
            operator = node.operator if wanted else _INVERSE[node.operator]
            return self._compare(member, node, operator, deep)
        check = Checker(self.records, member).node(node)
        words = check.words if wanted else f"not {check.words}"
        return (Lack(words, check.about or words, check.operator, check.have, check.need, None, False, ()),)

    # comparisons ------------------------------------------------------------------------------------------------

    def _compare(self, member: int, node: Compare, operator: str, deep: int) -> Lacks:
        left, right = node.left, node.right
        constant = isinstance(left, (Const, RankConst))
        if constant or (operator in ("<=", "<") and not isinstance(right, (Const, RankConst))):
            turned = {"<=": ">=", "<": ">", ">=": "<=", ">": "<"}
            left, right, operator = right, left, turned.get(operator, operator)
        if isinstance(left, Ref) and left.step == "rank" and isinstance(right, RankConst):
            return self._rank(member, left, right, operator, deep)
        have, need = self.records.value(left, member), self.records.value(right, member)
        words = f"{spell(self.plan, left)} {operator} {spell(self.plan, right)}"
        about = spell(self.plan, left)
        if not isinstance(have, Fraction) or not isinstance(need, Fraction) or operator in ("<=", "<"):
            return (Lack(words, about, operator, have, need, None, False, ()),)
        strict = operator in (">", "!=")
        target = need + (self._unit(left) if strict else 0)
        if have >= target:  # more than exactly so much: nothing to add
            return (Lack(words, about, operator, have, need, None, False, ()),)
        people = self._people(left)
        if people is not None and not self.raising.effects.node(right).raises:
            return (self._count(member, words, about, operator, have, need, target, people, deep),)
        way = self.raising.against(member, left, target, right)
        legs = self._rooms(member, left, target) if deep == 0 else ()
        return (Lack(words, about, operator, have, need, target - have, way is not None, way or (), (), legs),)

    def _unit(self, node: Typed) -> Fraction:
        return node.type.scale if isinstance(node.type, NumberType) else Fraction(1)

    def _rank(self, member: int, left: Ref, right: RankConst, operator: str, deep: int) -> Lacks:
        """The condition of the rank that would be enough, in the member's own ladder."""
        code = right.code + (operator == ">")
        words = f"{left.step} {operator} {spell(self.plan, right)}"
        have, need = self.records.value(left, member), self.records.rank_name(right.code)
        condition = rank_condition(self.records, member, code) if operator in (">=", ">", "=") else None
        if condition is None:
            return (Lack(words, left.step, operator, have, need, None, False, ()),)
        return self.step(member, condition, deep)

    def _rooms(self, member: int, node: Typed, target: Fraction) -> tuple[LegRoom, ...]:
        """The legs behind a condition that limits what each of them counts for, the largest first."""
        steps = self._limited(node)
        if len(steps) != 1 or self.records.tree(steps[0].tree).rank_of[member] < 0:
            return ()
        step = steps[0]
        legs = sorted(leg_values(self.records, step, member), key=lambda one: -one[1])
        if step.function == "capped":
            most = self.records.number(step.cap, member) if step.cap else Fraction(0)
        else:
            most = target if step.function == "leg" else legs[step.k - 1][1] if len(legs) >= step.k else Fraction(0)
        chosen = legs[:LEGS_SHOWN] if step.function != "leg" else legs[: max(step.k, 1) + SPARE]
        return tuple(LegRoom(self.records.id(leg), value, max(most - value, Fraction(0))) for leg, value in chosen)

    def _limited(self, node: Typed) -> list[FoldStep]:
        """The functions inside an expression that count legs up to a limit."""
        found: list[FoldStep] = []
        for ref in references(node):
            step = self.plan.steps[ref.step]
            if isinstance(step, FoldStep) and step.function in ("capped", "leg", "rest"):
                found.append(step)
            elif isinstance(step, ExprStep):
                found += self._limited(step.expression)
        return found

    # people -----------------------------------------------------------------------------------------------------

    def _people(self, node: Typed) -> FoldStep | None:
        """The function that counts legs or people who meet a condition, where an expression is one."""
        while isinstance(node, Ref) and not node.source:
            step = self.plan.steps[node.step]
            if isinstance(step, ExprStep):
                node = step.expression
                continue
            if not isinstance(step, FoldStep) or step.argument is None:
                return None
            return step if isinstance(self.plan.steps[step.argument].type, ConditionType) else None
        return None

    def _count(
        self, member: int, words: str, about: str, operator: str, have: Fraction, need: Fraction, target: Fraction,
        step: FoldStep, deep: int,
    ) -> Lack:  # fmt: skip
        """Legs, or people, that are missing: the nearest of those who do not count yet."""
        missing = target - have
        found = () if deep >= DEEPEST else self._candidates(member, step, int(missing) + SPARE, deep)
        chosen = found[: int(missing)]
        sure = len(chosen) == missing and not step.cut  # buying may bring somebody to where a group is cut
        whole = sure and all(lack.known for one in chosen for lack in one.lacks)
        add = merged(deposit for one in chosen for lack in one.lacks for deposit in lack.add) if whole else ()
        return Lack(words, about, operator, have, need, missing, whole, add, found)

    def _candidates(self, member: int, step: FoldStep, most: int, deep: int) -> tuple[Nearest, ...]:
        """Per leg without a member who meets the condition the nearest one; for counts of people each person."""
        key, tree = step.argument, self.records.tree(step.tree)
        if key is None or tree.rank_of[member] < 0:
            return ()
        people = np.ascontiguousarray(downline(tree, member))
        distance = tree.depth[people] - tree.depth[member]
        if step.function == "frontline":
            people = people[distance == 1]
        elif step.function == "levels":
            people = people[(distance >= step.k) & (distance <= step.last)]
        elif step.cut:
            people = people[~_cut_off(tree, people, self.records.world.flags(step.cut))]
        elif step.function == "slot":
            heads = [leg for leg in frontline(tree, member) if slots_of(self.records.world, step.tree)[leg] == step.k]
            people = people[self.records.inside(tree, people, int(heads[0]))] if heads else people[:0]
        elif step.function == "customers":
            holder = ancestor_pointer(tree, self.records.world.flags("participant"))
            people = people[(holder[people] == member) & self.records.world.flags("customer")[people]]
        elif step.function == "enrolled_legs":
            people = people[self.records.tree("sponsor").parent[people] == member]
        parts = short_of(self.records, key, people)
        order = np.lexsort((np.arange(len(people)), parts))
        by_leg, seen, found = step.function in ("legs", "enrolled_legs"), self._counted(member, step), list[Nearest]()
        for at in order.tolist():
            person = int(people[at])
            leg = leg_of(tree, member, person)
            if parts[at] == 0 or (by_leg and leg in seen):
                continue
            seen.add(leg)
            found.append(Nearest(self.records.id(leg), self.records.id(person), self.step(person, key, deep + 1)))
            if len(found) >= most * (1 if deep else 6):
                break
        return tuple(sorted(found, key=lambda one: cost(one.lacks))[:most])

    def _counted(self, member: int, step: FoldStep) -> set[int]:
        """Legs that count already."""
        key, tree = argument_of(step), self.records.tree(step.tree)
        people = np.ascontiguousarray(downline(tree, member))
        holds = self.records.world.flags(key)[people]
        if step.function == "enrolled_legs":
            holds &= self.records.tree("sponsor").parent[people] == member
        return {leg_of(tree, member, int(person)) for person in people[holds]}


def _cut_off(tree: Tree, people: Int32s, cut: Bools) -> Bools:
    """Which of ``people``, a downline in preorder, meet the cut or stand below somebody of them who does."""
    first = tree.rank_of[people]
    ends = np.maximum.accumulate(np.where(cut[people], first + tree.size[people], 0))
    return np.asarray(first < ends)

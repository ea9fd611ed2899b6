"""Where a number of a member comes from: down to the order lines, what a compression moved in, and the legs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from trueline.explain.records import Records
from trueline.explain.words import spell_step
from trueline.network import ABSENT
from trueline.network.compression import takers
from trueline.network.queries import frontline
from trueline.plan.steps import (
    EarnedStep,
    ExprStep,
    FoldStep,
    HistoryStep,
    MovedStep,
    VolumeStep,
)
from trueline.plan.typed import NumberType, references
from trueline.reckon.entries import Entries, numbers_of, take
from trueline.reckon.selection import select
from trueline.reckon.slots import slots_of
from trueline.reckon.trees import landing
from trueline.reckon.volumes import parts

DEEPEST = 6
"""How many steps inside one another are followed; plans nest three or four."""


@dataclass(frozen=True)
class OrderLine:
    """One order line, or an entry of volume without an order, as it counts: returns are already taken off."""

    order: str | None
    line: str | None
    day: str
    kind: str | None
    sku: str | None
    quantity: int | None
    returned: int
    price: Fraction | None
    amount: Fraction
    reason: str | None


@dataclass(frozen=True)
class Contribution:
    """What one other member brings to a number."""

    member: str
    amount: Fraction


@dataclass(frozen=True)
class Origin:
    """A number of a member and where it comes from.

    ``how`` says which of the lists is filled: ``orders`` (order lines), ``members`` (what others bring: the frontline's
    groups, what moved in), ``parts`` (the numbers that an expression is made of), or none (``fact``).
    """

    words: str
    value: Fraction
    how: str
    orders: tuple[OrderLine, ...] = ()
    members: tuple[Contribution, ...] = ()
    own: Fraction | None = None
    parts: tuple[Origin, ...] = ()


class Origins:
    """Answers for many members of one run; order lines are read and sorted once per volume."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self._entries: dict[VolumeStep, list[tuple[Entries, NDArray[np.int64]]]] = {}
        self._moved: dict[str, tuple[NDArray[np.int64], NDArray[np.int32]]] = {}

    def of(self, key: str, member: int, deep: int = 0) -> Origin:
        """The origin of a number step's value."""
        plan = self.records.plan
        step = plan.steps[key]
        words, value = spell_step(plan, key), self.records.number(key, member)
        if isinstance(step, VolumeStep):
            lines = self.order_lines(step, member) if step.how == "sum" else ()
            return Origin(words, value, "orders", orders=lines)
        if isinstance(step, MovedStep):
            own, moved = self._moved_in(key, step, member)
            return Origin(
                words, value, "moved", members=moved, own=own, parts=self._inner((step.argument,), member, deep)
            )
        if isinstance(step, FoldStep):
            return self._fold(step, words, value, member)
        if isinstance(step, ExprStep):
            names = list(dict.fromkeys(ref.step for ref in references(step.expression)))
            numbers = tuple(name for name in reversed(names) if isinstance(plan.steps[name].type, NumberType))
            inner = self._inner(numbers, member, deep)
            if len(inner) == 1 and inner[0].value == value:
                only = inner[0]
                return Origin(words, value, only.how, only.orders, only.members, only.own, only.parts)
            return Origin(words, value, "parts" if inner else "fact", parts=inner)
        if isinstance(step, HistoryStep) and step.function != "previous":
            return Origin(words, value, "history", parts=self._inner((step.argument,), member, deep))
        return Origin(words, value, "earned" if isinstance(step, EarnedStep) else "fact")

    def _inner(self, keys: tuple[str, ...], member: int, deep: int) -> tuple[Origin, ...]:
        if deep >= DEEPEST:
            return ()
        plan = self.records.plan
        return tuple(self.of(key, member, deep + 1) for key in keys if isinstance(plan.steps[key].type, NumberType))

    # order lines ------------------------------------------------------------------------------------------------

    def order_lines(
        self, step: VolumeStep, member: int, order: int | None = None, line: int | None = None
    ) -> tuple[OrderLine, ...]:
        """The lines of a volume step for a member, or only those of an ``order`` and ``line`` (places by id)."""
        found: list[tuple[tuple[int, int, int], OrderLine]] = []
        for entries, by_member in self._sorted(step):
            listed = entries.member[by_member]
            first, last = np.searchsorted(listed, [member, member + 1])
            for row in by_member[first:last].tolist():
                at = (int(entries.order[row]), int(entries.line[row]))
                if (order is not None and at[0] != order) or (line is not None and at[1] != line):
                    continue
                found.append(((*at, row), self._line(step, entries, row)))
        return tuple(one for _, one in sorted(found, key=lambda pair: pair[0]))

    def _sorted(self, step: VolumeStep) -> list[tuple[Entries, NDArray[np.int64]]]:
        if step not in self._entries:
            world = self.records.world
            chosen = [take(entries, select(world, step, entries)) for entries in parts(world, step)]
            self._entries[step] = [(entries, np.argsort(entries.member, kind="stable")) for entries in chosen]
        return self._entries[step]

    def _line(self, step: VolumeStep, entries: Entries, row: int) -> OrderLine:
        world, money = self.records.world, self.records.plan.money_unit
        values = numbers_of(world, entries, step.volume) if entries.apart is None else entries.apart[step.volume]
        amount = int(values[row]) * step.type.scale
        day = str(dt.date(1970, 1, 1) + dt.timedelta(seconds=int(entries.seconds[row])))
        at = int(entries.rows[row])
        if entries.order[row] < 0:
            table = world.facts["volumes"]
            reason = table["reason"].text(at) or None if "reason" in table else None
            return OrderLine(None, None, day, None, None, None, 0, None, amount, reason)
        lines = world.facts["order_lines"]
        left = int(entries.columns["quantity"][row]) if entries.apart is None else 0
        ordered = int(lines["quantity"].numbers[at]) if "quantity" in lines else left
        price = entries.columns.get("price")
        code = int(entries.codes["kind"][row]) if "kind" in entries.codes else -1
        return OrderLine(
            lines["order"].text(at),
            lines["line"].text(at),
            day,
            entries.words["kind"][code] if code >= 0 else None,
            (lines["sku"].text(at) or None) if "sku" in lines else None,
            left,
            ordered - left,
            None if price is None else int(price[row]) * money,
            amount,
            None,
        )

    # other members ----------------------------------------------------------------------------------------------

    def _fold(self, step: FoldStep, words: str, value: Fraction, member: int) -> Origin:
        """A function over a tree: what each leg brings, and the member's own part of a group."""
        if step.argument is None or step.function not in _BY_LEGS:
            return Origin(words, value, "fact")
        if not self.records.tree(step.tree).rank_of[member] >= 0:
            return Origin(words, value, "fact")
        legs = tuple(
            Contribution(self.records.id(leg), amount)
            for leg, amount in leg_values(self.records, step, member)
            if amount
        )
        ranked = tuple(sorted(legs, key=lambda one: -one.amount))
        own = self._amount(step.argument, member) if step.function == "group" else None
        return Origin(words, value, "legs", members=ranked, own=own)

    def _amount(self, key: str, member: int) -> Fraction:
        return number_or_count(self.records, key, member)

    def _moved_in(self, key: str, step: MovedStep, member: int) -> tuple[Fraction, tuple[Contribution, ...]]:
        """The member's own value of a moved measure, and who else's landed with the member."""
        if key not in self._moved:
            target = self._landings(step)
            order = np.argsort(target, kind="stable")
            self._moved[key] = (order, target[order])
        order, target = self._moved[key]
        first, last = np.searchsorted(target, [member, member + 1])
        records = self.records
        found = [(int(m), records.number(step.argument, int(m))) for m in order[first:last]]
        moved = [Contribution(records.id(m), amount) for m, amount in found if m != member and amount]
        kept = records.world.trees[step.tree].parent[member] != ABSENT
        own = records.number(step.argument, member) if kept else Fraction(0)
        return own, tuple(sorted(moved, key=lambda one: -one.amount))

    def _landings(self, step: MovedStep) -> NDArray[np.int32]:
        """int32 [n]: where each member's value ends up; negative where it is lost."""
        keep, target, onward = landing(self.records.world, step)
        return takers(keep, target, onward=onward)


_BY_LEGS = ("group", "downline", "frontline", "slot", "leg", "rest", "capped")
"""Functions over a tree whose value is told leg by leg."""


def number_or_count(records: Records, key: str, member: int) -> Fraction:
    """A number, or 1 and 0 for a condition, as sums over a tree count it."""
    if isinstance(records.plan.steps[key].type, NumberType):
        return records.number(key, member)
    return Fraction(int(records.holds(key, member)))


def argument_of(step: FoldStep) -> str:
    """The step whose values a function over a tree brings together."""
    if step.argument is None:
        raise TypeError(step)
    return step.argument


def leg_values(records: Records, step: FoldStep, member: int) -> list[tuple[int, Fraction]]:
    """What each frontline member brings to a fold of the member: its group, or its own value."""
    tree, key = records.tree(step.tree), argument_of(step)
    heads = [int(leg) for leg in frontline(tree, member)]
    if step.function in ("frontline", "leg", "rest", "capped"):
        return [(leg, number_or_count(records, key, leg)) for leg in heads]
    if step.cut:
        heads = [leg for leg in heads if not records.holds(step.cut, leg)]
    if step.function == "slot":
        heads = [leg for leg in heads if slots_of(records.world, step.tree)[leg] == step.k]
    same = same_fold(records, step)
    if same is not None:
        return [(leg, records.number(same, leg)) for leg in heads]
    return [(leg, _group_of(records, step, leg)) for leg in heads]


def same_fold(records: Records, step: FoldStep) -> str | None:
    """The step that holds the group of every member, for a group; None where no column of the run is one."""
    if step.function != "group":
        return None
    return next(key for key, other in records.plan.steps.items() if other == step)


def _group_of(records: Records, step: FoldStep, leg: int) -> Fraction:
    """Σ over a leg, its head included."""
    tree, key = records.tree(step.tree), argument_of(step)
    first = int(tree.rank_of[leg])
    members = tree.order[first : first + int(tree.size[leg])]
    values = np.broadcast_to(records.world.column(key), (records.world.size,))[members]
    type_ = records.plan.steps[key].type
    scale = type_.scale if isinstance(type_, NumberType) else Fraction(1)
    return sum(int(value) for value in values) * scale

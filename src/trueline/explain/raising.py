"""What to add so that a number reaches a target: by whom, which volume, how much, with the caps of legs respected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from trueline.explain.effects import NOWHERE, Effects, Places
from trueline.explain.origins import argument_of, leg_values
from trueline.explain.records import Records
from trueline.explain.words import spell_step
from trueline.network import ABSENT
from trueline.plan.steps import BuiltinStep, ExprStep, FoldStep, HistoryStep, MovedStep, TableStep, VolumeStep, tree_key
from trueline.plan.typed import Add, Cell, Choice, Const, Highest, Multiply, NumberType, Ref, Typed, Whole, parts_of
from trueline.reckon.joining import joining, month_number

_DAY = 86_400
_TRIED = 50
"""Frontline members that are tried, one after the other, as the one who buys more."""


ORDERS = "orders"
"""What stands for the volume of a deposit that is a number of orders."""


@dataclass(frozen=True)
class Deposit:
    """Volume to be added: ``member`` buys it, or (None) somebody new directly below ``under``.

    ``words`` is the function of the plan that must see it; ``amount`` is in the unit of ``volume``. ``newcomer`` counts
    the new people of one condition from 1; 0 for a member who is there.
    """

    member: str | None
    under: str | None
    volume: str
    words: str
    amount: Fraction
    newcomer: int = 0


Deposits = tuple[Deposit, ...]


def merged(deposits: Iterable[Deposit]) -> Deposits:
    """For several conditions that must all hold: of deposits to the same place the largest, which serves them all."""
    found: dict[tuple[str | None, str | None, str, str, int], Deposit] = {}
    for one in deposits:
        key = (one.member, one.under, one.volume, one.words if one.member else "", one.newcomer)
        if key not in found or found[key].amount < one.amount:
            found[key] = one
    return tuple(found.values())


Bar = tuple[int, Places]
"""A member, and where more must not be bought: by itself, or by anybody else."""


class Raising:
    """Looks for one way to raise a number of a member; None where no added volume can do it, or none was found.

    ``bars`` keep it from what would undo the raise elsewhere: what is subtracted, or turns a condition.
    """

    def __init__(self, records: Records, bars: tuple[Bar, ...] = ()) -> None:
        self.records = records
        self.effects = Effects(records.plan)
        self.bars = bars

    def against(self, member: int, node: Typed, target: Fraction, other: Typed) -> Deposits | None:
        """A way to bring an expression to ``target`` that leaves what it is compared with where it is."""
        return self._barred(member, self.effects.node(other).raises).node(member, node, target)

    def _barred(self, member: int, places: Places) -> Raising:
        return Raising(self.records, (*self.bars, (member, places))) if places else self

    def _may_buy(self, member: int | None) -> bool:
        """Whether no bar is in the way of a member, or (None) of somebody new."""
        return not any(("own" if member == at else "below") in places for at, places in self.bars)

    def node(self, member: int, node: Typed, target: Fraction) -> Deposits | None:
        """A way to bring an expression to at least ``target``."""
        value = self.records.value(node, member)
        if not isinstance(value, Fraction):
            return None
        if value >= target:
            return ()
        if isinstance(node, Ref):
            return None if node.source else self.step(member, node.step, target)
        if isinstance(node, Add):
            return self._sum(member, node, target - value)
        if isinstance(node, Multiply):
            return self._product(member, node, target)
        if isinstance(node, Highest):
            return self._highest(member, node, target)
        if isinstance(node, Choice):
            turns = self.effects.node(node.condition)
            if self.records.value(node.condition, member):
                return self._barred(member, turns.lowers).node(member, node.then, target)
            return self._barred(member, turns.raises).node(member, node.other, target)
        if isinstance(node, Whole):
            return self.node(member, node.part, Fraction(ceil(target)))
        return None

    def step(self, member: int, key: str, target: Fraction) -> Deposits | None:
        """A way to bring a step to at least ``target``."""
        step, value = self.records.plan.steps[key], self.records.number(key, member)
        if value >= target:
            return ()
        gap = target - value
        if isinstance(step, ExprStep):
            return self.node(member, step.expression, target)
        if isinstance(step, VolumeStep):
            return self._volume(member, key, step, gap, target)
        if isinstance(step, MovedStep):
            removed = self.records.tree(step.tree).parent[member] == ABSENT
            return None if removed else self._more(member, step.argument, gap)
        if isinstance(step, HistoryStep) and step.function in ("lifetime", "last"):
            return self._more(member, step.argument, gap)
        if isinstance(step, TableStep) and step.form == "cliff":
            return self._row(member, step, target)
        if isinstance(step, FoldStep):
            return self._fold(member, step, gap, target)
        return None

    def _more(self, member: int, key: str, gap: Fraction) -> Deposits | None:
        if not isinstance(self.records.plan.steps[key].type, NumberType):
            return None
        return self.step(member, key, self.records.number(key, member) + gap)

    # expressions ------------------------------------------------------------------------------------------------

    def _sum(self, member: int, node: Add, gap: Fraction) -> Deposits | None:
        """The side that needs the fewest deposits; a side that is subtracted cannot help, and must not rise."""
        right = self.effects.node(node.right)
        sides = [(node.left, right.lowers if node.right_times > 0 else right.raises)]
        sides += [(node.right, self.effects.node(node.left).lowers)] if node.right_times > 0 else []
        ways = []
        for side, undone in sides:
            value = self.records.value(side, member)
            if isinstance(value, Fraction):
                way = self._barred(member, undone).node(member, side, value + gap)
                ways += [] if way is None else [way]
        return min(ways, key=len, default=None)

    def _product(self, member: int, node: Multiply, target: Fraction) -> Deposits | None:
        for one, other in ((node.left, node.right), (node.right, node.left)):
            factor = self.records.value(one, member)
            if isinstance(one, Const) and isinstance(factor, Fraction) and factor > 0:
                return self.node(member, other, target / factor)
        return None

    def _highest(self, member: int, node: Highest, target: Fraction) -> Deposits | None:
        """As many parts as needed, the nearest first."""
        values = [self.records.value(part, member) for part in node.parts]
        gaps = [(target - value if isinstance(value, Fraction) else target, at) for at, value in enumerate(values)]
        found: list[Deposit] = []
        reached = 0
        for _, at in sorted(gaps):
            way = self.node(member, node.parts[at], target)
            if way is not None:
                found.extend(way)
                reached += 1
            if reached == node.k:
                return merged(found)
        return None

    # steps ------------------------------------------------------------------------------------------------------

    def _volume(self, member: int, key: str, step: VolumeStep, gap: Fraction, target: Fraction) -> Deposits | None:
        if not self._may_buy(member) or not self._counts(member, step):
            return None
        unit = step.type.scale
        amount = {"sum": gap, "largest": target, "count": gap}[step.how]
        whole = ceil(amount / unit) * unit
        name = step.volume if step.how != "count" else ORDERS
        words = spell_step(self.records.plan, key)
        return (Deposit(self.records.id(member), None, name, words, whole),)

    def _counts(self, member: int, step: VolumeStep) -> bool:
        """Whether the step would count what a member bought in this period."""
        world, window = self.records.world, step.window
        if window.form == "previous period" or member in world.further or _of_history(step.where):
            return False
        if not window.form.startswith("first"):
            return True
        joined, start = joining(world)[[member]], world.period.start_seconds
        if window.form == "first days":
            return int(start // _DAY - joined[0] // _DAY) < window.count
        return int((month_number(joined * 0 + start) - month_number(joined))[0]) < window.count

    def _row(self, member: int, step: TableStep, target: Fraction) -> Deposits | None:
        """The first row of a table with the value that is needed."""
        row = next((row for row in step.rows if row.value is not None and row.value * step.type.scale >= target), None)
        type_ = self.records.plan.steps[step.keys[0]].type
        if row is None or not isinstance(type_, NumberType) or isinstance(row.at[0], str):
            return None
        return self.step(member, step.keys[0], Fraction(row.at[0]) * type_.scale / step.key_times[0])

    def _fold(self, member: int, step: FoldStep, gap: Fraction, target: Fraction) -> Deposits | None:
        key = step.argument
        if key is None or not isinstance(self.records.plan.steps[key].type, NumberType):
            return None
        if self.records.tree(step.tree).rank_of[member] < 0:
            return None
        if step.function == "group":
            way = self._more(member, key, gap)
            return way if way is not None or step.cut else self._below(member, step, key, gap)
        if step.function in ("frontline", "downline") or (step.function == "levels" and step.k == 1):
            return self._below(member, step, key, gap)
        if step.function == "slot":
            return next((self._more(leg, key, gap) for leg, _ in leg_values(self.records, step, member)), None)
        if step.function in ("leg", "rest", "capped"):
            undone = self.effects.step(step.cap).lowers if step.cap else NOWHERE
            return self._barred(member, undone).legs(member, step, gap, target)
        return None

    def _below(self, member: int, step: FoldStep, key: str, gap: Fraction) -> Deposits | None:
        """More from one frontline member, the largest that can give it; else from somebody new."""
        direct = FoldStep("frontline", step.tree, key, None, 0, 0, None, step.type)
        for leg, _ in sorted(leg_values(self.records, direct, member), key=lambda one: -one[1])[:_TRIED]:
            way = self._more(leg, key, gap)
            if way is not None:
                return way
        return self._new(member, step, gap)

    def _new(self, member: int, step: FoldStep, amount: Fraction, number: int = 1) -> Deposits | None:
        """Somebody new below a member in a tree of the facts, who brings an amount of a plain volume."""
        key = argument_of(step)
        found = plain_volume(self.records, key)
        given = isinstance(self.records.plan.steps[tree_key(step.tree)], BuiltinStep)
        if found is None or not given or not self._may_buy(None):
            return None
        unit = found.type.scale
        words = spell_step(self.records.plan, key)
        return (Deposit(None, self.records.id(member), found.volume, words, ceil(amount / unit) * unit, number),)

    # legs -------------------------------------------------------------------------------------------------------

    def legs(self, member: int, step: FoldStep, gap: Fraction, target: Fraction) -> Deposits | None:
        """A way to bring a function of the largest, the other or the capped legs to ``target``."""
        legs = sorted(leg_values(self.records, step, member), key=lambda one: -one[1])
        if step.function == "leg":
            return self._each(member, step, [(leg, target - value) for leg, value in legs[: step.k]], target)
        if step.function == "rest":
            top = legs[step.k - 1][1] if len(legs) >= step.k else Fraction(0)
            rooms = [(leg, top - value) for leg, value in legs[step.k :]]
            return self._spread(member, step, rooms, gap, top)
        most = self.records.number(step.cap, member) if step.cap else Fraction(0)
        return self._spread(member, step, [(leg, most - value) for leg, value in legs], gap, most)

    def _each(self, member: int, step: FoldStep, gaps: list[tuple[int, Fraction]], target: Fraction) -> Deposits | None:
        """Every one of the largest legs up to the target; missing legs are new."""
        found: list[Deposit] = []
        for leg, gap in gaps:
            way = self._more(leg, argument_of(step), gap) if gap > 0 else ()
            if way is None:
                return None
            found.extend(way)
        for number in range(1, step.k - len(gaps) + 1):
            way = self._new(member, step, target, number)
            if way is None:
                return None
            found.extend(way)
        return tuple(found)

    def _spread(
        self, member: int, step: FoldStep, rooms: list[tuple[int, Fraction]], gap: Fraction, most: Fraction
    ) -> Deposits | None:
        """As few legs as possible, each up to its room; then new legs up to ``most`` each."""
        found: list[Deposit] = []
        for leg, room in sorted(rooms, key=lambda one: (one[1] < gap, one[1] if one[1] >= gap else -one[1])):
            given = min(room, gap)
            way = self._more(leg, argument_of(step), given) if given > 0 else None
            if way:
                found.extend(way)
                gap -= given
        if gap > 0 and (most <= 0 or gap / most > _TRIED):
            return None
        for number in range(1, ceil(gap / most) + 1 if gap > 0 else 1):
            way = self._new(member, step, min(most, gap), number)
            if way is None:
                return None
            found.extend(way)
            gap -= min(most, gap)
        return tuple(found)


def _of_history(where: Typed | None) -> bool:
    """Whether a ``where`` asks for what no buyer can choose: the time since joining, the number of the order."""
    if where is None:
        return False
    if isinstance(where, Cell):
        return where.column in ("day", "month", "order_number")
    return any(_of_history(part) for part in parts_of(where))


def plain_volume(records: Records, key: str) -> VolumeStep | None:
    """The volume of this period's own orders that a step is, or that its group of a newcomer would be."""
    step = records.plan.steps[key]
    if isinstance(step, VolumeStep):
        return step if step.how == "sum" and step.where is None and step.window.form != "previous period" else None
    if isinstance(step, ExprStep) and isinstance(step.expression, Ref) and not step.expression.source:
        return plain_volume(records, step.expression.step)
    if isinstance(step, FoldStep) and step.function == "group" and step.argument:
        return plain_volume(records, step.argument)
    return None

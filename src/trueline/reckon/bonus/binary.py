"""binary: pays for volume that both sides of a member have (docs/semantics.md, section 7.9)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

import numpy as np

from trueline.kernel import kernel
from trueline.money.exact import muldiv
from trueline.money.text import parse_number
from trueline.network import Tree
from trueline.network.sums import group_sum
from trueline.period import seconds_of
from trueline.plan.bonuses import BinaryBonus
from trueline.reckon.bank import REASONS, SIDES, Bank, Sides
from trueline.reckon.bonus import sides
from trueline.reckon.entries import counted, take
from trueline.reckon.evaluate import times, whole_column
from trueline.reckon.lines import FLUSHED, PAID, UNQUALIFIED, Batch
from trueline.reckon.results import BonusResult
from trueline.reckon.selection import select
from trueline.reckon.settler import Settler
from trueline.reckon.slots import slots_of
from trueline.reckon.sources import SourceList
from trueline.reckon.state import Held, opening, state_names
from trueline.reckon.volumes import gathered, parts
from trueline.reckon.world import Bools, Int64s, World

_ONE = Fraction(1)
_FLOOR = 5
"""The code of rounding down to the lower unit, for kernels."""
_CARRIES = {"all": sides.ALL, "none": sides.NONE, "difference": sides.DIFFERENCE}
_OWN = {"none": -1, "left": 0, "right": 1, "weaker": 2}


def binary(world: World, bonus: BinaryBonus, *, keep: bool) -> BonusResult:
    """Match the sides of every member in the tree, window by window. Cost O(members) per window, however deep."""
    tree = world.trees[bonus.tree]
    members = np.flatnonzero(tree.rank_of >= 0)
    queue = _opening(world, bonus, members)
    matching = _Matching(world, bonus, tree, members, queue)
    nothing = np.zeros((3 + len(REASONS), 2, world.size), dtype=np.int64)
    scale = bonus.sources.base.scale
    bank = Bank(scale, queue.sum(axis=1), nothing[0], nothing[1], nothing[3:], closing=nothing[2])
    settler = matching.settler(keep=keep)
    for number, volume in enumerate(_windows(world, bonus), 0 if bonus.windows == "period" else 1):
        matching.window(volume, bank)
        settler.take(*matching.lines(number))
    if bonus.carry_for:
        sides.expire(members, queue, bank.flushed)
    np.copyto(bank.closing, queue.sum(axis=1))
    _hand_on(world, bonus, members, queue, matching.done)
    result = settler.result()
    result.bank = bank
    return result


class _Matching:
    """The columns of a bonus that all its windows share, and what the last window came to."""

    def __init__(self, world: World, bonus: BinaryBonus, tree: Tree, members: Int64s, queue: sides.Queue) -> None:
        self.world, self.bonus, self.tree, self.members, self.queue = world, bonus, tree, members, queue
        size = world.size
        self.slots = _two_slots(world, bonus, tree)
        self.who = world.flags(bonus.terms.who)
        self.gathers = world.flags(bonus.gathers) if bonus.gathers else np.ones(size, dtype=np.bool_)
        self.most = _most(world, bonus)
        self.rate = np.ones(size, dtype=np.int64)
        if bonus.rate is not None:
            self.rate = np.maximum(world.numbers(bonus.rate), 0)
        self.done = opening(world, f"first cycle:{bonus.terms.name}", _ONE) > 0
        self.rule = _rule(bonus)
        self.steps = np.array([step for step, _ in bonus.schedule], dtype=np.int64)
        self.fresh = ~self.done
        self.paid, self.whole = (np.zeros(size, dtype=np.int64) for _ in range(2))
        self.before = np.zeros((2, size), dtype=np.int64)

    def window(self, volume: Int64s, bank: Bank) -> None:
        """Steps 1 to 6 with the volume of one window, a number per member."""
        below = np.flatnonzero(self.tree.parent >= 0)
        new = np.zeros((2, self.world.size), dtype=np.int64)
        new[self.slots[below] - 1, self.tree.parent[below]] = group_sum(self.tree, volume)[below]
        own = np.where(self.tree.rank_of >= 0, volume, 0)
        sides.gather(self.members, new, own, _OWN[self.bonus.own], self.gathers, self.queue, bank.flushed)
        np.add(bank.new, new, out=bank.new)
        self.fresh = ~self.done
        sides.match(
            self.rule, self.steps, self.members, self.who, self.most, self.done, self.queue, bank.taken, bank.flushed,
            self.paid, self.whole, self.before,
        )  # fmt: skip

    def settler(self, *, keep: bool) -> Settler:
        """Books lines of money: a rate on volume, on cycles, or the whole of a step's money."""
        bonus = self.bonus
        base = bonus.sources.base.scale
        if bonus.schedule:
            base = self.world.plan.money_unit
        elif bonus.per_cycle:
            base = _ONE
        terms = bonus.terms
        if terms.rounding.per == "source":  # lines without a source are one group, over all windows
            terms = replace(terms, rounding=replace(terms.rounding, per="bonus"))
        return Settler(self.world, terms, bonus.rate_scale, base, None, keep=keep)

    def lines(self, number: int) -> tuple[SourceList, Batch]:
        """Per member a row for what is paid and one for what is lost beyond it."""
        paid, lost = self._base(self.paid), np.zeros(0, dtype=np.int64)
        beyond = np.flatnonzero(self.whole > self.paid)
        if beyond.size:
            lost = (self._base(self.whole) - paid)[beyond]
        winners = np.flatnonzero(paid)
        member = np.concatenate([winners, beyond]).astype(np.int32)
        base = np.concatenate([paid[winners], lost])
        count, first = len(member), len(winners)
        nothing, nobody = np.zeros(count, dtype=np.int64), np.full(count, -1, dtype=np.int64)
        rate = self.rate[member]
        is_paid = np.arange(count) < first
        reason = np.where(is_paid, PAID, np.where(self.who[member], FLUSHED, UNQUALIFIED)).astype(np.int8)
        sources = SourceList(nobody.astype(np.int32), base, nobody, nobody)
        return sources, Batch(
            np.arange(count, dtype=np.int64), member, nothing + number, np.where(is_paid, rate, 0),
            np.zeros(count, dtype=np.int8), np.where(is_paid, 0, rate), reason, rate,
        )  # fmt: skip

    def _base(self, quantity: Int64s) -> Int64s:
        """What the rate applies to, for a quantity matched (volume of one side; cycles)."""
        bonus, rule = self.bonus, self.rule
        if bonus.schedule:
            return self._money(quantity)
        if bonus.ratio:
            out = np.zeros_like(quantity)
            of_ratio(quantity, self.before, out)
            return out
        if bonus.cycle is None or bonus.per_cycle:
            return quantity.copy()
        first = np.where((quantity > 0) & self.fresh, rule.first_weak - rule.weak, 0)
        return whole_column(times(quantity, rule.weak), self.world.size, "Matched volume") + first

    def _money(self, quantity: Int64s) -> Int64s:
        """The money of the steps reached; a step whose money is not known is refused."""
        amounts = [-1 if amount is None else amount for _, amount in self.bonus.schedule]
        place = np.searchsorted(self.steps, quantity)
        found = np.where(quantity > 0, np.array(amounts)[np.minimum(place, len(amounts) - 1)], 0)
        unknown = np.flatnonzero(found < 0)
        if unknown.size:
            who, step = self.world.ids[int(unknown[0])], int(quantity[unknown[0]]) * self.bonus.sources.base.scale
            message = f"Member {who} reaches step {step} of '{self.bonus.terms.name}', whose amount is unknown."
            raise self.world.refuse(message, "Write the amount of the step.")
        return found.astype(np.int64)


@kernel
def of_ratio(quantity: Int64s, before: Sides, out: Int64s) -> None:
    """Quantity × weaker / stronger side, rounded down. O(members)."""
    for m in range(quantity.size):
        if quantity[m] > 0:
            strong = max(before[0, m], before[1, m])
            out[m] = muldiv(quantity[m], min(before[0, m], before[1, m]), strong, _FLOOR)


def _rule(bonus: BinaryBonus) -> sides.Rule:
    form = sides.SCHEDULE if bonus.schedule else sides.CONTINUOUS if bonus.cycle is None else sides.CYCLES
    first = bonus.first_cycle or bonus.cycle
    return sides.Rule(
        form,
        bonus.at_least,
        0 if bonus.cycle is None else bonus.cycle.strong,
        0 if bonus.cycle is None else bonus.cycle.weak,
        0 if first is None else first.strong,
        0 if first is None else first.weak,
        bonus.flush_excess,
        bonus.flush_failing,
        _CARRIES[bonus.carry],
        -1 if bonus.carry_most is None else bonus.carry_most,
    )


def _two_slots(world: World, bonus: BinaryBonus, tree: Tree) -> Int64s:
    """int64 [n]: slot 1 or 2 of every member below another; refused where there is a third."""
    slots = slots_of(world, bonus.tree).astype(np.int64)
    third = np.flatnonzero((tree.parent >= 0) & ((slots < 1) | (slots > 2)))
    if third.size:
        who, slot = world.ids[int(third[0])], slots[third[0]]
        message = f"Member {who} stands in slot {slot} of tree '{bonus.tree}'; '{bonus.terms.name}' has two sides."
        raise world.refuse(message, "Use slots 1 and 2 (left and right) only.")
    return slots


def _most(world: World, bonus: BinaryBonus) -> Int64s:
    """int64 [n]: the most that is matched in a window, in units of the base or cycles, rounded down."""
    if bonus.most is None:
        return np.full(world.size, sides.NO_LIMIT, dtype=np.int64)
    factor = bonus.most_scale / (_ONE if bonus.cycle is not None else bonus.sources.base.scale)
    values = times(world.column(bonus.most), factor.numerator) // factor.denominator
    found: Int64s = np.clip(values, 0, sides.NO_LIMIT).astype(np.int64)
    return found


def _windows(world: World, bonus: BinaryBonus) -> list[Int64s]:
    """Per window, in order, the base of every member: int64 [n]."""
    allowed = world.flags(bonus.sources.condition) if bonus.sources.condition else np.ones(world.size, dtype=np.bool_)
    base = bonus.sources.base
    if bonus.windows == "period" or base.volume is None:
        return [np.where(allowed, whole_column(world.column(base.step), world.size, "A base"), 0)]
    starts = _starts(world, bonus.windows)
    volumes = [np.zeros(world.size, dtype=np.int64) for _ in starts]
    for entries in parts(world, base.volume):
        chosen = take(entries, select(world, base.volume, entries))
        values = counted(world, chosen, base.volume.volume)
        window = np.searchsorted(starts, chosen.seconds, side="right") - 1
        for number in np.unique(window).tolist():
            rows = np.flatnonzero(window == number)
            came = times(gathered(world.size, chosen.member[rows], values[rows]), base.sign)
            volumes[number] += np.where(allowed, whole_column(came, world.size, "A base"), 0)
    return volumes


def _starts(world: World, windows: str) -> Int64s:
    """Seconds at which the windows of the period begin: every day, or its first day and every Monday."""
    period = world.period
    days = [period.start + dt.timedelta(days=d) for d in range((period.end - period.start).days)]
    first = [day for day in days if windows == "day" or day == period.start or day.weekday() == 0]
    return np.array([seconds_of(day) for day in first], dtype=np.int64)


# state -----------------------------------------------------------------------------------------------------------


def _opening(world: World, bonus: BinaryBonus, members: Int64s) -> sides.Queue:
    """int64 [2, ages, n]: what earlier periods left, the oldest entry first; the last is empty but for a debt.

    A state of a plan that kept volume longer puts what is older into the oldest entry.
    """
    ages = max(bonus.carry_for, 1)
    scale = bonus.sources.base.scale
    queue = np.zeros((2, ages, world.size), dtype=np.int64)
    here = np.zeros(world.size, dtype=np.bool_)
    here[members] = True
    for side, name in enumerate(SIDES):
        for column in state_names(world, f"bank:{bonus.terms.name}:{name}:"):
            entry = max(ages - 2 - int(column.rpartition(":")[2]), 0)
            values = whole_column(opening(world, column, scale), world.size, "A bank")
            queue[side, entry] += values
        if ages > 1:
            debt = np.where(here, np.minimum(queue[side], 0).sum(axis=0), 0)
            queue[side] = np.where(here & (queue[side] < 0), 0, queue[side])
            queue[side, -1] += debt
    return queue


def _hand_on(world: World, bonus: BinaryBonus, members: Int64s, queue: sides.Queue, done: Bools) -> None:
    """Keep the queues for the next period; whoever is not in the tree keeps every entry that it had, no older."""
    ages = queue.shape[1]
    scale = bonus.sources.base.scale
    here = np.zeros(world.size, dtype=np.bool_)
    here[members] = True
    held = world.results.setdefault("banks", {})
    for side, name in enumerate(SIDES):
        prefix = f"bank:{bonus.terms.name}:{name}:"
        new = {f"{prefix}{age}": queue[side, ages - 1 - age] for age in range(max(ages - 1, 1))}
        nothing = np.zeros(world.size, dtype=np.int64)
        for column in sorted({*new, *state_names(world, prefix)}):
            waiting = whole_column(opening(world, column, scale), world.size, "A bank")
            held[column] = Held(np.where(here, new.get(column, nothing), waiting), scale)
    if bonus.cycle is not None:
        held[f"first cycle:{bonus.terms.name}"] = Held(done.astype(np.int64), _ONE)


def opening_banks(world: World) -> dict[str, tuple[Fraction, dict[int, Fraction]]]:
    """What the facts' table ``state`` brings to the sides: per state column its unit and the volume of each member."""
    found: dict[str, tuple[Fraction, dict[int, Fraction]]] = {}
    bonuses = [bonus for bonus in world.plan.bonuses.values() if isinstance(bonus, BinaryBonus)]
    if not bonuses or not world.facts.has("state"):
        return found
    table, owners = world.facts["state"], world.facts.owners
    since = world.facts.effective("state")
    place = owners[world.facts.index_of("state", "position")]
    whose: dict[tuple[str, str, int], str] = {}
    for row in np.argsort(since, kind="stable").tolist():  # the latest counts
        side = table["name"].text(row)
        if side not in SIDES or since[row] >= world.period.end_seconds:
            continue
        tree, position = table["tree"].text(row), table["position"].text(row)
        first = whose.setdefault((tree, side, int(place[row])), position)
        if first != position:
            message = f"Positions {first} and {position} stand for one member in '{tree}', which has one bank {side}."
            raise world.refuse(message, "Keep one of their rows in 'state', with the volume of both.")
        for bonus in bonuses:
            if bonus.tree == tree:
                column = found.setdefault(f"bank:{bonus.terms.name}:{side}:0", (bonus.sources.base.scale, {}))[1]
                column[int(place[row])] = parse_number(table["value"].text(row))
    return found

"""Two sides of volume that are matched: the loops of a binary bonus (docs/semantics.md, section 7.9, steps 1 to 7).

A side is a queue of entries per member, ``queue[side, age, member]``: the oldest first, what comes in this period
last. A debt (volume below 0) stands in the last entry and is alone there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trueline.kernel import kernel
from trueline.money.exact import add
from trueline.reckon.bank import EXCESS, EXPIRED, FAILING, NETTED, NOT_CARRIED, NOT_GATHERED, OVER_LIMIT, Sides
from trueline.reckon.world import Bools, Int64s

CONTINUOUS, CYCLES, SCHEDULE = range(3)
ALL, NONE, DIFFERENCE = range(3)
NO_LIMIT = 2**62

Queue = NDArray[np.int64]
Flushed = NDArray[np.int64]


class Rule(NamedTuple):
    """How a bonus matches. Volumes in units of the base; ``carry_most`` below 0 is no limit."""

    form: int
    at_least: int
    strong: int
    weak: int
    first_strong: int
    first_weak: int
    flush_excess: bool
    flush_failing: bool
    carry: int
    carry_most: int


@kernel
def match(
    rule: Rule,
    steps: Int64s,
    members: Int64s,
    pays: Bools,
    most: Int64s,
    done: Bools,
    queue: Queue,
    taken: Sides,
    flushed: Flushed,
    paid: Int64s,
    whole: Int64s,
    sides: Sides,
) -> None:
    """Steps 2 to 6 of one window for every member in ``members``. O(members); cycles cost no more than a division.

    Written per member: ``paid`` is P and ``whole`` is M where what is above P is lost, else P (volume of one side;
    cycles); ``sides`` [2] the sides before the match; ``done`` whether the first cycle in life is over.
    """
    for m in members:
        left, right = held(queue, 0, m), held(queue, 1, m)
        sides[0, m], sides[1, m] = above(left), above(right)
        limit = most[m] if pays[m] else 0
        full, _, _ = matched(rule, steps, sides[0, m], sides[1, m], NO_LIMIT, done[m])
        part, one, two = matched(rule, steps, sides[0, m], sides[1, m], limit, done[m])
        taken[0, m] += one
        taken[1, m] += two
        take_oldest(queue, 0, m, one)
        take_oldest(queue, 1, m, two)
        lost = full > part and (rule.carry != ALL or (rule.flush_excess if pays[m] else rule.flush_failing))
        if not pays[m] and rule.flush_failing:
            empty(queue, m, flushed[FAILING])
        elif pays[m] and rule.flush_excess and full > part:
            empty(queue, m, flushed[EXCESS])
        if rule.carry == NONE:
            empty(queue, m, flushed[NOT_CARRIED])
        elif rule.carry == DIFFERENCE:
            both = above(min(held(queue, 0, m), held(queue, 1, m)))
            for side in range(2):
                flushed[NETTED, side, m] += both
                take_oldest(queue, side, m, both)
        elif rule.carry_most >= 0:
            for side in range(2):
                more = above(held(queue, side, m) - np.int64(rule.carry_most))
                flushed[OVER_LIMIT, side, m] += more
                take_oldest(queue, side, m, more)
        paid[m] = part
        whole[m] = full if lost else part
        done[m] = done[m] or part > 0 or lost


@kernel
def gather(
    members: Int64s, new: Sides, own: Int64s, own_side: int, gathers: Bools, queue: Queue, flushed: Flushed
) -> None:
    """Step 1: new volume reaches the sides, a debt is paid first. O(members).

    The own volume goes to ``own_side`` 0 or 1, to the weaker one (2) or to none (−1).
    """
    last = queue.shape[1] - 1
    for m in members:
        if own_side >= 0 and own[m] != 0:
            side = own_side
            if own_side == 2:
                weaker = add(held(queue, 1, m), new[1, m]) < add(held(queue, 0, m), new[0, m])
                side = 1 if weaker else 0
            new[side, m] = add(new[side, m], own[m])
        for side in range(2):
            if not gathers[m]:
                flushed[NOT_GATHERED, side, m] += new[side, m]
                continue
            debt = queue[side, last, m] if queue[side, last, m] < 0 else np.int64(0)
            came = add(new[side, m], debt)
            queue[side, last, m] -= debt
            if came >= 0:
                queue[side, last, m] = add(queue[side, last, m], came)
                continue
            there = held(queue, side, m)
            take_oldest(queue, side, m, min(-came, there))
            queue[side, last, m] += min(came + there, 0)


@kernel
def expire(members: Int64s, queue: Queue, flushed: Flushed) -> None:
    """Step 7: entries that have been there for as many periods as the queue is long. O(members)."""
    for m in members:
        for side in range(2):
            old = above(queue[side, 0, m])
            flushed[EXPIRED, side, m] += old
            queue[side, 0, m] -= old


@kernel
def above(value: np.int64) -> np.int64:
    """The value, or 0 where it is below."""
    return value if value > 0 else np.int64(0)


@kernel
def held(queue: Queue, side: int, m: int) -> np.int64:
    """What stands on a side, below 0 for a debt."""
    total = np.int64(0)
    for entry in range(queue.shape[1]):
        total = add(total, queue[side, entry, m])
    return total


@kernel
def take_oldest(queue: Queue, side: int, m: int, amount: int | np.int64) -> None:
    """Take volume from a side, the oldest entries first; there is as much."""
    left = np.int64(amount)
    for entry in range(queue.shape[1]):
        if left <= 0:
            return
        part = min(above(queue[side, entry, m]), left)
        queue[side, entry, m] -= part
        left -= part


@kernel
def empty(queue: Queue, m: int, flushed: Flushed) -> None:
    """Flush all that is above 0 on both sides."""
    for side in range(2):
        for entry in range(queue.shape[1]):
            part = above(queue[side, entry, m])
            flushed[side, m] += part
            queue[side, entry, m] -= part


@kernel
def matched(
    rule: Rule, steps: Int64s, left: int | np.int64, right: int | np.int64, limit: int | np.int64, done: bool
) -> tuple[np.int64, np.int64, np.int64]:
    """(matched up to ``limit``, taken from the left, taken from the right): volume of one side, or cycles."""
    weak = min(left, right)
    nothing = np.int64(0)
    if weak < rule.at_least or limit <= 0:
        return nothing, nothing, nothing
    if rule.form == CYCLES:
        return cycles(rule, left, right, limit, done)
    if rule.form == SCHEDULE:
        place = np.searchsorted(steps, weak, side="right")
        found = steps[place - 1] if place > 0 else nothing
        return found, found, found
    part = np.int64(min(weak, limit))
    return part, part, part


@kernel
def cycles(
    rule: Rule, left: int | np.int64, right: int | np.int64, limit: int | np.int64, done: bool
) -> tuple[np.int64, np.int64, np.int64]:
    """How often the larger side (tie: the left) can give ``strong`` and the other ``weak``, at most ``limit`` times.

    While one side stays the larger the cycles are counted by division; so they are where the sides take turns, for two
    cycles then leave the same difference. What is left is a handful of single cycles.
    """
    a, b, n = np.int64(left), np.int64(right), np.int64(0)
    while n < limit:
        first = n == 0 and not done
        x = np.int64(rule.first_strong if first else rule.strong)
        y = np.int64(rule.first_weak if first else rule.weak)
        if max(a, b) < x or min(a, b) < y:
            break
        same, turns = np.int64(1), np.int64(0)
        if not first:
            same, turns = runs(a, b, x, y, limit - n)
        if turns > 0:
            a, b, n = a - turns * (x + y), b - turns * (x + y), n + 2 * turns
        elif a >= b:
            a, b, n = a - same * x, b - same * y, n + same
        else:
            a, b, n = a - same * y, b - same * x, n + same
    return n, left - a, right - b


@kernel
def runs(a: np.int64, b: np.int64, x: np.int64, y: np.int64, limit: np.int64) -> tuple[np.int64, np.int64]:
    """(cycles in which the same side is the larger, pairs of cycles in which the sides take turns); one of them."""
    gap, step = abs(a - b), x - y
    same = min(max(a, b) // x, min(a, b) // y)
    if step > 0:
        if gap < step or (gap == step and a < b):  # after two cycles the gap is the same
            turns = min(min(a, b) // (x + y), limit // 2)
            if turns > 0:
                return np.int64(0), turns
        stays = gap // step + 1 if a >= b else (gap + step - 1) // step
        same = min(same, stays)
    return max(min(same, limit), np.int64(1)), np.int64(0)

"""What is paid out, what waits for the next period, and what is owed (docs/semantics.md, section 10, step 6)."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from trueline.money.columns import divide
from trueline.money.rounding import Mode
from trueline.plan.bonuses import Deduction
from trueline.reckon.evaluate import Values, plus, whole_column
from trueline.reckon.local_pay import LocalPay, local_pay
from trueline.reckon.state import Held, opening
from trueline.reckon.volumes import gathered
from trueline.reckon.world import Int64s, World


def _nothing() -> Int64s:
    return np.zeros(0, dtype=np.int64)


@dataclass
class Payout:
    """Per bonus and member, int64 [bonuses, n] in minor units; per member [n] what becomes of the sum.

    ``carried`` is below 0 for a debt; ``forgiven`` are debts that the company bears from now on.
    payable + carried + lost - forgiven = sum of the bonuses + carried_in. ``deductions`` are kept back of what is
    payable, by name, and leave ``paid_out``; ``expired`` was withheld for so long that it stays with the company.
    ``goods`` is credit in kind, empty where no plan gave any; ``in_kind`` are the bonuses that give it. ``local`` is
    ``paid_out`` in each member's currency, where the plan says so.
    """

    bonuses: tuple[str, ...]
    earned: NDArray[np.int64]
    capped: NDArray[np.int64]
    withheld: NDArray[np.int64]
    released: NDArray[np.int64]
    expired: NDArray[np.int64]
    payable: Int64s = field(default_factory=_nothing)
    carried_in: Int64s = field(default_factory=_nothing)
    carried: Int64s = field(default_factory=_nothing)
    lost: Int64s = field(default_factory=_nothing)
    forgiven: Int64s = field(default_factory=_nothing)
    deductions: dict[str, Int64s] = field(default_factory=dict)
    goods: Int64s = field(default_factory=_nothing)
    in_kind: frozenset[str] = frozenset()
    local: LocalPay | None = None
    state: dict[str, Held] = field(default_factory=dict)

    @property
    def paid_out(self) -> Int64s:
        """int64 [n]: what is payable less all deductions."""
        left = self.payable
        for kept in self.deductions.values():
            left = left - kept
        return left

    def sum_of(self, node: int) -> int:
        """What the bonuses of one member or position come to in money after caps and holds, in minor units."""
        money = [row for row, name in enumerate(self.bonuses) if name not in self.in_kind]
        earned, capped, withheld, released = (
            int(rows[money, node].sum()) for rows in (self.earned, self.capped, self.withheld, self.released)
        )
        return earned - capped - withheld + released


def pay(world: World, payout: Payout, sums: Values, state: dict[str, Held]) -> Payout:
    """Fill in what each member is paid of ``sums``, and the state that holds and payout hand on.

    What further positions come to is their owner's.
    """
    minor, rule = world.plan.money_unit, world.plan.limits.payout
    if world.further.size:
        sums = gathered(world.size, world.owner, sums)
    payout.carried_in = whole_column(opening(world, "carried", minor), world.size, "What is carried")
    due = whole_column(plus(sums, payout.carried_in), world.size, "What is payable")
    small = (due > 0) & (due < rule.at_least)
    payout.payable = np.where(small | (due < 0), 0, due)
    payout.lost = np.where(small & (not rule.carry), due, 0)
    payout.forgiven = np.zeros(world.size, dtype=np.int64)
    if rule.forgiven_after is not None:
        payout.forgiven = _forgiven(world, rule.forgiven_after, payout.carried_in, due, state)
    payout.carried = due - payout.payable - payout.lost + payout.forgiven
    state["carried"] = Held(payout.carried, minor)
    for one in rule.deductions:
        payout.deductions[one.name] = _deducted(world, payout, one)
    if rule.in_local:
        payout.local = local_pay(world, payout.paid_out)
    payout.state = state
    return payout


def _deducted(world: World, payout: Payout, rule: Deduction) -> Int64s:
    """What one deduction keeps back, at most what those before it left."""
    if rule.amount is not None:
        wanted = np.clip(world.column(rule.amount), 0, 2**63 - 1).astype(np.int64)
    else:
        base = payout.payable
        if rule.of is not None:
            rows = [payout.bonuses.index(name) for name in rule.of]
            base = np.maximum(payout.earned[rows] - payout.capped[rows], 0).sum(axis=0)
            base = whole_column(gathered(world.size, world.owner, base), world.size, "What was earned")
        wanted = divide(base, rule.rate.numerator, rule.rate.denominator, Mode.HALF_UP, np.empty_like(base))
    if rule.who is not None:
        wanted = np.where(world.flags(rule.who), wanted, 0)
    return np.minimum(wanted, payout.paid_out)


def debt_name(age: int) -> str:
    """The state column of debts that arose ``age`` periods before the one that reads it."""
    return f"debt:{age}"


def _forgiven(world: World, periods: int, before: Int64s, due: Int64s, state: dict[str, Held]) -> Int64s:
    """What the oldest debt still is at the end of its time. Adds debts by age to ``state``.

    Younger debts have a column each; the youngest is what they leave of the sum that is carried, so that a debt
    without an age (opening balances, an amended plan) counts as one period old. What is earned pays the oldest first:
    of all that is owed now, the youngest is left longest. Cost O(n × periods).
    """
    minor = world.plan.money_unit
    aged = [_at_least_0(opening(world, debt_name(age), minor), world) for age in range(2, periods + 1)]
    owed = np.maximum(-before, 0)
    total = np.zeros(world.size, dtype=np.int64)
    for debt in aged:
        total += debt
    by_age = [np.maximum(owed - total, 0), *aged]
    left = np.maximum(-due, 0)
    new = np.maximum(left - owed, 0)
    for age, debt in enumerate([new, *by_age]):
        kept = np.minimum(debt, left)
        left = left - kept
        if age == periods:
            return np.asarray(kept)
        if age >= 1:
            state[debt_name(age + 1)] = Held(kept, minor)
    raise AssertionError("a debt has an age")


def _at_least_0(values: Values, world: World) -> Int64s:
    found: Int64s = np.maximum(whole_column(values, world.size, "A debt"), 0)
    return found

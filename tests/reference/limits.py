"""Limits over all bonuses, holds and payout (semantics, section 10, steps 3 to 6)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from typing import Any

from tests.reference.language import number_of
from tests.reference.orders import in_order, moment_of
from tests.reference.rounding import cut_to, minor_unit, rounded
from tests.reference.state import State
from tests.reference.values import Values

Cell = tuple[str, str]
Amounts = dict[Cell, Fraction]
Deducted = dict[str, Fraction]
Cut = Callable[[Values, dict[str, Any], Amounts, Fraction, Amounts], None]


def whole_cap(value: Fraction, unit: Fraction) -> Fraction:
    """A cap in whole minor units, never below 0."""
    return max(floor(value / unit) * unit, Fraction(0))


def room(rule: Any, cap: Fraction, state: State, name: str, member: str) -> Fraction:
    """What the cap of a name leaves a member after what it let through in the earlier periods of its window."""
    over = rule.get("over", "period") if isinstance(rule, dict) else "period"
    if over == "period":
        return cap
    if over == "lifetime":
        return max(cap, Fraction(0)) - state.lives.get(name, {}).get(member, Fraction(0))
    before = state.windows.get(name, {}).get(member, [])
    return max(cap, Fraction(0)) - sum(before[max(len(before) - int(over.split()[1]) + 1, 0) :], Fraction(0))


def limited(values: Values, rule: dict[str, Any], amounts: Amounts, unit: Fraction, cut: Cut) -> Amounts:
    """One limit: what it counts is cut, what it spares comes back on top. Gives what was counted, after the cut."""
    entries = rule.get("exempt", [])
    whole = [entry for entry in entries if isinstance(entry, str)]
    parts = {entry["bonus"]: values.book.read(entry["up to"]) for entry in entries if not isinstance(entry, str)}

    def first(member: str, name: str) -> Fraction:
        return whole_cap(values.number(parts[name], member), unit) if name in parts else Fraction(0)

    def counts(name: str) -> bool:
        return name not in whole and name in rule.get("of", [name])

    spent = {
        (member, name): amount - min(max(amount, Fraction(0)), first(member, name))
        for (member, name), amount in values.beside.earned.items()
        if counts(name)
    }
    counted, spared = {}, {}
    for (member, name), amount in amounts.items():
        if counts(name):
            cell = (member, name)
            spared[cell] = min(max(amount, Fraction(0)), first(member, name))
            counted[cell] = amount - spared[cell]
    cut(values, rule, counted, unit, spent)
    for cell, left in counted.items():
        amounts[cell] = left + spared[cell]
    return counted | spent


def cut_members(values: Values, rule: dict[str, Any], amounts: Amounts, unit: Fraction, spent: Amounts) -> None:
    """Step 3: no member gets more than its limit over all bonuses."""
    bonuses = list(values.book.bonuses)
    for member in values.world.members:
        cells = [(member, name) for name in bonuses if (member, name) in amounts]
        if cells:
            cap = values.number(values.book.read(rule["at most"]), member)
            gone = sum((amount for (one, _), amount in spent.items() if one == member), Fraction(0))
            left = whole_cap(room(rule, cap, values.state, "limits.members", member), unit)
            limit = max(left - gone, Fraction(0))
            replace(amounts, cells, limit, unit)


def cut_owners(values: Values, rule: dict[str, Any], amounts: Amounts, unit: Fraction, spent: Amounts) -> None:
    """Section 10.4: no member gets more than its limit over all its positions."""
    bonuses = list(values.book.bonuses)
    for owner in values.world.members:
        mine = [] if owner in values.world.owners else values.world.positions_of(owner)
        cells = [(one, name) for one in mine for name in bonuses if (one, name) in amounts]
        if cells:
            cap = values.number(values.book.read(rule["at most"]), owner)
            gone = sum((amount for (one, _), amount in spent.items() if one in mine), Fraction(0))
            left = whole_cap(room(rule, cap, values.state, "limits.owners", owner), unit)
            limit = max(left - gone, Fraction(0))
            replace(amounts, cells, limit, unit)


def replace(amounts: Amounts, cells: list[Cell], limit: Fraction, unit: Fraction) -> None:
    for cell, amount in zip(cells, cut_to([amounts[cell] for cell in cells], limit, unit), strict=True):
        amounts[cell] = amount


def cut_company(values: Values, rule: dict[str, Any], amounts: Amounts, unit: Fraction, spent: Amounts) -> None:
    """Step 4, for the company or one structure: all together get no more than the limit."""
    place = {name: k for k, name in enumerate(values.book.bonuses)}
    cells = sorted(amounts, key=lambda cell: (in_order(cell[0]), place[cell[1]]))
    most = values.number(values.book.read(rule["at most"]), None)
    limit = max(whole_cap(most, unit) - sum(spent.values(), Fraction(0)), Fraction(0))
    how = rule.get("how", "pro rata")
    if sum((amounts[cell] for cell in cells), Fraction(0)) <= limit:
        return
    if how == "pro rata":
        replace(amounts, cells, limit, unit)
    elif how == "lower ranks first":
        ranks = [
            [cell for cell in cells if values.name("rank", cell[0]) == rank] for rank in sorted(values.ranks.values())
        ]
        take_back(amounts, ranks, limit, unit)
    else:
        bonuses = [[cell for cell in cells if cell[1] == name] for name in reversed(list(values.book.bonuses))]
        take_back(amounts, bonuses, limit, unit)


def take_back(amounts: Amounts, parts: list[list[Cell]], limit: Fraction, unit: Fraction) -> None:
    """The first part loses what is positive, then the next, until the sum of all is the limit."""
    excess = sum((amounts[cell] for part in parts for cell in part), Fraction(0)) - limit
    for part in parts:
        total = sum((amounts[cell] for cell in part), Fraction(0))
        lost = min(excess, sum((max(amounts[cell], Fraction(0)) for cell in part), Fraction(0)))
        replace(amounts, part, total - lost, unit)
        excess -= lost


@dataclass
class Settled:
    """Step 6 by member: paid, carried (below 0 a debt), forgiven, and the debts by the periods since they arose."""

    payable: dict[str, Fraction] = field(default_factory=dict)
    carried: dict[str, Fraction] = field(default_factory=dict)
    forgiven: dict[str, Fraction] = field(default_factory=dict)
    debts: dict[str, dict[int, Fraction]] = field(default_factory=dict)


def paid_out(rule: dict[str, Any], sums: dict[str, Fraction], state: State) -> Settled:
    """Debts first; then what is too small waits or is lost."""
    settled = Settled()
    least = number_of(rule.get("from", "0"))
    patience = rule.get("negative", "carry")
    for member, earned in sums.items():
        before = state.carried.get(member, Fraction(0))
        due = earned + before
        if isinstance(patience, dict):
            aged = {k + 1: debt for k, debt in state.debts.get(member, {}).items()}
            if -before != sum(aged.values()) and before < 0:
                aged = {1: -before}
            due = aged_debts(settled, member, earned + max(before, Fraction(0)), aged, int(patience["forgiven after"]))
        if due < 0 or (0 < due < least and rule.get("below", "carry") == "carry"):
            settled.carried[member] = due
        elif due >= least and due:
            settled.payable[member] = due
    return settled


def aged_debts(settled: Settled, member: str, earned: Fraction, aged: dict[int, Fraction], longest: int) -> Fraction:
    """What is due after the debts, the oldest first; what is too old and still unpaid is forgiven."""
    debts: dict[int, Fraction] = {}
    for k, debt in aged.items():
        place = k if k <= longest else 1
        debts[place] = debts.get(place, Fraction(0)) + debt
    for k in sorted(debts, reverse=True):
        paid = min(debts[k], max(earned, Fraction(0)))
        debts[k] -= paid
        earned -= paid
    if earned < 0:
        debts[0] = -earned
    if debts.get(longest):
        settled.forgiven[member] = debts.pop(longest)
    settled.debts[member] = {k: debt for k, debt in debts.items() if debt}
    owed = sum(settled.debts[member].values(), Fraction(0))
    return -owed if owed else max(earned, Fraction(0))


def deducted(values: Values, rule: dict[str, Any], payable: dict[str, Fraction], after: Amounts) -> dict[str, Deducted]:
    """Step 7: named charges, each taking at most what the ones before it left."""
    found: dict[str, Deducted] = {}
    unit = minor_unit(values.book.currency)
    for member, whole in payable.items():
        left, taken = whole, {}
        for one in rule.get("deductions", []) if whole > 0 else []:
            if "who" in one and not values.holds(one["who"], member):
                continue
            if "amount" in one:
                due = whole_cap(values.number(values.book.read(one["amount"]), member), unit)
            else:
                base = whole
                if "of" in one:
                    places = values.world.positions_of(member)
                    earned = [after.get((place, name), Fraction(0)) for place in places for name in one["of"]]
                    base = sum((max(amount, Fraction(0)) for amount in earned), Fraction(0))
                due = rounded(number_of(one["rate"]) * base, unit, "half up")
            taken[one["name"]] = min(due, left)
            left -= taken[one["name"]]
        found[member] = {name: amount for name, amount in taken.items() if amount}
    return found


def in_local(values: Values, paid: dict[str, Fraction]) -> dict[str, tuple[str, Fraction]]:
    """What is paid out in each member's own currency, at the rate at the beginning of the period (section 5)."""
    book, world = values.book, values.world
    assert world.shop
    found: dict[str, tuple[str, Fraction]] = {}
    for member, amount in paid.items():
        currency = world.facts[member].get("currency") or book.currency
        rate = Fraction(1)
        if currency != book.currency:
            first = moment_of(world.period.first.isoformat())
            rates = [one for one in world.shop.rows.get("rates_fx", []) if one["currency"] == currency]
            known = [one for one in rates if moment_of(one["from"]) <= first]
            if not known:
                raise ValueError(f"{member} cannot be paid in {currency}")
            rate = number_of(max(known, key=lambda one: moment_of(one["from"]))["rate"])
        found[member] = currency, rounded(amount / rate, minor_unit(currency), "half up")
    return found

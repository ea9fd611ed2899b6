"""`pool` (semantics, section 7.7)."""

from __future__ import annotations

from fractions import Fraction
from math import floor
from typing import Any

from tests.reference.amounts import rounding_of
from tests.reference.language import number_of
from tests.reference.lines import Kind, Outcome, Paid
from tests.reference.orders import day_of, in_order, moment_of
from tests.reference.rounding import floors, rounded


def pool(kind: Kind) -> Outcome:
    """A fund split by shares."""
    values, bonus, outcome = kind.values, kind.bonus, kind.outcome
    unit, mode, _ = rounding_of(values.book, bonus)
    fresh = values.number(values.book.read(bonus["fund"]), None)
    fund = max(rounded(fresh, unit, mode) + values.state.pools.get(kind.name, Fraction(0)), Fraction(0))
    outcome.promised = fund
    shared = bonus.get("unclaimed") == "shared"
    empty: list[Fraction] = []
    if "places" in bonus:
        listed = [number_of(text) for text in bonus["places"]["shares"]]
        order = ranked(kind)
        shares = dict(zip(order, listed, strict=False))
        empty = [] if shared or "floor" in bonus else listed[len(shares) :]
        levels = {m: k for k, m in enumerate(order, start=1)}
    else:
        every = {m: share_of(kind, m) for m in values.world.members if kind.who(m)}
        shares = {m: every[m] for m in sorted(every, key=in_order) if every[m] > 0}
        levels = {}
    left = "carried" if bonus.get("unclaimed") == "carry" else "unclaimed"
    if not shares:
        outcome.lost(left, fund)
        return outcome
    outcome.exactly = True
    holders = sorted(shares, key=in_order)
    if "share value" in bonus:
        per = bonus["share value"]
        total = sum(shares.values(), Fraction(0))
        value = rounded(fund / total, number_of(per["to"]), per.get("mode", "half up"))
        amounts = [rounded(value * shares[m], unit, mode) for m in holders]
        outcome.lost("rounded", fund - sum(amounts, Fraction(0)))
    else:
        amounts = parts(kind, fund, [*(shares[m] for m in holders), *empty], len(holders), unit)
        outcome.lost(left, fund - sum(amounts, Fraction(0)))
    for member, amount in zip(holders, amounts, strict=True):
        level = levels.get(member, 0)
        outcome.lines.append(Paid(kind.name, member, None, None, None, "", level, Fraction(0), shares[member], amount))
    return outcome


def parts(kind: Kind, fund: Fraction, shares: list[Fraction], held: int, unit: Fraction) -> list[Fraction]:
    """What the holders get; the shares behind them belong to empty places."""
    bonus = kind.bonus
    if "floor" in bonus:
        return at_least(fund, shares, number_of(bonus["floor"]), unit)
    if "share cap" not in bonus:
        return split(fund, shares, unit)[:held]
    cap = floor(number_of(bonus["share cap"]) * fund / unit) * unit
    if bonus.get("unclaimed") == "shared":
        return at_most(fund, shares, cap, unit)
    return [min(part, cap) for part in split(fund, shares, unit)[:held]]


def split(fund: Fraction, shares: list[Fraction], unit: Fraction) -> list[Fraction]:
    """The fund by shares, to the last unit."""
    total = sum(shares, Fraction(0))
    return floors([fund * share / total for share in shares], fund, unit) if shares else []


def fixed_for(
    fund: Fraction, shares: list[Fraction], amount: Fraction, *, below: bool, unit: Fraction
) -> list[Fraction]:
    """Those whose exact portion is below (or above) the amount get it, the others split the rest."""
    fixed: set[int] = set()
    while True:
        rest = [k for k in range(len(shares)) if k not in fixed]
        total, money = sum((shares[k] for k in rest), Fraction(0)), fund - amount * len(fixed)
        joining = {
            k for k in rest if (money * shares[k] / total < amount if below else money * shares[k] / total > amount)
        }
        if not joining:
            break
        fixed |= joining
    others = iter(split(money, [shares[k] for k in rest], unit))
    return [amount if k in fixed else next(others) for k in range(len(shares))]


def at_least(fund: Fraction, shares: list[Fraction], least: Fraction, unit: Fraction) -> list[Fraction]:
    """Nobody below the floor; where the fund does not reach for that, equal parts."""
    if least * len(shares) >= fund:
        return split(fund, [Fraction(1)] * len(shares), unit)
    return fixed_for(fund, shares, least, below=True, unit=unit)


def at_most(fund: Fraction, shares: list[Fraction], most: Fraction, unit: Fraction) -> list[Fraction]:
    """Nobody above the cap, what is cut going to the others."""
    return fixed_for(fund, shares, most, below=False, unit=unit)


def ranked(kind: Kind) -> list[str]:
    """Who holds a place, first place first."""
    values = kind.values
    by = values.book.read(kind.bonus["places"]["by"])
    sizes = {m: values.number(by, m) for m in values.world.members if kind.who(m)}

    def key(member: str) -> Any:
        orders = values.world.shop.orders.values()
        mine = [one for one in orders if values.world.shop.credited(one) == member]
        times = [moment_of(one["time"]) for one in mine if values.world.period.holds(day_of(one["time"]))]
        return -sizes[member], not times, min(times, default=""), in_order(member)

    return sorted((m for m, size in sizes.items() if size > 0), key=key)


def share_of(kind: Kind, member: str) -> Fraction:
    """The member's shares, by its exact paid-as rank where they are written by rank."""
    shares = kind.bonus["shares"]
    if isinstance(shares, dict):
        shares = shares.get(kind.values.name("rank", member).name, "0")
    return kind.values.number(kind.values.book.read(shares), member)

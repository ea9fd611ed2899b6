"""What is paid out, in the currency of each member (docs/semantics.md, section 5, several currencies)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from trueline.facts.currencies import minor_unit
from trueline.money.columns import divide
from trueline.money.rounding import Mode
from trueline.reckon.builtins import member_text
from trueline.reckon.currencies import rate_at
from trueline.reckon.world import Int64s, World

SOME = 3
"""Members that a refusal names."""


@dataclass(frozen=True)
class Local:
    """What one unit of a currency was worth in the plan's when the period began; None where no rate was there."""

    currency: str
    unit: Fraction
    rate: Fraction | None


@dataclass(frozen=True)
class LocalPay:
    """int64 [n]: ``code`` of each member's currency in ``currencies``, and ``amount`` in its minor unit."""

    currencies: tuple[Local, ...]
    code: Int64s
    amount: Int64s


def local_pay(world: World, paid_out: Int64s) -> LocalPay:
    """``paid_out`` (int64 [n], minor units of the plan) of each member in the member's currency, half up.

    Errors: ``Refused`` for a currency without a rate, if somebody is paid in it; ``OverflowError`` beyond int64.
    """
    plan = world.plan
    code = member_text(world, "currency")
    names = [str(name) for name in world.words["currency"]]
    if plan.currency not in names:
        names.append(plan.currency)
    code = np.where(code < 0, names.index(plan.currency), code)
    used = np.unique(code)
    place = np.zeros(len(names), dtype=np.int64)
    place[used] = np.arange(used.size)
    currencies = tuple(_local(world, names[one]) for one in used.tolist())
    code, amount = place[code], np.zeros(world.size, dtype=np.int64)
    for number, local in enumerate(currencies):
        here = np.flatnonzero((code == number) & (paid_out != 0))
        if here.size == 0:
            continue
        if local.rate is None:
            raise _no_rate(world, local.currency, here)
        factor = plan.money_unit / (local.rate * local.unit)
        part = np.ascontiguousarray(paid_out[here])
        amount[here] = divide(part, factor.numerator, factor.denominator, Mode.HALF_UP, np.empty_like(part))
    return LocalPay(currencies, code, amount)


def _local(world: World, currency: str) -> Local:
    if currency == world.plan.currency:
        return Local(currency, world.plan.money_unit, Fraction(1))
    return Local(currency, minor_unit(currency), rate_at(world.facts, currency, world.period.start_seconds))


def _no_rate(world: World, currency: str, members: Int64s) -> Exception:
    members = members[np.argsort(world.id_rank[members], kind="stable")]
    who = ", ".join(world.ids[int(member)] for member in members[:SOME])
    more = f" and {len(members) - SOME} more" if len(members) > SOME else ""
    first = world.period.start.isoformat()
    message = f"{who}{more} cannot be paid in {currency}: there is no rate of it on {first}."
    return world.refuse(message, "Add the rate to rates_fx, or leave out 'currency: member'.")

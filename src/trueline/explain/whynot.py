"""Why a bonus is not paid, or not more of it: failing conditions, and where the money of the downline went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from trueline.explain.bank import unmatched
from trueline.explain.cuts import bonus_cuts
from trueline.explain.model import Cut, Missed
from trueline.explain.origins import Contribution
from trueline.explain.reasons import blocked_pairs, failing_who, missed, no_sources, rests
from trueline.explain.records import Records
from trueline.explain.trace import Trace, trace
from trueline.explain.words import place
from trueline.plan.bonuses import AmountBonus, BinaryBonus, GivenBonus, TakenBonus
from trueline.reckon.evaluate import multiply
from trueline.reckon.lines import REASONS
from trueline.reckon.wide import exact_dot
from trueline.run import Result

MOST = 5
"""Sources and receivers that an answer lists unless told otherwise; all are in the totals."""


@dataclass(frozen=True)
class Share:
    """A part of a source's promise: to a member, or (``to`` None) left to the company for a reason.

    ``holder`` is who held the level that was not paid, None where nobody did.
    """

    to: str | None
    reason: str
    level: int | None
    holder: str | None
    amount: Fraction


@dataclass(frozen=True)
class SourceMoney:
    """One source below the member, what was promised on it and where that went; ``part`` names a piece of an order."""

    source: str
    order: str | None
    order_line: str | None
    part: str
    base: Fraction
    promised: Fraction
    shares: tuple[Share, ...]


@dataclass(frozen=True)
class Broken:
    """An amount that stayed with the company, by reason (docs/semantics.md, section 7)."""

    reason: str
    amount: Fraction


@dataclass(frozen=True)
class Money:
    """What was promised on everything bought below a member, exact and before rounding, and where it went.

    ``yours`` + Σ ``others`` + ``others_more`` + Σ ``company`` = ``promised``. ``at_you`` is the part of ``company``
    that was lost on levels which the member held.
    """

    sources: int
    promised: Fraction
    yours: Fraction
    others: tuple[Contribution, ...]
    others_count: int
    others_more: Fraction
    company: tuple[Broken, ...]
    at_you: tuple[Broken, ...]
    largest: tuple[SourceMoney, ...]


@dataclass(frozen=True)
class Instead:
    """What the member would have received had the failing conditions of the receiver held and nothing else changed.

    ``from_members`` is what others received because of that, ``from_company`` what stayed with the company, and
    ``promised`` what the plan would have promised on top, where it promises only what somebody holds. They add up to
    ``gain``.
    """

    conditions: tuple[str, ...]
    gain: Fraction
    from_members: tuple[Contribution, ...]
    from_company: tuple[Broken, ...]
    promised: Fraction


@dataclass(frozen=True)
class WhyNot:
    """Why a member gets nothing of a bonus, or what limits it."""

    member: str
    bonus: str
    bonus_kind: str
    period: str
    plan: str
    place: str
    currency: str
    money_unit: Fraction
    amount: Fraction
    missed: tuple[Missed, ...]
    cuts: tuple[Cut, ...]
    people: int
    money: Money | None
    instead: Instead | None


def why_not(result: Result, member: str, bonus: str, *, most: int = MOST) -> WhyNot:
    """What keeps a member from a bonus, and who received the money. Errors: ``Refused`` for names that are unknown."""
    records = Records(result)
    index = records.index(member)
    records.check_bonus(bonus)
    rule = result.plan.bonuses[bonus]
    row = result.payout.bonuses.index(bonus)
    cuts = bonus_cuts(records, rule, index, row)
    if not rule.terms.due(result.world.period):
        found = [rests(records, rule)]
    else:
        found = [] if isinstance(rule, TakenBonus) else [*missed(records, rule, index)]
    money, instead, people = None, None, 0
    if rule.terms.due(result.world.period) and not isinstance(rule, AmountBonus):
        traced = trace(records, rule, index)
        people = 0 if traced.tree is None or traced.tree.rank_of[index] < 0 else int(traced.tree.size[index]) - 1
        failing = failing_who(records, rule, index)
        assumed = trace(records, rule, index, assuming=dict.fromkeys(failing, True)) if failing else traced
        found += [*blocked_pairs(records, assumed, most), *no_sources(records, rule, traced, people)]
        money = _money(records, traced, most)
        instead = _instead(traced, assumed, found, most) if failing else None
    elif isinstance(rule, BinaryBonus):
        found += unmatched(records, rule, index)
    elif isinstance(rule, GivenBonus) and not result.amount(member, bonus):
        found.append(Missed("given", "the facts give no amount", place(result.plan, "bonuses", bonus)))
    elif isinstance(rule, TakenBonus) and not result.amount(member, bonus):
        found.append(Missed("closed", "nothing of a closed period changed for you", place(result.plan, "bonuses")))
    paid = result.payout
    amount = paid.earned[row, index] - paid.capped[row, index] - paid.withheld[row, index] + paid.released[row, index]
    found += _payout(records, index) if amount else []
    return WhyNot(
        member,
        bonus,
        rule.terms.kind,
        result.period,
        result.plan.name,
        place(result.plan, "bonuses", bonus),
        result.plan.currency,
        result.plan.money_unit,
        records.money(amount),
        tuple(found),
        cuts,
        people,
        money,
        instead,
    )


def _payout(records: Records, member: int) -> list[Missed]:
    """The smallest payout, or a debt, where it keeps back what was earned."""
    paid, rule = records.result.payout, records.plan.limits.payout
    kept, debt = int(paid.carried[member] + paid.lost[member]), int(paid.carried_in[member])
    if paid.payable[member] == 0 and debt < 0:
        return [Missed("debt", f"a debt of {records.money(-debt)} is paid first", place(records.plan, "limits"))]
    if not rule.at_least or kept <= 0:
        return []
    words = f"at least {records.money(rule.at_least)} in all; {records.money(kept)} are there"
    return [Missed("payout", words, place(records.plan, "limits", "payout"))]


# money ------------------------------------------------------------------------------------------------------------


def _money(records: Records, traced: Trace, most: int) -> Money:
    received = received_by(traced)
    yours = received.pop(traced.member, 0) * traced.unit
    others = _ranked(records, received, traced.unit, most)
    more = sum(received.values()) * traced.unit - sum((one.amount for one in others), Fraction(0))
    return Money(
        len(traced.sources),
        _promised(traced),
        yours,
        others,
        len(received),
        more,
        _broken(lost_by(traced)),
        _broken(lost_by(traced, holder=traced.member)),
        _largest(records, traced, most),
    )


def received_by(traced: Trace) -> dict[int, int]:
    """What each receiver gets, in units of ``traced.unit``."""
    batch = traced.batch
    amounts = multiply(traced.sources.base[batch.source], batch.rate)
    people, place_of = np.unique(batch.receiver, return_inverse=True)
    sums = np.zeros(len(people), dtype=object)
    np.add.at(sums, place_of.reshape(-1), amounts.astype(object))
    return {who: amount for who, amount in zip(people.tolist(), sums.tolist(), strict=True) if amount}


def lost_by(traced: Trace, holder: int | None = None) -> dict[str, Fraction]:
    """Exact money that nobody received, per reason; only on levels held by ``holder`` where one is given."""
    batch, base = traced.batch, traced.sources.base
    rows: NDArray[np.bool_] = batch.lost != 0
    if holder is not None:
        rows = rows & (batch.receiver == holder)
    found: dict[str, Fraction] = {}
    for code in np.unique(batch.reason[rows]).tolist():
        here = np.flatnonzero(rows & (batch.reason == code))
        found[REASONS[code]] = exact_dot(base[batch.source[here]], batch.lost[here]) * traced.unit
    for code, rates in () if holder is not None else batch.rest:
        amount = exact_dot(base, rates) * traced.unit
        if amount:
            found[REASONS[code]] = found.get(REASONS[code], Fraction(0)) + amount
    return {reason: amount for reason, amount in found.items() if amount}


def _ranked(records: Records, amounts: dict[int, int], unit: Fraction, most: int) -> tuple[Contribution, ...]:
    """The largest amounts, ties by member id."""
    rank = records.world.id_rank
    order = sorted(amounts, key=lambda who: (-amounts[who], int(rank[who])))
    return tuple(Contribution(records.id(who), amounts[who] * unit) for who in order[:most])


def _broken(amounts: dict[str, Fraction]) -> tuple[Broken, ...]:
    return tuple(Broken(reason, amounts[reason]) for reason in sorted(amounts, key=lambda one: (-amounts[one], one)))


def _largest(records: Records, traced: Trace, most: int) -> tuple[SourceMoney, ...]:
    """The sources with the most promised on them, each with every share."""
    promised = multiply(traced.sources.base, traced.batch.promised).tolist()
    places = sorted(range(len(promised)), key=lambda at: (-abs(promised[at]), at))[:most]
    return tuple(_source(records, traced, at) for at in places)


def _source(records: Records, traced: Trace, at: int) -> SourceMoney:
    base = traced.base(at)
    shares: list[Share] = []
    for holder in traced.holders(at):
        name = records.id(holder.member)
        if holder.rate:
            shares.append(Share(name, "paid", holder.level, name, holder.rate * base))
        if holder.lost:
            shares.append(Share(None, holder.reason, holder.level, name, holder.lost * base))
    shares += [Share(None, reason, None, None, rate * base) for reason, rate in traced.rest(at).items()]
    sources = traced.sources
    return SourceMoney(
        records.id(int(sources.member[at])),
        records.order(int(sources.order[at])),
        records.order_line(int(sources.line[at])),
        traced.piece(at),
        base,
        int(traced.batch.promised[at]) * traced.walker.scale * base,
        tuple(shares),
    )


# what if ----------------------------------------------------------------------------------------------------------


def _instead(traced: Trace, assumed: Trace, found: Iterable[Missed], most: int) -> Instead | None:
    """Who received what the member would have, had its own conditions held."""
    before, after = received_by(traced), received_by(assumed)
    gain = (after.get(traced.member, 0) - before.get(traced.member, 0)) * traced.unit
    if not gain:
        return None
    changes = {who: before.get(who, 0) - after.get(who, 0) for who in {*before, *after}}
    changes = {who: amount for who, amount in changes.items() if amount and who != traced.member}
    lost, left = lost_by(traced), lost_by(assumed)
    reasons = {name: lost.get(name, Fraction(0)) - left.get(name, Fraction(0)) for name in {*lost, *left}}
    asked = tuple(one.what for one in found if one.what in ("receivers", "who", "counts", "boundary"))
    return Instead(
        asked,
        gain,
        _ranked(traced.records, changes, traced.unit, most),
        _broken({name: amount for name, amount in reasons.items() if amount}),
        _promised(assumed) - _promised(traced),
    )


def _promised(traced: Trace) -> Fraction:
    return exact_dot(traced.sources.base, traced.batch.promised) * traced.unit

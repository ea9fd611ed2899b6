"""The statement of one member: everything paid in a period and why, down to the order lines."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from trueline.explain.amounts import handed_on, hosted, pool_share, reached, seats_of, settled
from trueline.explain.bank import bank_of, unmatched
from trueline.explain.checks import Check, Checker
from trueline.explain.cuts import bonus_cuts, expired
from trueline.explain.model import (
    BonusStatement,
    Leg,
    Level,
    LocalPayout,
    Measure,
    Missed,
    Payout,
    Statement,
    Team,
)
from trueline.explain.origins import Origins
from trueline.explain.payments import Payments
from trueline.explain.reasons import missed, no_sources, rests
from trueline.explain.records import Records, Value
from trueline.explain.standing import standing
from trueline.explain.words import place, spell_step, written
from trueline.money import format_number
from trueline.network.queries import frontline
from trueline.plan.bonuses import (
    AmountBonus,
    BinaryBonus,
    BoardBonus,
    Bonus,
    MilestoneBonus,
    PartyHostBonus,
    PassUpBonus,
    PoolBonus,
    TakenBonus,
)
from trueline.plan.steps import ExprStep, FoldStep, MovedStep
from trueline.plan.typed import NumberType
from trueline.run import Result

MOST = 50
"""Lines of one level that a statement shows in full unless told otherwise."""

LEGS = 12
"""Legs that the picture of the frontline shows."""


def statement(result: Result, member: str, *, most: int | None = MOST, bonus: str | None = None) -> Statement:
    """What a member gets and why.

    Of each level the ``most`` largest lines are given in full and the others summed up; None gives all. ``bonus``
    leaves out the others. Errors: ``Refused`` for a member or bonus that the run does not have.
    """
    records = Records(result)
    index, plan = records.index(member), result.plan
    if bonus is not None:
        records.check_bonus(bonus)
    origins = Origins(records)
    wanted = [one for name, one in plan.bonuses.items() if bonus is None or name == bonus]
    return Statement(
        member,
        result.period,
        plan.name,
        plan.document.file,
        plan.currency,
        plan.money_unit,
        standing(records, index),
        _measures(records, index),
        tuple(_condition(records, index, name) for name in plan.conditions),
        _attributes(records, index),
        team(records, index),
        tuple(_bonus(records, origins, one, index, most) for one in wanted),
        _payout(records, index),
    )


def _measures(records: Records, member: int) -> tuple[Measure, ...]:
    """The plan's named measures, and those that it reads without a name of their own from order lines."""
    plan = records.plan
    return tuple(
        Measure(name, records.number(name, member), _words(records, name), _declared(records, name))
        for name in plan.measures
        if isinstance(plan.steps[name].type, NumberType)
    )


def _words(records: Records, name: str) -> str:
    step = records.plan.steps[name]
    if isinstance(step, MovedStep):
        return f"{spell_step(records.plan, step.argument)}, with what compression moved in"
    return written(records.plan, "measures", name) or ""


def _declared(records: Records, name: str) -> str:
    step = records.plan.steps[name]
    if isinstance(step, MovedStep):
        return place(records.plan, "trees", step.tree, "moves", name)
    return place(records.plan, "measures", name)


def _condition(records: Records, member: int, name: str) -> Check:
    return Checker(records, member).step(name)


def _attributes(records: Records, member: int) -> tuple[tuple[str, Value], ...]:
    return tuple(
        (name, records.step_value(name, member)) for name in records.plan.attributes if name in records.world.columns
    )


def _bonus(records: Records, origins: Origins, bonus: Bonus, member: int, most: int | None) -> BonusStatement:
    terms, plan = bonus.terms, records.plan
    due = terms.due(records.world.period)
    row = records.result.payout.bonuses.index(terms.name)
    earned = records.money(records.result.payout.earned[row, member])
    cuts = bonus_cuts(records, bonus, member, row)
    levels, in_the_way = _lines(records, origins, bonus, member, most)
    rounding = terms.rounding.rounding
    return BonusStatement(
        name=terms.name,
        kind=terms.kind,
        note=written(plan, "bonuses", terms.name, "note") or "",
        place=place(plan, "bonuses", terms.name),
        rounding=f"{format_number(rounding.unit)}, {rounding.mode.words}",
        per=terms.rounding.per,
        base_words=written(plan, "bonuses", terms.name, "base") or "",
        base_unit=plan.money_unit if isinstance(bonus, AmountBonus) else bonus.sources.base.scale,
        sum=earned,
        cuts=cuts,
        amount=earned + sum((cut.amount for cut in cuts), Fraction(0)),
        levels=levels,
        pool=pool_share(records, bonus, member) if isinstance(bonus, PoolBonus) and due else None,
        handed_on=handed_on(records, bonus, member) if isinstance(bonus, PassUpBonus) else None,
        hosted=hosted(records, bonus, member) if isinstance(bonus, PartyHostBonus) else (),
        seats=seats_of(records, bonus, member) if isinstance(bonus, BoardBonus) else None,
        bank=bank_of(records, bonus, member) if isinstance(bonus, BinaryBonus) else None,
        reached=reached(records, bonus, member) if isinstance(bonus, MilestoneBonus) else (),
        settled=settled(records, bonus, member) if isinstance(bonus, TakenBonus) else (),
        missed=(*expired(records, bonus, member, row), *(() if earned or cuts else in_the_way)),
    )


def _lines(
    records: Records, origins: Origins, bonus: Bonus, member: int, most: int | None
) -> tuple[tuple[Level, ...], tuple[Missed, ...]]:
    """The lines of a bonus by level, and what is in the way of there being any."""
    if isinstance(bonus, TakenBonus):
        return (), ()
    if not bonus.terms.due(records.world.period):
        return (), (rests(records, bonus),)
    found = missed(records, bonus, member)
    if isinstance(bonus, BinaryBonus):
        return (), (*found, *unmatched(records, bonus, member))
    if isinstance(bonus, AmountBonus):
        return (), tuple(found)
    payments = Payments(records, origins, bonus, member)
    tree = payments.traced.tree
    people = 0 if tree is None or tree.rank_of[member] < 0 else int(tree.size[member]) - 1
    return payments.levels(most), (*found, *no_sources(records, bonus, payments.traced, people))


def _payout(records: Records, member: int) -> Payout:
    paid, rule = records.result.payout, records.plan.limits.payout
    due = paid.payable[member] + paid.carried[member] + paid.lost[member] - paid.forgiven[member]
    return Payout(
        records.money(due - paid.carried_in[member]),
        records.money(paid.carried_in[member]),
        records.money(rule.at_least) if rule.at_least else None,
        rule.carry,
        records.money(paid.payable[member]),
        records.money(paid.carried[member]),
        records.money(paid.lost[member]),
        records.money(paid.forgiven[member]),
        tuple((name, records.money(kept[member])) for name, kept in paid.deductions.items() if kept[member]),
        records.money(paid.paid_out[member]),
        place(records.plan, "limits", "payout"),
        tuple((records.id(node), records.money(paid.sum_of(node))) for node in records.world.positions_of(member)),
        records.id(owner) if (owner := int(records.world.owner[member])) != member else "",
        _local(records, member),
    )


def _local(records: Records, member: int) -> LocalPayout | None:
    """What is paid out in another currency than the plan's."""
    local = records.result.payout.local
    if local is None:
        return None
    one = local.currencies[int(local.code[member])]
    if one.currency == records.plan.currency or one.rate is None:
        return None
    return LocalPayout(one.currency, one.unit, one.rate, int(local.amount[member]) * one.unit)


def team(records: Records, member: int) -> Team:
    """The frontline in the main tree with the plan's group measures, or without such its order volumes."""
    plan, tree = records.plan, records.tree(records.plan.main_tree)
    if tree.rank_of[member] < 0:
        return Team(tree.name, 0, (), (), 0)
    names = _team_measures(records, frontline(tree, member))
    ranks = records.world.numbers("rank")
    legs = [
        Leg(
            records.id(int(leg)),
            int(tree.size[leg]),
            records.rank_name(int(ranks[leg])),
            tuple(records.number(name, int(leg)) for name in names),
        )
        for leg in _largest(records, frontline(tree, member), names)
    ]
    people, heads = int(tree.size[member]) - 1, len(frontline(tree, member))
    return Team(plan.main_tree, people, names, tuple(legs), heads - len(legs))


def _largest(records: Records, legs: np.ndarray[tuple[int], np.dtype[np.int32]], names: tuple[str, ...]) -> list[int]:
    """The legs to be shown: the largest by the first measure, else by people."""
    tree = records.tree(records.plan.main_tree)
    weight = records.world.column(names[0])[legs] if names else tree.size[legs]
    order = sorted(range(len(legs)), key=lambda at: (-int(weight[at]), int(legs[at])))
    return [int(legs[at]) for at in order[:LEGS]]


def _team_measures(records: Records, legs: np.ndarray[tuple[int], np.dtype[np.int32]]) -> tuple[str, ...]:
    """Up to two named measures that are groups; without any those that are not 0 on the whole frontline."""
    found = []
    for name in records.plan.measures:
        step = records.plan.steps[name]
        inner = step.expression if isinstance(step, ExprStep) else None
        key = getattr(inner, "step", None)
        fold = records.plan.steps.get(key) if key else step
        if isinstance(fold, FoldStep) and fold.function == "group":
            found.append(name)
    numbers = [name for name in records.plan.measures if np.any(records.world.column(name)[legs] != 0)]
    return tuple(found[:2] or numbers[:2])

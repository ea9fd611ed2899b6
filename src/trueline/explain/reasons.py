"""The conditions that keep a member from a bonus, each with what there is and what is needed."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from trueline.explain.checks import Check, Checker, deciding
from trueline.explain.model import Missed
from trueline.explain.rates import percent, row_keys
from trueline.explain.records import Records, Value
from trueline.explain.trace import Trace, trace
from trueline.explain.words import place, quoted, spell, spell_step, written
from trueline.plan.bonuses import (
    Bonus,
    DifferenceBonus,
    GenerationBonus,
    GroupBonus,
    InfinityBonus,
    LevelBonus,
    MilestoneBonus,
    PlacesRule,
    PoolBonus,
    Rates,
    WalkBonus,
)
from trueline.plan.steps import ExprStep, TableStep
from trueline.plan.typed import Both, NumberType, RankType
from trueline.reckon.bonus.pool import shares_of
from trueline.reckon.lines import BLOCKED
from trueline.reckon.rates import RateRows
from trueline.reckon.state import opening


def rests(records: Records, bonus: Bonus) -> Missed:
    """That the bonus is not paid in this period."""
    path = ("bonuses", bonus.terms.name, "paid in")
    months = ", ".join(str(month) for month in sorted(bonus.terms.months or ()))
    return Missed("paid in", f"months {months}", place(records.plan, *path))


def missed(records: Records, bonus: Bonus, member: int) -> list[Missed]:
    """Conditions of the receiver that fail, in the order in which the plan asks them."""
    found = list(_receiver(records, bonus, member))
    if isinstance(bonus, PoolBonus) and not found:
        found += _shares(records, bonus, member)
    elif isinstance(bonus, MilestoneBonus):
        found += _steps(records, bonus, member)
    elif isinstance(bonus, LevelBonus) and bonus.counts:
        found += _condition(records, bonus, member, "counts", bonus.counts)
    elif isinstance(bonus, GenerationBonus) and bonus.boundary:
        found += _condition(records, bonus, member, "boundary", bonus.boundary)
    if isinstance(bonus, (LevelBonus, GenerationBonus)) and bonus.rates is not None:
        found += _row(records, bonus, bonus.rates, member)
    elif isinstance(bonus, (DifferenceBonus, InfinityBonus, GroupBonus)):
        found += _rate(records, bonus, member)
    return found


def failing_who(records: Records, bonus: Bonus, member: int) -> tuple[str, ...]:
    """The condition steps whose failing takes a member out of a walk."""
    keys = [bonus.terms.who]
    if isinstance(bonus, LevelBonus) and bonus.counts:
        keys.append(bonus.counts)
    if isinstance(bonus, GenerationBonus) and bonus.boundary:
        keys.append(bonus.boundary)
    return tuple(key for key in keys if not records.holds(key, member))


def _receiver(records: Records, bonus: Bonus, member: int) -> Iterator[Missed]:
    """``receivers`` of the plan and ``who`` of the bonus."""
    plan, who = records.plan, bonus.terms.who
    step = plan.steps[who]
    own = written(plan, "bonuses", bonus.terms.name, "who")
    inner = step.expression if own is not None and isinstance(step, ExprStep) else None
    receivers, asked = (inner.parts[0], inner.parts[1]) if isinstance(inner, Both) else (None, None)
    checker = Checker(records, member)
    first = checker.node(receivers) if receivers is not None else checker.step(who)
    if not first.holds:
        words = written(plan, "receivers") or plan.model.receivers
        yield Missed("receivers", words, place(plan, "receivers"), deciding(first))
    if asked is not None:
        second = checker.node(asked)
        if not second.holds:
            yield Missed("who", own or "", place(plan, "bonuses", bonus.terms.name, "who"), deciding(second))


def _condition(records: Records, bonus: Bonus, member: int, key: str, step: str) -> Iterator[Missed]:
    check = Checker(records, member).step(step)
    if not check.holds:
        path = ("bonuses", bonus.terms.name, key)
        yield Missed(key, written(records.plan, *path) or "", place(records.plan, *path), deciding(check))


# rates ------------------------------------------------------------------------------------------------------------


def _row(records: Records, bonus: LevelBonus | GenerationBonus, rates: Rates, member: int) -> Iterator[Missed]:
    """The member's row of rates is 0 all along: which row would not be."""
    rows = RateRows(records.world, rates, bonus.terms.name)
    if rates.on is None or not rows.by_receiver or rows.length[int(rows.of_member[member])] > 0:
        return
    keys = row_keys(records, bonus.terms.name, rates)
    wanted = next((row for row in range(len(keys)) if rows.length[row] > 0), None)
    where = place(records.plan, "bonuses", bonus.terms.name, "rates")
    if wanted is None:
        yield Missed("rates", "every rate is 0", where)
        return
    about, operator = spell(records.plan, rates.on), ">=" if rates.form == "threshold" else "="
    have = records.value(rates.on, member)
    need = keys[wanted] if rates.form == "exact" else _threshold(rates, wanted)
    if isinstance(rates.on.type, RankType):
        code = int(rates.keys[wanted])
        operator = ">=" if _rank_code(records, have) < code else "="  # the row of one rank is none of higher ones
        behind = Checker(records, member).rank(code)
        parts = (deciding(behind),) if behind is not None and not behind.holds else ()
    else:
        parts = ()
    words = f"{about} {operator} {quoted(keys[wanted]) if rates.form == 'exact' else keys[wanted]}"
    check = Check(words, False, "comparison", "", operator, have, need, about, parts)
    yield Missed("rates", words, where, check)


def _rank_code(records: Records, rank: Value) -> int:
    return records.plan.ranks.index(rank) if isinstance(rank, str) and rank in records.plan.ranks else -1


def _threshold(rates: Rates, row: int) -> Fraction:
    if rates.on is None or not isinstance(rates.on.type, NumberType):
        raise TypeError(rates.on)
    return int(rates.keys[row]) * rates.on.type.scale


def _rate(records: Records, bonus: DifferenceBonus | InfinityBonus | GroupBonus, member: int) -> Iterator[Missed]:
    """The member's rate comes to 0: which row of its table would give one, or that it was reached after the orders."""
    plan, key = records.plan, bonus.rate
    where = place(plan, "bonuses", bonus.terms.name, "rate")
    if (rate := records.number(key, member)) > 0:
        if isinstance(bonus, DifferenceBonus) and bonus.entitled is not None and _too_late(records, bonus, member):
            yield Missed("entitled", f"{spell_step(plan, key)} is {percent(rate)} at its end", where)
        return
    check = table_check(records, key, member)
    words = check.words if check is not None else f"{spell_step(plan, key)} > 0"
    yield Missed("rate", words, where, check)


def _too_late(records: Records, bonus: DifferenceBonus, member: int) -> bool:
    """Whether a member had no rate before any order, or part of one, that it could be paid on."""
    traced = trace(records, bonus, member)
    paid = range(len(traced.sources)) if bonus.from_self else np.flatnonzero(traced.sources.member != member).tolist()
    moments = [traced.moment(at, member) for at in paid]
    return bool(moments) and all(one is not None and one.rate <= 0 for one in moments)


def table_check(records: Records, key: str, member: int) -> Check | None:
    """What the first row of a table with a value above 0 asks for; None where the step is no such table."""
    plan, step = records.plan, records.plan.steps[key]
    if not isinstance(step, TableStep) or step.form not in ("cliff", "values", "joint"):
        return None
    row = next((row for row in step.rows if row.value is not None and row.value > 0), None)
    if row is None:
        return None
    parts = tuple(
        _reaches(records, on, many, mark, member, exact=step.form == "values")
        for on, many, mark in zip(step.keys, step.key_times, row.at, strict=True)
    )
    failing = tuple(part for part in parts if not part.holds)
    if len(failing) == 1:
        return failing[0]
    words = " and ".join(part.words for part in parts)
    return Check(words, False, "all", place(plan, "tables", key), parts=failing)


def _reaches(records: Records, key: str, many: int, mark: int | str, member: int, *, exact: bool) -> Check:
    plan = records.plan
    about, have, type_ = spell_step(plan, key), records.step_value(key, member), plan.steps[key].type
    if isinstance(type_, RankType):
        code = int(mark)
        behind = Checker(records, member).rank(code) if code >= 0 else None
        mine = int(records.world.column(key)[member])
        passed = exact and mine > code  # the row of one rank is none of higher ones
        operator, holds = ("=", False) if passed else (">=", mine >= code)
        parts = (deciding(behind),) if behind is not None and not behind.holds and not holds else ()
        need = records.rank_name(code)
        return Check(f"{about} {operator} {quoted(need)}", holds, "comparison", "", operator, have, need, about, parts)
    if isinstance(type_, NumberType) and not isinstance(mark, str):
        needed = Fraction(mark) * type_.scale / many
        holds = isinstance(have, Fraction) and (have == needed if exact else have >= needed)
        operator = "=" if exact else ">="
        return Check(f"{about} {operator} {needed}", holds, "comparison", "", operator, have, needed, about)
    return Check(f"{about} = {mark}", have == mark, "comparison", "", "=", have, str(mark), about)


# pools and milestones ---------------------------------------------------------------------------------------------


def _shares(records: Records, bonus: PoolBonus, member: int) -> Iterator[Missed]:
    plan, name = records.plan, bonus.terms.name
    if bonus.places is not None:
        yield from _place(records, bonus, bonus.places, member)
    elif records.number(bonus.shares or "", member) <= 0:
        shares = records.number(bonus.shares or "", member)
        rows = plan.raw()["bonuses"][name]["shares"]
        words = ", ".join(rows) if isinstance(rows, dict) else written(plan, "bonuses", name, "shares") or ""
        about = "shares" if isinstance(rows, dict) else words
        check = Check(f"{about} > 0", False, "comparison", "", ">", shares, Fraction(0), about)
        if isinstance(rows, dict):
            check = _rank_row(records, list(rows), member) or check
        yield Missed("shares", words, place(plan, "bonuses", name, "shares"), check)
    fund = records.result.bonuses[name].promised
    if fund <= 0:
        words = written(plan, "bonuses", name, "fund") or ""
        check = Check(f"{words} > 0", False, "comparison", "", ">", fund, Fraction(0), words)
        yield Missed("fund", words, place(plan, "bonuses", name, "fund"), check)


def _place(records: Records, bonus: PoolBonus, places: PlacesRule, member: int) -> Iterator[Missed]:
    """What the last place with shares has, where the member has none."""
    held = shares_of(records.world, bonus)
    if np.any(held.member == member):
        return
    have, about = records.number(places.by, member), spell_step(records.plan, places.by)
    full = len(held.member) == len(places.shares)
    need = records.number(places.by, int(held.member[-1])) if full else Fraction(0)
    operator = ">=" if full else ">"
    check = Check(f"{about} {operator} {need}", False, "comparison", "", operator, have, need, about)
    yield Missed("places", check.words, place(records.plan, "bonuses", bonus.terms.name, "places"), check)


def _rank_row(records: Records, rows: list[str], member: int) -> Check | None:
    """The nearest row of shares above the member's rank; without one, the highest, which the member has passed."""
    have = int(records.world.numbers("rank")[member])
    codes = sorted(records.plan.ranks.index(row) for row in rows if row in records.plan.ranks)
    code = next((code for code in codes if code > have), codes[-1] if codes else have)
    if code == have:
        return None
    need, operator = records.rank_name(code), ">=" if code > have else "="
    behind = Checker(records, member).rank(code)
    parts = (deciding(behind),) if behind is not None and not behind.holds else ()
    words = f"rank {operator} {quoted(need)}"
    return Check(words, False, "comparison", "", operator, records.rank_name(have), need, "rank", parts)


def _steps(records: Records, bonus: MilestoneBonus, member: int) -> Iterator[Missed]:
    plan, name = records.plan, bonus.terms.name
    for number, step in enumerate(bonus.steps):
        path = ("bonuses", name, "steps", number, "when")
        check = Checker(records, member).step(step.condition)
        words, where = written(plan, *path) or "", place(plan, *path)
        if not check.holds:
            yield Missed(step.name or f"step {number + 1}", words, where, deciding(check))
        elif bonus.once and opening(records.world, f"milestone:{name}:{step.key}", Fraction(1))[member]:
            yield Missed("paid before", words, where)
    if bonus.lasting is not None and any(
        _waiting(records, bonus, number, member) for number in range(len(bonus.steps))
    ):
        yield from _condition(records, bonus, member, "while", bonus.lasting)


def _waiting(records: Records, bonus: MilestoneBonus, number: int, member: int) -> int:
    """How many parts of a step were still to come when the period began."""
    return int(opening(records.world, f"instalments:{bonus.terms.name}:{bonus.steps[number].key}", Fraction(1))[member])


# pairs and sources ------------------------------------------------------------------------------------------------


def blocked_pairs(records: Records, traced: Trace, most: int) -> list[Missed]:
    """The conditions of a pair (``if``) that fail on lines that the member holds, each with how many lines."""
    bonus = traced.bonus
    if isinstance(bonus, (DifferenceBonus, InfinityBonus, GroupBonus)) or bonus.sources.pair is None:
        return []
    batch = traced.batch
    rows = np.flatnonzero((batch.receiver == traced.member) & (batch.reason == BLOCKED) & (batch.lost != 0))
    path = ("bonuses", bonus.terms.name, "if")
    words, where = written(records.plan, *path) or "", place(records.plan, *path)
    counts: dict[Check, int] = {}
    for row in rows[:most].tolist():
        at = int(batch.source[row])
        source, order = int(traced.sources.member[at]), int(traced.sources.order[at])
        checker = Checker(records, traced.member, source, int(batch.level[row]), order)
        check = deciding(checker.node(bonus.sources.pair))
        counts[check] = counts.get(check, 0) + 1
    if len(counts) > 1 or len(rows) > most:
        first = next(iter(counts))
        return [Missed("if", words, where, first, len(rows))]
    return [Missed("if", words, where, check, len(rows)) for check in counts]


def no_sources(records: Records, bonus: WalkBonus, traced: Trace, below: int) -> list[Missed]:
    """Why nothing below a member is a source: nobody there, nothing bought, or ``sources`` holds for none."""
    if len(traced.sources):
        return []
    plan, name = records.plan, bonus.terms.name
    base = written(plan, "bonuses", name, "base") or spell_step(plan, bonus.sources.base.step)
    if traced.tree is None:
        return [_own_source(records, bonus, traced.member, base)]
    about = f"people below with {base}"
    if below == 0:
        about = "people below"
    check = Check(f"{about} > 0", False, "comparison", "", ">", Fraction(0), Fraction(0), about)
    words = written(plan, "bonuses", name, "sources") or base
    key = "sources" if bonus.sources.condition else "base"
    matched = isinstance(bonus, LevelBonus) and bool(bonus.of)
    return [Missed("earned" if matched else "sources", words, place(plan, "bonuses", name, key), check)]


def _own_source(records: Records, bonus: WalkBonus, member: int, base: str) -> Missed:
    """Why the member's own orders are no source."""
    plan, name, condition = records.plan, bonus.terms.name, bonus.sources.condition
    if condition is not None and not records.holds(condition, member):
        check = deciding(Checker(records, member).step(condition))
        return Missed(
            "sources", written(plan, "bonuses", name, "sources") or "", place(plan, "bonuses", name, "sources"), check
        )
    have = records.number(bonus.sources.base.step, member)
    check = Check(f"{base} > 0", False, "comparison", "", ">", have, Fraction(0), base)
    return Missed("base", base, place(plan, "bonuses", name, "base"), check)

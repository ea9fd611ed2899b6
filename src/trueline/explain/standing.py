"""Rank and title of a member, and what gave them."""

from __future__ import annotations

from fractions import Fraction

from trueline.explain.checks import Checker, ladder
from trueline.explain.model import HowRanked, Standing
from trueline.explain.records import Records
from trueline.reckon.ranks import NOT_GIVEN, overrides
from trueline.reckon.state import opening


def standing(records: Records, member: int) -> Standing:
    """Paid-as rank, title, and the condition of the rank taken apart."""
    world = records.world
    paid, earned = int(world.numbers("rank")[member]), earned_rank(records, member)
    before = int(opening(world, "title", Fraction(1), -1)[member])
    return Standing(
        records.rank_name(paid),
        records.rank_name(int(world.numbers("title")[member])),
        records.rank_name(earned),
        _how(records, member, paid, earned),
        records.rank_name(before),
        world.plan.model.titles.rule,
        Checker(records, member).rank(paid) if paid >= 0 else None,
        tuple(
            world.plan.ranks[code] for code, condition in enumerate(ladder(records, member)) if condition is not None
        ),
    )


def earned_rank(records: Records, member: int) -> int:
    """The rank that the member's own figures give, before overrides and grace."""
    column = records.world.columns.get("rank.earned")
    return -1 if column is None or column.ndim == 0 else int(column[member])


def _how(records: Records, member: int, paid: int, earned: int) -> HowRanked:
    if records.plan.is_part and records.plan.ranks:
        return "earlier"
    step = records.rank_step
    exact, floor = overrides(records.world, step)
    given = int(exact[member])
    below = max(given, -1) if given != NOT_GIVEN else earned
    if int(floor[member]) == paid > below:
        return "forced rank"
    if given != NOT_GIVEN:
        return "override"
    if paid == earned:
        return "earned" if paid >= 0 else "none"
    return "grace"

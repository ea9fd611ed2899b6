"""What is missing for the next rank, and what to add so that it is reached."""

from __future__ import annotations

from dataclasses import dataclass

from trueline.explain.checks import Check, Checker, ladder, rank_path, rank_words
from trueline.explain.lacking import Lack, Lacking
from trueline.explain.raising import Deposits, merged
from trueline.explain.records import Records
from trueline.explain.standing import earned_rank, standing
from trueline.explain.words import place
from trueline.run import Result

MOST = 2
"""Higher ranks that are looked at unless told otherwise."""


@dataclass(frozen=True)
class Goal:
    """A higher rank: its condition, and the shortest list of what is missing.

    ``add`` closes every gap at once; it is empty, and ``known`` false, where something else than volume is missing.
    """

    rank: str
    words: str
    place: str
    check: Check
    lacks: tuple[Lack, ...]
    known: bool
    add: Deposits


@dataclass(frozen=True)
class NextRank:
    """The ranks above the one that a member's figures give; without goals there is no higher one."""

    member: str
    period: str
    plan: str
    rank: str
    earned: str
    title: str
    goals: tuple[Goal, ...]


def next_rank(result: Result, member: str, *, most: int = MOST) -> NextRank:
    """What is missing for the next higher ranks of a member's ladder. Errors: ``Refused`` for an unknown member."""
    records = Records(result)
    index = records.index(member)
    now = standing(records, index)
    above = max(earned_rank(records, index), int(records.world.numbers("rank")[index]))
    codes = [code for code, key in enumerate(ladder(records, index)) if key is not None and code > above]
    lacking = Lacking(records)
    goals = tuple(_goal(records, lacking, index, code) for code in codes[:most])
    return NextRank(member, result.period, result.plan.name, now.rank, now.earned, now.title, goals)


def _goal(records: Records, lacking: Lacking, member: int, code: int) -> Goal:
    key = ladder(records, member)[code]
    check = Checker(records, member).rank(code)
    if key is None or check is None:
        raise KeyError(code)
    lacks = lacking.step(member, key)
    known = all(lack.known for lack in lacks)
    add = merged(deposit for lack in lacks for deposit in lack.add) if known else ()
    where = place(records.plan, *rank_path(records, member, code))
    return Goal(records.rank_name(code), rank_words(records, member, code), where, check, lacks, known, add)

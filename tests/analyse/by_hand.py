"""Small companies and books written down by hand: rewards are given, so that a test knows them without an engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from trueline.analyse.books import Books, Cause, Nearness
from trueline.analyse.people import People
from trueline.facts import Company, Facts
from trueline.period import Period

COMPANY = Company("By hand", "UTC", "USD", {"cv": Fraction(1, 100), "pv": Fraction(1, 100)})
Rows = list[dict[str, str]]


def facts_of(members: Rows, **tables: Rows) -> Facts:
    """Facts from rows of text; tables without rows are left out."""
    given: dict[str, Any] = {"members": members, **{name: rows for name, rows in tables.items() if rows}}
    return Facts.from_rows(COMPANY, given, place="by hand")


def books_of(
    facts: Facts,
    first: str,
    last: str,
    rewards: Mapping[str, Sequence[int]],
    ranks: Mapping[str, Sequence[int]] | None = None,
    rank_names: Sequence[str] = (),
) -> Books:
    """Books with one bonus whose cents are given by member and period; whoever has no rank given has none."""
    periods = list(Period.parse(first).to(Period.parse(last)))
    shape = (len(periods), len(facts.members))
    amounts, held = np.zeros(shape, dtype=np.int64), np.full(shape, -1, dtype=np.int8)
    for member, cents in rewards.items():
        amounts[:, facts.members.index(member)] = cents
    for member, codes in (ranks or {}).items():
        held[:, facts.members.index(member)] = codes
    by_bonus = amounts.sum(axis=1, keepdims=True)
    cube = np.zeros((len(periods), 1, len(Cause), len(Nearness), 11), dtype=np.int64)
    cube[:, 0, Cause.OTHER, Nearness.NOBODY, 0] = by_bonus[:, 0]
    by_member = np.zeros((shape[1], len(Cause), len(Nearness)), dtype=np.int64)
    by_member[:, Cause.OTHER, Nearness.NOBODY] = amounts.sum(axis=0)
    unit = facts.company.currency_unit
    names = list(rank_names)
    there = People.of(facts, periods[0], periods[-1]).everyone
    return Books(facts, "By hand", "", unit, periods, ["all"], names, amounts, by_bonus, cube, by_member, held, there)

"""Polars: no recursion; every pointer jumps twice as far in each round, so that depth costs its logarithm.

Computes the rebate, the seven compressed levels and the difference as whole columns, in exact integers. Where nobody is
further up, pointers lead to one more row at the end, whose amounts are dropped. As team volumes never fall on the way
up, a gap is paid to the nearest active upline with a higher share, which is found by doubling too.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from company import LEVELS, SHARES, Columns, Totals


def totals(company: Columns) -> Totals:
    size = len(company)
    parent = pl.Series(np.append(np.where(company.parent < 0, size, company.parent), size))
    own = pl.Series(np.append(company.own, 0))
    share, active = shares(team_volumes(own, parent)), own >= 5000
    upline = nearest(parent, active)
    levels, at = zeros(size + 1), upline
    for rate in LEVELS:
        levels += summed(at, half_up(own * rate))
        at = upline.gather(at)
    found = {
        "rebate": half_up(own * share * active.cast(pl.Int64)),
        "levels": levels,
        "difference": gaps(own, share, upline),
    }
    return {bonus: amounts.to_numpy()[:size] for bonus, amounts in found.items()}


def team_volumes(own: pl.Series, parent: pl.Series) -> pl.Series:
    """After round k a member holds the volume of everybody less than 2**k below."""
    top = len(own) - 1
    held, jump = own, parent
    while (jump != top).any():
        held += summed(jump, held)
        jump = jump.gather(jump)
    return held


def nearest(parent: pl.Series, active: pl.Series) -> pl.Series:
    """The nearest active member above."""
    top = len(parent) - 1
    found = parent
    while (passed := ~active.gather(found) & (found != top)).any():
        found = found.gather(found).zip_with(passed, found)
    return found


def gaps(own: pl.Series, share: pl.Series, upline: pl.Series) -> pl.Series:
    """Each source pays the nearest higher share above it, then the next higher above that one."""
    top = len(own) - 1
    share = share.scatter(top, SHARES[-1][1] + 1)
    higher = upline
    while (same := (share.gather(higher) == share) & (higher != top)).any():
        higher = higher.gather(higher).zip_with(same, higher)
    gathered, paid, at = zeros(len(own)), share, higher
    for _ in SHARES:
        gathered += summed(at, half_up(own * (share.gather(at) - paid)))
        paid, at = share.gather(at), higher.gather(at)
    return gathered


def shares(team: pl.Series) -> pl.Series:
    marks, rates = np.array([[0, 0], *SHARES], dtype=np.int64).T
    return pl.Series(rates[np.searchsorted(marks, team.to_numpy(), side="right") - 1])


def summed(at: pl.Series, amounts: pl.Series) -> pl.Series:
    """Amounts added up by where they go."""
    sums = pl.DataFrame({"at": at, "amount": amounts}).group_by("at").agg(pl.col("amount").sum())
    return zeros(len(at)).scatter(sums["at"], sums["amount"])


def zeros(size: int) -> pl.Series:
    return pl.zeros(size, dtype=pl.Int64, eager=True)


def half_up(hundredths: pl.Series) -> pl.Series:
    """Hundredths of a cent as cents; what goes to the row at the end may be anything."""
    return (hundredths + 50) // 100

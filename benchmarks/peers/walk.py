"""Plain Python: every source walks up its uplines, in exact integers, as a programmer would first write it.

Computes the rebate, the seven compressed levels and the difference from two lists: sponsors and volumes in cents.
Uplines come before their downlines in the lists, which saves it the sorting that the engine does for itself.
"""

from __future__ import annotations

from company import LEVELS, SHARES, Columns, Totals


def totals(company: Columns) -> Totals:
    parent, own = company.parent.tolist(), company.own.tolist()
    size = len(parent)
    team = own[:]
    for member in range(size - 1, 0, -1):
        if parent[member] >= 0:
            team[parent[member]] += team[member]
    share = [max((rate for mark, rate in SHARES if amount >= mark), default=0) for amount in team]
    active = [amount >= 5000 for amount in own]
    rebate, levels, difference = [0] * size, [0] * size, [0] * size
    for source, base in enumerate(own):
        if not base:
            continue
        if active[source]:
            rebate[source] += half_up(base * share[source])
        upline, level = parent[source], 0
        while upline >= 0 and level < len(LEVELS):
            if active[upline]:
                levels[upline] += half_up(base * LEVELS[level])
                level += 1
            upline = parent[upline]
        upline, paid = parent[source], share[source]
        while upline >= 0 and paid < SHARES[-1][1]:
            if active[upline] and share[upline] > paid:
                difference[upline] += half_up(base * (share[upline] - paid))
                paid = share[upline]
            upline = parent[upline]
    return {"rebate": rebate, "levels": levels, "difference": difference}


def half_up(hundredths: int) -> int:
    """Hundredths of a cent as cents; nothing here is negative."""
    return (hundredths + 50) // 100

"""Ranks and titles (semantics, section 8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.reference.state import Standing


@dataclass(frozen=True)
class Placed:
    """A member's earned rank, paid-as rank and title by name, and what the next period needs."""

    earned: str
    paid: str
    title: str
    standing: Standing


def ladder(values: Any, member: str) -> dict[str, str]:
    """The ranks that exist for the member, lowest first, each with its condition."""
    by = values.book.plan.get("ranks by")
    if by is None:
        found: dict[str, str] = values.book.ranks
        return found
    own = values.name(by, member)
    return {name: rows[own] for name, rows in values.book.ranks.items() if own in rows}


def placed(values: Any, member: str) -> Placed:
    """Earned rank, then overrides, then grace, then the title."""
    if values.beside.part:  # those at the end of the last plan period
        rank = values.beside.ranks.get(member, "none")
        return Placed(
            rank, rank, values.beside.titles.get(member, "none"), values.state.standings.get(member, Standing())
        )
    place = {name: rank.place for name, rank in values.ranks.items()}
    steps = ladder(values, member)
    earned = next((name for name in reversed(list(steps)) if reached(values, steps[name], member)), "none")
    given = values.world.overrides[member]
    paid = earned
    if "rank" in given:
        highest = max(given["rank"], key=place.__getitem__)
        paid = highest if highest in steps else "none"
    forced = [name for name in given.get("forced rank", []) if name in steps]
    paid = max([paid, *forced], key=place.__getitem__)
    rules = values.book.plan.get("titles", {})
    old = values.state.standings.get(member, Standing())
    below = old.below + 1 if place[earned] < place[old.title] else 0
    if 0 < below <= int(rules.get("grace", "0")) and "rank" not in given:
        paid = max(paid, old.title, key=place.__getitem__)
    paid = values.as_it_was.get(member, paid)
    rule = rules.get("rule", "best ever")
    title, misses, best = old.title, 0, "none"
    if rule == "paid as" or place[paid] >= place[old.title]:
        title = paid
    elif rule == "falls":
        misses, best = old.misses + 1, max(paid, old.best, key=place.__getitem__)
        if misses >= int(rules["after"]):
            title, misses, best = best, 0, "none"
    if title != old.title:
        below = 0
    return Placed(earned, paid, title, Standing(title, misses, best, below))


def reached(values: Any, condition: str, member: str) -> bool:
    """A rank whose condition is unknown is never earned."""
    return condition != "unknown" and values.holds(condition, member)

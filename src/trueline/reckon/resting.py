"""What the state keeps of rules that the plan of a period does not have, does not read, or that rest in it.

Plans change by date: a bonus or a limit that is dropped may come back. docs/semantics.md, section 12.
"""

from __future__ import annotations

from trueline.plan.bonuses import IN_KIND
from trueline.reckon.places import KINDS as PLACES
from trueline.reckon.state import Held, State, opening
from trueline.reckon.world import World

_OF_KINDS = {"bank": "binary", "first": "binary"}
"""First words of columns that only bonuses of one kind have, which drop those that are empty."""
_STAY = (*PLACES, "milestone", "instalments")
"""First words of columns of which each stays until it is written again: of a tree, of a step of a milestone."""
_DETAILS = {"bank": 2}
"""How many words follow the name of the bonus."""
_SUMS = ("lifetime", "back", "through")
"""First words of columns that add up what was: `lifetime:X`, `back 2:X`, `through:CAP`, `through 2:CAP`."""


def keep(world: World, old: State, columns: dict[str, Held], company: dict[str, int]) -> None:
    """Add to the new state what the old one holds of bonuses, trees, measures and caps that had no say in this run."""
    plan = world.plan
    rests = {name for name, bonus in plan.bonuses.items() if not bonus.terms.due(world.period)}
    for name, held in old.columns.items():
        kind, _, what = name.partition(":")
        word = kind.split(" ")[0]
        what = what.rsplit(":", _DETAILS.get(kind, 0))[0]
        waits = (word == "held" or word in _OF_KINDS) and not _has(world, what, word)
        if name in columns:
            continue
        if waits or (what in rests and word != "held") or kind in _STAY:  # what is held is settled in every run
            columns[name] = Held(opening(world, name, held.unit), held.unit)
        elif word in _SUMS:
            _add_aged(world, old, columns, name)
    for name, amount in old.company.items():
        kind, _, what = name.partition(":")
        if what in rests or kind == "places" or not _has(world, what, kind):
            company.setdefault(name, amount)


def _has(world: World, bonus: str, word: str) -> bool:
    """Whether the plan has the bonus, as a kind that such columns belong to."""
    found = world.plan.bonuses.get(bonus)
    if found is None:
        return False
    kind = found.terms.kind
    return kind != IN_KIND if word == "held" else _OF_KINDS.get(word, word) == kind


def _add_aged(world: World, old: State, columns: dict[str, Held], name: str) -> None:
    """A sum of a lifetime stays as it is; in a window of periods this one counts 0, and the others are one older."""
    kind, _, what = name.partition(":")
    word, _, back = kind.partition(" ")
    before = f"{word} {int(back) - 1}:{what}" if back else name
    if before in old.columns:
        unit = old.columns[before].unit
        columns[name] = Held(opening(world, before, unit), unit)

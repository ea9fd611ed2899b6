"""Ranks, status, titles, lifetime values and earnings that a page gives instead of letting them be worked out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction

from trueline.case.model import Given
from trueline.case.reader import Part, Reader
from trueline.case.vocabulary import Vocabulary
from trueline.errors import nearest
from trueline.facts.standing import STATUSES

_OPENING = ("title", "lifetime", "bank")
_EVERY_PERIOD = ("rank", "status", "earned")


def read_given(
    reader: Reader, names: Vocabulary, members: Collection[str], part: Part, *, opening: bool = True
) -> dict[str, Given]:
    """What is given, by member. A later period (``opening`` false) has its title and lifetime values from the state."""
    keys = _EVERY_PERIOD + (_OPENING if opening else ())
    given = {}
    for member, entry in reader.entries(part, "'given'").items():
        if member not in members:
            reader.wrong(entry, f"'{member}' is not a member.", nearest(member, list(members)), key=True)
        given[member] = _given(reader, names, reader.entries(entry, "What is given", keys))
    return given


def _given(reader: Reader, names: Vocabulary, entries: dict[str, Part]) -> Given:
    return Given(
        rank=reader.choice(entries["rank"], "A rank of the plan", (*names.ranks, "none")) if "rank" in entries else "",
        status=reader.choice(entries["status"], "A status", STATUSES) if "status" in entries else "",
        title=reader.choice(entries["title"], "A rank of the plan", names.ranks) if "title" in entries else "",
        lifetime=_numbers(reader, entries, "lifetime", "a measure", names.values),
        earned=_numbers(reader, entries, "earned", "a bonus", names.bonuses),
        bank=_banks(reader, names, entries["bank"]) if "bank" in entries else {},
    )


def _banks(reader: Reader, names: Vocabulary, part: Part) -> dict[str, dict[str, Fraction]]:
    """By tree, what stands on the left and on the right side."""
    trees = reader.entries(part, "'bank'", names.trees)
    return {tree: _numbers(reader, trees, tree, "a side", ("left", "right")) for tree in trees}


def _numbers(
    reader: Reader, entries: dict[str, Part], key: str, what: str, known: Sequence[str]
) -> dict[str, Fraction]:
    if key not in entries:
        return {}
    numbers = {}
    for name, entry in reader.entries(entries[key], f"'{key}'").items():
        if name not in known:
            reader.wrong(entry, f"'{name}' is not {what} of the plan.", nearest(name, known), key=True)
        numbers[name] = reader.number(entry, f"'{name}'")
    return numbers

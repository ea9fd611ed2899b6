"""Ranks, titles, lifetime values and earnings that a page gives instead of letting them be worked out."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction

import yaml

from trueline.case.model import Given
from trueline.case.reader import Entry, Reader
from trueline.case.vocabulary import Vocabulary
from trueline.errors import nearest

_OPENING = ("title", "lifetime")
_EVERY_PERIOD = ("rank", "earned")


def read_given(
    reader: Reader, names: Vocabulary, members: Collection[str], node: yaml.Node, *, opening: bool = True
) -> dict[str, Given]:
    """What is given, by member. A later period (``opening`` false) has its title and lifetime values from the state."""
    keys = _EVERY_PERIOD + (_OPENING if opening else ())
    given = {}
    for member, entry in reader.entries(node, "'given'").items():
        if member not in members:
            reader.wrong(entry.key, f"'{member}' is not a member.", nearest(member, list(members)))
        given[member] = _given(reader, names, reader.entries(entry.value, "What is given", keys))
    return given


def _given(reader: Reader, names: Vocabulary, entries: dict[str, Entry]) -> Given:
    ranks = (*names.ranks, "none")
    return Given(
        rank=reader.choice(entries["rank"].value, "A rank of the plan", ranks) if "rank" in entries else "",
        title=reader.choice(entries["title"].value, "A rank of the plan", ranks) if "title" in entries else "",
        lifetime=_numbers(reader, entries, "lifetime", "A measure of the plan", names.values),
        earned=_numbers(reader, entries, "earned", "A bonus of the plan", names.bonuses),
    )


def _numbers(
    reader: Reader, entries: dict[str, Entry], key: str, what: str, known: Sequence[str]
) -> dict[str, Fraction]:
    if key not in entries:
        return {}
    numbers = {}
    for name, entry in reader.entries(entries[key].value, f"'{key}'").items():
        reader.choice(entry.key, what, known)
        numbers[name] = reader.number(entry.value, f"'{name}'")
    return numbers

"""Expected values of a page, each with its place; names that neither plan nor members know are findings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import yaml

from trueline.case.model import Expectation, Wanted, WantedLine, WantedPayers
from trueline.case.reader import Reader
from trueline.case.vocabulary import Vocabulary
from trueline.errors import nearest

TOTAL = "total"
"""Stands for the sum of all bonuses."""
NO_PARENT = "none"
REMOVED = "removed"
"""In ``parents``: a root, and a member that is not in the tree."""

LINE_KEYS = ("receiver", "source", "bonus", "level", "rate", "part", "amount")
BREAKAGE = (
    "no upline",
    "unqualified",
    "blocked",
    "depth",
    "rank",
    "reserved",
    "unclaimed",
    "carried",
    "capped",
    "withheld",
    "rounded",
)

_SHAPES: Mapping[str, tuple[str, ...]] = {
    "amounts": ("member", "bonus or total"),
    "levels": ("member", "bonus", "level"),
    "ranks": ("member",),
    "titles": ("member",),
    "measures": ("member", "value"),
    "parents": ("tree", "member"),
    "totals": ("bonus or total",),
    "breakage": ("bonus", "breakage"),
    "carried": ("member",),
    "held": ("member", "bonus"),
}
"""What the keys below each section name, from the outermost inwards."""

SECTIONS = (*_SHAPES, "lines", "payers")


def read_expect(
    reader: Reader, names: Vocabulary, members: Collection[str], node: yaml.Node
) -> tuple[Expectation, ...]:
    """Everything under one ``expect``, in the order of the page."""
    return tuple(_Expectations(reader, names, members).read(node))


class _Expectations:
    def __init__(self, reader: Reader, names: Vocabulary, members: Collection[str]) -> None:
        self.reader = reader
        self.known: Mapping[str, Collection[str]] = {
            "member": members,
            "bonus": names.bonuses,
            "bonus or total": (*names.bonuses, TOTAL),
            "value": names.values,
            "tree": names.trees,
            "breakage": BREAKAGE,
        }

    def read(self, node: yaml.Node) -> Iterator[Expectation]:
        for section, entry in self.reader.entries(node, "'expect'", SECTIONS).items():
            if section == "lines":
                for row in self.reader.items(entry.value, "'lines'"):
                    yield self.line(row)
            elif section == "payers":
                yield from self.payers(entry.value)
            else:
                yield from self.values(section, (), _SHAPES[section], entry.value)

    def values(self, section: str, keys: tuple[str, ...], shape: tuple[str, ...], node: yaml.Node) -> Iterator[Wanted]:
        """Descend as deep as the section's shape says; the scalars there are the expected values."""
        if not shape:
            yield Wanted(section, keys, self.reader.text(node, "An expected value"), self.reader.place(node))
            return
        for key, entry in self.reader.entries(node, f"'{' '.join((section, *keys))}'").items():
            self.check(entry.key, shape[0], key)
            yield from self.values(section, (*keys, key), shape[1:], entry.value)

    def line(self, node: yaml.Node) -> WantedLine:
        entries = self.reader.entries(node, "A line", LINE_KEYS)
        keys = {key: self.reader.text(entry.value, f"'{key}'") for key, entry in entries.items()}
        for key, kind in (("receiver", "member"), ("source", "member"), ("bonus", "bonus")):
            if key in keys:
                self.check(entries[key].value, kind, keys[key])
        return WantedLine(keys, self.reader.place(node))

    def payers(self, node: yaml.Node) -> Iterator[WantedPayers]:
        for bonus, entry in self.reader.entries(node, "'payers'").items():
            self.check(entry.key, "bonus", bonus)
            for item in self.reader.items(entry.value, "'payers'"):
                self.check(item, "member", self.reader.text(item, "A member"))
            paid = frozenset(self.reader.texts(entry.value, "'payers'"))
            yield WantedPayers(bonus, paid, self.reader.place(entry.value))

    def check(self, node: yaml.Node, kind: str, name: str) -> None:
        """A finding when ``name`` is not known as such; levels are only read when they are compared."""
        if kind in self.known and name not in self.known[kind]:
            what = {"value": "measure, condition or table", "breakage": "name of breakage"}.get(kind, kind)
            self.reader.wrong(node, f"'{name}' is not a {what} here.", nearest(name, list(self.known[kind])))

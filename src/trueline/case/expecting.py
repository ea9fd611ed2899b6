"""Expected values of a page, each with its place; names that neither plan nor members know are findings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from trueline.case.model import Expectation, Wanted, WantedLine, WantedPayers
from trueline.case.reader import Part, Reader
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
    "flushed",
    "rounded",
)

SHAPES: Mapping[str, tuple[str, ...]] = {
    "amounts": ("member", "bonus or total"),
    "levels": ("member", "bonus", "level"),
    "ranks": ("member",),
    "titles": ("member",),
    "measures": ("member", "value"),
    "parents": ("tree", "member"),
    "totals": ("bonus or total",),
    "breakage": ("bonus", "breakage"),
    "carried": ("member",),
    "forgiven": ("member",),
    "goods": ("member",),
    "held": ("member", "bonus"),
    "expired": ("member", "bonus"),
    "deductions": ("member", "deduction"),
    "paid out": ("member", "currency"),
    "bank": ("bonus", "member", "side"),
}
"""What the keys below each section name, from the outermost inwards."""

SECTIONS = (*SHAPES, "lines", "payers")


def read_expect(reader: Reader, names: Vocabulary, members: Collection[str], part: Part) -> tuple[Expectation, ...]:
    """Everything under one ``expect``, in the order of the page."""
    return tuple(_Expectations(reader, names, members).read(part))


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
            "deduction": names.deductions,
            "side": ("left", "right"),
        }

    def read(self, part: Part) -> Iterator[Expectation]:
        for section, entry in self.reader.entries(part, "'expect'", SECTIONS).items():
            if section == "lines":
                for row in self.reader.items(entry, "'lines'"):
                    yield self.line(row)
            elif section == "payers":
                yield from self.payers(entry)
            else:
                yield from self.values(section, (), SHAPES[section], entry)

    def values(self, section: str, keys: tuple[str, ...], shape: tuple[str, ...], part: Part) -> Iterator[Wanted]:
        """Descend as deep as the section's shape says; the scalars there are the expected values."""
        if not shape:
            yield Wanted(section, keys, self.reader.text(part, "An expected value"), self.reader.place(part))
            return
        for key, entry in self.reader.entries(part, f"'{' '.join((section, *keys))}'").items():
            self.check(entry, shape[0], key, at_key=True)
            yield from self.values(section, (*keys, key), shape[1:], entry)

    def line(self, part: Part) -> WantedLine:
        entries = self.reader.entries(part, "A line", LINE_KEYS)
        keys = {key: self.reader.text(entry, f"'{key}'") for key, entry in entries.items()}
        for key, kind in (("receiver", "member"), ("source", "member"), ("bonus", "bonus"), ("level", "level")):
            if key in keys:
                self.check(entries[key], kind, keys[key])
        return WantedLine(keys, self.reader.place(part))

    def payers(self, part: Part) -> Iterator[WantedPayers]:
        for bonus, entry in self.reader.entries(part, "'payers'").items():
            self.check(entry, "bonus", bonus, at_key=True)
            for item in self.reader.items(entry, "'payers'"):
                self.check(item, "member", self.reader.text(item, "A member"))
            paid = frozenset(self.reader.texts(entry, "'payers'"))
            yield WantedPayers(bonus, paid, self.reader.place(entry))

    def check(self, part: Part, kind: str, name: str, *, at_key: bool = False) -> None:
        """A finding when ``name`` is not known as such, or is not a level."""
        if kind == "level" and not (name.isascii() and name.isdecimal()):
            self.reader.wrong(part, f"'{name}' is not a level.", "Levels are whole numbers: 1, 2, 3.", key=at_key)
        if kind in self.known and name not in self.known[kind]:
            what = {"value": "measure, condition or table", "breakage": "name of breakage"}.get(kind, kind)
            remedy = nearest(name, list(self.known[kind]))
            self.reader.wrong(part, f"'{name}' is not a {what} here.", remedy, key=at_key)

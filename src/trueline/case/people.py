"""Rows of members: who they are, under whom they stand, and the totals they bring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from trueline.case.growing import MOST, Growth, below, side_by_side
from trueline.case.model import Member
from trueline.case.reader import Part, Reader
from trueline.case.vocabulary import Vocabulary
from trueline.errors import nearest

ROLES = ("participant", "customer", "discount buyer")
_FIXED = ("id", "role", "joined", "country", "market", "currency", "count", "tree")
_TREE_KEYS = ("frontline", "width", "levels", "each")


def read_members(reader: Reader, names: Vocabulary, part: Part) -> tuple[Member, ...]:
    """All members of a page, those included that ``count`` and ``tree`` grow; doubled and unknown ids are findings."""
    return _People(reader, names).read(part)


class _People:
    """Reads the list of members once; remembers where each member was written."""

    def __init__(self, reader: Reader, names: Vocabulary) -> None:
        self.reader = reader
        self.names = names
        self.written: dict[str, Part] = {}
        self.found: dict[str, Member] = {}

    def read(self, part: Part) -> tuple[Member, ...]:
        for row in self.reader.items(part, "'members'"):
            for member in self.row(row):
                if member.id in self.found:
                    message = f"There are two members '{member.id}'."
                    self.reader.wrong(row, message, "Give each an id of its own.")
                    break
                self.found[member.id] = member
                self.written[member.id] = row
        for member in self.found.values():
            self.check_parents(member)
            if member.owner:
                self.check_owner(member)
        return tuple(self.found.values())

    def row(self, part: Part) -> Iterator[Member]:
        reader = self.reader
        entries = reader.entries(part, "A member")
        if not reader.needs(part, entries, "id", "A member"):
            return
        member = self.traits(
            entries, (*_FIXED, *self.names.fact_trees, "slot", "owner"), reader.text(entries["id"], "An id")
        )
        count = reader.whole(entries["count"], "'count'") if "count" in entries else None
        growth = self.growth(entries["tree"]) if "tree" in entries else None
        size = (count or 1) * (1 + growth.size if growth else 1)
        if size + len(self.found) > MOST:
            reader.wrong(part, f"The page grows to more than {MOST} members.", "Make it smaller.")
            return
        for one in side_by_side(member, count):
            yield one
            if growth:
                yield from below(one, growth, self.names.main_tree)

    def traits(self, entries: Mapping[str, Part], fixed: tuple[str, ...], name: str) -> Member:
        """What a row says about a member; keys that are no fixed ones are volumes and attributes."""
        reader, names = self.reader, self.names
        known = (*fixed, *names.volumes, *names.attributes)
        for key, entry in entries.items():
            if key not in known:
                message = f"'{key}' is neither a key of a member nor declared by the plan."
                reader.wrong(entry, message, nearest(key, known), key=True)
        words = ("country", "market", "currency")
        text = {key: reader.text(entries[key], f"'{key}'") for key in words if key in entries}
        return Member(
            id=name,
            owner=reader.text(entries["owner"], "'owner'") if "owner" in entries and "owner" in fixed else "",
            parents={
                tree: reader.text(entries[tree], f"'{tree}'")
                for tree in names.fact_trees
                if tree in entries and tree in fixed
            },
            slot=reader.text(entries["slot"], "'slot'") if "slot" in entries and "slot" in fixed else "",
            role=reader.choice(entries["role"], "A role", ROLES) if "role" in entries else "",
            joined=reader.day(entries["joined"], "'joined'") if "joined" in entries else None,
            country=text.get("country", ""),
            market=text.get("market", ""),
            currency=text.get("currency", ""),
            attributes={key: self.attribute(key, entries[key]) for key in names.attributes if key in entries},
            volumes={key: reader.number(entries[key], f"'{key}'") for key in names.volumes if key in entries},
        )

    def attribute(self, name: str, part: Part) -> str:
        legal = self.names.attributes[name]
        return self.reader.choice(part, f"A value of '{name}'", legal) if legal else self.reader.text(part, name)

    def growth(self, part: Part) -> Growth:
        reader = self.reader
        entries = reader.entries(part, "'tree'", _TREE_KEYS)
        size = {}
        for key in _TREE_KEYS[:3]:
            there = reader.needs(part, entries, key, "'tree'")
            size[key] = reader.whole(entries[key], f"'{key}'") if there else 1
        each = reader.entries(entries["each"], "'each'") if "each" in entries else {}
        person = self.traits(each, ("role", "joined", "country", "market", "currency"), "")
        return Growth(size["frontline"], size["width"], size["levels"], person)

    def check_owner(self, member: Member) -> None:
        """A further position is one of a member, and has nothing of its own but its places in the trees."""
        owner, row = self.found.get(member.owner), self.written[member.id]
        if owner is None or owner.owner:
            message = f"'{member.id}' belongs to '{member.owner}', who is not a member."
            self.reader.wrong(
                row, message, nearest(member.owner, [one.id for one in self.found.values() if not one.owner])
            )
        if replace(member, owner="", parents={}, slot="") != Member(member.id):
            message = f"'{member.id}' is a further position of '{member.owner}': it has its place in the trees only."
            self.reader.wrong(row, message, "Write everything else in the row of its owner.")

    def check_parents(self, member: Member) -> None:
        for tree, parent in member.parents.items():
            if parent not in self.found:
                row = self.written[member.id]
                message = f"'{member.id}' stands under '{parent}' in '{tree}', who is not a member."
                self.reader.wrong(row, message, nearest(parent, list(self.found)))

"""Reading a page: from its file to a checked :class:`~trueline.case.model.Page`, or to all that is wrong with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction
from pathlib import Path

import yaml

from trueline.case.expecting import read_expect
from trueline.case.given import read_given
from trueline.case.model import Chapter, Expectation, Given, Member, Order, Page, PlanSource, Source, Variant
from trueline.case.people import read_members
from trueline.case.reader import Entry, Plain, Reader
from trueline.case.sales import read_orders, read_products
from trueline.case.vocabulary import Vocabulary
from trueline.errors import Findings, Refused

DEFAULT_PERIOD = "2024-01"
_KEYS = (
    "case",
    "title",
    "source",
    "plan",
    "period",
    "members",
    "products",
    "orders",
    "given",
    "periods",
    "variants",
    "expect",
)
_SOURCE_KEYS = ("url", "seen", "confidence", "disputed", "note")
_CHAPTER_KEYS = ("period", "volumes", "orders", "given", "expect")


def read_page(path: Path) -> Page:
    """The page in a file. Errors: ``Refused`` with every finding."""
    findings = Findings()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        findings.add(str(path), 0, 0, f"The page cannot be read: {reason}.", "Check the path.")
        raise Refused(findings.items) from None
    reader = Reader(str(path), findings)
    root = reader.document(text)
    if root is None and not findings:
        findings.add(str(path), 0, 0, "The page is empty.", "Write at least 'case', 'title', 'plan' and 'members'.")
    findings.refuse_if_any()
    assert root is not None
    page = _PageReader(reader, path, text, root).read()
    findings.refuse_if_any()
    return page


class _PageReader:
    """Reads the sections of one page in the order in which they need each other."""

    def __init__(self, reader: Reader, path: Path, text: str, root: yaml.Node) -> None:
        self.reader = reader
        self.path = path
        self.text = text
        self.root = root
        self.entries = reader.entries(root, "A page", _KEYS)
        self.plan = self.plan_source()
        self.names = Vocabulary.of(self.plan.structure)
        self.members = self.read_members()
        self.ids: Collection[str] = {member.id: None for member in self.members}

    def read(self) -> Page:
        reader, entries = self.reader, self.entries
        products = read_products(reader, entries["products"].value) if "products" in entries else ()
        return Page(
            file=str(self.path),
            name=self.word("case"),
            title=self.word("title"),
            source=self.source(),
            plan=self.plan,
            members=self.members,
            products=products,
            orders=self.orders(entries),
            given=self.given(entries),
            chapters=self.chapters(),
            variants=self.variants(),
        )

    def word(self, key: str) -> str:
        there = self.reader.needs(self.root, self.entries, key, "A page")
        return self.reader.text(self.entries[key].value, f"'{key}'") if there else ""

    def source(self) -> Source:
        if not self.reader.needs(self.root, self.entries, "source", "A page"):
            return Source()
        reader, node = self.reader, self.entries["source"].value
        entries = reader.entries(node, "'source'", _SOURCE_KEYS)
        one_of = {"seen": ("full", "excerpt", "none"), "confidence": ("high", "medium", "low")}
        for key in one_of:
            reader.needs(node, entries, key, "'source'")
        chosen = {key: reader.choice(entries[key].value, f"'{key}'", one_of[key]) for key in one_of if key in entries}
        disputed = "disputed" in entries and reader.choice(entries["disputed"].value, "'disputed'", ("true", "false"))
        return Source(
            url=reader.text(entries["url"].value, "'url'") if "url" in entries else "",
            seen=chosen.get("seen", ""),
            confidence=chosen.get("confidence", ""),
            disputed=disputed == "true",
            note=reader.text(entries["note"].value, "'note'") if "note" in entries else "",
        )

    def plan_source(self) -> PlanSource:
        """The block of the page itself, cut out so that its lines and columns stay; or a file beside the page."""
        if not self.reader.needs(self.root, self.entries, "plan", "A page"):
            return PlanSource({})
        node = self.entries["plan"].value
        if isinstance(node, yaml.ScalarNode):
            return self.plan_file(node)
        structure = self.reader.plain(node)
        start, end = node.start_mark, node.end_mark
        block = "\n" * start.line + " " * start.column + self.text[start.index : end.index]
        return PlanSource(structure if isinstance(structure, dict) else {}, text=block)

    def plan_file(self, node: yaml.ScalarNode) -> PlanSource:
        path = self.path.parent / self.reader.text(node, "'plan'")
        if not path.is_file():
            self.reader.wrong(node, f"There is no plan file '{path}'.", "Its path is relative to the page.")
            return PlanSource({})
        document = Reader(str(path), self.reader.findings).document(path.read_text(encoding="utf-8"))
        structure = self.reader.plain(document) if document is not None else {}
        return PlanSource(structure if isinstance(structure, dict) else {}, path=path)

    def read_members(self) -> tuple[Member, ...]:
        if not self.reader.needs(self.root, self.entries, "members", "A page"):
            return ()
        return read_members(self.reader, self.names, self.entries["members"].value)

    def orders(self, entries: Mapping[str, Entry]) -> tuple[Order, ...]:
        if "orders" not in entries:
            return ()
        return read_orders(self.reader, self.names.volumes, self.ids, entries["orders"].value)

    def given(self, entries: Mapping[str, Entry], *, opening: bool = True) -> Mapping[str, Given]:
        if "given" not in entries:
            return {}
        return read_given(self.reader, self.names, self.ids, entries["given"].value, opening=opening)

    def expect(self, entries: Mapping[str, Entry]) -> tuple[Expectation, ...]:
        if "expect" not in entries:
            return ()
        return read_expect(self.reader, self.names, self.ids, entries["expect"].value)

    def chapters(self) -> tuple[Chapter, ...]:
        """The periods to be played: those under ``periods``, else the one of the page."""
        entries, reader = self.entries, self.reader
        if "periods" not in entries:
            period = reader.text(entries["period"].value, "'period'") if "period" in entries else DEFAULT_PERIOD
            return (Chapter(period, expect=self.expect(entries)),)
        for key in ("period", "expect", "variants"):
            if key in entries:
                reader.wrong(entries[key].key, f"'{key}' stands beside 'periods'.", "Write it in one of the periods.")
        rows = reader.items(entries["periods"].value, "'periods'")
        return tuple(self.chapter(row, first=number == 0) for number, row in enumerate(rows))

    def chapter(self, node: yaml.Node, *, first: bool) -> Chapter:
        entries = self.reader.entries(node, "A period", _CHAPTER_KEYS)
        there = self.reader.needs(node, entries, "period", "A period")
        return Chapter(
            period=self.reader.text(entries["period"].value, "'period'") if there else "",
            volumes=self.volumes(entries["volumes"].value) if "volumes" in entries else {},
            orders=self.orders(entries),
            given=self.given(entries, opening=first),
            expect=self.expect(entries),
        )

    def volumes(self, node: yaml.Node) -> dict[str, dict[str, Fraction]]:
        reader = self.reader
        totals = {}
        for member, entry in reader.entries(node, "'volumes'").items():
            reader.choice(entry.key, "A member of the page", list(self.ids))
            row = reader.entries(entry.value, "A member's volumes", self.names.volumes)
            totals[member] = {name: reader.number(value.value, f"'{name}'") for name, value in row.items()}
        return totals

    def variants(self) -> tuple[Variant, ...]:
        if "variants" not in self.entries:
            return ()
        node = self.entries["variants"].value
        return tuple(self.variant(name, entry) for name, entry in self.reader.entries(node, "'variants'").items())

    def variant(self, name: str, entry: Entry) -> Variant:
        reader = self.reader
        entries = reader.entries(entry.value, "A variant", ("plan", "expect"))
        for key in ("plan", "expect"):
            reader.needs(entry.value, entries, key, "A variant")
        changes: Plain = reader.plain(entries["plan"].value) if "plan" in entries else {}
        if not isinstance(changes, dict):
            reader.wrong(entries["plan"].value, "A variant's 'plan' holds the keys that change.", "Write a mapping.")
            changes = {}
        return Variant(name, changes, self.expect(entries))

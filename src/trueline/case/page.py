"""Reading a page: from its file to a checked :class:`~trueline.case.model.Page`, or to all that is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from trueline.case.expecting import read_expect
from trueline.case.given import read_given
from trueline.case.model import Chapter, Expectation, Given, Member, Order, Page, Source, Variant
from trueline.case.people import read_members
from trueline.case.plans import changed, plan_beside, plan_within
from trueline.case.reader import Part, Reader
from trueline.case.sales import read_orders, read_products, read_rates, read_returns
from trueline.case.vocabulary import Vocabulary
from trueline.errors import Findings, Refused
from trueline.period import Period, turn
from trueline.plan.document import Document, read_document, text_in

DEFAULT_PERIOD = Period.parse("2024-01")
_KEYS = (
    "case",
    "title",
    "source",
    "plan",
    "period",
    "members",
    "products",
    "rates",
    "orders",
    "given",
    "periods",
    "variants",
    "expect",
)
_SOURCE_KEYS = ("url", "seen", "confidence", "disputed", "note")
_SOURCE_CHOICES = {
    "seen": ("full", "excerpt", "none"),
    "confidence": ("high", "medium", "low"),
    "disputed": ("true", "false"),
}
_CHAPTER_KEYS = ("period", "volumes", "orders", "returns", "given", "expect")


def read_page(path: Path) -> Page:
    """The page in a file. Errors: ``Refused`` with every finding."""
    findings = Findings()
    text = text_in(path, "page", str(path))
    page = _PageReader(Reader(read_document(text, str(path)), findings), path).read()
    findings.refuse_if_any()
    return page


class _PageReader:
    """Reads the sections of one page in the order in which they need each other."""

    def __init__(self, reader: Reader, path: Path) -> None:
        self.reader = reader
        self.root = Part(reader.document.data)
        self.entries = reader.entries(self.root, "A page", _KEYS)
        self.plan = self.read_plan(path.parent)
        self.names = Vocabulary.of(self.plan.data if isinstance(self.plan.data, dict) else {})
        self.members = self.read_members()
        self.ids: Sequence[str] = [member.id for member in self.members]

    def read(self) -> Page:
        reader, entries = self.reader, self.entries
        page = Page(
            file=reader.document.file,
            name=self.word("case"),
            title=self.word("title"),
            source=self.source(),
            plan=self.plan,
            members=self.members,
            products=read_products(reader, entries["products"]) if "products" in entries else (),
            rates=read_rates(reader, entries["rates"]) if "rates" in entries else (),
            orders=self.orders(entries),
            given=self.given(entries),
            chapters=self.chapters(),
            variants=self.variants(),
        )
        expected = [*(chapter.expect for chapter in page.chapters), *(variant.expect for variant in page.variants)]
        if not any(expected) and not reader.findings:
            reader.wrong(self.root, "The page expects nothing.", "Add 'expect' with at least one value.")
        return page

    def word(self, key: str) -> str:
        there = self.reader.needs(self.root, self.entries, key, "A page")
        return self.reader.text(self.entries[key], f"'{key}'") if there else ""

    def source(self) -> Source:
        if not self.reader.needs(self.root, self.entries, "source", "A page"):
            return Source()
        reader, part = self.reader, self.entries["source"]
        entries = reader.entries(part, "'source'", _SOURCE_KEYS)
        chosen = {}
        for key, allowed in _SOURCE_CHOICES.items():
            if key in entries or (key != "disputed" and reader.needs(part, entries, key, "'source'", allowed)):
                chosen[key] = reader.choice(entries[key], f"a value of '{key}'", allowed)
        return Source(
            url=reader.text(entries["url"], "'url'") if "url" in entries else "",
            seen=chosen.get("seen", ""),
            confidence=chosen.get("confidence", ""),
            disputed=chosen.get("disputed") == "true",
            note=reader.text(entries["note"], "'note'") if "note" in entries else "",
        )

    def read_plan(self, folder: Path) -> Document:
        """The page's own block, or the plan in a file whose path is relative to the page."""
        document = self.reader.document
        if not self.reader.needs(self.root, self.entries, "plan", "A page"):
            return Document(document.file, {})
        part = self.entries["plan"]
        if not isinstance(part.value, str):
            return plan_within(document)
        try:
            return plan_beside(folder / part.value)
        except Refused as refused:
            self.reader.findings.items.extend(refused.findings)
            return Document(document.file, {})

    def read_members(self) -> tuple[Member, ...]:
        if not self.reader.needs(self.root, self.entries, "members", "A page"):
            return ()
        return read_members(self.reader, self.names, self.entries["members"])

    def orders(self, entries: Mapping[str, Part]) -> tuple[Order, ...]:
        if "orders" not in entries:
            return ()
        return read_orders(self.reader, self.names.volumes, self.ids, entries["orders"])

    def given(self, entries: Mapping[str, Part], *, opening: bool = True) -> dict[str, Given]:
        if "given" not in entries:
            return {}
        return read_given(self.reader, self.names, self.ids, entries["given"], opening=opening)

    def expect(self, entries: Mapping[str, Part], names: Vocabulary | None = None) -> tuple[Expectation, ...]:
        if "expect" not in entries:
            return ()
        return read_expect(self.reader, names or self.names, self.ids, entries["expect"])

    def chapters(self) -> tuple[Chapter, ...]:
        """The periods to be played: those under ``periods``, else the one of the page."""
        entries, reader = self.entries, self.reader
        if "periods" not in entries:
            period = reader.period(entries["period"], "'period'") if "period" in entries else None
            return (Chapter(period or DEFAULT_PERIOD, expect=self.expect(entries)),)
        for key in ("period", "expect"):
            if key in entries:
                message = f"'{key}' stands beside 'periods'."
                reader.wrong(entries[key], message, "Only a page of one period has it.", key=True)
        chapters: list[Chapter] = []
        for row in reader.items(entries["periods"], "'periods'"):
            chapters.append(self.chapter(row, chapters[-1] if chapters else None))
        return tuple(chapters)

    def chapter(self, part: Part, before: Chapter | None) -> Chapter:
        entries = self.reader.entries(part, "A period", _CHAPTER_KEYS)
        there = self.reader.needs(part, entries, "period", "A period")
        period = self.reader.period(entries["period"], "'period'") if there else None
        if before and period:
            self.check_order(entries["period"], before.period, period)
        return Chapter(
            period=period or DEFAULT_PERIOD,
            volumes=self.volumes(entries["volumes"]) if "volumes" in entries else {},
            orders=self.orders(entries),
            returns=read_returns(self.reader, entries["returns"]) if "returns" in entries else (),
            given=self.given(entries, opening=before is None),
            expect=self.expect(entries),
        )

    def check_order(self, part: Part, before: Period, period: Period) -> None:
        """Every period is written; of a plan with cadences those that matter, in the order of their runs."""
        bonuses = self.plan.data.get("bonuses") if isinstance(self.plan.data, dict) else None
        rows = bonuses.values() if isinstance(bonuses, dict) else ()
        if any(isinstance(row, dict) and "every" in row for row in rows):
            if turn(period) <= turn(before):
                self.reader.wrong(part, f"{period} does not come after {before}.", "Write them by their last days.")
        elif period != before.next():
            self.reader.wrong(part, f"{period} does not follow {before}.", "Play every period.")

    def volumes(self, part: Part) -> dict[str, dict[str, Fraction]]:
        """Totals of one period, by member and volume."""
        reader = self.reader
        totals = {}
        for member, row in reader.entries(part, "'volumes'", self.ids).items():
            entries = reader.entries(row, "A member's volumes", self.names.volumes)
            totals[member] = {name: reader.number(value, f"'{name}'") for name, value in entries.items()}
        return totals

    def variants(self) -> tuple[Variant, ...]:
        if "variants" not in self.entries:
            return ()
        rows = self.reader.entries(self.entries["variants"], "'variants'")
        return tuple(self.variant(name, row) for name, row in rows.items())

    def variant(self, name: str, part: Part) -> Variant:
        entries = self.reader.entries(part, "A variant", ("plan", "expect"))
        plan = self.plan
        if self.reader.needs(part, entries, "plan", "A variant") and self.reader.entries(entries["plan"], "'plan'"):
            plan = changed(self.plan, self.reader.document, entries["plan"].path)
        self.reader.needs(part, entries, "expect", "A variant")
        names = Vocabulary.of(plan.data) if isinstance(plan.data, dict) else self.names
        return Variant(name, plan, self.expect(entries, names))

"""The company: its name, time zone, currency and the volumes it counts in; read from ``company.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from typing import cast
from zoneinfo import ZoneInfo, available_timezones

import yaml

from trueline.errors import Findings, nearest
from trueline.facts.catalog import TABLES
from trueline.facts.currencies import DIGITS, minor_unit
from trueline.facts.units import digits_of, unit_from_text

FILE = "company.yaml"
ENDINGS = (".csv", ".parquet")
"""How the names of files of tables end."""
KEYS = ("company", "time zone", "currency", "volumes", "attributes", "tables")
_NEEDED = {
    "company": "Add the company's name, such as 'company: Meadow & Pine'.",
    "time zone": "Add the zone that fixes period ends, such as 'time zone: America/Chicago'.",
    "currency": "Add the currency, such as 'currency: USD'.",
}


@dataclass(frozen=True)
class Company:
    """What holds for all facts of a company.

    ``timezone``: an IANA name; it fixes period ends. ``currency``: ISO 4217. ``volumes``: name of a volume -> the unit
    in which it is stored. ``attributes``: name of a member attribute -> the values allowed, none meaning any; when the
    mapping is empty every attribute is allowed.

    Errors: ``ValueError`` for an unknown zone, an unknown currency or a unit that is not a power of ten.
    """

    name: str
    timezone: str = "UTC"
    currency: str = "USD"
    volumes: Mapping[str, Fraction] = field(default_factory=dict)
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.timezone)
        except (ValueError, KeyError, OSError):
            raise ValueError(f"'{self.timezone}' is not a time zone.") from None
        if self.currency not in DIGITS:
            raise ValueError(f"'{self.currency}' is not a currency.")
        for unit in self.volumes.values():
            digits_of(unit)

    @property
    def currency_unit(self) -> Fraction:
        """The minor unit of the currency: 1/100 for USD."""
        return minor_unit(self.currency)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone with its rules."""
        return ZoneInfo(self.timezone)


@dataclass(frozen=True)
class CompanyFile:
    """What ``company.yaml`` says: the company, and the files of tables that do not bear the table's name."""

    company: Company
    files: Mapping[str, str]


def read_company(text: str, file: str, findings: Findings) -> CompanyFile | None:
    """Read the text of a ``company.yaml``; None when the findings leave no company to go on with."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        findings.add(
            file, line, column, f"This is not YAML: {error.problem}.", "See the file that the template writes."
        )
        return None
    except (yaml.YAMLError, RecursionError):
        findings.add(file, 0, 0, "This is not YAML: it holds characters that no text file may hold.")
        return None
    return _CompanyReader(file, findings).read(node)


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(available_timezones()))


class _CompanyReader:
    """Walks the nodes of one ``company.yaml`` and notes what is wrong with them."""

    def __init__(self, file: str, findings: Findings) -> None:
        self.file = file
        self.findings = findings

    def read(self, node: yaml.Node | None) -> CompanyFile | None:
        before = len(self.findings.items)
        entries = self.entries(node, "The file", KEYS)
        for key, remedy in _NEEDED.items():
            if key not in entries:
                self.findings.add(self.file, 0, 0, f"'{key}' is missing.", remedy)
        name = self.text(entries.get("company"))
        timezone = self.choice(entries.get("time zone"), "time zone", _zones())
        currency = self.choice(entries.get("currency"), "currency", tuple(DIGITS))
        volumes = {key: self.unit(value) for key, value in self.mapping(entries.get("volumes"), "volumes").items()}
        attributes = {
            key: self.words(value) for key, value in self.mapping(entries.get("attributes"), "attributes").items()
        }
        tables = self.mapping(entries.get("tables"), "tables", tuple(TABLES))
        files = {key: self.file_name(value) for key, value in tables.items()}
        if len(self.findings.items) > before:
            return None
        return CompanyFile(Company(name, timezone, currency, volumes, attributes), files)

    def add(self, node: yaml.Node, message: str, remedy: str = "") -> None:
        self.findings.add(self.file, node.start_mark.line + 1, node.start_mark.column + 1, message, remedy)

    def mapping(self, node: yaml.Node | None, what: str, known: tuple[str, ...] = ()) -> dict[str, yaml.Node]:
        if node is None or (isinstance(node, yaml.ScalarNode) and node.value == ""):
            return {}
        return self.entries(node, f"'{what}'", known)

    def entries(self, node: yaml.Node | None, what: str, known: tuple[str, ...]) -> dict[str, yaml.Node]:
        """The entries of a mapping by key; unknown and repeated keys are findings."""
        if not isinstance(node, yaml.MappingNode):
            place = node.start_mark if node else None
            line, column = (place.line + 1, place.column + 1) if place else (0, 0)
            self.findings.add(self.file, line, column, f"{what} is not a list of 'key: value' lines.")
            return {}
        entries: dict[str, yaml.Node] = {}
        for key_node, value in node.value:
            key = self.text(key_node)
            if known and key not in known:
                self.add(key_node, f"'{key}' is not a key of this file.", nearest(key, known))
            elif key in entries:
                self.add(key_node, f"'{key}' is given twice.", "Keep one.")
            else:
                entries[key] = value
        return entries

    def text(self, node: yaml.Node | None) -> str:
        if node is None:
            return ""
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            self.add(node, "A text is expected here.")
            return ""
        return cast(str, node.value).strip()

    def choice(self, node: yaml.Node | None, what: str, known: tuple[str, ...]) -> str:
        text = self.text(node)
        if node is not None and text and text not in known:
            self.add(node, f"'{text}' is not a {what}.", nearest(text, known))
        return text

    def file_name(self, node: yaml.Node) -> str:
        text = self.text(node)
        if text and not text.lower().endswith(ENDINGS):
            self.add(node, f"'{text}' is neither a .csv nor a .parquet file.", "Name such a file in this folder.")
        return text

    def unit(self, node: yaml.Node) -> Fraction:
        text = self.text(node)
        if text:
            try:
                return unit_from_text(text)
            except ValueError as error:
                self.add(node, str(error))
        return Fraction(1)

    def words(self, node: yaml.Node) -> tuple[str, ...]:
        """Allowed values of an attribute: a list, or nothing for any text."""
        if isinstance(node, yaml.SequenceNode):
            return tuple(self.text(item) for item in node.value)
        if not isinstance(node, yaml.ScalarNode) or node.value not in ("", "any"):
            self.add(node, "The values of an attribute are a list such as [retail, business], or 'any'.")
        return ()

"""YAML taken apart: every scalar stays text, every part knows its place, and what is wrong becomes a finding."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple, TypeVar

import yaml

from trueline.errors import Findings, nearest
from trueline.money import parse_number

T = TypeVar("T")
Plain = str | list["Plain"] | dict[str, "Plain"]
"""YAML as plain structure: texts, lists and mappings."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Place(NamedTuple):
    """Where something is written; line and column count from 1."""

    file: str
    line: int
    column: int


class Entry(NamedTuple):
    """One entry of a mapping: the nodes of its key and of its value."""

    key: yaml.Node
    value: yaml.Node


class Reader:
    """Reads the nodes of one file. A method that finds something wrong adds a finding and returns an empty value."""

    def __init__(self, file: str, findings: Findings) -> None:
        self.file = file
        self.findings = findings

    def document(self, text: str) -> yaml.Node | None:
        """The root node of the file; None when it cannot be read at all."""
        try:
            for event in yaml.parse(text, Loader=yaml.SafeLoader):
                self._refuse_indirection(event)
            return yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
            self.findings.add(self.file, line, column, f"This is not YAML: {error.problem}.", "Mend it first.")
        except (yaml.YAMLError, RecursionError):
            self.findings.add(self.file, 0, 0, "This is not YAML: it holds what no text file may hold.", "Mend it first.")
        return None

    def place(self, node: yaml.Node) -> Place:
        """Where a node starts."""
        return Place(self.file, node.start_mark.line + 1, node.start_mark.column + 1)

    def wrong(self, node: yaml.Node, message: str, remedy: str = "") -> None:
        """Add a finding at a node."""
        self.findings.add(*self.place(node), message, remedy)

    def entries(self, node: yaml.Node, what: str, keys: Sequence[str] = ()) -> dict[str, Entry]:
        """The entries of a mapping, by key; with ``keys`` no others are accepted."""
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, f"{what} is a mapping of 'key: value'.", "Write it as one.")
            return {}
        found: dict[str, Entry] = {}
        for key_node, value in node.value:
            key = self.text(key_node, "A key")
            if keys and key not in keys:
                self.wrong(key_node, f"'{key}' is not a key of {lowered(what)}.", nearest(key, keys))
            elif key in found:
                self.wrong(key_node, f"'{key}' is given twice in {lowered(what)}.", "Keep one.")
            elif key:
                found[key] = Entry(key_node, value)
        return found

    def items(self, node: yaml.Node, what: str) -> list[yaml.Node]:
        """The items of a list."""
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(node, f"{what} is a list.", "Write one item per line after '- ', or all in [ ].")
            return []
        return list(node.value)

    def needs(self, node: yaml.Node, entries: Mapping[str, Entry], key: str, what: str) -> bool:
        """Whether ``key`` is there; a finding if not."""
        if key not in entries:
            self.wrong(node, f"{what} has no '{key}'.", f"Add '{key}: …'.")
        return key in entries

    def text(self, node: yaml.Node, what: str) -> str:
        """The text of a scalar; an empty one is refused."""
        if isinstance(node, yaml.ScalarNode) and node.value.strip():
            return " ".join(str(node.value).split())
        self.wrong(node, f"{what} is one text and not empty.", "Write a text.")
        return ""

    def texts(self, node: yaml.Node, what: str) -> list[str]:
        """A list of texts."""
        return [self.text(item, what) for item in self.items(node, what)]

    def choice(self, node: yaml.Node, what: str, allowed: Sequence[str]) -> str:
        """One of the ``allowed`` texts; empty when it is another."""
        text = self.text(node, what)
        if text and text not in allowed:
            self.wrong(node, f"'{text}' is not {lowered(what)}.", nearest(text, allowed))
            return ""
        return text

    def number(self, node: yaml.Node, what: str) -> Fraction:
        """An exact number, such as 20 000 or 749.18."""
        return self._parsed(node, what, parse_number, Fraction(0))

    def whole(self, node: yaml.Node, what: str) -> int:
        """A whole number of at least 1."""
        number = self.number(node, what)
        if number.denominator != 1 or number < 1:
            self.wrong(node, f"{what} is a whole number of at least 1.", "Write it in digits.")
            return 1
        return int(number)

    def day(self, node: yaml.Node, what: str) -> date | None:
        """A day, written 2024-01-31; None when it is none."""
        return self._parsed(node, what, _parse_day, None)

    def plain(self, node: yaml.Node) -> Plain:
        """A node and all below it as plain structure."""
        if isinstance(node, yaml.MappingNode):
            return {str(key.value): self.plain(value) for key, value in node.value}
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(item) for item in node.value]
        return str(node.value)

    def _parsed(self, node: yaml.Node, what: str, parse: Callable[[str], T], otherwise: T) -> T:
        text = self.text(node, what)
        if not text:
            return otherwise
        try:
            return parse(text)
        except ValueError as error:
            self.wrong(node, str(error))
            return otherwise

    def _refuse_indirection(self, event: yaml.Event) -> None:
        """Anchors, aliases, tags: a page says everything where it stands."""
        alias = isinstance(event, yaml.AliasEvent)
        if alias or getattr(event, "anchor", None) or getattr(event, "tag", None):
            what = "alias" if alias else "anchor" if getattr(event, "anchor", None) else "tag"
            line, column = event.start_mark.line + 1, event.start_mark.column + 1
            self.findings.add(self.file, line, column, f"A page has no {what}.", "Write the value itself.")


def lowered(what: str) -> str:
    """A name for the inside of a sentence."""
    return what[:1].lower() + what[1:]


def _parse_day(text: str) -> date | None:
    if not _DAY.fullmatch(text):
        raise ValueError(f"'{text}' is not a day; write it as 2024-01-31.")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is not a day of the calendar.") from None

"""YAML as plain structure: every scalar is text, every key and value keeps its place.

YAML's surprises (``no`` as false, ``010`` as eight, anchors, merge keys, duplicate keys) are closed here once, for
plans and for worked examples.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any, NamedTuple

import yaml

from trueline.errors import Finding, Findings, Refused
from trueline.files import regular

Path = tuple[str | int, ...]

DEEPEST = 40
"""No plan or worked example nests deeper than this; what does was not written by a person."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Place(NamedTuple):
    """Line and column, both counted from 1."""

    line: int
    column: int

    def within(self, column: int) -> Place:
        """The place of a character of the text that begins here; ``column`` counts from 1."""
        return Place(self.line, self.column + column - 1)


class SpreadPlace(Place):
    """The place of a text that is quoted or runs over several lines: every character knows its own place."""

    characters: tuple[Place, ...] = ()

    def within(self, column: int) -> Place:
        if not self.characters:
            return self
        return self.characters[min(max(column, 1), len(self.characters)) - 1]


@dataclass
class Document:
    """One parsed file: ``data`` holds dicts, lists, text and None; ``places`` the line and column of each path.

    ``key_places`` gives the place of the key itself, ``places`` the place of the value under it.
    """

    file: str
    data: Any
    places: dict[Path, Place] = field(default_factory=dict)
    key_places: dict[Path, Place] = field(default_factory=dict)

    def place(self, path: Path, *, key: bool = False) -> Place:
        """Place of a path, or of the nearest parent that stands in the file."""
        table = self.key_places if key and path in self.key_places else self.places
        while path and path not in table:
            path = path[:-1]
            table = self.key_places if key and path in self.key_places else self.places
        return table.get(path, Place(1, 1))


def text_in(path: FilePath, what: str, place: str, remedy: str = "Check the path.") -> str:
    """The text of a file. Errors: :class:`Refused` when it is not there or no text; ``what`` it is, such as "plan"."""
    try:
        return regular(path).read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise Refused([Finding(place, 0, 0, f"The {what} cannot be read: {reason}.", remedy)]) from None


def document_from(source: FilePath | str | Mapping[str, Any], what: str, place: str | None) -> tuple[Document, str]:
    """A document and its text, from a file, from text, or from a mapping of text leaves (without a text).

    ``what`` (plan, scenario) is its first key; ``place`` names it in findings, default: the file's name.
    """
    if isinstance(source, Mapping):
        return Document(place or what, _as_text(source)), ""
    name, text = place or what, source
    if isinstance(source, FilePath) or "\n" not in source:
        name = place or str(source)
        text = text_in(FilePath(source), what, name)
    return read_document(str(text), name, f"{what}: NAME"), str(text)


def _as_text(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _as_text(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_as_text(part) for part in value]
    return value if value is None else str(value)


def read_document(text: str, file: str, begin: str = "plan: NAME") -> Document:
    """Parse ``text``; raises :class:`Refused` with every trap found. ``begin`` is how such a file begins."""
    findings = Findings()
    try:
        _refuse_references(text, file, findings)
        findings.refuse_if_any()
        nodes = list(yaml.compose_all(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        message = f"The file is not readable as YAML: {error.problem or 'it has no structure'}"
        begun = error.context_mark.line + 1 if error.context_mark else line
        message += f", in what begins in line {begun}." if begun < line else "."
        at_tab = "".join(text.splitlines()[line - 1 : line])[column - 1 : column] == "\t"
        remedy = "Indent by blanks, not by tabs." if at_tab else "Check indentation, brackets and quotes."
        findings.add(file, line, column, message, remedy)
        raise Refused(findings.items) from None
    except (yaml.YAMLError, ValueError) as error:
        message = f"The file is not readable as YAML: {str(error).splitlines()[0]}."
        findings.add(file, 1, 1, message, "Save it as UTF-8.")
        raise Refused(findings.items) from None
    if len(nodes) != 1 or _is_empty(nodes[0]):
        several = len(nodes) > 1
        line = nodes[1].start_mark.line + 1 if several else 1
        what = "holds several documents" if several else "is empty"
        remedy = "Remove '---' and what follows it." if several else f"Begin with '{begin}'."
        findings.add(file, line, 1, f"The file {what}.", remedy)
        raise Refused(findings.items)
    document = Document(file, None)
    document.data = _Builder(document, findings, text.splitlines()).build(nodes[0], ())
    findings.refuse_if_any()
    return document


def _is_empty(node: Any) -> bool:
    return node is None or (isinstance(node, yaml.ScalarNode) and node.value == "")


def _refuse_references(text: str, file: str, findings: Findings) -> None:
    """Anchors, aliases, tags and too deep nesting, found on the stream of events, which needs no recursion."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        mark: Any = event.start_mark
        line, column = mark.line + 1, mark.column + 1
        if isinstance(event, yaml.AliasEvent):
            findings.add(file, line, column, f"Alias '*{event.anchor}' is not allowed.", "Write the value out.")
            continue
        if getattr(event, "anchor", None):
            anchor = getattr(event, "anchor", None)
            findings.add(file, line, column, f"Anchor '&{anchor}' is not allowed.", "Write the value out.")
        if getattr(event, "tag", None):
            tag = getattr(event, "tag", None)
            findings.add(file, line, column, f"Tag '{tag}' is not allowed.", "Remove it; types follow from keys.")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            message = f"The file nests more than {DEEPEST} levels deep."
            findings.add(file, line, column, message, "No plan or case needs more than a few levels.")
            return


@dataclass
class _Builder:
    document: Document
    findings: Findings
    lines: list[str]

    def build(self, node: Any, path: Path) -> Any:
        self.document.places[path] = _place(node)
        if isinstance(node, yaml.ScalarNode):
            self.document.places[path] = self._scalar_place(node)
            return None if node.value == "" and not node.style else node.value
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node, path, result)
            if key is not None:
                self.document.key_places[(*path, key)] = _place(key_node)
                result[key] = self.build(value_node, (*path, key))
        return result

    def _key(self, node: Any, path: Path, before: dict[str, Any]) -> str | None:
        """The text of a key, None after a finding."""
        message, remedy = "", ""
        if not isinstance(node, yaml.ScalarNode):
            message, remedy = "A key must be plain text.", "Write one word or phrase before the colon."
        elif node.value == "<<":
            message, remedy = "Merge keys ('<<') are not allowed.", "Write the values out."
        elif node.value in before:
            first = self.document.key_places[(*path, node.value)].line
            message, remedy = f"Key '{node.value}' stands twice (first in line {first}).", "Keep one of them."
        if message:
            self.findings.add(self.document.file, *_place(node), message, remedy)
            return None
        return str(node.value)

    def _scalar_place(self, node: Any) -> Place:
        """The place of a text; where it is quoted or runs on, with the place of each character."""
        start, end = node.start_mark, node.end_mark
        if not node.style and start.line == end.line:
            return _place(node)
        place = SpreadPlace(start.line + 1, start.column + 1)
        place.characters = tuple(self._characters(node))
        return place

    def _characters(self, node: Any) -> list[Place]:
        """Each character of the value in turn is the next equal one of the file; blanks stand where the last stood."""
        line, column = node.start_mark.line, node.start_mark.column
        if node.style in ("|", ">"):
            line, column = line + 1, 0
        elif node.style:
            column += 1
        found: list[Place] = []
        for character in node.value:
            if not character.isspace():
                here = self._next(character, line, column)
                if here is None:
                    return []
                line, column = here
            elif not found or line >= len(self.lines) or column >= len(self.lines[line]):
                found.append(Place(line + 1, column + 1))
                continue
            found.append(Place(line + 1, column + 1))
            column += 1
        return found

    def _next(self, character: str, line: int, column: int) -> tuple[int, int] | None:
        while line < len(self.lines):
            at = self.lines[line].find(character, column)
            if at >= 0 and not self.lines[line][column:at].strip():
                return line, at
            if self.lines[line][column:].strip():
                return None  # an escape sequence: the place of the whole text must do
            line, column = line + 1, 0
        return None


def _place(node: Any) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)

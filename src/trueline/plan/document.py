"""YAML as plain structure: every scalar is text, every key and value keeps its place.

YAML's surprises (``no`` as false, ``010`` as eight, anchors, merge keys, duplicate keys) are closed here once, for plans
and for worked examples.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import yaml

from trueline.errors import Findings, Refused

Path = tuple[str | int, ...]
Place = tuple[int, int]

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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
            table = self.places
        return table.get(path, (1, 1))


def read_document(text: str, file: str) -> Document:
    """Parse ``text``; raises :class:`Refused` with every trap found."""
    findings = Findings()
    try:
        _refuse_references(text, file, findings)
        nodes = list(yaml.compose_all(text, Loader=_Loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        problem = error.problem or "is not readable YAML"
        findings.add(file, line, column, f"The file is not readable as YAML: {problem}.", "Check indentation and quotes.")
        raise Refused(findings.items) from None
    except (yaml.YAMLError, ValueError) as error:
        findings.add(file, 1, 1, f"The file is not readable as YAML: {str(error).splitlines()[0]}.", "Save it as UTF-8.")
        raise Refused(findings.items) from None
    findings.refuse_if_any()
    if len(nodes) != 1 or nodes[0] is None:
        what = "is empty" if not nodes or nodes[0] is None else "holds several documents"
        findings.add(file, 1, 1, f"The file {what}.", "Write one document of keys and values.")
        raise Refused(findings.items)
    document = Document(file, None)
    try:
        document.data = _build(nodes[0], (), document, findings)
    except RecursionError:
        findings.add(file, 1, 1, "The file nests too deeply.", "No plan or case needs more than a few levels.")
    findings.refuse_if_any()
    return document


def _refuse_references(text: str, file: str, findings: Findings) -> None:
    for event in yaml.parse(text, Loader=_Loader):
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if isinstance(event, yaml.AliasEvent):
            findings.add(file, line, column, f"Alias '*{event.anchor}' is not allowed.", "Write the value out.")
        elif getattr(event, "anchor", None):
            findings.add(file, line, column, f"Anchor '&{event.anchor}' is not allowed.", "Write the value out.")
        elif getattr(event, "tag", None):
            findings.add(file, line, column, f"Tag '{event.tag}' is not allowed.", "Remove it; types follow from keys.")


def _build(node: Any, path: Path, document: Document, findings: Findings) -> Any:
    document.places[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
    if isinstance(node, yaml.ScalarNode):
        return None if node.value == "" and node.style is None else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, (*path, index), document, findings) for index, item in enumerate(node.value)]
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line, column = key_node.start_mark.line + 1, key_node.start_mark.column + 1
        if not isinstance(key_node, yaml.ScalarNode):
            findings.add(document.file, line, column, "A key must be plain text.", "")
            continue
        key = key_node.value
        if key == "<<":
            findings.add(document.file, line, column, "Merge keys ('<<') are not allowed.", "Write the values out.")
            continue
        if key in result:
            first = document.key_places[(*path, key)][0]
            findings.add(
                document.file, line, column, f"Key '{key}' stands twice (first in line {first}).", "Keep one of them."
            )
            continue
        document.key_places[(*path, key)] = (line, column)
        result[key] = _build(value_node, (*path, key), document, findings)
    return result

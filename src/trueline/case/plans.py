"""The plan of a page: the page's own block or a file beside it, and what a variant changes in it."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import Any

from trueline.plan.document import Document, Path, read_document, text_in


def plan_within(page: Document) -> Document:
    """The block under ``plan`` as a plan of its own, each key at its line and column of the page."""
    plan = Document(page.file, page.data["plan"])
    for places, kept in ((page.places, plan.places), (page.key_places, plan.key_places)):
        kept.update({path[1:]: place for path, place in places.items() if path[:1] == ("plan",)})
    return plan


def plan_beside(path: FilePath) -> Document:
    """The plan in a file. Errors: ``Refused`` when it is not there or is not readable."""
    return read_document(text_in(path, "plan", str(path), "Its path is relative to the page."), str(path))


def changed(plan: Document, page: Document, at: Path) -> Document:
    """The plan with the changes that stand under ``at`` in the page.

    Mappings are changed key by key, anything else is replaced; a key that the plan does not have is added. What is
    changed has its place in the page.
    """
    changes = _value(page, at)
    result = Document(plan.file, _merged(plan.data, changes), dict(plan.places), dict(plan.key_places))
    if plan.file == page.file:
        _move_places(page, at, result)
    return result


def _merged(old: Any, new: Any) -> Any:
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return new
    return old | {key: _merged(old[key], value) if key in old else value for key, value in new.items()}


def _move_places(page: Document, at: Path, plan: Document) -> None:
    """The places of the changes become places of the plan; where both have mappings the plan keeps its own."""
    for places, kept in ((page.places, plan.places), (page.key_places, plan.key_places)):
        for path, place in places.items():
            inside = path[len(at) :]
            if path[: len(at)] == at and (inside not in kept or not isinstance(_value(page, path), dict)):
                kept[inside] = place


def _value(page: Document, path: Path) -> Any:
    value = page.data
    for key in path:
        value = value[key]
    return value

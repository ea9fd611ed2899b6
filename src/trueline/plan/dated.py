"""Dated values: ``{dated: {2026-01-01: {value: X, reference: …}}}`` in place of a value, and the one in force."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from trueline.errors import Findings
from trueline.plan.document import Document, Path

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_FORM = "Write {dated: {2026-01-01: {value: …, reference: …}}}."


def dates_of(value: Any) -> list[dt.date]:
    """Every date that stands in a dated value, ascending."""
    found: set[dt.date] = set()
    waiting = [value]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if "dated" in part and isinstance(part["dated"], dict):
                found.update(day for day in map(_date, part["dated"]) if day)
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
    return sorted(found)


def in_force(document: Document, day: dt.date, findings: Findings) -> tuple[Document, list[Path]]:
    """A copy with every dated value replaced by the one in force; places follow the values.

    Also the paths whose dated value is wrong: their findings are added, and nothing stands there in the copy.
    """
    choosing = _Choosing(document, day, findings)
    return choosing.resolved(), choosing.broken


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


class _Choosing:
    def __init__(self, document: Document, day: dt.date, findings: Findings) -> None:
        self.document = document
        self.day = day
        self.findings = findings
        self.broken: list[Path] = []
        self.result = Document(document.file, None, dict(document.places), dict(document.key_places))

    def resolved(self) -> Document:
        self.result.data = self._resolve(self.document.data, (), ())
        return self.result

    def _resolve(self, value: Any, old: Path, new: Path) -> Any:
        """The value that stands at ``old``; in the result it stands at ``new``."""
        if old in self.document.places:
            self.result.places[new] = self.document.places[old]
        if isinstance(value, dict) and "dated" in value:
            chosen = self._chosen(value, old)
            if chosen is None:
                self.broken.append(new)
                return None
            return self._resolve(value["dated"][chosen]["value"], (*old, "dated", chosen, "value"), new)
        if isinstance(value, dict):
            for key in value:
                if (*old, key) in self.document.key_places:
                    self.result.key_places[(*new, key)] = self.document.key_places[(*old, key)]
            return {key: self._resolve(part, (*old, key), (*new, key)) for key, part in value.items()}
        if isinstance(value, list):
            return [self._resolve(part, (*old, index), (*new, index)) for index, part in enumerate(value)]
        return value

    def _chosen(self, value: dict[str, Any], path: Path) -> str | None:
        """The date of the entry in force; None after a finding."""
        rows: Any = value["dated"]
        if len(value) > 1 or not isinstance(rows, dict) or not rows:
            message = "'dated' stands alone and holds one entry per date."
            self._find((*path, "dated"), message, _FORM)
            return None
        read: list[tuple[dt.date | None, str]] = [(self._entry(text, row, path), text) for text, row in rows.items()]
        good = [(day, text) for day, text in read if day is not None]
        if len(good) < len(rows):
            return None
        if min(good)[0] > self.day:
            remedy = f"The first one begins on {min(good)[0]}; add the one before it, or run a later period."
            self._find((*path, "dated"), f"No value is in force on {self.day}.", remedy)
            return None
        return max(row for row in good if row[0] <= self.day)[1]

    def _entry(self, text: str, row: Any, path: Path) -> dt.date | None:
        day, at = _date(text), (*path, "dated", text)
        if day is None:
            self._find(at, f"'{text}' is no date.", "Write year-month-day, such as 2026-01-01.")
        elif not isinstance(row, dict) or "value" not in row:
            self._find(at, f"The entry of {text} has no value.", _FORM)
        elif set(row) - {"value", "reference"}:
            extra = min(set(row) - {"value", "reference"})
            self._find((*at, extra), f"Unknown key '{extra}'.", "A dated entry holds 'value' and 'reference'.")
        else:
            return day
        return None

    def _find(self, path: Path, message: str, remedy: str) -> None:
        self.findings.add(self.document.file, *self.document.place(path, key=True), message, remedy)

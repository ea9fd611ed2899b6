"""The parts of a page, each with its place; what is wrong with one becomes a finding there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, NamedTuple, TypeVar

from trueline.errors import Findings, nearest
from trueline.money import parse_number
from trueline.period import Period
from trueline.plan.document import Document, Path

T = TypeVar("T")

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Place(NamedTuple):
    """Where something is written; line and column count from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True)
class Part:
    """One value of a page (a text, a list, a mapping or nothing) and the keys that lead to it."""

    value: Any
    path: Path = ()


class Reader:
    """Reads the parts of one page. A method that finds something wrong adds a finding and returns an empty value."""

    def __init__(self, document: Document, findings: Findings) -> None:
        self.document = document
        self.findings = findings

    def place(self, part: Part, *, key: bool = False) -> Place:
        """Where a part stands, or with ``key`` the key before it."""
        return Place(self.document.file, *self.document.place(part.path, key=key))

    def wrong(self, part: Part, message: str, remedy: str = "", *, key: bool = False) -> None:
        """Add a finding at a part, or with ``key`` at the key before it."""
        self.findings.add(*self.place(part, key=key), message, remedy)

    def entries(self, part: Part, what: str, keys: Sequence[str] = ()) -> dict[str, Part]:
        """The entries of a mapping, by key; with ``keys`` no others are accepted."""
        if not isinstance(part.value, dict):
            self.wrong(part, f"{what} is a mapping of 'key: value'.", "Write it as one.")
            return {}
        found = {key: Part(value, (*part.path, key)) for key, value in part.value.items()}
        if keys:
            for key in [key for key in found if key not in keys]:
                self.wrong(found.pop(key), f"'{key}' is not a key of {lowered(what)}.", nearest(key, keys), key=True)
        return found

    def items(self, part: Part, what: str) -> list[Part]:
        """The items of a list."""
        if not isinstance(part.value, list):
            self.wrong(part, f"{what} is a list.", "Write one item per line after '- ', or all in [ ].")
            return []
        return [Part(item, (*part.path, number)) for number, item in enumerate(part.value)]

    def needs(self, part: Part, entries: Mapping[str, Part], key: str, what: str, allowed: Sequence[str] = ()) -> bool:
        """Whether ``key`` is there; a finding if not, with the ``allowed`` values where they are few."""
        if key not in entries:
            values = f" with one of: {', '.join(allowed)}" if allowed else ""
            self.wrong(part, f"{what} has no '{key}'.", f"Add '{key}: …'{values}.")
        return key in entries

    def text(self, part: Part, what: str) -> str:
        """A text; an empty one is refused."""
        if isinstance(part.value, str) and part.value.strip():
            return " ".join(part.value.split())
        self.wrong(part, f"{what} is one text and not empty.", "Write a text.")
        return ""

    def texts(self, part: Part, what: str) -> list[str]:
        """A list of texts."""
        return [self.text(item, what) for item in self.items(part, what)]

    def choice(self, part: Part, what: str, allowed: Sequence[str]) -> str:
        """One of the ``allowed`` texts; empty when it is another."""
        text = self.text(part, what)
        if text and text not in allowed:
            self.wrong(part, f"'{text}' is not {lowered(what)}.", nearest(text, allowed))
            return ""
        return text

    def number(self, part: Part, what: str) -> Fraction:
        """An exact number, such as 20 000 or 749.18."""
        return self._parsed(part, what, parse_number, Fraction(0))

    def whole(self, part: Part, what: str) -> int:
        """A whole number of at least 1."""
        return self._parsed(part, what, _parse_whole, 1)

    def day(self, part: Part, what: str) -> date | None:
        """A day, written 2024-01-31; None when it is none."""
        return self._parsed(part, what, _parse_day, None)

    def period(self, part: Part, what: str) -> Period | None:
        """A period, written 2024-01 or 2024-W05; None when it is none."""
        return self._parsed(part, what, Period.parse, None)

    def _parsed(self, part: Part, what: str, parse: Callable[[str], T], otherwise: T) -> T:
        text = self.text(part, what)
        if not text:
            return otherwise
        try:
            return parse(text)
        except ValueError as error:
            self.wrong(part, str(error))
            return otherwise


def lowered(what: str) -> str:
    """A name for the inside of a sentence."""
    return what[:1].lower() + what[1:]


def _parse_whole(text: str) -> int:
    number = parse_number(text)
    if number.denominator != 1 or number < 1:
        raise ValueError(f"'{text}' is not a whole number of at least 1; write it in digits.")
    return int(number)


def _parse_day(text: str) -> date | None:
    if not _DAY.fullmatch(text):
        raise ValueError(f"'{text}' is not a day; write it as 2024-01-31.")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is not a day of the calendar.") from None

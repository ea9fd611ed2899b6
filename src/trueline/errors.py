"""Findings: what is wrong with an input, where, and what to do about it.

Everything that reads something a person wrote (plans, facts, cases, commands) collects findings and refuses
all at once with :class:`Refused`; nothing raises at the first mistake. The command line turns a refusal into one
line per finding and exit code 2.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[\s._-]+")


@dataclass(frozen=True, order=True)
class Finding:
    """One mistake, with its place and remedy.

    ``file``, ``line`` and ``column`` (both counted from 1; 0 when unknown) say where; ``message`` says what is
    wrong in one sentence; ``remedy`` says what to do, also in one sentence, and may be empty only where the
    message itself names the way out.
    """

    file: str
    line: int
    column: int
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        place = self.file
        if self.line:
            place += f":{self.line}"
            if self.column:
                place += f":{self.column}"
        text = f"{place}: {self.message}" if place else self.message
        return f"{text} {self.remedy}" if self.remedy else text


class Refused(Exception):
    """An input was refused; ``findings`` holds every reason, sorted by place."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(sorted(set(findings)))
        super().__init__("\n".join(str(finding) for finding in self.findings))


@dataclass
class Findings:
    """A growing list of findings about one file or folder."""

    items: list[Finding] = field(default_factory=list)

    def add(self, file: str, line: int, column: int, message: str, remedy: str = "") -> None:
        self.items.append(Finding(file, line, column, message, remedy))

    def __bool__(self) -> bool:
        return bool(self.items)

    def refuse_if_any(self) -> None:
        """Raise :class:`Refused` with everything found so far, if anything was."""
        if self.items:
            raise Refused(self.items)


def nearest(name: str, valid: Sequence[str]) -> str:
    """A remedy sentence naming the valid name closest to ``name``, those of which it is a word, or the valid ones."""
    if not valid:
        return ""
    lowered = {v.lower(): v for v in valid}
    close = difflib.get_close_matches(name.lower(), list(lowered), n=5, cutoff=0.6)
    meant = [lowered[one] for one in close if not _another(name.lower(), one)]
    if name.isdigit():
        meant = [v for v in valid if v.isdigit() and v.lstrip("0") == name.lstrip("0")] or meant
    if meant:
        return f"Did you mean '{meant[0]}'?"
    word = name.lower()
    holding = [v for v in valid if word in _WORD.split(v.lower())]
    if 0 < len(holding) <= 3:
        return f"Did you mean {' or '.join(map(repr, holding))}?"
    shown = ", ".join(f"'{v}'" for v in list(valid)[:8])
    more = f" and {len(valid) - 8} more" if len(valid) > 8 else ""
    return f"Known here: {shown}{more}."


def _another(name: str, valid: str) -> bool:
    """Whether two names differ by their numbers alone: 1002 is somebody else, and no slip for 1003. Digits that are
    swapped, and zeros in front, are slips.
    """
    if _NUMBER.sub("", name) != _NUMBER.sub("", valid):
        return False
    mine, other = "".join(_NUMBER.findall(name)), "".join(_NUMBER.findall(valid))
    return sorted(mine) != sorted(other) and mine.lstrip("0") != other.lstrip("0")

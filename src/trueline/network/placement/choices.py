"""The reviewed list: who is placed or moved where by somebody's decision."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass
from pathlib import Path

from trueline.errors import Findings, Refused, nearest
from trueline.facts.standing import slot_number
from trueline.files import regular
from trueline.period import seconds_of

_COLUMNS = ("position", "parent", "slot", "from", "reviewed", "reason")


@dataclass(frozen=True)
class Choice:
    """One row: ``position`` is to stand under ``parent`` ("": as a root) in ``slot`` (0: the leftmost empty one).

    ``start`` is the first second of the day from which it holds (0: whenever). ``reviewed`` names who released it.
    """

    file: str
    line: int
    position: str
    parent: str
    slot: int
    start: int
    reviewed: str
    reason: str


def read_choices(path: Path) -> list[Choice]:
    """The rows of a CSV file with the columns position, parent, and slot, from, reviewed, reason if need be.

    Errors: ``Refused`` with every finding.
    """
    findings = Findings()
    try:
        reader = csv.DictReader(io.StringIO(regular(path).read_text(encoding="utf-8-sig"), newline=""))
        rows = [(reader.line_num, row) for row in reader]
        headers = list(reader.fieldnames or [])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or "it is no UTF-8 text in columns"
        findings.add(str(path), 0, 0, f"The choices cannot be read: {reason}.", "Name a CSV file.")
        raise Refused(findings.items) from None
    for header in headers:
        if header not in _COLUMNS:
            findings.add(
                str(path), 1, headers.index(header) + 1, f"Unknown column '{header}'.", nearest(header, _COLUMNS)
            )
    for needed in ("position", "parent"):
        if needed not in headers:
            findings.add(str(path), 1, 0, f"Column '{needed}' is missing.", f"The columns: {', '.join(_COLUMNS)}.")
    findings.refuse_if_any()
    found = [_choice(str(path), line, row, findings) for line, row in rows]
    once: dict[str, int] = {}
    for choice in found:
        first = once.setdefault(choice.position, choice.line)
        if first != choice.line:
            message = f"'{choice.position}' stands in line {first} already."
            findings.add(str(path), choice.line, 0, message, "Keep one of the two rows.")
    findings.refuse_if_any()
    return found


def _choice(file: str, line: int, row: dict[str | None, str | None], findings: Findings) -> Choice:
    if None in row:
        findings.add(file, line, 0, "This row has more cells than the header.", "Put a cell with a comma in quotes.")
    text = {name: (row.get(name) or "").strip() for name in _COLUMNS}
    slot = slot_number(text["slot"])
    if slot < 0:
        findings.add(file, line, 0, f"'{text['slot']}' is no slot.", "Write a whole number from 1, 'left' or 'right'.")
    if not text["position"]:
        findings.add(file, line, 0, "The row names no position.", "Write who is placed or moved.")
    start = 0
    if text["from"]:
        try:
            start = seconds_of(dt.date.fromisoformat(text["from"]))
        except ValueError:
            findings.add(file, line, 0, f"'{text['from']}' is no date.", "Write year-month-day.")
    return Choice(file, line, text["position"], text["parent"], slot, start, text["reviewed"], text["reason"])

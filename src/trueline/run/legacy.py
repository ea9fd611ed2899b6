"""Results of another system, read from CSV: who got how much, from which bonus where it says so."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from trueline.errors import Finding, Findings, Refused, nearest
from trueline.facts.csv_file import read_csv
from trueline.facts.raw import RawTable
from trueline.money import parse_number

COLUMNS = {"member": "who got it", "bonus": "from which bonus (may be left out)", "amount": "how much, with a point"}


@dataclass(frozen=True)
class Legacy:
    """Amounts by (member, bonus), rows of one pair added up; ``bonus`` is "" throughout without such a column.

    ``by_position``: a member's further positions have amounts of their own.
    """

    file: str
    amounts: dict[tuple[str, str], Fraction]
    by_bonus: bool
    by_position: bool = False


def read_legacy(path: Path) -> Legacy:
    """Read the CSV file. Errors: ``Refused`` with every wrong header and cell, line and column named."""
    findings = Findings()
    try:
        content = path.read_bytes()
    except OSError as error:
        finding = Finding(str(path), 0, 0, f"The file cannot be read: {error.strerror}.", "Check the path.")
        raise Refused([finding]) from None
    table = read_csv("legacy", str(path), content, findings)
    findings.refuse_if_any()
    assert table is not None
    columns = {column.header: column for column in table.columns}
    _check_headers(table, findings)
    findings.refuse_if_any()
    cells = {name: [text or "" for text in column.cells.to_pylist()] for name, column in columns.items()}
    bonuses = cells.get("bonus", [""] * table.rows)
    amounts: dict[tuple[str, str], Fraction] = {}
    lines = table.lines()
    for row, (member, bonus, text) in enumerate(zip(cells["member"], bonuses, cells["amount"], strict=True)):
        place = str(path), int(lines[row])
        if not member.strip():
            findings.add(*place, columns["member"].number, "The member is blank.", "Name who got the amount.")
            continue
        try:
            amount = parse_number(text.strip())
        except ValueError as error:
            findings.add(*place, columns["amount"].number, str(error), "Write amounts like 1234.50.")
            continue
        key = member.strip(), bonus.strip()
        amounts[key] = amounts.get(key, Fraction(0)) + amount
    findings.refuse_if_any()
    return Legacy(str(path), amounts, "bonus" in columns)


def _check_headers(table: RawTable, findings: Findings) -> None:
    headers = [column.header for column in table.columns]
    for column in table.columns:
        if column.header not in COLUMNS:
            remedy = nearest(column.header, list(COLUMNS))
            findings.add(table.file, 1, column.number, f"There is no column '{column.header}' here.", remedy)
        elif headers.count(column.header) > 1:
            findings.add(table.file, 1, column.number, f"'{column.header}' stands twice.", "Keep one of the two.")
    for name in ("member", "amount"):
        if name not in headers:
            findings.add(table.file, 1, 0, f"Column '{name}' is missing.", f"Add it: {COLUMNS[name]}.")

"""What a set of facts holds, in a few lines: rows and time span of each table."""

from __future__ import annotations

from dataclasses import dataclass

from trueline.facts.columns import ALWAYS, moment
from trueline.facts.shelf import Shelf


@dataclass(frozen=True)
class TableSummary:
    """A table: its rows, and the first and last time at which one of them counts ("" where none is dated)."""

    table: str
    rows: int
    first: str
    last: str


def summaries(shelf: Shelf) -> list[TableSummary]:
    """One summary per table, in the order of the catalogue; tables taken from others are left out."""
    found = []
    for name, table in shelf.tables.items():
        if table.derived:
            continue
        times = shelf.effective(name)
        dated = times[times != ALWAYS]
        first, last = (moment(int(dated.min())), moment(int(dated.max()))) if len(dated) else ("", "")
        found.append(TableSummary(name, table.rows, first, last))
    return found


def last_of_all(shelf: Shelf) -> int | None:
    """The last moment, in seconds of wall time, at which a row of any table counts; None where none is dated."""
    found = [int(times.max()) for times in map(shelf.effective, shelf.tables) if times.size]
    last = max(found, default=ALWAYS)
    return None if last == ALWAYS else last


def summary_text(shelf: Shelf) -> str:
    """The summaries as an aligned table for people."""
    lines = [f"{shelf.company.name}, {shelf.company.currency}, {shelf.company.timezone}"]
    found = summaries(shelf)
    width = max((len(summary.table) for summary in found), default=0)
    for summary in found:
        span = f"  {summary.first} to {summary.last}" if summary.first else ""
        rows = f"{summary.rows:,}".replace(",", " ")
        lines.append(f"  {summary.table:<{width}}  {rows:>9}{span}")
    return "\n".join(lines)

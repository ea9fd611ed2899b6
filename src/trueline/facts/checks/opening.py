"""Values of opening balances and overrides are of the kind that their row says."""

from __future__ import annotations

import numpy as np

from trueline.errors import Findings
from trueline.facts import parse
from trueline.facts.checks.keys import has_columns
from trueline.facts.columns import Table
from trueline.facts.shelf import Shelf
from trueline.money.text import parse_number

_RANKS = ("title", "rank")
_FORCED_RANKS = ("rank", "forced rank")


def check_opening(shelf: Shelf, findings: Findings) -> None:
    """Numbers where a balance is a number; a rank, or yes or no, where an override decides."""
    if has_columns(shelf, {"balances": ("member", "what", "value")}):
        table = shelf["balances"]
        texts = table["value"].values
        wrong = {code for code, text in enumerate(texts) if not _is_number(text)}
        for row, code in _rows(table, _RANKS):
            if code in wrong:
                message = f"{parse.quoted(texts[code])} is not a number."
                findings.add(*table.place(row, "value"), message, "Write digits, such as 1234.50, without separators.")
        _check_one_rank(shelf, findings)
    if has_columns(shelf, {"overrides": ("what", "value")}):
        table = shelf["overrides"]
        unclear = parse.flags(table["value"].dictionary).complaints
        for row, code in _rows(table, _FORCED_RANKS):
            if code in unclear:
                findings.add(*table.place(row, "value"), *unclear[code])
        for place in np.flatnonzero(table["value"].blank):
            findings.add(*table.place(int(place), "value"), "'value' is blank.", "Write the rank, or yes or no.")


def _check_one_rank(shelf: Shelf, findings: Findings) -> None:
    """Of several titles, or ranks, of a member the latest counts: no two may stand for the same moment."""
    table, since = shelf["balances"], shelf.effective("balances")
    first: dict[tuple[str, str, int], int] = {}
    for row in np.flatnonzero(np.isin(table["what"].codes, [table["what"].values.index(one) for one in _RANKS])):
        what = table["what"].text(int(row))
        other = first.setdefault((table["member"].text(int(row)), what, int(since[row])), int(row))
        names = [_rank_of(table, other), _rank_of(table, int(row))]
        if names[0] != names[1]:
            message = f"A {what} of {names[1]} here and of {names[0]} on line {table.line(other)} at the same moment."
            findings.add(*table.place(int(row), "value"), message, "Keep one, or say in 'as_of' which came last.")


def _rank_of(table: Table, row: int) -> str:
    """The rank that a row brings in: its name, else its value."""
    return parse.quoted(table.text(row, "name") or table.text(row, "value"))


def _is_number(text: str) -> bool:
    """Whether a run can read the text, whatever its size: only the plan knows the unit of a balance."""
    try:
        parse_number(text)
    except ValueError:
        return False
    return True


def _rows(table: Table, ranks: tuple[str, ...]) -> list[tuple[int, int]]:
    """(row, code of its value) of the rows that are filled and do not speak of a rank."""
    what, value = table["what"], table["value"]
    spoken = np.isin(what.codes, [what.values.index(rank) for rank in ranks])
    rows = np.flatnonzero(~spoken & ~what.blank & ~value.blank)
    return [(int(row), int(value.codes[row])) for row in rows]

"""A proposal as rows of the edges table: what ends, what begins, and the whole table with both."""

from __future__ import annotations

import csv
import io

from trueline.facts import Facts
from trueline.facts.columns import moment
from trueline.facts.write import csv_text
from trueline.network.placement.proposal import Change, Proposal

Row = dict[str, str]
HEADERS = ("tree", "position", "parent", "slot", "from", "to", "reason")


def changed_rows(proposal: Proposal) -> list[Row]:
    """The edges that end, each with its last day of validity, and after them those that begin. An edge that began on
    the day itself ends there: it is to be taken out.
    """
    old = _old_rows(proposal.facts)
    ended = [_ended(old[change.row], proposal) for change in proposal.changes if change.row >= 0]
    return ended + [_begun(change, proposal, old) for change in proposal.changes if change.how != "leaves"]


def whole_table(proposal: Proposal) -> list[Row]:
    """Every edge of the facts, of all trees, with the changes carried out.

    Errors: ``Refused`` when the facts would not be sound with it: the same checks as when they are read.
    """
    old = _old_rows(proposal.facts)
    ending = {change.row for change in proposal.changes if change.row >= 0}
    day = moment(proposal.day)
    rows = [_ended(row, proposal) if at in ending else row for at, row in enumerate(old)]
    rows = [row for at, row in enumerate(rows) if at not in ending or row.get("from", "") != day]
    rows += [_begun(change, proposal, old) for change in proposal.changes if change.how != "leaves"]
    if rows:
        proposal.facts.with_rows("edges", rows, "proposed edges")
    return rows


def table_text(rows: list[Row]) -> str:
    """Rows as CSV, under every header that one of them has."""
    headers = list(dict.fromkeys([*HEADERS, *(name for row in rows for name in row)]))
    out = io.StringIO()
    writer = csv.DictWriter(out, headers, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _old_rows(facts: Facts) -> list[Row]:
    return list(csv.DictReader(io.StringIO(csv_text(facts["edges"]), newline=""))) if facts.has("edges") else []


def _ended(row: Row, proposal: Proposal) -> Row:
    return {**row, "to": moment(proposal.day)}


def _begun(change: Change, proposal: Proposal, old: list[Row]) -> Row:
    """The edge that begins; where an older one had an end, it has the same."""
    return {
        "tree": proposal.tree,
        "position": change.position,
        "parent": change.parent,
        "slot": str(change.slot or ""),
        "from": moment(proposal.day),
        "to": old[change.row].get("to", "") if change.row >= 0 else "",
        "reason": change.reason,
    }

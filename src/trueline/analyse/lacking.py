"""What facts do not have: a measure that needs it is unknown and says so."""

from __future__ import annotations

from collections.abc import Iterable

from trueline.analyse.figure import Figure
from trueline.facts import Facts


def lacking(facts: Facts, *wanted: str) -> tuple[str, ...]:
    """Those of the tables ("receipts") and columns ("orders.buyer") that the facts do not have."""
    return tuple(name for name in wanted if not _there(facts, *name.partition(".")[::2]))


def unknown(measures: Iterable[str], missing: tuple[str, ...]) -> list[Figure]:
    """The same gap in several measures."""
    return [Figure(measure, None, missing=missing) for measure in measures]


def _there(facts: Facts, table: str, column: str) -> bool:
    return facts.has(table) and (not column or column in facts[table])

"""The columns by which a late row is known stand on the page, and both engines ask for exactly these."""

from __future__ import annotations

import re
from pathlib import Path

from tests.reference.known import LATE

from trueline.facts import closed
from trueline.facts.catalog import TABLES

PAGE = Path(__file__).parents[2] / "docs" / "semantics.md"


def columns_of_the_page() -> dict[str, tuple[str, ...]]:
    """By table what the page lists in brackets, in its order; of order lines also each volume."""
    start = "A row is another one than before where one of these columns says something else:"
    listed = PAGE.read_text(encoding="utf-8").split(start)[1].split("\n\n")[0]
    rows = re.findall(r"`(\w+)` \(([^)]*)\)", listed)
    return {table: tuple(one.strip() for one in text.split(",")) for table, text in rows}


def test_both_engines_ask_for_the_columns_of_the_page() -> None:
    said = columns_of_the_page()
    assert said["order_lines"][-1] == "and each volume"
    said["order_lines"] = said["order_lines"][:-1]  # columns `volume.NAME`, of which each engine knows by itself

    assert said == LATE
    assert said == dict(closed._ASKED)


def test_the_columns_are_columns_of_the_facts() -> None:
    for table, columns in columns_of_the_page().items():
        there = {spec.name for spec in TABLES[table].columns}
        assert set(columns) - {"and each volume"} <= there, table

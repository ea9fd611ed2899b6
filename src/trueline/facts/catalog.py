"""Every table of facts by name, in the order in which they are documented."""

from __future__ import annotations

from trueline.facts.spec import TableSpec
from trueline.facts.tables.conduct import CONDUCT
from trueline.facts.tables.opening import OPENING
from trueline.facts.tables.people import PEOPLE
from trueline.facts.tables.sales import SALES

TABLES: dict[str, TableSpec] = {table.name: table for table in (*PEOPLE, *SALES, *OPENING, *CONDUCT)}
"""Table name -> its declaration."""

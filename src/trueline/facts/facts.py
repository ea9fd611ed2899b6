"""The facts of a company: read from a folder, from rows of text or from Arrow tables, checked as a whole."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from trueline.errors import Findings, nearest
from trueline.facts.arrow import arrow_table
from trueline.facts.build import typed_tables
from trueline.facts.catalog import TABLES
from trueline.facts.checks.dates import check_dates
from trueline.facts.checks.keys import check_keys, check_references
from trueline.facts.checks.opening import check_opening
from trueline.facts.checks.sales import check_sales
from trueline.facts.checks.trees import check_trees
from trueline.facts.columns import Bools, Column, Table
from trueline.facts.company import Company
from trueline.facts.cut import known_rows, rows_without_lines, rows_without_members
from trueline.facts.digest import company_digest, table_digest
from trueline.facts.folder import Folder, Source, read_folder
from trueline.facts.need import Need
from trueline.facts.nodes import further_positions, with_nodes
from trueline.facts.raw import RawTable, from_arrow, from_rows
from trueline.facts.shelf import Shelf
from trueline.facts.spec import Kind

_SPONSOR = pa.array(["sponsor"])
CHECKS = (check_keys, check_references, check_dates, check_trees, check_sales, check_opening)
"""What is checked once every cell is understood; each adds its findings."""


class Facts(Shelf):
    """Checked facts. ``facts["orders"]`` is a :class:`~trueline.facts.columns.Table`; ``facts.has("orders")`` asks.

    ``facts.sources`` lists the files that were read, so that a run can seal them. ``facts.owner_of`` names the owner of
    each member that stands for a further position (see ``nodes``); it is empty in facts as they are read.
    """

    def __init__(self, company: Company, tables: Mapping[str, Table], sources: Sequence[Source] = ()) -> None:
        super().__init__(company, tables)
        self.sources = tuple(sources)
        self.owner_of: Mapping[str, str] = {}

    @classmethod
    def read(cls, folder: str | Path, needs: Need | None = None) -> Facts:
        """The facts in a folder of CSV and Parquet files with a ``company.yaml``.

        Errors: ``Refused`` with every finding.
        """
        findings = Findings()
        read = read_folder(Path(folder), findings)
        if read.company is None:
            findings.refuse_if_any()
            raise AssertionError("without a company there is a finding")
        return cls._checked(read.company.company, read.tables, str(folder), findings, needs, read)

    @classmethod
    def from_rows(
        cls,
        company: Company,
        tables: Mapping[str, Sequence[Mapping[str, str | None]]],
        place: str = "facts",
        needs: Need | None = None,
    ) -> Facts:
        """Facts from rows of texts by table name. Findings name ``place``/table, the row (from 2) and the column.

        Errors: ``Refused`` with every finding.
        """
        findings = Findings()
        raws = {
            name: from_rows(name, f"{place}/{name}", rows)
            for name, rows in tables.items()
            if _is_table(name, place, findings)
        }
        return cls._checked(company, raws, place, findings, needs)

    @classmethod
    def from_arrow(
        cls, company: Company, tables: Mapping[str, Any], place: str = "facts", needs: Need | None = None
    ) -> Facts:
        """Facts from ``pyarrow.Table`` by table name: strings, integers and decimals as they are written (not scaled),
        timestamps and dates, booleans. Times with a zone are converted to the company's.

        Errors: ``Refused`` with every finding; binary floating point is one.
        """
        findings = Findings()
        raws = {
            name: from_arrow(name, f"{place}/{name}", table)
            for name, table in tables.items()
            if _is_table(name, place, findings)
        }
        return cls._checked(company, raws, place, findings, needs)

    @classmethod
    def _checked(
        cls,
        company: Company,
        raws: Mapping[str, RawTable],
        place: str,
        findings: Findings,
        needs: Need | None,
        read: Folder | None = None,
    ) -> Facts:
        unreadable = read.unreadable if read else set()
        if "members" not in raws and "members" not in unreadable:
            findings.add(place, 0, 0, "Table 'members' is missing.", f"Add it: {TABLES['members'].meaning}")
        tables = typed_tables(company, raws, findings)
        for name in ("positions", "edges"):  # a template's empty table says nothing: as if it were not there
            if name in tables and tables[name].rows == 0:
                del tables[name]
        _add_sponsor_edges(tables, findings)
        facts = cls(company, tables, read.sources if read else ())
        for check in CHECKS:
            if facts.has("members"):
                check(facts, findings)
        if needs is not None:
            needs.check(facts.tables, unreadable, place, findings)
        findings.refuse_if_any()
        return facts

    @cached_property
    def hash(self) -> str:
        """SHA-256 in hex of all tables and the company; the same for CSV and Parquet and for any order of rows."""
        return self.hash_of(self.tables)

    def hash_of(self, tables: Sequence[str] | Mapping[str, Table]) -> str:
        """As ``hash``, over these tables only. Errors: ``KeyError`` for a table that is not there."""
        hasher = hashlib.sha256(company_digest(self.company))
        for name in sorted(set(tables)):
            if not self[name].derived:
                hasher.update(self._digest(name))
        return hasher.hexdigest()

    def arrow(self, name: str) -> Any:
        """A table as ``pyarrow.Table``: texts, decimals, wall times, booleans, nulls where blank."""
        return arrow_table(self[name])

    def known_by(self, seconds: int) -> Facts:
        """The facts without the rows booked at or after ``seconds`` (wall time), and without what belongs to them.

        A row whose member, position, order or order line was not known was not known either. Nothing is checked again.
        """
        return Facts(self.company, known_rows(self, seconds), self.sources)

    @cached_property
    def nodes(self) -> Facts:
        """The facts in which every position that is a node of its own is a member; the same where there is none.

        ``owner_of`` of the result says whose each is.
        """
        further = further_positions(self)
        if further.size == 0:
            return self
        facts = Facts(self.company, with_nodes(self, further), self.sources)
        names = [self.positions[i] for i in further.tolist()]
        facts.owner_of = {name: self.members[int(self.owners[i])] for name, i in zip(names, further, strict=True)}
        return facts

    def with_rows(self, name: str, rows: Sequence[Mapping[str, str | None]], place: str) -> Facts:
        """The facts with one table in other words, checked as a whole; findings name ``place``, rows count from 2.

        Errors: ``Refused`` with every finding.
        """
        findings = Findings()
        typed = typed_tables(self.company, {name: from_rows(name, place, rows)}, findings)
        facts = Facts(self.company, {**self.tables, **typed}, self.sources)
        for check in CHECKS:
            check(facts, findings)
        findings.refuse_if_any()
        return facts

    def without_members(self, gone: Bools) -> Facts:
        """The facts as if some members (Boolean [members]) had never been there, with what they bought and sold."""
        return Facts(self.company, rows_without_members(self, gone), self.sources)

    def without_lines(self, gone: Bools) -> Facts:
        """The facts without some order lines (Boolean [order lines]); their orders stay and bring nothing by them."""
        return Facts(self.company, rows_without_lines(self, gone), self.sources)

    @cached_property
    def _digests(self) -> dict[str, bytes]:
        return {}

    def _digest(self, name: str) -> bytes:
        if name not in self._digests:
            self._digests[name] = table_digest(self[name])
        return self._digests[name]


def _is_table(name: str, place: str, findings: Findings) -> bool:
    if name not in TABLES:
        findings.add(place, 0, 0, f"'{name}' is not a table of facts.", nearest(name, list(TABLES)))
    return name in TABLES


def _add_sponsor_edges(tables: dict[str, Table], findings: Findings) -> None:
    """A ``sponsor`` column of members stands for the undated edges of a tree ``sponsor``."""
    members = tables.get("members")
    if members is None or "sponsor" not in members or "member" not in members:
        return
    if "edges" in tables:
        place = (members.file, 1, members["sponsor"].number)
        edges = tables["edges"]
        if "tree" in edges and "sponsor" in edges["tree"].values:
            message = "Sponsors are given twice: in this column and in the edges table."
            findings.add(*place, message, "Keep one of the two.")
        else:
            message = f"Sponsors stand in this column, other trees in {edges.file}; an edges table holds all trees."
            remedy = "Add a row 'sponsor,MEMBER,SPONSOR' (tree, position, parent) for each, and drop this column."
            findings.add(*place, message, remedy)
        return
    sponsored = np.flatnonzero(~members["sponsor"].blank & ~members["member"].blank)
    position, parent = members["member"], members["sponsor"]
    codes = np.zeros(members.rows, dtype=np.int32)
    columns = {
        "tree": Column("tree", Kind.ID, 0, codes, None, _SPONSOR),
        "position": Column("position", Kind.ID, position.number, position.codes, None, position.dictionary),
        "parent": Column("parent", Kind.ID, parent.number, parent.codes, None, parent.dictionary),
    }
    all_edges = Table(TABLES["edges"], members.file, members.rows, columns, lambda: members.all_lines, derived=True)
    tables["edges"] = all_edges.take(sponsored)

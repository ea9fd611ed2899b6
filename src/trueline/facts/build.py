"""Raw tables -> typed tables: headers are matched with the declarations and every cell is understood or refused."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
import pyarrow as pa

from trueline.errors import Findings, nearest
from trueline.facts.catalog import TABLES
from trueline.facts.columns import Column, Table
from trueline.facts.company import Company
from trueline.facts.currencies import minor_unit
from trueline.facts.raw import RawColumn, RawTable
from trueline.facts.spec import ColumnSpec, TableSpec
from trueline.facts.typed import Context, Unreadable, typed_column

_ATTRIBUTE = "attribute."
_VOLUME = "volume."


def typed_tables(company: Company, raws: Mapping[str, RawTable], findings: Findings) -> dict[str, Table]:
    """Type every raw table; cells, columns and headers that are wrong are findings and are left out."""
    builder = _Builder(company, findings)
    order = ["rates_fx", *(name for name in TABLES if name != "rates_fx")]
    typed = {name: builder.table(raws[name]) for name in order if name in raws}
    return {name: typed[name] for name in TABLES if name in typed}


class _Builder:
    """Types the tables of one company; exchange rates first, as they say which currencies are in use."""

    def __init__(self, company: Company, findings: Findings) -> None:
        self.company = company
        self.findings = findings
        self.context = Context(company.zone, company.currency_unit, company.volumes)

    def table(self, raw: RawTable) -> Table:
        spec = TABLES[raw.name]
        columns: dict[str, Column] = {}
        empty = Table(spec, raw.file, raw.rows, {}, raw.lines)
        for raw_column, column_spec in self.matched(raw, spec):
            columns[raw_column.header] = self.column(empty, raw_column, column_spec)
        table = Table(spec, raw.file, raw.rows, columns, lambda: empty.all_lines)
        if raw.name == "rates_fx" and "currency" in columns:
            self.context = Context(self.context.zone, self.finest(columns["currency"]), self.company.volumes)
        return table

    def finest(self, currencies: Column) -> Fraction:
        """The finest minor unit among the company's currency and those that have a rate."""
        used = np.unique(currencies.codes[currencies.codes >= 0])
        return min([self.company.currency_unit, *(minor_unit(currencies.values[code]) for code in used)])

    def matched(self, raw: RawTable, spec: TableSpec) -> list[tuple[RawColumn, ColumnSpec]]:
        """The columns whose headers are known, each with its declaration."""
        seen: dict[str, int] = {}
        matched = []
        for column in raw.columns:
            declared = spec.column(column.header)
            if column.header in seen:
                message = f"Column '{column.header}' is also column {seen[column.header]}."
                self.findings.add(raw.file, 1, column.number, message, "Keep one.")
            elif declared is None or not self.known_family(column.header, declared):
                message = f"'{column.header}' is not a column of {spec.name}."
                self.findings.add(raw.file, 1, column.number, message, nearest(column.header, self.names(spec)))
            else:
                seen[column.header] = column.number
                matched.append((column, declared))
        for declared in spec.columns:
            if declared.required and declared.name not in seen:
                message = f"Column '{declared.name}' is missing from {spec.name}."
                self.findings.add(raw.file, 1, 0, message, f"Add it: {declared.meaning}")
        return matched

    def known_family(self, header: str, declared: ColumnSpec) -> bool:
        if header.startswith(_VOLUME) and declared.open_ended:
            return header.removeprefix(_VOLUME) in self.company.volumes
        if header.startswith(_ATTRIBUTE) and declared.open_ended:
            name = header.removeprefix(_ATTRIBUTE)
            return bool(name) and (not self.company.attributes or name in self.company.attributes)
        return True

    def names(self, spec: TableSpec) -> list[str]:
        """The headers that the table may have in this company."""
        names = [column.name for column in spec.all_columns if not column.open_ended]
        for column in spec.all_columns:
            if column.open_ended:
                family = self.company.volumes if column.name == "volume.*" else self.company.attributes
                names += [column.name[:-1] + member for member in family]
        return names

    def column(self, table: Table, raw: RawColumn, spec: ColumnSpec) -> Column:
        allowed = self.company.attributes.get(raw.header.removeprefix(_ATTRIBUTE), ()) if spec.open_ended else ()
        try:
            column, cells = typed_column(spec, raw.header, raw.number, raw.cells, self.context, tuple(allowed))
        except (Unreadable, pa.ArrowException) as error:
            damaged = (f"Column '{raw.header}' holds bytes that are not UTF-8 text.", "Store it as text.")
            message, remedy = error.args if isinstance(error, Unreadable) else damaged
            self.findings.add(table.file, 1, raw.number, message, remedy)
            nothing = pa.nulls(table.rows, pa.string())
            return typed_column(spec, raw.header, raw.number, nothing, self.context, tuple(allowed))[0]
        bad = {cell.row for cell in cells}
        for cell in cells:
            self.findings.add(table.file, table.line(cell.row), raw.number, cell.message, cell.remedy)
        if spec.required and not spec.blank:
            for row in np.flatnonzero(column.blank):
                if int(row) not in bad:
                    message = f"'{raw.header}' is blank."
                    self.findings.add(table.file, table.line(int(row)), raw.number, message, f"Fill it: {spec.meaning}")
        return column

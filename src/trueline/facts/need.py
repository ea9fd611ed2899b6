"""What a plan or a measure reads of the facts, so that what is missing can be refused with the name of who needs it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from trueline.errors import Findings, nearest
from trueline.facts.catalog import TABLES
from trueline.facts.columns import Table


class Need:
    """Tables and columns that must be there, each with who needs it.

    ``Need({"orders": {"buyer", "time"}}, by="the plan")``, or with a reason per column:
    ``Need({"orders": {"credited": "measure 'own customers'"}})``. Needs are joined with ``|``.

    Errors: ``KeyError`` for a table or column that facts do not have at all.
    """

    def __init__(self, tables: Mapping[str, Iterable[str] | Mapping[str, str]], by: str = "the plan") -> None:
        self.columns: dict[str, dict[str, str]] = {}
        for name, wanted in tables.items():
            if name not in TABLES:
                raise KeyError(f"'{name}' is not a table of facts. {nearest(name, list(TABLES))}")
            reasons = dict(wanted) if isinstance(wanted, Mapping) else dict.fromkeys(wanted, by)
            for column in reasons:
                if TABLES[name].column(column) is None:
                    known = [spec.name for spec in TABLES[name].all_columns]
                    raise KeyError(f"'{column}' is not a column of {name}. {nearest(column, known)}")
            self.columns[name] = dict(sorted(reasons.items()))
        self.by = by

    def __or__(self, other: Need) -> Need:
        joined = Need({}, self.by)
        for need in (self, other):
            for name, reasons in need.columns.items():
                joined.columns.setdefault(name, {})
                for column, who in reasons.items():
                    known = joined.columns[name].get(column)
                    joined.columns[name][column] = who if known in {None, who} else f"{known} and {who}"
        return joined

    def check(self, tables: Mapping[str, Table], unreadable: Collection[str], place: str, findings: Findings) -> None:
        """Findings for every table and column that is needed and absent; not for tables that are there, unreadable."""
        for name, reasons in self.columns.items():
            if name in unreadable:
                continue
            if name not in tables:
                who = ", ".join(sorted(set(reasons.values()))) or self.by
                message = f"Table '{name}' is missing; {who} needs it."
                columns = ", ".join(reasons) or "any of its columns"
                findings.add(place, 0, 0, message, f"Add it with {columns}: {TABLES[name].meaning}")
                continue
            for column, who in reasons.items():
                spec = TABLES[name].column(column)
                if column not in tables[name] and spec is not None:
                    message = f"Column '{column}' is missing from {name}; {who} needs it."
                    findings.add(tables[name].file, 1, 0, message, f"Add it: {spec.meaning}")

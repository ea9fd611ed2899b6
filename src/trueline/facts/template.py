"""An empty set of facts to start from: a CSV with its header per table, a company file, and what each column means."""

from __future__ import annotations

from pathlib import Path

from trueline.errors import Finding, Refused
from trueline.facts.catalog import TABLES
from trueline.facts.company import FILE
from trueline.facts.spec import BY_VOLUME, ColumnSpec, Kind, TableSpec
from trueline.files import whole_folder

_VOLUMES = ("pv", "cv")
_ATTRIBUTE = "scheme"
_COMPANY = """\
# What holds for all tables in this folder.
company: Name of the company
time zone: UTC              # fixes when days, weeks and months end, such as America/Chicago
currency: USD               # ISO 4217; amounts are kept in its minor unit

# The volumes that orders carry, each with the unit in which it is kept. Each is a column of order_lines.
volumes:
  pv: 0.01                  # qualifying points: column volume.pv
  cv: 0.01                  # commissionable value: column volume.cv

# Free attributes of members, each with the values allowed, or any. Each is a column of members.
attributes:
  scheme: any               # column attribute.scheme

# Tables that are kept in files of another name:
# tables:
#   orders: shop-export.csv
"""


def write_template(folder: Path) -> None:
    """Write the template; the folder appears complete or not at all.

    Errors: ``Refused`` when ``folder`` is a file or holds anything, or when it cannot be written.
    """
    try:
        if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
            raise Refused([Finding(str(folder), 0, 0, "This is not an empty folder.", "Name a new one.")])
        with whole_folder(folder) as aside:
            _fill(aside)
    except OSError as error:
        message = f"The folder cannot be written: {error.strerror}."
        raise Refused([Finding(str(folder), 0, 0, message, "Choose another place.")]) from None


def columns_text() -> str:
    """Every table and column in Markdown."""
    return _GUIDE + "\n".join(_table_text(table) for table in TABLES.values())


_GUIDE = """\
# Tables of facts

A folder of tables, each a CSV file (UTF-8) or a Parquet file of the table's name, and `company.yaml`. Leave out every
table and every column that you do not have, unless it is marked *required*: what is needed for a plan is asked for by
name, and nothing that is missing is taken for zero.

- **id**, **text**: any text; spaces around it do not count. **yes or no**: `yes`, `no`.
- **money**, **exact number**: digits with a point, such as `1234.50`, never finer than the unit.
- **time**: a date (`2026-03-31`, meaning 00:00 of that day) or a time (`2026-03-31T14:05:00`) of the company's time
  zone, or with an offset (`2026-03-31T19:05:00Z`). The end of a span (`to`) is exclusive.

"""


def _fill(folder: Path) -> None:
    (folder / FILE).write_text(_COMPANY, encoding="utf-8", newline="\n")
    (folder / "columns.md").write_text(columns_text(), encoding="utf-8", newline="\n")
    for table in TABLES.values():
        header = ",".join(name for column in table.all_columns for name in _headers(column))
        (folder / f"{table.name}.csv").write_text(header + "\n", encoding="utf-8", newline="\n")


def _headers(column: ColumnSpec) -> list[str]:
    """The headers of a column in the template; none for what another table of the template holds."""
    if column.open_ended:
        family = _VOLUMES if column.unit == BY_VOLUME else (_ATTRIBUTE,)
        return [column.name[:-1] + name for name in family]
    return [] if column.instead else [column.name]


def _table_text(table: TableSpec) -> str:
    lines = [f"## {table.name}", "", table.meaning]
    if table.key:
        lines += ["", f"Rows differ in: {', '.join(f'`{name}`' for name in table.key)}."]
    lines += ["", "| column | kind | meaning |", "|---|---|---|"]
    lines += [f"| `{column.name}` | {_kind_text(column)} | {column.meaning} |" for column in table.all_columns]
    return "\n".join(lines) + "\n"


def _kind_text(column: ColumnSpec) -> str:
    text = " · ".join(f"`{value}`" for value in column.allowed) if column.allowed else column.kind.value
    if column.kind is Kind.NUMBER:
        text += ", unit of the volume" if column.unit == BY_VOLUME else f", unit {column.unit}"
    if column.refers_to:
        text += f", of {column.refers_to}"
    return text + (", *required*" if column.required else "")

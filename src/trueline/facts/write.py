"""Facts written back to a folder, as CSV or Parquet, with their ``company.yaml``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import pyarrow.parquet as papq
import yaml

from trueline.errors import Finding, Refused
from trueline.facts.arrow import arrow_table
from trueline.facts.columns import Column, Table, moment
from trueline.facts.company import FILE, Company
from trueline.facts.shelf import Shelf
from trueline.facts.spec import CODED, NUMERIC, Kind
from trueline.facts.units import decimal_text, unit_text
from trueline.files import whole_folder

_SPECIAL = re.compile(r'[",\r\n]')


def write_facts(shelf: Shelf, folder: Path, form: Literal["csv", "parquet"] = "csv") -> None:
    """Write every table to ``folder``, which appears whole or not at all; reading it back gives the same hash.

    Errors: ``Refused`` when the folder holds anything or cannot be written.
    """
    try:
        with whole_folder(folder) as aside:
            _fill(shelf, aside, form)
    except OSError as error:
        finding = Finding(str(folder), 0, 0, f"The facts cannot be written: {error.strerror}.", "Name another folder.")
        raise Refused([finding]) from None


def _fill(shelf: Shelf, folder: Path, form: Literal["csv", "parquet"]) -> None:
    (folder / FILE).write_text(company_text(shelf.company), encoding="utf-8", newline="\n")
    for name, table in shelf.tables.items():
        if table.derived:
            continue
        if form == "parquet":
            papq.write_table(arrow_table(table), folder / f"{name}.parquet")
        else:
            (folder / f"{name}.csv").write_text(csv_text(table), encoding="utf-8", newline="")


def company_text(company: Company) -> str:
    """The text of ``company.yaml``."""
    entries: dict[str, object] = {
        "company": company.name,
        "time zone": company.timezone,
        "currency": company.currency,
    }
    if company.attributes:
        entries["attributes"] = {name: list(values) or "any" for name, values in company.attributes.items()}
    text = yaml.safe_dump(entries, sort_keys=False, allow_unicode=True, width=10_000)
    if company.volumes:
        names = (yaml.safe_dump(name, allow_unicode=True).split("\n")[0] for name in company.volumes)
        units = map(unit_text, company.volumes.values())
        text += "volumes:\n" + "".join(f"  {name}: {unit}\n" for name, unit in zip(names, units, strict=True))
    return text


def csv_text(table: Table) -> str:
    """A table as CSV with line feeds; blank cells are empty."""
    rows = zip(*(map(_quoted, _texts(column)) for column in table.columns.values()), strict=True)
    lines = [",".join(map(_quoted, table.columns)), *(",".join(row) or '""' for row in rows)]
    return "\n".join(lines) + "\n"


def _quoted(cell: str) -> str:
    """A cell as it stands in a CSV file. The writer of the standard library leaves a lone carriage return bare."""
    return '"' + cell.replace('"', '""') + '"' if _SPECIAL.search(cell) else cell


def _texts(column: Column) -> Sequence[str]:
    """The cells of a column (n) as text."""
    if column.kind in CODED:
        values = [*column.values, ""]
        return [values[code] for code in column.codes.tolist()]
    if column.kind is Kind.TIME:
        texts = [moment(seconds) for seconds in column.seconds.tolist()]
    elif column.kind in NUMERIC:
        texts = [decimal_text(count, column.unit) for count in column.numbers.tolist()]
    else:
        texts = ["yes" if flag else "no" for flag in column.flags.tolist()]
    if column.missing is None:
        return texts
    return ["" if blank else text for text, blank in zip(texts, column.missing.tolist(), strict=True)]

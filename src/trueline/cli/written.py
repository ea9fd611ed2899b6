"""Writing pages and tables: aside first, then in their place, so that nothing is ever half written."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from trueline.errors import Finding, Refused
from trueline.files import draft_folder


def write_page(path: Path, page: str | bytes) -> None:
    """Write UTF-8 text, or bytes as they are. Errors: ``Refused`` when the place cannot be written; an older file then
    stays as it was.
    """
    aside = path.parent / f".{path.name}.partial"  # "." has no name, and is refused when the page is put there
    try:
        aside.write_bytes(page.encode() if isinstance(page, str) else page)
        aside.replace(path)
    except OSError as error:
        with suppress(OSError):  # there may be no place for it either
            aside.unlink()
        finding = Finding(str(path), 0, 0, f"Cannot be written: {error.strerror}.", "Name another file.")
        raise Refused([finding]) from None


def write_tables(folder: Path, tables: Mapping[str, pa.Table]) -> None:
    """Each table as NAME.parquet and NAME.csv. Errors: ``Refused`` when the folder cannot be written; older files then
    stay as they were.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with draft_folder(folder) as aside:
            for name, table in tables.items():
                pq.write_table(table, aside / f"{name}.parquet")
                pacsv.write_csv(table, aside / f"{name}.csv")
            for file in sorted(aside.iterdir()):
                file.replace(folder / file.name)
    except OSError as error:
        finding = Finding(str(folder), 0, 0, f"Cannot be written: {error.strerror}.", "Name another folder.")
        raise Refused([finding]) from None

"""A folder of facts: which files belong to which table, and their bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as papq

from trueline.errors import Findings, nearest
from trueline.facts.catalog import TABLES
from trueline.facts.company import ENDINGS, FILE, CompanyFile, read_company
from trueline.facts.csv_file import read_csv
from trueline.facts.raw import RawTable, from_arrow
from trueline.files import regular


@dataclass(frozen=True)
class Source:
    """A file that was read: its path, the SHA-256 of its bytes in hex, and how many bytes it has."""

    path: Path
    sha256: str
    bytes: int


@dataclass
class Folder:
    """What was read from a folder; ``unreadable`` names the tables whose files could not be taken in."""

    company: CompanyFile | None
    tables: dict[str, RawTable]
    sources: list[Source]
    unreadable: set[str]


def read_folder(folder: Path, findings: Findings) -> Folder:
    """Read ``company.yaml`` and every table of ``folder``; what cannot be read is a finding."""
    read = Folder(None, {}, [], set())
    try:
        there = sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        findings.add(str(folder), 0, 0, "This folder does not exist.", "Give the folder that holds company.yaml.")
        return read
    except OSError as error:
        findings.add(str(folder), 0, 0, f"This folder cannot be read: {error.strerror}.", "Check its name and rights.")
        return read
    content = _bytes(folder / FILE, read, findings)
    if content is not None:
        text = content.decode("utf-8-sig", errors="replace")
        read.company = read_company(text, str(folder / FILE), findings)
    for name, path in _files(folder, there, read.company.files if read.company else {}, findings).items():
        content = _bytes(path, read, findings)
        table = _table(name, path, content, findings) if content is not None else None
        if table is not None:
            read.tables[name] = table
        else:
            read.unreadable.add(name)
    return read


def _bytes(path: Path, read: Folder, findings: Findings) -> bytes | None:
    try:
        content = regular(path).read_bytes()
    except FileNotFoundError:
        findings.add(str(path), 0, 0, "This file is missing.", "Write it, or start from the template.")
        return None
    except OSError as error:
        findings.add(
            str(path), 0, 0, f"This file cannot be opened: {error.strerror}.", "Check the file and its rights."
        )
        return None
    read.sources.append(Source(path, hashlib.sha256(content).hexdigest(), len(content)))
    return content


def _files(folder: Path, there: Sequence[Path], named: Mapping[str, str], findings: Findings) -> dict[str, Path]:
    """Table name -> its file, in the order of the catalogue."""
    found: dict[str, Path] = {}
    taken = set()
    for name, file in named.items():
        found[name] = folder / file
        taken.add(folder / file)
    for path in there:
        if path.suffix.lower() not in ENDINGS or path in taken:
            continue
        if path.stem not in TABLES and not path.is_file():
            continue  # what bears the name of a table is meant to be one, even where it cannot be read
        if path.stem not in TABLES:
            remedy = f"{nearest(path.stem, list(TABLES))} Otherwise move the file out of the folder."
            findings.add(str(path), 0, 0, f"'{path.stem}' is not a table of facts.", remedy)
        elif path.stem in found:
            remedy = "Keep one of the two."
            findings.add(str(path), 0, 0, f"Table '{path.stem}' is also in {found[path.stem].name}.", remedy)
        else:
            found[path.stem] = path
    return {name: found[name] for name in TABLES if name in found}


def _table(name: str, path: Path, content: bytes, findings: Findings) -> RawTable | None:
    if path.suffix.lower() == ".csv":
        return read_csv(name, str(path), content, findings)
    try:
        return from_arrow(name, str(path), papq.read_table(pa.BufferReader(content)))
    except (pa.ArrowException, OSError):
        message = "This is not a Parquet file, or it is damaged."
        findings.add(str(path), 0, 0, message, "Write the file again, or use CSV.")
        return None

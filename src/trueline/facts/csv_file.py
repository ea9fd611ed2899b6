"""CSV files of text cells: read by Arrow when they are well formed, looked at row by row when they are not."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from trueline.errors import Findings
from trueline.facts.columns import Int64s
from trueline.facts.raw import RawColumn, RawTable

_BOM = b"\xef\xbb\xbf"
_OTHER_MARKS = {";": "semicolons", "\t": "tabs", "|": "bars"}
"""What spreadsheets write between columns where the comma is the decimal mark, and other habits."""


def read_csv(name: str, file: str, content: bytes, findings: Findings) -> RawTable | None:
    """The table in ``content`` (UTF-8, with or without byte order mark, any line end); None when there is none to read.

    A row that is too long or too short is a finding and is kept with its cells cut or filled up, so that the rest of
    the file is still checked.
    """
    content = content.removeprefix(_BOM)
    header = _header(file, content, findings)
    if header is None:
        return None
    read = _read_quickly(content, len(header))
    if read is None:
        return _read_row_by_row(name, file, content, header, findings)
    columns = tuple(
        RawColumn(title, number, read.column(number - 1).slice(1)) for number, title in enumerate(header, 1)
    )
    rows = read.num_rows - 1
    return RawTable(name, file, rows, columns, lambda: _lines(content, rows))


def _header(file: str, content: bytes, findings: Findings) -> list[str] | None:
    try:
        header = next((row for _, row in _records(content)), None)
    except UnicodeDecodeError:
        _report_encoding(file, content, findings)
        return None
    except csv.Error as error:
        findings.add(
            file, 1, 0, f"The header cannot be read: {error}.", "Write one line with the names of the columns."
        )
        return None
    if header is None:
        findings.add(file, 0, 0, "The file is empty.", "Write at least its header, or leave the file out.")
        return None
    for mark, word in _OTHER_MARKS.items():
        if len(header) == 1 and mark in header[0]:
            remedy = "Save it again with commas between the columns and a point in numbers."
            findings.add(file, 1, 0, f"The columns of this file are separated by {word}.", remedy)
            return None
    return [title.strip() for title in header]


def _report_encoding(file: str, content: bytes, findings: Findings) -> None:
    """A finding at the first byte that is not UTF-8."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        start = content.rfind(b"\n", 0, error.start) + 1
        line = content.count(b"\n", 0, error.start) + 1
        message = f"Byte {error.start - start + 1} of this line is not UTF-8."
        findings.add(file, line, 0, message, "Save the file as UTF-8.")


def _records(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The records that are not blank lines, each with the line on which it starts.

    Errors: ``UnicodeDecodeError`` and ``csv.Error``.
    """
    # The limit is of the whole process: it is only raised. What Arrow reads is not too large to be found again.
    csv.field_size_limit(max(csv.field_size_limit(), len(content)))
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", newline=""))
    last = 0
    for record in reader:
        start, last = last + 1, reader.line_num
        if record:
            yield start, record


def _read_quickly(content: bytes, width: int) -> Any:
    """The file as an Arrow table of strings with its header as first row; None when Arrow refuses it."""
    names = [f"f{place}" for place in range(width)]
    try:
        return pacsv.read_csv(
            pa.BufferReader(content),
            read_options=pacsv.ReadOptions(column_names=names, block_size=4 << 20),
            parse_options=pacsv.ParseOptions(newlines_in_values=b'"' in content),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=True
            ),
        )
    except pa.ArrowInvalid:
        return None


def _read_row_by_row(name: str, file: str, content: bytes, header: list[str], findings: Findings) -> RawTable | None:
    """The slow way, which knows the line of everything it complains about."""
    width = len(header)
    lines: list[int] = []
    cells: list[list[str]] = []
    try:
        for line, record in _records(content):
            lines.append(line)
            if len(record) != width:
                count = f"{len(record)} cell{'s' if len(record) != 1 else ''}"
                message = f"This row has {count}; the header has {width}."
                remedy = "Put a cell that holds a comma in quotes." if len(record) > width else "Add the missing cells."
                findings.add(file, line, min(len(record), width) + 1, message, remedy)
            cells.append((record + [""] * width)[:width])
    except UnicodeDecodeError:
        _report_encoding(file, content, findings)
        return None
    except csv.Error as error:
        line = (lines[-1] if lines else 0) + 1
        findings.add(file, line, 0, f"This row cannot be read: {error}.", "Look for a quote that is not closed.")
    columns = tuple(
        RawColumn(title, number, pa.array([row[number - 1] for row in cells[1:]], pa.string()))
        for number, title in enumerate(header, 1)
    )
    starts = np.array(lines[1:], dtype=np.int64)
    return RawTable(name, file, len(starts), columns, lambda: starts)


def _lines(content: bytes, rows: int) -> Int64s:
    """The line on which each of the rows after the header starts."""
    ends = content.count(b"\n")
    if b'"' not in content and b"\r" not in content.replace(b"\r\n", b"") and ends - rows in {0, 1}:
        plain = ends - rows == (1 if content.endswith(b"\n") else 0)
        if plain and b"\n\n" not in content and b"\n\r\n" not in content:
            return np.arange(rows, dtype=np.int64) + 2
    starts = np.array([line for line, _ in _records(content)][1:], dtype=np.int64)
    return starts if len(starts) == rows else np.zeros(rows, dtype=np.int64)

"""What is printed: data as JSON, and letters that a terminal of few letters cannot show as some that it can."""

from __future__ import annotations

import codecs
import json
import sys
import unicodedata
from io import TextIOWrapper

import click

_LIKENESS = "trueline.likeness"
_LOOKS_LIKE = str.maketrans(
    {
        "−": "-", "–": "-", "×": "x", "·": ".", "…": "...", "→": "->", "±": "+-", "≤": "<=", "≥": ">=", "≠": "!=",
        "“": '"', "”": '"', "’": "'", "✓": "+", "✗": "-", "Σ": "sum", "²": "^2", "⁺": "+", "€": "EUR", "α": "alpha",
    }
)  # fmt: skip
_LINES, _UPRIGHT = range(0x2500, 0x2580), "│┃║╎╏┆┇┊┋╽╿"
"""The block of line drawing, and those of it that go up and down."""


def say_data(data: object) -> None:
    """Print ``data`` as JSON. Whatever letters the terminal knows, what is read back is the same."""
    click.echo(json.dumps(data, indent=1, ensure_ascii=not _knows_all(sys.stdout)))


def make_legible() -> None:
    """From now on standard output and standard error write something like each letter that their encoding lacks.

    Without this a table drawn with lines breaks off, after the run was stored, where a program reads the output on a
    system whose encoding is not UTF-8.
    """
    codecs.register_error(_LIKENESS, _alike)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and not _knows_all(stream):
            stream.reconfigure(errors=_LIKENESS)


def _knows_all(stream: object) -> bool:
    name = getattr(stream, "encoding", None) or "utf-8"  # what has no encoding keeps text as it is
    return codecs.lookup(name).name.startswith("utf")


def _alike(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(map(_likeness, lacking)), error.end


def _likeness(letter: str) -> str:
    """ASCII text in the place of one letter: of a letter with marks the letter, and ``?`` where nothing is like it."""
    if ord(letter) in _LINES:
        return "|" if letter in _UPRIGHT else "-" if letter in "─━═╌╍┄┅┈┉╼╾" else "+"
    told = letter.translate(_LOOKS_LIKE)
    return told if told.isascii() else unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode() or "?"

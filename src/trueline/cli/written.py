"""Writing one page: aside first, then in its place, so that nothing is ever half written."""

from __future__ import annotations

from pathlib import Path

from trueline.errors import Finding, Refused


def write_page(path: Path, text: str) -> None:
    """Write UTF-8 text. Errors: ``Refused`` when the place cannot be written; an older file then stays as it was."""
    aside = path.with_name(f".{path.name}.partial")
    try:
        aside.write_text(text, encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        finding = Finding(str(path), 0, 0, f"Cannot be written: {error.strerror}.", "Name another file.")
        raise Refused([finding]) from None

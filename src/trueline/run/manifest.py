"""The manifest of a stored run: read as strictly as a plan, because anybody can edit the file."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from trueline.errors import Finding, Refused
from trueline.files import regular
from trueline.period import Period

MANIFEST = "manifest.json"


def _period(text: str) -> str:
    Period.parse(text)
    return text


def is_name(name: str) -> bool:
    """Whether a file or folder of this name stays in the folder into which it is written."""
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        return False
    return 0 < length < 256 and name not in {".", ".."} and "/" not in name and "\0" not in name


def _inside(name: str) -> str:
    if not is_name(name):
        raise ValueError("this is not the name of a file")
    return name


Sha256 = Annotated[str, Field(pattern=r"\A[0-9a-f]{64}\z")]
FileName = Annotated[str, AfterValidator(_inside)]


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class _Plan(_Part):
    name: str
    file: str
    sha256: Sha256
    hash: str


class _File(_Part):
    name: FileName
    sha256: Sha256
    bytes: int


class _Facts(_Part):
    company: str
    hash: str
    files: list[_File]
    booked_before: Annotated[int, Field(ge=-(2**62), le=2**62)] | None


class _OpeningState(_Part):
    sha256: Sha256
    hash: str
    period: str
    run: Sha256 | None = None


class _Manifest(_Part):
    format: Annotated[int, Field(ge=1, le=1)]
    engine: str
    period: Annotated[str, AfterValidator(_period)]
    plan: _Plan
    facts: _Facts
    opening_state: _OpeningState | None
    history: bool = False
    members: int
    hashes: dict[str, str]


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest in the folder of a run. Errors: ``Refused`` when there is none, or when it was changed."""
    path = folder / MANIFEST
    try:
        found: dict[str, Any] = json.loads(regular(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        message, remedy = "This is no stored run.", _stored_near(folder)
        raise Refused([Finding(str(folder), 0, 0, message, remedy)]) from None
    try:
        _Manifest.model_validate(found)
    except ValidationError as error:
        raise Refused([_finding(path, one["loc"], one["msg"]) for one in error.errors()]) from None
    return found


def _stored_near(folder: Path) -> str:
    """The stored run that may be meant: one beside it, or one of that name in the store that runs go to by default."""
    if folder.name and (Path("runs") / folder.name / MANIFEST).is_file():
        return f"Did you mean '{Path('runs') / folder.name}'?"
    try:
        beside = sorted(one.parent.name for one in folder.parent.glob(f"*/{MANIFEST}"))
    except (OSError, ValueError):
        beside = []
    close = difflib.get_close_matches(folder.name, beside, n=1)
    return f"Did you mean '{folder.parent / close[0]}'?" if close else "Name a folder that 'trueline run' wrote."


def _finding(path: Path, place: tuple[int | str, ...], message: str) -> Finding:
    where = ".".join(str(part) for part in place) or "all of it"
    return Finding(str(path), 0, 0, f"The manifest was changed: {where}: {message}.", "Restore the store from a copy.")

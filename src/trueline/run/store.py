"""Runs on disk: results as Parquet and CSV, inputs sealed by content, written aside and then renamed.

A store is a folder. ``objects/`` holds each input file once, under its SHA-256; ``PERIOD-PLAN/`` holds one run: a
manifest, its tables and the state for the next period. A run can be loaded and replayed when the facts have changed or
are gone.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from trueline.errors import Finding, Refused
from trueline.facts import Facts
from trueline.files import draft_folder, regular
from trueline.period import Period, turn
from trueline.plan import Plan, PlanFile, load_plan
from trueline.reckon.state import State
from trueline.run.manifest import MANIFEST, is_name, read_manifest
from trueline.run.result import Result
from trueline.run.run import run
from trueline.run.state_file import read_state, write_state
from trueline.version import VERSION


@dataclass(frozen=True)
class StoredRun:
    """A run in a store; what it was made from is read back from the sealed copies."""

    folder: Path

    @cached_property
    def manifest(self) -> dict[str, Any]:
        return read_manifest(self.folder)

    @property
    def period(self) -> Period:
        return Period.parse(self.manifest["period"])

    def plan_file(self) -> PlanFile:
        """The plan file as it was."""
        sealed = self.manifest["plan"]
        path = self._object(sealed["sha256"])
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError:
            raise _refused(path, "The sealed plan is not UTF-8 text.", "Restore the store from a copy.") from None
        return load_plan(text + "\n", sealed["file"])

    def facts(self) -> Facts:
        """The facts as they were, cut at the booking time that the run used."""
        with tempfile.TemporaryDirectory() as folder:
            for file in self.manifest["facts"]["files"]:
                shutil.copyfile(self._object(file["sha256"]), Path(folder) / file["name"])
            facts = Facts.read(folder)
        booked = self.manifest["facts"]["booked_before"]
        return facts if booked is None else facts.known_by(booked)

    def opening(self) -> State | None:
        """The state that the run took."""
        sealed = self.manifest["opening_state"]
        return None if sealed is None else read_state(self._object(sealed["sha256"]))

    def state(self) -> State:
        """The state that the run handed on."""
        return read_state(self.folder / "state.parquet")

    def table(self, name: str) -> pa.Table:
        """One of the tables of the result."""
        path = self.folder / f"{name}.parquet"
        try:
            return pq.ParquetFile(pa.BufferReader(regular(path).read_bytes())).read()
        except (OSError, ValueError, pa.ArrowException):
            message = "This table of the run is missing or damaged."
            raise _refused(path, message, "Restore the store from a copy, or run again.") from None

    @cached_property
    def _result(self) -> Result:
        plan, before = self.plan_file().at(self.period), self.before()
        past = StoredPast(before) if self.manifest.get("history") else None
        if past is not None and before is None and self._made_by is not None and settles(plan):
            message = "This run settled closed periods, and the run whose state it took is not in its store."
            raise _refused(self.folder, message, "Restore the store from a copy.")
        return run(plan, self.facts(), self.opening(), self.period, past=past)

    @property
    def identity(self) -> str:
        """SHA-256 of what was run and what came out, whatever the name and the engine's version."""
        return hashlib.sha256(_text({**self.manifest, "engine": None}).encode()).hexdigest()

    def before(self) -> StoredRun | None:
        """The run of the same store whose state this one took; None for a first run, and where it is gone.

        Runs of two plans may hand on one and the same state, so that the state alone does not name its run.
        """
        return None if self._made_by is None else _found(self.folder.parent, self._made_by)

    @property
    def _made_by(self) -> str | None:
        """The identity of the run whose state this one took."""
        sealed = self.manifest["opening_state"]
        return None if sealed is None else sealed.get("run")

    def result(self) -> Result:
        """The run computed again from its sealed inputs."""
        return self._result

    def _object(self, sha256: str) -> Path:
        path = self.folder.parent / "objects" / sha256[:2] / sha256
        try:
            intact = hashlib.sha256(regular(path).read_bytes()).hexdigest() == sha256
        except OSError:
            raise _refused(path, "A sealed input is missing.", "Restore the store from a copy.") from None
        if not intact:
            raise _refused(path, "A sealed input was changed after the run.", "Restore the store from a copy.")
        return path


def _found(store: Path, identity: str) -> StoredRun | None:
    """The run of a store with this identity."""
    runs = (StoredRun(path.parent) for path in sorted(store.glob(f"*/{MANIFEST}")))
    return next((one for one in runs if one.identity == identity), None)


def _holds(store: Path, stored: StoredRun) -> bool:
    """Whether a store has a run, itself or a copy."""
    return stored.folder.parent.resolve() == store.resolve() or _found(store, stored.identity) is not None


def settles(plan: Plan) -> bool:
    """Whether runs of a plan take closed periods up again, and so are made of the runs before them, too."""
    return plan.returns is not None or plan.late is not None


class SealedInputs:
    """What a stored run was made of, read when somebody asks."""

    def __init__(self, stored: StoredRun) -> None:
        self.stored = stored

    @property
    def period(self) -> Period:
        return self.stored.period

    @cached_property
    def plan(self) -> Plan:
        return self.stored.plan_file().at(self.period)

    @cached_property
    def facts(self) -> Facts:
        return self.stored.facts()

    @cached_property
    def state(self) -> State | None:
        return self.stored.opening()

    def knew(self, facts: Facts) -> bool:
        return bool(self.stored.manifest["facts"]["hash"] == facts.hash)


class StoredPast:
    """Earlier runs in a store: ``last`` and those before it."""

    def __init__(self, last: StoredRun | None) -> None:
        self._next = last
        self._runs: dict[Period, SealedInputs] = {}

    def run_of(self, period: Period) -> SealedInputs | None:
        while self._next is not None and turn(self._next.period) >= turn(period):
            self._runs[self._next.period] = SealedInputs(self._next)
            self._next = self._next.before()
        return self._runs.get(period)


def load_run(folder: str | Path) -> StoredRun:
    """A stored run; raises :class:`Refused` when the folder holds none."""
    stored = StoredRun(Path(folder))
    stored.manifest  # noqa: B018  # read now, so that a wrong folder is refused here
    return stored


_LONGEST = 120
"""Bytes of a plan's name in the name of a folder; what is longer is cut, and told apart by a hash."""


def run_name(plan: str, period: Period) -> str:
    """Folder name of a run: period, and the plan's letters and digits of any script."""
    words = unicodedata.normalize("NFC", plan).lower()
    kept = "".join(one if unicodedata.category(one)[0] in "LMN" else " " for one in words)
    slug = "-".join(kept.split())
    if not slug or len(slug.encode()) > _LONGEST:
        head = slug.encode()[:_LONGEST].decode(errors="ignore").rstrip("-") or "plan"
        slug = f"{head}-{hashlib.sha256(plan.encode()).hexdigest()[:8]}"
    return f"{period.label}-{slug}"


def save_run(
    store: Path,
    name: str,
    result: Result,
    plan_file: PlanFile,
    facts: Facts,
    opening: State | None,
    booked_before: int | None,
    earlier: StoredRun | None = None,
) -> Path:
    """Write a run into a store and give its folder. Saving the same run twice is saving it once.

    ``earlier`` is the stored run that handed over ``opening``: by it later runs find those before them.

    Raises :class:`Refused` when another run has the name, or when the disk refuses; nothing half written stays.
    """
    target = store / name
    if not is_name(name) or name.startswith(".") or name == "objects":
        raise _refused(store, f"'{name[:80]}' cannot be the name of a run.", "Use letters, digits and hyphens.")
    if earlier is not None and settles(result.plan) and not _holds(store, earlier):
        message = f"The plan settles closed periods, and the run of {earlier.period} is not in this store."
        raise _refused(store, message, f"Store this run beside it: --out {earlier.folder.parent}.")
    try:
        store.mkdir(parents=True, exist_ok=True)
        with draft_folder(store) as aside:
            manifest = _manifest(store, aside, result, plan_file, facts, opening, booked_before, earlier)
            folder = aside / name
            folder.mkdir()
            _write_tables(folder, result)
            write_state(folder / "state.parquet", result.state)
            _write(folder / MANIFEST, _text(manifest).encode())
            _keep(folder)
            return _place(folder, target, manifest)
    except OSError as error:
        raise _refused(
            target, f"The run cannot be written: {error.strerror}.", "Check space and rights; nothing was changed."
        ) from None


def _place(folder: Path, target: Path, manifest: dict[str, Any]) -> Path:
    """Rename into place; an equal run that is already there stays."""
    try:
        folder.rename(target)
    except OSError:
        if not target.exists():
            raise
        there = load_run(target).manifest
        if {**there, "engine": None} != {**manifest, "engine": None}:
            raise _refused(
                target, "Another run has this name.", "Name this one with --name, or use another store."
            ) from None
    return target


def _manifest(
    store: Path,
    aside: Path,
    result: Result,
    plan_file: PlanFile,
    facts: Facts,
    opening: State | None,
    booked_before: int | None,
    earlier: StoredRun | None,
) -> dict[str, Any]:
    files = []
    for source in facts.sources:
        _seal(store, aside, source.path.read_bytes(), source.sha256)
        files.append({"name": source.path.name, "sha256": source.sha256, "bytes": source.bytes})
    text = plan_file.text.encode()
    plan_sha = hashlib.sha256(text).hexdigest()
    _seal(store, aside, text, plan_sha)
    sealed_state = None
    if opening is not None:
        path = aside / "opening.parquet"
        write_state(path, opening)
        content = path.read_bytes()
        sealed_sha = hashlib.sha256(content).hexdigest()
        _seal(store, aside, content, sealed_sha)
        made_by = None if earlier is None else earlier.identity
        sealed_state = {"sha256": sealed_sha, "hash": opening.hash, "period": opening.period, "run": made_by}
    return {
        "format": 1,
        "engine": VERSION,
        "period": result.period,
        "plan": {
            "name": result.plan.name,
            "file": Path(plan_file.file).name,
            "sha256": plan_sha,
            "hash": result.plan.hash,
        },
        "facts": {"company": facts.company.name, "hash": facts.hash, "files": files, "booked_before": booked_before},
        "opening_state": sealed_state,
        "history": result.knows_past,
        "members": len(result.world.ids),
        "hashes": result.hashes,
    }


def _text(manifest: dict[str, Any]) -> str:
    return json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _seal(store: Path, aside: Path, content: bytes, sha256: str) -> None:
    """Keep a file under its hash; a changed source is refused rather than sealed under a wrong name."""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise _refused(store, "A facts file changed while the run was computed.", "Run again.")
    target = store / "objects" / sha256[:2] / sha256
    if target.exists() and hashlib.sha256(target.read_bytes()).hexdigest() == sha256:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = aside / sha256
    _write(draft, content)
    draft.replace(target)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _write_tables(folder: Path, result: Result) -> None:
    for name in result.tables:
        table = result.table(name)
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")
        pacsv.write_csv(table, folder / f"{name}.csv")


def _keep(folder: Path) -> None:
    """Hand the files of a folder and the folder itself to the disk before it gets its name."""
    for path in (*sorted(folder.iterdir()), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _refused(path: Path, message: str, remedy: str) -> Refused:
    return Refused([Finding(str(path), 0, 0, message, remedy)])

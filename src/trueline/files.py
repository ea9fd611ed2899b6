"""Which paths may be read as files, folders that appear whole or not at all, and drafts that nobody is left with."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

if sys.platform != "win32":
    import fcntl

_DRAFT = ".partial-"
_NAME = 40
"""So much of a folder's name is in the name of the folder aside; no name may be longer than 255 bytes."""


def regular(path: Path) -> Path:
    """The path itself, ready to be opened: a pipe would wait for a writer for ever, and a device may never end.

    Errors: ``OSError`` for what is there and is neither a file nor a folder; the rest is left to opening it.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(errno.EINVAL, "it is a pipe or a device, not a file", str(path))
    return path


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """A folder to fill, which gets the name ``folder`` when it is whole; an empty folder of that name is replaced.

    Errors: ``OSError`` when the place cannot be written or holds anything. Whatever fails, nothing of it stays.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name[:_NAME]}-", dir=folder.parent))
    try:
        yield aside
        aside.chmod(0o755)
        aside.rename(folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise


@contextmanager
def draft_folder(folder: Path) -> Iterator[Path]:
    """A hidden folder inside of ``folder`` to write drafts into, which goes away at the end.

    Whoever is killed leaves one behind; the next one here removes it. A draft in use is known by a lock, which ends
    with the process that holds it, so that several may write at the same time. Errors: ``OSError`` as for any folder.
    """
    with _locked(folder, wait=True) as alone:  # nobody sees a draft between its making and its lock
        for left in folder.glob(f"{_DRAFT}*") if alone else ():
            with _locked(left, wait=False) as unused:
                if unused:
                    shutil.rmtree(left, ignore_errors=True)
        aside = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=folder))
        used = ExitStack()
        used.enter_context(_locked(aside, wait=False))
    with used:
        try:
            yield aside
        finally:
            shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def _locked(folder: Path, *, wait: bool) -> Iterator[bool]:
    """Holds the lock of a folder; False where another has it, or where there are none."""
    if sys.platform == "win32":  # without such locks what a killed process leaves stays
        yield False
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        yield False
        return
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except OSError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)

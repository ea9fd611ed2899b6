"""Which paths may be read as files, and folders that appear whole or not at all."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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

"""Which paths may be read as files."""

from __future__ import annotations

import errno
from pathlib import Path


def regular(path: Path) -> Path:
    """The path itself, ready to be opened: a pipe would wait for a writer for ever, and a device may never end.

    Errors: ``OSError`` for what is there and is neither a file nor a folder; the rest is left to opening it.
    """
    if path.exists() and not path.is_file() and not path.is_dir():
        raise OSError(errno.EINVAL, "it is a pipe or a device, not a file", str(path))
    return path

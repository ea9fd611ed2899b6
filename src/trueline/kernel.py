"""The one decorator for compiled loops, so that strict typing survives numba's untyped one.

A kernel is a plain function over numpy arrays and integers. It compiles on its first call, keeps the compiled
form in a cache and releases the interpreter lock while it runs. The cache lies in ``NUMBA_CACHE_DIR``, beside this
file, or in the user's cache folder: in the first of these that can be written. Where none can, everything works and
each process compiles anew.
With ``NUMBA_DISABLE_JIT=1`` the same functions run as ordinary Python.

Rules that every kernel follows:

* outputs are allocated by the caller with ``np.empty`` and passed in (memory allocated inside costs page faults);
* ``int64`` and ``uint64`` never meet in one operation: numba would promote both to ``float64``;
* arguments are positional, truth values too (compiled code has no keywords): FBT001 is excepted there, by name;
* no operation wraps: every addition that could leave ``int64`` goes through :func:`trueline.money.exact.add`.
"""

from __future__ import annotations

import hashlib
import os
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import config, njit  # type: ignore[import-untyped, unused-ignore]  # numba has no types
from platformdirs import user_cache_path

F = TypeVar("F", bound=Callable[..., Any])

PACKAGE = Path(__file__).parent


class Uncached(RuntimeWarning):
    """Nothing went wrong, but every process compiles anew."""


def kernel(function: F) -> F:
    """Compile ``function`` when first called; its declared types stay what they are."""
    return cast(F, njit(cache=CACHE is not None, nogil=True)(function))


def plain(compiled: F) -> F:
    """The uncompiled Python function behind a kernel (itself when compilation is switched off)."""
    return cast(F, getattr(compiled, "py_func", compiled))


def fingerprint(package: Path) -> str:
    """A digest of every source file below ``package`` that holds a kernel."""
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        source = path.read_bytes()
        if b"@kernel" in source:
            digest.update(len(source).to_bytes(8, "big"))
            digest.update(source)
    return digest.hexdigest()[:16]


def first_writable(folders: Iterable[Path]) -> Path | None:
    """The first of ``folders`` that is there, or can be made, and can be written; None where none can."""
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK | os.X_OK):
            return folder
    return None


def _cache() -> Path | None:
    """Where compiled kernels are kept.

    A cached kernel contains the kernels that it calls, but is renewed only when its own file changes: after an edit
    or an update, an amount could be rounded by code that is gone. So every state of the kernels has its own folder,
    and no place is left for numba to choose, whose own choice beyond ours would not have one.
    """
    settings: Any = config
    asked = [Path(settings.CACHE_DIR)] if settings.CACHE_DIR else []
    places = [*asked, PACKAGE / "__pycache__", user_cache_path("trueline", appauthor=False)]
    found = first_writable(place / f"kernels-{fingerprint(PACKAGE)}" for place in places)
    if found is None:
        tried = ", ".join(str(place) for place in places)
        warnings.warn(
            f"Kernels are compiled anew in every process, some seconds each time, because nothing can be written in "
            f"{tried}. Name a folder of your own in NUMBA_CACHE_DIR.",
            Uncached,
            stacklevel=2,
        )
    settings.CACHE_DIR = "" if found is None else str(found)
    return found


CACHE = _cache()

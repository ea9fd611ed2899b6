"""The one decorator for compiled loops, so that strict typing survives numba's untyped one.

A kernel is a plain function over numpy arrays and integers. It compiles on its first call, keeps the compiled
form in a cache (beside this file or in ``NUMBA_CACHE_DIR``) and releases the interpreter lock while it runs.
With ``NUMBA_DISABLE_JIT=1`` the same functions run as ordinary Python.

Rules that every kernel follows:

* outputs are allocated by the caller with ``np.empty`` and passed in (memory allocated inside costs page faults);
* ``int64`` and ``uint64`` never meet in one operation: numba would promote both to ``float64``;
* arguments are positional, truth values too (compiled code has no keywords): FBT001 is excepted there, by name;
* no operation wraps: every addition that could leave ``int64`` goes through :func:`trueline.money.exact.add`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import config, njit  # type: ignore[import-untyped, unused-ignore]  # numba has no types

F = TypeVar("F", bound=Callable[..., Any])

PACKAGE = Path(__file__).parent


def kernel(function: F) -> F:
    """Compile ``function`` when first called; its declared types stay what they are."""
    return cast(F, njit(cache=True, nogil=True)(function))


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


# A cached kernel contains the kernels that it calls, but is renewed only when its own file changes: after an
# edit or an update, an amount could be rounded by code that is gone. So every state of the kernels has its own cache.
_settings: Any = config
_settings.CACHE_DIR = str(Path(_settings.CACHE_DIR or PACKAGE / "__pycache__") / f"kernels-{fingerprint(PACKAGE)}")

"""The one decorator for compiled loops, so that strict typing survives numba's untyped one.

A kernel is a plain function over numpy arrays and integers. It compiles on its first call, keeps the compiled
form beside the source file (or in ``NUMBA_CACHE_DIR``) and releases the interpreter lock while it runs. With
``NUMBA_DISABLE_JIT=1`` the same functions run as ordinary Python.

Rules that every kernel follows:

* outputs are allocated by the caller with ``np.empty`` and passed in (memory allocated inside costs page faults);
* ``int64`` and ``uint64`` never meet in one operation: numba would promote both to ``float64``;
* arguments are positional, truth values too (compiled code has no keywords): FBT001 is excepted there, by name;
* no operation wraps: every addition that could leave ``int64`` goes through :func:`trueline.money.exact.add`.

A cached kernel is recompiled when its own file changes, not when a kernel that it calls from another file
changes: after editing such a file, delete the cached ``*.nbi`` and ``*.nbc`` files.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit  # type: ignore[import-untyped, unused-ignore]

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile ``function`` when first called; its declared types stay what they are."""
    return cast(F, njit(cache=True, nogil=True)(function))


def plain(compiled: F) -> F:
    """The uncompiled Python function behind a kernel (itself when compilation is switched off)."""
    return cast(F, getattr(compiled, "py_func", compiled))

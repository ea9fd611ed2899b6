"""Progress on standard error: a bar on a terminal, nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Report = Callable[[str, int, int], None]


def _silent(what: str, done: int, of: int) -> None:
    """Report nothing."""


@contextmanager
def progress() -> Iterator[Report]:
    """Gives a function that takes what is being done, how much is done, and of how much."""
    if not sys.stderr.isatty():
        yield _silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description:<28}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=1)

        def report(what: str, done: int, of: int) -> None:
            bar.update(task, description=what, completed=done, total=max(of, 1))

        yield report

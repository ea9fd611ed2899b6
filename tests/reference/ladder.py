"""Ranks that a state holds, of which a plan must not lack one (semantics, section 12)."""

from __future__ import annotations

from collections.abc import Iterator

from tests.reference.beside import Beside
from tests.reference.plan import Book
from tests.reference.rank import Rank
from tests.reference.state import State, memory


def has_all(book: Book, state: State, beside: Beside) -> None:
    """Refuse a plan without a rank that it would read in the state."""
    for name in held(book, state, beside):
        if name not in ("none", *book.ranks):
            raise ValueError(f"the state holds rank {name}, which the plan lacks")


def held(book: Book, state: State, beside: Beside) -> Iterator[str]:
    """Titles, what `falls` counts, what `previous` finds, and what a part run takes of the last plan period."""
    for standing in state.standings.values():
        yield standing.title
        if book.plan.get("titles", {}).get("rule") == "falls":
            yield standing.best
    read = {memory(call) for call in book.history()}
    for call, values in state.values.items():
        if call in read:
            yield from (value.name for value in values.values() if isinstance(value, Rank))
    if beside.part:
        yield from (beside.ranks or {}).values()
        yield from (beside.titles or {}).values()

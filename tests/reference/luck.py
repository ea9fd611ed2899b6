"""Choices, made by Hypothesis (so that a failing world shrinks) or by a seed (so that a batch can be repeated)."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

from hypothesis import strategies as st

Item = TypeVar("Item")


class Luck:
    """Everything random is asked here, as one whole number between two others."""

    def __init__(self, whole: Callable[[int, int], int]) -> None:
        self.whole = whole

    def pick(self, items: Sequence[Item]) -> Item:
        return items[self.whole(0, len(items) - 1)]

    def yes(self, of: int = 2) -> bool:
        """True once in `of` times."""
        return self.whole(1, of) == of

    def some(self, items: Sequence[Item]) -> list[Item]:
        """A part of the items, in their order."""
        return [item for item in items if self.yes()]

    def mixed(self, items: Sequence[Item]) -> list[Item]:
        """The items in another order."""
        left, found = list(items), []
        while left:
            found.append(left.pop(self.whole(0, len(left) - 1)))
        return found


def seeded(seed: int) -> Luck:
    return Luck(random.Random(seed).randint)  # noqa: S311 - a repeatable batch, no secret


def drawn(draw: Callable[[st.SearchStrategy[int]], int]) -> Luck:
    return Luck(lambda low, high: draw(st.integers(low, high)))

"""Choices, made by Hypothesis (so that a failing world shrinks) or by a seed (so that a batch can be repeated)."""

from __future__ import annotations

import random
from collections.abc import Callable, Container, Mapping, Sequence
from typing import TypeVar

from hypothesis import strategies as st

Item = TypeVar("Item")


class Luck:
    """Everything random is asked here, as one whole number between two others."""

    def __init__(self, whole: Callable[[int, int], int]) -> None:
        self.whole = whole

    def part(self, name: str) -> None:
        """What is asked from here on is about this part of the plan."""

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


Answers = list[tuple[int, int, int]]


class Retold(Luck):
    """The luck of a plan that is like an earlier one but in some of its parts: these are asked anew, once in `of`."""

    def __init__(self, luck: Luck, told: Mapping[str, Answers], of: int, kept: Container[str]) -> None:
        super().__init__(self.answer)
        self.luck, self.told, self.of, self.kept = luck, told, of, kept
        self.answers: dict[str, Answers] = {}
        self.part("")

    def part(self, name: str) -> None:
        self.now = self.answers.setdefault(name, [])
        same = name in self.told and (name in self.kept or not self.luck.yes(self.of))
        self.before = iter(self.told[name] if same else ())

    def answer(self, low: int, high: int) -> int:
        """As the earlier plan was told, as long as it asked the same; then anew to the end of the part."""
        before = next(self.before, None)
        if before is None or before[:2] != (low, high):
            self.before = iter(())
            before = (low, high, self.luck.whole(low, high))
        self.now.append(before)
        return before[2]


def seeded(seed: int) -> Luck:
    return Luck(random.Random(seed).randint)  # noqa: S311 - a repeatable batch, no secret


def drawn(draw: Callable[[st.SearchStrategy[int]], int]) -> Luck:
    return Luck(lambda low, high: draw(st.integers(low, high)))

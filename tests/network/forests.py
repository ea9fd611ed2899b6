"""Random forests for the tests, and the plain definitions that the kernels are compared with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from trueline.network import ABSENT, ROOT, Tree, build

VALUE = st.one_of(st.integers(-5, 5), st.integers(-(10**15), 10**15))


@dataclass(frozen=True)
class Forest:
    """A tree beside its plain form: who is present, everyone's children and uplines as lists."""

    tree: Tree
    parent: list[int]

    @property
    def n(self) -> int:
        return len(self.parent)

    @property
    def present(self) -> list[int]:
        return [i for i in range(self.n) if self.parent[i] != ABSENT]

    def children(self, i: int) -> list[int]:
        return [c for c in range(self.n) if self.parent[c] == i]

    def upline(self, i: int) -> list[int]:
        line = []
        while self.parent[i] >= 0:
            i = self.parent[i]
            line.append(i)
        return line

    def subtree(self, i: int) -> list[int]:
        return [s for s in self.present if s == i or i in self.upline(s)]

    def each(self, rule: Callable[[int], int], absent: int = 0) -> list[int]:
        return [rule(i) if self.parent[i] != ABSENT else absent for i in range(self.n)]

    def nearest(self, i: int, right: Callable[[int], bool]) -> int:
        return next((u for u in self.upline(i) if right(u)), ROOT)


@st.composite
def forests(draw: st.DrawFn, most: int = 14) -> Forest:
    """Any shape: the members in any order, each below an earlier one, a root, or absent; chains and stars too."""
    n = draw(st.integers(0, most))
    order = draw(st.permutations(range(n))) if draw(st.booleans()) else list(range(n))
    shape = draw(st.sampled_from(["any", "chain", "star"]))
    parent, placed = [ABSENT] * n, list[int]()
    for i in order:
        if draw(st.integers(0, 5)) == 0:
            continue
        if not placed or (shape == "any" and draw(st.integers(0, 4)) == 0):
            parent[i] = ROOT
        else:
            parent[i] = {"any": draw(st.sampled_from(placed)), "chain": placed[-1], "star": placed[0]}[shape]
        placed.append(i)
    return Forest(build("test", pointers(parent)), parent)


@st.composite
def forests_with(
    draw: st.DrawFn, *kinds: st.SearchStrategy[int] | st.SearchStrategy[bool]
) -> tuple[Forest, list[list[int]]]:
    """A forest and one column per kind of entry."""
    forest = draw(forests())
    return forest, [draw(st.lists(kind, min_size=forest.n, max_size=forest.n)) for kind in kinds]


def pointers(items: Iterable[int]) -> NDArray[np.int32]:
    return np.array(list(items), dtype=np.int32)


def column(items: Iterable[int]) -> NDArray[np.int64]:
    return np.array(list(items), dtype=np.int64)


def flags(items: Iterable[int]) -> NDArray[np.bool_]:
    return np.array(list(items), dtype=np.bool_)

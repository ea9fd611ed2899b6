"""Parents at a moment, from dated edges."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.network.forests import column, pointers

from trueline.network import ABSENT, ROOT
from trueline.network.dated import parents_at

OPEN = 2**63 - 1

# member 1 moved from 0 to 2 at second 100; member 2 left at 200; member 3 joined at 150
EDGES = [(0, ROOT, 0, OPEN), (1, 0, 10, 100), (1, 2, 100, OPEN), (2, 0, 10, 200), (3, 1, 150, OPEN)]


def parents(edges: list[tuple[int, int, int, int]], at: int) -> list[int]:
    position, parent, start, end = zip(*edges, strict=True)
    return parents_at(4, pointers(position), pointers(parent), column(start), column(end), at).tolist()


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (-1, [ABSENT, ABSENT, ABSENT, ABSENT]),
        (0, [ROOT, ABSENT, ABSENT, ABSENT]),
        (99, [ROOT, 0, 0, ABSENT]),
        (100, [ROOT, 2, 0, ABSENT]),
        (150, [ROOT, 2, 0, 1]),
        (200, [ROOT, 2, ABSENT, 1]),
    ],
)
def test_an_edge_is_valid_from_its_first_second_until_before_its_last(at: int, expected: list[int]) -> None:
    assert parents(EDGES, at) == expected


@given(st.permutations(EDGES), st.integers(-10, 300))
def test_the_order_of_edges_does_not_matter(edges: list[tuple[int, int, int, int]], at: int) -> None:
    assert parents(edges, at) == parents(EDGES, at)


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match="1 positions have two parents at the same time; first: 1"):
        parents([*EDGES, (1, 0, 50, 101)], 100)
    with pytest.raises(ValueError, match="belongs to 4"):
        parents([(4, ROOT, 0, OPEN)], 0)
    none = np.empty(0, dtype=np.int64)
    assert parents_at(1, pointers([]), pointers([]), none, none, 0).tolist() == [ABSENT]

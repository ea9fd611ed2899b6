"""Milliseconds of every pass over a tree of a million members, in seven shapes, and of exact arithmetic.

Run as ``python benchmarks/network.py [members]``. Each figure is the best of three after a first call; nothing is
asserted.
"""

import sys
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from trueline.money import Mode
from trueline.money.apportion import apportion
from trueline.money.columns import divide, split
from trueline.network import ROOT, Tree, build, compression, dated, legs, pointers, sums


def best(work: Callable[[], object]) -> float:
    """The best of three, in milliseconds, not counting a first call that may compile."""
    work()
    times = []
    for _ in range(3):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times) * 1000


def renumbered(parent: NDArray[np.int32], index: NDArray[np.int32]) -> NDArray[np.int32]:
    """The same tree where row i has become index[i]."""
    out = np.empty_like(parent)
    out[index] = np.where(parent >= 0, index[parent], parent)
    return out


def shapes(n: int, random: np.random.Generator) -> dict[str, NDArray[np.int32]]:
    """Columns of parents; canonical ones are numbered in preorder."""
    joined = (random.random(n) * np.arange(n)).astype(np.int32)
    deep = np.maximum(np.arange(n) - random.integers(1, 6, n), 0).astype(np.int32)
    star = np.zeros(n, dtype=np.int32)
    joined[0] = deep[0] = star[0] = ROOT
    ties = np.arange(n, dtype=np.int64)
    return {
        "random": renumbered(joined, dated.preorder_index(joined, ties)),
        "join order": joined,
        "shuffled": renumbered(joined, random.permutation(n).astype(np.int32)),
        "deep": renumbered(deep, dated.preorder_index(deep, ties)),
        "chain": np.arange(-1, n - 1, dtype=np.int32),
        "chain upwards": np.append(np.arange(1, n), ROOT).astype(np.int32),
        "star": star,
    }


def passes(parent: NDArray[np.int32], random: np.random.Generator) -> dict[str, Callable[[], object]]:
    """What is measured on one tree."""
    n = parent.size
    tree = build("measured", parent)
    x, need = random.integers(0, 10**9, n), random.integers(0, 10**9, n)
    few, flag, nobody = random.integers(0, 8, n), random.random(n) < 0.4, np.zeros(n, dtype=np.bool_)
    mask = random.integers(0, 2**63, n).astype(np.uint64)
    sponsor = random.integers(-1, n, n).astype(np.int32)
    group = sums.group_sum(tree, x)

    def cached() -> object:
        fresh = Tree("fresh", tree.parent, tree.order)
        return fresh.rank_of, fresh.size, fresh.depth

    return {
        "build": lambda: build("measured", parent),
        "rank, size, depth": cached,
        "preorder_index": lambda: dated.preorder_index(parent, np.arange(n)),
        "group_sum": lambda: sums.group_sum(tree, x),
        "group_sum_cut": lambda: sums.group_sum_cut(tree, x, flag),
        "downline_sum": lambda: sums.downline_sum(tree, x),
        "levels_sum 1..7": lambda: sums.levels_sum(tree, x, 1, 7),
        "levels_sum 1..n": lambda: sums.levels_sum(tree, x, 1, n),
        "legs_with": lambda: legs.legs_with(tree, flag),
        "legs_with_enrolled": lambda: legs.legs_with_enrolled(tree, flag, sponsor),
        "leg_nth 3": lambda: legs.leg_nth(tree, group, 3),
        "legs_rest 1": lambda: legs.legs_rest(tree, x, 1),
        "legs_capped": lambda: legs.legs_capped(tree, x, 500),
        "ancestor_pointer": lambda: pointers.ancestor_pointer(tree, flag),
        "next_higher, 8 values": lambda: pointers.next_higher(tree, few),
        "next_higher, any": lambda: pointers.next_higher(tree, x),
        "next_higher, groups": lambda: pointers.next_higher(tree, group),
        "nearest_reaching": lambda: pointers.nearest_reaching(tree, x, need, nobody),
        "next_allowed": lambda: pointers.next_allowed(tree, mask, 5),
        "generation_count": lambda: pointers.generation_count(tree, flag),
        "remove": lambda: compression.remove(tree, flag),
        "reattach": lambda: compression.reattach(tree, flag),
        "remove_to": lambda: compression.remove_to(tree, flag, tree.parent, onward=True),
        "move": lambda: compression.move(x, flag, tree.parent, onward=True),
    }


def arithmetic(n: int, random: np.random.Generator) -> dict[str, Callable[[], object]]:
    """What is measured on columns."""
    small, large = random.integers(0, 10**9, n), random.integers(0, 10**18, n)
    out, rest = np.empty_like(small), np.empty_like(small)
    return {
        "divide, product below 2**63": lambda: divide(small, 525, 10_000, Mode.HALF_EVEN, out),
        "divide, longer product": lambda: divide(large, 1000, 37_000, Mode.HALF_UP, out),
        "divide, longer product, denominator 2**40": lambda: divide(large, 1000, 2**40, Mode.HALF_UP, out),
        "split": lambda: split(small, 2, 37, out, rest),
        "apportion": lambda: apportion(10**12, small, np.arange(n)),
    }


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    random = np.random.default_rng(1)
    columns = {
        name: {work: best(run) for work, run in passes(parent, random).items()}
        for name, parent in shapes(n, random).items()
    }
    print(f"{'ms':<24}" + "".join(f"{name:>15}" for name in columns))
    for work in columns["random"]:
        print(f"{work:<24}" + "".join(f"{column[work]:>15.1f}" for column in columns.values()))
    for work, run in arithmetic(n, random).items():
        print(f"{work:<45}{best(run):>9.1f}")


if __name__ == "__main__":
    main()

"""The network: who was recruited by whom, and who ends where."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.collections import LineCollection
from matplotlib.ticker import MaxNLocator

from trueline.report.drawing import BLUE, GREY, VERMILION, Picture, as_picture, canvas

MOST = 600
"""People that are drawn one by one; a larger network is shown by depth."""
LOSS, EVEN, PROFIT = range(3)
_MARKS = ((LOSS, "loss", VERMILION, "v"), (EVEN, "break-even", GREY, "o"), (PROFIT, "profit", BLUE, "^"))


@dataclass(frozen=True)
class Network:
    """People in an order with parents before children: ``parent`` (−1 for a root) and result (loss, even, profit)."""

    plan: str
    parent: Sequence[int]
    result: Sequence[int]


def network_picture(network: Network, name: str = "network") -> Picture:
    """Rings of distance from the first people, or shares by distance where there are too many to draw."""
    depth = _depths(network.parent)
    return _rings(network, depth, name) if len(network.parent) <= MOST else _layers(network, depth, name)


def _rings(network: Network, depth: list[int], name: str) -> Picture:
    angle = _angles(network.parent)
    # A single root is the middle; several stand on the first ring.
    middle = int(sum(above < 0 for above in network.parent) > 1)
    radius = [level + middle for level in depth]
    spots = [(r * math.cos(a), r * math.sin(a)) for r, a in zip(radius, angle, strict=True)]
    links = [(spots[above], spots[index]) for index, above in enumerate(network.parent) if above >= 0]
    with canvas(4.6) as (drawn, (axes,)):
        axes.add_collection(LineCollection(links, colors="#c9c9c4", linewidths=0.5))
        for code, word, colour, mark in _MARKS:
            chosen = [spot for spot, result in zip(spots, network.result, strict=True) if result == code]
            if chosen:
                x, y = zip(*chosen, strict=True)
                axes.scatter(
                    x, y, s=14, color=colour, marker=mark, label=f"{word} ({len(chosen)})", zorder=2, linewidths=0
                )
        axes.set_aspect("equal")
        axes.axis("off")
        drawn.legend(loc="outside lower center", ncols=3, fontsize=8)
        return as_picture(drawn, name, f"The network, {network.plan}", _words(network, depth))


def _layers(network: Network, depth: list[int], name: str) -> Picture:
    deepest = max(depth)
    counts = [[0] * (deepest + 1) for _ in _MARKS]
    for level, result in zip(depth, network.result, strict=True):
        counts[result][level] += 1
    with canvas(3.2) as (drawn, (axes,)):
        below = [0] * (deepest + 1)
        for code, word, colour, _ in _MARKS:
            axes.bar(range(deepest + 1), counts[code], 0.85, below, color=colour, label=word)
            below = [start + count for start, count in zip(below, counts[code], strict=True)]
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel("distance from the first people in the sponsor tree")
        axes.set_ylabel("people")
        axes.legend(fontsize=8)
        return as_picture(drawn, name, f"The network by distance, {network.plan}", _words(network, depth))


def _depths(parent: Sequence[int]) -> list[int]:
    depth: list[int] = []
    for above in parent:
        depth.append(0 if above < 0 else depth[above] + 1)
    return depth


def _angles(parent: Sequence[int]) -> list[float]:
    """Every subtree gets an arc in proportion to its leaves."""
    leaves = [0] * len(parent)
    has_child = [False] * len(parent)
    for above in parent:
        if above >= 0:
            has_child[above] = True
    for index in range(len(parent) - 1, -1, -1):
        leaves[index] = leaves[index] if has_child[index] else 1
        if parent[index] >= 0:
            leaves[parent[index]] += leaves[index]
    whole = sum(count for count, above in zip(leaves, parent, strict=True) if above < 0)
    used = [0.0] * len(parent)
    start = [0.0] * len(parent)
    of_roots = 0.0
    for index, above in enumerate(parent):
        if above < 0:
            start[index] = of_roots
            of_roots += leaves[index]
        else:
            start[index] = start[above] + used[above]
            used[above] += leaves[index]
    return [(first + count / 2) / whole * 2 * math.pi for first, count in zip(start, leaves, strict=True)]


def _words(network: Network, depth: list[int]) -> str:
    counts = {word: sum(result == code for result in network.result) for code, word, _, _ in _MARKS}
    people = ", ".join(f"{count} {word}" for word, count in counts.items())
    return f"{len(depth)} people, up to {max(depth)} steps from the first ones, under {network.plan}: {people}."

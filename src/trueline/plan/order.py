"""Sorting steps by what they read; what needs each other only through members below is one bottom-up group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from trueline.plan.steps import ExprStep, FoldStep, RankStep, Step, TableStep, TitleStep, reads


@dataclass(frozen=True)
class Group:
    """Steps computed together; ``tree`` is set for a bottom-up group, whose ``keys`` are in local order."""

    keys: tuple[str, ...]
    tree: str | None = None


class Circle(Exception):
    """Steps that need each other in a way that cannot be computed; ``path`` names them in order."""

    def __init__(self, path: list[str], reason: str, remedy: str) -> None:
        super().__init__(" → ".join(path))
        self.path = path
        self.reason = reason
        self.remedy = remedy


class Circles(Exception):
    """Every circle that was found."""

    def __init__(self, found: list[Circle]) -> None:
        super().__init__("; ".join(str(circle) for circle in found))
        self.found = found


def order(steps: Mapping[str, Step]) -> tuple[Group, ...]:
    """Groups in an order in which everything is computed before it is read; raises :class:`Circles`."""
    edges = {key: sorted({name for name, _ in reads(step) if name in steps}) for key, step in steps.items()}
    groups: list[Group] = []
    circles: list[Circle] = []
    for component in _components(edges):
        if len(component) == 1 and component[0] not in edges[component[0]]:
            groups.append(Group((component[0],)))
            continue
        try:
            groups.append(_bottom_up(component, steps))
        except Circle as circle:
            circles.append(circle)
    if circles:
        raise Circles(circles)
    return tuple(groups)


def _components(edges: Mapping[str, list[str]]) -> list[list[str]]:
    """Strongly connected components, those read before those reading (Tarjan, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    on_stack: set[str] = set()
    stack: list[str] = []
    found: list[list[str]] = []
    for root in edges:
        if root in index:
            continue
        work: list[tuple[str, int]] = [(root, 0)]
        while work:
            node, child = work.pop()
            if child == 0:
                index[node] = low[node] = len(index)
                stack.append(node)
                on_stack.add(node)
            descended = False
            for position in range(child, len(edges[node])):
                target = edges[node][position]
                if target not in index:
                    work.append((node, position + 1))
                    work.append((target, 0))
                    descended = True
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            if descended:
                continue
            if low[node] == index[node]:
                component: list[str] = []
                while True:
                    member = stack.pop()
                    on_stack.discard(member)
                    component.append(member)
                    if member == node:
                        break
                found.append(component)
            if work:
                low[work[-1][0]] = min(low[work[-1][0]], low[node])
    return found


_BELOW = "In a circle only members strictly below may be read: group, downline, frontline, legs, leg, rest, capped."


def _bottom_up(component: list[str], steps: Mapping[str, Step]) -> Group:
    inside = set(component)
    trees: set[str] = set()
    here: dict[str, list[str]] = {}
    for key in component:
        step = steps[key]
        for name, relation in reads(step):
            if name in inside and relation == "elsewhere":
                reason = "one of them reads members other than those below"
                raise Circle(_path(key, name, inside, steps), reason, _remedy(component))
        if not isinstance(step, FoldStep | ExprStep | TableStep | RankStep | TitleStep):
            reason = "one of them is not worked out member by member"
            raise Circle(_path(key, key, inside, steps), reason, _remedy(component))
        if isinstance(step, FoldStep):
            trees.add(step.tree)
            if step.cap in inside:
                reason = "one of them has a cap that needs the leg itself"
                raise Circle(_path(key, step.cap or key, inside, steps), reason, "Cap by a constant.")
        here[key] = sorted({name for name, relation in reads(step) if name in inside and relation == "here"})
    local = _local_order(here, steps)
    if len(trees) != 1:
        reason = f"they go through several trees ({', '.join(sorted(trees))})"
        raise Circle(_path(component[0], component[0], inside, steps), reason, "Let them use one tree.")
    return Group(tuple(local), trees.pop())


def _remedy(component: list[str]) -> str:
    if any(key.startswith("bonus:") for key in component):
        return "A bonus cannot depend on its own result: let one of them read something else."
    return _BELOW


def _local_order(here: dict[str, list[str]], steps: Mapping[str, Step]) -> list[str]:
    """The order inside one position; what needs itself there is a circle, shown by the way that stays there."""
    for component in (components := _components(here)):
        if len(component) > 1 or component[0] in here[component[0]]:
            start = "rank" if "rank" in component else component[0]
            path = _path(start, start, set(component), steps, only_here=True)
            raise Circle(path, "a member's own value needs itself", _BELOW)
    return [component[0] for component in components]


def _path(start: str, goal: str, inside: set[str], steps: Mapping[str, Step], *, only_here: bool = False) -> list[str]:
    """Shortest way from ``start`` through ``goal`` back to ``start``."""
    first = [start] if start == goal else [start, *_way(start, goal, inside, steps, only_here=only_here)]
    return [*first, *_way(goal, start, inside, steps, only_here=only_here)]


def _way(start: str, goal: str, inside: set[str], steps: Mapping[str, Step], *, only_here: bool) -> list[str]:
    came: dict[str, str] = {}
    waiting = [start]
    while waiting:
        node = waiting.pop(0)
        for name, relation in reads(steps[node]):
            if name in inside and name not in came and (relation == "here" or not only_here):
                came[name] = node
                if name == goal:
                    way = [goal]
                    while came[way[0]] != start:
                        way.insert(0, came[way[0]])
                    return way
                waiting.append(name)
    return [goal]

"""People behind the nodes of a run: a member with several positions is one person, who has what all of them bring."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from trueline.facts import Facts
from trueline.facts.columns import places_in
from trueline.network import ABSENT, ROOT, Tree, build
from trueline.period import Period
from trueline.reckon.world import Bools, Int32s, Int64s, World, edges_at, rooted


def member_rows(world: World, facts: Facts) -> Int64s:
    """int64 [n]: for each node of the run, its owner's place in ``facts.members``; ``facts`` as they were read."""
    if not world.facts.owner_of:  # no further positions, not even of somebody who joins later
        return world.id_rank
    owners = world.facts.member_ids.take(world.id_rank[world.owner])
    return places_in(owners, facts.member_ids)


def of_owners(world: World, values: Int64s) -> Int64s:
    """int64 [n]: each node's value at its owner, summed; 0 at further positions."""
    if not world.further.size:
        return values
    found = np.zeros(world.size, dtype=np.int64)
    np.add.at(found, world.owner, values)
    return found


def people_tree(facts: Facts, name: str, period: Period, there: Bools) -> Tree:
    """A tree of the facts at the end of a period over ``facts.members``; whoever is not ``there`` is not in it.

    A member with several positions stands where the topmost of them does, the one with the fewest positions above (of
    equal ones the first), under the owner of the position above it; so there are no loops. A position without an edge,
    in the tree only because somebody stands below it, says nothing of its owner's place: it counts as hanging on the
    owner's first position with an edge (docs/semantics.md, section 5.1).
    """
    nodes = facts.nodes
    if nodes is facts:
        parent = edges_at(facts, name, period, there)
        return build(name, np.where(there, np.where(parent == ABSENT, ROOT, parent), ABSENT).astype(np.int32))
    owners = [nodes.owner_of.get(node, node) for node in nodes.members]
    owner = places_in(pa.array(owners), facts.member_ids).astype(np.int32)
    present = there[owner]
    further = np.isin(nodes.member_ids, list(nodes.owner_of))
    edges = edges_at(nodes, name, period, present)
    parent = np.where(present, rooted(edges, further), ABSENT).astype(np.int32)
    _hang(parent, edges, owner, further)
    places = build(name, parent)
    found = np.full(len(facts.members), ABSENT, dtype=np.int32)
    topmost = places.order[np.lexsort((places.order, further[places.order], places.depth[places.order]))]
    for node in topmost[::-1].tolist():  # the topmost last, so that it stays
        above = parent[node]
        found[owner[node]] = owner[above] if above >= 0 else ROOT
    return build(name, found)


def _hang(parent: Int32s, edges: Int32s, owner: Int32s, further: Bools) -> None:
    """Hang roots that have no edge on their owner's first position that has one, else on the owner's own; in the order
    of their ids, but for those under which that position itself stands.
    """
    several = np.bincount(owner[parent != ABSENT], minlength=len(parent)) > 1
    for node in np.flatnonzero((parent == ROOT) & (edges == ABSENT) & several[owner]).tolist():
        mine = np.flatnonzero((owner == owner[node]) & (parent != ABSENT))
        mine = mine[np.lexsort((mine, further[mine], edges[mine] == ABSENT))]
        first = above = int(mine[0])
        while above >= 0 and above != node:
            above = int(parent[above])
        if above != node:
            parent[node] = first

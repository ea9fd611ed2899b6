"""The place of each member under its parent, in trees that have places (docs/semantics.md, section 6.1)."""

from __future__ import annotations

import numpy as np

from trueline.errors import Finding, Refused
from trueline.facts.standing import slot_number
from trueline.reckon.world import Int32s, Int64s, World, edge_rows


def slots_of(world: World, tree: str) -> Int32s:
    """int32 [n]: the slot of every member that has a parent in the tree, from 1; 0 for roots and absent members.

    Raises :class:`Refused` when an edge in force names no slot, or two members stand in one.
    """
    if tree not in world.slots:
        parent = world.trees[tree].parent
        slots = written_slots(world, tree, parent)
        _need(world, tree, parent, slots)
        refuse_doubles(world, tree, parent, slots)
        world.slots[tree] = slots
    return world.slots[tree]


def written_slots(world: World, tree: str, parent: Int32s) -> Int32s:
    """int32 [n]: the slot that the edge in force of each member with a parent names; 0 where it names none."""
    facts = world.facts
    out = np.zeros(world.size, dtype=np.int32)
    if not world.size or not facts.has("edges") or "slot" not in facts["edges"]:
        return out
    edges = facts["edges"]
    rows = np.flatnonzero(edge_rows(facts, tree, world.period))
    place = world.index[facts.owners[facts.index_of("edges", "position")[rows]]]
    numbers = np.array([*(slot_number(text) for text in edges["slot"].values), 0], dtype=np.int32)
    found = numbers[edges["slot"].codes[rows]]
    below = (place >= 0) & (parent[np.maximum(place, 0)] >= 0)
    _refuse_words(world, rows[below & (found < 0)])
    out[place[below]] = found[below]
    return out


def _refuse_words(world: World, rows: Int64s) -> None:
    edges = world.facts["edges"]
    findings = []
    for row in rows.tolist():
        message = f"'{edges['slot'].text(row)}' is no slot."
        remedy = "Write a whole number from 1, 'left' (1) or 'right' (2)."
        findings.append(Finding(*edges.place(row, "slot"), message, remedy))
    if findings:
        raise Refused(findings)


def _need(world: World, name: str, parent: Int32s, slots: Int32s) -> None:
    missing = np.flatnonzero((parent >= 0) & (slots == 0))
    if missing.size:
        who = world.ids[int(missing[0])]
        message = f"Member {who} has no slot under its parent in tree '{name}', which the plan reads."
        raise world.refuse(message, "Name the slot in the column 'slot' of edges, such as left or right.")


def refuse_doubles(world: World, name: str, parent: Int32s, slots: Int32s) -> None:
    """Refuse two members in one slot of one parent."""
    below = np.flatnonzero(parent >= 0)
    order = below[np.lexsort((world.id_rank[below], slots[below], parent[below]))]
    upline, slot = parent[order], slots[order]
    twice = np.flatnonzero((upline[1:] == upline[:-1]) & (slot[1:] == slot[:-1]))
    if twice.size:
        one, two = (world.ids[int(order[twice[0] + i])] for i in (0, 1))
        above = world.ids[int(upline[twice[0]])]
        message = f"Members {one} and {two} stand in slot {slot[twice[0]]} of {above} in tree '{name}'."
        raise world.refuse(message, "End one of the edges, or give it another slot.")

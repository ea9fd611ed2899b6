"""Placed trees: kept seats, seats that the facts give, departures, newcomers (docs/semantics.md, section 6.2)."""

from __future__ import annotations

import numpy as np

from trueline.network import ABSENT, ROOT, Tree, build
from trueline.network.placement.departures import promote
from trueline.network.placement.seating import Seats, latest_above, seat
from trueline.plan.steps import PlacedStep
from trueline.reckon.joining import joining
from trueline.reckon.places import Places, keep_places, kept_places
from trueline.reckon.slots import refuse_doubles, written_slots
from trueline.reckon.world import Bools, Int32s, World, edges_at, edges_of, without_loops


def placed(world: World, name: str, step: PlacedStep) -> Tree:
    """The placed tree at the end of the period; its slots and positions go into the world, its state too."""
    kept = kept_places(world, name)
    known = kept.known
    seats = Seats(np.where(known, kept.parent, ABSENT).astype(np.int32), kept.slot, kept.number, kept.begun, kept.given)
    _give(world, name, step, seats)
    gone = _gone(world) if step.promotes else np.zeros(world.size, dtype=np.bool_)
    leaving = np.flatnonzero((seats.position > 0) & gone)
    promote(seats, leaving[np.argsort(seats.position[leaving])].astype(np.int32), step.width)
    free = (seats.position == 0) & ~gone
    free[world.further] = False  # further positions of a member stand where an edge puts them
    if step.among:
        free &= world.flags(step.among)
    weight = None if step.weight is None else world.numbers(step.weight)
    under = world.trees[step.base].parent
    seat(seats, _in_order(world, step, free), under, step.width, step.fill, slot=step.slot, weight=weight)
    keep_places(world, name, Places(seats.position, seats.parent, seats.slot, seats.begun, seats.given))
    world.slots[name], world.positions[name] = seats.slot, seats.position
    return build(name, seats.parent)


def _give(world: World, name: str, step: PlacedStep, seats: Seats) -> None:
    """Step 2: whoever has an edge of the facts in force stands where it says."""
    parent = edges_of(world, name)
    given = parent != ABSENT
    if not given.any():
        _refuse_beyond(world, name, seats.slot, step.width)
        return
    if step.promotes:
        raise world.refuse(
            f"The facts give seats in tree '{name}', in which the earliest child takes the seat of whoever leaves.",
            f"Take the edges of '{name}' out of the facts, or keep every seat: 'departures: hole'.",
        )
    seats.parent[given] = parent[given]
    seats.slot[given] = written_slots(world, name, parent)[given]
    _refuse_not_there(world, name)
    _refuse_unseated(world, name, seats.parent)
    _refuse_beyond(world, name, seats.slot, step.width)
    refuse_doubles(world, name, np.where(seats.slot > 0, seats.parent, ROOT).astype(np.int32), seats.slot)
    without_loops(world, name, seats.parent)
    _take_leftmost(world, name, seats, _in_order(world, step, given & (parent >= 0) & (seats.slot == 0)), step.width)
    fresh = _in_order(world, step, given & (seats.position == 0))
    seats.position[fresh] = seats.given + 1 + np.arange(fresh.size)
    seats.given += fresh.size


def _refuse_beyond(world: World, name: str, slot: Int32s, width: int) -> None:
    """Refuse a seat beyond the width: given by an edge, or kept from when the tree was wider."""
    wide = np.flatnonzero(slot > width)
    if wide.size:
        who, place = world.ids[int(wide[0])], int(slot[wide[0]])
        message = f"Member {who} stands in slot {place} of tree '{name}', which is {width} wide."
        raise world.refuse(message, "Give the edge a lower slot, or widen the tree.")


def _refuse_not_there(world: World, name: str) -> None:
    """Refuse a seat below whoever has not joined yet: as a root its whole group would be cut off, and could stay so."""
    everybody = np.ones(len(world.facts.members), dtype=np.bool_)
    above = edges_at(world.facts, name, world.period, everybody)[world.id_rank]
    lost = np.flatnonzero((above >= 0) & (world.index[np.maximum(above, 0)] < 0))
    if lost.size:
        who, parent = world.ids[int(lost[0])], world.facts.members[int(above[lost[0]])]
        message = f"Member {who} stands under {parent} in tree '{name}', and {parent} has not joined by then."
        raise world.refuse(message, f"Date the edge from the day {parent} joins, or correct that day.")


def _refuse_unseated(world: World, name: str, parent: Int32s) -> None:
    below = np.flatnonzero(parent >= 0)
    lost = below[parent[parent[below]] == ABSENT]
    if lost.size:
        who, above = world.ids[int(lost[0])], world.ids[int(parent[lost[0]])]
        message = f"Member {who} stands under {above} in tree '{name}', where {above} has no seat."
        raise world.refuse(message, f"Give {above} an edge too; with an empty parent it is a root.")


def _take_leftmost(world: World, name: str, seats: Seats, waiting: Int32s, width: int) -> None:
    """Members whose edge names no slot take the leftmost that is empty."""
    child = seats.children(width) if waiting.size else seats.slot
    for who in waiting.tolist():
        above = int(seats.parent[who])
        empty = np.flatnonzero(child[above * width : (above + 1) * width] < 0)
        if not empty.size:
            message = f"More than {width} members stand under {world.ids[above]} in tree '{name}'."
            raise world.refuse(message, "End an edge, or widen the tree.")
        child[above * width + int(empty[0])] = who
        seats.slot[who] = int(empty[0]) + 1


def _gone(world: World) -> Bools:
    words = world.words["status"]
    return np.asarray(world.column("status") == words.index("terminated"))


def _in_order(world: World, step: PlacedStep, wanted: Bools) -> Int32s:
    """The wanted members by the time of placing, then depth, then id; nobody before a wanted member above."""
    under = world.trees[step.base]
    times = latest_above(under, joining(world), wanted)
    rows = np.flatnonzero(wanted)
    return rows[np.lexsort((world.id_rank[rows], under.depth[rows], times[rows]))].astype(np.int32)

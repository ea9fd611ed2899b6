"""Placed trees: kept seats, seats that the facts give, departures, newcomers (docs/semantics.md, section 6.2)."""

from __future__ import annotations

import numpy as np

from trueline.errors import Refused
from trueline.network import ABSENT, ROOT, LoopError, Tree, build
from trueline.network.placement.departures import promote
from trueline.network.placement.seating import Seats, seat
from trueline.plan.steps import PlacedStep
from trueline.reckon.orders import joining
from trueline.reckon.places import Places, keep_places, kept_places
from trueline.reckon.world import Bools, Int32s, World, facts_slots, facts_tree, loop_finding, names_of_trees


def placed(world: World, name: str, step: PlacedStep) -> Tree:
    """The placed tree at the end of the period; its slots and positions go into the world, its state too."""
    kept = kept_places(world, name)
    known = kept.known
    seats = Seats(
        np.where(known, kept.parent, ABSENT).astype(np.int32), kept.slot, kept.number, kept.begun, kept.given
    )
    gone = np.zeros(world.size, dtype=np.bool_)
    given = _give(world, name, step, seats)
    if step.promotes:
        gone = _gone(world)
        if given.any():
            raise world.refuse(
                f"The facts give seats in tree '{name}', in which the earliest child takes the seat of whoever leaves.",
                f"Take the edges of '{name}' out of the facts, or leave every seat with 'departures: hole'.",
            )
        leaving = np.flatnonzero((seats.position > 0) & gone)
        promote(seats, leaving[np.argsort(seats.position[leaving])].astype(np.int32), step.width)
    free = (seats.position == 0) & ~gone
    if step.among:
        free &= world.flags(step.among)
    weight = None if step.weight is None else world.numbers(step.weight)
    under = world.trees[step.base].parent
    seat(seats, _by_joining(world, free), under, step.width, step.fill, slot=step.slot, weight=weight)
    keep_places(world, name, Places(seats.position, seats.parent, seats.slot, seats.begun, seats.given))
    world.slots[name], world.positions[name] = seats.slot, seats.position
    return build(name, seats.parent)


def _gone(world: World) -> Bools:
    words = world.words["status"]
    return np.asarray(world.column("status") == words.index("terminated"))


def _by_joining(world: World, wanted: Bools) -> Int32s:
    """Members in the order of joining (without a time: first), then id."""
    rows = np.flatnonzero(wanted)
    return rows[np.lexsort((world.id_rank[rows], joining(world)[rows]))].astype(np.int32)

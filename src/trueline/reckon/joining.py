"""When members joined, and calendar months counted."""

from __future__ import annotations

import numpy as np

from trueline.facts import ALWAYS
from trueline.reckon.world import Bools, Int32s, Int64s, World


def month_number(seconds: Int64s) -> Int64s:
    """Months since January 1970, by calendar."""
    return seconds.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)


def joining(world: World) -> Int64s:
    """Seconds of joining per member; ALWAYS where it is not given."""
    if "joining" not in world.cache:
        members = world.facts["members"]
        found = np.full(world.size, ALWAYS, dtype=np.int64)
        if "joined" in members:
            place = world.index[world.facts.index_of("members", "member")]
            found[place[place >= 0]] = members["joined"].seconds_or(ALWAYS)[place >= 0]
        world.cache["joining"] = found
    cached: Int64s = world.cache["joining"]
    return cached


def by_joining(world: World, wanted: Bools) -> Int32s:
    """The wanted members in the order of joining (without a time: first), then id."""
    rows = np.flatnonzero(wanted)
    return rows[np.lexsort((world.id_rank[rows], joining(world)[rows]))].astype(np.int32)

"""Facts in the units of a plan."""

from __future__ import annotations

from typing import Any

import numpy as np

from trueline.reckon.evaluate import times
from trueline.reckon.world import Int64s, World


def to_unit(world: World, column: Any, unit: Any, volume: str) -> Int64s:
    """A facts column in the plan's unit; refused when the facts are finer."""
    if column.unit == unit:
        return np.asarray(column.numbers)
    ratio = column.unit / unit
    if ratio.denominator == 1:
        return times(np.asarray(column.numbers), ratio.numerator)
    if np.any(column.numbers % ratio.denominator):
        finer = f"'{volume}' is kept finer in the facts ({column.unit}) than in the plan ({unit})."
        if volume in world.plan.volumes:
            raise world.refuse(f"Volume {finer}", "Declare the finer unit.")
        raise world.refuse(f"Amount {finer}", f"Give it in whole minor units of {world.plan.currency}.")
    return times(np.asarray(column.numbers // ratio.denominator), ratio.numerator)

"""Facts in the units of a plan."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from trueline.reckon.evaluate import times
from trueline.reckon.world import Int64s, World

SALES = {"order_lines": ("price", "credit"), "returns": ("refund",), "products": ("member_price", "retail_price")}
"""Columns of money that may be in another currency, whose minor unit may be finer than the plan's."""


def sale_unit(world: World) -> Fraction:
    """The unit in which amounts of sales are exact until they are converted: that of the finest of their currencies,
    at most the plan's minor unit.
    """
    kept = [
        world.facts[table][name].unit
        for table, names in SALES.items()
        if world.facts.has(table)
        for name in names
        if name in world.facts[table]
    ]
    return min([world.plan.money_unit, *kept])


def to_unit(world: World, column: Any, unit: Any, volume: str) -> Int64s:
    """A facts column in a unit; refused when the facts are finer, as volumes may be."""
    if column.unit == unit:
        return np.asarray(column.numbers)
    ratio = column.unit / unit
    if ratio.denominator == 1:
        return times(np.asarray(column.numbers), ratio.numerator)
    if np.any(column.numbers % ratio.denominator):
        finer = f"Volume '{volume}' is kept finer in the facts ({column.unit}) than in the plan ({unit})."
        raise world.refuse(finer, "Declare the finer unit.")
    return times(np.asarray(column.numbers // ratio.denominator), ratio.numerator)

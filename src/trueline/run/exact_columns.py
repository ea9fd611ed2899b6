"""Exact numbers as columns of a table: decimals where they end, else text."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa

from trueline.money.decimals import MOST_DIGITS, decimal_column
from trueline.money.text import decimals
from trueline.reckon.evaluate import largest

_WIDE = Context(prec=60)


def scaled_column(values: Any, unit: Fraction) -> pa.Array:
    """int64 × unit as decimal128, or as text where the unit has no end (2/37)."""
    digits = decimals(unit.denominator)
    if digits is not None and digits > MOST_DIGITS:
        digits = None
    if digits is not None and values.dtype == object and _fits_decimal(values, unit, digits):
        return pa.array(
            [Decimal(int(value * unit * 10**digits)).scaleb(-digits, _WIDE) for value in values],
            pa.decimal128(MOST_DIGITS, digits),
        )
    if digits is None or values.dtype == object:
        return pa.array([str(int(value) * unit) for value in values], pa.string())
    factor = int(unit * 10**digits)
    if factor != 1 and len(values) and largest(values) * factor >= 2**63:
        return scaled_column(values.astype(object), unit)
    return decimal_column(np.asarray(values * factor, dtype=np.int64), digits)


def _fits_decimal(values: Any, unit: Fraction, digits: int) -> bool:
    return bool(largest(values) * unit * 10**digits < 10**MOST_DIGITS)


def alike(parts: Sequence[pa.Table], names: Sequence[str]) -> list[pa.Table]:
    """Tables whose numbers of these names are decimals of one scale, or exact text where there is none."""
    columns: dict[str, list[Any]] = {}
    for name in names:
        types = [part.schema.field(name).type for part in parts]
        wanted = pa.string()
        if all(pa.types.is_decimal(type_) for type_ in types):
            wanted = pa.decimal128(MOST_DIGITS, max(type_.scale for type_ in types))
        try:
            columns[name] = [part.column(name).cast(wanted) for part in parts]
        except pa.ArrowInvalid:  # too many digits for one scale
            columns[name] = [part.column(name).cast(pa.string()) for part in parts]
    return [
        pa.table({name: columns[name][row] if name in columns else part.column(name) for name in part.column_names})
        for row, part in enumerate(parts)
    ]

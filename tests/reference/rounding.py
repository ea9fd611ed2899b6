"""Roundings and splits to the last unit (semantics, sections 2 and 9)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor

NO_CENTS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
THREE_PLACES = "BHD IQD JOD KWD LYD OMR TND"


def minor_unit(currency: str) -> Fraction:
    """The smallest amount of a currency."""
    if currency in NO_CENTS:
        return Fraction(1)
    return Fraction(1, 1000) if currency in THREE_PLACES else Fraction(1, 100)


def rounded(value: Fraction, unit: Fraction, mode: str) -> Fraction:
    """The value as a multiple of the unit."""
    count = value / unit
    down = int(count)  # towards zero
    size = abs(count - down)
    away = down + (1 if count > 0 else -1)
    if size == 0:
        return down * unit
    if mode == "floor":
        return floor(count) * unit
    if mode == "ceiling":
        return ceil(count) * unit
    if mode == "down":
        return down * unit
    if mode == "up":
        return away * unit
    half = Fraction(1, 2)
    if size != half:
        return (away if size > half else down) * unit
    if mode == "half up":
        return away * unit
    if mode == "half down":
        return down * unit
    if mode == "half even":
        return (down if down % 2 == 0 else away) * unit
    raise ValueError(f"no rounding mode {mode!r}")


def floors(exact: Sequence[Fraction], total: Fraction, unit: Fraction) -> list[Fraction]:
    """Each its floor in units, the units missing to the total going to the largest remainders, first come first."""
    counts = [floor(one / unit) for one in exact]
    missing = int(total / unit) - sum(counts)
    order = sorted(range(len(exact)), key=lambda k: -(exact[k] / unit - counts[k]))
    for k in order[:missing]:
        counts[k] += 1
    return [count * unit for count in counts]


def cut_to(amounts: Sequence[Fraction], limit: Fraction, unit: Fraction) -> list[Fraction]:
    """The amounts cut in proportion so that they add up to the limit; what is not positive stays as it is."""
    positive = sum((one for one in amounts if one > 0), Fraction(0))
    target = limit - sum((one for one in amounts if one <= 0), Fraction(0))
    if positive <= target:
        return list(amounts)
    target = max(target, Fraction(0))
    shares = [one * target / positive if one > 0 else Fraction(0) for one in amounts]
    parts = floors(shares, target, unit)
    return [part if one > 0 else one for one, part in zip(amounts, parts, strict=True)]

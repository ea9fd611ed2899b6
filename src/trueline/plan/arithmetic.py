"""Sums, products and comparisons of typed numbers: the common scale is found here, once."""

from __future__ import annotations

from fractions import Fraction

from trueline.plan.typed import (
    COUNT,
    Add,
    Compare,
    Const,
    Multiply,
    NumberType,
    Typed,
    common_scale,
    whole_multiplier,
)


def number_type(typed: Typed) -> NumberType:
    if not isinstance(typed.type, NumberType):
        raise TypeError(typed)
    return typed.type


def constant(value: Fraction, *, percent: bool = False) -> Const:
    """The constant with the coarsest scale: ±1 × |value|."""
    if value == 0:
        return Const(0, COUNT, percent)
    return Const(1 if value > 0 else -1, NumberType(abs(value)), percent)


def add(left: Typed, right: Typed, *, minus: bool) -> Typed:
    """Left + right (or −) at their common scale; a constant 0 leaves the other side's scale alone."""
    common = scale_of_all((left, right))
    sign = -1 if minus else 1
    return Add(left, right, times(left, common), sign * times(right, common), NumberType(common))


def scale_of_all(parts: tuple[Typed, ...]) -> Fraction:
    scales = [number_type(part).scale for part in parts if not (isinstance(part, Const) and part.value == 0)]
    return common_scale(*scales) if scales else Fraction(1)


def times(part: Typed, common: Fraction) -> int:
    if isinstance(part, Const) and part.value == 0:
        return 0
    return whole_multiplier(number_type(part).scale, common)


def multiply(left: Typed, right: Typed) -> Typed:
    """Left × right; a constant only changes the scale of the other side."""
    if isinstance(left, Const) and isinstance(right, Const):
        return constant(left.value * left.type.scale * right.value * right.type.scale)
    scale = number_type(left).scale * number_type(right).scale
    return Multiply(left, right, NumberType(scale))


def compare(operator: str, left: Typed, right: Typed) -> Typed:
    common = scale_of_all((left, right))
    return Compare(operator, left, right, times(left, common), times(right, common))

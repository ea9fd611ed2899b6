"""Units of stored numbers: powers of ten such as 1, 0.01 or 0.0001.

A stored number is an int64 count of its unit. Only powers of ten serve as units, because the amounts are read from
decimal text; so a unit is the same thing as a number of digits after the point.
"""

from __future__ import annotations

from fractions import Fraction

MOST_DIGITS = 12


def unit_from_text(text: str) -> Fraction:
    """The unit written as ``text``. Errors: ``ValueError`` unless it is 1, 0.1, 0.01 … with at most 12 digits."""
    digits = len(text) - 2
    if text == "1":
        return Fraction(1)
    if text.startswith("0.") and 1 <= digits <= MOST_DIGITS and text[2:] == "1".rjust(digits, "0"):
        return Fraction(1, 10**digits)
    raise ValueError(f"'{text}' is not a unit. Write 1, 0.1, 0.01 and so on, with at most {MOST_DIGITS} digits.")


def digits_of(unit: Fraction) -> int:
    """Digits after the point of a unit: 2 for 1/100. Errors: ``ValueError`` when it is not a power of ten up to 1."""
    digits = len(str(unit.denominator)) - 1
    if unit != Fraction(1, 10**digits):
        raise ValueError(f"{unit} is not a unit: a unit is 1, 0.1, 0.01 and so on.")
    return digits


def unit_text(unit: Fraction) -> str:
    """A unit as people write it: "0.01"."""
    digits = digits_of(unit)
    return "0." + "1".rjust(digits, "0") if digits else "1"


def decimal_text(count: int, unit: Fraction) -> str:
    """``count`` units as decimal text with all digits of the unit: 1250 of 1/100 -> "12.50"."""
    digits = digits_of(unit)
    sign, text = "-" * (count < 0), str(abs(count)).rjust(digits + 1, "0")
    return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else sign + text

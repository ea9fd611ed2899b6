"""Numbers as text: read exactly, refused with clear words, written without loss."""

from __future__ import annotations

import re
from fractions import Fraction

LONGEST = 80
"""No amount or rate that a person writes has more characters than this."""

_WHOLE = r"(?:[0-9]+|[1-9][0-9]{0,2}(?: [0-9]{3})+)"
_NUMBER = re.compile(rf"(?P<minus>-?)(?P<whole>{_WHOLE})(?:\.(?P<part>[0-9]+)|/(?P<below>{_WHOLE}))?")


def parse_number(text: str) -> Fraction:
    """Read ``20000``, ``20 000``, ``1 234.50``, ``-3`` or ``2/37`` exactly.

    Spaces only separate complete groups of three digits before the point; the decimal sign is a point; there is
    no plus sign, exponent, underscore or comma. ``ValueError`` says in one sentence what is wrong.
    """
    found = _NUMBER.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        raise ValueError(_reason(text))
    whole = found["whole"].replace(" ", "")
    if found["below"] is not None:
        below = int(found["below"].replace(" ", ""))
        if below == 0:
            raise ValueError(f"'{text}' divides by zero.")
        value = Fraction(int(whole), below)
    elif found["part"] is not None:
        value = Fraction(int(whole + found["part"]), 10 ** len(found["part"]))
    else:
        value = Fraction(int(whole))
    return -value if found["minus"] else value


def parse_percent(text: str) -> Fraction:
    """Read ``5%``, ``2.5 %`` or ``2/37 %`` as the exact share (1/20, 1/40, 1/1850).

    One space may stand before the sign; the number follows :func:`parse_number`. ``ValueError`` otherwise.
    """
    if not text.endswith("%"):
        raise ValueError(f"'{text[:LONGEST]}' has no percent sign at its end; write it as in '5%'.")
    return parse_number(text[:-1].removesuffix(" ")) / 100


def format_number(value: Fraction | int, unit: Fraction | int = 1, *, group: bool = False) -> str:
    """``value`` (the amount itself, not a count of units) as exact text that :func:`parse_number` reads back.

    At least as many decimals are shown as ``unit`` has: 5 in 0.01 is ``5.00``. A value finer than the unit shows
    all its decimals, one that has no finite decimals shows as ``a/b``. ``group`` puts a space between thousands.
    """
    exact = Fraction(value)
    places = decimals(exact.denominator)
    if places is None:
        return f"{_digits(exact.numerator, group=group)}/{_digits(exact.denominator, group=group)}"
    places = max(places, decimals(Fraction(unit).denominator) or 0)
    scaled = abs(exact) * 10**places
    whole, part = divmod(scaled.numerator, 10**places)
    sign = "-" if exact < 0 else ""
    return f"{sign}{_digits(whole, group=group)}" + (f".{part:0{places}d}" if places else "")


def decimals(denominator: int) -> int | None:
    """How many decimals 1/denominator needs; None when no number of decimals is enough."""
    twos = fives = 0
    while denominator % 2 == 0:
        denominator //= 2
        twos += 1
    while denominator % 5 == 0:
        denominator //= 5
        fives += 1
    return max(twos, fives) if denominator == 1 else None


def _digits(whole: int, *, group: bool) -> str:
    return f"{whole:,}".replace(",", " ") if group else str(whole)


def _reason(text: str) -> str:
    """The most helpful sentence about a text that is not a number."""
    if len(text) > LONGEST:
        return f"'{text[:20]}...' is too long for a number ({len(text)} characters)."
    quoted = f"'{text}' is not a number"
    if not text.strip():
        return "A number is missing here; the text is empty."
    if "%" in text:
        return f"{quoted}: it has a percent sign where none is expected."
    if "," in text:
        return f"{quoted}: it has a comma; the decimal sign is a point and thousands are separated by a space."
    if "_" in text:
        return f"{quoted}: it has an underscore; thousands are separated by a space."
    if re.fullmatch(r"[-+]?[0-9. ]+[eE][-+]?[0-9]+", text):
        return f"{quoted} as written here: exponents are not read; write all digits."
    if text.startswith("+"):
        return f"{quoted} as written here: leave out the plus sign."
    if re.search(r"\s", text):
        return f"{quoted}: plain spaces only separate complete groups of three digits, as in '20 000'."
    return f"{quoted}; write it as in '20000', '20 000', '1234.50', '-3' or '2/37'."

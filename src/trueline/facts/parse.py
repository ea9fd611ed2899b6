"""Text of cells turned into numbers, times and choices: one pass over the distinct texts of a column.

Every function takes the distinct texts of a column (an Arrow array of n strings without blanks, already trimmed) and
gives n values and what is wrong with some of them. A value that is wrong is 0 or -1 and has a complaint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from trueline.errors import nearest
from trueline.facts.zones import wall_seconds

Int64s = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Complaints = dict[int, tuple[str, str]]
"""Place among the distinct texts -> (message, remedy)."""

_NUMBER = r"^(?P<sign>[+-]?)(?P<whole>[0-9]*)(?:\.(?P<part>[0-9]*))?$"
_TIME = (
    r"^(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    r"(?:[T ](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]+)?)?"
    r"(?P<zone>Z|(?P<sign>[+-])(?P<hours>[0-9]{2}):?(?P<minutes>[0-9]{2}))?)?$"
)
WHOLE = "a whole number"
_FIRST_YEAR = 1900
_FLAGS = {"yes": True, "no": False, "true": True, "false": False}
_SHOWN = 40


@dataclass
class Parsed:
    """Values (n) of distinct texts, and the complaints about some of them."""

    values: Int64s
    complaints: Complaints = field(default_factory=dict)

    def complain(self, texts: Any, where: Bools, message: str, remedy: str) -> None:
        """Complain about the texts ``where`` says so and nobody has complained yet; ``{}`` stands for the text."""
        for place in np.flatnonzero(where):
            self.values[place] = 0
            self.complaints.setdefault(int(place), (message.format(quoted(texts[int(place)].as_py())), remedy))


def quoted(text: str) -> str:
    """A cell as it is shown in a finding: quoted, on one line, cut when long."""
    line = " ".join(text.split())
    return f"'{line[:_SHOWN]}…'" if len(line) > _SHOWN else f"'{line}'"


def numbers(texts: Any, digits: int, what: str) -> Parsed:
    """Decimal texts -> counts of a unit with ``digits`` digits after the point, exactly."""
    parts = pc.extract_regex(texts, _NUMBER)
    sign, whole, part = (pc.fill_null(pc.struct_field(parts, name), "") for name in ("sign", "whole", "part"))
    readable = _bools(parts.is_valid()) & _bools(pc.or_(pc.not_equal(whole, ""), pc.not_equal(part, "")))
    part = pc.utf8_rtrim(part, "0")
    fine = _bools(pc.greater(pc.binary_length(part), digits))
    counts = pc.binary_join_element_wise(whole, pc.utf8_rpad(part, digits, "0"), "")
    counts = pc.if_else(pa.array(readable & ~fine), pc.utf8_ltrim(counts, "0"), "")
    length = np.asarray(pc.binary_length(counts))
    quick = pc.if_else(pa.array((length > 0) & (length <= 18)), counts, "0")
    parsed = Parsed(np.array(pc.cast(quick, pa.int64()), dtype=np.int64))
    parsed.values[_bools(pc.equal(sign, "-"))] *= -1
    huge = length > 19
    for place in np.flatnonzero(length == 19):
        value = int(counts[int(place)].as_py()) * (-1 if sign[int(place)].as_py() == "-" else 1)
        if abs(value) < 2**63:
            parsed.values[place] = value
        else:
            huge[place] = True
    smallest = f"0.{'1'.rjust(digits, '0')}" if digits else "1"
    example = "12" if what == WHOLE else "1234.50"
    parsed.complain(texts, ~readable, f"{{}} is not {what}.", f"Write digits, such as {example}, without separators.")
    if what == WHOLE:
        parsed.complain(texts, fine, f"{{}} is not {what}.", "Write how many, without a fraction.")
    parsed.complain(texts, fine, f"{{}} is finer than the unit {smallest}.", f"Round it to multiples of {smallest}.")
    parsed.complain(texts, huge, "{} is too large to be kept.", f"Numbers go up to 9223372036854775807 × {smallest}.")
    return parsed


def times(texts: Any, zone: ZoneInfo) -> Parsed:
    """Dates and times -> seconds of wall time since 1970 in ``zone``; a fraction of a second is dropped.

    A text with an offset ("Z", "-05:00") is an instant and is converted to ``zone``; without one it is wall time.
    """
    parts = pc.extract_regex(texts, _TIME)
    readable = _bools(parts.is_valid())
    names = ("year", "month", "day", "hour", "minute", "second", "hours", "minutes")
    year, month, day, hour, minute, second, hours, minutes = (_integers(parts, name) for name in names)
    limits = ((year, _FIRST_YEAR, 9999), (month, 1, 12), (day, 1, 31), (hour, 0, 23), (minute, 0, 59))
    real = readable.copy()
    for values, least, most in (*limits, (second, 0, 59), (hours, 0, 23), (minutes, 0, 59)):
        real &= (values >= least) & (values <= most)
    first = np.where(real, (year - 1970) * 12 + month - 1, 0).astype("datetime64[M]")
    days = first.astype("datetime64[D]").astype(np.int64) + np.where(real, day, 1) - 1
    real &= days < (first + np.timedelta64(1, "M")).astype("datetime64[D]").astype(np.int64)
    parsed = Parsed(np.where(real, days * 86_400 + hour * 3_600 + minute * 60 + second, 0))
    instant = real & _bools(pc.not_equal(pc.fill_null(pc.struct_field(parts, "zone"), ""), ""))
    if instant.any():
        west = _bools(pc.equal(pc.fill_null(pc.struct_field(parts, "sign"), ""), "-"))
        offset = (hours * 3_600 + minutes * 60) * np.where(west, -1, 1)
        parsed.values[instant] = wall_seconds((parsed.values - offset)[instant], zone)
    remedy = "Write a date as 2026-03-31 or a time as 2026-03-31T14:05:00, with an offset where it is not local."
    parsed.complain(texts, ~readable, "{} is not a date or time.", remedy)
    parsed.complain(texts, ~real, f"{{}} is not in the calendar from {_FIRST_YEAR} to 9999.", remedy)
    return parsed


def choices(texts: Any, allowed: Sequence[str], what: str) -> Parsed:
    """Texts -> index into ``allowed``; -1 for any other text."""
    found = np.array(pc.fill_null(pc.index_in(texts, pa.array(allowed, pa.string())), -1), dtype=np.int64)
    parsed = Parsed(found)
    for place in np.flatnonzero(found < 0):
        text = texts[int(place)].as_py()
        parsed.complaints[int(place)] = (f"{quoted(text)} is not {what}.", nearest(text, allowed))
    return parsed


def flags(texts: Any) -> Parsed:
    """Texts yes or no (or true or false, in any case) -> 1 or 0."""
    lowered = pc.utf8_lower(texts)
    parsed = Parsed(np.array(pc.is_in(lowered, pa.array([k for k, v in _FLAGS.items() if v])), dtype=np.int64))
    parsed.complain(
        texts, ~_bools(pc.is_in(lowered, pa.array(list(_FLAGS)))), "{} is not yes or no.", "Write yes or no."
    )
    return parsed


def _bools(mask: Any) -> Bools:
    return np.array(pc.fill_null(mask, False), dtype=np.bool_)


def _integers(parts: Any, name: str) -> Int64s:
    digits = pc.fill_null(pc.struct_field(parts, name), "0")
    return np.array(pc.cast(pc.if_else(pc.equal(digits, ""), "0", digits), pa.int64()), dtype=np.int64)

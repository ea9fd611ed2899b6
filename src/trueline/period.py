"""Periods of the calendar: days, ISO weeks, months, quarters and years.

A period is named by a short text ("2026-03-31", "2026-W07", "2026-03", "2026-Q1", "2026") and runs from midnight of its
first day to midnight of the day after its last: the end is exclusive. Seconds count from 1970-01-01 00:00 of local
wall time in the company's time zone, so no zone is needed here: facts arrive already converted to that wall time.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import total_ordering
from typing import Literal, get_args

from trueline.errors import Finding, Refused

Kind = Literal["day", "week", "month", "quarter", "year"]
KINDS: tuple[Kind, ...] = get_args(Kind)

SECONDS_PER_DAY = 86_400
_EPOCH = date(1970, 1, 1)
_DAY = timedelta(days=1)
_MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "year": 12}
_LAST_YEAR = date.max.year - 1
"""The last year that has an end: a period ends with the first day after it."""
_SHAPES: dict[Kind, re.Pattern[str]] = {
    "day": re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})"),
    "week": re.compile(r"([0-9]{4})-W([0-9]{2})"),
    "month": re.compile(r"([0-9]{4})-([0-9]{2})"),
    "quarter": re.compile(r"([0-9]{4})-Q([0-9])"),
    "year": re.compile(r"([0-9]{4})"),
}


def seconds_of(day: date) -> int:
    """Seconds from 1970-01-01 to midnight of ``day``, in wall time."""
    return (day - _EPOCH).days * SECONDS_PER_DAY


@total_ordering
@dataclass(frozen=True)
class Period:
    """One calendar period: its ``kind`` and its first day.

    ``start`` must be the first day of such a period (a Monday for a week, the first of the month for a month);
    use :meth:`containing` for any other day. Periods are ordered by start, then by end.

    Errors: ``ValueError`` when the kind is unknown or ``start`` is not the first day of a period of that kind.
    """

    kind: Kind
    start: date

    def __post_init__(self) -> None:
        _known(self.kind)
        if _first_day(self.start, self.kind) != self.start:
            raise ValueError(f"{self.start.isoformat()} is not the first day of a {self.kind}.")
        if self.start.year > _LAST_YEAR:
            raise ValueError(f"{self.start.isoformat()} is beyond the last year that has an end.")

    @classmethod
    def parse(cls, text: str) -> Period:
        """The period that ``text`` names: a day, an ISO week, a month, a quarter or a year.

        Errors: ``ValueError`` whose text tells a person what is wrong and what is accepted.
        """
        for kind in KINDS:
            match = _SHAPES[kind].fullmatch(text.strip())
            if match:
                parts = [int(part) for part in match.groups()]
                try:
                    return cls(kind, _named_day(kind, parts))
                except (ValueError, OverflowError):
                    raise ValueError(f"'{text}' is not a {kind} of the calendar: {_why_not(kind, parts)}") from None
        raise ValueError(
            f"'{text}' is not a period. Write a day as 2026-03-31, a week as 2026-W07, a month as 2026-03, "
            "a quarter as 2026-Q1 or a year as 2026."
        )

    @classmethod
    def containing(cls, day: date, kind: str) -> Period:
        """The period of ``kind`` in which ``day`` lies. Errors: ``Refused`` beyond the last year that has an end."""
        found = _known(kind)
        first = _first_day(day, found)
        if first.year > _LAST_YEAR:
            raise _outside(day.isoformat(), f"The {found} of this day is asked for", later=True)
        return cls(found, first)

    @classmethod
    def at(cls, seconds: int, kind: str) -> Period:
        """The period of ``kind`` in which a moment lies, in seconds of wall time since 1970-01-01."""
        return cls.containing(_EPOCH + timedelta(seconds=seconds // SECONDS_PER_DAY * SECONDS_PER_DAY), kind)

    @classmethod
    def start_at(cls, seconds: int, kind: str) -> int:
        """The first instant of the period of ``kind`` in which a moment lies, be it one that has no end: in seconds."""
        return seconds_of(_first_day(_EPOCH + timedelta(days=seconds // SECONDS_PER_DAY), _known(kind)))

    @property
    def end(self) -> date:
        """The day after the last day."""
        if self.kind == "day":
            return self.start + _DAY
        if self.kind == "week":
            return self.start + 7 * _DAY
        return _month_after(self.start, _MONTHS[self.kind])

    @property
    def start_seconds(self) -> int:
        """The start in seconds of wall time since 1970-01-01; inclusive."""
        return seconds_of(self.start)

    @property
    def end_seconds(self) -> int:
        """The end in seconds of wall time since 1970-01-01; exclusive."""
        return seconds_of(self.end)

    @property
    def label(self) -> str:
        """The text that :meth:`parse` reads back."""
        if self.kind == "day":
            return self.start.isoformat()
        if self.kind == "week":
            year, week, _ = self.start.isocalendar()
            return f"{year:04}-W{week:02}"
        year_text = f"{self.start.year:04}"
        if self.kind == "month":
            return f"{year_text}-{self.start.month:02}"
        return f"{year_text}-Q{(self.start.month + 2) // 3}" if self.kind == "quarter" else year_text

    def next(self) -> Period:
        """The period that follows. Errors as :meth:`back`."""
        return self.back(-1)

    def previous(self) -> Period:
        """The period before. Errors as :meth:`back`."""
        return self.back(1)

    def back(self, n: int) -> Period:
        """The period ``n`` steps earlier; ``back(0)`` is this one and a negative ``n`` goes forward.

        Errors: ``Refused`` where the calendar has no such period.
        """
        try:
            if self.kind in _MONTHS:
                return Period(self.kind, _month_after(self.start, -n * _MONTHS[self.kind]))
            return Period(self.kind, self.start - n * (_DAY if self.kind == "day" else 7 * _DAY))
        except (ValueError, OverflowError):
            where = f"{'before' if n > 0 else 'after'} {self.label}"
            many = f"{self.kind} {where} is" if abs(n) == 1 else f"{abs(n)} {self.kind}s {where} are"
            raise _outside(self.label, f"The {many} asked for", later=n < 0) from None

    def start_back(self, n: int) -> int:
        """The start of the period ``n`` steps earlier, in seconds; that of the calendar where it begins later."""
        try:
            return self.back(n).start_seconds
        except Refused:
            return seconds_of(date.min)

    def ends_in(self, kind: str) -> Period:
        """The period of ``kind`` in which the last day lies: the month to which a week belongs."""
        return Period.containing(self.end - _DAY, kind)

    def to(self, last: Period) -> Iterator[Period]:
        """Every period from this one to ``last``, both included; nothing when ``last`` is earlier."""
        if last.kind != self.kind:
            raise ValueError(f"{self.label} is a {self.kind} and {last.label} a {last.kind}: the kinds must agree.")
        current = self
        while current.start < last.start:
            yield current
            current = current.next()
        if current.start == last.start:
            yield current

    def __contains__(self, day: date) -> bool:
        return self.start <= day < self.end

    def __lt__(self, other: Period) -> bool:
        return (self.start, self.end) < (other.start, other.end)

    def __str__(self) -> str:
        return self.label


def turn(period: Period) -> tuple[date, int]:
    """By what runs of several kinds of periods are put in order: the last day, then the shorter period."""
    return period.end, -period.start.toordinal()


def following(period: Period, kinds: Iterable[Kind]) -> Period:
    """The period that comes next in that order among those of some kinds; of one kind: the next one."""
    return min((_first_after(period, kind) for kind in kinds), key=turn)


def last_before(period: Period, kinds: Iterable[Kind]) -> Iterator[Period]:
    """Of each kind the last period that comes before in that order."""
    for kind in kinds:
        found = period.ends_in(kind)
        yield found if turn(found) < turn(period) else found.previous()


def in_turn(first: Period, last: Period, kinds: Iterable[Kind]) -> Iterator[Period]:
    """Every period of some kinds from ``first`` to ``last`` in that order, both included."""
    listed = tuple(kinds)
    period = first
    while turn(period) < turn(last):
        yield period
        period = following(period, listed)
    if turn(period) == turn(last):
        yield period


def _first_after(period: Period, kind: Kind) -> Period:
    found = period.ends_in(kind)
    return found if turn(found) > turn(period) else found.next()


def _known(kind: str) -> Kind:
    if kind not in KINDS:
        raise ValueError(f"'{kind}' is not a kind of period; the kinds are {', '.join(KINDS)}.")
    return kind


def _first_day(day: date, kind: Kind) -> date:
    if kind == "day":
        return day
    if kind == "week":
        return day - day.weekday() * _DAY
    months = _MONTHS[kind]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _month_after(first: date, months: int) -> date:
    """The first of the month ``months`` later than that of ``first``."""
    total = first.year * 12 + first.month - 1 + months
    return date(total // 12, total % 12 + 1, 1)


def _named_day(kind: Kind, parts: list[int]) -> date:
    """The first day of the period whose numbers are ``parts``."""
    if kind == "week":
        return date.fromisocalendar(parts[0], parts[1], 1)
    if kind == "quarter":
        return date(parts[0], parts[1] * 3 - 2, 1)
    year, month, day = (*parts, 1, 1)[:3]
    return date(year, month, day)


def _outside(place: str, asked: str, *, later: bool) -> Refused:
    bound = f"the last year is {_LAST_YEAR}" if later else "the calendar begins with 0001"
    remedy = f"Name {'an earlier' if later else 'a later'} period."
    return Refused([Finding(place, 0, 0, f"{asked}, and {bound}.", remedy)])


def _why_not(kind: Kind, parts: list[int]) -> str:
    """Why there is no period of these numbers."""
    year = parts[0]
    if not 1 <= year <= _LAST_YEAR:
        return f"years are 0001 to {_LAST_YEAR}."
    if kind == "week":
        weeks = date(year, 12, 28).isocalendar()[1]  # always in the last week
        return f"weeks of {year:04} are W01 to W{weeks}."
    if kind == "quarter":
        return "quarters are Q1 to Q4."
    if not 1 <= parts[1] <= 12:
        return "months are 01 to 12."
    return f"days of {year:04}-{parts[1]:02} are 01 to {monthrange(year, parts[1])[1]}."

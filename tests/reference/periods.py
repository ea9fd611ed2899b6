"""Periods as text: `2024-01-31`, `2024-W05`, `2024-01`, `2024-Q1`, `2024`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Period:
    """A run of days: `first` is in it, `end` is the day after it."""

    kind: str
    first: date
    end: date

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    def holds(self, day: date) -> bool:
        return self.first <= day < self.end

    def previous(self) -> Period:
        return around(self.kind, self.first - timedelta(days=1))


def around(kind: str, day: date) -> Period:
    """The period of that kind that holds the day."""
    if kind == "day":
        return Period(kind, day, day + timedelta(days=1))
    if kind == "week":
        monday = day - timedelta(days=day.weekday())
        return Period(kind, monday, monday + timedelta(days=7))
    months = {"month": 1, "quarter": 3, "year": 12}[kind]
    start = (day.month - 1) // months * months
    after = day.year * 12 + start + months
    return Period(kind, date(day.year, start + 1, 1), date(after // 12, after % 12 + 1, 1))


def read_period(text: str) -> Period:
    """The period that the text names."""
    if len(text) == 4:
        return around("year", date(int(text), 1, 1))
    if "Q" in text:
        return around("quarter", date(int(text[:4]), int(text[-1]) * 3, 1))
    if "W" in text:
        return around("week", date.fromisocalendar(int(text[:4]), int(text[6:]), 1))
    if len(text) == 7:
        return around("month", date(int(text[:4]), int(text[5:]), 1))
    return around("day", date.fromisoformat(text))


def named(period: Period) -> str:
    """The period as text."""
    first = period.first
    return {
        "day": first.isoformat(), "week": f"{first.isocalendar()[0]}-W{first.isocalendar()[1]:02}",
        "month": first.isoformat()[:7],
        "quarter": f"{first.year}-Q{(first.month + 2) // 3}", "year": str(first.year),
    }[period.kind]  # fmt: skip

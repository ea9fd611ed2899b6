"""Periods: what texts name them, where they start and end, and how one steps from one to the next."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueline.errors import Refused
from trueline.period import KINDS, Period

DAYS = st.dates(date(1, 2, 1), date(9990, 1, 1))


@pytest.mark.parametrize(
    ("text", "kind", "start", "end"),
    [
        ("2026-03-31", "day", date(2026, 3, 31), date(2026, 4, 1)),
        ("2026-W07", "week", date(2026, 2, 9), date(2026, 2, 16)),
        ("2026-W53", "week", date(2026, 12, 28), date(2027, 1, 4)),
        ("2025-W01", "week", date(2024, 12, 30), date(2025, 1, 6)),
        ("2024-02", "month", date(2024, 2, 1), date(2024, 3, 1)),
        ("2026-12", "month", date(2026, 12, 1), date(2027, 1, 1)),
        ("2026-Q1", "quarter", date(2026, 1, 1), date(2026, 4, 1)),
        ("2026-Q4", "quarter", date(2026, 10, 1), date(2027, 1, 1)),
        ("2026", "year", date(2026, 1, 1), date(2027, 1, 1)),
        (" 2026 ", "year", date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_a_text_names_a_period(text: str, kind: str, start: date, end: date) -> None:
    period = Period.parse(text)

    assert (period.kind, period.start, period.end, period.label) == (kind, start, end, text.strip())


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026-13", "2026-00", "2025-W53", "2026-W00", "2026-Q5", "2026-Q0", "2026-02-30", "26-03", "2026/03"),
        *("March", "2026-3", "2026-W7", "٢٠٢٦", "0000", "9999", "9999-12-31", "2026-03-01T00:00"),
    ],
)
def test_any_other_text_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a|is beyond"):
        Period.parse(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2024-13", "is not a month of the calendar: months are 01 to 12."),
        ("2024-00", "is not a month of the calendar: months are 01 to 12."),
        ("2024-13-01", "is not a day of the calendar: months are 01 to 12."),
        ("2024-02-30", "is not a day of the calendar: days of 2024-02 are 01 to 29."),
        ("2023-02-29", "is not a day of the calendar: days of 2023-02 are 01 to 28."),
        ("2024-Q5", "is not a quarter of the calendar: quarters are Q1 to Q4."),
        # 2020 begins on a Wednesday and is a leap year: 53 weeks. 2024 begins on a Monday: 52.
        ("2024-W53", "is not a week of the calendar: weeks of 2024 are W01 to W52."),
        ("2020-W54", "is not a week of the calendar: weeks of 2020 are W01 to W53."),
        ("9999-12", "is not a month of the calendar: years are 0001 to 9998."),
        ("9999-W53", "is not a week of the calendar: years are 0001 to 9998."),
        ("0000-01", "is not a month of the calendar: years are 0001 to 9998."),
    ],
)
def test_a_refusal_says_what_there_is(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(f"'{text}' {reason}")):
        Period.parse(text)


@pytest.mark.parametrize(
    ("label", "steps", "message"),
    [
        ("0001-01", 1, "The month before 0001-01 is asked for, and the calendar begins with 0001."),
        ("0001-03", 12, "The 12 months before 0001-03 are asked for, and the calendar begins with 0001."),
        ("0001-W01", 1, "The week before 0001-W01 is asked for, and the calendar begins with 0001."),
        ("0001-01-01", 1, "The day before 0001-01-01 is asked for, and the calendar begins with 0001."),
        ("9998-12", -1, "The month after 9998-12 is asked for, and the last year is 9998."),
        ("9998-W53", -1, "The week after 9998-W53 is asked for, and the last year is 9998."),
        ("9998-12-31", -3, "The 3 days after 9998-12-31 are asked for, and the last year is 9998."),
        ("9998", -1, "The year after 9998 is asked for, and the last year is 9998."),
    ],
)
def test_a_step_out_of_the_calendar_is_refused(label: str, steps: int, message: str) -> None:
    with pytest.raises(Refused, match=re.escape(f"{label}: {message}")):
        Period.parse(label).back(steps)


def test_the_month_of_a_week_that_has_none_is_refused() -> None:
    # The last week begins on 28 December 9998 and ends in January 9999.
    with pytest.raises(Refused, match="The month of this day is asked for, and the last year is 9998"):
        Period.parse("9998-W53").ends_in("month")


def test_seconds_count_from_1970_in_wall_time() -> None:
    period = Period.parse("1970-01-02")

    assert (period.start_seconds, period.end_seconds) == (86_400, 172_800)
    assert Period.parse("1969-12-31").start_seconds == -86_400


def test_steps_cross_the_ends_of_years() -> None:
    assert Period.parse("2025-12").next().label == "2026-01"
    assert Period.parse("2026-Q1").previous().label == "2025-Q4"
    assert Period.parse("2026-03").back(15).label == "2024-12"
    assert Period.parse("2026-W01").back(1).label == "2025-W52"
    assert Period.parse("2026-03").back(-2).label == "2026-05"


def test_a_range_holds_both_ends() -> None:
    labels = [period.label for period in Period.parse("2025-11").to(Period.parse("2026-01"))]

    assert labels == ["2025-11", "2025-12", "2026-01"]
    assert list(Period.parse("2026").to(Period.parse("2025"))) == []
    with pytest.raises(ValueError, match="kinds must agree"):
        list(Period.parse("2026").to(Period.parse("2026-02")))


def test_periods_are_ordered_by_start_then_end() -> None:
    texts = ["2026", "2026-02", "2026-01", "2026-01-01", "2026-Q1", "2025-12"]

    in_order = ["2025-12", "2026-01-01", "2026-01", "2026-Q1", "2026", "2026-02"]
    assert [period.label for period in sorted(map(Period.parse, texts))] == in_order


def test_a_period_starts_on_its_first_day() -> None:
    with pytest.raises(ValueError, match="not the first day of a month"):
        Period("month", date(2026, 3, 2))
    with pytest.raises(ValueError, match="not a kind of period"):
        Period.containing(date(2026, 3, 2), "fortnight")


@given(day=DAYS, kind=st.sampled_from(KINDS), steps=st.integers(-30, 30))
def test_periods_of_a_kind_tile_the_calendar(day: date, kind: str, steps: int) -> None:
    period = Period.containing(day, kind)

    assert day in period
    assert period.end not in period
    assert Period.parse(period.label) == period
    assert period.next().start == period.end
    assert period.next().previous() == period
    assert Period.containing(period.end - timedelta(days=1), kind) == period
    if 40 < day.year < 9900:  # no step leaves the calendar
        assert period.back(steps).back(-steps) == period
        assert (period.back(steps) < period) == (steps > 0)

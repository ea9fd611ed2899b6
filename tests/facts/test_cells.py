"""What the text of a cell becomes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueline.facts import parse
from trueline.facts.units import decimal_text, digits_of, unit_from_text, unit_text
from trueline.facts.zones import wall_seconds

CHICAGO = ZoneInfo("America/Chicago")


def seconds(text: str) -> int:
    return int(np.datetime64(text, "s").astype(np.int64))


@pytest.mark.parametrize(
    ("text", "digits", "count"),
    [
        ("0", 2, 0),
        ("-0.00", 2, 0),
        ("12.5", 2, 1250),
        ("+12.50", 2, 1250),
        ("-.5", 2, -50),
        ("7.", 2, 700),
        ("0007.10000000", 2, 710),
        ("100000000000000", 4, 10**18),
        ("92233720368547758.07", 2, 2**63 - 1),
        ("-92233720368547758.07", 2, -(2**63) + 1),
        ("9223372036854775807", 0, 2**63 - 1),
        ("12.0", 0, 12),
        ("0.000000000001", 12, 1),
    ],
)
def test_decimal_text_becomes_a_count_of_units(text: str, digits: int, count: int) -> None:
    parsed = parse.numbers(pa.array([text]), digits, "a number")

    assert parsed.complaints == {}
    assert parsed.values.tolist() == [count]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        *(
            (text, "is not a number")
            for text in ("", ".", "-", "1e3", "1,000", "1 000", "0x10", "NaN", "inf", "٣", "--1")
        ),
        ("1.005", "finer than the unit 0.01"),
        ("92233720368547758.08", "too large"),
        ("100000000000000000000000000000000000000000", "too large"),
    ],
)
def test_other_text_is_not_a_number(text: str, words: str) -> None:
    parsed = parse.numbers(pa.array([text, "1"]), 2, "a number")

    assert words in parsed.complaints[0][0]
    assert list(parsed.complaints) == [0]
    assert parsed.values.tolist() == [0, 100]


@given(count=st.integers(-(2**63) + 1, 2**63 - 1), digits=st.integers(0, 12))
def test_decimal_text_is_read_back_exactly(count: int, digits: int) -> None:
    text = decimal_text(count, Fraction(1, 10**digits))

    assert parse.numbers(pa.array([text]), digits, "a number").values.tolist() == [count]
    assert Fraction(text) == Fraction(count, 10**digits)


@pytest.mark.parametrize("text", ["1", "0.1", "0.01", "0.000000000001"])
def test_units_are_powers_of_ten(text: str) -> None:
    assert unit_text(unit_from_text(text)) == text
    assert Fraction(1, 10 ** digits_of(unit_from_text(text))) == Fraction(text)


@pytest.mark.parametrize("text", ["", "0", "0.", "0.05", "10", "0.0000000000001", "1.0", "-0.1", "x"])
def test_other_units_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a unit"):
        unit_from_text(text)


@pytest.mark.parametrize(
    ("text", "wall"),
    [
        ("2026-03-31", "2026-03-31T00:00:00"),
        ("2026-03-31T14:05", "2026-03-31T14:05:00"),
        ("2026-03-31 14:05:09.999", "2026-03-31T14:05:09"),
        ("1969-07-20T20:17:40", "1969-07-20T20:17:40"),
        ("2024-02-29", "2024-02-29T00:00:00"),
        ("9999-12-31", "9999-12-31T00:00:00"),
        ("2026-01-01T00:30:00Z", "2025-12-31T18:30:00"),
        ("2026-07-01T00:30:00+0000", "2026-06-30T19:30:00"),
        ("2026-03-08T07:59:59Z", "2026-03-08T01:59:59"),
        ("2026-03-08T08:00:00Z", "2026-03-08T03:00:00"),
        ("2025-11-02T06:30:00Z", "2025-11-02T01:30:00"),
        ("2025-11-02T07:30:00Z", "2025-11-02T01:30:00"),
        ("2026-01-01T12:00:00+05:30", "2026-01-01T00:30:00"),
    ],
)
def test_times_become_wall_time_of_the_company(text: str, wall: str) -> None:
    parsed = parse.times(pa.array([text]), CHICAGO)

    assert parsed.complaints == {}
    assert parsed.values.tolist() == [seconds(wall)]


@pytest.mark.parametrize(
    "text",
    [
        *("2026-02-30", "2025-02-29", "2026-00-01", "2026-13-01", "2026-01-32", "1899-12-31"),
        *("2026-01-01T24:00", "2026-01-01T10:60", "2026-01-01T10", "2026-01-01T10:00+99:00", "2026-01-01Z"),
        *("31/12/2025", "2026-1-1", "20260101"),
    ],
)
def test_other_text_is_not_a_time(text: str) -> None:
    parsed = parse.times(pa.array(["2026-01-01", text]), CHICAGO)

    assert list(parsed.complaints) == [1]


@given(
    seconds=st.lists(st.integers(-2 * 10**9, 4 * 10**9), max_size=5),
    zone=st.sampled_from(["America/Chicago", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "Europe/Dublin"]),
)
def test_zones_agree_with_the_calendar_of_python(seconds: list[int], zone: str) -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    local = [(epoch + timedelta(seconds=second)).astimezone(ZoneInfo(zone)) for second in seconds]
    expected = [int((moment.replace(tzinfo=UTC) - epoch).total_seconds()) for moment in local]

    assert wall_seconds(np.array(seconds, dtype=np.int64), ZoneInfo(zone)).tolist() == expected

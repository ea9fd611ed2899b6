"""Numbers as text: what is read, what is refused and with which words, what is written."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueline.money import format_number, parse_number, parse_percent


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20 000", Fraction(20_000)),
        ("20000", Fraction(20_000)),
        ("1 234.50", Fraction(2469, 2)),
        ("-3", Fraction(-3)),
        ("2/37", Fraction(2, 37)),
        ("-2/37", Fraction(-2, 37)),
        ("0", Fraction(0)),
        ("0.00000001", Fraction(1, 10**8)),
        ("100 000 000 000 000.00000001", 10**14 + Fraction(1, 10**8)),
    ],
)
def test_numbers_read(text: str, value: Fraction) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "missing"),
        ("  ", "missing"),
        ("1,5", "comma"),
        ("1_000", "underscore"),
        ("1e3", "exponents"),
        ("+1", "plus sign"),
        ("5%", "percent sign"),
        ("20 00", "groups of three"),
        ("2000 000", "groups of three"),
        ("0 123", "groups of three"),
        ("20  000", "groups of three"),
        ("20\u00a0000", "groups of three"),
        (" 5", "groups of three"),
        ("1.234 567", "groups of three"),
        ("- 3", "groups of three"),
        ("1/0", "divides by zero"),
        (".5", "not a number"),
        ("5.", "not a number"),
        ("1/2/3", "not a number"),
        ("1.5/2", "not a number"),
        ("\u0665", "not a number"),
        ("--3", "not a number"),
        ("nan", "not a number"),
        ("5\n", "groups of three"),
        ("9" * 81, "too long"),
    ],
)
def test_anything_else_is_refused(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_number(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [("5%", Fraction(1, 20)), ("2.5 %", Fraction(1, 40)), ("2/37 %", Fraction(1, 1850)), ("-1%", Fraction(-1, 100))],
)
def test_percentages_read(text: str, value: Fraction) -> None:
    assert parse_percent(text) == value


@pytest.mark.parametrize("text", ["5", "", "5%%", "5  %", "%", " %", "5% "])
def test_other_percentages_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"percent sign|missing|groups"):
        parse_percent(text)


@pytest.mark.parametrize(
    ("value", "unit", "group", "text"),
    [
        (Fraction(5), Fraction(1, 100), False, "5.00"),
        (5, Fraction(1), False, "5"),
        (Fraction(-1, 200), Fraction(1, 100), False, "-0.005"),
        (Fraction(2, 37), Fraction(1, 100), False, "2/37"),
        (Fraction(-20_000, 37), Fraction(1, 100), True, "-20 000/37"),
        (Fraction("1234567.5"), Fraction(1, 100), True, "1 234 567.50"),
        (Fraction(0), Fraction(1, 20), False, "0.00"),
        (Fraction(3000), Fraction(1000), False, "3000"),
        (Fraction(1, 2), Fraction(1, 37), False, "0.5"),
    ],
)
def test_numbers_written(value: Fraction, unit: Fraction, group: bool, text: str) -> None:
    assert format_number(value, unit, group=group) == text


@given(
    st.fractions(min_value=-(10**18), max_value=10**18, max_denominator=10**12),
    st.integers(0, 8),
    st.booleans(),
)
def test_what_is_written_reads_back(value: Fraction, places: int, group: bool) -> None:
    assert parse_number(format_number(value, Fraction(1, 10**places), group=group)) == value

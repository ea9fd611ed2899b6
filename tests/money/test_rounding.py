"""Rounding modes on single amounts, by hand and against the definition."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trueline.money import Mode, Rounding, scale_between

CENT = Fraction(1, 100)

BY_HAND = {
    #             2.5 -2.5  3.5 -3.5  2.4 -2.4  2.6 -2.6
    "half up": [3, -3, 4, -4, 2, -2, 3, -3],
    "half even": [2, -2, 4, -4, 2, -2, 3, -3],
    "half down": [2, -2, 3, -3, 2, -2, 3, -3],
    "down": [2, -2, 3, -3, 2, -2, 2, -2],
    "up": [3, -3, 4, -4, 3, -3, 3, -3],
    "floor": [2, -3, 3, -4, 2, -3, 2, -3],
    "ceiling": [3, -2, 4, -3, 3, -2, 3, -2],
}


@pytest.mark.parametrize("words", BY_HAND)
def test_every_mode_by_hand(words: str) -> None:
    amounts = [Fraction(text) for text in ("2.5", "-2.5", "3.5", "-3.5", "2.4", "-2.4", "2.6", "-2.6")]
    rounding = Rounding(Mode.named(words), Fraction(1))
    assert [rounding.count(amount) for amount in amounts] == BY_HAND[words]


def test_half_up_is_symmetric_around_zero() -> None:
    rounding = Rounding(Mode.HALF_UP, CENT)
    assert rounding.amount(Fraction("-0.005")) == Fraction("-0.01")
    assert rounding.amount(Fraction("0.005")) == Fraction("0.01")


def test_codes_are_stable() -> None:
    assert {mode.words: int(mode) for mode in Mode} == {
        "half up": 0,
        "half even": 1,
        "half down": 2,
        "down": 3,
        "up": 4,
        "floor": 5,
        "ceiling": 6,
    }


def test_an_unknown_mode_names_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"'half-up' is not a way to round\. Did you mean 'half up'"):
        Mode.named("half-up")


@pytest.mark.parametrize("unit", [Fraction(0), Fraction(-1, 100)])
def test_a_unit_is_positive(unit: Fraction) -> None:
    with pytest.raises(ValueError, match="greater than zero"):
        Rounding(Mode.HALF_UP, unit)


def test_a_float_is_no_unit() -> None:
    with pytest.raises(TypeError, match="not float"):
        Rounding(Mode.HALF_UP, 0.01)  # type: ignore[arg-type]  # what must be refused


@given(st.sampled_from(Mode), st.fractions(), st.fractions(min_value=Fraction(1, 1000), max_value=1000))
def test_a_rounded_amount_is_a_near_multiple(mode: Mode, amount: Fraction, unit: Fraction) -> None:
    rounded = Rounding(mode, unit).amount(amount)
    assert (rounded / unit).denominator == 1
    limit = unit / 2 if "half" in mode.words else unit
    assert abs(rounded - amount) <= limit
    assert Rounding(mode, unit).amount(rounded) == rounded
    if mode not in (Mode.FLOOR, Mode.CEILING):
        assert Rounding(mode, unit).amount(-amount) == -rounded


def test_scale_between_units() -> None:
    assert scale_between(CENT, Fraction(1, 10_000)) == 100
    assert scale_between(Fraction(1, 10_000), CENT) == Fraction(1, 100)
    with pytest.raises(ValueError, match="greater than zero"):
        scale_between(Fraction(0), CENT)

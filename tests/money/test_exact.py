"""The compiled arithmetic against fractions, compiled and as plain Python."""

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trueline.kernel import plain
from trueline.money import Mode, Rounding
from trueline.money.columns import divide, divide_rows, split, split_rows, sum_halves, total
from trueline.money.exact import add, magnitude, muldiv, multiply

LOW, HIGH = -(2**63), 2**63 - 1
EDGES = [LOW, LOW + 1, -(2**32), -1, 0, 1, 2, 37, 2**31, 2**32 - 1, 2**32, 10**16, 2**62, HIGH - 1, HIGH]
WHOLE = st.one_of(st.sampled_from(EDGES), st.integers(LOW, HIGH), st.integers(-1000, 1000))
DENOMINATOR = st.one_of(
    st.sampled_from([1, 2, 3, 37, 100, 2**31, 2**32 - 1, 2**32, 2**32 + 1, 2**62, HIGH]),
    st.integers(1, HIGH),
    st.integers(1, 1000),
)
MODE = st.sampled_from(Mode)


def fits(value: int) -> bool:
    return LOW <= value <= HIGH


def column(*values: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(values, dtype=np.int64)


@settings(max_examples=1000)
@given(WHOLE, WHOLE, DENOMINATOR, MODE)
@example(LOW, LOW, HIGH, Mode.UP)
@example(LOW, HIGH, HIGH, Mode.HALF_EVEN)
@example(LOW, -1, 1, Mode.HALF_UP)
@example(LOW, 1, 1, Mode.HALF_UP)
@example(10**14 * 10**4, 2, 37, Mode.HALF_UP)
def test_divide_is_the_exact_quotient_rounded(value: int, num: int, den: int, mode: Mode) -> None:
    expected = Rounding(mode, Fraction(1)).count(Fraction(value * num, den))
    out = column(0)
    if fits(expected):
        assert divide(column(value), num, den, mode, out)[0] == expected
        assert muldiv(value, num, den, mode) == expected
    else:
        with pytest.raises(OverflowError, match=r"Row 0: .* too large for its unit"):
            divide(column(value), num, den, mode, out)
        with pytest.raises(OverflowError, match="too large for its unit"):
            muldiv(value, num, den, mode)


@settings(max_examples=300)
@given(st.lists(WHOLE, min_size=1, max_size=4), WHOLE, DENOMINATOR, MODE)
def test_compiled_and_plain_agree(values: list[int], num: int, den: int, mode: Mode) -> None:
    factor = np.full(len(values), num, dtype=np.int64)
    results: list[tuple[int, list[int], int, list[int], list[int]]] = []
    for divide_form, split_form in ((divide_rows, split_rows), (plain(divide_rows), plain(split_rows))):
        out, whole, rest = (np.zeros(len(values), dtype=np.int64) for _ in range(3))
        row = divide_form(column(*values), factor, den, int(mode), out)
        other = split_form(column(*values), factor, den, whole, rest)
        results.append((row, out.tolist(), other, whole.tolist(), rest.tolist()))
    assert results[0] == results[1]


@settings(max_examples=500)
@given(WHOLE, WHOLE, DENOMINATOR)
@example(LOW, 1, 1)
@example(LOW, 3, 2)
def test_split_is_floor_and_remainder(value: int, num: int, den: int) -> None:
    expected, rest = divmod(value * num, den)
    whole_out, rest_out = column(0), column(0)
    if fits(expected):
        split(column(value), num, den, whole_out, rest_out)
        assert (whole_out[0], rest_out[0]) == (expected, rest)
    else:
        with pytest.raises(OverflowError, match="Row 0"):
            split(column(value), num, den, whole_out, rest_out)


def test_sums_of_a_split_are_exact() -> None:
    """10^14 rupiah, stored in 1/100, at 2/37 for each of many rows: the sum is the exact product."""
    values = np.full(1000, 10**16 + 1, dtype=np.int64)
    whole, rest = np.empty_like(values), np.empty_like(values)
    split(values, 2, 37, whole, rest)
    assert total(whole) + Fraction(total(rest), 37) == Fraction(1000 * 2 * (10**16 + 1), 37)


@given(st.lists(WHOLE))
def test_total_is_exact(values: list[int]) -> None:
    assert total(column(*values)) == sum(values)
    assert sum_halves(column(*values)) == plain(sum_halves)(column(*values))


@given(WHOLE, WHOLE)
def test_add_never_wraps(a: int, b: int) -> None:
    forms: list[Callable[[int | np.int64, int | np.int64], np.int64]] = [add, plain(add)]
    for form in forms:
        if fits(a + b):
            assert form(np.int64(a), np.int64(b)) == a + b
        else:
            with pytest.raises(OverflowError, match="sum is too large"):
                form(np.int64(a), np.int64(b))


@given(WHOLE, WHOLE)
def test_multiply_gives_both_limbs(a: int, b: int) -> None:
    high, low = multiply(np.uint64(magnitude(a)), np.uint64(magnitude(b)))
    assert (int(high) << 64) + int(low) == abs(a) * abs(b)


def test_a_factor_per_row_and_in_place() -> None:
    values = column(100, 200, 300)
    assert divide(values, column(1, -2, 3), 8, Mode.HALF_UP, values).tolist() == [13, -50, 113]


def test_what_is_refused() -> None:
    values = column(1, 2)
    out = np.empty_like(values)
    with pytest.raises(ValueError, match="denominator"):
        divide(values, 1, 0, Mode.DOWN, out)
    with pytest.raises(ValueError, match="differ in length"):
        divide(values, column(1), 1, Mode.DOWN, out)
    with pytest.raises(ValueError, match="not a valid Mode"):
        divide(values, 1, 1, 9, out)
    with pytest.raises(OverflowError, match="factor"):
        divide(values, 2**63, 1, Mode.DOWN, out)
    with pytest.raises(TypeError, match="float64"):
        divide(values.astype(np.float64), 1, 1, Mode.DOWN, out)
    with pytest.raises(TypeError):
        divide(values, 0.5, 1, Mode.DOWN, out)  # type: ignore[arg-type]  # what must be refused

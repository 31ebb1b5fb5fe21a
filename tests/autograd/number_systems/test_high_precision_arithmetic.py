"""Raw numbers: made of floats, moved, summed, and turned into floats again."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import mpmath
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import libmp

from autograd.number_systems.high_precision import arithmetic
from autograd.number_systems.high_precision.arithmetic import as_float


def test_sums_of_products_are_rounded_once() -> None:
    numbers = [0.5, 1e-20, -3.0, 0.0, 1e30, 2.0**-60]
    others = [1.5, -1e10, 0.1, 5.0, 1e-30, -7.0]
    raw = arithmetic.sum_of_products([libmp.from_float(x) for x in numbers], [libmp.from_float(x) for x in others], 2000)
    with mpmath.workprec(2000):
        exact = mpmath.fsum(mpmath.mpf(a) * mpmath.mpf(b) for a, b in zip(numbers, others, strict=True))
        assert mpmath.mpf(raw) == exact
    infinite = arithmetic.sum_of_products([libmp.finf, libmp.fone], [libmp.fone, libmp.fzero], 100)
    assert infinite == libmp.finf
    undefined = arithmetic.sum_of_products([libmp.finf], [libmp.fzero], 100)
    assert undefined == libmp.fnan


_FLOATS = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.tuples(_FLOATS, _FLOATS), max_size=6))
def test_sums_of_products_of_any_floats(pairs: list[tuple[float, float]]) -> None:
    # More bits than all floats together span, so nothing is rounded.
    raw = arithmetic.sum_of_products(
        [arithmetic.from_float(a) for a, _ in pairs], [arithmetic.from_float(b) for _, b in pairs], 5000
    )
    sign, mantissa, exponent, length = raw
    assert Fraction((-1) ** sign * int(mantissa)) * Fraction(2) ** exponent == sum(Fraction(a) * Fraction(b) for a, b in pairs)
    assert length == int(mantissa).bit_length()


@given(st.floats())
def test_a_float_as_mpmath_has_it(x: float) -> None:
    assert arithmetic.from_float(x) == libmp.from_float(x)


@given(_FLOATS, st.sampled_from([-1.0, -0.5, 0.5, 1.0]), st.integers(20, 400))
def test_a_small_move_is_exact(x: float, speed: float, shift: int) -> None:
    step = libmp.mpf_shift(libmp.from_float(speed), -shift)
    assert arithmetic.moved(libmp.from_float(x), step, 5000) == libmp.mpf_add(libmp.from_float(x), step)


@given(_FLOATS)
def test_a_raw_number_as_the_nearest_float(x: float) -> None:
    raw = arithmetic.from_float(x)
    assert as_float(raw) == x
    if abs(x) > 1e-290:
        up = libmp.mpf_add(raw, libmp.mpf_shift(raw, -55), 3000)
        assert as_float(up) == x


@pytest.mark.parametrize("raw", [libmp.finf, libmp.fninf, libmp.mpf_shift(libmp.fone, 5000), libmp.mpf_shift(libmp.fone, -5000)])
def test_a_raw_number_too_large_or_too_small_for_a_float(raw: Any) -> None:
    assert as_float(raw) == (0.0 if raw[2] < -4000 and raw[1] else -math.inf if raw == libmp.fninf else math.inf)

"""Quotients rounded down, remainders, and the complementary error function far out, in high precision."""

from __future__ import annotations

import math

import mpmath
import pytest
from mpmath import libmp

from autograd.number_systems.high_precision import functions
from autograd.number_systems.high_precision.arithmetic import as_float, bits


@pytest.mark.parametrize("a", [7.5, -7.5, 0.0, 1e300, -1e-300, 5.0])
@pytest.mark.parametrize("b", [2.0, -2.0, 0.7, -1e-300, 1e300, 5.0])
def test_floor_and_remainder(a: float, b: float) -> None:
    precision = bits(60)
    raw = libmp.from_float(a), libmp.from_float(b)
    quotient = functions.floor_divide(*raw)
    with mpmath.workprec(5000):
        exact = mpmath.floor(mpmath.mpf(a) / mpmath.mpf(b))
        assert mpmath.mpf(quotient) == exact
        remainder = mpmath.mpf(a) - mpmath.mpf(b) * exact
        error = abs(mpmath.mpf(functions.remainder(*raw, quotient, precision)) - remainder)
        assert error <= abs(remainder) * mpmath.mpf(2) ** (1 - precision)


@pytest.mark.parametrize("a", [7.5, -7.5, 0.0, math.inf, -math.inf, math.nan])
@pytest.mark.parametrize("b", [2.0, -2.0, math.inf, -math.inf, math.nan])
def test_floor_and_remainder_of_what_is_not_finite(a: float, b: float) -> None:
    raw = libmp.from_float(a), libmp.from_float(b)
    quotient = functions.floor_divide(*raw)
    for found, expected in ((quotient, a // b), (functions.remainder(*raw, quotient, 200), a % b)):
        assert libmp.to_float(found) == expected or (math.isnan(libmp.to_float(found)) and math.isnan(expected))


def test_no_remainder_of_a_division_by_zero() -> None:
    with pytest.raises(ZeroDivisionError):
        functions.floor_divide(libmp.from_float(1.0), libmp.fzero)


def test_erfc_far_out() -> None:
    for x in (2.0**39.5, 2.0**41, 1e30, 1e160, 1e300):
        found = functions.FUNCTIONS["erfc"](libmp.from_float(x), 300)
        assert found[1]
    near, far = 2.0**40 - 2.0**-12, 2.0**40 + 2.0**-11
    ratios = []
    for x in (near, far):
        scale = libmp.mpf_exp(libmp.mpf_mul(libmp.from_float(x), libmp.from_float(x)), 400)
        ratios.append(as_float(libmp.mpf_mul(functions.FUNCTIONS["erfc"](libmp.from_float(x), 400), scale, 400)) * x)
    assert ratios == pytest.approx([1.0 / math.sqrt(math.pi)] * 2, rel=1e-12)

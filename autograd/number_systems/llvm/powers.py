"""Powers: eᶻ with z = b ln a, where the logarithm and the product are sums of two numbers, because z may be large."""

from __future__ import annotations

import math
import sys

from autograd.number_systems.llvm.coefficients import LOGARITHM_IN_PAIRS
from autograd.number_systems.llvm.exponentials import TOO_LARGE, TOO_SMALL, scaled, split_exactly
from autograd.number_systems.llvm.expressions import (
    Mask,
    Number,
    at_least,
    at_most,
    fused,
    polynomial,
    product_of_two,
    remainder_of_product,
    sum_of_ordered,
    where,
)
from autograd.number_systems.llvm.logarithms import LN2_HIGH, LN2_LOW, reduced_of_any_size

_THIRD, _THIRD_LOW = 0.3333333333333333, 1.850371707708594e-17
# With exponents as large as this, powers of all bases except 1 are 0 or infinite.
_LARGEST_EXPONENT = 2.0**66
# Another library may round what is the largest float here to infinity.
_LARGEST_FLOAT = sys.float_info.max


def _logarithm(x: Number) -> tuple[Number, Number]:
    """The natural logarithm of a positive number as a sum of two, right to some 65 bits."""
    exponent, fraction, _ = reduced_of_any_size(x)
    # ln(1 + f) is 2s(1 + z/3 + z²/5 + …), with s = f/(2 + f) and z = s².
    denominator, lost = sum_of_ordered(2.0, fraction)
    reciprocal = 1.0 / denominator
    s = fraction * reciprocal
    s_low = (remainder_of_product(s, denominator, fraction) - s * lost) * reciprocal
    z, z_low = product_of_two(s, s)
    z_low = fused(s + s, s_low, z_low)
    third, third_low = product_of_two(z, _THIRD)
    third_low = fused(z, _THIRD_LOW, fused(z_low, _THIRD, third_low))
    factor, factor_low = sum_of_ordered(third, fused(z * z, polynomial(z, LOGARITHM_IN_PAIRS), third_low))
    doubled, doubled_low = s + s, s_low + s_low
    product, product_low = product_of_two(doubled, factor)
    product_low = fused(doubled, factor_low, fused(doubled_low, factor, product_low))
    high, low = sum_of_ordered(doubled, product)
    low = low + (product_low + doubled_low)
    whole, lost = sum_of_ordered(exponent * LN2_HIGH, high)
    return sum_of_ordered(whole, lost + fused(exponent, LN2_LOW, low))


def _is_odd(x: Number) -> Mask:
    half = 0.5 * x
    return x.floor().equals(x) & half.floor().differs_from(half)


def power(base: Number, exponent: Number) -> Number:
    """A number to a power, as C's ``pow`` has it; a negative number to a fractional power is nan."""
    a = abs(base)
    high, low = _logarithm(a)
    bounded = at_least(at_most(exponent, _LARGEST_EXPONENT), -_LARGEST_EXPONENT)
    z, lost = product_of_two(bounded, high)
    correction = where(abs(z) < 800.0, fused(bounded, low, lost), 0.0)
    z = at_least(at_most(z, TOO_LARGE), TOO_SMALL)
    parts = split_exactly(z, correction)
    scale = scaled(z, parts.power)
    result = fused(scale.power, parts.rest, scale.power) * scale.factor
    # Powers of 0 and of infinity.
    is_zero, is_infinite = a.equals(0.0), a.equals(math.inf)
    grows = (is_zero & (exponent < 0.0)) | (is_infinite & (exponent > 0.0))
    result = where(is_zero | is_infinite, where(grows, math.inf, 0.0), result)
    # Powers of negative numbers, also of -0.
    sign = where(_is_odd(exponent), base, 1.0)
    result = result.with_sign_of(sign)
    result = where(_is_complex(base, exponent) | base.is_nan() | exponent.is_nan(), math.nan, result)
    return where(exponent.equals(0.0) | base.equals(1.0), 1.0, result)


def _is_complex(base: Number, exponent: Number) -> Mask:
    return (base < 0.0) & (base > -math.inf) & exponent.floor().differs_from(exponent)


# ------------------------------------------------------------------------------- where the functions of floats raise


def power_refused(base: Number, exponent: Number, result: Number) -> Mask:
    """Where a power is complex, one of 0 is infinite, or one of finite numbers is too large."""
    is_finite = (abs(base) < math.inf) & (abs(exponent) < math.inf)
    return is_finite & (_is_complex(base, exponent) | (abs(result) >= _LARGEST_FLOAT))

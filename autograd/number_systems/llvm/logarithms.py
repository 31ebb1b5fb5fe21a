"""Logarithms, and the inverse hyperbolic functions, which are logarithms of sums.

A positive number is 2ᵏ(1 + f) with 1 + f between √½ and √2, and ln(1 + f) = 2 artanh s with s = f/(2 + f). Where a logarithm of a
sum is wanted, as in log1p, what the rounded sum has lost is added to f.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from autograd.number_systems.llvm.coefficients import LOGARITHM
from autograd.number_systems.llvm.expressions import (
    Integer,
    Mask,
    Number,
    at_most,
    fused,
    polynomial,
    product_of_two,
    remainder_of_product,
    sum_of_ordered,
    where,
)

# ln 2 as a sum, whose first part has 41 bits, so that its product with an exponent is exact.
LN2_HIGH, LN2_LOW = 0.693147180559663, 2.8235290563031577e-13
_SMALLEST_NORMAL = 2.0**-1022
_BITS_OF_1 = 0x3FF0000000000000
_BITS_OF_SQRT_HALF = 0x3FE6A09E667F3BCD
_BITS_OF_FRACTION = 0x000FFFFFFFFFFFFF
_BITS_OF_2_TO_52 = 0x4330000000000000
_BITS_OF_EXPONENT = 0x7FF0000000000000
# Numbers as a double and what it lacks; log₁₀ 2 with a first part of 33 bits.
LOG2_E = (1.4426950408889634, 2.0355273740931033e-17)
LOG10_E = (0.4342944819032518, 1.098319650216765e-17)
LOG10_2 = (0.3010299955494702, 1.1451100898021838e-10)
# From here on, x + √(x² ± 1) is 2x.
_FAR = 1e9
# From here on, 1 + x is x, and what it has lost doesn't matter.
_BEYOND_1 = 2.0**53


class Reduced(NamedTuple):
    """A positive number as 2ᵏ(1 + f).

    Attributes:
        exponent: k, as a number.
        fraction: f, between √½ - 1 and √2 - 1.
        bits: those of the number plus those of 1 minus those of √½, whose exponent is k + 1023.
    """

    exponent: Number
    fraction: Number
    bits: Integer


def reduced(x: Number, offset: float | Number = 1023.0) -> Reduced:
    """A positive normal number as 2ᵏ(1 + f)."""
    bits = x.bits() + (_BITS_OF_1 - _BITS_OF_SQRT_HALF)
    exponent = ((bits >> 52) | _BITS_OF_2_TO_52).as_number() - (offset + 2.0**52)
    return Reduced(exponent, ((bits & _BITS_OF_FRACTION) + _BITS_OF_SQRT_HALF).as_number() - 1.0, bits)


def reduced_of_any_size(x: Number) -> Reduced:
    """The same for subnormal numbers too."""
    is_small = x < _SMALLEST_NORMAL
    return reduced(where(is_small, x * 2.0**54, x), where(is_small, 1023.0 + 54.0, 1023.0))


def _natural(exponent: Number, fraction: Number) -> Number:
    """k ln 2 + ln(1 + f)."""
    s = fraction / (fraction + 2.0)
    z = s * s
    # 2s is f - sf, and sf is f²/2 - sf²/2.
    half_square = 0.5 * fraction * fraction
    small = fused(exponent, LN2_LOW, s * fused(z, polynomial(z, LOGARITHM), half_square))
    return fused(exponent, LN2_HIGH, fraction - (half_square - small))


def _in_pairs(fraction: Number) -> tuple[Number, Number]:
    """ln(1 + f) as a sum of two numbers."""
    s = fraction / (fraction + 2.0)
    z = s * s
    half_square = 0.5 * fraction * fraction
    return sum_of_ordered(fraction, fused(s, fused(z, polynomial(z, LOGARITHM), half_square), -half_square))


def _to_base(x: Number, factor: tuple[float, float], of_2: tuple[float, float]) -> Number:
    """A logarithm to another base: k times that of 2, plus a factor times ln(1 + f)."""
    exponent, fraction, _ = reduced_of_any_size(x)
    high, low = _in_pairs(fraction)
    product, lost = product_of_two(high, factor[0])
    whole, lost_in_sum = sum_of_ordered(exponent * of_2[0], product)
    rest = fused(high, factor[1], fused(low, factor[0], lost))
    return _with_limits(x, whole + (lost_in_sum + fused(exponent, of_2[1], rest)))


def _of_sum_with_1(high: Number, low: Number) -> Number:
    """ln(1 + high + low) where that is positive and finite, and low is a small correction."""
    whole, lost = sum_of_ordered(1.0, high)
    exponent, fraction, bits = reduced(whole)
    # 2⁻ᵏ, which would be too small far out, where nothing is left to correct.
    scale = where(high < _BEYOND_1, _power_of_minus(bits), 0.0)
    return _natural(exponent, fused(lost + low, scale, fraction))


def _power_of_minus(bits: Integer) -> Number:
    """2⁻ᵏ from bits with the exponent k + 1023."""
    return (2 * _BITS_OF_1 - (bits & _BITS_OF_EXPONENT)).as_number()


def _with_limits(x: Number, result: Number) -> Number:
    """The logarithm of what is not positive and finite: -inf at 0, nan below, and of inf and nan themselves."""
    return where(x > 0.0, where(x < math.inf, result, x), where(x.equals(0.0), -math.inf, math.nan))


def log(x: Number) -> Number:
    """The natural logarithm."""
    parts = reduced_of_any_size(x)
    return _with_limits(x, _natural(parts.exponent, parts.fraction))


def log2(x: Number) -> Number:
    """The logarithm to base 2, exact for powers of 2."""
    return _to_base(x, LOG2_E, (1.0, 0.0))


def log10(x: Number) -> Number:
    """The logarithm to base 10."""
    return _to_base(x, LOG10_E, LOG10_2)


def log1p(x: Number) -> Number:
    """ln(1 + x), with all digits near 0."""
    result = where(x.equals(0.0), x, _of_sum_with_1(x, x.constant(0.0)))
    return where(x > -1.0, where(x < math.inf, result, x), where(x.equals(-1.0), -math.inf, math.nan))


def asinh(x: Number) -> Number:
    """The inverse hyperbolic sine, ln(|x| + √(x² + 1)) with the sign of x."""
    a = abs(x)
    near = at_most(a, _FAR)
    square = near * near
    high, low = sum_of_ordered(near, square / ((square + 1.0).sqrt() + 1.0))
    magnitude = where(a > _FAR, _of_doubled(a), _of_sum_with_1(high, low))
    return where(a < 1e-9, x, magnitude.with_sign_of(x))


def acosh(x: Number) -> Number:
    """The inverse hyperbolic cosine, ln(x + √(x² - 1))."""
    near = at_most(x, _FAR)
    t = near - 1.0
    whole, lost = sum_of_ordered(1.0, near)
    product, lost_in_product = product_of_two(t, whole)
    root = product.sqrt()
    rest = remainder_of_product(root, root, product) + fused(t, lost, lost_in_product)
    high, low = sum_of_ordered(root, t)
    low = low + where(root > 0.0, rest / (root + root), 0.0) + ((near - t) - 1.0)
    result = where(x > _FAR, _of_doubled(x), _of_sum_with_1(high, low))
    return where(x >= 1.0, result, math.nan)


def _of_doubled(x: Number) -> Number:
    """ln 2x for a number that is large."""
    exponent, fraction, _ = reduced(x, 1022.0)
    return where(x < math.inf, _natural(exponent, fraction), x)


def atanh(x: Number) -> Number:
    """The inverse hyperbolic tangent, ½ ln(1 + 2|x|/(1 - |x|)) with the sign of x."""
    a = abs(x)
    denominator, lost = sum_of_ordered(1.0, -a)
    reciprocal = 1.0 / denominator
    doubled = a + a
    quotient = doubled * reciprocal
    rest = remainder_of_product(quotient, denominator, doubled) - quotient * lost
    magnitude = 0.5 * _of_sum_with_1(quotient, rest * reciprocal)
    bounded = where(a < 1.0, magnitude, where(a.equals(1.0), math.inf, math.nan))
    return where(a < 1e-9, x, bounded.with_sign_of(x))


# ------------------------------------------------------------------------------- where the functions of floats raise


def log_refused(x: Number) -> Mask:
    """Where a number has no logarithm."""
    return x <= 0.0


def log1p_refused(x: Number) -> Mask:
    """Where 1 + x has no logarithm."""
    return x <= -1.0


def acosh_refused(x: Number) -> Mask:
    """Where a number is no hyperbolic cosine."""
    return x < 1.0


def atanh_refused(x: Number) -> Mask:
    """Where a number is no hyperbolic tangent."""
    return abs(x) >= 1.0

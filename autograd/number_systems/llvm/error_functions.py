"""The error function and its complement, which far out is exp(-x²) times a polynomial of (x - 3)/(x + 3)."""

from __future__ import annotations

from autograd.number_systems.llvm.coefficients import COMPLEMENTARY_ERROR_FUNCTION, ERROR_FUNCTION, ERROR_FUNCTION_NEAR_0
from autograd.number_systems.llvm.exponentials import BITS_OF_1, power_of_2, scaled, split, split_exactly
from autograd.number_systems.llvm.expressions import (
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

_MIDDLE = 3.0
# From here on the complement is 0.
_LARGEST = 27.3
# From here on the error function is 1.
_LARGEST_OF_ERF = 6.0


def _complement(a: Number) -> Number:
    """The complement for a ≥ ½."""
    a = at_least(at_most(a, _LARGEST), 0.5)
    t = (a - _MIDDLE) / (a + _MIDDLE)
    # The polynomial divided by 1 + a, as a sum of two numbers.
    start, *others = COMPLEMENTARY_ERROR_FUNCTION
    numerator, numerator_low = sum_of_ordered(start, t * polynomial(t, others))
    denominator, denominator_low = sum_of_ordered(1.0, a)
    reciprocal = 1.0 / denominator
    quotient = numerator * reciprocal
    rest = remainder_of_product(quotient, denominator, numerator) + fused(-quotient, denominator_low, numerator_low)
    low = rest * reciprocal
    # Times the exponential 2ⁿ(1 + p).
    square, lost = product_of_two(a, a)
    parts = split_exactly(-square, -lost)
    scale = scaled(-square, parts.power)
    return (quotient + fused(quotient, parts.rest, low)) * scale.power * scale.factor


def erf(x: Number) -> Number:
    """The error function."""
    near = fused(x, polynomial(x * x, ERROR_FUNCTION), x)
    # The complement is small here, and few digits of it are needed.
    a = at_least(at_most(abs(x), _LARGEST_OF_ERF), 1.0)
    left, right = a + _MIDDLE, a + 1.0
    reciprocal = 1.0 / (left * right)
    ratio = polynomial((a - _MIDDLE) * right * reciprocal, COMPLEMENTARY_ERROR_FUNCTION) * (left * reciprocal)
    parts = split(-(a * a))
    power = power_of_2(parts.power, BITS_OF_1)
    complement = ratio * fused(power, parts.rest, power)
    return where(abs(x) > 1.0, (1.0 - complement).with_sign_of(x), near)


def erfc(x: Number) -> Number:
    """1 - erf x, with all digits far out."""
    complement = _complement(abs(x))
    near = 0.5 + ((0.5 - x) - x * polynomial(x * x, ERROR_FUNCTION_NEAR_0))
    return where(x > 0.5, complement, where(x < -0.5, 2.0 - complement, near))

"""The error function and its complement, which far out is exp(-x²) times a polynomial of (x - 3)/(x + 3)."""

from __future__ import annotations

from autograd.number_systems.llvm.coefficients import COMPLEMENTARY_ERROR_FUNCTION, ERROR_FUNCTION
from autograd.number_systems.llvm.exponentials import scaled, split_exactly
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


def _beyond_x(x: Number) -> Number:
    """erf x - x for |x| ≤ ½."""
    return x * polynomial(x * x, ERROR_FUNCTION)


def _complement(a: Number) -> Number:
    """The complement for a ≥ ½."""
    a = at_least(at_most(a, _LARGEST), 0.5)
    t = (a - _MIDDLE) / (a + _MIDDLE)
    # The polynomial divided by 1 + a, as a sum of two numbers.
    start, *others = COMPLEMENTARY_ERROR_FUNCTION
    numerator, numerator_low = sum_of_ordered(start, t * polynomial(t, others))
    denominator, denominator_low = sum_of_ordered(a, a.constant(1.0))
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
    near = x + _beyond_x(x)
    far = (1.0 - _complement(abs(x))).with_sign_of(x)
    return where(abs(x) > 0.5, far, near)


def erfc(x: Number) -> Number:
    """1 - erf x, with all digits far out."""
    complement = _complement(abs(x))
    near = 0.5 + ((0.5 - x) - _beyond_x(x))
    return where(x > 0.5, complement, where(x < -0.5, 2.0 - complement, near))

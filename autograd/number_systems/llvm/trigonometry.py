"""Sine, cosine, tangent: x is n quarter turns and a rest r between -π/4 and π/4, and polynomials give the sine and cosine of r.

The rest is a sum of two numbers, so that it has all its digits next to multiples of π/2 too. Numbers that are so large that this
doesn't do are left to the C library, one by one; no program that means an angle has them.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from autograd.number_systems.llvm.coefficients import COSINE, SINE
from autograd.number_systems.llvm.expressions import (
    Integer,
    Mask,
    Number,
    fused,
    polynomial,
    product_of_two,
    remainder_of_product,
    sum_of_ordered,
    sum_of_two,
    where,
)

# π/2 as a sum of three numbers (Cody and Waite, *Software Manual for the Elementary Functions*, 1980), and 2/π.
_PARTS_OF_QUARTER = (1.5707963267948966, 6.123233995736766e-17, -1.4973849048591698e-33)
_QUARTERS = 0.6366197723675814
_ROUNDING = 1.5 * 2.0**52
# Up to here, three parts are enough.
_LARGEST = 2.0**30


class Turned(NamedTuple):
    """A number as quarter turns and a rest.

    Attributes:
        quarters: an integer whose lowest two bits are those of n.
        high, low: the rest, as a sum.
    """

    quarters: Integer
    high: Number
    low: Number


def _turned(x: Number) -> Turned:
    rounding = fused(x, _QUARTERS, _ROUNDING)
    n = rounding - _ROUNDING
    first, second, third = _PARTS_OF_QUARTER
    nearly = remainder_of_product(n, first, x)
    product, lost = product_of_two(n, second)
    high, lost_in_sum = sum_of_two(nearly, -product)
    return Turned(rounding.bits(), high, fused(n, -third, lost_in_sum - lost))


def _sine(r: Number, low: Number) -> tuple[Number, Number]:
    """The sine of a rest, as a sum of two numbers."""
    z = r * r
    return r, fused(r * z, polynomial(z, SINE), fused(-0.5 * z, low, low))


def _cosine(r: Number, low: Number) -> tuple[Number, Number]:
    """The cosine of a rest, as a sum of two numbers."""
    z = r * r
    high, lost = sum_of_ordered(1.0, -0.5 * z)
    return high, lost + fused(z * z, polynomial(z, COSINE), -r * low)


def _sum(parts: tuple[Number, Number]) -> Number:
    return parts[0] + parts[1]


def _of_quarters(quarters: Integer, rest: Turned) -> Number:
    """The sine of n quarter turns and a rest."""
    is_sine = (quarters & 1).equals(0)
    magnitude = where(is_sine, _sum(_sine(rest.high, rest.low)), _sum(_cosine(rest.high, rest.low)))
    # The sign is turned where n is 2 or 3, apart from whole turns.
    return (magnitude.bits() ^ ((quarters & 2) << 62)).as_number()


def is_huge(x: Number) -> Mask:
    """Where an angle is left to the C library."""
    return abs(x) > _LARGEST


def sin(x: Number) -> Number:
    """The sine, where `is_huge` doesn't hold."""
    turned = _turned(x)
    return where(x.equals(0.0), x, _of_quarters(turned.quarters, turned))


def cos(x: Number) -> Number:
    """The cosine, where `is_huge` doesn't hold."""
    turned = _turned(x)
    return _of_quarters(turned.quarters + 1, turned)


def tan(x: Number) -> Number:
    """The tangent, where `is_huge` doesn't hold: a quotient with the digits that the rounded sine and cosine have lost."""
    quarters, high, low = _turned(x)
    is_even = (quarters & 1).equals(0)
    sine, rest_of_sine = sum_of_ordered(*_sine(high, low))
    cosine, rest_of_cosine = sum_of_ordered(*_cosine(high, low))
    above, rest_above = where(is_even, sine, -cosine), where(is_even, rest_of_sine, -rest_of_cosine)
    below, rest_below = where(is_even, cosine, sine), where(is_even, rest_of_cosine, rest_of_sine)
    reciprocal = 1.0 / below
    quotient = above * reciprocal
    rest = remainder_of_product(quotient, below, above) + fused(-quotient, rest_below, rest_above)
    return where(x.equals(0.0), x, fused(rest, reciprocal, quotient))


# ------------------------------------------------------------------------------- where the functions of floats raise


def refused(x: Number) -> Mask:
    """Where an angle is infinite."""
    return abs(x).equals(math.inf)

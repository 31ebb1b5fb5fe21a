"""Inverse functions of sine, cosine and tangent: multiples of a quarter turn, plus or minus a polynomial of a small number."""

from __future__ import annotations

import math

from autograd.number_systems.llvm.coefficients import ARCSINE, ARCTANGENT
from autograd.number_systems.llvm.expressions import (
    Mask,
    Number,
    polynomial,
    remainder_of_product,
    sum_of_ordered,
    where,
)

# π and π/2, and what these doubles lack.
_HALF, _HALF_LOW = 3.141592653589793, 1.2246467991473532e-16
_QUARTER, _QUARTER_LOW = 1.5707963267948966, 6.123233995736766e-17


def _arcsine(x: Number) -> tuple[Mask, Number, Number]:
    """Whether |x| is at most ½, and the arcsine of s as s plus a rest: s is |x| there, and √((1 - |x|)/2) elsewhere."""
    a = abs(x)
    is_near = a <= 0.5
    square = where(is_near, a * a, 0.5 - 0.5 * a)
    root = square.sqrt()
    s = where(is_near, a, root)
    rest = s * square * polynomial(square, ARCSINE)
    # What the root has lost.
    lost = where(root > 0.0, remainder_of_product(root, root, square) / (root + root), 0.0)
    return is_near, s, rest + where(is_near, 0.0, lost)


def asin(x: Number) -> Number:
    """The arcsine; beyond ½ it is π/2 - 2 arcsin √((1 - x)/2)."""
    is_near, s, rest = _arcsine(x)
    whole, lost = sum_of_ordered(_QUARTER, -2.0 * s)
    return where(is_near, s + rest, whole + (lost + (_QUARTER_LOW - 2.0 * rest))).with_sign_of(x)


def acos(x: Number) -> Number:
    """The arccosine: π/2 less the arcsine, and 2 arcsin √((1 - x)/2) beyond ½, or π less it."""
    is_near, s, rest = _arcsine(x)
    is_negative = x < 0.0
    start = where(is_near, _QUARTER, where(is_negative, _HALF, 0.0))
    start_low = where(is_near, _QUARTER_LOW, where(is_negative, _HALF_LOW, 0.0))
    factor = where(is_near, 1.0, -2.0) * x.constant(1.0).with_sign_of(x)
    whole, lost = sum_of_ordered(start, -factor * s)
    return whole + (lost + (start_low - factor * rest))


def _angle(start: Number, start_low: Number, sign: Number | float, quotient: Number) -> Number:
    """A multiple of a quarter turn, plus or minus the arctangent of a number between 0 and 1."""
    q = quotient.with_sign_of(sign)
    z = q * q
    whole, lost = sum_of_ordered(start, q)
    return whole + (lost + (start_low + q * z * polynomial(z, ARCTANGENT)))


def atan(x: Number) -> Number:
    """The arctangent; beyond 1 it is π/2 - arctan 1/x."""
    a = abs(x)
    is_far = a > 1.0
    quotient = where(is_far, 1.0, a) / where(is_far, a, 1.0)
    start, start_low = where(is_far, _QUARTER, 0.0), where(is_far, _QUARTER_LOW, 0.0)
    return _angle(start, start_low, where(is_far, -1.0, 1.0), quotient).with_sign_of(x)


def atan2(y: Number, x: Number) -> Number:
    """The angle of the point (x, y)."""
    a, b = abs(y), abs(x)
    is_steep = a > b
    low, high = where(is_steep, b, a), where(is_steep, a, b)
    # The point may be at infinity in both directions, or at 0.
    quotient = where(low.equals(high), where(high > 0.0, 1.0, 0.0), low / high)
    is_left = x.constant(1.0).with_sign_of(x) < 0.0
    start = where(is_steep, _QUARTER, where(is_left, _HALF, 0.0))
    start_low = where(is_steep, _QUARTER_LOW, where(is_left, _HALF_LOW, 0.0))
    # A steep angle is a quarter turn less the arctangent, or more to the left; a flat one to the left is half a turn less.
    sign = where(is_left, -1.0, 1.0) * where(is_steep, -1.0, 1.0)
    angle = _angle(start, start_low, sign, quotient).with_sign_of(y)
    return where(x.is_nan() | y.is_nan(), math.nan, angle)


# ------------------------------------------------------------------------------- where the functions of floats raise


def refused(x: Number) -> Mask:
    """Where a number is no sine and no cosine."""
    return abs(x) > 1.0

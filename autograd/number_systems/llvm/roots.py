"""The square root, the cube root, and the length of a hypotenuse."""

from __future__ import annotations

import math

from autograd.number_systems.llvm.coefficients import INVERSE_CUBE_ROOT
from autograd.number_systems.llvm.expressions import (
    Mask,
    Number,
    fused,
    polynomial,
    product_of_two,
    remainder_of_product,
    sum_of_ordered,
    where,
)

_SMALLEST_NORMAL = 2.0**-1022
_BITS_OF_1 = 0x3FF0000000000000
_BITS_OF_FRACTION = 0x000FFFFFFFFFFFFF
_BITS_OF_2_TO_52 = 0x4330000000000000
_BITS_OF_ROUNDING = 0x4338000000000000


def sqrt(x: Number) -> Number:
    """The square root, correctly rounded."""
    return x.sqrt()


def cbrt(x: Number) -> Number:
    """The cube root: of 8ᵗm, where m is between 1 and 8, it is 2ᵗ∛m."""
    a = abs(x)
    is_small = a < _SMALLEST_NORMAL
    bits = where(is_small, a * 2.0**54, a).bits()
    # All exponents are made positive: 1023 is divisible by 3, and so is 54.
    exponent = ((bits >> 52) | _BITS_OF_2_TO_52).as_number() - 2.0**52
    third = ((exponent + 0.5) * (1.0 / 3.0)).floor()
    rest = exponent - 3.0 * third
    fraction = ((bits & _BITS_OF_FRACTION) | _BITS_OF_1).as_number()
    is_1, is_2 = rest.equals(1.0), rest.equals(2.0)
    m = fraction * where(is_1, 2.0, where(is_2, 4.0, 1.0))
    # A polynomial of the inverse root, and a step of Halley's iteration for it.
    inverse = polynomial(fraction, INVERSE_CUBE_ROOT)
    inverse = inverse * where(is_1, 2.0 ** (-1.0 / 3.0), where(is_2, 2.0 ** (-2.0 / 3.0), 1.0))
    error = remainder_of_product(m * inverse, inverse * inverse, x.constant(1.0))
    inverse = fused(inverse * error, fused(error, 2.0 / 9.0, 1.0 / 3.0), inverse)
    # A step of Newton's iteration for the root itself, whose cube is computed as a sum of two numbers.
    square_of_inverse = inverse * inverse
    root = m * square_of_inverse
    square, lost_in_square = product_of_two(root, root)
    cube, lost_in_cube = product_of_two(square, root)
    excess = (cube - m) + fused(lost_in_square, root, lost_in_cube)
    root = fused(excess * square_of_inverse, -1.0 / 3.0, root)
    # 2ᵗ is put together from t + 341 - 341 + 1023, and small numbers were multiplied with 2⁵⁴.
    power = (((third + (1023.0 - 341.0 + 1.5 * 2.0**52)).bits() - _BITS_OF_ROUNDING) << 52).as_number()
    magnitude = root * where(is_small, power * 2.0**-18, power)
    return where((a > 0.0) & (a < math.inf), magnitude.with_sign_of(x), x)


def hypot(x: Number, y: Number) -> Number:
    """The length √(x² + y²), with what its squares and their sum have lost."""
    a, b = abs(x), abs(y)
    a, b = where(a > b, a, b), where(a > b, b, a)
    is_large, is_small = a > 2.0**500, a < 2.0**-400
    scale = where(is_large, 2.0**-600, where(is_small, 2.0**600, 1.0))
    back = where(is_large, 2.0**600, where(is_small, 2.0**-600, 1.0))
    a, b = a * scale, b * scale
    square_of_a, lost_of_a = product_of_two(a, a)
    square_of_b, lost_of_b = product_of_two(b, b)
    square, lost = sum_of_ordered(square_of_a, square_of_b)
    root = square.sqrt()
    rest = remainder_of_product(root, root, square) + (lost + (lost_of_a + lost_of_b))
    length = where(root > 0.0, root + rest / (root + root), root) * back
    is_infinite = abs(x).equals(math.inf) | abs(y).equals(math.inf)
    return where(is_infinite, math.inf, where(x.is_nan() | y.is_nan(), math.nan, length))


# ------------------------------------------------------------------------------- where the functions of floats raise


def sqrt_refused(x: Number) -> Mask:
    """Where a number has no square root."""
    return x < 0.0

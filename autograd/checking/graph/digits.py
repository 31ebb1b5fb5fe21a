"""How many digits a float has of an exact number."""

from __future__ import annotations

import math

from mpmath import libmp
from mpmath.libmp import from_float, fzero, mpf_abs, mpf_le, mpf_sub

from autograd.checking.verdicts import ALL_DIGITS
from autograd.number_systems.high_precision.arithmetic import Raw, as_float, larger, ratio

# What rounding in the subnormal range may cost.
_SMALLEST = from_float(8 * 5e-324)


def agreeing_digits(number: float, exact: Raw, scale: Raw | None = None) -> float:
    """How many decimal digits of a float are those of an exact number: from 0 to 17.

    Args:
        number: the float.
        exact: the exact number.
        scale: what the exact number was added up from, by absolute value: where it is 0 but for rounding, that is the measure.

    >>> round(agreeing_digits(3.14159, from_float(3.141592653589793)), 2)
    6.07
    """
    if number == as_float(exact):
        return ALL_DIGITS
    if not math.isfinite(number):
        return 0.0
    error = mpf_abs(mpf_sub(from_float(number), exact, 100))
    if mpf_le(error, _SMALLEST):
        return ALL_DIGITS
    size = mpf_abs(exact)
    if scale is not None and mpf_le(size, libmp.mpf_shift(scale, -60)):
        size = larger(size, scale)
    relative = ratio(error, size)
    return ALL_DIGITS if relative == 0.0 else min(ALL_DIGITS, max(0.0, -math.log10(relative)))


def decimal_text(raw: Raw, digits: int = 20) -> str:
    """An exact number with the given number of digits."""
    if raw == fzero:
        return "0"
    return str(libmp.to_str(raw, digits, strip_zeros=True)).removesuffix(".0")

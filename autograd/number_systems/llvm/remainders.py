"""Quotients rounded down and their remainders, as Python's floats have them."""

from __future__ import annotations

import math

from autograd.number_systems.llvm.expressions import Mask, Number, remainder_of_product, where
from autograd.number_systems.llvm.rare_cases import one_by_one

# A whole quotient below this is exact.
_LARGEST_QUOTIENT = 2.0**53


def _remainder_towards_zero(a: Number, b: Number) -> Number:
    """The exact remainder with the sign of a, C's ``fmod``."""
    ratio = a / b
    if not a.instructions.has_fused:
        return one_by_one("chalkgrad_fmod", ratio.equals(ratio), (a, b), ratio)
    rest = remainder_of_product(ratio.truncated(), b, a)
    # Where the quotient was rounded up to a whole number, the remainder has fallen below zero.
    is_below = ((rest < 0.0) & (a > 0.0)) | ((rest > 0.0) & (a < 0.0))
    rest = where(is_below, rest + abs(b).with_sign_of(a), rest)
    rest = where(abs(b).equals(math.inf) & (abs(a) < math.inf), a, rest)
    return one_by_one("chalkgrad_fmod", abs(ratio) >= _LARGEST_QUOTIENT, (a, b), rest)


def modulo(a: Number, b: Number) -> Number:
    """The remainder of a division, with the sign of the divisor."""
    rest = _remainder_towards_zero(a, b)
    has_other_sign = ((rest < 0.0) & (b > 0.0)) | ((rest > 0.0) & (b < 0.0))
    return where(rest.equals(0.0), rest.constant(0.0).with_sign_of(b), where(has_other_sign, rest + b, rest))


def floor_divide(a: Number, b: Number) -> Number:
    """A quotient rounded down; where it is divided by 0, that of IEEE 754."""
    rest = _remainder_towards_zero(a, b)
    has_other_sign = ((rest < 0.0) & (b > 0.0)) | ((rest > 0.0) & (b < 0.0))
    quotient = (a - rest) / b
    quotient = where(has_other_sign, quotient - 1.0, quotient)
    # The quotient is nearly a whole number.
    below = quotient.floor()
    whole = where(quotient - below > 0.5, below + 1.0, below)
    ratio = a / b
    whole = where(quotient.equals(0.0), quotient.constant(0.0).with_sign_of(ratio), whole)
    return where(b.equals(0.0), ratio, whole)


# ------------------------------------------------------------------------------- where the functions of floats raise


def refused(a: Number, b: Number) -> Mask:
    """Where a number is divided by 0."""
    return b.equals(0.0)

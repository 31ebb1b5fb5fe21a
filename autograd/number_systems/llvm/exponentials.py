"""Exponentials and hyperbolic functions: eˣ = 2ⁿ(1 + p), with a whole number n and p = eʳ - 1 for a small rest r.

That p has all its digits, also near 0, is what `expm1`, `tanh` and `sinh` need. What two functions of one number have in common
is written in the same way, so that a compiler computes it once.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from autograd.number_systems.llvm.coefficients import EXPONENTIAL, EXPONENTIAL_OF_2
from autograd.number_systems.llvm.expressions import (
    Integer,
    Mask,
    Number,
    at_least,
    at_most,
    fused,
    polynomial,
    sum_of_ordered,
    where,
    where_integers,
)

# Adding this rounds a number below 2⁵¹ in magnitude to a whole one, which is then in the lowest bits of the sum.
ROUNDING = 1.5 * 2.0**52
BITS_OF_1 = 0x3FF0000000000000
LOG2_E = 1.4426950408889634
# ln 2 as a sum: the first part has 32 bits, so that a product with n is exact.
LN2_HIGH, LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10
# What the nearest double to ln 2 lacks.
LN2_REST = 2.3190468138462996e-17
# Beyond these, e to that power is infinite and 0.
TOO_LARGE, TOO_SMALL = 710.0, -746.0
# The largest float whose exponential is finite, and what half an exponential can reach.
LARGEST_EXPONENT, LARGEST_HYPERBOLIC = 709.782712893384, 710.4758600739439
# Below this, 2ⁿ may be too small to be computed with, and is multiplied with 2⁶⁴.
_SMALL = -700.0


class Split(NamedTuple):
    """The exponential of a number in parts: e to its power is 2ⁿ(1 + rest).

    Attributes:
        power: bits that hold n below the sign and the exponent of `ROUNDING`.
        rest: eʳ - 1, for some r between -½ ln 2 and ½ ln 2.
    """

    power: Integer
    rest: Number


class ExactSplit(NamedTuple):
    """The same with what the rest has lost: it is r plus what is beyond.

    Attributes:
        power, rest: as in `Split`.
        r: a number between -½ ln 2 and ½ ln 2.
        beyond: eʳ - 1 - r.
    """

    power: Integer
    rest: Number
    r: Number
    beyond: Number

    def less_1(self, power: Number, one: Number | float) -> tuple[Number, Number]:
        """The exponential minus 1, times a power of 2, as a sum of two numbers.

        Args:
            power: 2ⁿ times that power of 2.
            one: that power of 2.
        """
        start = power - one
        whole = fused(power, self.rest, start)
        lost_in_rest = self.beyond - (self.rest - self.r)
        return whole, fused(power, lost_in_rest, fused(power, self.rest, start - whole))


def split(x: Number) -> Split:
    """The exponential of a number between -1100 and 1100, in parts."""
    rounding = fused(x, LOG2_E, ROUNDING)
    n = rounding - ROUNDING
    r = fused(n, -LN2_LOW, fused(n, -LN2_HIGH, x))
    return Split(rounding.bits(), fused(r * r, polynomial(r, (0.5, *EXPONENTIAL)), r))


def split_exactly(x: Number, correction: Number | None = None) -> ExactSplit:
    """The same, with more digits in the rest.

    Args:
        x: a number between -1100 and 1100.
        correction: a much smaller number that is added to it.
    """
    rounding = fused(x, LOG2_E, ROUNDING)
    n = rounding - ROUNDING
    nearly = fused(n, -LN2_HIGH, x)
    r = fused(n, -LN2_LOW, nearly)
    lost = fused(n, -LN2_LOW, nearly - r)
    if correction is not None:
        r, lost = sum_of_ordered(r, lost + correction)
    beyond = fused(r * r, polynomial(r, (0.5, *EXPONENTIAL)), lost)
    return ExactSplit(rounding.bits(), r + beyond, r, beyond)


def power_of_2(power: Integer, bias: Integer | int) -> Number:
    """2ⁿ times the power of 2 whose bits are ``bias``."""
    return ((power << 52) + bias).as_number()


def _bits_of_power(exponent: int) -> int:
    return BITS_OF_1 + (exponent << 52)


class Scaled(NamedTuple):
    """A power of 2 as a product, because it may be too large or too small by itself."""

    power: Number
    factor: Number
    reciprocal: Number


def scaled(x: Number, power: Integer) -> Scaled:
    """The power of 2 of an exponential, moved towards 1 and the factor that moves it back."""
    small = x < _SMALL
    offset = where_integers(small, _bits_of_power(64), _bits_of_power(-1))
    return Scaled(power_of_2(power, offset), where(small, 2.0**-64, 2.0), where(small, 2.0**64, 0.5))


def exp(x: Number) -> Number:
    """The exponential, also where it is subnormal, infinite from 709.79 on."""
    x = at_least(at_most(x, TOO_LARGE), TOO_SMALL)
    parts = split(x)
    scale = scaled(x, parts.power)
    return fused(scale.power, parts.rest, scale.power) * scale.factor


def expm1(x: Number) -> Number:
    """The exponential minus 1, with all digits near 0."""
    bounded = at_least(at_most(x, TOO_LARGE), TOO_SMALL)
    parts = split_exactly(bounded)
    scale = scaled(bounded, parts.power)
    whole, lost = parts.less_1(scale.power, scale.reciprocal)
    # The square of a tiny rest is 0, and -0 + 0 is 0.
    return where(x.equals(0.0), x, (whole + lost) * scale.factor)


def exp2(x: Number) -> Number:
    """2 to a power, exact for whole numbers."""
    x = at_least(at_most(x, 1024.0), -1077.0)
    rounding = x + ROUNDING
    r = x - (rounding - ROUNDING)
    rest = fused(r, EXPONENTIAL_OF_2[0], fused(r * r, polynomial(r, EXPONENTIAL_OF_2[1:]), r * LN2_REST))
    scale = scaled(x, rounding.bits())
    return fused(scale.power, rest, scale.power) * scale.factor


def _decay(x: Number) -> tuple[Number, Number, Number]:
    """The exponential e of -2|x|, e - 1 with all digits, and 1/(1 + e), which `tanh` and its slope have in common."""
    doubled = at_least(-abs(x + x), TOO_SMALL)
    parts = split(doubled)
    scaling = scaled(doubled, parts.power)
    scale = scaling.power * scaling.factor
    less_1 = fused(scale, parts.rest, scale - 1.0)
    return fused(scale, parts.rest, scale), less_1, 1.0 / (less_1 + 2.0)


def tanh(x: Number) -> Number:
    """The hyperbolic tangent: (1 - e)/(1 + e) with e = exp(-2|x|)."""
    _, less_1, reciprocal = _decay(x)
    return (less_1 * reciprocal).with_sign_of(x)


def sech2(x: Number) -> Number:
    """The slope of the hyperbolic tangent: 4s(1 - s) with s = e/(1 + e) and e = exp(-2|x|)."""
    e, _, reciprocal = _decay(x)
    share = e * reciprocal
    fourfold = 4.0 * share
    return fused(-fourfold, share, fourfold)


def _quarter_of_exponential(x: Number) -> tuple[ExactSplit, Number, Number]:
    """The exponential of |x| in parts, a quarter of its power of 2, and a quarter of itself, which are not too large."""
    parts = split_exactly(at_most(abs(x), 710.6))
    power = power_of_2(parts.power, _bits_of_power(-2))
    return parts, power, fused(power, parts.rest, power)


def sinh(x: Number) -> Number:
    """The hyperbolic sine."""
    parts, power, exponential = _quarter_of_exponential(x)
    less_1, lost = parts.less_1(power, 0.25)
    # With h = (eˣ - 1)/2, sinh x is h + h/eˣ.
    magnitude = 2.0 * less_1 + fused(lost, 2.0, 0.5 * (less_1 / exponential))
    return where(abs(x) < 1e-8, x, magnitude.with_sign_of(x))


def cosh(x: Number) -> Number:
    """The hyperbolic cosine."""
    _, _, exponential = _quarter_of_exponential(x)
    return 2.0 * exponential + 0.125 / exponential


# ------------------------------------------------------------------------------- where the functions of floats raise


def exp_refused(x: Number) -> Mask:
    """Where the exponential of a finite number is too large."""
    return (x > LARGEST_EXPONENT) & (x < math.inf)


def exp2_refused(x: Number) -> Mask:
    """Where a power of 2 is too large."""
    return (x >= 1024.0) & (x < math.inf)


def hyperbolic_refused(x: Number) -> Mask:
    """Where the hyperbolic sine and cosine of a finite number are too large."""
    return (abs(x) > LARGEST_HYPERBOLIC) & (abs(x) < math.inf)

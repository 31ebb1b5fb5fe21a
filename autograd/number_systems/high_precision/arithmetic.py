"""Raw numbers of mpmath (sign, odd mantissa, power of two, bits of the mantissa): made, moved, summed and compared."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import RLock
from typing import Any, TypeAlias

import mpmath
from mpmath import libmp
from mpmath.libmp import MPZ, MPZ_ZERO, from_man_exp, fzero, mpf_add, mpf_div, mpf_gt, mpf_mul, to_float

Raw: TypeAlias = tuple[int, int, int, int]

# A context of our own, so that nobody's precision changes; its precision is a setting, so one thread at a time has it.
_context = mpmath.MPContext() if hasattr(mpmath, "MPContext") else mpmath.mp.__class__()
_context_lock = RLock()

BITS_PER_DIGIT = math.log2(10.0)


def bits(digits: float) -> int:
    """How many bits hold a number of decimal digits."""
    return int(digits * BITS_PER_DIGIT) + 1


@contextmanager
def at_precision(precision: int) -> Iterator[Any]:
    """An mpmath context with a number of bits."""
    with _context_lock, _context.workprec(precision):
        yield _context


def magnitude(x: Raw) -> int:
    """The k for which 2ᵏ⁻¹ ≤ \\|x| < 2ᵏ; x is finite and not 0."""
    return x[2] + x[3]


def from_float(x: float) -> Raw:
    """The raw number of a float, as mpmath's own function gives it, but several times faster.

    >>> from_float(-12.0)
    (1, 3, 2, 2)
    """
    try:
        numerator, denominator = x.as_integer_ratio()
    except (OverflowError, ValueError):
        special: Raw = libmp.from_float(x)
        return special
    if not numerator:
        none: Raw = fzero
        return none
    sign = 0
    if numerator < 0:
        sign, numerator = 1, -numerator
    exponent = 1 - denominator.bit_length()
    if not numerator & 1:
        exponent = (numerator & -numerator).bit_length() - 1
        numerator >>= exponent
    return sign, MPZ(numerator), exponent, numerator.bit_length()


def as_float(raw: Raw) -> float:
    """The nearest float; inf where it is too large for one."""
    sign, mantissa, exponent, length = raw
    if not mantissa:
        special: float = to_float(raw)
        return special
    excess = max(0, length - 128)
    try:
        size = math.ldexp(float(mantissa >> excess), exponent + excess)
    except OverflowError:
        size = math.inf
    return -size if sign else size


def total(terms: Sequence[Raw], precision: int) -> Raw:
    """A sum, rounded once."""
    result: Raw = libmp.mpf_sum(terms, precision)
    return result


def sum_of_products(first: Sequence[Raw], second: Sequence[Raw], precision: int) -> Raw:
    """A sum of products, rounded once: the products and their sum are exact integers until then."""
    mantissa, exponent, furthest = MPZ_ZERO, 0, 2 * precision
    for (s, m, e, _), (t, n, f, _) in zip(first, second, strict=True):
        product = m * n
        if not product:
            # 0 and what is not finite have the mantissa 0, and only the latter an exponent.
            if (e and not m) or (f and not n):
                return _slow_sum_of_products(first, second, precision)
            continue
        shift = e + f - exponent
        if not mantissa:
            mantissa, exponent = product if s == t else -product, e + f
        elif 0 <= shift <= furthest:
            mantissa += (product if s == t else -product) << shift
        elif -furthest <= shift < 0:
            mantissa = (mantissa << -shift) + (product if s == t else -product)
            exponent += shift
        else:
            return _slow_sum_of_products(first, second, precision)
    result: Raw = from_man_exp(mantissa, exponent, precision)
    return result


def _slow_sum_of_products(first: Sequence[Raw], second: Sequence[Raw], precision: int) -> Raw:
    """The same for numbers of very different magnitude, and for infinite ones."""
    return total([mpf_mul(a, b) for a, b in zip(first, second, strict=True)], precision)


def moved(x: Raw, step: Raw, precision: int) -> Raw:
    """A number plus a step that is much smaller, not 0, and finite."""
    sign, mantissa, exponent, _ = x
    step_sign, step_mantissa, step_exponent, _ = step
    shift = exponent - step_exponent
    if not mantissa or not 0 < shift <= precision:
        result: Raw = mpf_add(x, step, precision)
        return result
    # The step's mantissa is odd, and so is the sum's: it is in mpmath's form already.
    mantissa <<= shift
    mantissa += step_mantissa if sign == step_sign else -step_mantissa
    if mantissa <= 0:
        result = mpf_add(x, step, precision)
        return result
    return sign, mantissa, step_exponent, mantissa.bit_length()


def is_finite(x: Raw) -> bool:
    """Whether a raw number is neither infinite nor undefined."""
    return bool(x[1]) or x == fzero


def larger(a: Raw, b: Raw) -> Raw:
    """The larger of two raw numbers."""
    return b if mpf_gt(b, a) else a


def ratio(numerator: Raw, denominator: Raw) -> float:
    """A quotient of raw numbers as a float; 0 over 0 is 0, and what is too large or undefined is inf."""
    if numerator == fzero:
        return 0.0
    if denominator == fzero or not is_finite(numerator) or not is_finite(denominator):
        return float("inf")
    return as_float(mpf_div(numerator, denominator, 60))

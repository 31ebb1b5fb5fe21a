"""The functions that rules ask a number system for, on mpmath's raw numbers (tuples) at a precision in bits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import log2
from threading import Lock
from typing import Any, TypeAlias

import mpmath
from mpmath import libmp
from mpmath.libmp import (
    MPZ,
    MPZ_ZERO,
    fhalf,
    finf,
    fnan,
    fninf,
    fone,
    from_int,
    from_man_exp,
    ftwo,
    fzero,
    mpf_abs,
    mpf_add,
    mpf_div,
    mpf_exp,
    mpf_le,
    mpf_log,
    mpf_lt,
    mpf_mul,
    mpf_neg,
    mpf_shift,
    mpf_sqrt,
    mpf_sub,
    to_float,
)

Raw: TypeAlias = tuple[int, int, int, int]

# A context of our own, so that nobody's precision changes; its precision is a setting, so one thread at a time has it.
_context = mpmath.MPContext() if hasattr(mpmath, "MPContext") else mpmath.mp.__class__()
_context_lock = Lock()

BITS_PER_DIGIT = log2(10.0)


def bits(digits: float) -> int:
    """How many bits hold so many decimal digits."""
    return int(digits * BITS_PER_DIGIT) + 1


@contextmanager
def at_precision(precision: int) -> Iterator[Any]:
    """An mpmath context of so many bits."""
    with _context_lock:
        _context.prec = precision
        yield _context


def magnitude(x: Raw) -> int:
    """The k for which 2ᵏ⁻¹ ≤ \\|x| < 2ᵏ; x is finite and not 0."""
    return x[2] + x[3]


def _is_special(x: Raw) -> bool:
    return not x[1]


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


def exp(x: Raw, precision: int) -> Raw:
    """eˣ."""
    result: Raw = mpf_exp(x, precision)
    return result


def exp2(x: Raw, precision: int) -> Raw:
    """2ˣ."""
    result: Raw = libmp.mpf_pow(ftwo, x, precision)
    return result


def expm1(x: Raw, precision: int) -> Raw:
    """eˣ - 1, with all its digits."""
    result: Raw
    if _is_special(x):
        result = x if x == fzero else mpf_sub(mpf_exp(x, precision), fone, precision)
    elif magnitude(x) < -precision:
        result = mpf_add(x, mpf_shift(mpf_mul(x, x), -1), precision)
    else:
        result = mpf_sub(mpf_exp(x, precision + max(0, -magnitude(x)) + 10), fone, precision)
    return result


def log(x: Raw, precision: int) -> Raw:
    """The natural logarithm.

    Raises:
        ValueError: x is negative or 0.
    """
    if x == fzero:
        raise ValueError("the logarithm of 0")
    result: Raw = mpf_log(x, precision)
    return result


def log2_(x: Raw, precision: int) -> Raw:
    """The logarithm to base 2."""
    result: Raw = mpf_div(log(x, precision + 5), libmp.mpf_ln2(precision + 5), precision)
    return result


def log10(x: Raw, precision: int) -> Raw:
    """The logarithm to base 10."""
    result: Raw = mpf_div(log(x, precision + 5), libmp.mpf_ln10(precision + 5), precision)
    return result


def log1p(x: Raw, precision: int) -> Raw:
    """ln(1 + x), with all its digits."""
    if x == fzero:
        return x
    if not _is_special(x) and magnitude(x) < -precision:
        result: Raw = mpf_sub(x, mpf_shift(mpf_mul(x, x), -1), precision)
        return result
    return log(mpf_add(fone, x, precision + max(0, -magnitude(x)) + 10 if not _is_special(x) else precision), precision)


def cbrt(x: Raw, precision: int) -> Raw:
    """The cube root, also of negative numbers."""
    result: Raw = libmp.mpf_cbrt(mpf_abs(x), precision)
    return mpf_neg(result) if x[0] else result


def sech2(x: Raw, precision: int) -> Raw:
    """1 ÷ cosh² x."""
    cosh = libmp.mpf_cosh(x, precision + 5)
    result: Raw = mpf_div(fone, mpf_mul(cosh, cosh), precision)
    return result


def power(base: Raw, exponent: Raw, precision: int) -> Raw:
    """A power; 0⁰ is 1.

    Raises:
        ValueError: a negative number to a fractional power.
        ZeroDivisionError: 0 to a negative power.
    """
    if base == fzero and exponent[0]:
        raise ZeroDivisionError("0 to a negative power")
    if exponent == ftwo:
        result: Raw = mpf_mul(base, base, precision)
        return result
    result = libmp.mpf_pow(base, exponent, precision)
    return result


def erfc(x: Raw, precision: int) -> Raw:
    """1 - erf(x), also so far out that mpmath's own gives up."""
    result: Raw
    if x[0] or _is_special(x) or magnitude(x) < 40:
        result = libmp.mpf_erfc(x, precision)
        return result
    # exp(-x²) / (x√π) · (1 - 1/(2x²) + 1·3/(2x²)² - …): each term is 80 bits smaller than the one before.
    square = mpf_mul(x, x)
    series, term, odd = fone, fone, 1
    while magnitude(term) > -precision - 10:
        term = mpf_neg(mpf_div(mpf_mul(term, from_int(odd)), mpf_shift(square, 1), precision))
        series = mpf_add(series, term, precision)
        odd += 2
    root = mpf_sqrt(libmp.mpf_pi(precision + 10), precision + 10)
    result = mpf_mul(mpf_div(mpf_exp(mpf_neg(square), precision), mpf_mul(x, root), precision), series, precision)
    return result


def logsumexp(values: Sequence[Raw], precision: int) -> Raw:
    """ln Σ exp xᵢ."""
    if len(values) == 1:
        return values[0]
    position = argmax(values)
    shift = values[position]
    rest = fzero
    for index, value in enumerate(values):
        if index != position:
            rest = mpf_add(rest, mpf_exp(mpf_sub(value, shift, precision), precision), precision)
    result: Raw = mpf_add(shift, log1p(rest, precision), precision)
    return result


def softmax(values: Sequence[Raw], precision: int) -> list[Raw]:
    """exp xᵢ ÷ Σ exp xⱼ for each i."""
    shift = values[argmax(values)]
    shares = [mpf_exp(mpf_sub(value, shift, precision), precision) for value in values]
    whole = total(shares, precision)
    return [mpf_div(share, whole, precision) for share in shares]


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


def argmax(values: Sequence[Raw]) -> int:
    """The position of the first largest number."""
    best = 0
    for position in range(1, len(values)):
        if mpf_lt(values[best], values[position]):
            best = position
    return best


def argmin(values: Sequence[Raw]) -> int:
    """The position of the first smallest number."""
    best = 0
    for position in range(1, len(values)):
        if mpf_lt(values[position], values[best]):
            best = position
    return best


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "exp": exp,
    "exp2": exp2,
    "expm1": expm1,
    "log": log,
    "log2": log2_,
    "log10": log10,
    "log1p": log1p,
    "sqrt": mpf_sqrt,
    "cbrt": cbrt,
    "sin": libmp.mpf_sin,
    "cos": libmp.mpf_cos,
    "tan": libmp.mpf_tan,
    "asin": libmp.mpf_asin,
    "acos": libmp.mpf_acos,
    "atan": libmp.mpf_atan,
    "atan2": libmp.mpf_atan2,
    "hypot": libmp.mpf_hypot,
    "sinh": libmp.mpf_sinh,
    "cosh": libmp.mpf_cosh,
    "tanh": libmp.mpf_tanh,
    "asinh": libmp.mpf_asinh,
    "acosh": libmp.mpf_acosh,
    "atanh": libmp.mpf_atanh,
    "erf": libmp.mpf_erf,
    "erfc": erfc,
    "sech2": sech2,
    "power": power,
}

__all__ = [
    "BITS_PER_DIGIT",
    "FUNCTIONS",
    "Raw",
    "argmax",
    "argmin",
    "at_precision",
    "bits",
    "fhalf",
    "finf",
    "fnan",
    "fninf",
    "from_float",
    "from_int",
    "logsumexp",
    "magnitude",
    "mpf_le",
    "softmax",
    "to_float",
    "total",
]

"""The functions that rules ask a number system for, on mpmath's raw numbers (tuples) at a precision in bits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from mpmath import libmp
from mpmath.libmp import (
    fone,
    from_int,
    ftwo,
    fzero,
    mpf_abs,
    mpf_add,
    mpf_div,
    mpf_exp,
    mpf_log,
    mpf_lt,
    mpf_mul,
    mpf_neg,
    mpf_shift,
    mpf_sqrt,
    mpf_sub,
)

from autograd.number_systems.high_precision.arithmetic import Raw, magnitude, total


def _is_special(x: Raw) -> bool:
    return not x[1]


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


def floor_divide(a: Raw, b: Raw) -> Raw:
    """⌊a ÷ b⌋, exactly.

    Raises:
        ZeroDivisionError: b is 0.
    """
    if b == fzero:
        raise ZeroDivisionError("division by 0")
    if _is_special(b) and b in (libmp.finf, libmp.fninf) and (a[1] or a == fzero):
        result: Raw = fzero if a == fzero or a[0] == (b == libmp.fninf) else from_int(-1)
        return result
    if not b[1] or not (a[1] or a == fzero):
        undefined: Raw = libmp.fnan
        return undefined
    exponent = min(a[2], b[2])
    numerator, denominator = (int(-m if sign else m) << (e - exponent) for sign, m, e, _ in (a, b))
    result = from_int(numerator // denominator)
    return result


def remainder(a: Raw, b: Raw, quotient: Raw, precision: int) -> Raw:
    """a - b⌊a ÷ b⌋, rounded once, from the quotient that `floor_divide` gives."""
    if b in (libmp.finf, libmp.fninf) and quotient != libmp.fnan:
        return a if quotient == fzero else b
    result: Raw = mpf_sub(a, mpf_mul(b, quotient), precision)
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
    position = _largest(values)
    shift = values[position]
    rest = fzero
    for index, value in enumerate(values):
        if index != position:
            rest = mpf_add(rest, mpf_exp(mpf_sub(value, shift, precision), precision), precision)
    result: Raw = mpf_add(shift, log1p(rest, precision), precision)
    return result


def softmax(values: Sequence[Raw], precision: int) -> list[Raw]:
    """exp xᵢ ÷ Σ exp xⱼ for each i."""
    shift = values[_largest(values)]
    shares = [mpf_exp(mpf_sub(value, shift, precision), precision) for value in values]
    whole = total(shares, precision)
    return [mpf_div(share, whole, precision) for share in shares]


def _largest(values: Sequence[Raw]) -> int:
    """The position of the first largest number."""
    best = 0
    for position in range(1, len(values)):
        if mpf_lt(values[best], values[position]):
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

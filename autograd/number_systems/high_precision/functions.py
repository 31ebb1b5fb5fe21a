"""The functions that rules ask a number system for, on mpmath's raw numbers (tuples) at a precision in bits."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from mpmath import libmp
from mpmath.libmp import (
    fone,
    from_int,
    ftwo,
    fzero,
    mpf_add,
    mpf_div,
    mpf_exp,
    mpf_log,
    mpf_mul,
    mpf_neg,
    mpf_shift,
    mpf_sqrt,
    mpf_sub,
)

from autograd.number_systems.high_precision.arithmetic import Raw, at_precision, is_finite, magnitude
from autograd.table.elementary_functions import ELEMENTARY_FUNCTIONS, ElementaryFunction


def _is_special(x: Raw) -> bool:
    return not x[1]


def log(x: Raw, precision: int) -> Raw:
    """The natural logarithm.

    Raises:
        ValueError: x is negative or 0.
    """
    if x == fzero:
        raise ValueError("the logarithm of 0")
    result: Raw = mpf_log(x, precision)
    return result


def log1p(x: Raw, precision: int) -> Raw:
    """ln(1 + x), with all its digits."""
    if x == fzero:
        return x
    if not _is_special(x) and magnitude(x) < -precision:
        result: Raw = mpf_sub(x, mpf_shift(mpf_mul(x, x), -1), precision)
        return result
    return log(mpf_add(fone, x, precision + max(0, -magnitude(x)) + 10 if not _is_special(x) else precision), precision)


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


def _by_mpmath(row: ElementaryFunction, *operands_and_precision: Any) -> Raw:
    """The function of mpmath's own numbers, refused where it is complex or infinite."""
    *operands, precision = operands_and_precision
    with at_precision(precision + 10) as context:
        result = row.by_mpmath(context, *map(context.make_mpf, operands))
        if not hasattr(result, "_mpf_"):
            raise ValueError("the result is complex")
        raw: Raw = libmp.mpf_pos(result._mpf_, precision)
    if not is_finite(raw) and all(map(is_finite, operands)):
        raise ValueError("the result is infinite")
    return raw


def function_of(row: ElementaryFunction) -> Callable[..., Raw]:
    """The function of a row of the registry: one of those above, else mpmath's for raw numbers, else its slower one."""
    return _OWN.get(row.name) or getattr(libmp, f"mpf_{row.mpmath}", None) or partial(_by_mpmath, row)


_OWN = {function.__name__: function for function in (log, log1p, power, erfc)}
FUNCTIONS: dict[str, Callable[..., Raw]] = {name: function_of(row) for name, row in ELEMENTARY_FUNCTIONS.items()}

"""Elementary functions composed of operators that ONNX has and that runtimes compute.

ONNX has no operator for some functions of the registry. For others, onnxruntime computes the operator in single precision only
(`NOT_IN_DOUBLE`), so that in double precision they are composed too. Digits are kept near 0 and far out, as well as those of the
operators are: log1p by the error of 1 + x (Goldberg, "What every computer scientist should know about floating-point arithmetic",
1991, theorem 4, is the same idea), expm1 by the hyperbolic tangent, arctangents by a step from one in single precision.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from autograd.number_systems.llvm.coefficients import COMPLEMENTARY_ERROR_FUNCTION, ERROR_FUNCTION, ERROR_FUNCTION_NEAR_0
from autograd.table.constants import LN2

LN10 = math.log(10.0)

NOT_IN_DOUBLE = frozenset(("tan", "asin", "acos", "atan", "sinh", "cosh", "asinh", "acosh", "atanh", "erf"))
"""Functions whose operators onnxruntime does not compute in double precision. Version 1.23 has no cosine either."""


def _polynomial(x: Any, coefficients: Sequence[float]) -> Any:
    """By Horner's rule; the lowest coefficient is the first."""
    result: Any = coefficients[-1]
    for coefficient in coefficients[-2::-1]:
        result = result * x + coefficient
    return result


def _with_sign_of(m: Any, x: Any, size: Any) -> Any:
    return m.where(x < 0.0, -size, size)


# ------------------------------------------------------------------------------------ exponentials, logarithms, roots


def _exp2(m: Any, x: Any) -> Any:
    return m.power(2.0, x)


def _expm1(m: Any, x: Any) -> Any:
    t = m.tanh(0.5 * x)
    return m.where(abs(x) < 1.0, 2.0 * t / (1.0 - t), m.exp(x) - 1.0)


def _log1p(m: Any, x: Any) -> Any:
    # What the sum loses is added to its logarithm; from 1 on it makes no difference.
    small = m.where(x < 1.0, x, 1.0)
    whole = 1.0 + small
    return m.log(1.0 + x) + (small - (whole - 1.0)) / whole


def _log2(m: Any, x: Any) -> Any:
    return m.log(x) / LN2


def _log10(m: Any, x: Any) -> Any:
    return m.log(x) / LN10


def _cbrt(m: Any, x: Any) -> Any:
    size = abs(x)
    root = m.power(size, 1.0 / 3.0)
    # A step of Newton's, which is not a number for 0 and inf, where it isn't needed.
    step = (root - size / (root * root)) / 3.0
    return _with_sign_of(m, x, m.where(abs(step) < root, root - step, root))


# ------------------------------------------------------------------------------------------------------ trigonometry


def _tan(m: Any, x: Any) -> Any:
    return m.sin(x) / m.cos(x)


def _atan(m: Any, x: Any) -> Any:
    # tan(y + d) = x for a known y: tan d = (x cos y - sin y) ÷ (cos y + x sin y), and d is so small that it is its tangent.
    x = m.clipped(x, 1e30)
    y = m.in_single_precision("atan", x)
    # Without the cosine, which older versions of onnxruntime don't have.
    sine_of_half = m.sin(0.5 * y)
    cosine_of_half = m.sqrt((1.0 - sine_of_half) * (1.0 + sine_of_half))
    sine, cosine = 2.0 * sine_of_half * cosine_of_half, (cosine_of_half - sine_of_half) * (cosine_of_half + sine_of_half)
    return y + (x * cosine - sine) / (cosine + x * sine)


def _asin(m: Any, x: Any) -> Any:
    return m.atan(x / m.sqrt((1.0 - x) * (1.0 + x)))


def _acos(m: Any, x: Any) -> Any:
    return 2.0 * m.atan(m.sqrt((1.0 - x) / (1.0 + x)))


def _atan2(m: Any, a: Any, b: Any) -> Any:
    # The signs of zeros count, as in C: 1 ÷ -0 is negative.
    a_below, b_below = ((m.where(m.equal(one, 0.0), 1.0 / one, one) < 0.0) for one in (a, b))
    origin = m.equal(abs(a) + abs(b), 0.0)
    angle = m.where(origin, 0.0, m.atan(a / m.where(origin, 1.0, b)))
    half_turn = m.where(a_below, -math.pi, math.pi)
    return m.where(b_below, angle + half_turn, angle)


def _hypot(m: Any, a: Any, b: Any) -> Any:
    a, b = abs(a), abs(b)
    large, small = m.where(a < b, b, a), m.where(a < b, a, b)
    share = small / large
    return m.where(m.equal(small, 0.0), large, large * m.sqrt(1.0 + share * share))


# ------------------------------------------------------------------------------------------------ hyperbolic functions


def _sinh(m: Any, x: Any) -> Any:
    size = abs(x)
    e, half = m.expm1(size), m.exp(0.5 * size)
    near, far = 0.5 * (e + e / (1.0 + e)), 0.5 * half * half - 0.5 / half / half
    return _with_sign_of(m, x, m.where(size < 1.0, near, far))


def _cosh(m: Any, x: Any) -> Any:
    # The exponential of half, so that it overflows no sooner than the result.
    half = m.exp(0.5 * abs(x))
    return 0.5 * half * half + 0.5 / half / half


def _asinh(m: Any, x: Any) -> Any:
    size = abs(x)
    near = m.log1p(size + size * (size / (1.0 + m.sqrt(1.0 + size * size))))
    return _with_sign_of(m, x, m.where(size > 1e9, m.log(size) + LN2, near))


def _acosh(m: Any, x: Any) -> Any:
    more = x - 1.0
    return m.where(x > 1e9, m.log(x) + LN2, m.log1p(more + m.sqrt(more) * m.sqrt(more + 2.0)))


def _atanh(m: Any, x: Any) -> Any:
    size = abs(x)
    return _with_sign_of(m, x, 0.5 * m.log1p(2.0 * size / (1.0 - size)))


# ------------------------------------------------------------------------------------------------ the error function


def _complement(m: Any, size: Any) -> Any:
    """1 - erf of what is ½ or larger: exp(-x²) times a polynomial of (x - 3)/(x + 3), as machine code has it."""
    size = m.clipped(size, 27.3)
    ratio = _polynomial((size - 3.0) / (size + 3.0), COMPLEMENTARY_ERROR_FUNCTION) / (1.0 + size)
    return ratio * m.exp(-(size * size))


def _erf(m: Any, x: Any) -> Any:
    size = abs(x)
    near = x + x * _polynomial(x * x, ERROR_FUNCTION)
    return m.where(size > 1.0, _with_sign_of(m, x, 1.0 - _complement(m, size)), near)


def _erfc(m: Any, x: Any) -> Any:
    size = abs(x)
    complement = _complement(m, size)
    near = 0.5 + ((0.5 - x) - x * _polynomial(x * x, ERROR_FUNCTION_NEAR_0))
    return m.where(size > 0.5, m.where(x < 0.0, 2.0 - complement, complement), near)


COMPOSED: dict[str, Callable[..., Any]] = {
    "exp2": _exp2, "expm1": _expm1, "log1p": _log1p, "log2": _log2, "log10": _log10, "cbrt": _cbrt,
    "tan": _tan, "atan": _atan, "asin": _asin, "acos": _acos, "atan2": _atan2, "hypot": _hypot,
    "sinh": _sinh, "cosh": _cosh, "asinh": _asinh, "acosh": _acosh, "atanh": _atanh,
    "erf": _erf, "erfc": _erfc,
}  # fmt: skip
"""Rules, read on tensors, by the name of the function; a rule may ask for others."""

"""The table of derivatives: every primitive of the engine, one line each, and the only place where one is stated.

A line reads: name, symbol in formulas and pictures, forward rule, local derivative for each operand, points where it is tested.
``m`` is a number system (`autograd.table.number_system`), ``x``, ``a``, ``b`` are operands, ``y`` is the result. The same line gives the
eager engine its floats, higher-order derivatives their graphs, and compiled programs their source text.

What a choice leaves out takes no part in a derivative: a `Selection`, and what is entered with ``selects=True``, passes nothing
on to it, not even 0 × inf. A comparison passes nothing on at all, nor does a quotient rounded down.

Conventions where a derivative does not exist: ReLU′(0) = 1 (the textbook), |x|′(0) = 0, a tie in `maximum` goes to the first
operand, comparisons have derivative 0. Where it is infinite it is inf; where it is undefined it is nan.

The forms are chosen for the tails: sech² and not 1 - tanh², σ(x)σ(-x) and not s(1 - s), so that tanh′(20) has all
its digits. They are smooth wherever the function is, because derivatives of derivatives are taken through them. Where those would
be the difference of two nearly equal terms, a slope has a line of its own (`sech2`, `sigmoid_slope`, `one_minus_square`,
`power_log`); ``recorded`` is the same derivative, to the bit, in such a form, for rules that are faster in another one.
"""

# ruff: noqa: E501  (a line of the table is a line)
# fmt: off
from __future__ import annotations

import math
import sys
from typing import Any

from autograd.table import test_points as at
from autograd.table.constants import (
    GELU_CUBIC,
    GELU_SLOPE,
    LN2,
    LOG2_E,
    LOG10_E,
    NORMAL_DENSITY_AT_0,
    SQRT_HALF,
    THREE_GELU_CUBICS,
    TWO_OVER_SQRT_PI,
)
from autograd.table.definitions import enter, primitive
from autograd.table.rules import TABLE as TABLE
from autograd.table.rules import Primitive, Selection, Summed

LARGEST = sys.float_info.max
FAR = 1000.0  # σ(-1000), e⁻¹⁰⁰⁰ and erfc(700) are 0: a factor of that size or larger is as good as infinite
SURELY_ONE = 1e20  # x ÷ (1 + x) is 1 from here on

# --------------------------------------------------------------------------------------------------------- leaves

enter(Primitive("leaf", "", 0, lambda m: None, lambda m, y: ()))
enter(Primitive("constant", "", 0, lambda m: None, lambda m, y: ()))

# ------------------------------------------------------------------------------------------------------ arithmetic


def _power_slope(m: Any, a: Any, b: Any) -> Any:
    return b * m.base_of_slope(a, b) ** (b - 1.0)


def _power_log_slopes(m: Any, a: Any, b: Any) -> tuple[Any, Any]:
    # Sums and squares of powers and of the function itself: what holds for it at 0 holds for all derivatives of these. The
    # sum is infinite as its second term is.
    power = m.clipped(a ** (b - 1.0), LARGEST)
    return power + b * m.power_log(a, b - 1.0), m.square(m.power_log(a, 0.5 * b))


primitive("add", "+", lambda m, a, b: a + b, lambda m, a, b, y: (1.0, 1.0), points=at.PAIRS_WITH_ZERO, meaning="a + b")
primitive("subtract", "−", lambda m, a, b: a - b, lambda m, a, b, y: (1.0, -1.0), points=at.PAIRS_WITH_ZERO, meaning="a - b")
primitive(
    # Two equal infinities are no distance apart: shares of a softmax, and of ln(eᵃ + eᵇ), depend on gaps.
    "gap", "−", lambda m, a, b: m.where(m.equal(a, b), 0.0, a) - m.where(m.equal(a, b), 0.0, b), lambda m, a, b, y: (1.0, -1.0),
    points=at.PAIRS_WITH_ZERO, meaning="a - b, and 0 for two equal infinities", exported=False, spelled_out=True,
)
primitive("multiply", "×", lambda m, a, b: a * b, lambda m, a, b, y: (b, a), points=at.PAIRS_WITH_ZERO, meaning="a × b")
primitive(
    "divide", "÷", lambda m, a, b: a / b, lambda m, a, b, y: (1.0 / b, -(y / b)),
    points=at.DENOMINATORS, outside=((1.0, 0.0), (0.0, 0.0), (-2.0, -0.0)), meaning="a ÷ b", domain="b ≠ 0",
)
primitive(
    # The slope of x ln y. The 1 stands in for 0, but not in the slopes: 1 ÷ b is infinite there.
    "ratio", "÷", lambda m, a, b: a / m.where(m.equal(abs(a) + abs(b), 0.0), 1.0, b),
    lambda m, a, b, y: (1.0 / b, -m.ratio(y, b)),
    points=(*at.DENOMINATORS, (0.0, 0.0)), outside=((1.0, 0.0), (-2.0, -0.0)), meaning="a ÷ b, and 0 where both are 0", exported=False, domain="b ≠ 0, or both are 0", spelled_out=True,
)
primitive(
    "power", "^", lambda m, a, b: a**b,
    lambda m, a, b, y: (_power_slope(m, a, b), m.xlogy(y, a)),
    points=at.POWERS + at.NEGATIVE_BASES, outside=((-8.0, 1 / 3), (0.0, -1.0), (1e200, 2.0), (1e-300, -3.0), (0.3, -700.0)), meaning="a to the power b",
    recorded=lambda m, a, b, y: (_power_slope(m, a, b), m.power_log(a, b)), domain="a > 0, or a = 0 and b ≥ 0, or b a whole number",
)
primitive(
    # ∂(aᵇ)/∂b. Where a is 0, ln a is infinite, but aᵇ (ln a)ⁿ is 0 for b > 0 and every n.
    "power_log", "aᵇ ln a", lambda m, a, b: m.xlogy(a**b, a), lambda m, a, b, y: _power_log_slopes(m, a, b),
    points=at.POWERS_WITH_LOGARITHM, outside=((0.0, -1.0), (-1.0, 2.0), (1e200, 2.0), (0.0, 0.0)), meaning="a to the power b, times ln a", exported=False, domain="a > 0, or a = 0 and b > 0", spelled_out=True,
)
# As floats have them: the remainder has the divisor's sign, and both jump where a is a multiple of b, with the slope on the right.
primitive("modulo", "mod", lambda m, a, b: a % b, lambda m, a, b, y: (1.0, -(a // b)), points=at.DENOMINATORS, outside=((1.0, 0.0), (0.0, 0.0), (-2.0, -0.0)), meaning="a - b⌊a ÷ b⌋", domain="b ≠ 0", spelled_out=True)
primitive("floor_divide", "⌊÷⌋", lambda m, a, b: a // b, lambda m, a, b, y: (0.0, 0.0), points=at.DENOMINATORS, outside=((1.0, 0.0), (0.0, 0.0), (-2.0, -0.0)), meaning="⌊a ÷ b⌋", selects=True, domain="b ≠ 0", spelled_out=True)
primitive("negative", "−", lambda m, x: -x, lambda m, x, y: -1.0, points=at.REAL, meaning="-x")
primitive("reciprocal", "1/", lambda m, x: 1.0 / x, lambda m, x, y: -(y * y), points=at.NONZERO, outside=(0.0, -0.0), meaning="1 ÷ x", domain="x ≠ 0", spelled_out=True)
primitive("one_minus_square", "1−x²", lambda m, x: (1.0 - x) * (1.0 + x), lambda m, x, y: -2.0 * x, points=at.REAL, meaning="1 - x²", exported=False, spelled_out=True)
primitive("square", "²", lambda m, x: x * x, lambda m, x, y: 2.0 * x, points=at.REAL, meaning="x²", spelled_out=True)

# ------------------------------------------------------------------------------------ exponentials, logarithms, roots

primitive("exp", "exp", lambda m, x: m.exp(x), lambda m, x, y: y, points=at.MODERATE, outside=(710.0, 1e300), meaning="eˣ", domain="x < 709.79", spelled_out=True)
primitive("exp2", "2^", lambda m, x: m.exp2(x), lambda m, x, y: LN2 * y, points=at.MODERATE, outside=(1024.0, 1e300), meaning="2ˣ", domain="x < 1024", spelled_out=True)
primitive("expm1", "expm1", lambda m, x: m.expm1(x), lambda m, x, y: m.exp(x), points=at.MODERATE, outside=(710.0,), meaning="eˣ - 1", domain="x < 709.79", spelled_out=True)
primitive("log", "ln", lambda m, x: m.log(x), lambda m, x, y: 1.0 / x, points=at.POSITIVE, outside=(0.0, *at.NEGATIVE), meaning="ln x", domain="x > 0")
primitive("log2", "log₂", lambda m, x: m.log2(x), lambda m, x, y: LOG2_E / x, points=at.POSITIVE, outside=(0.0, *at.NEGATIVE), meaning="log₂ x", domain="x > 0")
primitive("log10", "log₁₀", lambda m, x: m.log10(x), lambda m, x, y: LOG10_E / x, points=at.POSITIVE, outside=(0.0, *at.NEGATIVE), meaning="log₁₀ x", domain="x > 0")
primitive("log1p", "log1p", lambda m, x: m.log1p(x), lambda m, x, y: 1.0 / (1.0 + x), points=at.ABOVE_MINUS_ONE, outside=(-1.0, -2.0), meaning="ln(1 + x)", domain="x > −1", spelled_out=True)
primitive("sqrt", "√", lambda m, x: m.sqrt(x), lambda m, x, y: 0.5 / y, points=at.NONNEGATIVE, outside=at.NEGATIVE, meaning="√x", domain="x ≥ 0", spelled_out=True)
primitive("rsqrt", "1/√", lambda m, x: 1.0 / m.sqrt(x), lambda m, x, y: -0.5 * y / x, points=at.POSITIVE, outside=(0.0, *at.NEGATIVE), meaning="1 ÷ √x", domain="x > 0", spelled_out=True)
primitive("cbrt", "∛", lambda m, x: m.cbrt(x), lambda m, x, y: 1.0 / (3.0 * (y * y)), points=at.REAL, meaning="∛x, also of negative numbers", spelled_out=True)

# --------------------------------------------------------------------------------------- trigonometry, hyperbolic too

primitive("sin", "sin", lambda m, x: m.sin(x), lambda m, x, y: m.cos(x), points=at.REAL, outside=(math.inf,), meaning="sin x, x in radians", domain="x finite")
primitive("cos", "cos", lambda m, x: m.cos(x), lambda m, x, y: -m.sin(x), points=at.REAL, outside=(math.inf,), meaning="cos x, x in radians", domain="x finite")
primitive("tan", "tan", lambda m, x: m.tan(x), lambda m, x, y: 1.0 + y * y, points=at.REAL, outside=(math.inf,), meaning="tan x, x in radians", domain="x finite")
primitive("asin", "asin", lambda m, x: m.asin(x), lambda m, x, y: 1.0 / m.sqrt(m.one_minus_square(x)), points=at.CLOSED_UNIT, outside=(1.001, -2.0), meaning="Arcsine, in radians", aliases=("arcsin",), domain="−1 ≤ x ≤ 1")
primitive("acos", "acos", lambda m, x: m.acos(x), lambda m, x, y: -1.0 / m.sqrt(m.one_minus_square(x)), points=at.CLOSED_UNIT, outside=(1.001, -2.0), meaning="Arccosine, in radians", aliases=("arccos",), domain="−1 ≤ x ≤ 1")
primitive("atan", "atan", lambda m, x: m.atan(x), lambda m, x, y: m.square(1.0 / m.hypot(1.0, x)), points=at.REAL, meaning="Arctangent, in radians", aliases=("arctan",))
primitive("sinh", "sinh", lambda m, x: m.sinh(x), lambda m, x, y: m.cosh(x), points=at.MODERATE, outside=(711.0, -1e300), meaning="Hyperbolic sine", domain="|x| < 710.48")
primitive("cosh", "cosh", lambda m, x: m.cosh(x), lambda m, x, y: m.sinh(x), points=at.MODERATE, outside=(711.0, -1e300), meaning="Hyperbolic cosine", domain="|x| < 710.48")
primitive("tanh", "tanh", lambda m, x: m.tanh(x), lambda m, x, y: m.sech2(x), points=at.REAL, meaning="Hyperbolic tangent")
primitive("sech2", "sech²", lambda m, x: m.sech2(x), lambda m, x, y: -2.0 * y * m.tanh(x), points=at.REAL, meaning="1 ÷ cosh² x, the slope of tanh", exported=False)
primitive("asinh", "asinh", lambda m, x: m.asinh(x), lambda m, x, y: 1.0 / m.hypot(1.0, x), points=at.REAL, meaning="Inverse hyperbolic sine", aliases=("arcsinh",))
primitive("acosh", "acosh", lambda m, x: m.acosh(x), lambda m, x, y: 1.0 / (m.sqrt(x - 1.0) * m.sqrt(x + 1.0)), points=at.FROM_ONE, outside=(0.999, 0.0, -2.0), meaning="Inverse hyperbolic cosine", aliases=("arccosh",), domain="x ≥ 1")
primitive("atanh", "atanh", lambda m, x: m.atanh(x), lambda m, x, y: 1.0 / m.one_minus_square(x), points=at.OPEN_UNIT, outside=(1.0, -1.0, 2.0), meaning="Inverse hyperbolic tangent", aliases=("arctanh",), domain="−1 < x < 1")
primitive(
    "atan2", "atan2", lambda m, a, b: m.atan2(a, b),
    lambda m, a, b, y: ((b / m.hypot(a, b)) / m.hypot(a, b), -((a / m.hypot(a, b)) / m.hypot(a, b))),
    points=at.PAIRS_WITH_ZERO, meaning="The angle of the point (b, a), in radians", method=True, aliases=("arctan2",),
)
primitive("hypot", "hypot", lambda m, a, b: m.hypot(a, b), lambda m, a, b, y: (a / y, b / y), points=at.PAIRS_WITH_ZERO, meaning="√(a² + b²)", method=True, spelled_out=True)
primitive("erf", "erf", lambda m, x: m.erf(x), lambda m, x, y: TWO_OVER_SQRT_PI * m.exp(-(x * x)), points=at.REAL, meaning="The error function")
primitive("erfc", "erfc", lambda m, x: m.erfc(x), lambda m, x, y: -TWO_OVER_SQRT_PI * m.exp(-(x * x)), points=at.REAL, meaning="1 - erf(x)")

# ------------------------------------------------------------------------------------------- kinks and comparisons

primitive("abs", "| |", lambda m, x: abs(x), lambda m, x, y: (x > 0.0) - (x < 0.0), points=at.REAL, meaning="The absolute value", aliases=("fabs",), exported=True, spelled_out=True)
primitive("relu", "ReLU", lambda m, x: m.where(x <= 0.0, 0.0, x), lambda m, x, y: x >= 0.0, points=at.REAL, meaning="The rectified linear unit, max(0, x)", selects=True)
primitive("less", "<", lambda m, a, b: m.where(a < b, 1.0, 0.0), lambda m, a, b, y: (0.0, 0.0), points=at.PAIRS_WITH_ZERO, meaning="1 where a < b, else 0", selects=True)
primitive("less_equal", "≤", lambda m, a, b: m.where(a <= b, 1.0, 0.0), lambda m, a, b, y: (0.0, 0.0), points=at.PAIRS_WITH_ZERO, meaning="1 where a ≤ b, else 0", selects=True)
primitive("greater", ">", lambda m, a, b: m.where(a > b, 1.0, 0.0), lambda m, a, b, y: (0.0, 0.0), points=at.PAIRS_WITH_ZERO, meaning="1 where a > b, else 0", selects=True)
primitive("greater_equal", "≥", lambda m, a, b: m.where(a >= b, 1.0, 0.0), lambda m, a, b, y: (0.0, 0.0), points=at.PAIRS_WITH_ZERO, meaning="1 where a ≥ b, else 0", selects=True)
primitive("equal", "=", lambda m, a, b: m.equal(a, b), lambda m, a, b, y: (0.0, 0.0), points=at.PAIRS_WITH_ZERO, meaning="1 where a = b, else 0", selects=True)

# ---------------------------------------------------------------------------------------------- units of networks


def _sigmoid(m: Any, x: Any) -> Any:
    e = m.exp(-abs(x))  # never overflows
    return m.where(x >= 0.0, 1.0, e) / (1.0 + e)


def _gelu_tanh_slope(m: Any, x: Any) -> Any:
    # Beyond ±100 the sigmoids' product below is exactly 0; the guard keeps x² from making 0 × inf of it.
    slope = m.where(abs(x) < 100.0, GELU_SLOPE * (1.0 + THREE_GELU_CUBICS * (x * x)), 0.0)
    doubled = GELU_SLOPE * (x + GELU_CUBIC * (x * x * x))
    return m.sigmoid(doubled) + m.clipped(x, FAR) * (m.sigmoid(doubled) * m.sigmoid(-doubled) * slope)


primitive("sigmoid", "σ", _sigmoid, lambda m, x, y: y * m.sigmoid(-x), points=at.REAL, meaning="The logistic function, 1 ÷ (1 + e⁻ˣ)",
       recorded=lambda m, x, y: m.sigmoid_slope(x))
primitive("sigmoid_slope", "σ′", lambda m, x: m.sigmoid(x) * m.sigmoid(-x), lambda m, x, y: -y * m.tanh(0.5 * x), points=at.REAL, meaning="σ(x)σ(-x), the slope of the logistic function", exported=False, spelled_out=True)
primitive(
    "logsigmoid", "ln σ", lambda m, x: m.where(x < 0.0, x, 0.0) - m.log1p(m.exp(-abs(x))), lambda m, x, y: m.sigmoid(-x),
    points=at.REAL, meaning="ln σ(x)",
)
primitive(
    "softplus", "softplus", lambda m, x: m.where(x > 0.0, x, 0.0) + m.log1p(m.exp(-abs(x))), lambda m, x, y: m.sigmoid(x),
    points=at.REAL, meaning="ln(1 + eˣ)",
)
primitive(
    "gelu", "GELU", lambda m, x: 0.5 * m.from_below(x, FAR) * m.erfc(-SQRT_HALF * x),
    lambda m, x, y: 0.5 * m.erfc(-SQRT_HALF * x) + m.clipped(x, FAR) * (NORMAL_DENSITY_AT_0 * m.exp(-0.5 * (x * x))),
    points=at.REAL, meaning="The Gaussian error linear unit, xΦ(x)",
)
primitive(
    "gelu_tanh", "GELU", lambda m, x: m.from_below(x, FAR) * m.sigmoid(GELU_SLOPE * (x + GELU_CUBIC * (x * x * x))),
    lambda m, x, y: _gelu_tanh_slope(m, x), points=at.REAL, meaning="GELU's approximation with tanh", exported=False,
)
primitive("silu", "SiLU", lambda m, x: m.from_below(x, FAR) * m.sigmoid(x), lambda m, x, y: m.sigmoid(x) * (1.0 + m.clipped(x, FAR) * m.sigmoid(-x)), points=at.REAL, meaning="xσ(x), also called swish")
primitive("softsign", "softsign", lambda m, x: m.clipped(x, SURELY_ONE) / (1.0 + abs(m.clipped(x, SURELY_ONE))), lambda m, x, y: m.square(1.0 / (1.0 + abs(x))), points=at.REAL, meaning="x ÷ (1 + |x|)")

# ------------------------------------------------------------------------------------------ logarithms of two numbers


def _shares(m: Any, gap: Any) -> tuple[Any, Any]:
    return m.sigmoid(gap), m.sigmoid(-gap)


primitive(
    "logaddexp", "ln Σ exp", lambda m, a, b: m.where(a > b, a, b) + m.log1p(m.exp(-abs(m.gap(a, b)))),
    lambda m, a, b, y: _shares(m, m.gap(a, b)), points=at.PAIRS_WITH_ZERO, meaning="ln(eᵃ + eᵇ)", spelled_out=True,
)
primitive(
    "xlogy", "x ln y",
    # The logarithm of 1 stands in where a is 0, so that 0 × ln 0 is 0 and not an error.
    lambda m, a, b: a * m.log(m.where(m.equal(a, 0.0), 1.0, b)),
    # 0 × ln b is 0 around b = 0 too.
    lambda m, a, b, y: (m.log(b), m.ratio(a, b)),
    points=at.LOGARITHMS, outside=((1.0, 0.0), (1.0, -1.0)), meaning="a ln b, and 0 where a is 0", domain="b > 0, or a = 0", spelled_out=True,
)

# -------------------------------------------------------------------------------------------------- many operands

enter(Summed("total", "Σ", lambda m, x: x, lambda m, x, y: (1.0,), points=at.SEQUENCES, meaning="x₁ + … + xₙ, added from left to right", spelled_out=True))
enter(
    Summed(
        "dot", "·", lambda m, w, x: w * x, lambda m, w, x, y: (x, w),
        points=tuple(zip(at.SEQUENCES, at.PARTNER_SEQUENCES, strict=True)), meaning="w₁x₁ + … + wₙxₙ, added from left to right: the weighted sum of a neuron",
    )
)
primitive(
    "logsumexp", "ln Σ exp", lambda m, x: m.logsumexp(x), lambda m, x, y: m.softmax(x), many=True,
    points=at.SEQUENCES, meaning="ln(exp x₁ + … + exp xₙ), without overflow and without losing the digits of a dominated sum", spelled_out=True,
)
enter(Selection("maximum", "max", lambda m, x: m.argmax(x), points=at.SEQUENCES, meaning="The largest operand; of equal ones the first, which alone takes the gradient"))
enter(Selection("minimum", "min", lambda m, x: m.argmin(x), points=at.SEQUENCES, meaning="The smallest operand; of equal ones the first, which alone takes the gradient"))
enter(Selection("pick", "pick", lambda m, x, index: index, points=at.PICKS, meaning="The operand at a position"))
enter(Selection("where", "where", lambda m, cab: m.where(cab[0], 1.0, 2.0), first=1, points=at.CHOICES, meaning="a where the condition holds, else b"))
primitive("argmax", "argmax", lambda m, x: m.argmax(x), lambda m, x, y: [0.0] * len(x), selects=True, points=at.SEQUENCES, meaning="The position of the largest operand, of equal ones the first; its derivative is 0", many=True)
primitive("argmin", "argmin", lambda m, x: m.argmin(x), lambda m, x, y: [0.0] * len(x), selects=True, points=at.SEQUENCES, meaning="The position of the smallest operand, of equal ones the first; its derivative is 0", many=True)

BUILT_IN = tuple(TABLE)

"""The table of derivatives: every primitive of the engine, one line each, and the only place where one is stated.

A line reads: name, symbol in formulas and pictures, forward rule, local derivative for each operand, points where it is tested.
``m`` is a number system (`autograd.table.number_system`), ``x``, ``a``, ``b`` are operands, ``y`` is the result. The same line gives the
eager engine its floats, higher-order derivatives their graphs, and compiled programs their source text.

What a choice leaves out takes no part in a derivative: a `Selection`, and what is entered with ``selects=True``, passes nothing
on to it, not even 0 × inf. A comparison passes nothing on at all, nor does a quotient rounded down.

Conventions where a derivative does not exist: ReLU′(0) = 1 (the text), |x|′(0) = 0, a tie in `maximum` goes to the first
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
from collections.abc import Sequence
from typing import Any

from autograd.table import test_points as at
from autograd.table.number_system import NumberSystem, Rule
from autograd.table.rules import Primitive, Selection, Summed, Whole

TABLE: dict[str, Primitive] = {}

LN2 = math.log(2.0)
LN10 = math.log(10.0)
SQRT_HALF = math.sqrt(0.5)
NORMAL_DENSITY_AT_0 = 1.0 / math.sqrt(2.0 * math.pi)
TWO_OVER_SQRT_PI = 2.0 / math.sqrt(math.pi)
GELU_SLOPE = 2.0 * math.sqrt(2.0 / math.pi)
GELU_CUBIC = 0.044715
LARGEST = sys.float_info.max
FAR = 1000.0  # σ(-1000), e⁻¹⁰⁰⁰ and erfc(700) are 0: a factor of that size or larger is as good as infinite
SURELY_ONE = 1e20  # x ÷ (1 + x) is 1 from here on


def _enter(primitive: Primitive) -> None:
    if primitive.outside:
        primitive.be_quiet_in_derivatives()
    TABLE[primitive.name] = primitive
    NumberSystem.forward_rules[primitive.name] = primitive.forward


def _unary(
    name: str, symbol: str, forward: Rule, derivative: Rule, points: Sequence[float], outside: Sequence[float], meaning: str,
    **described: Any,
) -> None:
    _enter(Primitive(name, symbol, 1, forward, derivative, points=points, outside=outside, meaning=meaning, **described))


def _binary(
    name: str, symbol: str, forward: Rule, derivatives: Rule, points: Sequence[Any], outside: Sequence[Any], meaning: str,
    **described: Any,
) -> None:
    _enter(Primitive(name, symbol, 2, forward, derivatives, points=points, outside=outside, meaning=meaning, **described))


# --------------------------------------------------------------------------------------------------------- leaves

_enter(Primitive("leaf", "", 0, lambda m: None, lambda m, y: ()))
_enter(Primitive("constant", "", 0, lambda m: None, lambda m, y: ()))

# ------------------------------------------------------------------------------------------------------ arithmetic


def _power_slope(m: Any, a: Any, b: Any) -> Any:
    return b * m.base_of_slope(a, b) ** (b - 1.0)


def _power_log_slopes(m: Any, a: Any, b: Any) -> tuple[Any, Any]:
    # Sums and squares of powers and of the function itself: what holds for it at 0 holds for all derivatives of these. The
    # sum is infinite as its second term is.
    power = m.clipped(a ** (b - 1.0), LARGEST)
    return power + b * m.power_log(a, b - 1.0), m.square(m.power_log(a, 0.5 * b))


_binary("add", "+", lambda m, a, b: a + b, lambda m, a, b, y: (1.0, 1.0), at.PAIRS_WITH_ZERO, (), "a + b")
_binary("subtract", "−", lambda m, a, b: a - b, lambda m, a, b, y: (1.0, -1.0), at.PAIRS_WITH_ZERO, (), "a - b")
_binary(
    # Two equal infinities are no distance apart: shares of a softmax, and of ln(eᵃ + eᵇ), depend on gaps.
    "gap", "−", lambda m, a, b: m.where(m.equal(a, b), 0.0, a) - m.where(m.equal(a, b), 0.0, b), lambda m, a, b, y: (1.0, -1.0),
    at.PAIRS_WITH_ZERO, (), "a - b, and 0 for two equal infinities", spelled_out=True,
)
_binary("multiply", "×", lambda m, a, b: a * b, lambda m, a, b, y: (b, a), at.PAIRS_WITH_ZERO, (), "a × b")
_binary(
    "divide", "÷", lambda m, a, b: a / b, lambda m, a, b, y: (1.0 / b, -(y / b)),
    at.DENOMINATORS, ((1.0, 0.0), (0.0, 0.0), (-2.0, -0.0)), "a ÷ b",
)
_binary(
    # The slope of x ln y. The 1 stands in for 0, but not in the slopes: 1 ÷ b is infinite there.
    "ratio", "÷", lambda m, a, b: a / m.where(m.equal(abs(a) + abs(b), 0.0), 1.0, b),
    lambda m, a, b, y: (1.0 / b, -m.ratio(y, b)),
    (*at.DENOMINATORS, (0.0, 0.0)), ((1.0, 0.0), (-2.0, -0.0)), "a ÷ b, and 0 where both are 0", spelled_out=True,
)
_binary(
    "power", "^", lambda m, a, b: a**b,
    lambda m, a, b, y: (_power_slope(m, a, b), m.xlogy(y, a)),
    at.POWERS + at.NEGATIVE_BASES, ((-8.0, 1 / 3), (0.0, -1.0), (1e200, 2.0), (1e-300, -3.0), (0.3, -700.0)), "a to the power b",
    recorded=lambda m, a, b, y: (_power_slope(m, a, b), m.power_log(a, b)),
)
_binary(
    # ∂(aᵇ)/∂b. Where a is 0, ln a is infinite, but aᵇ (ln a)ⁿ is 0 for b > 0 and every n.
    "power_log", "aᵇ ln a", lambda m, a, b: m.xlogy(a**b, a), lambda m, a, b, y: _power_log_slopes(m, a, b),
    at.POWERS_WITH_LOGARITHM, ((0.0, -1.0), (-1.0, 2.0), (1e200, 2.0), (0.0, 0.0)), "a to the power b, times ln a", spelled_out=True,
)
# As floats have them: the remainder has the divisor's sign, and both jump where a is a multiple of b, with the slope on the right.
_binary("modulo", "mod", lambda m, a, b: a % b, lambda m, a, b, y: (1.0, -(a // b)), at.DENOMINATORS, ((1.0, 0.0), (0.0, 0.0), (-2.0, -0.0)), "a - b⌊a ÷ b⌋", spelled_out=True)
_binary("floor_divide", "⌊÷⌋", lambda m, a, b: a // b, lambda m, a, b, y: (0.0, 0.0), at.DENOMINATORS, ((1.0, 0.0), (0.0, 0.0), (-2.0, -0.0)), "⌊a ÷ b⌋", selects=True, spelled_out=True)
_unary("negative", "−", lambda m, x: -x, lambda m, x, y: -1.0, at.REAL, (), "-x")
_unary("reciprocal", "1/", lambda m, x: 1.0 / x, lambda m, x, y: -(y * y), at.NONZERO, (0.0, -0.0), "1 ÷ x", spelled_out=True)
_unary("one_minus_square", "1−x²", lambda m, x: (1.0 - x) * (1.0 + x), lambda m, x, y: -2.0 * x, at.REAL, (), "1 - x²", spelled_out=True)
_unary("square", "²", lambda m, x: x * x, lambda m, x, y: 2.0 * x, at.REAL, (), "x²", spelled_out=True)

# ------------------------------------------------------------------------------------ exponentials, logarithms, roots

_unary("exp", "exp", lambda m, x: m.exp(x), lambda m, x, y: y, at.MODERATE, (710.0, 1e300), "eˣ", spelled_out=True)
_unary("exp2", "2^", lambda m, x: m.exp2(x), lambda m, x, y: LN2 * y, at.MODERATE, (1024.0, 1e300), "2ˣ", spelled_out=True)
_unary("expm1", "expm1", lambda m, x: m.expm1(x), lambda m, x, y: m.exp(x), at.MODERATE, (710.0,), "eˣ - 1", spelled_out=True)
_unary("log", "ln", lambda m, x: m.log(x), lambda m, x, y: 1.0 / x, at.POSITIVE, (0.0, *at.NEGATIVE), "ln x")
_unary("log2", "log₂", lambda m, x: m.log2(x), lambda m, x, y: (1.0 / LN2) / x, at.POSITIVE, (0.0, *at.NEGATIVE), "log₂ x")
_unary("log10", "log₁₀", lambda m, x: m.log10(x), lambda m, x, y: (1.0 / LN10) / x, at.POSITIVE, (0.0, *at.NEGATIVE), "log₁₀ x")
_unary("log1p", "log1p", lambda m, x: m.log1p(x), lambda m, x, y: 1.0 / (1.0 + x), at.ABOVE_MINUS_ONE, (-1.0, -2.0), "ln(1 + x)", spelled_out=True)
_unary("sqrt", "√", lambda m, x: m.sqrt(x), lambda m, x, y: 0.5 / y, at.NONNEGATIVE, at.NEGATIVE, "√x", spelled_out=True)
_unary("rsqrt", "1/√", lambda m, x: 1.0 / m.sqrt(x), lambda m, x, y: -0.5 * y / x, at.POSITIVE, (0.0, *at.NEGATIVE), "1 ÷ √x", spelled_out=True)
_unary("cbrt", "∛", lambda m, x: m.cbrt(x), lambda m, x, y: 1.0 / (3.0 * (y * y)), at.REAL, (), "∛x, also of negative numbers", spelled_out=True)

# --------------------------------------------------------------------------------------- trigonometry, hyperbolic too

_unary("sin", "sin", lambda m, x: m.sin(x), lambda m, x, y: m.cos(x), at.REAL, (math.inf,), "sin x, x in radians")
_unary("cos", "cos", lambda m, x: m.cos(x), lambda m, x, y: -m.sin(x), at.REAL, (math.inf,), "cos x, x in radians")
_unary("tan", "tan", lambda m, x: m.tan(x), lambda m, x, y: 1.0 + y * y, at.REAL, (math.inf,), "tan x, x in radians")
_unary("asin", "asin", lambda m, x: m.asin(x), lambda m, x, y: 1.0 / m.sqrt(m.one_minus_square(x)), at.CLOSED_UNIT, (1.001, -2.0), "arcsine, in radians")
_unary("acos", "acos", lambda m, x: m.acos(x), lambda m, x, y: -1.0 / m.sqrt(m.one_minus_square(x)), at.CLOSED_UNIT, (1.001, -2.0), "arccosine, in radians")
_unary("atan", "atan", lambda m, x: m.atan(x), lambda m, x, y: m.square(1.0 / m.hypot(1.0, x)), at.REAL, (), "arctangent, in radians")
_unary("sinh", "sinh", lambda m, x: m.sinh(x), lambda m, x, y: m.cosh(x), at.MODERATE, (711.0, -1e300), "hyperbolic sine")
_unary("cosh", "cosh", lambda m, x: m.cosh(x), lambda m, x, y: m.sinh(x), at.MODERATE, (711.0, -1e300), "hyperbolic cosine")
_unary("tanh", "tanh", lambda m, x: m.tanh(x), lambda m, x, y: m.sech2(x), at.REAL, (), "hyperbolic tangent")
_unary("sech2", "sech²", lambda m, x: m.sech2(x), lambda m, x, y: -2.0 * y * m.tanh(x), at.REAL, (), "1 ÷ cosh² x, the slope of tanh")
_unary("asinh", "asinh", lambda m, x: m.asinh(x), lambda m, x, y: 1.0 / m.hypot(1.0, x), at.REAL, (), "inverse hyperbolic sine")
_unary("acosh", "acosh", lambda m, x: m.acosh(x), lambda m, x, y: 1.0 / (m.sqrt(x - 1.0) * m.sqrt(x + 1.0)), at.FROM_ONE, (0.999, 0.0, -2.0), "inverse hyperbolic cosine")
_unary("atanh", "atanh", lambda m, x: m.atanh(x), lambda m, x, y: 1.0 / m.one_minus_square(x), at.OPEN_UNIT, (1.0, -1.0, 2.0), "inverse hyperbolic tangent")
_binary(
    "atan2", "atan2", lambda m, a, b: m.atan2(a, b),
    lambda m, a, b, y: ((b / m.hypot(a, b)) / m.hypot(a, b), -((a / m.hypot(a, b)) / m.hypot(a, b))),
    at.PAIRS_WITH_ZERO, (), "the angle of the point (b, a), in radians",
)
_binary("hypot", "hypot", lambda m, a, b: m.hypot(a, b), lambda m, a, b, y: (a / y, b / y), at.PAIRS_WITH_ZERO, (), "√(a² + b²)", spelled_out=True)
_unary("erf", "erf", lambda m, x: m.erf(x), lambda m, x, y: TWO_OVER_SQRT_PI * m.exp(-(x * x)), at.REAL, (), "the error function")
_unary("erfc", "erfc", lambda m, x: m.erfc(x), lambda m, x, y: -TWO_OVER_SQRT_PI * m.exp(-(x * x)), at.REAL, (), "1 - erf(x)")

# ------------------------------------------------------------------------------------------- kinks and comparisons

_unary("abs", "| |", lambda m, x: abs(x), lambda m, x, y: (x > 0.0) - (x < 0.0), at.REAL, (), "the absolute value", spelled_out=True)
_unary("relu", "ReLU", lambda m, x: m.where(x <= 0.0, 0.0, x), lambda m, x, y: x >= 0.0, at.REAL, (), "the rectified linear unit, max(0, x)", selects=True)
_binary("less", "<", lambda m, a, b: m.where(a < b, 1.0, 0.0), lambda m, a, b, y: (0.0, 0.0), at.PAIRS_WITH_ZERO, (), "1 where a < b, else 0", selects=True)
_binary("less_equal", "≤", lambda m, a, b: m.where(a <= b, 1.0, 0.0), lambda m, a, b, y: (0.0, 0.0), at.PAIRS_WITH_ZERO, (), "1 where a ≤ b, else 0", selects=True)
_binary("greater", ">", lambda m, a, b: m.where(a > b, 1.0, 0.0), lambda m, a, b, y: (0.0, 0.0), at.PAIRS_WITH_ZERO, (), "1 where a > b, else 0", selects=True)
_binary("greater_equal", "≥", lambda m, a, b: m.where(a >= b, 1.0, 0.0), lambda m, a, b, y: (0.0, 0.0), at.PAIRS_WITH_ZERO, (), "1 where a ≥ b, else 0", selects=True)
_binary("equal", "=", lambda m, a, b: m.equal(a, b), lambda m, a, b, y: (0.0, 0.0), at.PAIRS_WITH_ZERO, (), "1 where a = b, else 0", selects=True)

# ---------------------------------------------------------------------------------------------- units of networks


def _sigmoid(m: Any, x: Any) -> Any:
    e = m.exp(-abs(x))  # never overflows
    return m.where(x >= 0.0, 1.0, e) / (1.0 + e)


def _gelu_tanh_slope(m: Any, x: Any) -> Any:
    # Beyond ±100 the sigmoids' product below is exactly 0; the guard keeps x² from making 0 × inf of it.
    slope = m.where(abs(x) < 100.0, GELU_SLOPE * (1.0 + 3.0 * GELU_CUBIC * (x * x)), 0.0)
    doubled = GELU_SLOPE * (x + GELU_CUBIC * (x * x * x))
    return m.sigmoid(doubled) + m.clipped(x, FAR) * (m.sigmoid(doubled) * m.sigmoid(-doubled) * slope)


_unary("sigmoid", "σ", _sigmoid, lambda m, x, y: y * m.sigmoid(-x), at.REAL, (), "the logistic function, 1 ÷ (1 + e⁻ˣ)",
       recorded=lambda m, x, y: m.sigmoid_slope(x))
_unary("sigmoid_slope", "σ′", lambda m, x: m.sigmoid(x) * m.sigmoid(-x), lambda m, x, y: -y * m.tanh(0.5 * x), at.REAL, (), "σ(x)σ(-x), the slope of the logistic function", spelled_out=True)
_unary(
    "logsigmoid", "ln σ", lambda m, x: m.where(x < 0.0, x, 0.0) - m.log1p(m.exp(-abs(x))), lambda m, x, y: m.sigmoid(-x),
    at.REAL, (), "ln σ(x)",
)
_unary(
    "softplus", "softplus", lambda m, x: m.where(x > 0.0, x, 0.0) + m.log1p(m.exp(-abs(x))), lambda m, x, y: m.sigmoid(x),
    at.REAL, (), "ln(1 + eˣ)",
)
_unary(
    "gelu", "GELU", lambda m, x: 0.5 * m.from_below(x, FAR) * m.erfc(-SQRT_HALF * x),
    lambda m, x, y: 0.5 * m.erfc(-SQRT_HALF * x) + m.clipped(x, FAR) * (NORMAL_DENSITY_AT_0 * m.exp(-0.5 * (x * x))),
    at.REAL, (), "the Gaussian error linear unit, xΦ(x)",
)
_unary(
    "gelu_tanh", "GELU", lambda m, x: m.from_below(x, FAR) * m.sigmoid(GELU_SLOPE * (x + GELU_CUBIC * (x * x * x))),
    lambda m, x, y: _gelu_tanh_slope(m, x), at.REAL, (), "GELU's approximation with tanh",
)
_unary("silu", "SiLU", lambda m, x: m.from_below(x, FAR) * m.sigmoid(x), lambda m, x, y: m.sigmoid(x) * (1.0 + m.clipped(x, FAR) * m.sigmoid(-x)), at.REAL, (), "xσ(x), also called swish")
_unary("softsign", "softsign", lambda m, x: m.clipped(x, SURELY_ONE) / (1.0 + abs(m.clipped(x, SURELY_ONE))), lambda m, x, y: m.square(1.0 / (1.0 + abs(x))), at.REAL, (), "x ÷ (1 + |x|)")

# ------------------------------------------------------------------------------------------ logarithms of two numbers


def _shares(m: Any, gap: Any) -> tuple[Any, Any]:
    return m.sigmoid(gap), m.sigmoid(-gap)


_binary(
    "logaddexp", "ln Σ exp", lambda m, a, b: m.where(a > b, a, b) + m.log1p(m.exp(-abs(m.gap(a, b)))),
    lambda m, a, b, y: _shares(m, m.gap(a, b)), at.PAIRS_WITH_ZERO, (), "ln(eᵃ + eᵇ)", spelled_out=True,
)
_binary(
    "xlogy", "x ln y",
    # The logarithm of 1 stands in where a is 0, so that 0 × ln 0 is 0 and not an error.
    lambda m, a, b: a * m.log(m.where(m.equal(a, 0.0), 1.0, b)),
    # 0 × ln b is 0 around b = 0 too.
    lambda m, a, b, y: (m.log(b), m.ratio(a, b)),
    at.LOGARITHMS, ((1.0, 0.0), (1.0, -1.0)), "a ln b, and 0 where a is 0", spelled_out=True,
)

# -------------------------------------------------------------------------------------------------- many operands

_enter(Summed("total", "Σ", lambda m, x: x, lambda m, x, y: (1.0,), points=at.SEQUENCES, meaning="x₁ + … + xₙ", spelled_out=True))
_enter(
    Summed(
        "dot", "·", lambda m, w, x: w * x, lambda m, w, x, y: (x, w),
        points=tuple(zip(at.SEQUENCES, at.PARTNER_SEQUENCES, strict=True)), meaning="w₁x₁ + … + wₙxₙ",
    )
)
_enter(
    Whole(
        "logsumexp", "ln Σ exp", lambda m, x: m.logsumexp(x), lambda m, x, y: m.softmax(x),
        points=at.SEQUENCES, meaning="ln(exp x₁ + … + exp xₙ)", spelled_out=True,
    )
)
_enter(Selection("maximum", "max", lambda m, x: m.argmax(x), points=at.SEQUENCES, meaning="the largest operand"))
_enter(Selection("minimum", "min", lambda m, x: m.argmin(x), points=at.SEQUENCES, meaning="the smallest operand"))
_enter(Selection("pick", "pick", lambda m, x, index: index, points=at.PICKS, meaning="the operand at a position"))
_enter(Selection("where", "where", lambda m, cab: m.where(cab[0], 1.0, 2.0), first=1, points=at.CHOICES, meaning="a where the condition holds, else b"))
_enter(Whole("argmax", "argmax", lambda m, x: m.argmax(x), lambda m, x, y: [0.0] * len(x), selects=True, points=at.SEQUENCES, meaning="the position of the largest operand"))
_enter(Whole("argmin", "argmin", lambda m, x: m.argmin(x), lambda m, x, y: [0.0] * len(x), selects=True, points=at.SEQUENCES, meaning="the position of the smallest operand"))

"""Every line of the table against mpmath, at every point of its grid: the value and the derivative for each operand.

The oracle shares nothing with the table. Each function is stated once more, by its usual definition, in arithmetic of any
precision, and its derivatives are central differences of it with as many digits as the point needs. Where a derivative does
not exist, or is infinite, `CONVENTIONS` lists what the table promises instead.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from mpmath import mp, mpf

from autograd import Value, directional_derivative, functions, grad
from autograd.primitives import TABLE
from autograd.rules import MANY, Primitive

TOLERANCE = mpf("1e-12")
DENORMAL_SLACK = 4 * mpf(5e-324)  # below the smallest normal number a float has fewer digits
LARGEST = mpf(1.7976931348623157e308)
NAN, INF = math.nan, math.inf

# The functions of one number, by their definitions.
UNARY: dict[str, Callable[[Any], Any]] = {
    "negative": lambda x: -x,
    "reciprocal": lambda x: 1 / x,
    "square": lambda x: x**2,
    "one_minus_square": lambda x: 1 - x**2,
    "exp": mp.exp,
    "exp2": lambda x: mp.power(2, x),
    "expm1": mp.expm1,
    "log": mp.ln,
    "log2": lambda x: mp.ln(x) / mp.ln2,
    "log10": lambda x: mp.ln(x) / mp.ln10,
    "log1p": mp.log1p,
    "sqrt": mp.sqrt,
    "rsqrt": lambda x: 1 / mp.sqrt(x),
    "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    "sin": mp.sin,
    "cos": mp.cos,
    "tan": mp.tan,
    "asin": mp.asin,
    "acos": mp.acos,
    "atan": mp.atan,
    "sinh": mp.sinh,
    "cosh": mp.cosh,
    "tanh": mp.tanh,
    "sech2": lambda x: mp.sech(x) ** 2 if abs(x) < 1e7 else mpf(0),  # to four million digits
    "asinh": lambda x: mp.sign(x) * mp.ln(abs(x) + mp.sqrt(x**2 + 1)),
    "acosh": mp.acosh,
    "atanh": mp.atanh,
    "erf": mp.erf,
    "erfc": lambda x: erfc(x),
    "abs": lambda x: x if x > 0 else -x,
    "relu": lambda x: max(x, mpf(0)),
    "sigmoid": lambda x: logistic(x),
    "logsigmoid": lambda x: -log_of_one_plus_exp(-x),
    "softplus": lambda x: log_of_one_plus_exp(x),
    "gelu": lambda x: x * erfc(-x / mp.sqrt(2)) / 2,
    "gelu_tanh": lambda x: x * logistic(2 * mp.sqrt(2 / mp.pi) * (x + mpf("0.044715") * x**3)),
    "silu": lambda x: x * logistic(x),
    "softsign": lambda x: x / (1 + abs(x)),
}


def log_of_one_plus_exp(x: Any) -> Any:
    return max(x, mpf(0)) + mp.log1p(mp.exp(-abs(x)))


def log_of_sum(x: list[Any]) -> Any:
    *others, largest = x
    return largest + mp.log1p(mp.fsum(mp.exp(each - largest) for each in others))


def logistic(x: Any) -> Any:
    if abs(x) > 1e7:
        return mpf(x > 0)  # to four million digits
    return 1 / (1 + mp.exp(-x))


def erfc(x: Any) -> Any:
    return mp.erfc(x) if x < 1e6 else mpf(0)  # mpmath does not go further; it is below 10^(-4·10¹¹)


BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "gap": lambda a, b: a - b,
    "power": lambda a, b: mp.power(a, b) if a else mpf(0**b),
    "power_log": lambda a, b: mp.power(a, b) * mp.ln(a) if a else mpf(0),
    "atan2": mp.atan2,
    "hypot": lambda a, b: mp.sqrt(a**2 + b**2),
    "less": lambda a, b: mpf(a < b),
    "less_equal": lambda a, b: mpf(a <= b),
    "greater": lambda a, b: mpf(a > b),
    "greater_equal": lambda a, b: mpf(a >= b),
    "equal": lambda a, b: mpf(a == b),
    "logaddexp": lambda a, b: max(a, b) + mp.log1p(mp.exp(-abs(a - b))),
    "xlogy": lambda a, b: a * mp.ln(b) if a else mpf(0),
}

# Functions of one flat list of operands.
MANY_OPERANDS: dict[str, Callable[..., Any]] = {
    "total": lambda *x: mp.fsum(x),
    "dot": lambda *wx: mp.fsum(w * x for w, x in zip(wx[: len(wx) // 2], wx[len(wx) // 2 :], strict=True)),
    "logsumexp": lambda *x: log_of_sum(sorted(x)),
    "maximum": lambda *x: max(x),
    "minimum": lambda *x: min(x),
    "pick": lambda *x_and_index: x_and_index[int(x_and_index[-1])],
    "where": lambda condition, a, b: a if condition else b,
    "argmax": lambda *x: mpf(x.index(max(x))),
    "argmin": lambda *x: mpf(x.index(min(x))),
}

ORACLE: dict[str, Callable[..., Any]] = {**UNARY, **BINARY, **MANY_OPERANDS}
COMPARISONS = ("less", "less_equal", "greater", "greater_equal", "equal", "argmax", "argmin")

# (primitive, point) -> the derivatives where no central difference exists: infinite ones, kinks, edges of domains.
CONVENTIONS: dict[tuple[str, Any], tuple[float, ...]] = {
    ("sqrt", 0.0): (INF,),
    ("cbrt", 0.0): (INF,),
    ("asin", -1.0): (INF,),
    ("asin", 1.0): (INF,),
    ("acos", -1.0): (-INF,),
    ("acos", 1.0): (-INF,),
    ("acosh", 1.0): (INF,),
    ("abs", 0.0): (0.0,),
    ("relu", 0.0): (1.0,),
    ("hypot", (0.0, 0.0)): (NAN, NAN),
    ("atan2", (0.0, 0.0)): (NAN, NAN),
    ("power", (0.0, 0.5)): (INF, 0.0),  # 0^b is 0 around b
    ("power", (0.0, 0.0)): (0.0, -INF),  # x⁰ is 1 around x; 0^b jumps from 1 to 0 where b leaves 0
    ("power", (0.0, 3.5)): (0.0, 0.0),  # from the right
    ("power_log", (0.0, 1.0)): (-INF, 0.0),  # 1 + ln a; a^b ln² a is 0 there for every b > 0
    ("power_log", (0.0, 2.0)): (0.0, 0.0),
    ("power_log", (0.0, 3.5)): (0.0, 0.0),
    ("xlogy", (0.0, 0.0)): (-INF, 0.0),  # 0 × ln b is 0 for every b
}


def flat(point: Any) -> tuple[float, ...]:
    """The operands of a point, in operand order."""
    if not isinstance(point, tuple):
        return (point,)
    return tuple(operand for group in point for operand in (group if isinstance(group, tuple) else (group,)))


def operand_groups(primitive: Primitive, point: Any) -> tuple[Any, ...]:
    """What the rules take: one number each for arity 1 and 2, tuples for many."""
    if primitive.arity == 1:
        return (point,)
    if primitive.arity == MANY and not isinstance(point[0], tuple):
        return (point,)
    return tuple(point)


def expected_value(name: str, operands: tuple[float, ...]) -> Any:
    with mp.workdps(380):  # 1 + x has all digits of both, also where x is 1e-300
        return ORACLE[name](*map(mpf, operands))


def expected_derivatives(name: str, point: Any) -> list[Any]:
    if (name, point) in CONVENTIONS:
        return list(CONVENTIONS[name, point])
    operands = flat(point)
    if name in COMPARISONS:
        return [0.0] * len(operands)
    if name in ("maximum", "minimum"):
        best = max(operands) if name == "maximum" else min(operands)
        return [float(k == operands.index(best)) for k in range(len(operands))]  # a tie goes to the first
    slopes: list[Any] = [central_difference(name, operands, k) for k in range(len(operands))]
    return slopes


def central_difference(name: str, operands: tuple[float, ...], k: int) -> Any:
    """∂f/∂operand k, to at least fifteen digits, or as surely too small for a float."""
    if name == "power" and operands[0] < 0 and k == 1:
        return NAN  # the power is real at isolated exponents only
    if (name, k) in ((("where", 0)), ("pick", len(operands) - 1)):
        return 0.0
    f = ORACLE[name]
    if name == "atan2":  # arctangents without a jump between b and -b
        f = (lambda a, b: mp.atan(a / b)) if operands[1] else (lambda a, b: -mp.atan(b / a))
    sizes = [abs(x) for x in operands if x]
    smallest, largest = min([1.0, *sizes]), max([1.0, *sizes])
    exponent = round(math.log10(smallest)) - 30
    # Enough that x ± step is exact; more where the difference drowns in the digits that both sides share.
    digits = round(math.log10(largest)) - exponent + 25
    while True:
        with mp.workdps(digits):
            step = mpf(10) ** exponent
            x = list(map(mpf, operands))
            above = f(*x[:k], x[k] + step, *x[k + 1 :])
            below = f(*x[:k], x[k] - step, *x[k + 1 :])
            slope = (above - below) / (2 * step)
            noise = max(abs(above), abs(below)) * mpf(10) ** (17 - digits) / step
            if noise <= abs(slope) or noise < mpf(10) ** -340:
                return slope
        digits *= 2


def is_close(found: float, expected: Any, scale: Any = 0) -> bool:
    expected = mpf(expected)
    if mp.isnan(expected):
        return math.isnan(found)
    if mp.isinf(expected) or abs(expected) > LARGEST * (1 + mpf(2) ** -54):
        return bool(mpf(found) == mp.sign(expected) * mp.inf)
    if not math.isfinite(found):
        return False
    return bool(abs(mpf(found) - expected) <= TOLERANCE * max(abs(expected), scale) + DENORMAL_SLACK)


def names(*arities: int) -> list[str]:
    return [name for name, primitive in TABLE.items() if primitive.arity in arities]


ALL = names(1, 2, MANY)


def recorded(primitive: Primitive, point: Any) -> tuple[tuple[Value, ...], Value]:
    """The primitive recorded at a point, through the public functions; its operands are new leaves."""
    leaves = tuple(map(Value, flat(point)))
    operation = OPERATIONS.get(primitive.name) or getattr(functions, primitive.name)
    if primitive.arity != MANY:
        return leaves, operation(*leaves)
    if primitive.name == "dot":
        half = len(leaves) // 2
        return leaves, operation(leaves[:half], leaves[half:])
    if primitive.name == "pick":
        return leaves, operation(leaves[:-1], leaves[-1])
    if primitive.name == "where":
        return leaves, operation(*leaves)
    return leaves, operation(leaves)


OPERATIONS: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "power": lambda a, b: a**b,
    "negative": lambda x: -x,
    "less": lambda a, b: a < b,
    "less_equal": lambda a, b: a <= b,
    "greater": lambda a, b: a > b,
    "greater_equal": lambda a, b: a >= b,
    "gelu_tanh": lambda x: functions.gelu(x, approximate="tanh"),
}


# ---------------------------------------------------------------------------------------------- the grids themselves


def test_every_primitive_has_an_oracle() -> None:
    assert set(ORACLE) == set(TABLE) - {"leaf", "constant"}


@pytest.mark.parametrize("name", ALL)
def test_grid_is_large(name: str) -> None:
    points = TABLE[name].points
    assert len(set(points)) >= 50


@pytest.mark.parametrize("name", names(1))
def test_grid_of_one_operand_reaches_the_tails(name: str) -> None:
    primitive = TABLE[name]
    for x in [sign * size for size in (1e-300, 1e-20, 40.0, 700.0) for sign in (1.0, -1.0)]:
        if x not in primitive.points:
            with pytest.raises((ValueError, OverflowError)):
                primitive.calculate(x)


@pytest.mark.parametrize("name", names(2))
def test_grid_of_two_operands_reaches_the_tails(name: str) -> None:
    firsts, seconds = (set(column) for column in zip(*TABLE[name].points, strict=True))
    tails = {sign * size for size in (1e-300, 1e-20, 40.0, 700.0) for sign in (1.0, -1.0)}
    not_negative = {x for x in tails if x > 0.0}
    assert (not_negative if name in ("power", "power_log") else tails) <= firsts
    assert (not_negative if name == "xlogy" else tails) <= seconds | ({-1e-300} if name in ("power", "power_log") else set())


# ------------------------------------------------------------------------------------------- values and derivatives


@pytest.mark.parametrize(
    ("name", "x", "slope"),
    [
        ("cos", 1e-300, -mpf(1e-300)),
        ("sin", 1e300, None),
        ("square", 1e-300, mpf(2e-300)),
        ("tanh", 40.0, None),
        ("exp", -700.0, None),
        ("log", 5e-324, None),
        ("asin", 1 - 1e-15, None),
    ],
)
def test_oracle_by_closed_forms(name: str, x: float, slope: Any) -> None:
    with mp.workdps(400):
        t = mpf(x)
        closed = {
            "sin": lambda: mp.cos(t),
            "tanh": lambda: mp.sech(t) ** 2,
            "exp": lambda: mp.exp(t),
            "log": lambda: 1 / t,
            "asin": lambda: 1 / mp.sqrt(1 - t**2),
        }
        expected = slope if slope is not None else closed[name]()
        assert abs(central_difference(name, (x,), 0) / expected - 1) < 1e-15


def test_conventions_are_all_reached() -> None:
    assert all(point in TABLE[name].points for name, point in CONVENTIONS)


@pytest.mark.parametrize("name", ALL)
def test_value_and_derivatives(name: str) -> None:
    primitive = TABLE[name]
    wrong = []
    for point in primitive.points:
        operands = flat(point)
        leaves, result = recorded(primitive, point)
        terms = 0
        if name in ("total", "dot"):  # cancellation: the scale of a sum is that of its terms
            terms = MANY_OPERANDS[name](*(abs(mpf(x)) for x in operands))
        if not is_close(result.data, expected_value(name, operands), terms):
            wrong.append((point, "value", result.data, mp.nstr(expected_value(name, operands), 20)))
        result.backward()
        for k, (leaf, expected) in enumerate(zip(leaves, expected_derivatives(name, point), strict=True)):
            assert leaf.gradient is not None
            if not is_close(leaf.gradient, expected):
                wrong.append((point, f"derivative {k}", leaf.gradient, mp.nstr(expected, 20)))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("name", ALL)
def test_all_ways_to_the_derivatives_agree(name: str) -> None:
    """The compiled pulls, `grad`, `grad` with recorded derivatives, and forward mode, at every third point."""
    primitive = TABLE[name]
    for point in primitive.points[::3]:
        leaves, result = recorded(primitive, point)
        result.backward()
        by_backward = [leaf.gradient for leaf in leaves]
        assert all(type(gradient) is float for gradient in by_backward)
        by_grad = grad(result, leaves)
        by_forward = [
            directional_derivative(result, leaves, [float(j == k) for j in range(len(leaves))]) for k in range(len(leaves))
        ]
        by_rule = primitive.quiet_local_derivatives(operand_groups(primitive, point), result.data)
        assert same_bits(by_backward, by_grad), point
        assert same_bits(by_backward, by_rule), point
        assert same_bits(by_backward, by_forward), point
        recorded_slopes = grad(result, leaves, create_graph=True)
        assert same_bits(by_backward, [slope.data for slope in recorded_slopes]), point
        recorded_forward = directional_derivative(result, leaves, [1.0] + [0.0] * (len(leaves) - 1), create_graph=True)
        assert same_bits(by_backward[:1], [recorded_forward.data]), point


def same_bits(left: Any, right: Any) -> bool:
    """Equal floats, nan being nan; 0.0 and -0.0 count as equal, since a derivative of zero has no side."""
    return len(left) == len(right) and all(a == b or (a != a and b != b) for a, b in zip(left, right, strict=True))


# ------------------------------------------------------------------------------------------------ second derivatives

NOT_SMOOTH_AT_ZERO = ("abs", "relu", "softsign", "sqrt", "cbrt")
MODERATE = (-20.0, -5.0, -2.5, -1.5, -0.7, -0.3, -0.01, 0.01, 0.3, 0.7, 1.1, 1.5, 2.5, 5.0, 20.0)


def second_difference(name: str, x: float) -> Any:
    with mp.workdps(450):
        t, step = mpf(x), mpf(10) ** -25
        f = UNARY[name]
        return (f(t + step) - 2 * f(t) + f(t - step)) / step**2


@pytest.mark.parametrize("name", names(1))
def test_second_derivative(name: str) -> None:
    primitive = TABLE[name]
    wrong = []
    for x in (*MODERATE, *(() if name in NOT_SMOOTH_AT_ZERO else (0.0,))):
        try:
            primitive.calculate(x)
        except (ArithmeticError, ValueError):
            continue
        leaf = Value(x)
        result = (OPERATIONS.get(name) or getattr(functions, name))(leaf)
        found = grad(grad(result, leaf, create_graph=True), leaf)
        if not is_close(found, second_difference(name, x)):
            wrong.append((x, found, mp.nstr(second_difference(name, x), 20)))
    assert not wrong, "\n".join(map(str, wrong))

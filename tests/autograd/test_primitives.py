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

from autograd import Value, directional_derivative, functions, grad, hessian
from autograd.engine.modes import deriving
from autograd.table.operators import OPERATORS
from autograd.table.primitives import TABLE
from autograd.table.rules import MANY, Primitive

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
    "sigmoid_slope": lambda x: logistic(x) * logistic(-x),
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
    "ratio": lambda a, b: a / b if a else mpf(0),
    "modulo": lambda a, b: a - b * mp.floor(a / b),
    "floor_divide": lambda a, b: mp.floor(a / b),
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
# What is constant wherever it is smooth.
STEPS = ("less", "less_equal", "greater", "greater_equal", "equal", "argmax", "argmin", "floor_divide")

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
    ("ratio", (0.0, 0.0)): (INF, 0.0),  # 0 ÷ b is 0 for every b
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
    if name in STEPS:
        return [0.0] * len(operands)
    if name == "modulo":
        with mp.workdps(650):  # a difference would jump where the quotient is larger than its step is small
            return [1.0, -mp.floor(mpf(operands[0]) / mpf(operands[1]))]
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
    operation = operation_named(primitive.name)
    if primitive.arity != MANY or primitive.name == "where":
        return leaves, operation(*leaves)
    rest = iter(leaves)
    groups = operand_groups(primitive, point)
    return leaves, operation(*[[next(rest) for _ in group] if isinstance(group, tuple) else next(rest) for group in groups])


def operation_named(name: str) -> Callable[..., Any]:
    """The operation as a user calls it: a function, or an operator of Python."""
    return OPERATORS.get(name) or getattr(functions, name)


# ---------------------------------------------------------------------------------------------- the grids themselves


@pytest.mark.parametrize("name", ALL)
def test_has_an_oracle(name: str) -> None:
    assert name in ORACLE, f"state {name} by its usual definition in UNARY, BINARY or MANY_OPERANDS"


def test_every_oracle_is_of_a_primitive() -> None:
    assert set(ORACLE) <= set(TABLE)


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


@pytest.mark.parametrize("name", ["modulo", "floor_divide"])
@pytest.mark.parametrize(
    "operands", [(7.5, 2.0), (-7.5, 2.0), (7.5, -2.0), (-7.5, -2.0), (0.3, 40.0), (-0.3, 40.0), (700.0, 0.7)]
)
def test_slopes_between_jumps(name: str, operands: tuple[float, float]) -> None:
    leaves = tuple(map(Value, operands))
    slopes = grad(OPERATORS[name](*leaves), leaves)
    assert slopes == [float(central_difference(name, operands, k)) for k in range(2)]


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
# Dense near 0 and near the zeros of second derivatives: those of GELU are at ±√2, those of SiLU at ±2.3993…
SIZES = (
    1e-300, 1e-100, 1e-20, 1e-12, 1e-8, 1e-6, 1e-4, 1e-3, 0.01, 0.1, 0.3, 0.5, 0.65847894, 0.7, 0.9, 0.99, 0.9999, 0.999999,
    1.0001, 1.1, 1.3, 1.41, 1.4142, 1.5, 2.0, 2.39, 2.3994, 2.5, 3.0, 5.0, 10.0, 20.0, 36.0, 40.0, 100.0, 700.0,
)  # fmt: skip
# No float is a zero of these: next to it, the rounding of x alone costs digits. So they are held to what they are around it.
SCALE_AROUND_ZEROS = {"gelu": 0.1, "gelu_tanh": 0.1, "silu": 0.1, "sech2": 0.1, "sigmoid_slope": 0.1}


def second_difference(name: str, x: float) -> Any:
    exponent = min(0, math.floor(math.log10(abs(x)))) - 30 if x else -40
    with mp.workdps(350 + 4 * abs(exponent)):
        t, step = mpf(x), mpf(10) ** exponent
        f = UNARY[name]
        return (f(t + step) - 2 * f(t) + f(t - step)) / step**2


@pytest.mark.parametrize("name", names(1))
def test_second_derivative(name: str) -> None:
    """To twelve digits, next to the zeros of the second derivative too."""
    primitive = TABLE[name]
    wrong = []
    n_compared = 0
    for x in (*(sign * size for size in SIZES for sign in (1.0, -1.0)), *(() if name in NOT_SMOOTH_AT_ZERO else (0.0,))):
        try:
            primitive.calculate(x)
        except (ArithmeticError, ValueError):
            continue
        leaf = Value(x)
        result = operation_named(name)(leaf)
        found = grad(grad(result, leaf, create_graph=True), leaf)
        expected = second_difference(name, x)
        around_zero = 0.6 < abs(x) < 2.5
        if not is_close(found, expected, SCALE_AROUND_ZEROS.get(name, 0) if around_zero else 0):
            wrong.append((x, found, mp.nstr(expected, 20)))
        n_compared += 1
    assert not wrong, "\n".join(map(str, wrong))
    assert n_compared > 15


# x -> the exact second derivative, by the first terms of the series around 0.
@pytest.mark.parametrize(
    ("name", "slope_of_slope"),
    [("tanh", -2.0), ("sigmoid", -0.125), ("asin", 1.0), ("acos", -1.0), ("atan", -2.0), ("asinh", -1.0), ("atanh", 2.0),
     ("erf", -4.0 / math.sqrt(math.pi)), ("erfc", 4.0 / math.sqrt(math.pi)), ("sin", -1.0), ("tan", 2.0)],
)  # fmt: skip
def test_second_derivative_of_odd_functions_near_0(name: str, slope_of_slope: float) -> None:
    for x in (1e-8, -1e-9, 3e-12, 1e-200):
        leaf = Value(x)
        found = grad(grad(getattr(functions, name)(leaf), leaf, create_graph=True), leaf)
        assert found == pytest.approx(slope_of_slope * x, rel=1e-12, abs=0.0)


@pytest.mark.parametrize("name", names(1, 2))
def test_a_recorded_rule_is_the_rule(name: str) -> None:
    """A rule in another form for recorded derivatives gives the bits of the rule."""
    primitive = TABLE[name]
    for point in primitive.points:
        groups = operand_groups(primitive, point)
        result = primitive.calculate(*groups)
        by_rule = primitive.quiet_local_derivatives(groups, result)
        node = recorded(primitive, point)[1]
        with deriving():
            slopes = [getattr(slope, "data", slope) for slope in functions.local_derivatives_as_values(node)]
        assert same_bits(by_rule, slopes), point


# ------------------------------------------------------------------------------------------------ limits at infinity

# name -> (value, derivative, second derivative or None where a recorded one has no limit) at -inf and at inf.
AT_INFINITY: dict[str, tuple[tuple[float, float, float | None], tuple[float, float, float | None]]] = {
    "sigmoid": ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0)),
    "logsigmoid": ((-INF, 1.0, 0.0), (0.0, 0.0, 0.0)),
    "softplus": ((0.0, 0.0, 0.0), (INF, 1.0, 0.0)),
    "silu": ((0.0, 0.0, None), (INF, 1.0, None)),
    "gelu": ((0.0, 0.0, None), (INF, 1.0, None)),
    "gelu_tanh": ((0.0, 0.0, None), (INF, 1.0, None)),
    "softsign": ((-1.0, 0.0, 0.0), (1.0, 0.0, 0.0)),
    "tanh": ((-1.0, 0.0, 0.0), (1.0, 0.0, 0.0)),
    "sech2": ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)),
    "erf": ((-1.0, 0.0, None), (1.0, 0.0, None)),
    "erfc": ((2.0, 0.0, None), (0.0, 0.0, None)),
    "atan": ((-math.pi / 2, 0.0, None), (math.pi / 2, 0.0, None)),
    "asinh": ((-INF, 0.0, None), (INF, 0.0, None)),
    "exp": ((0.0, 0.0, 0.0), (INF, INF, INF)),
    "expm1": ((-1.0, 0.0, 0.0), (INF, INF, INF)),
    "relu": ((0.0, 0.0, 0.0), (INF, 1.0, 0.0)),
    "abs": ((INF, -1.0, 0.0), (INF, 1.0, 0.0)),
}


@pytest.mark.parametrize("name", AT_INFINITY)
def test_limits_at_infinity(name: str) -> None:
    for x, (value, slope, second) in zip((-INF, INF), AT_INFINITY[name], strict=True):
        leaf = Value(x)
        result = operation_named(name)(leaf)
        result.backward()
        assert (result.data, leaf.gradient) == (value, slope)
        if second is not None:
            assert grad(grad(result, leaf, create_graph=True), leaf) == second


@pytest.mark.parametrize("name", AT_INFINITY)
def test_nan_stays_nan(name: str) -> None:
    leaf = Value(NAN)
    result = operation_named(name)(leaf)
    assert math.isnan(result.data)
    if name not in ("relu", "abs"):
        result.backward()
        assert leaf.gradient is not None and math.isnan(leaf.gradient)


@pytest.mark.parametrize(
    ("operands", "value", "shares"),
    [
        ((-INF, -INF), -INF, (0.5, 0.5)),
        ((INF, INF), INF, (0.5, 0.5)),
        ((-INF, 2.0), 2.0, (0.0, 1.0)),
        ((INF, 2.0), INF, (1.0, 0.0)),
        ((INF, -INF), INF, (1.0, 0.0)),
        ((3.0, -INF), 3.0, (1.0, 0.0)),
    ],
)
def test_a_sum_of_exponentials_of_infinite_operands(operands: tuple[float, ...], value: float, shares: tuple[float, ...]) -> None:
    """ln Σ exp, its derivative and the softmax agree."""
    for f in (functions.logaddexp, lambda a, b: functions.logsumexp([a, b])):
        leaves = list(map(Value, operands))
        result = f(*leaves)
        assert result.data == value
        assert tuple(grad(result, leaves)) == shares
        assert tuple(slope.data for slope in grad(result, leaves, create_graph=True)) == shares
    assert tuple(share.data for share in functions.softmax(operands)) == shares


def test_softmax_of_infinite_operands() -> None:
    assert [p.data for p in functions.softmax([INF, 1.0, -INF])] == [1.0, 0.0, 0.0]
    assert [p.data for p in functions.softmax([-INF] * 4)] == [0.25] * 4
    assert [p.data for p in functions.softmax([INF, 0.0, INF])] == [0.5, 0.0, 0.5]
    assert all(math.isnan(p.data) for p in functions.softmax([NAN, 1.0]))
    assert math.isnan(functions.logaddexp(NAN, 1.0).data) and math.isnan(functions.logaddexp(1.0, NAN).data)


# ------------------------------------------------------------------------------------------------ powers of 0


@pytest.mark.parametrize(
    ("b", "expected"),
    [
        (2.0, [[2.0, 0.0], [0.0, 0.0]]),
        (3.0, [[0.0, 0.0], [0.0, 0.0]]),
        (2.5, [[0.0, 0.0], [0.0, 0.0]]),
        (1.0, [[0.0, -INF], [-INF, 0.0]]),  # ∂²/∂a∂b = aᵇ⁻¹ (1 + b ln a)
    ],
)
def test_hessian_of_a_power_of_zero(b: float, expected: list[list[float]]) -> None:
    operands = [Value(0.0), Value(b)]
    assert hessian(operands[0] ** operands[1], operands) == expected


@pytest.mark.parametrize(("b", "expected"), [(0.0, [[0.0, INF], [INF, 0.0]]), (4.0, [[0.0, 0.25], [0.25, 0.0]])])
def test_hessian_of_zero_times_a_logarithm(b: float, expected: list[list[float]]) -> None:
    """∂²(a ln b)/∂a∂b = 1/b, and ∂²/∂b² = -a/b²."""
    operands = [Value(0.0), Value(b)]
    assert hessian(functions.xlogy(*operands), operands) == expected


def test_third_derivatives_of_a_power_of_zero() -> None:
    """∂³(aᵇ)/∂bⁿ is 0 at a = 0; ∂³(a³)/∂a³ is 6; ∂³/∂a²∂b = aᵇ⁻² (2b - 1 + b(b - 1) ln a), and so on."""
    a, b = Value(0.0), Value(3.0)
    first = grad(a**b, [a, b], create_graph=True)
    (aa, ab), (ba, bb) = (grad(slope, [a, b], create_graph=True) for slope in first)
    assert grad(aa, [a, b]) == [6.0, 0.0]
    assert grad(bb, [a, b]) == [0.0, 0.0]
    assert grad(ab, [a, b]) == grad(ba, [a, b]) == [0.0, 0.0]
    assert grad(grad(bb, b, create_graph=True), b) == 0.0


def test_second_derivatives_of_powers_and_logarithms_at_ordinary_points() -> None:
    for a, b in ((0.3, 2.5), (2.5, -1.5), (40.0, 0.5), (0.7, 1.0)):
        x, y = Value(a), Value(b)
        found = hessian(x**y, [x, y])
        with mp.workdps(50):
            u, v = mpf(a), mpf(b)
            mixed = u ** (v - 1) * (1 + v * mp.ln(u))
            expected = [[v * (v - 1) * u ** (v - 2), mixed], [mixed, u**v * mp.ln(u) ** 2]]
        for row, wanted in zip(found, expected, strict=True):
            assert row == pytest.approx([float(number) for number in wanted], rel=1e-12)


def test_a_power_law_with_a_point_at_zero_has_a_finite_second_derivative() -> None:
    """Σ (a xᶜ - y)² by c: the point at 0 adds nothing; the others add 2(a xᶜ ln x)² + 2(a xᶜ - y) a xᶜ ln² x."""
    a, c = 1.5, 2.0
    points = ((0.0, 0.1), (1.0, 1.4), (2.0, 6.2))
    exponent = Value(c)
    fit = functions.total([(a * Value(x) ** exponent - y) ** 2 for x, y in points])
    with mp.workdps(30):
        model, log = a * mpf(2) ** c, mp.ln(2)
        expected = 2 * (model * log) ** 2 + 2 * (model - mpf(6.2)) * model * log**2
    assert hessian(fit, [exponent])[0][0] == pytest.approx(float(expected), rel=1e-12)

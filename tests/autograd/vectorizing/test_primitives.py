"""Every line of the table through a compiled program: values and derivatives at all its sample points."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy
import pytest

from autograd import Value, functions, grad, vectorize
from autograd.table.operators import OPERATORS
from autograd.table.primitives import TABLE
from autograd.table.rules import MANY, Primitive

FIXED = [primitive for primitive in TABLE.values() if primitive.arity in (1, 2)]
SEQUENCES = [primitive for primitive in TABLE.values() if primitive.arity == MANY]


def function_of(primitive: Primitive) -> Any:
    return OPERATORS.get(primitive.name) or getattr(functions, primitive.name)


def eager(f: Any, numbers: Any) -> tuple[float, list[float]] | None:
    leaves = [Value(number) for number in numbers]
    try:
        result = f(*leaves)
    except (ArithmeticError, ValueError):
        return None
    result.backward()
    return result.data, [0.0 if leaf.gradient is None else leaf.gradient for leaf in leaves]


def assert_agree(given: float, expected: float, what: str) -> None:
    if math.isnan(expected):
        assert math.isnan(given), what
    else:
        # Below the smallest normal number a float has fewer digits.
        assert given == pytest.approx(expected, rel=1e-12, abs=1e-307), what


@pytest.mark.parametrize("primitive", FIXED, ids=lambda primitive: primitive.name)
def test_values_and_derivatives_at_all_points(primitive: Primitive) -> None:
    """The operands are parameters, so that the program's gradient is the derivatives."""
    f = function_of(primitive)
    points = [point if isinstance(point, tuple) else (point,) for point in primitive.points]
    parameters = [Value(number) for number in next(point for point in points if eager(f, point) is not None)]
    program = vectorize(lambda: f(*parameters), parameters=parameters)
    n_compared = 0
    for numbers in points:
        expected = eager(f, numbers)
        if expected is None:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value, gradient = program.value_and_grad(numpy.array(numbers, float))
        assert_agree(value, expected[0], f"{primitive.name}{numbers}")
        for place, (given, wanted) in enumerate(zip(gradient.tolist(), expected[1], strict=True)):
            assert_agree(given, wanted, f"the derivative of {primitive.name}{numbers} for operand {place}")
        n_compared += 1
    assert n_compared >= min(4, len(primitive.points))


@pytest.mark.parametrize("primitive", FIXED, ids=lambda primitive: primitive.name)
def test_on_inputs_a_whole_grid_at_once(primitive: Primitive) -> None:
    """The same operands as a batch of inputs: every example has its own branch of the rule."""
    f = function_of(primitive)
    points = [point if isinstance(point, tuple) else (point,) for point in primitive.points]
    points = [point for point in points if eager(f, point) is not None]
    scale = Value(1.5)
    program = vectorize(lambda x: f(*x) * scale, list(points[0]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        losses = program.losses(numpy.array([1.5]), numpy.array(points, float))
    for point, loss in zip(points, losses.tolist(), strict=True):
        assert_agree(loss, eager(lambda *x: f(*x) * 1.5, point)[0], f"{primitive.name}{point}")  # type: ignore[index]


@pytest.mark.parametrize("primitive", FIXED, ids=lambda primitive: primitive.name)
def test_outside_the_domain_the_error_is_that_of_the_eager_engine(primitive: Primitive) -> None:
    f = function_of(primitive)
    inside = next(point for point in primitive.points if eager(f, point if isinstance(point, tuple) else (point,)) is not None)
    example = list(inside) if isinstance(inside, tuple) else [inside]
    program = vectorize(lambda x: f(*x), example)
    for point in primitive.outside:
        numbers = list(point) if isinstance(point, tuple) else [point]
        with pytest.raises((ArithmeticError, ValueError)) as expected:
            f(*map(Value, numbers))
        with pytest.raises(type(expected.value), match="example 1 of the batch"):
            program.losses(numpy.array([]), [example, numbers])


@pytest.mark.parametrize("primitive", SEQUENCES, ids=lambda primitive: primitive.name)
def test_sequences(primitive: Primitive) -> None:
    n_compared = 0
    for point in primitive.points:
        groups = point if isinstance(point[0], tuple | list) else (point,)
        flat = [number for group in groups for number in (group if isinstance(group, tuple | list) else [group])]
        lengths = [len(group) if isinstance(group, tuple | list) else 0 for group in groups]

        def f(*numbers: Any, lengths: list[int] = lengths) -> Value:
            rest = list(numbers)
            taken: list[Any] = []
            for length in lengths:
                taken.append(rest[:length] if length else rest[0])
                rest = rest[length or 1 :]
            result: Value = (
                functions.where(*taken[0]) if primitive.name == "where" else getattr(functions, primitive.name)(*taken)
            )
            return result

        expected = eager(f, flat)
        if expected is None:
            continue
        parameters = [Value(number) for number in flat]
        program = vectorize(lambda parameters=parameters, f=f: f(*parameters), parameters=parameters)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value, gradient = program.value_and_grad(numpy.array([p.data for p in program.parameters.values]))
        assert_agree(value, expected[0], f"{primitive.name}{point}")
        of_parameter = dict(zip(program.parameters.values, gradient.tolist(), strict=True))
        for parameter, wanted in zip(parameters, expected[1], strict=True):
            assert_agree(of_parameter[parameter], wanted, f"a derivative of {primitive.name}{point}")
        n_compared += 1
    assert n_compared >= 3


# -------------------------------------------------------------------------------------------------------- limits

INF = math.inf
# name -> (value, derivative) at -inf and at inf.
AT_INFINITY = {
    "sigmoid": ((0.0, 0.0), (1.0, 0.0)),
    "logsigmoid": ((-INF, 1.0), (0.0, 0.0)),
    "softplus": ((0.0, 0.0), (INF, 1.0)),
    "silu": ((0.0, 0.0), (INF, 1.0)),
    "gelu": ((0.0, 0.0), (INF, 1.0)),
    "gelu_tanh": ((0.0, 0.0), (INF, 1.0)),
    "softsign": ((-1.0, 0.0), (1.0, 0.0)),
    "tanh": ((-1.0, 0.0), (1.0, 0.0)),
    "relu": ((0.0, 0.0), (INF, 1.0)),
}


@pytest.mark.parametrize("dtype", [numpy.float64, numpy.float32])
@pytest.mark.parametrize("name", AT_INFINITY)
def test_limits_at_infinity(name: str, dtype: Any) -> None:
    leaf = Value(0.5)
    program = vectorize(lambda: function_of(TABLE[name])(leaf), dtype=dtype)
    for x, (value, slope) in zip((-INF, INF), AT_INFINITY[name], strict=True):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            loss, gradient = program.value_and_grad(numpy.array([x], dtype))
        assert (loss, gradient.tolist()) == (value, [slope])


@pytest.mark.parametrize(
    ("operands", "value", "shares"),
    [
        ((-INF, -INF), -INF, [0.5, 0.5]),
        ((INF, 2.0), INF, [1.0, 0.0]),
        ((-INF, 2.0), 2.0, [0.0, 1.0]),
        ((INF, INF), INF, [0.5, 0.5]),
    ],
)
@pytest.mark.parametrize("exact", [False, True])
def test_sums_of_exponentials_of_infinite_operands(
    operands: tuple[float, float], value: float, shares: list[float], exact: bool
) -> None:
    a, b = Value(0.5), Value(0.25)
    for f in (lambda: functions.logaddexp(a, b), lambda: functions.logsumexp([a, b])):
        program = vectorize(f, parameters=[a, b], exact=exact)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            loss, gradient = program.value_and_grad(numpy.array(operands))
        assert (loss, gradient.tolist()) == (value, shares)
    program = vectorize(lambda: (a, {"p": functions.softmax([a, b])}), parameters=[a, b], exact=exact)
    assert program.outputs(numpy.array(operands))["p"].tolist() == [shares]


def test_a_left_to_right_hidden_markov_model_in_log_space() -> None:
    """Three states, three steps: the only way to the last state is two transitions, each with the factor eᵗ."""
    t = Value(-0.3, "t")

    def forward(x: Any) -> Value:
        alphas = [Value(0.0), Value(-INF), Value(-INF)]
        for _ in range(2):
            alphas = [alphas[0] + math.log(0.5)] + [
                functions.logaddexp(alphas[k] + math.log(0.5), alphas[k - 1] + t * x) for k in (1, 2)
            ]
        return alphas[2]

    program = vectorize(forward, 1.0, parameters=[t])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loss, gradient = program.value_and_grad(numpy.array([-0.3]), [1.0, 2.0])
    assert (loss, gradient[0]) == pytest.approx((-0.6 * 1.5, 2.0 * 1.5), rel=1e-14)


def test_a_recorded_derivative_at_a_singular_point() -> None:
    """∂(w√t)/∂t = w ÷ 2√t is infinite at t = 0, for one example of a batch too; and what the user writes raises."""
    w = Value(0.7)
    for exact in (False, True):
        program = vectorize(lambda t: grad(functions.sqrt(t) * w, t, create_graph=True), 1.0, parameters=[w], exact=exact)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            losses = program.losses([0.7], [4.0, 0.0, 1.0])
            assert losses[1] == INF
            assert losses[[0, 2]].tolist() == pytest.approx([0.175, 0.35], rel=1e-14)
            assert program.eager([0.7], [0.0])[0].data == INF
            assert program.value_and_grad([0.7], [0.0])[0] == INF
        written = vectorize(lambda t: w * 0.5 / functions.sqrt(t), 1.0, parameters=[w], exact=exact)
        with pytest.raises(ZeroDivisionError, match="example 1 of the batch"):
            written.losses([0.7], [4.0, 0.0, 1.0])


def test_second_derivatives_in_a_compiled_program() -> None:
    """∂²(aᵇ)/∂b² at a = 0 is 0, and tanh″(1e-8) has all its digits: -2 · 1e-8."""
    a, b, s = Value(1.5), Value(2.0), Value(1.0)

    def slope_of(y: Value, x: Value) -> Value:
        return grad(y, x, create_graph=True)

    for exact in (False, True):
        power = vectorize(
            lambda x: (a, {"h": slope_of(slope_of(x**b, b), b)}),
            1.0,
            parameters=[a, b],
            exact=exact,
        )
        found = power.outputs(power.parameters.read(), [0.0, 2.0, 0.5])["h"]
        assert found.ravel().tolist() == pytest.approx([0.0, 4 * math.log(2.0) ** 2, 0.25 * math.log(2.0) ** 2], rel=1e-13)
        slope = vectorize(lambda x: s * slope_of(functions.tanh(x), x), 1.0, parameters=[s], exact=exact)
        assert slope.losses([1.0], [0.0]).tolist() == [1.0]
        curve = vectorize(
            lambda x: s * slope_of(slope_of(functions.tanh(x), x), x),
            1.0,
            parameters=[s],
            exact=exact,
        )
        assert curve.losses([1.0], [1e-8, -1e-200, 0.0]).tolist() == pytest.approx([-2e-8, 2e-200, 0.0], rel=1e-13, abs=0.0)

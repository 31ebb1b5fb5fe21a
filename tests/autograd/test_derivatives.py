"""Derivatives of any order, forward and reverse, recorded or not: against mpmath, closed forms and one another."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pytest
from mpmath import mp, mpf

import autograd
from autograd import (
    StaleGraphError,
    Value,
    directional_derivative,
    dot,
    exp,
    functions,
    grad,
    hessian,
    hypot,
    jacobian,
    logsumexp,
    maximum,
    minimum,
    no_grad,
    pick,
    relu,
    sin,
    softmax,
    sqrt,
    tanh,
    total,
    value_and_grad,
    where,
)
from autograd.engine.graph import topological_order

# ------------------------------------------------------------------------------------------------------ higher order


def test_all_orders_of_a_power() -> None:
    x = Value(2.0)
    derivative = x**5
    found = []
    for _ in range(7):
        derivative = grad(derivative, x, create_graph=True)
        found.append(derivative.data)
    assert found == [80.0, 160.0, 240.0, 240.0, 120.0, 0.0, 0.0]


def test_the_slope_of_a_power_is_guarded_where_the_exponent_may_be_0() -> None:
    def guarded(exponent: Any) -> bool:
        x = Value(2.0)
        slope = grad(grad(x**exponent, x, create_graph=True), x, create_graph=True)
        return any(node.primitive.name == "where" for node in topological_order(slope))

    assert [guarded(exponent) for exponent in (3, 0.5, -2.0)] == [False] * 3
    assert [guarded(exponent) for exponent in (0, 1, Value(3.0), Value(3.0) + 1.0)] == [True] * 4
    exponent = Value(3.0)
    x = Value(0.0)
    slope = grad(x**exponent, x, create_graph=True)
    exponent.data = 0
    slope.refresh()
    assert slope.data == 0.0


@pytest.mark.parametrize("exponent", [0, 1, 2, 3, 5])
def test_all_orders_of_a_power_at_zero(exponent: int) -> None:
    x = Value(0.0)
    derivative = x**exponent
    found = []
    for _ in range(8):
        derivative = grad(derivative, x, create_graph=True)
        found.append(derivative.data)
    assert found == [math.factorial(order) * (order == exponent) for order in range(1, 9)]


@pytest.mark.parametrize("exponent", [0.0, 1.0, 2.0, -1.0, 0.5])
def test_second_derivatives_of_a_power_in_base_and_exponent(exponent: float) -> None:
    a, b = Value(2.5), Value(exponent)
    expected = second_differences(lambda a, b: a**b, [2.5, exponent])
    for row, expected_row in zip(hessian(a**b, [a, b]), expected, strict=True):
        assert row == pytest.approx(expected_row, rel=1e-13)


def test_second_derivatives_of_xlogy_where_a_is_zero() -> None:
    a, b = Value(0.0), Value(2.5)
    assert hessian(functions.xlogy(a, b), [a, b]) == [[0.0, 0.4], [0.4, 0.0]]


def test_third_order_of_a_product_of_functions() -> None:
    x = Value(0.7)
    third = grad(grad(grad(sin(x) * exp(x), x, create_graph=True), x, create_graph=True), x)
    assert third == pytest.approx(2.0 * math.exp(0.7) * (math.cos(0.7) - math.sin(0.7)), rel=1e-14)


def test_higher_orders_at_zero_of_tanh_and_sigmoid() -> None:
    for function, expected in ((tanh, [1.0, 0.0, -2.0, 0.0, 16.0]), (functions.sigmoid, [0.25, 0.0, -0.125, 0.0, 0.25])):
        x = Value(0.0)
        derivative, found = function(x), []
        for _ in expected:
            derivative = grad(derivative, x, create_graph=True)
            found.append(derivative.data)
        assert found == pytest.approx(expected, abs=1e-15)


def second_differences(f: Callable[..., Any], point: Sequence[float]) -> list[list[float]]:
    """The Hessian by central differences in mpmath."""
    with mp.workdps(60):
        step = mpf("1e-12")

        def at(j: int, dj: int, k: int, dk: int) -> Any:
            return f(*[mpf(x) + step * (dj * (i == j) + dk * (i == k)) for i, x in enumerate(point)])

        n = len(point)
        return [
            [float((at(j, 1, k, 1) - at(j, 1, k, -1) - at(j, -1, k, 1) + at(j, -1, k, -1)) / (4 * step**2)) for k in range(n)]
            for j in range(n)
        ]


def mp_softmax(x: Sequence[Any]) -> list[Any]:
    shares = [mp.exp(each) for each in x]
    return [share / mp.fsum(shares) for share in shares]


HESSIANS: dict[str, tuple[Callable[..., Value], Callable[..., Any]]] = {
    "dot": (lambda *v: dot(v[:2], v[2:]), lambda a, b, c, d: a * c + b * d),
    "dot with itself": (lambda *v: dot(v, v) ** 2, lambda *v: mp.fsum(x * x for x in v) ** 2),
    "total": (lambda *v: total([x**3 for x in v]), lambda *v: mp.fsum(x**3 for x in v)),
    "logsumexp": (lambda *v: logsumexp(v), lambda *v: mp.log(mp.fsum(map(mp.exp, v)))),
    "softmax": (lambda *v: softmax(v)[1] * softmax(v)[2], lambda *v: mp_softmax(v)[1] * mp_softmax(v)[2]),
    "maximum": (lambda a, b, c, d: maximum(a * b, c * d, a * d) ** 2, lambda a, b, c, d: max(a * b, c * d, a * d) ** 2),
    "minimum": (lambda a, b, c, d: minimum([a * b * c, d**3]), lambda a, b, c, d: min(a * b * c, d**3)),
    "pick": (lambda a, b, c, d: pick([a * b, sin(c) * d, a], 1), lambda a, b, c, d: mp.sin(c) * d),
    "where": (lambda a, b, c, d: where(a < b, a * exp(c), d), lambda a, b, c, d: a * mp.exp(c) if a < b else d),
    "atan2": (lambda a, b, c, d: functions.atan2(a, c) * b, lambda a, b, c, d: mp.atan2(a, c) * b),
    "hypot": (lambda a, b, c, d: hypot(a, d), lambda a, b, c, d: mp.hypot(a, d)),
    "logaddexp": (lambda a, b, c, d: functions.logaddexp(a, d), lambda a, b, c, d: mp.log(mp.exp(a) + mp.exp(d))),
    "xlogy": (lambda a, b, c, d: functions.xlogy(a, b), lambda a, b, c, d: a * mp.log(b)),
    "power": (lambda a, b, c, d: b**a, lambda a, b, c, d: b**a),
    "divide": (lambda a, b, c, d: a / b, lambda a, b, c, d: a / b),
    "relu": (lambda a, b, c, d: relu(a * b) ** 2 + relu(a * d), lambda a, b, c, d: max(a * b, 0) ** 2 + max(a * d, 0)),
}


@pytest.mark.parametrize("name", HESSIANS)
def test_hessian(name: str) -> None:
    of_values, of_mpmath = HESSIANS[name]
    point = [0.3, 1.7, 0.9, -1.1]
    leaves = [Value(x) for x in point]
    found = hessian(of_values(*leaves), leaves)
    expected = second_differences(of_mpmath, point)
    for row, expected_row in zip(found, expected, strict=True):
        assert row == pytest.approx(expected_row, rel=1e-11, abs=1e-11)


def test_derivative_of_a_gradient_by_backward() -> None:
    x, y = Value(0.5), Value(-1.5)
    slope = grad(tanh(x * y) + x**3, x, create_graph=True)
    slope.backward()
    sech2 = 1 / math.cosh(-0.75) ** 2
    assert x.gradient == pytest.approx(2.25 * sech2 * -2 * math.tanh(-0.75) + 3.0, rel=1e-13)
    assert y.gradient == pytest.approx(sech2 - 2 * math.tanh(-0.75) * sech2 * 0.5 * -1.5, rel=1e-13)


def test_forward_over_reverse_is_a_hessian_vector_product() -> None:
    a, b = Value(0.4), Value(1.3)
    output = sin(a * b) + a**3 / b
    direction = [2.0, -0.7]
    rows = hessian(output, [a, b])
    slopes = grad(output, [a, b], create_graph=True)
    for row, slope in zip(rows, slopes, strict=True):
        product = row[0] * direction[0] + row[1] * direction[1]
        assert directional_derivative(slope, [a, b], direction) == pytest.approx(product, rel=1e-12)
    curvature = directional_derivative(directional_derivative(output, [a, b], direction, create_graph=True), [a, b], direction)
    both = sum(direction[j] * rows[j][k] * direction[k] for j in range(2) for k in range(2))
    assert curvature == pytest.approx(both, rel=1e-12)


# --------------------------------------------------------------------------------------------------- singular points

INF, NAN = math.inf, math.nan


@pytest.mark.parametrize(
    ("f", "x", "slope", "curvature"),
    [
        (sqrt, 0.0, INF, -INF),
        (lambda x: x**0.5, 0.0, INF, -INF),
        (lambda x: x**1.5, 0.0, 0.0, INF),
        (functions.asin, 1.0, INF, None),
        (functions.acos, 1.0, -INF, None),
        (functions.cbrt, 0.0, INF, None),
        (functions.acosh, 1.0, INF, None),
        (abs, 0.0, 0.0, 0.0),
        (relu, 0.0, 1.0, 0.0),
        (lambda x: hypot(x, 0.0), 0.0, NAN, NAN),
        (lambda x: x**0, 0.0, 0.0, 0.0),
        (lambda x: x**1, 0.0, 1.0, 0.0),
        (lambda x: x**2, 0.0, 0.0, 2.0),
        (lambda x: x**3, 0.0, 0.0, 0.0),
        (lambda x: x * abs(x), 0.0, 0.0, None),
    ],
)
def test_singular_points_raise_nothing(f: Callable[[Value], Value], x: float, slope: float, curvature: float | None) -> None:
    leaf = Value(x)
    output = f(leaf)
    recorded = grad(output, leaf, create_graph=True)
    assert recorded.data == pytest.approx(slope, nan_ok=True)
    assert grad(output, leaf) == pytest.approx(slope, nan_ok=True)
    again = grad(recorded, leaf, create_graph=True)
    assert isinstance(again.data, float)
    if curvature is not None:
        assert again.data == pytest.approx(curvature, nan_ok=True)


def test_what_a_selection_leaves_out_has_no_part_in_an_infinite_derivative() -> None:
    a, b = Value(0.0), Value(-1.0)
    root = sqrt(maximum(a, b))
    root.backward()
    assert (a.gradient, b.gradient) == (INF, 0.0)
    assert grad(root, [a, b]) == [INF, 0.0]
    assert [slope.data for slope in grad(root, [a, b], create_graph=True)] == [INF, 0.0]
    # Forward: the tangent of what is left out does not count, be it infinite.
    chosen = maximum(sqrt(a), 1.0)
    assert directional_derivative(chosen, [a], [1.0]) == 0.0
    assert directional_derivative(chosen, [a], [1.0], create_graph=True).data == 0.0


def test_an_operand_that_does_not_move_has_no_part_in_a_directional_derivative() -> None:
    a, b = Value(0.0), Value(2.0)
    output = sqrt(a) + 3.0 * b
    assert directional_derivative(output, [a, b], [0.0, 1.0]) == 3.0
    assert directional_derivative(output, [a, b], [0, 1], create_graph=True).data == 3.0
    assert directional_derivative(output, [a], [0.0]) == 0.0
    assert directional_derivative(a, [a], [0.0]) == 0.0
    assert directional_derivative(output, [a, b], [1.0, 1.0]) == INF


# --------------------------------------------------------------------------------------------- recorded gradients live


def test_a_recorded_gradient_is_refreshed() -> None:
    x, y = Value(2.0), Value(3.0)
    slope = grad(x**3 * y, x, create_graph=True)
    x.data, y.data = -1.0, 5.0
    with pytest.raises(StaleGraphError):
        grad(slope, x)
    slope.refresh()
    assert slope.data == 15.0
    assert grad(slope, [x, y]) == [-30.0, 3.0]


@pytest.mark.parametrize(
    ("f", "before", "after"),
    [
        (relu, -1.0, 2.0),
        (relu, 2.0, -1.0),
        (abs, -1.0, 2.0),
        (lambda x: maximum(3.0 * x, x * x), 1.0, 5.0),
        (lambda x: maximum(3.0 * x, x * x), 5.0, 1.0),
        (lambda x: minimum([x, 2.0 * x, sin(x)]), -0.5, 0.5),
        (lambda x: where(x < 1.0, x**3, 5.0 * x), 0.5, 2.0),
        (lambda x: logsumexp([x, 1.0, 2.0 * x]), -2.0, 2.0),
        (lambda x: pick([x * 2.0, x**2], x), 1.0, 0.0),
        (lambda x: functions.sigmoid(x), -3.0, 3.0),
        (lambda x: x**2.0, -3.0, 0.0),
        (lambda x: functions.gelu(x, approximate="tanh"), 99.0, 101.0),
        (functions.logsigmoid, -3.0, 3.0),
        (functions.softplus, -3.0, 3.0),
        (functions.softsign, -3.0, 3.0),
    ],
)
def test_a_refreshed_gradient_follows_the_other_branch(f: Callable[[Value], Value], before: float, after: float) -> None:
    x = Value(before)
    slope = grad(f(x), x, create_graph=True)
    forward = directional_derivative(f(x), [x], [1.0], create_graph=True)
    x.data = after
    slope.refresh()
    forward.refresh()
    fresh = Value(after)
    assert slope.data == grad(f(fresh), fresh)
    assert forward.data == grad(f(fresh), fresh)


def test_an_index_out_of_range_at_refresh_changes_nothing() -> None:
    index, chosen = Value(1.0), None
    chosen = pick([Value(2.0), Value(4.0)], index) * 3.0
    for wrong in (2.0, -1.0, 0.5):
        index.data = wrong
        with pytest.raises(IndexError, match="pick"):
            chosen.refresh()
        assert chosen.data == 12.0
    index.data = 0
    chosen.refresh()
    assert chosen.data == 6.0


def test_a_negative_base_at_refresh_is_refused_as_when_it_was_recorded() -> None:
    base = Value(4.0, "base")
    root = base**0.5
    base.data = -4.0
    with pytest.raises(ValueError, match="base = -4"):
        root.refresh()
    assert root.data == 2.0


# ----------------------------------------------------------------------------------------------------- the functions


def test_grad_touches_nothing() -> None:
    a, b = Value(2.0), Value(3.0)
    c = a * b
    L = c + a
    a.gradient = 7.0
    assert grad(L, [a, b, c, L]) == [4.0, 2.0, 1.0, 1.0]
    grad(L, [a, b], create_graph=True)
    directional_derivative(L, [a, b], [1.0, 1.0])
    hessian(L, [a, b])
    assert (a.gradient, b.gradient, c.gradient, L.gradient) == (7.0, None, None, None)


def test_grad_of_one_input_is_one_number() -> None:
    x, y = Value(3.0), Value(1.0)
    assert grad(x * x, x) == 6.0
    assert grad(x * x, (x,)) == [6.0]
    assert grad(x * x, []) == []
    assert grad(x * x, y) == 0.0
    assert grad(x, x) == 1.0
    assert grad(x * x, y, create_graph=True).data == 0.0
    assert grad(x * x, [x, x]) == [6.0, 6.0]


def test_grad_with_respect_to_a_computed_value_and_its_operand() -> None:
    x = Value(3.0)
    y = x * x
    assert grad(y * y, [x, y]) == [108.0, 18.0]
    assert [slope.data for slope in grad(y * y, [x, y], create_graph=True)] == [108.0, 18.0]


def test_recorded_derivatives_inside_no_grad() -> None:
    x = Value(3.0)
    y = x**3
    with no_grad():
        slope = grad(y, x, create_graph=True)
    assert grad(slope, x) == 18.0


def test_what_was_computed_inside_no_grad_has_no_derivative_there() -> None:
    x = Value(3.0)
    with no_grad():
        y = x * x
        for derive in (
            lambda: grad(y, x),
            lambda: grad(y, x, create_graph=True),
            lambda: hessian(y, [x]),
            lambda: directional_derivative(y, [x], [1.0]),
        ):
            with pytest.raises(ValueError, match=r"inside no_grad nothing is recorded, so Value\(9\.0\) has no derivative"):
                derive()
        assert grad(x, x) == 1.0


def test_third_derivatives_of_a_power_of_a_negative_number() -> None:
    # By the exponent there is none: (-2)ᵇ is real at whole numbers only.
    a, b = Value(-2.0), Value(3.0)
    slope = grad(a**b, b, create_graph=True)
    assert all(map(math.isnan, grad(grad(slope, b, create_graph=True), [a, b])))
    assert grad(grad(grad(a**b, a, create_graph=True), a, create_graph=True), a) == 6.0


def test_jacobian() -> None:
    a, b = Value(0.5), Value(2.0)
    outputs = [a * b, sin(a), b**3, Value(4.0)]
    expected = [[2.0, 0.5], [math.cos(0.5), 0.0], [0.0, 12.0], [0.0, 0.0]]
    assert jacobian(outputs, [a, b]) == expected
    recorded = jacobian(outputs, (a, b), create_graph=True)
    assert [[entry.data for entry in row] for row in recorded] == expected
    assert grad(recorded[2][1], b) == 12.0
    columns = [[directional_derivative(output, [a, b], e) for output in outputs] for e in ([1, 0], [0, 1])]
    assert [list(row) for row in zip(*columns, strict=True)] == expected


def test_jacobian_of_softmax_is_that_of_the_text() -> None:
    z = [Value(x) for x in (0.6, 1.1, -1.5)]
    p = softmax(z)
    shares = [share.data for share in p]
    expected = [[shares[i] * ((i == j) - shares[j]) for j in range(3)] for i in range(3)]
    for row, expected_row in zip(jacobian(p, z), expected, strict=True):
        assert row == pytest.approx(expected_row, rel=1e-13)


def test_hessian_is_symmetric() -> None:
    v = [Value(x) for x in (0.3, 1.7, -0.9)]
    rows = hessian(exp(v[0] * v[1]) * sin(v[2] * v[1]) / v[0], v)
    for j in range(3):
        for k in range(3):
            assert rows[j][k] == pytest.approx(rows[k][j], rel=1e-13)


class Point(NamedTuple):
    x: float
    y: float


def test_value_and_grad_of_nested_arguments() -> None:
    def f(weights: Any, biases: Any, scale: Any) -> Any:
        (a, b), c = weights
        return scale * (a * b + 2.0 * c) + biases["first"] ** 2 + biases["more"][0]

    value, gradients = value_and_grad(f)([(2.0, 3), 4.0], {"first": 5.0, "more": [6.0]}, 0.5)
    assert value == 0.5 * (6.0 + 8.0) + 25.0 + 6.0
    assert gradients == ([(1.5, 1.0), 1.0], {"first": 10.0, "more": [1.0]}, 14.0)
    assert value_and_grad(lambda x: x * x)(3.0) == (9.0, 6.0)
    assert value_and_grad(lambda a, b: a)(3.0, 4.0) == (3.0, (1.0, 0.0))


def test_value_and_grad_takes_named_tuples_values_and_constants() -> None:
    assert value_and_grad(lambda p: p[0] * p[1])(Point(2.0, 3.0)) == (6.0, [3.0, 2.0])
    given = Value(2.0)
    assert value_and_grad(lambda x: x**2)(given) == (4.0, 4.0)
    assert given.gradient is None
    assert value_and_grad(lambda x: 7.0)(1.0) == (7.0, 0.0)
    with pytest.raises(TypeError, match="one real number"):
        value_and_grad(lambda x: x)("3")


def test_directional_derivative_with_respect_to_a_computed_value() -> None:
    x = Value(3.0)
    y = x * x
    assert directional_derivative(y * 5.0, [y], [2.0]) == 10.0
    assert directional_derivative(y * x, [x, y], [1.0, 0.0]) == 9.0  # y held still
    assert directional_derivative(y * x, [x], [1.0]) == 27.0
    assert directional_derivative(y, [Value(1.0)], [1.0]) == 0.0


# Names without types, for calls that are wrong on purpose.
untyped: Any = autograd


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda x: untyped.grad(3.0, [x]), TypeError, "output of a derivative must be a Value, not 3.0"),
        (lambda x: untyped.grad(x, [2.0]), TypeError, "input of a derivative must be a Value, not 2.0"),
        (lambda x: untyped.jacobian([1.0], [x]), TypeError, "must be a Value"),
        (lambda x: untyped.hessian(x, [None]), TypeError, "must be a Value"),
        (lambda x: untyped.directional_derivative(x, [x], [1.0, 2.0]), ValueError, "1 inputs but 2 numbers"),
        (lambda x: untyped.directional_derivative("x", [x], [1.0]), TypeError, "must be a Value"),
        (lambda x: untyped.directional_derivative(x, [x], ["fast"]), TypeError, "one real number"),
    ],
)
def test_misuse(call: Callable[[Value], Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call(Value(1.0))


def test_stale_graphs_are_refused() -> None:
    x = Value(1.0, "x")
    y = x * x
    x.data = 2.0
    calls: list[Callable[[], Any]] = [
        lambda: grad(y, x),
        lambda: grad(y, x, create_graph=True),
        lambda: directional_derivative(y, [x], [1.0]),
        lambda: hessian(y, [x]),
    ]
    for call in calls:
        with pytest.raises(StaleGraphError, match=r"x = 2\.0"):
            call()

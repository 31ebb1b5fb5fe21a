"""What a choice leaves out takes no part in a derivative: not even 0 × inf, in none of the ways to one."""

from __future__ import annotations

import copy
import math
import pickle
from collections.abc import Callable

import pytest

from autograd import (
    Value,
    argmax,
    directional_derivative,
    dot,
    exp,
    expand,
    grad,
    gradcheck,
    jacobian,
    log,
    maximum,
    minimum,
    pick,
    relu,
    sqrt,
    tanh,
    total,
    where,
)
from autograd.engine import graph

# Functions that leave out, at 0, something with an infinite slope there; and their derivatives at 0, of each order.
AT_ZERO: dict[str, tuple[Callable[[Value], Value], tuple[float, float, float]]] = {
    "where": (lambda x: where(x < 1, x**3 + x, sqrt(x)), (1.0, 0.0, 6.0)),
    "where, else": (lambda x: where(x > 1, sqrt(x), 2 * x * x), (0.0, 4.0, 0.0)),
    "maximum": (lambda x: maximum(1.0 + x * x, sqrt(x)), (0.0, 2.0, 0.0)),
    "minimum": (lambda x: minimum(-1.0 + x, sqrt(x), 3.0), (1.0, 0.0, 0.0)),
    "pick": (lambda x: pick([x * x, sqrt(x), sqrt(sqrt(x))], 0), (0.0, 2.0, 0.0)),
    "relu": (lambda x: relu(sqrt(x) - 1.0), (0.0, 0.0, 0.0)),
    "relu and more": (lambda x: relu(sqrt(x) - 1.0) + tanh(x), (1.0, 0.0, -2.0)),
    "a choice below a choice": (lambda x: where(x < 1, x, maximum(sqrt(x), relu(sqrt(x) + 1.0))), (1.0, 0.0, 0.0)),
    "long ways to what is left out": (
        lambda x: where(x < 1, exp(x), total([-sqrt(x), 2.0, dot([sqrt(x), x], [x, sqrt(x)])]) / (1 + sqrt(x))),
        (1.0, 1.0, 1.0),
    ),
    # sqrt(x) + 1 is left out by one choice and taken by none; x + 1 is left out by one and taken by the other.
    "left out here and taken there": (
        lambda x: (lambda s, y: where(x < 1, y, s) + where(x < 1, y * y, s))(sqrt(x) + 1.0, x + 1.0),
        (3.0, 2.0, 0.0),
    ),
    "a comparison": (lambda x: (sqrt(x) < 1) * (x + 1), (1.0, 0.0, 0.0)),
    "a position": (lambda x: argmax([sqrt(x), x + 1, x]) * x, (1.0, 0.0, 0.0)),
    "left out twice": (lambda x: (lambda s: where(x < 1, x, s * s) + where(x > 1, s, x))(sqrt(x)), (2.0, 0.0, 0.0)),
}


@pytest.mark.parametrize("name", AT_ZERO)
def test_what_is_left_out_takes_no_part(name: str) -> None:
    f, (slope, second, third) = AT_ZERO[name]
    x = Value(0.0)
    y = f(x)
    y.backward()
    assert x.gradient == slope
    assert grad(y, x) == slope
    assert jacobian([y, 2 * y], [x]) == [[slope], [2 * slope]]
    assert directional_derivative(y, [x], [1.0]) == slope
    assert directional_derivative(y, [x], [1.0], create_graph=True).data == slope
    first = grad(y, x, create_graph=True)
    assert first.data == slope
    assert grad(first, x) == second
    again = grad(first, x, create_graph=True)
    assert again.data == second
    assert grad(again, x) == third
    expanded = expand(y)
    assert grad(expanded, x) == slope


@pytest.mark.parametrize("name", AT_ZERO)
def test_a_recorded_derivative_chooses_anew(name: str) -> None:
    """Recorded at 0 and refreshed at 4, and the other way round: each gives what is recorded there."""
    f, (slope, second, _) = AT_ZERO[name]
    for start, end in ((0.0, 4.0), (4.0, 0.0)):
        x = Value(start)
        first = grad(f(x), x, create_graph=True)
        again = grad(first, x, create_graph=True)
        x.data = end
        again.refresh()
        first.refresh()
        there = Value(end)
        expected = grad(f(there), there, create_graph=True)
        assert first.data == expected.data
        assert again.data == grad(expected, there)
        if end == 0.0:
            assert (first.data, again.data) == (slope, second)


@pytest.mark.parametrize("name", ["where", "maximum", "relu and more", "left out twice", "a comparison", "a position"])
def test_gradcheck_agrees(name: str) -> None:
    assert gradcheck(AT_ZERO[name][0], 0.0)


def test_other_programs_than_choices_have_nan_there() -> None:
    x = Value(0.0)
    y = 0.0 * sqrt(x)
    y.backward()
    assert x.gradient is not None and math.isnan(x.gradient)
    assert math.isnan(grad(y, x)) and math.isnan(grad(y, x, create_graph=True).data)


def test_only_what_is_left_out_has_a_gradient_of_zero() -> None:
    a, b, unused = Value(2.0), Value(3.0), Value(1.0)
    left = sqrt(b - 3.0)
    y = where(a > 1, a, left * left)
    y.backward()
    assert (a.gradient, b.gradient, left.gradient, unused.gradient) == (1.0, 0.0, 0.0, None)
    assert type(b.gradient) is float and type(left.gradient) is float
    y.backward()
    assert (a.gradient, b.gradient) == (2.0, 0.0)


def test_the_zero_of_what_is_left_out_is_an_ordinary_number_afterwards() -> None:
    b = Value(0.0)
    where(1.0, b, sqrt(b)).backward()
    c = Value(0.0)
    where(1.0, 2.0, sqrt(c)).backward()
    assert c.gradient == 0.0
    # A gradient of zero that was read is a number like any other: 0 × inf is nan.
    d = Value(0.0)
    (Value(c.gradient) * sqrt(d)).backward()
    assert d.gradient is not None and math.isnan(d.gradient)
    assert [copy.deepcopy(c).gradient, pickle.loads(pickle.dumps(c)).gradient] == [0.0, 0.0]


def test_a_relu_of_nan_leaves_nothing_out() -> None:
    w = Value(0.5)
    relu(w * math.nan).backward()
    assert w.gradient is not None and math.isnan(w.gradient)


def test_recorded_derivatives_without_choices_have_no_masks() -> None:
    x, w = Value(0.5), Value(2.0)
    slope = grad(tanh(w * x) * x + log(w), [x, w], create_graph=True)[0]
    names = {node.primitive.name for node in graph.topological_order(grad(slope, w, create_graph=True))}
    assert names <= {"leaf", "constant", "multiply", "add", "negative", "tanh", "sech2"}


def test_nothing_is_recorded_for_what_leads_to_no_input() -> None:
    x, weights = Value(0.5), [Value(0.1 * k) for k in range(100)]
    y = total([w * w for w in weights]) * x
    before = Value(0.0)._tick
    assert grad(y, x, create_graph=True).data == y.data / 0.5
    assert Value(0.0)._tick - before < 10


def test_masks_grow_with_the_graph_and_not_with_its_paths() -> None:
    """A chain of layers in which everything meets everything: a mask each, not one for each pair."""

    def size(n_layers: int) -> int:
        x = [Value(0.1 * k + 0.05) for k in range(4)]
        h = x
        for layer in range(n_layers):
            h = [relu(dot([Value(0.3 + 0.1 * ((i * j + layer) % 3)) for i in range(4)], h)) for j in range(4)]
        return len(graph.topological_order(*grad(total(h), x, create_graph=True)))

    assert size(8) - size(6) <= 1.1 * (size(6) - size(4))


# ------------------------------------------------------------------------------------------------- singular points


def test_a_recorded_derivative_is_infinite_where_it_is_when_it_is_refreshed() -> None:
    """∂√x/∂x is ½/√x, which raises where a user writes it."""
    x = Value(4.0)
    slope = grad(sqrt(x), x, create_graph=True)
    x.data = 0.0
    slope.refresh()
    assert slope.data == math.inf
    x.data = 1.0
    slope.refresh()
    assert slope.data == 0.5
    written = 0.5 / sqrt(x)
    x.data = 0.0
    with pytest.raises(ZeroDivisionError):
        written.refresh()


def slope_of(y: Value, x: Value) -> Value:
    return grad(y, x, create_graph=True)


@pytest.mark.parametrize(
    "f",
    [
        lambda x: directional_derivative(sqrt(x), [x], [1.0], create_graph=True),
        lambda x: jacobian([sqrt(x)], [x], create_graph=True)[0][0],
        lambda x: slope_of(sqrt(x) * 2.0, x) * 0.5,
    ],
)
def test_so_are_the_other_recorded_derivatives_and_what_is_made_of_them(f: Callable[[Value], Value]) -> None:
    x = Value(4.0)
    slope = f(x)
    assert slope.data == 0.25
    x.data = 0.0
    slope.refresh()
    assert slope.data == math.inf


def test_copies_of_a_recorded_derivative_stay_quiet_and_other_nodes_do_not() -> None:
    def at_zero(root: Value) -> float:
        for node in graph.topological_order(root):
            if node.label == "x":
                node.data = 0.0
        root.refresh()
        return root.data

    def slope() -> Value:
        x = Value(4.0, "x")
        return grad(sqrt(x), x, create_graph=True)

    assert at_zero(slope()) == math.inf
    assert at_zero(copy.deepcopy(slope())) == math.inf
    assert at_zero(pickle.loads(pickle.dumps(slope()))) == math.inf
    assert at_zero(expand(slope() + 0.0)) == math.inf
    x = Value(4.0, "x")
    with pytest.raises(ZeroDivisionError):
        at_zero(copy.deepcopy(0.5 / sqrt(x)))


def test_what_the_user_recorded_before_is_not_made_quiet() -> None:
    x, y = Value(4.0), Value(2.0)
    speed = y / x
    tangent = directional_derivative(x * x, [x], [speed], create_graph=True)  # type: ignore[list-item]
    assert tangent.data == 4.0
    x.data = 0.0
    with pytest.raises(ZeroDivisionError):
        tangent.refresh()

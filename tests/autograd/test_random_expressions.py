"""Random expressions over shared subexpressions, evaluated as Values, as plain floats and in mpmath."""

from __future__ import annotations

import math
import operator
import os
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from autograd import (
    Value,
    cos,
    directional_derivative,
    dot,
    exp,
    expand,
    functions,
    grad,
    hypot,
    log,
    logsumexp,
    maximum,
    minimum,
    relu,
    sin,
    sqrt,
    tanh,
    total,
    where,
)


class Operation(NamedTuple):
    """One operation in three number systems: Values, plain floats, mpmath."""

    n_operands: int
    of_values: Callable[..., Any]
    of_floats: Callable[..., Any]
    of_mpmath: Callable[..., Any]


def float_sum(x: Sequence[float]) -> float:
    result = x[0]
    for each in x[1:]:
        result += each
    return result


def float_logsumexp(*x: float) -> float:
    largest = max(range(len(x)), key=x.__getitem__)
    rest = [math.exp(each - x[largest]) for k, each in enumerate(x) if k != largest]
    return x[largest] + math.log1p(float_sum(rest))


def either(of: Callable[..., Any]) -> tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]:
    """The same Python expression in all three."""
    return of, of, of


OPERATIONS: dict[str, Operation] = {
    "+": Operation(2, *either(operator.add)),
    "-": Operation(2, *either(operator.sub)),
    "*": Operation(2, *either(operator.mul)),
    "/ (1 + b²)": Operation(2, *either(lambda a, b: a / (1.0 + b * b))),
    "negative": Operation(1, *either(operator.neg)),
    "3x - 0.5": Operation(1, *either(lambda x: 3.0 * x - 0.5)),
    "** 2": Operation(1, *either(lambda x: x**2)),
    "** 3": Operation(1, *either(lambda x: x**3.0)),
    "(1 + a²) ** tanh b": Operation(
        2,
        lambda a, b: (1.0 + a * a) ** tanh(b),
        lambda a, b: (1.0 + a * a) ** math.tanh(b),
        lambda a, b: (1 + a * a) ** mp.tanh(b),
    ),
    "tanh": Operation(1, tanh, math.tanh, mp.tanh),
    "sin": Operation(1, sin, math.sin, mp.sin),
    "cos": Operation(1, cos, math.cos, mp.cos),
    "exp sin": Operation(1, lambda x: exp(sin(x)), lambda x: math.exp(math.sin(x)), lambda x: mp.exp(mp.sin(x))),
    "log": Operation(1, lambda x: log(2.0 + x * x), lambda x: math.log(2.0 + x * x), lambda x: mp.log(2 + x * x)),
    "sqrt": Operation(1, lambda x: sqrt(1.0 + x * x), lambda x: math.sqrt(1.0 + x * x), lambda x: mp.sqrt(1 + x * x)),
    "erf": Operation(1, functions.erf, math.erf, mp.erf),
    "atan": Operation(1, functions.atan, math.atan, mp.atan),
    "hypot": Operation(
        2, lambda a, b: hypot(a, 1.0 + b * b), lambda a, b: math.hypot(a, 1.0 + b * b), lambda a, b: mp.hypot(a, 1 + b * b)
    ),
    "relu": Operation(1, relu, lambda x: x if x > 0.0 else 0.0, lambda x: max(x, mpf(0))),
    "maximum": Operation(3, maximum, max, max),
    "minimum": Operation(2, minimum, min, min),
    "where": Operation(
        3, lambda a, b, c: where(a < b, b, c), lambda a, b, c: b if a < b else c, lambda a, b, c: b if a < b else c
    ),
    "total": Operation(3, lambda *x: total(x), lambda *x: float_sum(x), lambda *x: mp.fsum(x)),
    "dot": Operation(
        4,
        lambda a, b, c, d: dot([a, b], [c, d]),
        lambda a, b, c, d: a * c + b * d,
        lambda a, b, c, d: a * c + b * d,
    ),
    "logsumexp": Operation(3, lambda *x: logsumexp(x), float_logsumexp, lambda *x: mp.log(mp.fsum(mp.exp(each) for each in x))),
}
KINKED = ("relu", "maximum", "minimum", "where")

Program = list[tuple[str, tuple[int, ...]]]  # each step: an operation, and the places of its operands among all before it


@st.composite
def programs(draw: st.DrawFn) -> tuple[list[float], Program]:
    inputs = draw(st.lists(st.floats(-2.0, 2.0).map(lambda x: round(x, 3)), min_size=1, max_size=4))
    program: Program = []
    for step in range(draw(st.integers(1, 10))):
        name = draw(st.sampled_from(sorted(OPERATIONS)))
        place = st.integers(0, len(inputs) + step - 1)
        program.append((name, tuple(draw(place) for _ in range(OPERATIONS[name].n_operands))))
    return inputs, program


def run(program: Program, inputs: Sequence[Any], system: str) -> list[Any]:
    results = list(inputs)
    for name, places in program:
        results.append(getattr(OPERATIONS[name], system)(*(results[place] for place in places)))
    return results


def assume_tame(program: Program, results: Sequence[float]) -> None:
    """No kink at hand, and nothing so large that rounding alone explains a difference."""
    assume(all(abs(x) < 1e3 for x in results))
    for name, places in program:
        if name in KINKED:
            compared = [0.0, results[places[0]]] if name == "relu" else [results[place] for place in dict.fromkeys(places)]
            assume(all(abs(a - b) > 1e-6 for k, a in enumerate(compared) for b in compared[:k]))


# `make random-programs N=2000` tries 200.
@settings(derandomize=True, deadline=None, max_examples=max(60, int(os.environ.get("RANDOM_PROGRAMS", "0")) // 10))
@given(programs())
def test_random_expressions(drawn: tuple[list[float], Program]) -> None:
    inputs, program = drawn
    plain = run(program, inputs, "of_floats")
    assume_tame(program, plain)
    leaves = [Value(x) for x in inputs]
    nodes = run(program, leaves, "of_values")
    assert [node.data.hex() for node in nodes] == [float(x).hex() for x in plain]

    output = nodes[-1]
    output.backward()
    by_backward = [leaf.gradient or 0.0 for leaf in leaves]
    by_grad = grad(output, leaves)
    assert by_grad == pytest.approx(by_backward, rel=1e-12, abs=1e-12)
    assume(all(abs(node.gradient or 0.0) < 1e4 for node in nodes))
    by_recorded_grad = [slope.data for slope in grad(output, leaves, create_graph=True)]
    assert by_recorded_grad == pytest.approx(by_backward, rel=1e-9, abs=1e-9)

    with mp.workdps(40):
        step = mpf("1e-13")
        differences = []
        for k in range(len(inputs)):
            above, below = (
                run(program, [mpf(x) + sign * step * (j == k) for j, x in enumerate(inputs)], "of_mpmath")[-1] for sign in (1, -1)
            )
            differences.append(float((above - below) / (2 * step)))
    assert by_backward == pytest.approx(differences, rel=1e-7, abs=1e-7)

    direction = [1.0, -0.5, 2.0, 0.25][: len(inputs)]
    along = sum(speed * slope for speed, slope in zip(direction, by_backward, strict=True))
    assert directional_derivative(output, leaves, direction) == pytest.approx(along, rel=1e-7, abs=1e-7)
    assert directional_derivative(output, leaves, direction, create_graph=True).data == pytest.approx(along, rel=1e-7, abs=1e-7)

    spelled_out = expand(output)
    assert spelled_out.data == pytest.approx(output.data, rel=1e-9, abs=1e-9)
    assert grad(spelled_out, leaves) == pytest.approx(by_backward, rel=1e-7, abs=1e-7)

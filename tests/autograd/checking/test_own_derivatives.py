"""Derivatives that the user gives: right ones pass, and of planted errors exactly the planted entries are named."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random
from typing import Any

import numpy
import pytest

from autograd import Value, cos, exp, sin, tanh
from autograd.checking import Verdict, assert_gradients, gradcheck

N_INPUTS = 4
POINT = [0.5, -1.25, 2.0, 0.75]


def of_values(x: Sequence[Value]) -> list[Value]:
    return [x[0] * x[1] * sin(x[2]), exp(x[3]) * x[0] + x[2] ** 2, tanh(x[1] * x[3]) - cos(x[0])]


def of_floats(x: Sequence[float]) -> list[float]:
    return [x[0] * x[1] * math.sin(x[2]), math.exp(x[3]) * x[0] + x[2] ** 2, math.tanh(x[1] * x[3]) - math.cos(x[0])]


def of_arrays(x: Any) -> Any:
    parts = [x[0] * x[1] * numpy.sin(x[2]), numpy.exp(x[3]) * x[0] + x[2] ** 2, numpy.tanh(x[1] * x[3]) - numpy.cos(x[0])]
    return numpy.stack(parts)


def jacobian(x: Sequence[float]) -> list[list[float]]:
    a, b, c, d = x
    slope = 1.0 / math.cosh(b * d) ** 2
    return [
        [b * math.sin(c), a * math.sin(c), a * b * math.cos(c), 0.0],
        [math.exp(d), 0.0, 2.0 * c, math.exp(d) * a],
        [math.sin(a), slope * d, 0.0, slope * b],
    ]


def planted(kind: str, generator: Random) -> tuple[list[list[float]], set[tuple[int, int]]]:
    """A Jacobian with errors of a kind, and the places of the entries that are wrong."""
    right = jacobian(POINT)
    wrong = [row.copy() for row in right]
    places = [(i, k) for i, row in enumerate(right) for k, entry in enumerate(row) if entry != 0.0]
    if kind in ("rows", "columns"):
        if kind == "rows":
            wrong[0], wrong[2] = wrong[2], wrong[0]
        else:
            for row in wrong:
                row[1], row[3] = row[3], row[1]
    else:
        for i, k in generator.sample(places, generator.randint(1, 4)):
            wrong[i][k] = {"sign": -1.0, "zero": 0.0, "10 %": 1.1, "0.1 %": 1.001, "1e-6": 1.0 + 1e-6}[kind] * wrong[i][k]
    return wrong, {(i, k) for i in range(3) for k in range(4) if wrong[i][k] != right[i][k]}


KINDS = ("sign", "zero", "10 %", "0.1 %", "1e-6", "rows", "columns")
FUNCTIONS = [(of_values, POINT), (of_floats, POINT), (of_arrays, numpy.array(POINT))]


@pytest.mark.parametrize(("f", "point"), FUNCTIONS, ids=["values", "floats", "arrays"])
def test_a_right_jacobian_passes(f: Any, point: Any) -> None:
    report = gradcheck(f, point, jacobian=jacobian)
    assert report, report
    assert gradcheck(f, point, jacobian=numpy.array(jacobian(POINT)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("f", "point"), FUNCTIONS, ids=["values", "floats", "arrays"])
def test_exactly_the_planted_entries_are_named(f: Any, point: Any, kind: str) -> None:
    generator = Random(kind)
    for _ in range(3):
        wrong, places = planted(kind, generator)
        report = gradcheck(f, point, jacobian=wrong)
        found = {
            divmod(place, N_INPUTS) for place, checked in enumerate(report.inputs) if checked.verdict is Verdict.WRONG_GRADIENT
        }
        assert found == places, report
        assert all(checked for place, checked in enumerate(report.inputs) if divmod(place, N_INPUTS) not in places)


SQUARE: list[tuple[Any, Any]] = [
    (lambda x: [x[0] * x[1], x[1] * x[2], x[2] * x[2]], [1.0, 2.0, 4.0]),
    (lambda x: [float(x[0]) * float(x[1]), float(x[1]) * float(x[2]), float(x[2]) ** 2], [1.0, 2.0, 4.0]),
    (lambda x: numpy.array([x[0] * x[1], x[1] * x[2], x[2] * x[2]]).astype(float), numpy.array([1.0, 2.0, 4.0])),
    (lambda x, y, z: {"a": x * y, "b": y * z, "c": z * z}, (1.0, 2.0, 4.0)),
]
OF_SQUARE = numpy.array([[2.0, 1.0, 0.0], [0.0, 4.0, 2.0], [0.0, 0.0, 8.0]])


@pytest.mark.parametrize(("f", "point"), SQUARE, ids=["values", "floats", "arrays", "arguments"])
def test_a_transposed_jacobian_is_told(f: Any, point: Any) -> None:
    arguments = point if isinstance(point, tuple) else (point,)
    assert not any("transposed" in note for note in gradcheck(f, *arguments, jacobian=OF_SQUARE).notes)
    report = gradcheck(f, *arguments, jacobian=OF_SQUARE.T)
    assert report.verdict is Verdict.WRONG_GRADIENT
    assert "the Jacobian looks transposed" in str(report)
    with pytest.raises(AssertionError, match="the Jacobian looks transposed: it is right with rows and columns exchanged"):
        assert_gradients(f, *arguments, jacobian=OF_SQUARE.T)
    # What is wrong in another way, too, or has only its rows exchanged, is not just transposed.
    for wrong in (OF_SQUARE.T * (1.0 + 1e-6), -OF_SQUARE.T, OF_SQUARE[::-1], OF_SQUARE + numpy.diag([1.0, 0.0, 0.0])):
        report = gradcheck(f, *arguments, jacobian=wrong)
        assert report.verdict is Verdict.WRONG_GRADIENT and "transposed" not in str(report)


def test_a_transposed_jacobian_is_told_also_where_some_inputs_are_checked() -> None:
    n = 70
    matrix = numpy.random.default_rng(0).normal(size=(n, n))

    def f(x: Sequence[Value]) -> list[Value]:
        return [sum((float(a) * each for a, each in zip(row[:3], x, strict=False)), x[n - 1]) for row in matrix]

    right = numpy.zeros((n, n))
    right[:, :3] = matrix[:, :3]
    right[:, n - 1] += 1.0
    point = [0.5] * n
    assert gradcheck(f, point, jacobian=right)
    report = gradcheck(f, point, jacobian=right.T)
    assert not report and any("transposed" in note for note in report.notes)


def test_a_gradient_is_arranged_like_the_arguments() -> None:
    def f(w: list[Value], b: Value) -> Value:
        return w[0] * 2.0 + w[1] * b

    assert gradcheck(f, [1.0, 2.0], 3.0, gradient=lambda w, b: ([2.0, b], w[1]))
    report = gradcheck(f, [1.0, 2.0], 3.0, gradient=([2.0, 3.0], -2.0))
    assert [checked.input for checked in report.wrong] == ["b"]
    assert "given           -2" in str(report)


def test_a_function_of_arrays_that_takes_no_values() -> None:
    def f(x: Any) -> float:
        return float(numpy.linalg.norm(x.astype(float)))

    point = numpy.array([3.0, 4.0])
    assert gradcheck(f, point, gradient=[0.6, 0.8])
    assert gradcheck(f, point, gradient=[0.6, -0.8]).verdict is Verdict.WRONG_GRADIENT


def test_all_entries_of_a_long_gradient_are_compared() -> None:
    point = numpy.linspace(-1.0, 1.0, 300)

    def f(x: Any) -> Any:
        return (numpy.sin(x) * numpy.arange(300.0)).sum()

    right = numpy.cos(point) * numpy.arange(300.0)
    assert gradcheck(f, point, gradient=right)
    wrong = right.copy()
    wrong[[17, 131, 299]] *= 1.0 + 1e-6
    report = gradcheck(f, point, gradient=wrong)
    assert sorted(checked.input for checked in report.wrong) == ["x[131]", "x[17]", "x[299]"]


def test_what_is_given_in_the_wrong_size_is_refused() -> None:
    with pytest.raises(ValueError, match="a gradient of 2 numbers, one for each input, but 3 numbers were given"):
        gradcheck(lambda a, b: a * b, 1.0, 2.0, gradient=[1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="a Jacobian of 2 rows and 1 columns"):
        gradcheck(lambda a: [a, a], 1.0, jacobian=[[1.0]])
    with pytest.raises(ValueError, match="the function has 2 outputs; give their derivatives as jacobian="):
        gradcheck(lambda a: [a, a], 1.0, gradient=[1.0])


def test_a_gradient_at_a_kink_and_of_a_random_function() -> None:
    assert gradcheck(lambda x: abs(x), 0.0, gradient=[0.0]).verdict is Verdict.KINK
    generator = Random(1)
    assert gradcheck(lambda x: math.sin(x) * generator.random(), 1.0, gradient=[0.0]).verdict is Verdict.NON_DETERMINISTIC


def test_without_a_gradient_floats_can_not_be_checked() -> None:
    with pytest.raises(TypeError, match="pass one with gradient= or jacobian="):
        gradcheck(lambda x: float(numpy.linalg.norm(x.astype(float))) + numpy.fft.fft(x).real.sum(), numpy.array([1.0, 2.0]))

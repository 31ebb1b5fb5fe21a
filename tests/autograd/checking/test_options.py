"""Each option of gradcheck reaches each kind of function, or is refused; and supplied derivatives have their arrangement."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy
import pytest

from autograd import Value, exp, sin, vectorize
from autograd.checking import Report, Verdict, gradcheck

X, Y = 0.5, 1.25
RIGHT = [math.cos(X) * Y, math.sin(X)]


def of_values(x: Any, y: Any) -> Any:
    return sin(x) * y


def of_floats(x: Any, y: Any) -> Any:
    return math.sin(float(x)) * float(y)


def of_arrays(x: Any) -> Any:
    return float(numpy.sin(float(x[0])) * float(x[1]))


def recorded() -> Value:
    return sin(Value(X, "x")) * Value(Y, "y")


PATHS: dict[str, Callable[..., Report]] = {
    "values": lambda **how: gradcheck(of_values, X, Y, **how),
    "floats": lambda **how: gradcheck(of_floats, X, Y, **how),
    "arrays": lambda **how: gradcheck(of_arrays, numpy.array([X, Y]), **how),
    "recorded": lambda **how: gradcheck(recorded(), **how),
}
OFF = {1e-2: 2, 1e-4: 4, 1e-8: 8}


@pytest.mark.parametrize(("path", "error"), [*product(PATHS, OFF)])
@pytest.mark.parametrize("supplied", ["gradient", "jacobian"])
def test_digits_reach_supplied_derivatives_of_every_kind_of_function(path: str, error: float, supplied: str) -> None:
    if (path, supplied) == ("recorded", "jacobian"):
        with pytest.raises(TypeError, match="a recorded Value doesn't use jacobian="):
            PATHS[path](jacobian=[RIGHT])
        return
    given = [RIGHT[0], RIGHT[1] * (1.0 + 0.9 * error)]
    how = {supplied: given if supplied == "gradient" else [given]}
    digits = OFF[error]
    assert PATHS[path](digits=digits, **how), PATHS[path](digits=digits, **how)
    stricter = PATHS[path](digits=digits + 1.5, **how)
    assert [checked.verdict for checked in stricter.wrong] == [Verdict.WRONG_GRADIENT], stricter


@pytest.mark.parametrize("path", ["values", "recorded"])
def test_digits_reach_the_backward_pass(path: str) -> None:
    # Seven of the sixteen digits are lost.
    x = 1e-7
    check = {
        "values": lambda **how: gradcheck(lambda x: (exp(x) - 1.0) ** 2, x, **how),
        "recorded": lambda **how: gradcheck((exp(Value(x)) - 1.0) ** 2, **how),
    }[path]
    assert check() and check(digits=6) and not check(digits=15)
    second = check(order=2, digits=15)
    assert not second and check(order=2, digits=3)


def test_digits_reach_programs() -> None:
    program = vectorize(of_values, X, Y, dtype=numpy.float32)
    batch = (None, [X], [Y])
    with pytest.raises(TypeError, match="a compiled Program doesn't use gradient= and order="):
        gradcheck(program, *batch, gradient=RIGHT, order=2)
    w = Value(0.3, "w")
    program = vectorize(lambda x: sin(w * x) * x, X, dtype=numpy.float32)
    for digits, right in ((None, True), (2, True), (12, False)):
        assert bool(gradcheck(program, None, [0.7], digits=digits)) is right
    with pytest.raises(TypeError, match="parameters="):
        gradcheck(program, None, [0.7], parameters=[w])


@pytest.mark.parametrize("path", ["floats", "arrays"])
def test_what_takes_a_recorded_function_is_refused_of_others(path: str) -> None:
    for how, named in (({"order": 2}, "order=2"), ({"directions": 2}, "directions=")):
        with pytest.raises(TypeError, match=rf"{named} needs a function that can be replayed, but .* leaves Values"):
            PATHS[path](gradient=RIGHT, **how)


@pytest.mark.parametrize("path", PATHS)
def test_a_sample_is_one_of_every_kind_of_function(path: str) -> None:
    wrong = [0.0, 0.0]
    found = [len(PATHS[path](gradient=wrong, sample=1, directions=0, seed=seed).inputs) for seed in range(3)]
    assert found == [1, 1, 1]
    report = PATHS[path](gradient=RIGHT, sample=1)
    assert report and any("1 of 2 inputs were checked" in note for note in report.notes)


@pytest.mark.parametrize("digits", [-1, 18, math.nan])
def test_digits_that_no_float_has(digits: float) -> None:
    with pytest.raises(ValueError, match="17 digits"):
        gradcheck(of_values, X, Y, digits=digits)


# ----------------------------------------------------------------------------------------- what is computed to a tolerance


def bisected(a: float, tolerance: float) -> float:
    """The cube root, to a tolerance."""
    low, high = 0.0, 4.0
    while high - low > tolerance:
        middle = (low + high) / 2.0
        low, high = (middle, high) if middle**3 < a else (low, middle)
    return (low + high) / 2.0


def false_position(a: float, tolerance: float) -> float:
    """The same by the rule of false position: smooth in pieces, with other slopes than the cube root has."""
    low, high, before = 0.0, 4.0, 0.0
    for _ in range(500):
        c = high - (high**3 - a) * (high - low) / (high**3 - low**3)
        if abs(c - before) < tolerance:
            break
        before = c
        low, high = (c, high) if c**3 < a else (low, c)
    return c


def series(a: float, tolerance: float) -> float:
    """The exponential, of as many terms as are not small."""
    term, total, k = 1.0, 0.0, 0
    while term > tolerance:
        total, k = total + term, k + 1
        term *= a / k
    return total


COMPUTED: dict[str, tuple[Callable[[float, float], float], Callable[[float], float]]] = {
    "bisection": (bisected, lambda a: a ** (-2 / 3) / 3),
    "false position": (false_position, lambda a: a ** (-2 / 3) / 3),
    "series": (series, math.exp),
    "rounded": (lambda a, tolerance: round(math.sin(a) / tolerance) * tolerance, math.cos),
    "wavy": (lambda a, tolerance: math.sin(a) + tolerance * math.sin(1e9 * a), math.cos),
}
POINTS = (0.7, 1.3, 2.0, 3.1416, 0.9999)


@pytest.mark.parametrize(("name", "tolerance"), [*product(COMPUTED, (1e-6, 1e-8, 1e-10))])
def test_a_right_derivative_of_what_is_computed_to_a_tolerance_is_never_wrong(name: str, tolerance: float) -> None:
    f, derivative = COMPUTED[name]
    right = 0
    for x in POINTS:
        report = gradcheck(lambda a: f(float(a), tolerance), x, gradient=[derivative(x)], digits=3)
        assert report.inputs[0].verdict in (Verdict.RIGHT, Verdict.INCONCLUSIVE), (x, report)
        right += bool(report)
        wrong = gradcheck(lambda a: f(float(a), tolerance), x, gradient=[-derivative(x)], digits=3)
        assert not wrong
    assert right >= 3


@pytest.mark.parametrize(
    ("name", "tolerance"), [*product(["bisection", "false position", "series", "rounded"], (1e-6, 1e-8, 1e-10))]
)
def test_nor_is_it_if_nobody_says_how_many_digits_there_are(name: str, tolerance: float) -> None:
    f, derivative = COMPUTED[name]
    for x in POINTS:
        report = gradcheck(lambda a: f(float(a), tolerance), x, gradient=[derivative(x)])
        if report.inputs[0].verdict is Verdict.WRONG_GRADIENT:
            # It has a smooth piece of its own around the point, of another slope. Then the report says what to do.
            assert "digits=" in str(report.inputs[0].message), (x, report)
        assert gradcheck(lambda a: f(float(a), tolerance), x, gradient=[2.0 * derivative(x)]).wrong


ROUGH: dict[str, Callable[[float], float]] = {
    "rounded": lambda x: round(math.exp(x), 5),
    "wavy": lambda x: math.exp(x) + 1e-6 * math.sin(1e9 * x),
}


@pytest.mark.parametrize("name", ROUGH)
@pytest.mark.parametrize(("off", "is_right"), [(1.0, True), (1.0008, True), (0.9992, True), (1.0013, False), (1.002, False)])
def test_the_row_shows_the_slope_that_decided(name: str, off: float, is_right: bool) -> None:
    given = math.e * off
    checked = gradcheck(ROUGH[name], 1.0, gradient=[given], digits=3).inputs[0]
    assert bool(checked) is is_right
    assert checked.digits is not None and checked.difference is not None
    assert checked.difference == pytest.approx(math.e, rel=1e-4)
    assert checked.digits == pytest.approx(-math.log10(abs(given - checked.difference) / max(given, checked.difference)))
    assert (checked.digits >= 3.0) is is_right
    assert (checked.left, checked.right) == (None, None)
    # What small steps gave is told, too.
    assert "the difference is that of larger steps; small steps give " in checked.message


@pytest.mark.parametrize("name", ROUGH)
def test_a_wrong_derivative_is_told_with_the_slope_that_the_trusted_digits_allow(name: str) -> None:
    report = gradcheck(ROUGH[name], 1.0, gradient=[1.2 * math.e], digits=3)
    assert not report
    assert report.inputs[0].difference == pytest.approx(math.e, rel=1e-4)
    assert report.inputs[0].digits == pytest.approx(0.8, abs=0.1)
    # Of a smooth function small steps have more digits.
    smooth = gradcheck(math.exp, 1.0, gradient=[1.2 * math.e], digits=3)
    assert smooth.inputs[0].difference == pytest.approx(math.e, rel=1e-12)
    assert smooth.inputs[0].left is not None and "steps" not in smooth.inputs[0].message


@pytest.mark.parametrize("name", COMPUTED)
@pytest.mark.parametrize("tolerance", [1e-4, 1e-6, 1e-8])
def test_no_row_is_right_with_fewer_digits_than_were_asked_for(name: str, tolerance: float) -> None:
    f, derivative = COMPUTED[name]
    for x, off in product(POINTS, (1.0, 1.0008, 1.002)):
        report = gradcheck(lambda a: f(float(a), tolerance), x, gradient=[derivative(x) * off], digits=3)
        digits = report.inputs[0].digits
        assert not report or (digits is not None and digits >= 3.0), (x, report)


def test_of_a_slope_that_is_0_as_far_as_differences_tell_no_digits_are_counted() -> None:
    report = gradcheck(lambda x: math.cos(x), 0.0, gradient=[1e-17])
    assert report and report.inputs[0].digits is None and "0.0" not in str(report)
    assert gradcheck(lambda x: math.cos(x), 0.0, gradient=[0.0]).inputs[0].digits == 17.0
    assert gradcheck(lambda x: math.cos(x), 0.0, gradient=[1e-3]).inputs[0].digits == 0.0


def test_a_hint_of_digits_tells_how_many_agree() -> None:
    report = gradcheck(of_floats, X, Y, gradient=[RIGHT[0], RIGHT[1] * 1.0001])
    assert report.wrong[0].verdict is Verdict.WRONG_GRADIENT
    assert "it agrees with the difference to 4 digits" in report.wrong[0].message and "pass digits=4" in report.wrong[0].message
    assert gradcheck(of_floats, X, Y, gradient=[RIGHT[0], RIGHT[1] * 1.0001], digits=4)


# ------------------------------------------------------------------------------------------------------------ arrangements


def two_by_three(x: Any) -> Any:
    return [x[0] * x[1], x[1] * x[2]]


JACOBIAN = [[2.0, 1.0, 0.0], [0.0, 4.0, 2.0]]
POINT = [1.0, 2.0, 4.0]


@pytest.mark.parametrize("f", [two_by_three, lambda x: [float(one) for one in two_by_three([float(v) for v in x])]])
def test_a_jacobian_has_a_row_for_each_output(f: Any) -> None:
    matrix = numpy.array(JACOBIAN)
    for right in (JACOBIAN, matrix, tuple(map(tuple, JACOBIAN)), [[row] for row in JACOBIAN], lambda x: JACOBIAN):
        assert gradcheck(f, POINT, jacobian=right)
    for wrong in (matrix.T, matrix.ravel(), matrix.reshape(1, 6), matrix.reshape(6, 1), matrix[None], {"a": JACOBIAN}):
        with pytest.raises(ValueError, match="a Jacobian of 2 rows and 3 columns"):
            gradcheck(f, POINT, jacobian=wrong)


def test_rows_may_be_arranged_as_the_outputs_are() -> None:
    def matrix(x: Any) -> Any:
        return [[x[0], x[1]], [x[1] * x[0], 3.0 * x[0]]]

    rows = [[[1.0, 0.0], [0.0, 1.0]], [[2.0, 1.0], [3.0, 0.0]]]
    assert gradcheck(matrix, [1.0, 2.0], jacobian=rows)
    assert gradcheck(matrix, [1.0, 2.0], jacobian=numpy.array(rows).reshape(4, 2))

    def named(x: Any) -> Any:
        return {"sum": x[0] + x[1], "product": x[0] * x[1]}

    assert gradcheck(named, [1.0, 2.0], jacobian={"product": [2.0, 1.0], "sum": [1.0, 1.0]})
    with pytest.raises(ValueError, match="keys 'sum', 'products' was given for a dictionary with the keys 'sum', 'product'"):
        gradcheck(named, [1.0, 2.0], jacobian={"sum": [1.0, 1.0], "products": [2.0, 1.0]})


def test_a_gradient_is_arranged_as_the_point_is() -> None:
    def f(w: Any, b: Any) -> Any:
        return w["left"][0] * b + w["left"][1] * w["right"]

    point = {"left": [1.0, 2.0], "right": 3.0}, 4.0
    right = {"right": 2.0, "left": [4.0, 3.0]}, 1.0
    assert gradcheck(f, *point, gradient=right)
    assert gradcheck(f, *point, gradient=[4.0, 3.0, 2.0, 1.0])
    for wrong in (
        right[::-1],
        ({"left": [4.0, 3.0], "wright": 2.0}, 1.0),
        ([4.0, 3.0], [2.0, 1.0]),
        [[4.0], [3.0], [2.0], [1.0]],
    ):
        with pytest.raises(ValueError, match="a gradient of 4 numbers, arranged as the point is"):
            gradcheck(f, *point, gradient=wrong)
    array = numpy.arange(6.0).reshape(2, 3)
    assert gradcheck(lambda x: (x * x).sum(), array, gradient=2.0 * array)
    with pytest.raises(ValueError, match=r"of the shape \(3, 2\) was given for a list or array of the shape \(2, 3\)"):
        gradcheck(lambda x: (x * x).sum(), array, gradient=2.0 * array.T)


def test_one_output_or_one_input_need_no_nest() -> None:
    assert gradcheck(of_values, X, Y, jacobian=RIGHT) and gradcheck(of_values, X, Y, jacobian=[RIGHT])
    assert gradcheck(lambda x: [x, 2.0 * x], 1.0, jacobian=[1.0, 2.0]) and gradcheck(
        lambda x: [x, 2.0 * x], 1.0, jacobian=[[1.0], [2.0]]
    )
    assert gradcheck(lambda x: 2.0 * x, 1.0, jacobian=2.0) and gradcheck(lambda x: 2.0 * x, 1.0, gradient=numpy.array(2.0))
    with pytest.raises(ValueError, match="a Jacobian of 1 rows and 2 columns"):
        gradcheck(of_values, X, Y, jacobian=[[RIGHT[0]], [RIGHT[1]]])
    w = Value(3.0, "w")
    assert gradcheck(lambda x: w * x[0] + x[1], [2.0, 1.0], parameters=[w], gradient=([3.0, 1.0], 2.0))
    assert gradcheck(lambda x, name: w * x, 2.0, "name", parameters=[w], gradient=[3.0, 2.0])

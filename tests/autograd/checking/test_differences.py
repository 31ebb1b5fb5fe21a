"""Slopes of functions of floats: right or inconclusive, and never a false alarm."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import pytest
from mpmath import mp, mpf

from autograd.checking.floats.differences import slopes

# Each is written over a module, `math` or mpmath, so that the truth can be computed in sixty digits.
FUNCTIONS: dict[str, Callable[[Any, Any], Any]] = {
    "exp": lambda m, x: m.exp(x),
    "log": lambda m, x: m.log(x),
    "tan": lambda m, x: m.tan(x),
    "tanh": lambda m, x: m.tanh(x),
    "sqrt": lambda m, x: m.sqrt(x),
    "reciprocal": lambda m, x: 1 / x,
    "logistic": lambda m, x: 1 / (1 + m.exp(-x)),
    "one minus logistic": lambda m, x: 1 - 1 / (1 + m.exp(-x)),
    "cancelling exponential": lambda m, x: (m.exp(x) - 1) / x,
    "cancelling cosine": lambda m, x: (1 - m.cos(x)) / x / x,
    "difference of roots": lambda m, x: m.sqrt(x + 1) - m.sqrt(x),
    "wave": lambda m, x: m.sin(1000 * x),
    "wave on a parabola": lambda m, x: m.sin(100000 * x) + x * x,
    "resonance": lambda m, x: 1 / (1e-6 + x * x),
    "circle": lambda m, x: m.sqrt(1 - x * x),
    "multiplied out": lambda m, x: x**5 - 5 * x**4 + 10 * x**3 - 10 * x**2 + 5 * x - 1,
    "flat": lambda m, x: m.exp(-1 / x),
    "nearly singular": lambda m, x: m.log(1.000001 * x - x + 1e-9),
    "large offset": lambda m, x: 1e8 + m.sin(x),
    "chirp": lambda m, x: m.sin(1 / x),
    "softplus": lambda m, x: m.log(1 + m.exp(x)),
}


def points(generator: random.Random, count: int) -> list[float]:
    """Points of all sizes, some of them round, some close to 1."""
    result = []
    for _ in range(count):
        x = generator.choice((1, 1, -1)) * 10 ** generator.uniform(-6, 2)
        kind = generator.random()
        result.append(round(x, 2) or 0.5 if kind < 0.3 else 1 + 10 ** generator.uniform(-8, -1) if kind < 0.4 else x)
    return result


def exact(f: Callable[[Any, Any], Any], x: float) -> float:
    with mp.workdps(60):
        h = abs(mpf(x)) * mpf(10) ** -25
        return float((f(mp, mpf(x) + h) - f(mp, mpf(x) - h)) / (2 * h))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_error_bound_holds_and_smooth_functions_are_never_called_anything_else(name):
    f = FUNCTIONS[name]
    smooth = 0
    for x in points(random.Random(name), 25):
        try:
            f(math, x)
        except (ValueError, ArithmeticError):
            continue
        slope = slopes(lambda t: f(math, t), x)
        assert slope.verdict in ("smooth", "inconclusive"), (x, slope)
        assert math.isnan(slope.derivative) or abs(slope.derivative - exact(f, x)) <= slope.error, (x, slope)
        if slope.verdict == "smooth" and slope.derivative != 0.0:
            smooth += slope.error < 1e-6 * abs(slope.derivative)
    if name != "large offset":
        assert smooth >= 5


@pytest.mark.parametrize(
    ("f", "x", "left", "right"),
    [
        (abs, 0.0, -1.0, 1.0),
        (lambda x: max(x, 0.0), 0.0, 0.0, 1.0),
        (lambda x: abs(x - 1.0) + 1e6, 1.0, -1.0, 1.0),
        (lambda x: math.sin(x) + 1e-5 * abs(x - 1.0), 1.0, math.cos(1.0) - 1e-5, math.cos(1.0) + 1e-5),
        (lambda x: math.exp(abs(x - 1e-200)), 1e-200, -1.0, 1.0),
        (lambda x: 3.0 * x if x < 1e10 else 4.0 * x - 1e10, 1e10, 3.0, 4.0),
    ],
)
def test_a_kink_is_one_with_both_slopes(f, x, left, right):
    slope = slopes(f, x)
    assert slope.verdict == "kink"
    assert slope.left == pytest.approx(left, rel=1e-7)
    assert slope.right == pytest.approx(right, rel=1e-7)


@pytest.mark.parametrize(
    ("f", "x", "derivative"),
    [
        (lambda x: abs(x - 1.0), 1.0 + 1e-9, 1.0),
        (lambda x: max(x - 1.0, 0.0) * x**3 + math.sin(x), 1.0 + 1e-7, 1.0 + math.cos(1.0)),
        (lambda x: 0.5 * x * x if abs(x) < 1.0 else abs(x) - 0.5, 1.0, 1.0),
        (lambda x: 0.5 * x * x if abs(x) < 1.0 else abs(x) - 0.5, 1.0 - 1e-9, 1.0),
        (lambda x: math.tanh(1e10 * x), 0.0, 1e10),
        (lambda x: math.sin(1e40 * x), 0.0, 1e40),
        (lambda x: math.log(1e20 + x), 1.0, 1e-20),
        (lambda x: x * 1e-300, 1e308, 1e-300),
        (lambda x: 1e-10 * x + x * x, 0.0, 1e-10),
        (math.log, 1e-300, 1e300),
        (math.exp, 709.0, math.exp(709.0)),
    ],
)
def test_smooth_on_whatever_scale(f, x, derivative):
    slope = slopes(f, x)
    assert slope.verdict == "smooth"
    assert slope.derivative == pytest.approx(derivative, rel=1e-6)


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: 5.0, 2.0),
        (lambda x: 0.0, 0.0),
        (lambda x: float(math.floor(x)), 2.5),
        (lambda x: max(x, 0.0), -3.0),
        (math.cos, 0.0),
        (math.cos, 1e-300),
        (lambda x: abs(x) ** 1.5, 0.0),
    ],
)
def test_a_derivative_of_zero_is_smooth(f, x):
    slope = slopes(f, x)
    assert slope.verdict == "smooth"
    assert abs(slope.derivative) <= slope.error < 1e-6


@pytest.mark.parametrize(
    ("f", "x", "says"),
    [
        (math.cbrt, 0.0, "without bound"),
        (math.sqrt, 0.0, "without bound"),
        (math.asin, 1.0, "without bound"),
        (lambda x: float(x >= 0.0), 0.0, "jumps"),
        (lambda x: float(math.floor(x)), 2.0, "jumps"),
        (lambda x: x * math.sin(1.0 / x) if x else 0.0, 0.0, "differ"),
        (lambda x: math.sin(x) + 1e-6 * math.sin(1e25 * x), 2.5, ""),
    ],
)
def test_what_has_no_derivative_or_none_to_be_seen_is_inconclusive(f, x, says):
    slope = slopes(f, x)
    assert slope.verdict == "inconclusive"
    assert says in slope.message


@pytest.mark.parametrize(
    ("name", "x"),
    [
        # x * x, rounded, is a little too steep for all steps.
        ("circle", 0.9999998280893472),
        ("circle", 0.99999999),
        # In floats the function is 0 around the point; what it was computed from is not.
        ("one minus logistic", 43.36311925428391),
        ("one minus logistic", 56.26),
        ("softplus", -56.96),
        ("logistic", 42.28),
        # Rounding makes a staircase of it, with steps that are smooth and long.
        ("cancelling cosine", 8.507936184656061e-06),
        ("cancelling exponential", 1e-8),
    ],
)
def test_the_error_bound_holds_where_rounding_is_no_noise(name, x):
    f = FUNCTIONS[name]
    slope = slopes(lambda t: f(math, t), x)
    assert slope.verdict in ("smooth", "inconclusive")
    assert abs(slope.derivative - exact(f, x)) <= slope.error


def test_rounding_of_a_product_close_to_one():
    # 1.000001 * d moves as d does, for steps so small that a millionth of them is rounded away.
    slope = slopes(lambda d: math.log(1.000001 * d - 1.0), 1.0)
    assert abs(slope.derivative - 1.000001 / (1.000001 - 1.0)) <= slope.error


def test_large_steps_have_no_say_where_small_ones_say_something_else():
    slope = slopes(lambda x: x + 1e-5 * math.sin(1e12 * x), 0.7)
    assert slope.verdict == "inconclusive"
    assert abs(slope.derivative - (1.0 + 1e7 * math.cos(1e12 * 0.7))) <= slope.error


def test_a_smooth_function_plus_coarse_noise_is_seen_from_afar():
    import numpy

    slope = slopes(lambda x: math.exp(x) + 1e-4 * float(numpy.float32(math.sin(x))), 0.7)
    assert slope.verdict == "smooth"
    assert abs(slope.derivative - math.exp(0.7) - 1e-4 * math.cos(0.7)) <= slope.error < 1e-8


@pytest.mark.parametrize(("f", "most"), [(math.exp, 100), (lambda x: 5.0, 150), (lambda x: 1e8 + math.sin(x), 500)])
def test_how_often_the_function_is_computed(f, most):
    calls = []

    def counted(x: float) -> float:
        calls.append(x)
        return f(x)

    slopes(counted, 0.7)
    assert len(calls) <= most


def test_single_precision_inside_is_noise_and_not_a_staircase():
    import numpy

    slope = slopes(lambda x: float(numpy.float32(math.sin(x))), 0.7)
    assert slope.verdict == "inconclusive"
    assert abs(slope.derivative - math.cos(0.7)) <= slope.error < 1e-5


def test_a_function_that_raises_beside_the_point_is_taken_from_the_other_side():
    def f(x: float) -> float:
        if x < 0.0:
            raise RuntimeError("not defined")
        return x**2.5 + x

    slope = slopes(f, 0.0)
    assert (slope.verdict, slope.left) == ("smooth", None)
    assert slope.derivative == pytest.approx(1.0)
    assert "one side" in slope.message


def test_what_is_raised_at_the_point_itself_comes_through():
    with pytest.raises(ValueError, match="domain"):
        slopes(math.log, -1.0)


@pytest.mark.parametrize("everywhere", [math.nan, math.inf])
def test_a_function_that_is_not_finite_is_said_to_be(everywhere):
    assert slopes(lambda x: everywhere, 1.0).verdict == "not finite"


def test_a_random_function_is_found_out():
    generator = random.Random(0)
    assert slopes(lambda x: generator.random(), 1.0).verdict == "non-deterministic"


def test_a_function_with_a_memory_is_found_out():
    seen = [0.0]

    def f(x: float) -> float:
        seen[0] = max(seen[0], x)
        return seen[0]

    slope = slopes(f, 1.0)
    assert slope.verdict == "non-deterministic"
    assert "elsewhere" in slope.message


def test_warnings_of_steps_out_of_the_domain_are_not_the_users():
    import numpy

    with numpy.errstate(all="warn"):
        assert slopes(lambda x: float(numpy.log(numpy.float64(x))), 1e-3).verdict == "smooth"


def test_more_digits_can_be_asked_for():
    def f(x: float) -> float:
        return 1e6 + math.sin(x)

    assert slopes(f, 0.7).verdict == "smooth"
    assert slopes(f, 0.7, digits=12).verdict == "inconclusive"

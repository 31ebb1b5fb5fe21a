"""Richardson's extrapolation and its error bound, on quotients whose limit is known."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from fractions import Fraction

import pytest

from autograd.checking.floats.extrapolation import CENTRAL, ONE_SIDED, Estimate, extrapolate, table

STEPS = [0.3695425666 / 2.0**k for k in range(45)]


def central(f: Callable[[float], float], x: float, steps: Sequence[float] = STEPS) -> Estimate | None:
    """The extrapolated central difference, with the steps as they come out in floats."""
    used = [(x + h) - x for h in steps]
    quotients = [(f(x + h) - f(x - h)) / (2.0 * h) for h in used]
    sizes = [max(abs(f(x + h)), abs(f(x - h))) for h in used]
    return extrapolate(used, quotients, sizes, CENTRAL)


@pytest.mark.parametrize("orders", [pytest.param(CENTRAL, id="central"), pytest.param(ONE_SIDED, id="one-sided")])
def test_each_column_takes_one_power_of_the_step_out(orders: tuple[int, ...]) -> None:
    # Quotients 7 + h^p₁ + h^p₂ + …: with as many columns as powers the limit is exact.
    steps = [Fraction(1, 2**k) for k in range(len(orders) + 1)]
    quotients = [7 + sum(h**order for order in orders) for h in steps]
    rows = table([float(q) for q in quotients], orders)
    assert [len(row) for row in rows] == [min(k, len(orders)) + 1 for k in range(len(rows))]
    assert rows[-1][-1] == pytest.approx(7.0, rel=1e-12)
    for column, order in enumerate(orders):
        rows = table([float(7 + h**order) for h in steps], orders)
        assert all(row[column + 1] == pytest.approx(7.0, rel=1e-12) for row in rows[column + 1 :])


@pytest.mark.parametrize(
    ("f", "x", "derivative"),
    [
        pytest.param(math.exp, 1.0, math.e, id="exp"),
        pytest.param(math.sin, 0.7, math.cos(0.7), id="sin"),
        pytest.param(math.atan, -2.0, 0.2, id="atan"),
        pytest.param(lambda x: x**5, 1.5, 5.0 * 1.5**4, id="x⁵"),
    ],
)
def test_the_limit_lies_within_the_error_that_is_stated(f: Callable[[float], float], x: float, derivative: float) -> None:
    estimate = central(f, x)
    assert estimate is not None and estimate.is_consistent
    assert abs(estimate.value - derivative) <= estimate.error <= 1e-9 * abs(derivative)


def test_too_few_steps_give_no_estimate() -> None:
    assert central(math.exp, 1.0, STEPS[:7]) is None
    assert central(math.exp, 1.0, STEPS[:8]) is not None


@pytest.mark.parametrize("size", [1e-3, 1e-6])
def test_a_staircase_is_not_consistent_and_is_smooth_from_afar(size: float) -> None:
    estimate = central(lambda x: size * math.floor(math.exp(x) / size), 1.0)
    assert estimate is not None and not estimate.is_consistent
    assert estimate.afar is not None
    assert abs(estimate.afar.value - math.e) <= estimate.afar.error <= 0.1


def test_noise_shows_in_the_error() -> None:
    exact = central(math.exp, 1.0)
    noisy = central(lambda x: math.exp(x) + 1e-9 * random.Random(x).random(), 1.0)
    assert exact is not None and noisy is not None
    assert noisy.error > 100.0 * exact.error
    assert abs(noisy.value - math.e) <= noisy.error


def test_quotients_that_grow_without_bound_have_no_small_error() -> None:
    # cbrt at 0, whose quotients are h^(-2/3).
    estimate = extrapolate(STEPS, [h ** (-2.0 / 3.0) for h in STEPS], [h ** (1.0 / 3.0) for h in STEPS], CENTRAL)
    assert estimate is None or not estimate.is_consistent or estimate.error > 0.01 * abs(estimate.value)


def test_infinite_quotients_are_no_estimate() -> None:
    estimate = extrapolate(STEPS, [math.inf] * len(STEPS), [1.0] * len(STEPS), CENTRAL)
    assert estimate is None or not math.isfinite(estimate.error)

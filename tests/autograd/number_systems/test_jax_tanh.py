"""The hyperbolic tangent and its slope on JAX, against mpmath."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import numpy
import pytest

jax = pytest.importorskip("jax")
from autograd.number_systems import jax_tanh  # noqa: E402

pytestmark = pytest.mark.jax

EXACT = {"tanh": mpmath.tanh, "sech2": lambda x: 1 / mpmath.cosh(x) ** 2}
DTYPES = [numpy.float64, numpy.float32]


def computed(name: str, x: Any) -> Any:
    with jax.enable_x64(True):
        return numpy.asarray(jax.jit(getattr(jax_tanh, name))(x))


def largest_error(name: str, x: Any) -> float:
    """The largest difference from mpmath, in units in the last place."""
    found = computed(name, x)
    assert found.dtype == x.dtype
    with mpmath.workprec(200):
        exact = [EXACT[name](mpmath.mpf(float(one))) for one in x]
        return max(
            float(abs(mpmath.mpf(float(one)) - right) / mpmath.mpf(float(numpy.spacing(abs(x.dtype.type(float(right)))))))
            for one, right in zip(found, exact, strict=True)
        )


def numbers(dtype: Any) -> Any:
    """Numbers of all sizes for which both functions are normal numbers."""
    seed = 20_261_126
    print(f"seed {seed}")
    draw = numpy.random.default_rng(seed)
    information = numpy.finfo(dtype)
    largest = math.log10(math.floor(-math.log(information.tiny)) / 2 - 0.01)
    of_all_sizes = 10.0 ** draw.uniform(math.log10(information.tiny) + 1, largest, 2000)
    some = numpy.concatenate([of_all_sizes, draw.uniform(0.0, 4.0, 4000), numpy.arange(1.0, 100.0) * math.log(2.0) / 4])
    return (some * draw.choice([-1.0, 1.0], len(some))).astype(dtype)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", EXACT)
def test_three_units_in_the_last_place(name: str, dtype: Any) -> None:
    assert largest_error(name, numbers(dtype)) < 3.0


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", EXACT)
def test_with_what_an_accelerator_has(name: str, dtype: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jax_tanh, "_FORMATS", {})
    assert largest_error(name, numbers(dtype)) < 8.0


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_ends(dtype: Any) -> None:
    x = numpy.array([0.0, -0.0, math.inf, -math.inf, 1e30, -1e30, math.nan], dtype)
    found = computed("tanh", x)
    assert found[:-1].tolist() == [0.0, 0.0, 1.0, -1.0, 1.0, -1.0] and math.isnan(found[-1])
    assert numpy.signbit(found[:2]).tolist() == [False, True]
    found = computed("sech2", x)
    assert found[:-1].tolist() == [1.0, 1.0, 0.0, 0.0, 0.0, 0.0] and math.isnan(found[-1])


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_slope_vanishes_where_it_is_no_normal_number_any_more(dtype: Any) -> None:
    tiny = float(numpy.finfo(dtype).tiny)
    last = math.floor(-math.log(tiny)) / 2
    found = computed("sech2", numpy.array([last - 0.01, last + 1e-3, 2 * last], dtype))
    assert tiny < found[0] < 12 * tiny
    assert found[1:].tolist() == [0.0, 0.0]

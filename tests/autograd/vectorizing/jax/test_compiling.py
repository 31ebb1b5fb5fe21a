"""Functions of JAX that are the same are compiled once, and others never taken for them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import numpy
import pytest

jax = pytest.importorskip("jax")
from autograd.vectorizing.jax import compiling  # noqa: E402
from autograd.vectorizing.jax.compiling import compiled  # noqa: E402

pytestmark = pytest.mark.jax

ROOT = Path(__file__).parents[4]
X = numpy.linspace(0.0, 1.0, 5000, dtype=numpy.float32)


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "_kept", type(compiling._kept)())


def turns(x: Any) -> Any:
    """A loop with much arithmetic for each element."""
    return jax.lax.fori_loop(0, 3, lambda _, x: reduce(lambda sum_, _: 1.0 - sum_ * x / 2.0, range(20), x), x)


def added(constant: Any) -> Callable[[Any], Any]:
    return lambda x: x + constant


def test_the_same_function_is_compiled_once() -> None:
    first = compiled(added(X), X)
    assert compiled(added(X.copy()), X) is first
    # Of the argument, shape and dtype matter.
    assert compiled(added(X), X + 1.0) is first
    assert compiled(added(X), X.astype(numpy.int32)) is not first


def test_a_constant_makes_a_difference_wherever_it_is_in_a_long_array() -> None:
    other = X.copy()
    other[2500] += 1e-6
    for make in (numpy.asarray, jax.numpy.asarray):
        first, second = compiled(added(make(X)), X), compiled(added(make(other)), X)
        assert first is not second
        assert numpy.asarray(first(X)).tolist() == (X + X).tolist()
        assert numpy.asarray(second(X)).tolist() == (X + other).tolist()


def test_names_options_and_what_may_be_overwritten_make_a_difference() -> None:
    def nest(x: Any) -> Any:
        return {"a": x["a"] + 1.0}

    def other(x: Any) -> Any:
        return {"b": x["b"] + 1.0}

    different = [
        compiled(nest, {"a": X}),
        compiled(other, {"b": X}),
        compiled(nest, {"a": X}, donated=(0,)),
        compiled(nest, {"a": X}, options={"xla_backend_optimization_level": 0}),
    ]
    assert len(set(map(id, different))) == 4
    assert list(different[0]({"a": X})) == ["a"] and list(different[1]({"b": X})) == ["b"]


def test_functions_of_python_are_not_mistaken_for_each_other() -> None:
    like = jax.ShapeDtypeStruct(X.shape, X.dtype)
    functions = [compiled(lambda x, k=k: jax.pure_callback(lambda x: x + k, like, x), X) for k in (1.0, 2.0)]
    assert [float(numpy.asarray(function(X))[0]) for function in functions] == [1.0, 2.0]


def test_few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "_MOST_KEPT", 2)
    one, two = compiled(added(1.0), X), compiled(added(2.0), X)
    assert compiled(added(1.0), X) is one
    compiled(added(3.0), X)
    assert len(compiling._kept) == 2
    assert compiled(added(1.0), X) is one, "the one that was asked for longest ago goes"
    assert compiled(added(2.0), X) is not two


@pytest.mark.skipif(jax.__version_info__ < (0, 9), reason="JAX 0.8 fails to lower such functions")
def test_constants_that_jax_makes_parameters_of_are_not_mistaken_for_each_other() -> None:
    source = """
import jax.numpy as jnp, numpy
from autograd.vectorizing.jax.compiling import compiled
x = numpy.zeros(5000, numpy.float32)
for number in (1.0, 2.0):
    constant = jnp.full(5000, number)
    assert compiled(lambda x: x + constant, x)(x)[7] == number
print("held")
"""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "JAX_USE_SIMPLIFIED_JAXPR_CONSTANTS": "1", "JAX_PLATFORMS": "cpu"}
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=120, env=environment)
    assert done.stdout == "held\n", done.stderr


N_CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


@pytest.mark.skipif(jax.default_backend() != "cpu" or N_CORES == 1, reason="there is nothing to divide loops among")
@pytest.mark.parametrize("largest", [10_000, 100_000])
def test_what_is_small_is_not_divided_among_threads(monkeypatch: pytest.MonkeyPatch, largest: int) -> None:
    """XLA itself would divide both."""
    x = numpy.linspace(0.0, 1.0, largest).reshape(100, -1)
    is_divided = ['outer_dimension_partitions":["' in compiled(turns, x).as_text()]  # type: ignore[attr-defined]
    monkeypatch.setattr(compiling, "_WORTH_DIVIDING", 0)
    is_divided.append('outer_dimension_partitions":["' in compiled(turns, x).as_text())  # type: ignore[attr-defined]
    assert is_divided == [largest == 100_000, True]

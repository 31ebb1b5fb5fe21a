"""Comparing functions of JAX with the eager engine on the example that a program was made from: loss and every gradient."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import jax
import numpy

from autograd.engine.value import Value
from autograd.vectorizing.array_form import ArrayForm
from autograd.vectorizing.comparing.comparison import compare
from autograd.vectorizing.example.eager import rebuilt
from autograd.vectorizing.jax.compiling import compiled

Numbers = Any  # numpy.ndarray, or jax.Array


def compare_on_example(
    form: ArrayForm, value_and_grad_in: Callable[[Any], Callable[[Numbers, Sequence[Numbers]], Any]], *, is_long: bool
) -> None:
    """Compare functions of JAX with the eager engine, in double precision whatever the program computes in.

    Args:
        form: the program.
        value_and_grad_in: makes the function of θ and input arrays in a dtype.
        is_long: whether it has hundreds of operations.

    Raises:
        MiscompiledError: they differ by more than roundings.
    """
    start = Value(0.0)._tick
    try:
        # Parameters may have been assigned other numbers since it was recorded.
        loss = rebuilt(form.recorded.loss, {})
    except (ArithmeticError, ValueError, IndexError):
        return  # it is not defined where they are now
    # Fusing many operations takes XLA longer than compiling each; of few operations, it is the other way round.
    options = {"xla_disable_hlo_passes": "fusion"} if is_long and jax.default_backend() == "cpu" else None
    function = value_and_grad_in(numpy.dtype(float))

    def run(theta: Numbers, arrays: list[Numbers]) -> tuple[float, Numbers]:
        value, gradient = compiled(function, theta, arrays, options=options)(theta, arrays)
        return float(value), numpy.array(gradient)

    # Also inside a function that JAX traces.
    with jax.ensure_compile_time_eval(), jax.enable_x64(True):
        compare(run, replace(form.recorded, loss=loss, first_tick=start), form.parameters, form.program.index_limits)

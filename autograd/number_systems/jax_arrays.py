"""The number system of JAX's arrays: what a rule of the table becomes while JAX traces it.

Every function computes each element as the rules for floats do, to within a rounding; where those raise, it gives the limit, inf
or nan. `logsumexp`, `softmax`, `argmax` and `argmin` look along the last axis. Second derivatives of a program are made of JAX's
derivatives of these functions. This module imports JAX, which is optional, and is imported where that is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

import jax
from jax import lax
from jax import numpy as jnp

from autograd.number_systems import jax_tanh
from autograd.table.elementary_functions import ELEMENTARY_FUNCTIONS, ElementaryFunction
from autograd.table.number_system import NumberSystem
from autograd.table.primitives import TABLE

Numbers = Any  # jax.Array, a tracer, or a plain number

# Where a sum of exponentials has its logarithm this near to 0, the logarithm of the sum has lost digits.
_NEAR_0 = 0.01
_SHORT = 256


def function_of(row: ElementaryFunction) -> Callable[..., Numbers]:
    """The function of a row of the registry that JAX has."""
    function: Callable[..., Numbers] = reduce(getattr, row.jax.split("."), jax)
    return function


def _change_of_tanh(operands: tuple[Numbers], changes: tuple[Numbers]) -> tuple[Numbers, Numbers]:
    (x,), (change,) = operands, changes
    result = tanh(x)
    (derivative,) = TABLE["tanh"].local_derivatives(JAX_ARRAYS, [x], result)
    return result, derivative * change


tanh = jax.custom_jvp(jax_tanh.tanh)
tanh.defjvp(_change_of_tanh)


def _change_of_sech2(operands: tuple[Numbers], changes: tuple[Numbers]) -> tuple[Numbers, Numbers]:
    # The absolute value has a kink where this function has none: derivatives are those of another form of it, 4σ(2x)σ(-2x).
    (x,), (change,) = operands, changes
    _, derivative = jax.jvp(lambda x: 4.0 * jax.nn.sigmoid(2.0 * x) * jax.nn.sigmoid(-2.0 * x), (x,), (change,))
    return sech2(x), derivative


sech2 = jax.custom_jvp(jax_tanh.sech2)
sech2.defjvp(_change_of_sech2)


def equal(a: Numbers, b: Numbers) -> Numbers:
    """1 where two numbers are equal, else 0."""
    return jnp.where(jnp.equal(a, b), 1.0, 0.0)


def argmax(x: Numbers) -> Numbers:
    """The place of the first largest number of each row; a nan is never larger, but stays if it is the first."""
    places = jnp.argmax(jnp.where(jnp.isnan(x), -jnp.inf, x), -1)
    return jnp.where(jnp.isnan(x[..., 0]), 0, places)


def argmin(x: Numbers) -> Numbers:
    """The place of the first smallest number of each row, of nan as `argmax` has it."""
    return argmax(-x)


def total(x: Numbers) -> Numbers:
    """The sum of each row."""
    return jnp.sum(x, -1)


def logsumexp(x: Numbers) -> Numbers:
    """ln Σ exp xⱼ of each row."""
    _, total_of_shares = _shares(x)
    largest = jnp.max(x, -1)
    shift = _finite(largest)
    # What the softmax of these rows needs too, so that a program that has both computes it once.
    usual = lax.stop_gradient(shift) + jnp.log(total_of_shares)

    def near_0() -> Numbers:
        # log1p of the others' share keeps the digits where one number dominates; each number as large has a share of 1.
        is_largest = x == largest[..., None]
        others = jnp.sum(jnp.where(is_largest, 0.0, jnp.exp(x - shift[..., None])), -1)
        return shift + jnp.log1p(others + (jnp.sum(is_largest, -1, dtype=x.dtype) - 1.0))

    # What a short row costs is the number of operations, and a choice that is made while the program runs is the dearest of them.
    is_short = x.shape[-1] < _SHORT
    finite = near_0() if is_short else lax.cond(jnp.any(jnp.abs(usual) < _NEAR_0), near_0, lambda: usual)
    return jnp.where(jnp.isfinite(largest), finite, largest)


def softmax(x: Numbers) -> Numbers:
    """exp xᵢ ÷ Σ exp xⱼ of each row; what is infinite has the whole share, or an equal part of it."""
    shares, total_of_shares = _shares(x)
    return shares / total_of_shares[..., None]


def _shares(x: Numbers) -> tuple[Numbers, Numbers]:
    """exp xᵢ of each row, divided by the largest of them, and their sum."""
    largest = jnp.max(x, -1, keepdims=True)
    # The shift cancels in the results, and so in each derivative.
    shares = jnp.exp(x - lax.stop_gradient(_finite(largest)))
    shares = jnp.where(jnp.isinf(largest), equal(x, largest).astype(x.dtype), shares)
    return shares, jnp.sum(shares, -1)


def _finite(largest: Numbers) -> Numbers:
    return jnp.where(jnp.isfinite(largest), largest, 0.0)


FUNCTIONS: dict[str, Callable[..., Numbers]] = {
    **{name: function_of(row) for name, row in ELEMENTARY_FUNCTIONS.items()},
    **{function.__name__: function for function in (equal, argmax, argmin, total, logsumexp, softmax)},
    "sech2": sech2,
    "tanh": tanh,
}


class JaxArrays(NumberSystem):
    """JAX's arrays as numbers: a rule of the table computes each element."""

    def __init__(self) -> None:
        self.__dict__.update(FUNCTIONS)

    def where(self, condition: Any, if_true: Any, if_false: Any) -> Numbers:
        """One of two numbers for each element."""
        return jnp.where(condition, if_true, if_false)


JAX_ARRAYS = JaxArrays()

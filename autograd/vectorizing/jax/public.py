"""What `Program.to_jax` gives: functions that take batches as the program does, and have the derivatives of the program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
from jax import numpy as jnp
from jax.custom_derivatives import SymbolicZero

from autograd.vectorizing.array_form import ArrayForm
from autograd.vectorizing.example.batches import Batches
from autograd.vectorizing.jax.functions import FlatFunctions, check_precision, compared_functions

Numbers = Any  # jax.Array, a tracer, or what JAX makes an array of


class JaxFunctions(NamedTuple):
    """A program as functions of JAX (`Program.to_jax`).

    Attributes:
        loss: takes θ and a batch, gives the mean loss.
        value_and_grad: takes θ and a batch, gives the mean loss and its gradient.
    """

    loss: Callable[..., Numbers]
    value_and_grad: Callable[..., tuple[Numbers, Numbers]]


def public_functions(form: ArrayForm, batches: Batches, dtype: Any) -> JaxFunctions:
    """The functions of a program.

    Args:
        form: the program.
        batches: what reads batches.
        dtype: of θ and of the results.

    Raises:
        ValueError: JAX does not compute in that dtype.
        MiscompiledError: JAX disagrees with the eager engine on the example.
    """
    check_precision(dtype)
    flat = compared_functions(form, dtype)
    of_loss, of_both = _with_own_derivatives(flat, [array.path for array in batches.arrays])
    n_parameters = len(form.parameters)

    def loss(theta: Numbers, *batch: Any) -> Numbers:
        """The mean loss of a batch."""
        return of_loss(_vector(theta, n_parameters, dtype), _arrays(batches, batch))

    def value_and_grad(theta: Numbers, *batch: Any) -> tuple[Numbers, Numbers]:
        """The mean loss of a batch and its gradient, a vector in the order of θ."""
        both: tuple[Numbers, Numbers] = of_both(_vector(theta, n_parameters, dtype), _arrays(batches, batch))
        return both

    return JaxFunctions(loss, value_and_grad)


def _with_own_derivatives(flat: FlatFunctions, paths: Sequence[str]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The mean loss, and both the loss and the gradient, told how they change with θ: the loss as the gradient says.

    The gradient, which is made of operations that JAX knows, JAX itself differentiates.
    """

    def change_of_both(operands: Any, changes: Any) -> Any:
        (theta, arrays), (change, changes_of_arrays) = operands, changes
        _refuse_derivatives(changes_of_arrays, paths)
        (loss, gradient), (_, change_of_gradient) = jax.jvp(lambda theta: flat.value_and_grad(theta, arrays), (theta,), (change,))
        # What is refused may be a constant, whose change is 0.
        change_of_gradient = jnp.where(jnp.isnan(gradient), jnp.nan, change_of_gradient)
        return (loss, gradient), (jnp.sum(gradient * change), change_of_gradient)

    def change_of_loss(operands: Any, changes: Any) -> Any:
        (theta, arrays), (change, changes_of_arrays) = operands, changes
        _refuse_derivatives(changes_of_arrays, paths)
        loss, gradient = of_both(theta, arrays)
        return loss, jnp.sum(gradient * change)

    of_both = jax.custom_jvp(flat.value_and_grad)
    of_both.defjvp(change_of_both, symbolic_zeros=True)
    of_loss = jax.custom_jvp(lambda theta, arrays: jnp.mean(flat.losses(theta, arrays)))
    of_loss.defjvp(change_of_loss, symbolic_zeros=True)
    return of_loss, of_both


def _refuse_derivatives(changes: Sequence[Any], paths: Sequence[str]) -> None:
    for change, path in zip(changes, paths, strict=True):
        if not isinstance(change, SymbolicZero):
            raise TypeError(
                f"the program has no derivative by its input {path}, only by its parameters: make a Value of what to "
                f"differentiate by, let the function use it in place of {path}, and name it in vectorize(..., parameters=[…])"
            )


def _vector(theta: Numbers, n: int, dtype: Any) -> Numbers:
    check_precision(dtype)
    theta = jnp.asarray(theta)
    if theta.dtype.kind not in "fiu" and not jnp.issubdtype(theta.dtype, jnp.floating):
        raise TypeError(f"theta must be a vector of numbers, not an array of {theta.dtype}")
    if theta.shape != (n,):
        raise ValueError(f"theta must have shape ({n},), one number for each parameter, not {theta.shape}")
    return theta.astype(dtype)


def _arrays(batches: Batches, batch: Sequence[Any]) -> list[Numbers]:
    """The input arrays of a batch, whose numbers may be unknown."""
    arrays: list[Numbers] = []
    m = -1
    for array, given in zip(batches.arrays, batches.parts(batch), strict=True):
        if isinstance(given, dict | str | bytes) or given is None:
            raise TypeError(f"{array.path} must be an array, not {type(given).__name__} {given!r}"[:200])
        found = jnp.asarray(given)
        if jnp.issubdtype(found.dtype, jnp.complexfloating):
            raise TypeError(f"{array.path} must hold real numbers, not {found.dtype}")
        m = batches.checked(array, found, m)
        arrays.append(found)
    return arrays

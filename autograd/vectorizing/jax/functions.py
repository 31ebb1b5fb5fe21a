"""A program as functions of JAX over flat lists of input arrays, which everything else with JAX is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from math import prod
from operator import and_
from typing import Any, NamedTuple, Protocol

import jax
import numpy
from jax import numpy as jnp

from autograd.table.primitives import TABLE
from autograd.vectorizing.array_form import ArrayForm
from autograd.vectorizing.arrays.array import Array
from autograd.vectorizing.jax.comparing import compare_on_example
from autograd.vectorizing.jax.evaluation import Evaluation

Numbers = Any  # jax.Array or a tracer


class FlatFunctions(NamedTuple):
    """The functions of a program, pure and made for `jax.jit`.

    Both take θ in the order of the program's parameters, and the list of its input arrays, the first axis of which is that of the
    examples. An example that the eager engine would refuse has the loss nan, and so have the mean and all of the gradient.

    Attributes:
        losses: the loss of each example.
        value_and_grad: the mean loss, and its gradient in the order of θ.
        index_limits: for each input array None, or how many things its numbers choose from: they may be given as integers.
    """

    losses: Callable[[Numbers, Sequence[Numbers]], Numbers]
    value_and_grad: Callable[[Numbers, Sequence[Numbers]], tuple[Numbers, Numbers]]
    index_limits: list[int | None]


class CompiledProgram(Protocol):
    """What is asked of a `Program`."""

    dtype: Any

    def array_form(self) -> ArrayForm:
        """The program as arrays."""


def flat_functions(program: CompiledProgram) -> FlatFunctions:
    """The functions of a program, compared with the eager engine on the example that it was made from.

    Raises:
        MiscompiledError: they differ.
    """
    return compared_functions(program.array_form(), program.dtype)


def compared_functions(form: ArrayForm, dtype: Any) -> FlatFunctions:
    """The same, of a program in the form of arrays."""
    compare_on_example(form, lambda dtype: functions_of_arrays(form, dtype).value_and_grad)
    return functions_of_arrays(form, dtype)


def functions_of_arrays(form: ArrayForm, dtype: Any) -> FlatFunctions:
    """The functions of a program in the vocabulary of array operations.

    Args:
        form: the program.
        dtype: of θ, of arrays of floats and of all results.
    """
    program = form.program
    failing = _failing(form)

    def evaluated(theta: Numbers, arrays: Sequence[Numbers]) -> tuple[Evaluation, Numbers]:
        check_precision(dtype)
        m = arrays[0].shape[0] if len(arrays) else 1
        evaluation = Evaluation(form, jnp.asarray(theta, dtype), arrays, m, dtype)
        evaluation([program.loss, *failing])
        return evaluation, jnp.broadcast_to(evaluation.full(program.loss), (m,))

    def losses(theta: Numbers, arrays: Sequence[Numbers]) -> Numbers:
        evaluation, losses = evaluated(theta, arrays)
        return _refused(losses, _fine(evaluation, form, failing, losses))

    def value_and_grad(theta: Numbers, arrays: Sequence[Numbers]) -> tuple[Numbers, Numbers]:
        evaluation, losses = evaluated(theta, arrays)
        gradient = _gradient(evaluation, form, dtype)
        fine = _fine(evaluation, form, failing, losses)
        return jnp.mean(_refused(losses, fine)), _refused(gradient, None if fine is None else fine.all())

    return FlatFunctions(losses, value_and_grad, program.index_limits)


def check_precision(dtype: Any) -> None:
    """See that JAX can compute in a dtype.

    Raises:
        ValueError: it would compute in float32 without a word.
    """
    if numpy.dtype(dtype) == numpy.dtype(float) and not jax.config.jax_enable_x64:
        raise ValueError(
            'the program computes in float64, and JAX in float32 until jax.config.update("jax_enable_x64", True), at the start; '
            "or make the program with vectorize(..., dtype=numpy.float32)"
        )


def _failing(form: ArrayForm) -> list[Array]:
    """The arrays that the loss was computed from in the record and that the eager engine may refuse to compute."""
    groups = form.grouping.groups
    reached = {form.grouping.loss[0]}
    for group in reversed(groups):
        if group.number in reached:
            reached.update(group.operand_groups())
    names = {name for name, primitive in TABLE.items() if primitive.outside}
    arrays = [form.program.values.get(number) for number in sorted(reached) if groups[number].primitive in names]
    return [array for array in arrays if isinstance(array, Array)]


def _fine(evaluation: Evaluation, form: ArrayForm, failing: Sequence[Array], losses: Numbers) -> Numbers | None:
    """For each example, or for all at once, whether the eager engine computes it; None if it computes everything.

    A loss that is not finite says so itself.
    """

    def of_examples(masks: Numbers, array: Array) -> Numbers:
        return masks.all(tuple(range(int(array.batched), masks.ndim)))

    demands = [mask for of_some in form.program.demands for mask, _ in of_some]
    holding = [of_examples(holds, mask) for holds, mask in zip(evaluation(demands), demands, strict=True)]
    finite = [of_examples(jnp.isfinite(evaluation.full(array)), array) for array in failing]
    # The last, when all arrays have been computed.
    conditions = [*holding, *evaluation.conditions]
    if finite:
        conditions.append(reduce(and_, finite) | ~jnp.isfinite(losses))
    return reduce(and_, conditions) if conditions else None


def _refused(results: Numbers, fine: Numbers | None) -> Numbers:
    """Results with nan for what is not fine. As a product: derivatives of it are nan too."""
    return results if fine is None else results * jnp.where(fine, 1.0, jnp.nan).astype(results.dtype)


def _gradient(evaluation: Evaluation, form: ArrayForm, dtype: Any) -> Numbers:
    """The gradient in the order of the program's θ; 0 for parameters that the loss doesn't depend on."""
    program, layout = form.program, form.layout
    evaluation([array for array in program.gradient if array is not None])
    parts = [
        jnp.zeros(prod(block.shape), dtype) if array is None else evaluation.full(array).reshape(-1)
        for array, block in zip(program.gradient, layout.blocks, strict=True)
    ]
    gradient = jnp.concatenate(parts) if parts else jnp.zeros(0, dtype)
    if program.spanning is not None:
        evaluation([program.spanning])
        gradient = gradient + evaluation.full(program.spanning)
    n_used = len(form.places)
    if not numpy.array_equal(form.places, numpy.arange(n_used)):
        source = numpy.full(len(form.parameters), n_used)
        source[form.places] = numpy.arange(n_used)
        gradient = jnp.concatenate([gradient, jnp.zeros(1, dtype)])
        return gradient.at[source].get(mode="promise_in_bounds", wrap_negative_indices=False)
    if n_used < len(form.parameters):
        gradient = jnp.concatenate([gradient, jnp.zeros(len(form.parameters) - n_used, dtype)])
    return gradient

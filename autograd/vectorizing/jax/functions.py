"""A program as functions of JAX over flat lists of input arrays, which everything else with JAX is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial, reduce
from operator import and_
from typing import Any, NamedTuple, Protocol

import jax
import numpy
from jax import numpy as jnp

from autograd.table.primitives import TABLE
from autograd.vectorizing.array_form import ArrayForm
from autograd.vectorizing.arrays import operations as op
from autograd.vectorizing.arrays.array import Array, needed
from autograd.vectorizing.jax.comparing import compare_on_example
from autograd.vectorizing.jax.evaluation import Evaluation
from autograd.vectorizing.jax.length import (
    check_length,
    is_many,
    is_much_shorter,
    may_be_shorter_as_loops,
    n_operations,
    n_operations_of_loops,
)
from autograd.vectorizing.jax.loops.functions import functions_of_loops
from autograd.vectorizing.jax.pieces import Pieces
from autograd.vectorizing.rolled.program import RolledProgram
from autograd.vectorizing.rolled.rolling import roll

Numbers = Any  # jax.Array or a tracer


class FlatFunctions(NamedTuple):
    """The functions of a program, pure and made for `jax.jit`.

    Both take θ in the order of the program's parameters, and the list of its input arrays, the first axis of which is that of the
    examples. An example that the eager engine would refuse has the loss nan, and so have the mean and all of the gradient.

    Attributes:
        losses: the loss of each example.
        value_and_grad: the mean loss, and its gradient in the order of θ.
        pieces: θ as arrays that the program computes with, if it has such.
        value_and_grad_of_pieces: the same of θ in these pieces, with the gradient in pieces too: nothing has to be copied
            together where many steps follow one another.
        index_limits: for each input array None, or how many things its numbers choose from: they may be given as integers.
    """

    losses: Callable[[Numbers, Sequence[Numbers]], Numbers]
    value_and_grad: Callable[[Numbers, Sequence[Numbers]], tuple[Numbers, Numbers]]
    pieces: Pieces
    value_and_grad_of_pieces: Callable[[Sequence[Numbers], Sequence[Numbers]], tuple[Numbers, tuple[Numbers, ...]]]
    index_limits: list[int | None]


class CompiledProgram(Protocol):
    """What is asked of a `Program`."""

    dtype: Any

    def array_form(self) -> ArrayForm:
        """The program as arrays."""


def flat_functions(program: CompiledProgram) -> FlatFunctions:
    """The functions of a program, compared with the eager engine on the example that it was made from.

    Raises:
        ValueError: it has too many different operations.
        MiscompiledError: they differ.
    """
    return compared_functions(program.array_form(), program.dtype)


def compared_functions(form: ArrayForm, dtype: Any) -> FlatFunctions:
    """The same, of a program in the form of arrays."""
    n = n_operations(form)
    make = _loops_instead(form, n)
    is_long = make is None and is_many(n)
    if make is None:
        check_length(n)
        make = partial(functions_of_arrays, form)
    compare_on_example(form, lambda dtype: make(dtype).value_and_grad, is_long=is_long)
    return make(dtype)


def _loops_instead(form: ArrayForm, n: int) -> Callable[[Any], FlatFunctions] | None:
    """What makes the functions of a program in a dtype from its loops, if these are much shorter than its n array operations."""
    if not may_be_shorter_as_loops(n):
        return None
    rolled = roll(form.recorded, exact=False)
    n_of_loops = n_operations_of_loops(rolled)
    if not is_much_shorter(n_of_loops, n):
        return None
    check_length(n_of_loops)
    return partial(_functions_of_loops, form, rolled)


def _functions_of_loops(form: ArrayForm, rolled: RolledProgram, dtype: Any) -> FlatFunctions:
    n = len(form.parameters)
    of_loops = functions_of_loops(rolled, form.recorded, n)
    # Loops have θ in an order of their own: what they use, by first use, and then the rest.
    place_of = {value: place for place, value in enumerate(form.parameters)}
    used = [place_of.pop(value) for value in rolled.parameter_values]
    places = numpy.array([*used, *place_of.values()], numpy.intp)
    back = numpy.argsort(places)

    def losses(theta: Numbers, arrays: Sequence[Numbers]) -> Numbers:
        check_precision(dtype)
        return of_loops.losses(jnp.asarray(theta, dtype)[places], arrays)

    def value_and_grad(theta: Numbers, arrays: Sequence[Numbers]) -> tuple[Numbers, Numbers]:
        check_precision(dtype)
        loss, gradient = of_loops.value_and_grad(jnp.asarray(theta, dtype)[places], arrays)
        return loss, gradient[back]

    def value_and_grad_of_pieces(theta: Sequence[Numbers], arrays: Sequence[Numbers]) -> tuple[Numbers, tuple[Numbers, ...]]:
        loss, gradient = value_and_grad(theta[0], arrays)
        return loss, (gradient,)

    limits = list[int | None]([None for _ in form.program.index_limits])
    return FlatFunctions(losses, value_and_grad, Pieces([(n,)]), value_and_grad_of_pieces, limits)


def functions_of_arrays(form: ArrayForm, dtype: Any) -> FlatFunctions:
    """The functions of a program in the vocabulary of array operations.

    Args:
        form: the program.
        dtype: of θ, of arrays of floats and of all results.
    """
    program = form.program
    failing = _failing(form)
    pieces = _pieces(form)

    def evaluated(theta: Sequence[Numbers], arrays: Sequence[Numbers]) -> tuple[Evaluation, Numbers]:
        check_precision(dtype)
        m = arrays[0].shape[0] if len(arrays) else 1
        evaluation = Evaluation(form, [jnp.asarray(piece, dtype) for piece in theta], arrays, m, dtype)
        evaluation([program.loss, *failing])
        return evaluation, jnp.broadcast_to(evaluation.full(program.loss), (m,))

    def losses(theta: Numbers, arrays: Sequence[Numbers]) -> Numbers:
        evaluation, losses = evaluated(pieces.split(jnp.asarray(theta)), arrays)
        return _refused(losses, _fine(evaluation, form, failing, losses))

    def value_and_grad_of_pieces(theta: Sequence[Numbers], arrays: Sequence[Numbers]) -> tuple[Numbers, tuple[Numbers, ...]]:
        evaluation, losses = evaluated(theta, arrays)
        gradient = _gradient(evaluation, form, dtype, theta)
        fine = _fine(evaluation, form, failing, losses)
        for_all = None if fine is None else fine.all()
        return jnp.mean(_refused(losses, fine)), tuple([_refused(piece, for_all) for piece in gradient])

    def value_and_grad(theta: Numbers, arrays: Sequence[Numbers]) -> tuple[Numbers, Numbers]:
        loss, gradient = value_and_grad_of_pieces(pieces.split(jnp.asarray(theta)), arrays)
        return loss, pieces.join(gradient)

    return FlatFunctions(losses, value_and_grad, pieces, value_and_grad_of_pieces, program.index_limits)


def _pieces(form: ArrayForm) -> Pieces:
    """The blocks of parameters, if θ is made of them as it stands and nothing needs all of it; else θ as one piece."""
    program, layout, n = form.program, form.layout, len(form.parameters)
    n_used = len(form.places)
    demands = [holds for of_some in program.demands for holds, _ in of_some]
    gradient = [array for array in [*program.gradient, program.spanning] if array is not None]
    computed = needed([program.loss, *_failing(form), *demands, *gradient])
    needs_all = program.spanning is not None or any(array.operation is op.GivenNumbers.THETA for array in computed)
    if not layout.blocks or needs_all or not numpy.array_equal(form.places, numpy.arange(n_used)):
        return Pieces([(n,)])
    return Pieces([*(block.shape for block in layout.blocks), *([(n - n_used,)] if n_used < n else [])])


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


def _gradient(evaluation: Evaluation, form: ArrayForm, dtype: Any, theta: Sequence[Numbers]) -> Sequence[Numbers]:
    """The gradient in the pieces of θ; 0 for parameters that the loss doesn't depend on."""
    program, layout = form.program, form.layout
    evaluation([array for array in program.gradient if array is not None])
    parts = [
        jnp.zeros(block.shape, dtype) if array is None else evaluation.full(array)
        for array, block in zip(program.gradient, layout.blocks, strict=True)
    ]
    if len(theta) > 1:
        return [*parts, *(jnp.zeros(piece.shape, dtype) for piece in theta[len(parts) :])]
    gradient = jnp.concatenate([part.reshape(-1) for part in parts]) if parts else jnp.zeros(0, dtype)
    if program.spanning is not None:
        evaluation([program.spanning])
        gradient = gradient + evaluation.full(program.spanning)
    n_used = len(form.places)
    if not numpy.array_equal(form.places, numpy.arange(n_used)):
        source = numpy.full(len(form.parameters), n_used)
        source[form.places] = numpy.arange(n_used)
        gradient = jnp.concatenate([gradient, jnp.zeros(1, dtype)])
        return [gradient.at[source].get(mode="promise_in_bounds", wrap_negative_indices=False)]
    if n_used < len(form.parameters):
        gradient = jnp.concatenate([gradient, jnp.zeros(len(form.parameters) - n_used, dtype)])
    return [gradient.reshape(theta[0].shape)]

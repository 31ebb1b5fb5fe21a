"""The arrays of a program as operations of JAX, which are noted while JAX traces.

One ``match`` over the vocabulary of `autograd.vectorizing.arrays.operations`, as every back end has it. What can't raise an error
here is kept as conditions: indices that are out of range.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, assert_never

import jax
import numpy
from jax import lax
from jax import numpy as jnp

from autograd.number_systems import jax_arrays
from autograd.table.operators import OPERATORS
from autograd.vectorizing.array_form import ArrayForm
from autograd.vectorizing.arrays import operations as op
from autograd.vectorizing.arrays.array import Array, needed
from autograd.vectorizing.jax.accumulations import accumulated, aligned
from autograd.vectorizing.jax.views import taken

Numbers = Any  # jax.Array, a tracer, or a plain number

_INDEX = numpy.int32
_FUNCTIONS: dict[str, Callable[..., Numbers]] = {
    **jax_arrays.FUNCTIONS,
    **OPERATORS,
    "modulo": jnp.mod,
    "floor_divide": jnp.floor_divide,
    "power": jnp.power,
    "equal": jnp.equal,
}
_OF_ROWS: dict[str, Callable[..., Numbers]] = {
    name: jax_arrays.FUNCTIONS[name] for name in ("logsumexp", "softmax", "argmax", "argmin")
}


class Evaluation:
    """Computes arrays of a program for one θ and one batch, each once.

    Args:
        form: the program.
        theta: all parameters in the order of the program, as one vector or in blocks.
        inputs: the input arrays, the first axis of which is that of the examples. Whole numbers that choose may be floats.
        m: the number of examples.
        dtype: of all arrays of floats.

    Attributes:
        conditions: masks that hold where every index is in range, for each example or for all of them.
    """

    def __init__(self, form: ArrayForm, theta: Sequence[Numbers], inputs: Sequence[Numbers], m: int, dtype: Any) -> None:
        self._form = form
        self._theta = theta
        self._m = m
        self._dtype = dtype
        self._known: dict[Array, Numbers] = {}
        self.conditions: list[Numbers] = []
        self._inputs = [
            jnp.asarray(given, dtype) if limit is None else self._as_index(jnp.asarray(given), limit, batched=True)
            for given, limit in zip(inputs, form.program.index_limits, strict=True)
        ]

    def __call__(self, wanted: Sequence[Array]) -> list[Numbers]:
        """The numbers of some arrays."""
        for array in needed(wanted):
            if array not in self._known:
                self._known[array] = self._computed(array, [self._number(operand) for operand in array.operands])
        return [self._known[array] for array in wanted]

    def full(self, array: Array) -> Numbers:
        """The numbers of an array that has been computed, as an array of JAX of the program's dtype."""
        return jnp.broadcast_to(jnp.asarray(self._known[array], self._dtype), self._shape(array))

    def _number(self, operand: Array | float) -> Numbers:
        return self._known[operand] if isinstance(operand, Array) else float(operand)

    def _shape(self, array: Array) -> tuple[int, ...]:
        return ((self._m,) if array.batched else ()) + array.shape

    def _computed(self, array: Array, x: list[Numbers]) -> Numbers:
        operation, batched = array.operation, bool(array.arrays) and array.arrays[0].batched
        match operation:
            case op.GivenNumbers.THETA:
                return self._parameters(self._form.places)
            case op.GivenNumbers.WEIGHT:
                return 1.0 / self._m
            case op.GivenNumbers.NUMBER_OF_EXAMPLES:
                return float(self._m)
            case op.ParameterBlock(number):
                block = self._form.layout.blocks[number]
                if len(self._theta) > 1:
                    return self._theta[number]
                return self._parameters(self._form.places[block.offset : block.offset + block.size]).reshape(block.shape)
            case op.Input(number):
                return self._inputs[number]
            case op.Captured(data, shape):
                return jnp.asarray(numpy.frombuffer(data).reshape(shape), self._dtype)
            case op.Elementwise(name):
                return _FUNCTIONS[name](*x)
            case op.Extreme(name):
                return _extreme(name, *x)
            case op.Plain.WHERE:
                return jnp.where(x[0], *[self._as_float(number) for number in x[1:]])
            case op.Plain.MASK_AS_FLOAT | op.Plain.INDEX_AS_FLOAT:
                return self._as_float(x[0])
            case op.Plain.FLOAT_AS_MASK:
                return jnp.not_equal(x[0], 0.0)
            case op.FloatAsIndex(length):
                return self._as_index(x[0], length, batched=batched)
            case op.Plain.COPY:
                return x[0]
            case op.Plain.BROADCAST:
                source = array.operands[0]
                is_batched = isinstance(source, Array) and source.batched
                return aligned(self._as_float(x[0]), is_batched, array.shape, self._m if array.batched else None)
            case op.Plain.CONCATENATE:
                return jnp.concatenate(x, -1)
            case op.Show(view) | op.Gather(view):
                return taken(jnp.asarray(x[0]), view, batched)
            case op.Sum():
                return jnp.sum(x[0], operation.counted_axes(batched))
            case op.Contract(left, right, result):
                # Accelerators would leave out digits. Who wants that tells JAX.
                precision = None if jax.config.jax_default_matmul_precision else lax.Precision.HIGHEST
                return jnp.einsum(f"{left},{right}->{result}", *x, precision=precision)
            case op.OfRows(name):
                return _OF_ROWS[name](x[0])
            case op.Running("sum"):
                return jnp.cumsum(x[0], -1)
            case op.Running():
                return _running_products(x[0])
            case op.RunningGradient("sum"):
                return lax.cumsum(x[0], x[0].ndim - 1, reverse=True)
            case op.RunningGradient():
                return _gradient_of_products(*x)
            case op.Plain.LOOK_UP:
                table, index = x
                return table.at[index].get(mode="promise_in_bounds", wrap_negative_indices=False)
            case op.Plain.CHOOSE:
                rows, index = x
                shape = self._shape(array)
                rows = jnp.broadcast_to(rows, (*shape, rows.shape[-1]))
                chosen = jnp.broadcast_to(index, shape)[..., None]
                return jnp.take_along_axis(rows, chosen, -1, mode="promise_in_bounds")[..., 0]
            case op.Accumulate():
                are_batched = [isinstance(operand, Array) and operand.batched for operand in array.operands]
                return accumulated(operation, x, are_batched, array.shape, self._m if array.batched else None, self._dtype)
            case _:
                assert_never(operation)

    def _as_float(self, number: Numbers) -> Numbers:
        return number if isinstance(number, float) else jnp.asarray(number, self._dtype)

    def _as_index(self, numbers: Numbers, length: int, *, batched: bool) -> Numbers:
        """Numbers as indices of a sequence; those that are none become 0, and are noted among the conditions."""
        if jnp.issubdtype(numbers.dtype, jnp.floating):
            is_index = (numbers >= 0.0) & (numbers < length) & (numbers == jnp.floor(numbers))
        else:
            if numbers.dtype.itemsize < _INDEX(0).itemsize:
                numbers = numbers.astype(_INDEX)
            is_index = (numbers >= 0) & (numbers < length)
        self.conditions.append(is_index.all(tuple(range(int(batched), is_index.ndim))))
        return jnp.where(is_index, numbers, 0).astype(_INDEX)

    def _parameters(self, places: Any) -> Numbers:
        """The parameters at some places of θ: a slice of it, if they stand side by side."""
        (theta,) = self._theta
        theta = theta.reshape(-1)
        start = int(places[0]) if len(places) else 0
        if numpy.array_equal(places, numpy.arange(start, start + len(places))):
            return theta[start : start + len(places)]
        return theta.at[places].get(mode="promise_in_bounds", wrap_negative_indices=False)


def _extreme(name: str, a: Numbers, b: Numbers) -> Numbers:
    """The larger or the smaller of two numbers, and nan if one is nan; a derivative goes to one of two equal numbers only."""
    is_second = operator.gt(b, a) if name == "maximum" else operator.lt(b, a)
    if not isinstance(b, float) or b != b:
        is_second = is_second | jnp.isnan(b)
    return jnp.where(is_second, b, a)


def _running_products(factors: Numbers) -> Numbers:
    """The products of all elements of a row up to each, one after the other: a product of some of them may overflow."""

    def step(before: Numbers, factor: Numbers) -> tuple[Numbers, Numbers]:
        product = before * factor
        return product, product

    rows = jnp.moveaxis(factors, -1, 0)
    _, products = lax.scan(step, jnp.ones_like(rows[0]), rows)
    return jnp.moveaxis(products, 0, -1)


def _gradient_of_products(upstream: Numbers, factors: Numbers, products: Numbers) -> Numbers:
    """The gradient of the factors of running products along the last axis, without a division: factors may be 0."""
    upstream, factors, products = (jnp.moveaxis(one, -1, 0) for one in jnp.broadcast_arrays(upstream, factors, products))
    ones = jnp.ones_like(factors[:1])

    def step(later: Numbers, here: tuple[Numbers, Numbers]) -> tuple[Numbers, Numbers]:
        share, next_factor = here
        adjoint = share + later * next_factor
        return adjoint, adjoint

    next_factors = jnp.concatenate([factors[1:], ones])
    _, adjoints = lax.scan(step, jnp.zeros_like(upstream[0]), (upstream, next_factors), reverse=True)
    before = jnp.concatenate([ones, products[:-1]])
    return jnp.moveaxis(adjoints * before, 0, -1)

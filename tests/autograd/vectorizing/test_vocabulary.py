"""A back end in a hundred lines, written from what the vocabulary of array operations says: it gives what programs give."""

from __future__ import annotations

from itertools import accumulate, product
from math import prod
from typing import Any, assert_never, get_args

import numpy
import pytest
from structured_checks import example_of
from structured_programs import StructuredProgram

from autograd import Value, maximum, total, vectorize, where
from autograd.number_systems import arrays
from autograd.table.operators import OPERATORS
from autograd.vectorizing.arrays import operations as op
from autograd.vectorizing.arrays.array import Array, needed
from autograd.vectorizing.arrays.views import View

pytestmark = pytest.mark.engine("numpy")

X = numpy.array([[1.0, 2.0], [-0.5, 0.25], [3.0, -1.0]])


def taken(array: Any, view: View, first: int) -> Any:
    """The elements of a view, behind as many axes as come first."""
    before = array.shape[:first]
    if view.gathered is not None:
        return array.reshape(*before, -1)[..., view.indices()]
    if view.reshaped is not None:
        array = array.reshape(*before, *view.reshaped)
    if view.slices is not None:
        slices = [one if isinstance(one, int) else slice(None) if one is None else slice(*one) for one in view.slices]
        array = array[(*[slice(None)] * first, *slices)]
    if view.order is not None:
        array = array.transpose(*range(first), *(axis + first for axis in view.order))
    for axis in view.repeated:
        array = numpy.expand_dims(array, axis + first)
    return array


class Backend:
    """Computes arrays with NumPy, each anew."""

    def __init__(self, theta: Any, layout: Any, inputs: list[Any], m: int) -> None:
        self.theta = theta[: len(layout.theta)]
        self.blocks = [self.theta[block.offset : block.offset + block.size].reshape(block.shape) for block in layout.blocks]
        self.inputs = inputs
        self.m = m
        self.known: dict[Array, Any] = {}

    def __call__(self, wanted: Array) -> Any:
        for array in needed([wanted]):
            if array not in self.known:
                result = self.known[array] = numpy.asarray(self.computed(array, [self.number(one) for one in array.operands]))
                assert result.shape == ((self.m,) if array.batched else ()) + array.shape, array
                assert result.dtype.kind == {"float": "f", "bool": "b", "index": "i"}[array.kind], array
        return self.known[wanted]

    def number(self, operand: Array | float) -> Any:
        return self.known[operand] if isinstance(operand, Array) else float(operand)

    def computed(self, array: Array, x: list[Any]) -> Any:
        operation, first = array.operation, int(bool(array.arrays) and array.arrays[0].batched)
        match operation:
            case op.GivenNumbers.THETA:
                return self.theta
            case op.GivenNumbers.WEIGHT:
                return 1.0 / self.m
            case op.GivenNumbers.NUMBER_OF_EXAMPLES:
                return float(self.m)
            case op.ParameterBlock(number):
                return self.blocks[number]
            case op.Input(number):
                return self.inputs[number]
            case op.Captured(data, shape):
                return numpy.frombuffer(data).reshape(shape)
            case op.Elementwise(name):
                assert all(len(one.shape) == len(array.shape) for one in array.arrays if one.batched)
                function: Any = {**OPERATORS, "equal": numpy.equal}.get(name) or getattr(arrays, name)
                return function(*x)
            case op.Extreme(name):
                return getattr(numpy, name)(*x)
            case op.Plain.WHERE:
                return numpy.where(*x)
            case op.Plain.MASK_AS_FLOAT | op.Plain.INDEX_AS_FLOAT:
                return x[0].astype(float)
            case op.Plain.FLOAT_AS_MASK:
                return x[0] != 0.0
            case op.FloatAsIndex():
                return x[0].astype(int)
            case op.Plain.COPY:
                return x[0].copy()
            case op.Plain.BROADCAST:
                return numpy.broadcast_to(self.aligned(array.operands[0], array.shape), self.shape(array)) * 1.0
            case op.Plain.CONCATENATE:
                return numpy.concatenate(x, axis=-1)
            case op.Show(view):
                return taken(x[0], view, first)
            case op.Gather(view):
                return taken(x[0], view, first)
            case op.Sum():
                return x[0].sum(operation.counted_axes(bool(first)))
            case op.Contract(left, right, result):
                return numpy.einsum(f"{left},{right}->{result}", *x)
            case op.OfRows(name):
                return getattr(arrays, name)(x[0])
            case op.Running(name):
                return x[0].cumsum(-1) if name == "sum" else x[0].cumprod(-1)
            case op.RunningGradient("sum"):
                return x[0][..., ::-1].cumsum(-1)[..., ::-1]
            case op.RunningGradient():
                return self.gradient_of_products(*x)
            case op.Plain.LOOK_UP:
                return x[0][x[1]]
            case op.Plain.CHOOSE:
                rows = numpy.broadcast_to(x[0], (*self.shape(array), x[0].shape[-1]))
                return numpy.take_along_axis(rows, numpy.broadcast_to(x[1], self.shape(array))[..., None], -1)[..., 0]
            case op.Accumulate():
                return self.accumulated(array, operation)
            case _:
                assert_never(operation)

    def shape(self, array: Array) -> tuple[int, ...]:
        return ((self.m,) if array.batched else ()) + array.shape

    def aligned(self, operand: Array | float, shape: tuple[int, ...]) -> Any:
        """An operand whose last axes meet those of a shape, behind the axis of examples."""
        number = self.number(operand)
        if isinstance(operand, Array) and operand.batched:
            return number.reshape(self.m, *[1] * (len(shape) - len(operand.shape)), *operand.shape)
        return number

    @staticmethod
    def gradient_of_products(upstream: Any, factors: Any, products: Any) -> Any:
        gradient = numpy.zeros_like(upstream)
        n = upstream.shape[-1]
        for k in range(n):
            for t in range(k, n):
                others = [factors[..., j] for j in range(t + 1) if j != k]
                gradient[..., k] += upstream[..., t] * (numpy.prod(others, axis=0) if others else 1.0)
        return gradient

    def accumulated(self, array: Array, accumulate: op.Accumulate) -> Any:
        """The sum of all contributions, by the flat places of the elements that they are added to."""
        result = numpy.zeros(self.shape(array))
        all_places = numpy.arange(result.size).reshape(result.shape)
        for way, view, (*indices, numbers) in accumulate.contributions(array.operands):
            places = taken(all_places, view, int(array.batched))
            if way == "rows":
                places = places[self.number(indices[0])]
                numbers = self.number(numbers)
            elif way == "choice":
                index = self.number(indices[0])
                shape = numpy.broadcast_shapes(places.shape[:-1], index.shape)
                rows = numpy.broadcast_to(places, (*shape, places.shape[-1]))
                places = numpy.take_along_axis(rows, numpy.broadcast_to(index, shape)[..., None], -1)[..., 0]
                numbers = self.number(numbers)
            else:
                numbers = self.aligned(numbers, view.shape)
            numpy.add.at(result.reshape(-1), places, numpy.broadcast_to(numbers, places.shape))
        return result


def check(program: Any, batch: tuple[Any, ...]) -> set[str]:
    """Compare the losses and the gradient of a program with those from its arrays; the operations that it has."""
    theta = program.parameters.read()
    backend = program._backend
    m, inputs = program._batches.read(batch, backend.index_limits, program.dtype)
    built, layout = backend._program, backend._layout
    compute = Backend(theta, layout, list(inputs), m)
    with numpy.errstate(all="ignore"):
        losses = numpy.broadcast_to(compute(built.loss), m)
        gradient = numpy.zeros(len(theta))
        for array, block in zip(built.gradient, layout.blocks, strict=True):
            if array is not None:
                gradient[block.offset : block.offset + prod(block.shape)] = compute(array).ravel()
        if built.spanning is not None:
            gradient[: len(layout.theta)] += compute(built.spanning)
    assert losses == pytest.approx(program.losses(theta, *batch, warn=False), rel=1e-11, abs=1e-12, nan_ok=True)
    expected = program.value_and_grad(theta, *batch, warn=False)[1]
    assert gradient == pytest.approx(expected, rel=1e-9, abs=1e-9 * (1.0 + numpy.abs(expected).max(initial=0.0)), nan_ok=True)
    return {getattr(array.operation, "name", "") + type(array.operation).__name__ for array in compute.known}


def test_it_gives_what_programs_give() -> None:
    seen: set[str] = set()
    for seed in range(80):
        f = StructuredProgram(seed)
        batch = f.batch()
        try:
            program = vectorize(f, *[example_of(part, 0) for part in batch], parameters=f.given_parameters())
        except (ArithmeticError, ValueError):
            continue  # the eager engine can't compute this one either
        seen |= check(program, tuple(batch))
    v = [Value(0.5), Value(-2.0), Value(1.5), Value(0.25), Value(3.0)]
    products = [*accumulate(v, lambda a, b: a * b)]
    seen |= check(vectorize(lambda x: total([p * x[0] for p in products]) + maximum(x[1], v[0]), [1.0, 2.0]), (X,))
    # A choice by a number; a matrix and its transpose.
    seen |= check(vectorize(lambda x: where(x[0], v[0], x[1]) * v[1], [1.0, 2.0]), (X,))
    W = [v[:2], v[2:4]]
    pairs = [*product(range(2), repeat=2)]
    seen |= check(vectorize(lambda x: total([(W[i][j] + W[j][i]) * x[i] * x[j] for i, j in pairs]), [1.0, 2.0]), (X,))
    # Every class, and every operation without parameters.
    plain = {f"{member.name}{kind.__name__}" for kind in (op.Plain, op.GivenNumbers) for member in kind}
    classes = {kind.__name__ for kind in get_args(op.Operation) if kind not in (op.Plain, op.GivenNumbers)}
    assert plain - seen == set()
    assert {name for name in classes if not any(one.endswith(name) for one in seen)} == set()

"""The operations of array programs as nodes of an ONNX graph: one case for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, assert_never

import numpy

from autograd.vectorizing.arrays import operations as op
from autograd.vectorizing.arrays.array import Array, needed
from autograd.vectorizing.arrays.views import View
from autograd.vectorizing.onnx.nodes import Nodes, Tensor
from autograd.vectorizing.onnx.numbers import TensorNumbers
from autograd.vectorizing.onnx.products import product, with_bias
from autograd.vectorizing.onnx.running import running_products
from autograd.vectorizing.onnx.softmax import argument_of_softmax

_OF_ROWS = {"logsumexp": "ReduceLogSumExp", "softmax": "Softmax", "argmax": "ArgMax", "argmin": "ArgMin"}


class Translation:
    """The nodes that compute some arrays of a program.

    Args:
        nodes: where they are added.
        stored: the tensors of what stands in the file, such as blocks of parameters; None for other arrays.
        inputs: the tensors of the input arrays, by number.
        part_of: what the name of an array's tensor begins with.
        described: which function of which Value an array is, for an error.

    Attributes:
        tensors: those of the arrays translated so far.
    """

    def __init__(
        self,
        nodes: Nodes,
        stored: Callable[[Array], Tensor | None],
        inputs: Mapping[int, Tensor],
        part_of: Callable[[Array], str],
        described: Callable[[Array], str],
    ) -> None:
        self._nodes = nodes
        self._stored = stored
        self._inputs = inputs
        self._part_of = part_of
        self._described = described
        self._numbers = TensorNumbers(nodes)
        self._uses: Counter[Array] = Counter()
        self.tensors: dict[Array, Tensor] = {}

    def translate(self, wanted: list[Array]) -> None:
        """Add the nodes that compute arrays, and what these are computed from.

        Raises:
            NotImplementedError: a function can't be written with operators of ONNX. The message names it, and the Value.
        """
        arrays = needed(wanted)
        for array in arrays:
            self._uses.update(array.arrays)
        self._uses.update(wanted)
        for array in arrays:
            if array in self.tensors:
                continue
            self._nodes.part = self._part_of(array)
            try:
                tensor = self._stored(array)
                tensor = tensor or self._computed(array, [self._operand(one) for one in array.operands])
            except (NotImplementedError, AttributeError, TypeError, ValueError) as error:
                raise NotImplementedError(f"{self._described(array)} can't be written as ONNX: {error}") from error
            assert (tensor.shape, tensor.batched, tensor.kind) == (array.shape, array.batched, array.kind), (array, tensor)
            self.tensors[array] = tensor
        self._nodes.part = ""

    def _operand(self, operand: Array | float) -> Tensor | float:
        return self.tensors[operand] if isinstance(operand, Array) else float(operand)

    def _computed(self, array: Array, x: list[Any]) -> Tensor:
        nodes, operation, shape, batched = self._nodes, array.operation, array.shape, array.batched
        match operation:
            case op.GivenNumbers.THETA | op.ParameterBlock():
                raise AssertionError(f"{array} stands in the file")
            case op.Input(number):
                return self._inputs[number]
            case op.Captured(data, shape):
                return nodes.store(numpy.frombuffer(data).reshape(shape), "constant")
            case op.Elementwise(name):
                return self._elementwise(array, name, x)
            case op.Extreme(name):
                tensors = [self._numbers.tensor_of(one) for one in x]
                return nodes.make("Max" if name == "maximum" else "Min", tensors, shape, batched)
            case op.Plain.WHERE:
                return nodes.make("Where", [self._numbers.tensor_of(one) for one in x], shape, batched)
            case op.Plain.MASK_AS_FLOAT | op.Plain.INDEX_AS_FLOAT:
                return nodes.cast(x[0], "float")
            case op.Plain.FLOAT_AS_MASK:
                return nodes.cast(x[0], "bool")
            case op.FloatAsIndex(length):
                return self._as_index(x[0], length)
            case op.Plain.COPY:
                return x[0]  # type: ignore[no-any-return]
            case op.Plain.BROADCAST:
                return nodes.expand(nodes.cast(self._numbers.tensor_of(x[0]), array.kind), shape, batched)
            case op.Plain.CONCATENATE:
                return nodes.make("Concat", x, shape, batched, array.kind, axis=-1)
            case op.Show(view):
                return self._shown(x[0], view, array)
            case op.Gather(view):
                flat = nodes.reshape(x[0], (int(numpy.prod(x[0].shape)),))
                indices = nodes.integers(view.indices(), "places")
                return nodes.make("Gather", [flat, indices], shape, batched, array.kind, axis=int(batched))
            case op.Sum(axes):
                return self._sum(x[0], axes, array)
            case op.Contract():
                return product(nodes, operation, x[0], x[1], shape, batched)
            case op.OfRows(name):
                return self._of_rows(x[0], name, array)
            case op.Running("sum"):
                axis = nodes.store(x[0].rank - 1, "axis", kind="index")
                return nodes.make("CumSum", [x[0], axis], shape, batched)
            case op.Running():
                return running_products(nodes, x[0])
            case op.Plain.LOOK_UP:
                return nodes.make("Gather", x, shape, batched, axis=0)
            case op.Plain.CHOOSE:
                return self._chosen(x[0], x[1], array)
            case op.RunningGradient() | op.Accumulate() | op.GivenNumbers.WEIGHT | op.GivenNumbers.NUMBER_OF_EXAMPLES:
                raise AssertionError(f"{array} belongs to a gradient, which is not translated")
            case _:
                assert_never(operation)

    # ------------------------------------------------------------------------------------------------ elementwise

    def _elementwise(self, array: Array, name: str, x: list[Any]) -> Tensor:
        found = argument_of_softmax(array)
        if found is not None:
            values, axis = found
            rows = self.tensors[values]
            return self._nodes.make("Softmax", [rows], array.shape, array.batched, axis=axis + rows.batched)
        if name == "add":
            # A product that nothing else needs takes the bias with it.
            for one, other, of_array in ((x[0], x[1], array.operands[0]), (x[1], x[0], array.operands[1])):
                if isinstance(of_array, Array) and isinstance(other, Tensor) and self._uses[of_array] == 1:
                    fused = with_bias(self._nodes, one, other)
                    if fused is not None:
                        return fused
        result = self._nodes.cast(self._numbers.function(name, x), array.kind)
        return self._nodes.expand(result, array.shape, array.batched)

    def _as_index(self, x: Tensor, length: int) -> Tensor:
        """A float as an index; what is none becomes one that is out of range, which the runtime refuses."""
        nodes = self._nodes
        whole = nodes.cast(x, "index")
        exact = nodes.make("Equal", [nodes.cast(whole, "float"), x], x.shape, x.batched, "bool")
        return self._refused_unless(exact, checked_index(nodes, whole, length), length)

    def _refused_unless(self, holds: Tensor, index: Tensor, length: int) -> Tensor:
        outside = self._nodes.store(length, "length", kind="index")
        return self._nodes.make("Where", [holds, index, outside], index.shape, index.batched, "index")

    # -------------------------------------------------------------------------------------------------------- views

    def _shown(self, x: Tensor, view: View, array: Array) -> Tensor:
        nodes = self._nodes
        if view.reshaped is not None:
            x = nodes.reshape(x, view.reshaped)
        if view.slices is not None:
            x = self._sliced(x, view.slices)
        if view.order is not None:
            x = nodes.transpose(x, view.order)
        return nodes.reshape(x, array.shape)

    def _sliced(self, x: Tensor, slices: Any) -> Tensor:
        nodes = self._nodes
        taken = {axis: one for axis, one in enumerate(slices) if one is not None}
        if len(taken) == 1 and all(isinstance(one, int) for one in taken.values()):
            ((axis, place),) = taken.items()
            shape = (*x.shape[:axis], *x.shape[axis + 1 :])
            index = nodes.store(place, "place", kind="index")
            return nodes.make("Gather", [x, index], shape, x.batched, x.kind, axis=axis + x.batched)
        ranges = {axis: (one, one + 1) if isinstance(one, int) else one for axis, one in taken.items()}
        lengths = [ranges[axis][1] - ranges[axis][0] if axis in ranges else length for axis, length in enumerate(x.shape)]
        bounds = [
            nodes.integers([start for start, _ in ranges.values()], "starts"),
            nodes.integers([stop for _, stop in ranges.values()], "ends"),
            nodes.integers([axis + x.batched for axis in ranges], "axes"),
        ]
        sliced = nodes.make("Slice", [x, *bounds], tuple(lengths), x.batched, x.kind)
        kept = [length for axis, length in enumerate(lengths) if not isinstance(taken.get(axis), int)]
        return nodes.reshape(sliced, tuple(kept))

    # ---------------------------------------------------------------------------------------------------- of several

    def _sum(self, x: Tensor, axes: tuple[int, ...], array: Array) -> Tensor:
        names = self._nodes.integers([axis + x.batched for axis in axes], "axes")
        return self._nodes.make("ReduceSum", [x, names], array.shape, array.batched, keepdims=0)

    def _of_rows(self, x: Tensor, name: str, array: Array) -> Tensor:
        nodes, operator = self._nodes, _OF_ROWS[name]
        if name == "softmax":
            return nodes.make(operator, [x], array.shape, array.batched, axis=-1)
        if name == "logsumexp":
            return nodes.make(operator, [x, nodes.integers([-1], "axes")], array.shape, array.batched, keepdims=0)
        return nodes.make(operator, [x], array.shape, array.batched, "index", axis=-1, keepdims=0)

    def _chosen(self, rows: Tensor, index: Tensor, array: Array) -> Tensor:
        """The element of each row that an index chooses."""
        nodes = self._nodes
        rows = nodes.expand(rows, (*array.shape, rows.shape[-1]), array.batched)
        index = nodes.reshape(nodes.expand(index, array.shape, array.batched), (*array.shape, 1))
        chosen = nodes.make("GatherElements", [rows, index], index.shape, array.batched, array.kind, axis=-1)
        return nodes.reshape(chosen, array.shape)


def checked_index(nodes: Nodes, index: Tensor, length: int) -> Tensor:
    """An index that is out of range where it was below 0: ONNX would count from the end."""
    zero, outside = nodes.store(0, "zero", kind="index"), nodes.store(length, "length", kind="index")
    below = nodes.make("Less", [index, zero], index.shape, index.batched, "bool")
    return nodes.make("Where", [below, outside, index], index.shape, index.batched, "index")

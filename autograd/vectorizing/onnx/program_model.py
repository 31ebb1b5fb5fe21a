"""The ONNX model of some outputs of a program: what is translated, how it is called, and whether it gives the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy

from autograd.engine import graph
from autograd.engine.value import Value
from autograd.vectorizing.array_form import array_form
from autograd.vectorizing.arrays import operations as op
from autograd.vectorizing.arrays.array import Array, needed
from autograd.vectorizing.example.recorded import RecordedExample
from autograd.vectorizing.onnx.checking import difference, run
from autograd.vectorizing.onnx.model import model_of
from autograd.vectorizing.onnx.naming import Origins, printable
from autograd.vectorizing.onnx.nodes import Nodes, Tensor
from autograd.vectorizing.onnx.operations import Translation, checked_index
from autograd.vectorizing.onnx.parameters import StoredParameters

Numbers = Any  # numpy.ndarray


@dataclass(frozen=True, slots=True)
class Exported:
    """What is exported of a program.

    Attributes:
        recorded: what its function recorded.
        captured: the leaves that are constants of the program, and their numbers.
        parameters: the parameters in the order of θ.
        theta: the numbers of the parameters.
        results: the losses and the outputs that the program gives for θ and input arrays of m examples.
        dtype: what the program computes in.
    """

    recorded: RecordedExample
    captured: list[tuple[Value, float]]
    parameters: Sequence[Value]
    theta: Numbers
    results: Callable[[Numbers, list[Numbers], int], dict[str, Numbers]]
    dtype: Any


class ProgramModel:
    """The model of some outputs.

    Args:
        exported: the program.
        wanted: the names of the outputs; one that the program does not have is the loss of each example.
        dtype: of all floats.

    Attributes:
        content: of the file.
    """

    def __init__(self, exported: Exported, wanted: Sequence[str], dtype: Any) -> None:
        self._exported = exported
        self._dtype = dtype
        form = array_form(exported.recorded, exported.parameters, exported.captured, composite=True)
        recorded = self._recorded = form.recorded
        self._arguments = recorded.arguments.arrays
        self._program = form.program
        arrays = {name: self._program.outputs[name] if name in recorded.outputs else self._program.loss for name in wanted}
        self._used = inputs_of(arrays.values())
        holds, messages = self._demands()
        names = _names_of_outputs(wanted, [self._arguments[number].name for number in self._used])
        self._name_of = dict(zip(wanted, names, strict=True))
        self._nodes = Nodes(dtype)
        self._inputs = {number: self._entered(number) for number in self._used}
        stored = StoredParameters(self._nodes, form, exported.theta)
        origins = Origins(self._program, form.grouping)
        translation = Translation(self._nodes, stored.tensor_of, self._inputs, origins.part_of, origins.described)
        translation.translate([*arrays.values(), *holds])
        masks = [self._all(translation.tensors[array]) for array in holds]
        shapes = [recorded.outputs[name].shape if name in recorded.outputs else () for name in wanted]
        results = [
            self._result(translation.tensors[array], shape, masks) for array, shape in zip(arrays.values(), shapes, strict=True)
        ]
        self._nodes.finish(dict(zip(names, results, strict=True)))
        outputs = [Tensor(name, shape, True) for name, shape in zip(names, shapes, strict=True)]
        self.content = model_of(self._nodes, outputs, _description(wanted, messages))

    # ------------------------------------------------------------------------------------------------ what is given

    def _entered(self, number: int) -> Tensor:
        array, limit = self._arguments[number], self._program.index_limits[number]
        if limit is None:
            return self._nodes.take_input(array.name, array.shape, "float")
        self._nodes.part = f"{array.name}/"
        return checked_index(self._nodes, self._nodes.take_input(array.name, array.shape, "index"), limit)

    # ------------------------------------------------------------------------------------------------ what is given back

    def _demands(self) -> tuple[list[Array], list[str]]:
        """The conditions that can be checked with the inputs there are, and what they require."""
        holds, messages = [], []
        for array, numbers in [one for some in self._program.demands for one in some]:
            inputs = inputs_of([array])
            if inputs and set(inputs) <= set(self._used):
                holds.append(array)
                messages += [self._exported.recorded.demands[number].message for number in numbers]
        return holds, list(dict.fromkeys(messages))

    def _all(self, mask: Tensor) -> Tensor:
        """Whether all conditions of an example hold."""
        nodes = self._nodes
        nodes.part = "required/"
        flat = nodes.cast(nodes.reshape(mask, (prod(mask.shape),)), "float")
        axes = nodes.integers([int(flat.batched)], "axes")
        return nodes.cast(nodes.make("ReduceMin", [flat, axes], (), flat.batched, keepdims=0), "bool")

    def _result(self, tensor: Tensor, shape: tuple[int, ...], masks: Sequence[Tensor]) -> Tensor:
        """An output, of each example; nan where something that is required doesn't hold."""
        nodes = self._nodes
        # A named output is a row of numbers, in which one may stand for all.
        full = tensor.shape if prod(tensor.shape) == prod(shape) else (prod(shape),)
        tensor = nodes.reshape(nodes.expand(nodes.cast(tensor, "float"), full, True), shape)
        for mask in masks:
            fitting = nodes.reshape(mask, (1,) * len(shape))
            tensor = nodes.make("Where", [fitting, tensor, nodes.store(numpy.nan, "nan")], shape, True)
        return tensor

    # ------------------------------------------------------------------------------------------------ the comparison

    def complaint(self) -> str:
        """How what onnxruntime computes differs from what the program gives for its example, twice; empty if it doesn't."""
        exported = self._exported
        arguments = exported.recorded.arguments
        numbers = [numpy.array([value._data for value in values]) for values in arguments.values]
        rounded = [one.astype(self._dtype).astype(exported.dtype) for one in numbers]
        shapes = [array.shape for array in arguments.arrays]
        arrays = [numpy.repeat(one.reshape(1, *shape), 2, axis=0) for one, shape in zip(rounded, shapes, strict=True)]
        limits = self._program.index_limits
        given = {
            arguments.arrays[number].name: arrays[number].astype(self._dtype if limits[number] is None else numpy.int64)
            for number in self._used
        }
        m = 2 if self._used else 1
        theta = exported.theta.astype(self._dtype).astype(exported.dtype)
        wanted: Mapping[str, Numbers] = exported.results(theta, arrays, 2 if arrays else 1)
        # Of the numbers when it was recorded, which may have changed since, and of those at present.
        sizes = [abs(node._data) for node in graph.computed_by_age(*self._recorded.roots())]
        sizes += [float(numpy.abs(one).max(initial=0.0)) for one in (theta, *arrays)]
        finite = [size for size in sizes if size < numpy.inf]
        coarser = min(self._dtype, exported.dtype, key=lambda dtype: int(dtype.itemsize))
        wanted_here = {own: wanted[name][:m] for name, own in self._name_of.items()}
        return difference(run(self.content, given), wanted_here, max(finite, default=1.0), coarser)


def inputs_of(arrays: Iterable[Array]) -> list[int]:
    """The numbers of the input arrays that some arrays are computed from."""
    return sorted({array.operation.number for array in needed([*arrays]) if isinstance(array.operation, op.Input)})


def _names_of_outputs(wanted: Sequence[str], inputs: Sequence[str]) -> list[str]:
    """The names of outputs; one that is called like an input says that it is an output."""
    taken = set(inputs)
    names = []
    for one in wanted:
        name = printable(one) or "output"
        while name in taken:
            name = f"{name}_output"
        taken.add(name)
        names.append(name)
    return names


def _description(wanted: Sequence[str], messages: Sequence[str]) -> str:
    lines = [f"Outputs of a function of one example, for batches of examples: {', '.join(wanted)}."]
    if messages:
        lines.append(f"Outputs are nan for examples that don't meet what is required: {'; '.join(messages)}.")
    return "\n".join(lines)

"""The nodes of an ONNX graph under construction: operators applied to named tensors, nothing twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy

from autograd.vectorizing.arrays.operations import Kind
from autograd.vectorizing.arrays.views import Shape
from autograd.vectorizing.printed.naming import Names


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor of the graph.

    Attributes:
        name: its name.
        shape: for one example.
        batched: whether there is an axis of examples before the others.
        kind: of its elements.
    """

    name: str
    shape: Shape
    batched: bool
    kind: Kind = "float"

    @property
    def rank(self) -> int:
        """The number of axes, that of the examples included."""
        return len(self.shape) + self.batched


@dataclass(slots=True)
class Node:
    """An operator, the names of what it takes and of what it gives, and its attributes.

    Attributes:
        part: what its name begins with, such as the scope that it belongs to.
    """

    operator: str
    inputs: tuple[str, ...]
    output: str
    attributes: dict[str, Any]
    part: str = ""


class Nodes:
    """A graph under construction. Its tensors have numbers for names until all is there (`finish`).

    Args:
        dtype: that of floats.

    Attributes:
        nodes: in the order of computation.
        inputs: what the graph is given for a batch.
        stored: the numbers that stand in the file, by name.
        part: what the names of nodes that are made now begin with.
    """

    def __init__(self, dtype: Any) -> None:
        self.dtype = numpy.dtype(dtype)
        self.nodes: list[Node] = []
        self.inputs: list[Tensor] = []
        self.stored: dict[str, Any] = {}
        self.part = ""
        self._wanted: dict[str, str] = {}
        self._parameters: list[str] = []
        self._known: dict[Any, Tensor] = {}
        self._made_by: dict[str, Node] = {}
        self._sources: dict[str, Tensor] = {}

    def _next(self) -> str:
        return f"#{len(self.nodes) + len(self.stored)}"

    # ------------------------------------------------------------------------------------------------ given

    def take_input(self, name: str, shape: Shape, kind: Kind) -> Tensor:
        """An input of the graph."""
        tensor = Tensor(name, shape, True, kind)
        self.inputs.append(tensor)
        return tensor

    def store(self, numbers: Any, wanted: str, *, kind: Kind = "float", is_parameter: bool = False) -> Tensor:
        """Numbers that stand in the file; the same numbers stand there once, but for parameters, which have names of their own.

        Raises:
            OverflowError: a number is too large for single precision.
        """
        numbers = numpy.asarray(numbers)
        with numpy.errstate(over="ignore"):
            converted = numbers.astype(self.dtype if kind == "float" else numpy.int64)
        overflows = numpy.isfinite(numbers) & ~numpy.isfinite(converted)
        if overflows.any():
            raise OverflowError(f'{float(numbers[overflows][0])!r} of {wanted} is too large for float32: write dtype="float64"')
        key = (kind, converted.tobytes(), converted.shape, wanted if is_parameter else "")
        if key not in self._known:
            name = self._next()
            self.stored[name] = converted
            self._wanted[name] = wanted
            if is_parameter:
                self._parameters.append(name)
            self._known[key] = Tensor(name, converted.shape, False, kind)
        return self._known[key]

    def integers(self, numbers: Any, wanted: str) -> str:
        """The name of whole numbers that an operator takes, such as axes."""
        return self.store(numpy.array(numbers, numpy.int64), wanted, kind="index").name

    # ------------------------------------------------------------------------------------------------ computed

    def make(
        self,
        operator: str,
        inputs: Sequence[Tensor | str],
        shape: Shape,
        batched: bool,
        kind: Kind = "float",
        **attributes: Any,
    ) -> Tensor:
        """What an operator gives: a new tensor, or the one that is this already."""
        names = tuple([one if isinstance(one, str) else one.name for one in inputs])
        key = (operator, names, tuple(sorted((name, repr(value)) for name, value in attributes.items())))
        if key not in self._known:
            output = self._next()
            node = Node(operator, names, output, attributes, self.part)
            self.nodes.append(node)
            self._made_by[output] = node
            self._known[key] = Tensor(output, shape, batched, kind)
        return self._known[key]

    def maker_of(self, tensor: Tensor) -> Node | None:
        """The node that a tensor is the result of; None if it was given."""
        return self._made_by.get(tensor.name)

    def cast(self, tensor: Tensor, kind: Kind) -> Tensor:
        """A tensor as one of another kind."""
        if tensor.kind == kind:
            return tensor
        return self.make("Cast", [tensor], tensor.shape, tensor.batched, kind, to=kind)

    def reshape(self, tensor: Tensor, shape: Shape) -> Tensor:
        """The same elements with other axes."""
        # Of a tensor that was given other axes before, what it was made of.
        tensor = self._sources.get(tensor.name, tensor)
        if tensor.shape == shape:
            return tensor
        axes = self.integers((0, *shape) if tensor.batched else shape, "shape")
        result = self.make("Reshape", [tensor, axes], shape, tensor.batched, tensor.kind)
        self._sources[result.name] = tensor
        return result

    def transpose(self, tensor: Tensor, order: Sequence[int]) -> Tensor:
        """The same elements with axes in another order, counted without that of the examples."""
        shape = tuple([tensor.shape[axis] for axis in order])
        perm = [0, *[axis + 1 for axis in order]] if tensor.batched else [*order]
        return self.make("Transpose", [tensor], shape, tensor.batched, tensor.kind, perm=perm)

    def expand(self, tensor: Tensor, shape: Shape, batched: bool) -> Tensor:
        """A tensor repeated over a shape, the last axes of which are its own, and perhaps for each example."""
        if tensor.shape == shape and tensor.batched == batched:
            return tensor
        if tensor.batched:
            missing = len(shape) - len(tensor.shape)
            tensor = self.reshape(tensor, (*[1] * missing, *tensor.shape)) if missing else tensor
        lengths = self.integers((1, *shape) if tensor.batched else shape, "shape")
        if batched and not tensor.batched:
            parts = [self._number_of_examples(), *([lengths] if shape else [])]
            lengths = parts[0] if len(parts) == 1 else self.make("Concat", parts, (len(shape) + 1,), False, "index", axis=0).name
        return self.make("Expand", [tensor, lengths], shape, batched, tensor.kind)

    def _number_of_examples(self) -> str:
        """The name of the number of examples, a vector of one number."""
        if not self.inputs:
            return self.integers([1], "shape")
        return self.make("Shape", [self.inputs[0]], (1,), False, "index", start=0, end=1).name

    # ------------------------------------------------------------------------------------------------ results

    def finish(self, outputs: Mapping[str, Tensor]) -> None:
        """Leave out what the outputs are not computed from, and name what is left.

        Args:
            outputs: what the graph gives, by the names that it gives it.
        """
        self._keep_only({tensor.name for tensor in outputs.values()})
        names = Names(())
        final = {name: names.give(name) for name in (*(one.name for one in self.inputs), *outputs)}
        passed_on = []
        for name, tensor in outputs.items():
            if tensor.name in self._made_by and tensor.name not in final:
                final[tensor.name] = name
            else:
                passed_on.append(Node("Identity", (tensor.name,), name, {}))
        in_order = [name for name in self._parameters if name in self.stored]
        in_order += [name for name in self.stored if name not in in_order]
        for name in in_order[: len(self._parameters)]:
            final[name] = names.give(self._wanted[name])
        for node in self.nodes:
            if node.output not in final:
                final[node.output] = names.give(f"{node.part}{node.operator}")
        for name in in_order:
            if name not in final:
                final[name] = names.give(self._wanted[name])
        self.nodes += passed_on
        for node in self.nodes:
            node.inputs = tuple([final[name] for name in node.inputs])
            node.output = final[node.output]
        self.stored = {final[name]: self.stored[name] for name in in_order}

    def _keep_only(self, needed: set[str]) -> None:
        """Leave out what some tensors are not computed from."""
        kept = []
        for node in reversed(self.nodes):
            if node.output in needed:
                needed.update(node.inputs)
                kept.append(node)
        self.nodes = kept[::-1]
        self.stored = {name: numbers for name, numbers in self.stored.items() if name in needed}

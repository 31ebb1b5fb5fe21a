"""The graph of array operations that programs are written from, and the number system that builds it.

A rule of the table, read in the number system `ArrayGraph`, becomes nodes of this graph; the same expression of the same
operands is the same node, so what the forward and the backward pass share is computed once.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import numpy

from autograd.table.number_system import NumberSystem
from autograd.vectorizing.arrays import operations as op
from autograd.vectorizing.arrays.array import Array, broadcast_shape
from autograd.vectorizing.arrays.memory import Memory
from autograd.vectorizing.arrays.operations import COMPARISONS, Kind, Operation, elementwise
from autograd.vectorizing.arrays.simplifying import calculated, simplified
from autograd.vectorizing.arrays.views import Shape, View


class ArrayGraph(NumberSystem):
    """A program under construction, and the number system whose numbers are its arrays.

    Args:
        composite: keep functions that the table states by others, such as the sigmoid, as they are: short to read. Else
            they are taken apart, so that their parts are shared and their results stay in buffers.
    """

    def __init__(self, *, composite: bool) -> None:
        self.arrays: list[Array] = []
        self.composite = composite
        self._known: dict[Any, Array] = {}

    def make(
        self,
        operation: Operation,
        operands: tuple[Array | float, ...] = (),
        *,
        shape: Shape = (),
        batched: bool = False,
        kind: Kind = "float",
        memory: Memory | None = None,
    ) -> Array:
        """The array of an operation: a new one, or the one that is this already.

        Args:
            operation: what computes it.
            operands: of the operation.
            shape: of the result for one example.
            batched: whether the result has an axis of examples.
            kind: of the result.
            memory: how a view lies in memory; None for an array with numbers of its own.
        """
        numbers = tuple([o.number if isinstance(o, Array) else struct.pack("d", o) for o in operands])
        key = (operation, numbers, shape, batched)
        known = self._known.get(key)
        if known is None:
            memory = memory or Memory.of_new(shape)
            known = self._known[key] = Array(self, operation, operands, shape, batched, kind, len(self.arrays), memory)
            self.arrays.append(known)
        return known

    # ---------------------------------------------------------------------------------------- elementwise

    def elementwise(self, name: str, /, *operands: Any) -> Any:
        """An operation on each element; its result is a plain number if all operands are."""
        operands = tuple([_plain(o) for o in operands])
        arrays = [o for o in operands if isinstance(o, Array)]
        if not arrays:
            return calculated(name, operands, self)
        simpler = simplified(self, name, operands)
        if simpler is not None:
            return simpler
        kind: Kind = "bool" if name in COMPARISONS else "float"
        if kind == "float" and (name != "multiply" or all(isinstance(o, Array) and o.kind == "bool" for o in operands)):
            operands = tuple([self.as_float(o) for o in operands])
        shape, batched = broadcast_shape(arrays)
        return self.make(elementwise(name), operands, shape=shape, batched=batched, kind=kind)

    def as_float(self, operand: Any, /) -> Any:
        """A mask as an array of 1 and 0; anything else as it is."""
        if isinstance(operand, Array) and operand.kind == "bool":
            return self.make(op.Plain.MASK_AS_FLOAT, (operand,), shape=operand.shape, batched=operand.batched)
        return operand

    def as_bool(self, array: Array) -> Array:
        """Where an array is not 0."""
        if array.operation is op.Plain.MASK_AS_FLOAT:
            return array.arrays[0]
        if array.kind == "bool":
            return array
        return self.make(op.Plain.FLOAT_AS_MASK, (array,), shape=array.shape, batched=array.batched, kind="bool")

    def where(self, condition: Any, if_true: Any, if_false: Any) -> Any:
        """One of two numbers for each element, as rules ask for it: the larger or smaller of two is one, also of nan."""
        if isinstance(condition, Array) and condition.kind == "bool":
            chosen = (_plain(if_true), _plain(if_false))
            if condition.operands == chosen[::-1] and condition.function in ("less_equal", "less"):
                return self._extreme("maximum", *chosen)
            if condition.operands == chosen and condition.function in ("greater", "greater_equal"):
                return self._extreme("maximum", *chosen)
            if condition.operands == chosen[::-1] and condition.function in ("greater", "greater_equal"):
                return self._extreme("minimum", *chosen)
        return self.choose(condition, if_true, if_false)

    def choose(self, condition: Any, if_true: Any, if_false: Any) -> Any:
        """One of two numbers for each element."""
        if_true, if_false = _plain(if_true), _plain(if_false)
        if not isinstance(condition, Array):
            return if_true if condition else if_false
        condition = self.as_bool(condition)
        if if_true.__class__ is float and if_false.__class__ is float and (if_true, if_false) == (1.0, 0.0):
            return self.as_float(condition)
        operands = (condition, self.as_float(if_true), self.as_float(if_false))
        shape, batched = broadcast_shape([o for o in operands if isinstance(o, Array)])
        return self.make(op.Plain.WHERE, operands, shape=shape, batched=batched)

    def _extreme(self, name: Literal["maximum", "minimum"], a: Any, b: Any) -> Array:
        shape, batched = broadcast_shape([o for o in (a, b) if isinstance(o, Array)])
        return self.make(op.Extreme(name), (a, b), shape=shape, batched=batched)

    def equal(self, a: Any, b: Any) -> Any:
        """Whether two numbers are equal, for each element."""
        return self.elementwise("equal", a, b)

    def elementary(self, name: str, *operands: Any) -> Any:
        """A function of the registry, of each element."""
        return self.elementwise(name, *operands)

    def sech2(self, x: Any) -> Any:
        """1 ÷ cosh² x of each element, which is one call."""
        return self.elementwise("sech2", x)

    def softmax(self, values: Any) -> Any:
        """The softmax of each row, which is one call."""
        return self.make(op.OfRows("softmax"), (values,), shape=values.shape, batched=values.batched)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if self.composite and name in NumberSystem.forward_rules:
            return partial(self.elementwise, name)
        return super().__getattr__(name)

    # ----------------------------------------------------------------------------------- views and copies

    def view(self, array: Array, view: View) -> Array:
        """Elements of an array: a view that shares its memory, or a gathered copy.

        Where the memory of the array doesn't allow the view's first step, it is copied first: what is called a view is one.
        """
        if view.is_identity:
            return array
        shape = tuple([1 if axis in view.repeated else length for axis, length in enumerate(view.shape)])
        if view.gathered is not None:
            array = self._contiguous(array)
            return self.make(op.Gather(view), (array,), shape=shape, batched=array.batched, kind=array.kind)
        memory = array.memory.after(view, array.shape)
        if memory is None:
            array = self._contiguous(array)
            memory = array.memory.after(view, array.shape)
            assert memory is not None
        return self.make(op.Show(view), (array,), shape=shape, batched=array.batched, kind=array.kind, memory=memory)

    def _contiguous(self, array: Array) -> Array:
        """The array itself if its numbers lie side by side, else a copy of which that is true."""
        if array.is_contiguous:
            return array
        return self.make(op.Plain.COPY, (array,), shape=array.shape, batched=array.batched, kind=array.kind)

    def expanded(self, array: Array, axes: tuple[int, ...]) -> Array:
        """The same elements with further axes of length 1."""
        if not axes:
            return array
        shape = list(array.shape)
        for axis in axes:
            shape.insert(axis, 1)
        return self.view(array, View(tuple(shape), repeated=axes))

    def reshaped(self, array: Array, shape: Shape) -> Array:
        """The same elements with other axes."""
        if array.shape == shape:
            return array
        return self.view(array, View(shape, reshaped=shape))

    def broadcast(self, array: Any, shape: Shape, batched: bool) -> Array:
        """An array of the full shape, repeated where it lacks axes."""
        if isinstance(array, Array) and array.shape == shape and array.batched == batched:
            return array
        return self.make(op.Plain.BROADCAST, (array,), shape=shape, batched=batched)

    def constant(self, numbers: Any) -> Array:
        """An array of captured numbers."""
        numbers = numpy.asarray(numbers, float)
        return self.make(op.Captured(numbers.tobytes(), numbers.shape), shape=numbers.shape)

    # ---------------------------------------------------------------------------------- sums and products

    def sum(self, array: Array, axes: tuple[int, ...], *, over_examples: bool = False) -> Array:
        """The sum over axes; they are counted without that of the examples."""
        if not axes and not over_examples:
            return array
        shape = tuple([length for axis, length in enumerate(array.shape) if axis not in axes])
        return self.make(op.Sum(axes, over_examples), (array,), shape=shape, batched=array.batched and not over_examples)

    def contract(self, a: Array, b: Array, axes_a: str, axes_b: str, axes: str) -> Array:
        """A product of two arrays, summed over the axes that the result lacks; ``m`` names the axis of examples."""
        lengths = dict(zip(axes_a.replace("m", "") + axes_b.replace("m", ""), a.shape + b.shape, strict=True))
        shape = tuple([lengths[axis] for axis in axes if axis != "m"])
        product: Any = None
        for one, other, axes_of_one, axes_of_other in ((a, b, axes_a, axes_b), (b, a, axes_b, axes_a)):
            if not axes_of_one and axes_of_other == axes:
                product = one, other
            elif axes_a == axes_b == axes:
                product = a, b
            elif len(axes_of_one) == 1 and axes_of_one + axes_of_other == axes and len(axes_of_other) > 1:
                product = self._column(one, axes_of_one, axes), other
            if product is not None:
                return self.elementwise("multiply", *product)  # type: ignore[no-any-return]
        return self.make(op.Contract(axes_a, axes_b, axes), (a, b), shape=shape, batched="m" in axes)

    def _column(self, array: Array, axis: str, axes: str) -> Array:
        """A vector with further axes behind its own."""
        first = 0 if axis == "m" else 1
        return self.expanded(array, tuple(range(first, first + len(axes) - 1)))


def _plain(operand: Any) -> Any:
    """An array as it is; any number, also one of a quiet kind, as a float."""
    return operand if isinstance(operand, Array) else float(operand)

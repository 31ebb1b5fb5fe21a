"""The graph of array operations that an emitted program is written from, and the number system that builds it.

A rule of the table, read in the number system `ArrayGraph`, becomes nodes of this graph; the same expression of the same
operands is the same node, so what the forward and the backward pass share is computed once.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

import numpy

from autograd.table.number_system import NumberSystem
from autograd.table.operators import Operators
from autograd.vectorizing.arrays.memory import Memory
from autograd.vectorizing.arrays.views import View

Shape: TypeAlias = tuple[int, ...]

_COMPARISONS = ("less", "less_equal", "greater", "greater_equal", "equal")


class _Arithmetic(Operators[Any]):
    """Operators that make arrays."""

    __slots__ = ()

    graph: ArrayGraph

    def operate(self, operation: str, *operands: Any) -> Any:
        """The array that an operation gives."""
        return self.graph.elementwise(operation, *operands)


class Array(_Arithmetic):
    """One array of a program: an operation and its operands. Arithmetic on it makes further arrays.

    Attributes:
        operation: its name.
        operands: arrays, or plain numbers.
        attribute: what else the operation needs, hashable.
        shape: for one example.
        batched: whether there is an axis of examples before it.
        kind: `"float"`, `"bool"` or `"index"`.
        number: its place in the order of making.
        memory: how its elements lie in memory.
        is_constant: whether it is one number for all elements that is known before the program runs.
    """

    __slots__ = ("attribute", "batched", "graph", "is_constant", "kind", "memory", "number", "operands", "operation", "shape")

    def __init__(
        self,
        graph: ArrayGraph,
        operation: str,
        operands: tuple[Array | float, ...],
        attribute: Any,
        shape: Shape,
        batched: bool,
        kind: str,
        number: int,
        memory: Memory,
    ) -> None:
        self.graph = graph
        self.operation = operation
        self.operands = operands
        self.attribute = attribute
        self.shape = shape
        self.batched = batched
        self.kind = kind
        self.number = number
        self.memory = memory
        self.is_constant = not (shape or batched) and (
            operation == "weight" or (operation in ("negative", "multiply") and all(map(is_scalar, operands)))
        )

    @property
    def is_view(self) -> bool:
        """Whether it has no numbers of its own, but shows those of its operand."""
        return self.operation == "view" and self.attribute.gathered is None

    @property
    def is_contiguous(self) -> bool:
        """Whether its numbers lie side by side, so that it can be given any other shape without a copy."""
        return self.memory.is_contiguous(self.shape, self.batched)

    def __repr__(self) -> str:
        operands = ", ".join(f"#{o.number}" if isinstance(o, Array) else repr(o) for o in self.operands)
        return f"#{self.number} {self.operation}({operands}) {'m×' if self.batched else ''}{self.shape}"


class Literal(_Arithmetic, float):  # type: ignore[misc]
    """A number known when the program is made, among arrays; arithmetic on it never raises."""

    def __new__(cls, number: float, graph: ArrayGraph) -> Literal:  # noqa: D102 (a special method)
        literal = super().__new__(cls, number)
        literal.graph = graph
        return literal


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
        operation: str,
        operands: tuple[Array | float, ...] = (),
        attribute: Any = None,
        *,
        shape: Shape = (),
        batched: bool = False,
        kind: str = "float",
        memory: Memory | None = None,
    ) -> Array:
        """The array of an operation: a new one, or the one that is this already.

        Args:
            memory: how a view lies in memory; None for an array with numbers of its own.
        """
        key = (
            operation,
            tuple([o.number if isinstance(o, Array) else struct.pack("d", o) for o in operands]),
            attribute,
            shape,
            batched,
        )
        known = self._known.get(key)
        if known is None:
            memory = memory or Memory.of_new(shape)
            known = self._known[key] = Array(self, operation, operands, attribute, shape, batched, kind, len(self.arrays), memory)
            self.arrays.append(known)
        return known

    # ---------------------------------------------------------------------------------------- elementwise

    def elementwise(self, name: str, *operands: Any) -> Any:
        """An operation on each element; its result is a plain number if all operands are."""
        operands = tuple([_plain(o) for o in operands])
        arrays = [o for o in operands if isinstance(o, Array)]
        if not arrays:
            result = _calculate(name, operands)
            return result if isinstance(result, bool) else Literal(result, self)
        simpler = self._simplified(name, operands)
        if simpler is not None:
            return simpler
        kind = "bool" if name in _COMPARISONS else "float"
        if kind == "float" and name != "multiply":
            operands = tuple([self.as_float(o) if isinstance(o, Array) and o.kind == "bool" else o for o in operands])
        elif name == "multiply" and all(isinstance(o, Array) and o.kind == "bool" for o in operands):
            operands = tuple([self.as_float(o) for o in operands])
        shape, batched = broadcast_shape(arrays)
        return self.make(name, operands, shape=shape, batched=batched, kind=kind)

    def as_float(self, array: Array) -> Array:
        """True and False as 1 and 0."""
        return self.make("as float", (array,), shape=array.shape, batched=array.batched)

    def where(self, condition: Any, if_true: Any, if_false: Any) -> Any:
        """One of two numbers for each element, as rules ask for it: the larger or smaller of two is one, also of nan."""
        if isinstance(condition, Array) and condition.kind == "bool":
            chosen = (_plain(if_true), _plain(if_false))
            if condition.operands == chosen[::-1] and condition.operation in ("less_equal", "less"):
                return self._extreme("maximum of two", *chosen)
            if condition.operands == chosen and condition.operation in ("greater", "greater_equal"):
                return self._extreme("maximum of two", *chosen)
            if condition.operands == chosen[::-1] and condition.operation in ("greater", "greater_equal"):
                return self._extreme("minimum of two", *chosen)
        return self.choose(condition, if_true, if_false)

    def choose(self, condition: Any, if_true: Any, if_false: Any) -> Any:
        """One of two numbers for each element."""
        if_true, if_false = _plain(if_true), _plain(if_false)
        if not isinstance(condition, Array):
            return if_true if condition else if_false
        condition = self.as_bool(condition)
        if if_true.__class__ is float and if_false.__class__ is float and (if_true, if_false) == (1.0, 0.0):
            return self.as_float(condition)
        chosen = [self.as_float(o) if isinstance(o, Array) and o.kind == "bool" else o for o in (if_true, if_false)]
        shape, batched = broadcast_shape([o for o in (condition, *chosen) if isinstance(o, Array)])
        return self.make("where", (condition, *chosen), shape=shape, batched=batched)

    def as_bool(self, array: Array) -> Array:
        """Where an array is not 0."""
        if array.operation == "as float":
            mask = array.operands[0]
            assert isinstance(mask, Array)
            return mask
        if array.kind == "bool":
            return array
        return self.make("differs from 0", (array,), shape=array.shape, batched=array.batched, kind="bool")

    def elementary(self, name: str, *operands: Any) -> Any:
        """A function of the registry, of each element."""
        return self.elementwise(name, *operands)

    def sech2(self, x: Any) -> Any:
        """1 ÷ cosh² x of each element, which is one call."""
        return self.elementwise("sech2", x)

    def softmax(self, values: Any) -> Any:
        """The softmax of each row, which is one call."""
        return self.elementwise("softmax", values)

    def equal(self, a: Any, b: Any) -> Any:
        """Whether two numbers are equal, for each element."""
        return self.elementwise("equal", a, b)

    def _extreme(self, name: str, a: Any, b: Any) -> Array:
        shape, batched = broadcast_shape([o for o in (a, b) if isinstance(o, Array)])
        return self.make(name, (a, b), shape=shape, batched=batched)

    def _simplified(self, name: str, operands: tuple[Any, ...]) -> Any:
        """A simpler expression with the same bits, or None. Nothing is taken for 0: 0 × x is left."""
        first = operands[0]
        if len(operands) == 1:
            inner = first.operands[0] if first.operation == "negative" else None
            if name == "negative" and inner is not None:
                return inner
            if name == "negative" and first.operation == "multiply":
                # The sign goes to a number that is the same for all elements, where it costs nothing.
                for scalar, other in (first.operands, first.operands[::-1]):
                    if is_scalar(scalar):
                        return self.elementwise("multiply", self.elementwise("negative", scalar), other)
            if name == "abs" and inner is not None:
                return self.elementwise("abs", inner)
            return None
        second = operands[1]
        if name == "multiply":
            for number, other in ((first, second), (second, first)):
                if number.__class__ is float and isinstance(other, Array):
                    if number == 1.0:
                        return self.as_float(other) if other.kind == "bool" else other
                    if number == -1.0 and other.kind == "float":
                        return self.elementwise("negative", other)
                if _is_moderate(number) and isinstance(other, Array) and other.operation == "multiply" and not is_scalar(other):
                    for scalar, inner in (other.operands, other.operands[::-1]):
                        if _is_moderate(scalar):
                            return self.elementwise("multiply", self.elementwise("multiply", number, scalar), inner)
        elif name == "divide" and second == 1.0:
            return first
        elif name == "add":
            for one, other in ((first, second), (second, first)):
                if isinstance(one, Array) and one.operation == "negative" and isinstance(other, Array):
                    return self.elementwise("subtract", other, one.operands[0])
        elif name == "power" and second.__class__ is float:
            if second == 1.0:
                return first
            if second == 2.0:
                return self.elementwise("multiply", first, first)
            if second == 0.0:
                return Literal(1.0, self)
        elif name == "equal" and second == 0.0 and isinstance(first, Array) and first.operation == "add":
            # |x| + c for c > 0 is never 0.
            left, right = first.operands
            if right.__class__ is float and right > 0.0 and isinstance(left, Array) and left.operation == "abs":
                return False
        return None

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if self.composite and name in NumberSystem.forward_rules:
            return partial(self.elementwise, name)
        return super().__getattr__(name)

    # --------------------------------------------------------------------------------------- other operations

    def view(self, array: Array, view: View) -> Array:
        """Elements of an array: a view that shares its memory, or a gathered copy.

        Where the memory of the array doesn't allow the view's first step, it is copied first: what is called a view is one.
        """
        if view.is_identity:
            return array
        shape = tuple([1 if axis in view.repeated else length for axis, length in enumerate(view.shape)])
        if view.gathered is not None:
            array = self._contiguous(array)
            return self.make("view", (array,), view, shape=shape, batched=array.batched, kind=array.kind)
        memory = array.memory.after(view, array.shape)
        if memory is None:
            array = self._contiguous(array)
            memory = array.memory.after(view, array.shape)
            assert memory is not None
        return self.make("view", (array,), view, shape=shape, batched=array.batched, kind=array.kind, memory=memory)

    def _contiguous(self, array: Array) -> Array:
        """The array itself if its numbers lie side by side, else a copy of which that is true."""
        if array.is_contiguous:
            return array
        return self.make("copy", (array,), shape=array.shape, batched=array.batched, kind=array.kind)

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
        return self.make("broadcast", (array,), shape=shape, batched=batched)

    def sum(self, array: Array, axes: tuple[int, ...], *, over_examples: bool = False) -> Array:
        """The sum over axes; they are counted without that of the examples."""
        if not axes and not over_examples:
            return array
        shape = tuple([length for axis, length in enumerate(array.shape) if axis not in axes])
        return self.make("sum", (array,), (axes, over_examples), shape=shape, batched=array.batched and not over_examples)

    def contract(self, a: Array, b: Array, axes_a: str, axes_b: str, axes: str) -> Array:
        """A product of two arrays, summed over the axes that the result lacks; ``m`` names the axis of examples."""
        lengths = dict(zip(axes_a.replace("m", "") + axes_b.replace("m", ""), a.shape + b.shape, strict=True))
        shape = tuple([lengths[axis] for axis in axes if axis != "m"])
        for one, other, axes_of_one, axes_of_other in ((a, b, axes_a, axes_b), (b, a, axes_b, axes_a)):
            if not axes_of_one and axes_of_other == axes:
                return self.elementwise("multiply", one, other)  # type: ignore[no-any-return]
            if axes_a == axes_b == axes:
                return self.elementwise("multiply", a, b)  # type: ignore[no-any-return]
            if len(axes_of_one) == 1 and axes_of_one + axes_of_other == axes and len(axes_of_other) > 1:
                return self.elementwise("multiply", self._column(one, axes_of_one, axes), other)  # type: ignore[no-any-return]
        return self.make("contract", (a, b), (axes_a, axes_b, axes), shape=shape, batched="m" in axes)

    def _column(self, array: Array, axis: str, axes: str) -> Array:
        """A vector with further axes behind its own."""
        n = len(axes) - 1
        if axis == "m":
            return self.expanded(array, tuple(range(n)))
        return self.expanded(array, tuple(range(1, n + 1)))

    def constant(self, numbers: Any) -> Array:
        """An array of captured numbers."""
        numbers = numpy.asarray(numbers, float)
        return self.make("constant", (), (numbers.tobytes(), numbers.shape), shape=numbers.shape)


def is_scalar(operand: Any) -> bool:
    """Whether an operand is one number for all elements that is known before the program runs."""
    return operand.is_constant if isinstance(operand, Array) else True


def _is_moderate(operand: Any) -> bool:
    """Whether a scalar may be multiplied with another one first: the product neither overflows nor vanishes.

    1e-200 × (1e-200 × x) is 1e-100 for x = 1e300, and not 0 × x. What has no number yet is a share of the examples.
    """
    return is_scalar(operand) and (isinstance(operand, Array) or 2.0**-100 <= abs(operand) <= 2.0**100)


def _plain(operand: Any) -> Any:
    """An array as it is; any number, also one of a quiet kind, as a float."""
    return operand if isinstance(operand, Array) else float(operand)


def broadcast_shape(arrays: list[Array]) -> tuple[Shape, bool]:
    """The shape of an elementwise operation, and whether it has an axis of examples."""
    shape, batched = arrays[0].shape, arrays[0].batched
    for array in arrays:
        batched = batched or array.batched
        if array.shape != shape:
            shape = numpy.broadcast_shapes(shape, array.shape)
    return shape, batched


def _calculate(name: str, operands: tuple[Any, ...]) -> Any:
    """An operation on plain numbers, as the number system of floats that never raise has it."""
    from autograd.table.floats import QUIET, QuietFloat
    from autograd.table.primitives import TABLE

    numbers = [QuietFloat(operand) for operand in operands]
    if name in _COMPARISONS:
        return bool(TABLE[name].forward(QUIET, *numbers))
    return float(TABLE[name].forward(QUIET, *numbers))

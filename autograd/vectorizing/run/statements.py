"""What the parts of an emitter share: names, buffers, and the statements written so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

from autograd.vectorizing.arrays.array_graph import Array, Shape, is_scalar
from autograd.vectorizing.arrays.texts import alignment, steps_of
from autograd.vectorizing.arrays.walking import base_of, needed
from autograd.vectorizing.run.calls import Argument, Assignment, Call, Length, Lengths, Name, NumpyView, Step, lengths_of

COMPARISONS = ("less", "less_equal", "greater", "greater_equal", "equal")


@dataclass
class BufferPool:
    """The buffers of a program: which one holds which array, and when one is free again."""

    free: dict[Any, list[Name]] = field(default_factory=dict)
    setup: list[Assignment] = field(default_factory=list)
    count: int = 0

    def take(self, array: Array, kind: str) -> Name:
        """A buffer for an array."""
        kept = self.free.get(_size_of(array, kind))
        if kept:
            return kept.pop()
        self.count += 1
        name = Name(f"t{self.count}")
        self.setup.append(Assignment(name, Call("new", (Length(prod(array.shape), array.batched), kind))))
        return name

    def give_back(self, array: Array, kind: str, name: Name) -> None:
        """Nothing needs the array any more."""
        self.free.setdefault(_size_of(array, kind), []).append(name)


def _size_of(array: Array, kind: str = "") -> Any:
    return array.batched, prod(array.shape), kind or array.kind


class Statements:
    """Statements that write into buffers, in the order of the arrays they compute.

    Args:
        roots: the arrays wanted.
        homes: arrays that are to be computed in a given place, by name of a variable.

    Attributes:
        order: all arrays needed, operands first.
        setup: what is named once for a batch size.
        live: views of the batch, named for each batch.
        statements: what is called for each batch.
        names: the variables of arrays.
        captured: objects that the statements refer to by name.
        inputs: the input arrays that are read, by number.
    """

    def __init__(self, roots: Sequence[Array], homes: dict[Array, Name] | None = None) -> None:
        self.homes = dict(homes or {})
        self.order = needed(roots)
        self.names: dict[Array, Name] = {}
        self.setup: list[Assignment] = []
        self.live: list[Assignment] = []
        self.statements: list[Call] = []
        self.captured: dict[str, Any] = {}
        self.inputs: dict[int, Array] = {}
        self._buffers = BufferPool(setup=self.setup)
        self._buffer_of: dict[Array, Name] = {}
        self._known: dict[Any, Name] = {}
        self._n_names = 0
        self._roots = set(roots)
        self._floating = self._masks_that_multiply()

    def _masks_that_multiply(self) -> set[Array]:
        """Comparisons that only multiply: as floats, since a product of floats takes a third of the time of one with bools."""
        masks = {array for array in self.order if array.operation in COMPARISONS and array not in self._roots}
        for array in self.order:
            for operand in array.operands:
                if array.operation != "multiply" or operand is array.operands[0] is array.operands[1]:
                    masks.discard(operand)
        return masks

    def write(self, function: str, *arguments: Argument, out: str = "") -> None:
        """Append a statement."""
        self.statements.append(Call(function, arguments, out))

    def _new_name(self, letter: str = "v") -> Name:
        self._n_names += 1
        return Name(f"{letter}{self._n_names}")

    def define(self, letter: str, function: str, *arguments: Argument) -> Name:
        """A variable for what a call gives, made once for a batch size; for the same call it is the same."""
        call = Call(function, arguments)
        # Numbers are told apart by their text: 0.0 is not -0.0, and nan is nan.
        key = call.text
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._new_name(letter)
            self.setup.append(Assignment(known, call))
        return known

    def name(self, operand: Array | float) -> Name | float:
        """The variable of an array, or a number."""
        return self.names[operand] if isinstance(operand, Array) else float(operand)

    def _number(self, operand: Array | float) -> Name:
        """An operand of an elementwise operation: numbers as arrays without axes, which NumPy need not convert each time."""
        if isinstance(operand, Array) and not is_scalar(operand):
            return self.names[operand]
        return self.define("c", "filled", (), self.name(operand))

    def capture(self, thing: Any, letter: str = "c") -> Name:
        """A variable for an object that the program needs."""
        name = self._new_name(letter)
        self.captured[name] = thing
        return name

    def _give_name(self, array: Array) -> None:
        if array.operation == "block":
            self.names[array] = Name(f"p{array.attribute}")
        elif array.operation == "input":
            self.names[array] = Name(f"x{array.attribute}")
            self.inputs[array.attribute] = array
        elif array.operation == "constant":
            self.names[array] = self.capture(array.attribute, "k")
        else:
            self.names[array] = Name("count" if array.operation == "number of examples" else array.operation)

    def shown(self, array: Array, name: Name, steps: tuple[Step, ...]) -> Name:
        """A variable for a view of an array, which a variable is the name of."""
        if not steps:
            return name
        key = (name, steps)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._new_name()
            # The batch is there only while the program runs, and so are views of it.
            is_live = base_of(array).operation == "input"
            (self.live if is_live else self.setup).append(Assignment(known, NumpyView(name, steps)))
        return known

    def _write_view(self, array: Array) -> None:
        base = array.operands[0]
        assert isinstance(base, Array)
        self.names[array] = self.shown(base, self.names[base], steps_of(array.attribute, base.batched))

    def reshaped(self, array: Array, lengths: Lengths) -> Name:
        """A variable for an array in another shape; it shares the array's numbers, which lie side by side."""
        if lengths == lengths_of(array.shape, array.batched):
            return self.names[array]
        return self.shown(array, self.names[array], (("reshape", lengths),))

    def aligned(self, operand: Array | float, shape: Shape) -> Name | float:
        """An operand with the axes it needs to be repeated over a shape."""
        if not isinstance(operand, Array):
            return float(operand)
        return self.shown(operand, self.names[operand], alignment(operand, shape))

    def _kind_of(self, array: Array) -> str:
        return "float" if array in self._floating else array.kind

    def _out(self, array: Array, dead: list[Array], *, in_place: bool = False) -> Name:
        """The place where an array is computed."""
        if array in self.homes:
            self.names[array] = self.homes[array]
            return self.names[array]
        # NumPy is slow in place on a single element.
        if in_place and prod(array.shape) > 1:
            bases = [base_of(operand) for operand in array.operands if isinstance(operand, Array)]
            for operand in array.operands:
                if (
                    isinstance(operand, Array)
                    and operand in dead
                    and operand in self._buffer_of
                    and bases.count(operand) == sum(1 for other in array.operands if other is operand)
                    and _size_of(operand, self._kind_of(operand)) == _size_of(array, self._kind_of(array))
                    and operand.shape == array.shape
                ):
                    return self._take_over(operand, array)
        buffer = self._buffers.take(array, self._kind_of(array))
        self._buffer_of[array] = buffer
        lengths = lengths_of(array.shape, array.batched)
        # Buffers have one axis.
        self.names[array] = buffer if len(lengths) == 1 else self.shown(array, buffer, (("reshape", lengths),))
        return self.names[array]

    def _take_over(self, operand: Array, array: Array) -> Name:
        """Compute an array in the place of one that nothing needs any more."""
        self._buffer_of[array] = self._buffer_of.pop(operand)
        self.names[array] = self.names[operand]
        return self.names[array]
